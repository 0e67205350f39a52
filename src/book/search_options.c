/* search_options.c -- the sheet Search: per option the line that holds, its count, and your own */
#include "book/search.h"

#include "book/levers.h"
#include "book/option.h"
#include "core/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct seat {
    const struct book *book;
    const struct search_option *at;
};

static const struct search_line *line_of(const struct seat *x, enum margin margin)
{
    return &x->book->search->lines[x->at->first + x->at->found[margin]];
}

#define OF_OPTION(name, what) \
    static double name(const struct seat *x) \
    { \
        (void)x; \
        return what; \
    }
OF_OPTION(tokens, x->at->workload->tokens)
OF_OPTION(requests, x->at->option->mode == MODE_INFERENCE ? x->at->workload->concurrency : NAN)
OF_OPTION(own, NAN)
OF_OPTION(gpus, line_of(x, MARGIN_EXPECTED)->layout.gpus)
OF_OPTION(gpus_low, line_of(x, MARGIN_LOW)->layout.gpus)
OF_OPTION(gpus_high, line_of(x, MARGIN_HIGH)->layout.gpus)
OF_OPTION(servers, line_of(x, MARGIN_EXPECTED)->layout.servers)
OF_OPTION(servers_high, line_of(x, MARGIN_HIGH)->layout.servers)
OF_OPTION(sold, line_of(x, MARGIN_HIGH)->servers_sold)
OF_OPTION(sold_expected, line_of(x, MARGIN_EXPECTED)->servers_sold)
OF_OPTION(total, line_of(x, MARGIN_EXPECTED)->total_bytes / GIB)
OF_OPTION(usable, line_of(x, MARGIN_EXPECTED)->usable_bytes / GIB)
OF_OPTION(spare,
          (line_of(x, MARGIN_EXPECTED)->usable_bytes - line_of(x, MARGIN_EXPECTED)->total_bytes) /
              GIB)
OF_OPTION(same, 1)
OF_OPTION(output, x->at->option->speed.served_tok_s.expected)
OF_OPTION(output_low, x->at->option->speed.served_tok_s.low)
OF_OPTION(output_high, x->at->option->speed.served_tok_s.high)
OF_OPTION(days, x->at->option->speed.days.expected)
OF_OPTION(days_low, x->at->option->speed.days.low)
OF_OPTION(days_high, x->at->option->speed.days.high)
OF_OPTION(window, x->at->window)
OF_OPTION(at_expected, (double)x->at->found[MARGIN_EXPECTED] + 1)
OF_OPTION(at_low, (double)x->at->found[MARGIN_LOW] + 1)
OF_OPTION(at_high, (double)x->at->found[MARGIN_HIGH] + 1)

static const char *status(const struct seat *x, char text[LAYOUT_BYTES])
{
    (void)x;
    (void)text;
    return STATUS_PLANNED;
}

static const char *layout(const struct seat *x, char text[LAYOUT_BYTES])
{
    return option_layout(x->at->option, text);
}

#define FOUND(line, column) "IF(COUNT(" line ") > 0, INDEX(all_" column ", " line "), \"\")"

static const struct option_column {
    const char *symbol;
    const char *formula; /* NULL: the value itself */
    double (*value)(const struct seat *x);
    const char *(*text)(const struct seat *x, char text[LAYOUT_BYTES]); /* instead of it */
    struct table_column look;
} columns[SEARCH_COLUMNS] = {
    [SEARCH_WORKLOAD] = {NULL, NULL, NULL, NULL, {"Workload", NULL, 40, STYLE_STRONG}},
    [SEARCH_GPU] = {NULL, NULL, NULL, NULL, {"GPU", NULL, 18, STYLE_STRONG}},
    [SEARCH_TYPE] = {NULL, NULL, NULL, NULL, {"Type, optimizer", NULL, 17, STYLE_TEXT}},
    [SEARCH_ENGINE] = {NULL, NULL, NULL, NULL, {"Engine", NULL, 15, STYLE_TEXT}},
    [SEARCH_TOKENS] = {NULL, NULL, tokens, NULL, {"Tokens", "each", 10, STYLE_COUNT}},
    [SEARCH_PLANNED] =
        {"planned", NULL, requests, NULL, {"Planned for", "requests", 10, STYLE_COUNT}},
    [SEARCH_REQUESTS] =
        {"c", LEVER_REQUESTS, requests, NULL, {"With growth", "requests", 10, STYLE_COUNT}},
    [SEARCH_OWN] = {"own", NULL, own, NULL, {"Your count", "GPUs", 9, STYLE_INPUT}},
    [SEARCH_STATUS] = {"status",
                       "IF(COUNT(at_c) = 0, \"" STATUS_REPLAN "\", IF(COUNT(own) > 0, \"" STATUS_OWN
                       "\", IF(same > 0, \"" STATUS_PLANNED "\", \"" STATUS_CHANGED "\")))",
                       NULL,
                       status,
                       {"Now", NULL, 13, STYLE_STRONG}},
    [SEARCH_COUNTED] =
        {"n", FOUND("at_c", "n"), gpus_high, NULL, {"Plan with", "GPUs", 9, STYLE_RESULT}},
    [SEARCH_GPUS] = {"n_x", FOUND("at", "n"), gpus, NULL, {"Expected", "GPUs", 9.5, STYLE_COUNT}},
    [SEARCH_GPUS_LOW] =
        {"n_l", FOUND("at_l", "n"), gpus_low, NULL, {"Low", "GPUs", 7, STYLE_COUNT}},
    [SEARCH_GPUS_HIGH] =
        {"n_h", FOUND("at_h", "n"), gpus_high, NULL, {"High", "GPUs", 7, STYLE_COUNT}},
    [SEARCH_SERVERS] = {"s_x",
                        FOUND("at", "servers"),
                        servers,
                        NULL,
                        {"Servers, expected", "servers", 9.5, STYLE_COUNT}},
    [SEARCH_SERVERS_HIGH] = {"s_h",
                             FOUND("at_h", "servers"),
                             servers_high,
                             NULL,
                             {"Servers, high", "servers", 9.5, STYLE_COUNT}},
    [SEARCH_SOLD] = {"s_c",
                     FOUND("at_c", "sold"),
                     sold,
                     NULL,
                     {"Servers as sold", "servers", 9.5, STYLE_COUNT}},
    [SEARCH_SOLD_EXPECTED] = {"s_cx",
                              FOUND("at", "sold"),
                              sold_expected,
                              NULL,
                              {"Servers as sold, expected", "servers", 9.5, STYLE_COUNT}},
    [SEARCH_LAYOUT] = {"layout",
                       "IF(COUNT(at) > 0, INDEX(all_t, at) & \" \u00D7 \" & INDEX(all_p, at) & \" "
                       "\u00D7 \" & INDEX(all_R, at) & IF(INDEX(all_zero, at) > 0, \", ZeRO-\" & "
                       "INDEX(all_zero, at), \"\"), \"\")",
                       NULL,
                       layout,
                       {"Layout, expected", NULL, 18, STYLE_TEXT}},
    [SEARCH_TOTAL] =
        {"total", FOUND("at", "total"), total, NULL, {"Memory", "GiB/GPU", 9.5, STYLE_GIB}},
    [SEARCH_USABLE] =
        {"usable", FOUND("at", "usable"), usable, NULL, {"of usable", "GiB/GPU", 9.5, STYLE_GIB}},
    [SEARCH_SPARE] = {"spare",
                      "IF(COUNT(at) > 0, usable - total, \"\")",
                      spare,
                      NULL,
                      {"To spare", "GiB/GPU", 9.5, STYLE_GIB}},
    [SEARCH_SAME] = {"same",
                     "IF(AND(plan_same = 1, at_c = at_0), 1, 0)",
                     same,
                     NULL,
                     {"As released", "0/1", 9, STYLE_COUNT}},
    [SEARCH_OUTPUT] =
        {NULL, NULL, output, NULL, {"Output as released", "tokens/s", 11, STYLE_COUNT}},
    [SEARCH_OUTPUT_LOW] = {NULL, NULL, output_low, NULL, {"low", "tokens/s", 11, STYLE_COUNT}},
    [SEARCH_OUTPUT_HIGH] = {NULL, NULL, output_high, NULL, {"high", "tokens/s", 11, STYLE_COUNT}},
    [SEARCH_DAYS] = {NULL, NULL, days, NULL, {"Run as released", "days", 10, STYLE_USD}},
    [SEARCH_DAYS_LOW] = {NULL, NULL, days_low, NULL, {"low", "days", 10, STYLE_USD}},
    [SEARCH_DAYS_HIGH] = {NULL, NULL, days_high, NULL, {"high", "days", 10, STYLE_USD}},
    [SEARCH_WINDOW] = {NULL, NULL, window, NULL, {"Searched up to", "GPUs", 9, STYLE_COUNT}},
    [SEARCH_AT] = {"at",
                   "IF(COUNTIF(all_expected, 1) > 0, MATCH(1, all_expected, 0), \"\")",
                   at_expected,
                   NULL,
                   {"Its line, expected", NULL, 9.5, STYLE_COUNT}},
    [SEARCH_AT_LOW] = {"at_l",
                       "IF(COUNTIF(all_low, 1) > 0, MATCH(1, all_low, 0), \"\")",
                       at_low,
                       NULL,
                       {"Its line, low", NULL, 9.5, STYLE_COUNT}},
    [SEARCH_AT_HIGH] = {"at_h",
                        "IF(COUNTIF(all_high, 1) > 0, MATCH(1, all_high, 0), \"\")",
                        at_high,
                        NULL,
                        {"Its line, high", NULL, 9.5, STYLE_COUNT}},
    [SEARCH_AT_COUNTED] = {"at_c",
                           "IF(COUNT(at_h) > 0, at_h, IF(COUNT(own) > 0, at, \"\"))",
                           at_high,
                           NULL,
                           {"Its line, counted", NULL, 9.5, STYLE_COUNT}},
    [SEARCH_AT_RELEASED] =
        {"at_0", NULL, at_high, NULL, {"The same as released", NULL, 9.5, STYLE_COUNT}},
};

static uint32_t row_of(const struct book *book, const struct search_option *at)
{
    return SEARCH_ROW + (uint32_t)(at - book->search->options);
}

void search_cell(const struct book *book, const struct search_option *at, enum search_column column,
                 char cell[CELL_NAME_BYTES])
{
    live_cell_of(cell, SEARCH_SHEET, row_of(book, at), column);
}

static bool find_cell(const void *context, const char *symbol, char cell[CELL_NAME_BYTES])
{
    const struct seat *x = context;
    if (!strncmp(symbol, "all_", 4))
        return search_range(x->at, symbol + 4, cell);
    for (size_t i = 0; i < SEARCH_COLUMNS; i++) {
        if (columns[i].symbol && live_is(columns[i].symbol, symbol)) {
            lxw_rowcol_to_cell(cell, row_of(x->book, x->at), (lxw_col_t)i);
            return true;
        }
    }
    copy_text(cell, CELL_NAME_BYTES, symbol); /* a name of the workbook */
    return !strncmp(symbol, "plan_", 5);
}

static void put_column(const struct seat *x, struct sheet *sheet, uint16_t at)
{
    const struct option_column *c = &columns[at];
    uint32_t row = row_of(x->book, x->at);
    char text[LIVE_BYTES];
    char word[LAYOUT_BYTES];
    double value = c->value ? c->value(x) : NAN;
    bool training = x->at->option->mode == MODE_TRAINING;
    if (c->formula && !(training && at == SEARCH_REQUESTS)) {
        if (!live_text(c->formula, find_cell, x, text))
            sheet->refused++;
        else if (c->text)
            put_text_formula(sheet, row, at, c->look.style, text, c->text(x, word));
        else if (isnan(value) && (at == SEARCH_SOLD || at == SEARCH_SOLD_EXPECTED))
            put_text_formula(sheet, row, at, c->look.style, text, "\u2013");
        else
            put_signed_formula(sheet, row, at, c->look.style, text, value);
    } else {
        put_number(sheet, row, at, c->look.style, value);
    }
}

static void put_option(const struct seat *x, struct sheet *sheet)
{
    uint32_t row = row_of(x->book, x->at);
    const struct option *o = x->at->option;
    char name[WORKLOAD_NAME_BYTES];
    char type[TYPE_BYTES];
    put_verbatim(sheet, row, SEARCH_WORKLOAD, STYLE_STRONG,
                 workload_full_name(x->at->workload, name));
    put_verbatim(sheet, row, SEARCH_GPU, STYLE_STRONG, o->gpu);
    put_verbatim(sheet, row, SEARCH_TYPE, STYLE_TEXT, option_type(o, type));
    put_verbatim(sheet, row, SEARCH_ENGINE, STYLE_TEXT, o->engine);
    for (int i = SEARCH_TOKENS; i < SEARCH_COLUMNS; i++)
        put_column(x, sheet, (uint16_t)i);
}

static void validate_own(struct sheet *sheet, uint32_t last)
{
    lxw_data_validation rule = {.validate = LXW_VALIDATION_TYPE_INTEGER,
                                .criteria = LXW_VALIDATION_CRITERIA_BETWEEN,
                                .minimum_number = 1,
                                .maximum_number = 1e6,
                                .ignore_blank = LXW_VALIDATION_ON};
    if (worksheet_data_validation_range(sheet->worksheet, SEARCH_ROW, SEARCH_OWN, last, SEARCH_OWN,
                                        &rule))
        sheet->refused++;
}

void search_write(struct book *book, struct sheet *sheet)
{
    const struct search *search = book->search;
    struct table_column looks[SEARCH_COLUMNS];
    page_title(sheet, SEARCH_SHEET,
               "GPU counts that follow the levers on Assumptions, found among the lines of "
               "" SEARCH_LAYOUTS_SHEET
               ". Type a count of your own on the pale fill to plan with it. Summary, Cost and "
               "Timeline follow.");
    put_across(sheet, 2, 0, SEARCH_LAYOUT, STYLE_PARAGRAPH,
               "Not live: speed, its demands and what they limit, training load, engine defaults "
               "that change with the size of a card. \"" STATUS_REPLAN
               "\": no line of the list holds; run the program again.");
    for (size_t i = 0; i < SEARCH_COLUMNS; i++)
        looks[i] = columns[i].look;
    table_header(sheet, SEARCH_HEADER_ROW, looks, SEARCH_COLUMNS);
    for (size_t i = 0; i < search->count; i++) {
        struct seat place = {book, &search->options[i]};
        put_option(&place, sheet);
    }
    uint32_t last = SEARCH_HEADER_ROW + (uint32_t)search->count;
    if (search->count)
        validate_own(sheet, last);
    else
        put_text(sheet, ++last, 0, STYLE_SUBTITLE,
                 "No option here is bound by memory alone: what is asked of speed is answered by "
                 "the program.");
    worksheet_autofilter(sheet->worksheet, SEARCH_HEADER_ROW, 0, last, SEARCH_COLUMNS - 1);
    struct print_setup setup = {last, SEARCH_COLUMNS - 1, SEARCH_HEADER_ROW, 2, 2, 90, false};
    page_setup(book, sheet, &setup);
}
