/* whatif_layouts.c -- the sheet What-if layouts: every layout, whether it fits, and its rank
 *
 * A layout is a split and a number of replicas. What a replica's share of the requests holds in its
 * cache is added to what the split holds without one. */
#include "book/whatif_serving.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct layout_column {
    const char *symbol;
    const char *formula; /* NULL: the cell holds the number itself, or a term's */
    double (*value)(const struct whatif *w, const struct spread *s);
    struct table_column look;
};

#define OF_LAYOUT(name, what) \
    static double name(const struct whatif *w, const struct spread *s) \
    { \
        (void)w; \
        return what; \
    }

static double rank_if(bool fits, const struct layout *l)
{
    const double radix = 100;
    double rank = ((l->gpus * radix + l->servers) * radix + (l->pp > 1)) * radix + l->tp;
    return fits ? rank * radix + l->pp : NAN;
}

OF_LAYOUT(line, (double)(s->split - w->splits) + 1)
OF_LAYOUT(ways, s->layout.tp)
OF_LAYOUT(stages, s->layout.pp)
OF_LAYOUT(replicas, s->layout.ways)
OF_LAYOUT(gpus, s->layout.gpus)
OF_LAYOUT(servers, s->layout.servers)
OF_LAYOUT(legal, s->legal)
OF_LAYOUT(sequences, s->at.S)
OF_LAYOUT(beyond, s->at.T_x)
OF_LAYOUT(cache, s->footprint.column_bytes[COLUMN_KV_CACHE])
OF_LAYOUT(total, s->footprint.total_bytes)
OF_LAYOUT(usable, s->footprint.usable_bytes)
OF_LAYOUT(half, s->footprint.high_bytes - s->footprint.total_bytes)
OF_LAYOUT(lacks, s->legal ? s->footprint.total_bytes - s->footprint.usable_bytes : NAN)
OF_LAYOUT(rank, rank_if(true, &s->layout))
OF_LAYOUT(rank_expected,
          rank_if(s->legal && s->footprint.total_bytes <= s->footprint.usable_bytes, &s->layout))
OF_LAYOUT(rank_low,
          rank_if(s->legal && s->footprint.low_bytes <= s->footprint.usable_bytes, &s->layout))
OF_LAYOUT(rank_high,
          rank_if(s->legal && s->footprint.high_bytes <= s->footprint.usable_bytes, &s->layout))

static const struct layout_column columns[] = {
    {"n", "t * p * R", gpus, {"n", "GPUs", 9, STYLE_COUNT}},
    {"t", NULL, ways, {"t", "GPUs", 8, STYLE_COUNT}},
    {"p", NULL, stages, {"p", "stages", 9, STYLE_COUNT}},
    {"R", NULL, replicas, {"R", "replicas", 10, STYLE_COUNT}},
    {"line", NULL, line, {"Split", "line of " SPLITS_SHEET, 12, STYLE_COUNT}},
    {"servers",
     "ROUNDUP(n / t / MAX(1, ROUNDDOWN(g_s / t, 0)), 0) * MAX(1, ROUNDUP(t / g_s, 0))",
     servers,
     {"Servers", "whole groups of t", 11, STYLE_COUNT}},
    {"ok",
     "IF(AND(i_ok > 0, n <= most, R <= requests), 1, 0)",
     legal,
     {"Legal", "0/1", 8, STYLE_COUNT}},
    {"S", "ROUNDUP(requests / R, 0)", sequences, {"S", "sequences", 11, STYLE_COUNT}},
    {"T_x",
     "IF(i_cap > 0, MIN(B, S * (T_b - T_w)), 0)",
     beyond,
     {"T_x", "tokens", 11, STYLE_COUNT}},
    {"kv_full", NULL, NULL, {"Cache, growing layers", "bytes", 18, STYLE_COUNT}},
    {"kv_window", NULL, NULL, {"Cache, windowed layers", "bytes", 18, STYLE_COUNT}},
    {"kv_indexer", NULL, NULL, {"Cache, index keys", "bytes", 18, STYLE_COUNT}},
    {"kv_state", NULL, NULL, {"Recurrent state", "bytes", 18, STYLE_COUNT}},
    {"kv",
     "kv_full + kv_window + kv_indexer + kv_state",
     cache,
     {"Cache", "bytes", 18, STYLE_COUNT}},
    {"total", "X_j + kv", total, {"Total, fullest GPU", "bytes", 18, STYLE_COUNT}},
    {"usable", "U_j", usable, {"Usable there", "bytes", 18, STYLE_COUNT}},
    {"half",
     "SQRT((w_w * W_j)^2 + (w_c * kv)^2 + (w_a * A_j)^2 + (w_o * gib)^2 + (w_t * total)^2)",
     half,
     {"Half-width of the 90 % band", "bytes", 18, STYLE_COUNT}},
    {"lacks",
     "IF(ok > 0, total - usable, \"\")",
     lacks,
     {"Lacks, where legal; negative: to spare", "bytes", 18, STYLE_COUNT}},
    {"rank",
     "(((n * radix + servers) * radix + IF(p > 1, 1, 0)) * radix + t) * radix + p",
     rank,
     {"Rank: n, servers, p > 1, t, p", "two digits each", 18, STYLE_COUNT}},
    {"expected",
     "IF(AND(ok > 0, total <= usable), rank, \"\")",
     rank_expected,
     {"Rank, where it fits as expected", NULL, 18, STYLE_COUNT}},
    {"low",
     "IF(AND(ok > 0, total - half <= usable), rank, \"\")",
     rank_low,
     {"Rank, where it fits at the low end", NULL, 18, STYLE_COUNT}},
    {"high",
     "IF(AND(ok > 0, total + half <= usable), rank, \"\")",
     rank_high,
     {"Rank, where it fits at the high end", NULL, 18, STYLE_COUNT}},
};
enum { COLUMN_TOTAL = sizeof columns / sizeof *columns };

/* The lowest rank, as the sheet finds it, against the search's layout; 0: none. */
static bool same_layout(const struct whatif *w, const struct fit *fit,
                        double (*rank_of)(const struct whatif *w, const struct spread *s),
                        double *gpus)
{
    const struct spread *best = NULL;
    for (size_t i = 0; i < w->spread_count; i++) {
        const struct spread *s = &w->spreads[i];
        double rank = rank_of(w, s);
        if (!isnan(rank) && (!best || rank < rank_of(w, best)))
            best = s;
    }
    *gpus = best ? best->layout.gpus : 0;
    if (!best || !fit->found)
        return !best == !fit->found;
    return best->layout.tp == fit->layout.tp && best->layout.pp == fit->layout.pp &&
           best->layout.ways == fit->layout.ways;
}

bool whatif_agrees(const struct book *book, double *searched, double *listed)
{
    const struct whatif *w = serving_of(book);
    double edge;
    *searched = *listed = 0;
    if (!w)
        return true;
    *searched = w->expected.found ? w->expected.layout.gpus : 0;
    return same_layout(w, &w->low, rank_low, &edge) && same_layout(w, &w->high, rank_high, &edge) &&
           same_layout(w, &w->expected, rank_expected, listed);
}

static int find_column(const char *symbol)
{
    for (int i = 0; i < COLUMN_TOTAL; i++)
        if (!strcmp(columns[i].symbol, symbol))
            return i;
    return -1;
}

bool layouts_range(const struct whatif *w, const char *symbol, char range[CELL_NAME_BYTES])
{
    return whatif_range(LAYOUTS_SHEET, find_column(symbol), w->spread_count, range);
}

struct spot {
    const struct whatif *w;
    size_t index;
};

static bool find_cell(const void *context, const char *symbol, char cell[CELL_NAME_BYTES])
{
    const struct spot *place = context;
    const struct whatif *w = place->w;
    int column = find_column(symbol);
    if (column < 0)
        return splits_cell(w, symbol, (size_t)(w->spreads[place->index].split - w->splits), cell) ||
               whatif_cell(w, symbol, cell);
    lxw_rowcol_to_cell_abs(cell, GRID_ROW + (uint32_t)place->index, (lxw_col_t)column, 0, 1);
    return true;
}

static const struct term *term_of(const char *id)
{
    for (size_t i = 0; i < TERM_COUNT; i++)
        if (!strcmp(terms[i].id, id))
            return &terms[i];
    return NULL;
}

static void put_layout(const struct whatif *w, struct sheet *sheet, size_t index)
{
    struct spot place = {w, index};
    uint32_t row = GRID_ROW + (uint32_t)index;
    const struct spread *s = &w->spreads[index];
    for (int i = 0; i < COLUMN_TOTAL; i++) {
        const struct layout_column *c = &columns[i];
        const struct term *term = term_of(c->symbol);
        double value = term ? s->footprint.term_bytes[term - terms] : c->value(w, s);
        const char *formula = term ? term->formula : c->formula;
        char text[LIVE_BYTES];
        if (!formula)
            put_number(sheet, row, (uint16_t)i, c->look.style, value);
        else if (live_text(formula, find_cell, &place, text))
            put_signed_formula(sheet, row, (uint16_t)i, c->look.style, text, value);
        else
            sheet->refused++;
    }
}

/* A row that fits is marked by its fill beside the rank in its last columns. */
static void mark_fits(struct sheet *sheet, uint32_t last)
{
    lxw_conditional_format format = {0};
    format.type = LXW_CONDITIONAL_TYPE_CELL;
    format.criteria = LXW_CONDITIONAL_CRITERIA_GREATER_THAN;
    format.format = sheet->formats[STYLE_RESULT];
    worksheet_conditional_format_range(sheet->worksheet, GRID_ROW,
                                       (lxw_col_t)find_column("expected"), last, COLUMN_TOTAL - 1,
                                       &format);
}

void whatif_layouts_write(struct book *book, struct sheet *sheet)
{
    const struct whatif *w = serving_of(book);
    struct table_column looks[COLUMN_TOTAL];
    page_title(
        sheet, LAYOUTS_SHEET,
        "Every layout of up to 64 GPUs: t tensor-parallel ways, p pipeline stages, R "
        "replicas, n = t p R. The answer on What-if is the lowest rank among those that fit, "
        "as in the search of the program with max_gpus of up to 64.");
    for (int i = 0; i < COLUMN_TOTAL; i++)
        looks[i] = columns[i].look;
    table_header(sheet, GRID_HEADER_ROW, looks, COLUMN_TOTAL);
    uint32_t last = GRID_HEADER_ROW;
    for (size_t i = 0; w && i < w->spread_count; i++)
        put_layout(w, sheet, i);
    if (w) {
        last = GRID_ROW + (uint32_t)w->spread_count - 1;
        mark_fits(sheet, last);
    }
    worksheet_autofilter(sheet->worksheet, GRID_HEADER_ROW, 0, last, COLUMN_TOTAL - 1);
    struct print_setup setup = {last, COLUMN_TOTAL - 1, GRID_HEADER_ROW, 4, 2, 90, false};
    page_setup(book, sheet, &setup);
}
