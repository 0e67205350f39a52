/* search_lines.c -- the sheet Search layouts: memory of every layout of every option that is
 * searched, and whether it holds */
#include "book/search.h"

#include "book/capacity.h"
#include "core/units.h"

#include <stdio.h>
#include <string.h>

struct line_column {
    const char *symbol;
    const char *formula; /* NULL: the number itself */
    double (*value)(const struct search_line *l);
    struct table_column look;
};

#define OF_LINE(name, what) \
    static double name(const struct search_line *l) \
    { \
        return what; \
    }
OF_LINE(ways, l->layout.ways)
OF_LINE(tensor, l->layout.tp)
OF_LINE(stages, l->layout.pp)
OF_LINE(zero, l->layout.zero)
OF_LINE(gpus, l->layout.gpus)
OF_LINE(servers, l->layout.servers)
OF_LINE(sold, l->servers_sold)
OF_LINE(states, l->load.states_bytes / GIB)
OF_LINE(cache_each, l->load.cache_bytes / GIB)
OF_LINE(step_each, l->load.step_bytes / GIB)
OF_LINE(beyond, l->load.beyond_tokens)
OF_LINE(step, l->load.step_tokens)
OF_LINE(act_fixed, l->load.activation_bytes / GIB)
OF_LINE(act_each, l->load.activation_each_bytes / GIB)
OF_LINE(overhead, l->load.overhead_bytes / GIB)
OF_LINE(sequences, l->sequences)
OF_LINE(cache, l->cache_bytes / GIB)
OF_LINE(activations, l->activation_bytes / GIB)
OF_LINE(total, l->total_bytes / GIB)
OF_LINE(usable, l->usable_bytes / GIB)
OF_LINE(half, l->half_bytes / GIB)
OF_LINE(lacks, (l->total_bytes - l->usable_bytes) / GIB)
OF_LINE(legal, l->legal)
OF_LINE(tightest, l->tightest)
OF_LINE(expected, l->legal && l->tightest && l->total_bytes <= l->usable_bytes)
OF_LINE(low, l->legal && l->tightest && l->total_bytes - l->half_bytes <= l->usable_bytes)
OF_LINE(high, l->legal && l->tightest && l->total_bytes + l->half_bytes <= l->usable_bytes)

enum { AT_WORKLOAD, AT_GPU, AT_PLACE, AT_NUMBERS };

static const struct table_column texts[AT_NUMBERS] = {
    {"Workload", NULL, 34, STYLE_TEXT},
    {"GPU", NULL, 18, STYLE_TEXT},
    {"Stage and phase", NULL, 22, STYLE_TEXT},
};

static const struct line_column columns[] = {
    {"n", NULL, gpus, {"n", "GPUs", 8, STYLE_COUNT}},
    {"t", NULL, tensor, {"t", "tensor", 8, STYLE_COUNT}},
    {"p", NULL, stages, {"p", "stages", 8, STYLE_COUNT}},
    {"R", NULL, ways, {"R", "copies", 8, STYLE_COUNT}},
    {"zero", NULL, zero, {"ZeRO", "stage", 8, STYLE_COUNT}},
    {"servers", NULL, servers, {"Servers", "spanned", 9, STYLE_COUNT}},
    {"sold", NULL, sold, {"Servers", "as sold", 9, STYLE_COUNT}},
    {"states", NULL, states, {"Weights and states", "GiB", 11, STYLE_GIB}},
    {"over", NULL, overhead, {"Overhead", "GiB", 10, STYLE_GIB}},
    {"c_1", NULL, cache_each, {"c, cache of a sequence", "GiB", 12, STYLE_NUMBER}},
    {"b", NULL, step_each, {"b, cache of a step's token", "GiB", 12, STYLE_NUMBER}},
    {"e", NULL, beyond, {"e, beyond the window", "tokens", 11, STYLE_COUNT}},
    {"B", NULL, step, {"B, of one step", "tokens", 10, STYLE_COUNT}},
    {"act_0", NULL, act_fixed, {"A, activations", "GiB", 12, STYLE_NUMBER}},
    {"act_1", NULL, act_each, {"a, of a sequence", "GiB", 12, STYLE_NUMBER}},
    {"S", "IF(COUNT(c) > 0, ROUNDUP(c / R, 0), 1)", sequences, {"S", "sequences", 10, STYLE_COUNT}},
    {"cache", "S * c_1 + MIN(B, S * e) * b", cache, {"Cache", "GiB", 10, STYLE_GIB}},
    {"act", "act_0 + S * act_1", activations, {"Activations", "GiB", 11, STYLE_GIB}},
    {"total", "states + cache + act + over", total, {"Total", "GiB", 10, STYLE_GIB}},
    {"usable", CAPACITY_USABLE, usable, {"Usable", "GiB", 10, STYLE_GIB}},
    {"half", CAPACITY_HALF, half, {"Half of the band", "GiB", 10, STYLE_GIB}},
    {"lacks", "total - usable", lacks, {"Lacks; below 0: to spare", "GiB", 11, STYLE_GIB}},
    {"legal", NULL, legal, {"Allowed", "0/1", 9, STYLE_COUNT}},
    {"tight", "IF(lacks >= MAX(lacks_here), 1, 0)", tightest, {"Tightest", "0/1", 9, STYLE_COUNT}},
    {"low",
     "IF(AND(legal = 1, tight = 1, total - half <= usable), 1, 0)",
     low,
     {"Holds, low", "0/1", 9, STYLE_COUNT}},
    {"expected",
     "IF(AND(legal = 1, tight = 1, total <= usable), 1, 0)",
     expected,
     {"Holds, expected", "0/1", 9, STYLE_COUNT}},
    {"high",
     "IF(AND(legal = 1, tight = 1, total + half <= usable), 1, 0)",
     high,
     {"Holds, high", "0/1", 9, STYLE_COUNT}},
};
enum { NUMBERS = sizeof columns / sizeof *columns };

/* A row's own pinned count is the only one in its list. */
static const char *legal_formula(const struct search_option *at)
{
    const struct request *r = &at->option->asked->request;
    return r->optimizer || r->gpus > 0 || r->dp > 0
               ? "IF(COUNT(own) > 0, (n = own) * 1, 1)"
               : "IF(COUNT(own) > 0, (n = own) * 1, (R <= c) * 1)";
}

static int find_column(const char *symbol)
{
    for (int i = 0; i < NUMBERS; i++)
        if (live_is(columns[i].symbol, symbol))
            return AT_NUMBERS + i;
    return -1;
}

struct spot {
    const struct book *book;
    const struct search_option *at;
    size_t line; /* of all lines */
};

static uint32_t row_of(size_t line)
{
    return SEARCH_LAYOUTS_ROW + (uint32_t)line;
}

bool search_range(const struct search_option *at, const char *symbol, char range[CELL_NAME_BYTES])
{
    char cells[2 * LXW_MAX_CELL_NAME_LENGTH];
    int column = find_column(symbol);
    if (column < 0)
        return false;
    lxw_rowcol_to_range_abs(cells, row_of(at->first), (lxw_col_t)column,
                            row_of(at->first + at->count - 1), (lxw_col_t)column);
    snprintf(range, CELL_NAME_BYTES, "'" SEARCH_LAYOUTS_SHEET "'!%s", cells);
    return true;
}

/* In the line, on Capacity, or in the option's row of Search. */
static bool find_cell(const void *context, const char *symbol, char cell[CELL_NAME_BYTES])
{
    const struct spot *spot = context;
    const struct search_line *line = &spot->book->search->lines[spot->line];
    if (live_is("lacks_here", symbol)) {
        lxw_col_t lacks_column = (lxw_col_t)find_column("lacks");
        lxw_rowcol_to_range(cell, row_of(line->first), lacks_column,
                            row_of(line->first + line->count - 1), lacks_column);
        return true;
    }
    int column = find_column(symbol);
    if (column >= 0) {
        live_cell(cell, row_of(spot->line), (unsigned)column);
        return true;
    }
    if (!strcmp(symbol, "c") || !strcmp(symbol, "own")) {
        search_cell(spot->book, spot->at, *symbol == 'c' ? SEARCH_REQUESTS : SEARCH_OWN, cell);
        return true;
    }
    return capacity_cell(spot->at->capacity, symbol, cell);
}

static void put_line(const struct spot *spot, struct sheet *sheet)
{
    static const char *const places[2][2] = {{"prefill, first stage", "decode, first stage"},
                                             {"prefill, last stage", "decode, last stage"}};
    const struct search_line *line = &spot->book->search->lines[spot->line];
    const struct option *o = spot->at->option;
    char text[LIVE_BYTES];
    char name[WORKLOAD_NAME_BYTES];
    uint32_t row = row_of(spot->line);
    bool serving = o->mode == MODE_INFERENCE;
    put_verbatim(sheet, row, AT_WORKLOAD, STYLE_TEXT, workload_full_name(spot->at->workload, name));
    put_verbatim(sheet, row, AT_GPU, STYLE_TEXT, o->gpu);
    put_text(sheet, row, AT_PLACE, STYLE_TEXT,
             serving ? places[line->load.last_stage][line->load.phase]
                     : phase_names[line->load.phase]);
    for (int i = 0; i < NUMBERS; i++) {
        const struct line_column *c = &columns[i];
        uint16_t at = (uint16_t)(AT_NUMBERS + i);
        const char *formula = live_is(c->symbol, "legal") ? legal_formula(spot->at) : c->formula;
        if (!formula || (live_is(c->symbol, "tight") && line->count == 1))
            put_number(sheet, row, at, c->look.style, c->value(line));
        else if (live_text(formula, find_cell, spot, text))
            put_signed_formula(sheet, row, at, c->look.style, text, c->value(line));
        else
            sheet->refused++;
    }
}

/* A line that holds is marked by its fill beside the 1. */
static void mark_held(struct sheet *sheet, uint32_t last)
{
    lxw_conditional_format format = {0};
    format.type = LXW_CONDITIONAL_TYPE_CELL;
    format.criteria = LXW_CONDITIONAL_CRITERIA_GREATER_THAN;
    format.format = sheet->formats[STYLE_RESULT];
    worksheet_conditional_format_range(sheet->worksheet, SEARCH_LAYOUTS_ROW,
                                       (lxw_col_t)find_column("low"), last,
                                       (lxw_col_t)find_column("high"), &format);
}

void search_lines_write(struct book *book, struct sheet *sheet)
{
    const struct search *search = book->search;
    struct table_column looks[AT_NUMBERS + NUMBERS];
    page_title(
        sheet, SEARCH_LAYOUTS_SHEET,
        "Every layout of the options on Search, in the order in which the program prefers them: "
        "the count is that of the first line that holds. Cache = S c + min(B, S e) b; "
        "activations = A + S a.");
    memcpy(looks, texts, sizeof texts);
    for (size_t i = 0; i < NUMBERS; i++)
        looks[AT_NUMBERS + i] = columns[i].look;
    table_header(sheet, SEARCH_LAYOUTS_HEADER_ROW, looks, AT_NUMBERS + NUMBERS);
    for (size_t i = 0; i < search->count; i++) {
        struct spot spot = {book, &search->options[i], search->options[i].first};
        for (; spot.line < spot.at->first + spot.at->count; spot.line++)
            put_line(&spot, sheet);
    }
    uint32_t last = SEARCH_LAYOUTS_HEADER_ROW + (uint32_t)search->line_count;
    if (search->line_count)
        mark_held(sheet, last);
    worksheet_autofilter(sheet->worksheet, SEARCH_LAYOUTS_HEADER_ROW, 0, last,
                         AT_NUMBERS + NUMBERS - 1);
    struct print_setup setup = {last, AT_NUMBERS + NUMBERS - 1, SEARCH_LAYOUTS_HEADER_ROW, 4, 2, 90,
                                false};
    page_setup(book, sheet, &setup);
}
