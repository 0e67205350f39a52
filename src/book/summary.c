/* summary.c -- the Summary sheet: for each workload what to buy, what else there is, on one line */
#include "book/summary.h"

#include "book/option.h"
#include "book/search.h"
#include "core/units.h"
#include "core/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const struct table_column summary_columns[SUMMARY_COLUMNS] = {
    [AT_WORKLOAD] = {"Workload", NULL, 34, STYLE_NAME},
    [AT_GPU] = {"Recommended GPU", "cheapest to rent", 18, STYLE_STRONG},
    [AT_DTYPE] = {"Type, optimizer", NULL, 15, STYLE_WRAP},
    [AT_RECOMMENDED] = {"Plan with = high", "GPUs", 8.5, STYLE_RESULT},
    [AT_NOW] = {"Now", NULL, 10.5, STYLE_TEXT},
    [AT_SERVERS] = {"In", "servers", 8, STYLE_COUNT},
    [AT_EXPECTED] = {"Ex-pected", "GPUs", 7.5, STYLE_COUNT},
    [AT_LOW] = {"Low", "GPUs", 7, STYLE_COUNT},
    [AT_BOUND] = {"Bound by", NULL, 22, STYLE_TEXT},
    [AT_RENT] = {"Rent", "USD/hour", 9.5, STYLE_USD},
    [AT_PURCHASE] = {"Purchase", "USD", 12, STYLE_COUNT},
    [AT_OWNING] = {"Owning, over the horizon", "USD", 12, STYLE_COUNT},
    [AT_NEXT] = {"Next best (GPUs \u00D7 card, type)", NULL, 27, STYLE_WRAP},
    [AT_SAVES] = {"Saves against it", "USD", 11, STYLE_COUNT},
    [AT_PER] = {"per", NULL, 6, STYLE_TEXT},
    [AT_SHARE] = {"Saves", "share", 7.5, STYLE_SHARE},
    [AT_SMALLEST] = {"Smallest (GPUs \u00D7 card, type)", NULL, 27, STYLE_WRAP},
    [AT_MODEL] = {"Model", NULL, 24, STYLE_TEXT},
    [AT_MODE] = {"Mode", NULL, 13, STYLE_TEXT},
    [AT_PERIOD] = {"Period", NULL, 9, STYLE_TEXT},
    [AT_TOKENS] = {"Tokens", "each", 10.5, STYLE_COUNT},
    [AT_CONCURRENCY] = {"At once", "sequences", 11, STYLE_COUNT},
    [AT_ENGINE] = {"Engine", NULL, 15, STYLE_TEXT},
    [AT_LAYOUT] = {"Layout, expected", "tensor \u00D7 pipeline \u00D7 copies", 24, STYLE_TEXT},
    [AT_TOTAL] = {"Memory", "GiB/GPU", 9.5, STYLE_GIB},
    [AT_USABLE] = {"of usable", "GiB/GPU", 9.5, STYLE_GIB},
    [AT_MEMORY] = {"Memory alone", "GPUs", 9.5, STYLE_COUNT},
    [AT_TPOT] = {"TPOT as planned", "ms", 9, STYLE_GIB},
    [AT_TTFT] = {"TTFT as planned", "ms", 10, STYLE_GIB},
    [AT_OUTPUT] = {"Most output as planned", "tokens/s", 14, STYLE_COUNT},
    [AT_DAYS] = {"Training run", "days", 9, STYLE_GIB},
    [AT_BASIS] = {"Speed from", NULL, 10, STYLE_TEXT},
    [AT_POWER] = {"Power", "kW", 9, STYLE_USD},
    [AT_MILLION] = {"A million tokens", "USD", 10, STYLE_USD},
    [AT_RUN] = {"The training run", "USD", 13, STYLE_COUNT},
    [AT_COMPARED] = {"Recommended: a year's rent, or the run", "USD", 20, STYLE_COUNT},
    [AT_NEXT_GPUS] = {"Next best", "GPUs", 8.5, STYLE_COUNT},
    [AT_NEXT_RENT] = {"Next best, rent", "USD/hour", 10, STYLE_USD},
    [AT_NEXT_RUN] = {"Next best, the run", "USD", 13, STYLE_COUNT},
    [AT_NEXT_COMPARED] = {"Next best: a year's rent, or the run", "USD", 20, STYLE_COUNT},
    [AT_SMALL_GPUS] = {"Smallest", "GPUs", 9.5, STYLE_COUNT},
    [AT_SMALL_SERVERS] = {"Smallest, in", "servers", 9.5, STYLE_COUNT},
    [AT_SMALL_RENT] = {"Smallest, rent", "USD/hour", 10, STYLE_USD},
    [AT_SMALL_PURCHASE] = {"Smallest, purchase", "USD", 13, STYLE_COUNT},
    [AT_FIT] = {"Options that fit", NULL, 9.5, STYLE_COUNT},
    [AT_ASKED] = {"Options asked", NULL, 9.5, STYLE_COUNT},
    [AT_NOTE] = {"Note", NULL, 70, STYLE_WRAP},
};

/* An amount that Cost works out; a price that is not known is seen to be missing. */
void summary_price(const struct summary_line *line, struct sheet *sheet, uint16_t column,
                   const char *letter, double value)
{
    char cell[CELL_NAME_BYTES];
    char formula[3 * CELL_NAME_BYTES];
    cost_cell(letter, line->cost_row, cell);
    snprintf(formula, sizeof formula, "=IF(COUNT(%s)>0,%s,\"\u2013\")", cell, cell);
    if (value >= 0)
        put_formula(sheet, line->row, column, summary_columns[column].style, formula, value);
    else
        put_text_formula(sheet, line->row, column, summary_columns[column].style, formula,
                         "\u2013");
}

/* The same, where it is no fault when there is none. */
void summary_amount(const struct summary_line *line, struct sheet *sheet, uint16_t column,
                    const char *letter, double value)
{
    char formula[CELL_NAME_BYTES + 1] = "=";
    cost_cell(letter, line->cost_row, formula + 1);
    put_formula(sheet, line->row, column, summary_columns[column].style, formula, value);
}

/* A count or an amount that Search finds, else as planned. */
void summary_found(const struct summary_line *line, struct sheet *sheet, uint16_t column,
                   enum search_column at, double value)
{
    char formula[CELL_NAME_BYTES + 1] = "=";
    if (!line->search) {
        put_number(sheet, line->row, column, summary_columns[column].style, value);
        return;
    }
    search_cell(line->book, line->search, at, formula + 1);
    put_formula(sheet, line->row, column, summary_columns[column].style, formula, value);
}

static void put_words(const struct summary_line *line, struct sheet *sheet, uint16_t column,
                      enum search_column at, const char *words)
{
    char formula[CELL_NAME_BYTES + 1] = "=";
    if (!line->search) {
        put_text(sheet, line->row, column, summary_columns[column].style, words);
        return;
    }
    search_cell(line->book, line->search, at, formula + 1);
    put_text_formula(sheet, line->row, column, summary_columns[column].style, formula, words);
}

/* Whether the line is still what the program planned. */
static void put_now(const struct summary_line *line, struct sheet *sheet)
{
    if (line->search)
        put_words(line, sheet, AT_NOW, SEARCH_STATUS, STATUS_PLANNED);
    else
        put_text_formula(sheet, line->row, AT_NOW, STYLE_TEXT,
                         "=IF(plan_same=1,\"" STATUS_PLANNED "\",\"" STATUS_REPLAN "\")",
                         STATUS_PLANNED);
}

static void put_workload(struct sheet *sheet, uint32_t row, const struct workload *w)
{
    char name[WORKLOAD_NAME_BYTES];
    char text[WORKLOAD_NAME_BYTES];
    bool training = w->mode == MODE_TRAINING;
    uint64_t fitting;
    uint64_t asked = workload_asked(w, &fitting);
    workload_full_name(w, name);
    put_verbatim(sheet, row, AT_WORKLOAD, STYLE_NAME, name);
    put_verbatim(sheet, row, AT_MODEL, STYLE_TEXT, w->model);
    join_texts(text, sizeof text, mode_words[w->mode], ", ",
               training ? tuning_words[w->tuning] : NULL);
    put_text(sheet, row, AT_MODE, STYLE_TEXT, text);
    put_verbatim(sheet, row, AT_PERIOD, STYLE_TEXT, w->period);
    put_number(sheet, row, AT_TOKENS, STYLE_COUNT, w->tokens);
    put_number(sheet, row, AT_CONCURRENCY, STYLE_COUNT, w->concurrency);
    put_number(sheet, row, AT_FIT, STYLE_COUNT, (double)fitting);
    put_number(sheet, row, AT_ASKED, STYLE_COUNT, (double)asked);
}

static void put_note(struct sheet *sheet, uint32_t row, const struct workload *w,
                     const struct option *o)
{
    char text[1024];
    int used = 0;
    text[0] = '\0';
    if (o->estimate != ESTIMATE_DETAILED)
        used +=
            snprintf(text, sizeof text, "method %s, whole model; ", estimate_words[o->estimate]);
    else if (o->status == STATUS_OK && !option_is_safe(o))
        used += snprintf(text, sizeof text,
                         "fits as expected, but no count that was allowed holds at "
                         "the high end of the band; ");
    if (w->unpriced && o->status == STATUS_OK)
        used += snprintf(text + used, sizeof text - (size_t)used,
                         "%" PRIu64 " option%s without a rent left out of the cheapest; ",
                         w->unpriced, w->unpriced == 1 ? "" : "s");
    snprintf(text + used, sizeof text - (size_t)used, "%s", o->note);
    size_t length = strlen(text);
    if (length >= 2 && !strcmp(text + length - 2, "; "))
        text[length - 2] = '\0';
    put_text(sheet, row, AT_NOTE, STYLE_TEXT, text);
}

static void put_money(const struct summary_line *line, struct sheet *sheet, const struct option *o)
{
    const struct money *m = &o->money;
    summary_price(line, sheet, AT_RENT, "C_h", o->usd_per_hour);
    summary_price(line, sheet, AT_PURCHASE, "C_p", m->purchase_usd);
    summary_price(line, sheet, AT_OWNING, "C_t", m->tco_usd);
    summary_amount(line, sheet, AT_POWER, "E_k", m->power_kw);
    summary_amount(line, sheet, AT_MILLION, "C_m", m->usd_per_million_tokens.expected);
    summary_amount(line, sheet, AT_RUN, "C_d", m->usd_per_run.expected);
}

/* Of the recommended layout, as expected. */
static void put_speed(const struct summary_line *line, struct sheet *sheet, const struct option *o)
{
    uint32_t row = line->row;
    const struct speed *s = &o->speed;
    summary_found(line, sheet, AT_MEMORY, SEARCH_GPUS, o->gpus_memory);
    put_number(sheet, row, AT_TPOT, STYLE_GIB, s->tpot_ms.expected);
    put_number(sheet, row, AT_TTFT, STYLE_GIB, s->ttft_ms.expected);
    put_number(sheet, row, AT_OUTPUT, STYLE_COUNT, s->max_output_tok_s.expected);
    put_number(sheet, row, AT_DAYS, STYLE_GIB, s->days.expected);
    if (s->tpot_ms.expected >= 0 || s->train_tok_s.expected >= 0)
        put_text(sheet, row, AT_BASIS, STYLE_TEXT, speed_basis_words[s->basis]);
}

static void put_memory(const struct summary_line *line, struct sheet *sheet, const struct option *o)
{
    char text[LAYOUT_BYTES];
    put_verbatim(sheet, line->row, AT_ENGINE, STYLE_TEXT, o->engine);
    put_words(line, sheet, AT_LAYOUT, SEARCH_LAYOUT, option_layout(o, text));
    summary_found(line, sheet, AT_TOTAL, SEARCH_TOTAL,
                  o->placed ? o->total_bytes / GIB : NOT_GIVEN);
    summary_found(line, sheet, AT_USABLE, SEARCH_USABLE,
                  o->placed ? o->usable_bytes / GIB : NOT_GIVEN);
}

static void put_recommended(const struct summary_line *line, struct sheet *sheet,
                            const struct option *o)
{
    uint32_t row = line->row;
    char text[TYPE_BYTES];
    bool safe = option_is_safe(o);
    double servers = safe ? o->servers_high : NOT_GIVEN;
    put_verbatim(sheet, row, AT_GPU, STYLE_STRONG, o->gpu);
    put_verbatim(sheet, row, AT_DTYPE, STYLE_WRAP, option_type(o, text));
    if (safe)
        summary_found(line, sheet, AT_RECOMMENDED, SEARCH_COUNTED, o->gpus_high);
    else
        put_number(sheet, row, AT_RECOMMENDED, STYLE_TIGHT, o->layout.gpus);
    put_now(line, sheet);
    summary_found(line, sheet, AT_SERVERS, SEARCH_SERVERS_HIGH, servers > 0 ? servers : NOT_GIVEN);
    summary_found(line, sheet, AT_EXPECTED, SEARCH_GPUS, o->layout.gpus);
    summary_found(line, sheet, AT_LOW, SEARCH_GPUS_LOW, o->gpus_low);
    put_text(sheet, row, AT_BOUND, STYLE_TEXT, option_bound(o, text));
    put_memory(line, sheet, o);
    put_speed(line, sheet, o);
    put_money(line, sheet, o);
}

/* Why nothing does, and what would: the note runs on over the empty cells right of it. */
static void put_missing(struct sheet *sheet, uint32_t row, const struct option *o)
{
    char text[TYPE_BYTES];
    put_text(sheet, row, AT_GPU, STYLE_BAD,
             o->status == STATUS_NO_FIT ? "\u2013 no fit" : "\u2715 unsupported");
    put_verbatim(sheet, row, AT_DTYPE, STYLE_WRAP, option_type(o, text));
    put_text(sheet, row, AT_BOUND, STYLE_TEXT, option_bound(o, text));
    put_text(sheet, row, AT_RENT, STYLE_COUNT, "\u2013");
    put_text(sheet, row, AT_NEXT, STYLE_TEXT, o->note);
    put_verbatim(sheet, row, AT_ENGINE, STYLE_TEXT, o->engine);
}

/* As tall as the longest of the wrapped texts needs. */
static void set_line_height(struct sheet *sheet, uint32_t row, const struct workload *w)
{
    char text[WORKLOAD_NAME_BYTES];
    const struct option *o = workload_recommended(w);
    const struct option *options[] = {o ? workload_next(w) : NULL, workload_smallest(w)};
    size_t lines = text_lines(workload_full_name(w, text), summary_columns[AT_WORKLOAD].width);
    for (size_t i = 0; i < 2; i++) {
        size_t more =
            options[i] ? text_lines(summary_name(options[i], text), summary_columns[AT_NEXT].width)
                       : 0;
        lines = more > lines ? more : lines;
    }
    if (o) {
        size_t more = text_lines(option_type(o, text), summary_columns[AT_DTYPE].width);
        lines = more > lines ? more : lines;
    }
    set_lines(sheet, row, lines);
}

static void put_line(const struct book *book, struct sheet *sheet, uint32_t row,
                     const struct workload *w)
{
    const struct option *o = workload_recommended(w);
    const struct option *small = workload_smallest(w);
    set_line_height(sheet, row, w);
    put_workload(sheet, row, w);
    if (o) {
        const struct summary_line best = {book, row, search_find(book, w, o),
                                          w->cost_rows[workload_role(w)]};
        const struct summary_line least = {book, row, search_find(book, w, small),
                                           w->cost_rows[COST_SMALLEST]};
        put_recommended(&best, sheet, o);
        summary_smallest(&least, sheet, o, small);
        put_note(sheet, row, w, o);
    } else if (w->missing) {
        put_missing(sheet, row, w->missing);
        put_note(sheet, row, w, w->missing);
    }
    summary_next(book, sheet, row, w);
}

uint32_t summary_last(const struct book *book)
{
    return SUMMARY_HEADER + (uint32_t)book->digest.workload_count;
}

/* Behind the answer, one level down, open. */
static void group_details(struct sheet *sheet)
{
    lxw_row_col_options group = {.level = 1};
    for (int i = ANSWER_LAST + 1; i < SUMMARY_COLUMNS; i++) {
        uint16_t at = (uint16_t)i;
        group.hidden = column_is_hidden(sheet, &summary_columns[i]);
        if (worksheet_set_column_opt(sheet->worksheet, at, at, summary_columns[i].width, NULL,
                                     &group))
            sheet->refused++;
    }
}

bool summary_column(size_t i, struct heading *heading)
{
    return table_heading(summary_columns, SUMMARY_COLUMNS, i, heading);
}

void summary_write(struct book *book, struct sheet *sheet)
{
    uint32_t last = summary_last(book);
    table_header(sheet, SUMMARY_HEADER, summary_columns, SUMMARY_COLUMNS);
    group_details(sheet);
    summary_head(book, sheet);
    for (size_t i = 0; i < book->digest.workload_count; i++)
        put_line(book, sheet, SUMMARY_FIRST + (uint32_t)i, book->digest.workloads[i]);
    worksheet_autofilter(sheet->worksheet, SUMMARY_HEADER, 0, last, SUMMARY_COLUMNS - 1);
    last = summary_charts(book, sheet);
    struct print_setup setup = {last, ANSWER_LAST, SUMMARY_HEADER, 1, 1, 100, false};
    page_setup(book, sheet, &setup);
    worksheet_activate(sheet->worksheet);
}
