/* whatif_layouts.c -- the sheet What-if layouts: the total for each t, p and number of replicas
 *
 * A column for each R with the GiB of the fullest GPU, and behind them one with half of its band.
 * What a replica's share of the requests holds in its cache is added to what the split holds
 * without one: S sequences, and T_x tokens beyond the window, both above the columns. */
#include "book/whatif_serving.h"

#include "core/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double radix = 100; /* as on What-if */

enum { SEQUENCES_ROW, BEYOND_ROW, REPLICAS_ROW };

static const struct split *split_at(const struct whatif *w, size_t row)
{
    return &w->splits[row];
}

#define OF_SPLIT(name, what) \
    static double name(const struct whatif *w, size_t row, int stage) \
    { \
        const struct split *s = split_at(w, row); \
        (void)stage; \
        return what; \
    }

static double fewest(const struct split *s, enum margin margin)
{
    return s->fewest[margin] > 0 ? s->fewest[margin] : radix;
}

static double order_of(const struct split *s, enum margin margin)
{
    double R = s->fewest[margin];
    if (R <= 0)
        return NAN;
    const struct layout *l = &s->spreads[(size_t)R - 1].layout;
    double order = (l->gpus * radix + l->servers) * radix + (l->pp > 1);
    return (order * radix + l->tp) * radix + l->pp;
}

static double lacks_of(const struct split *s)
{
    if (!s->legal || s->most < 1)
        return NAN;
    const struct footprint *f = &s->spreads[(size_t)s->most - 1].footprint;
    return (f->total_bytes - f->usable_bytes) / GIB;
}

OF_SPLIT(ways, s->t)
OF_SPLIT(stages, s->p)
OF_SPLIT(legal, s->legal)
OF_SPLIT(usable, s->of[s->tight].usable_bytes / GIB)
OF_SPLIT(most, s->most)
OF_SPLIT(replicas_low, fewest(s, MARGIN_LOW))
OF_SPLIT(replicas_expected, fewest(s, MARGIN_EXPECTED))
OF_SPLIT(replicas_high, fewest(s, MARGIN_HIGH))
OF_SPLIT(order_low, order_of(s, MARGIN_LOW))
OF_SPLIT(order_expected, order_of(s, MARGIN_EXPECTED))
OF_SPLIT(order_high, order_of(s, MARGIN_HIGH))
OF_SPLIT(lacks, lacks_of(s))

static double total(const struct whatif *w, size_t row, int R)
{
    return split_at(w, row)->spreads[R - 1].footprint.total_bytes / GIB;
}

static double half(const struct whatif *w, size_t row, int R)
{
    const struct footprint *f = &split_at(w, row)->spreads[R - 1].footprint;
    return (f->high_bytes - f->total_bytes) / GIB;
}

/* --- columns --- */

#define FEWEST(totals) \
    "radix - ok * SUMPRODUCT(MAX((" totals " <= usable) * (row_totals > 0) * (heads <= R_most) " \
    "* (radix - heads)))"
#define ORDER(R) \
    "IF(" R " < radix, (((t * p * " R " * radix + ROUNDUP(p * " R " / MAX(1, ROUNDDOWN(g_s / t, " \
    "0)), 0)) * radix + IF(p > 1, 1, 0)) * radix + t) * radix + p, \"\")"
#define CACHE "(S * k_S + T_x * k_x)"

/* Before the blocks, and between them. */
static const struct grid_column columns[] = {
    {"t", 0, "t", "GPUs", NULL, ways},
    {"p", 0, "p", "stages", NULL, stages},
    {"ok", 0, "Legal", "0/1", "i_ok", legal},
    {"usable", 0, "Usable", "GiB", "U_j / gib", usable},
    {"R_most", 0, "Most replicas", "R", "MIN(requests, ROUNDDOWN(n_most / t / p, 0))", most},
    {"R_low", 0, "Least R, low end", "100: none", FEWEST("row_totals - row_halves"), replicas_low},
    {"R_expected", 0, "Least R that fits", "100: none", FEWEST("row_totals"), replicas_expected},
    {"R_high", 0, "Least R, high end", "100: none", FEWEST("row_totals + row_halves"),
     replicas_high},
    {"low", 0, "Rank, low end", "two digits each", ORDER("R_low"), order_low},
    {"expected", 0, "Rank, expected: n, servers, p > 1, t, p", "two digits each",
     ORDER("R_expected"), order_expected},
    {"high", 0, "Rank, high end", "two digits each", ORDER("R_high"), order_high},
    {"lacks", 0, "Lacks with most replicas; negative: to spare", "GiB",
     "IF(AND(ok > 0, R_most > 0), INDEX(row_totals, MAX(1, R_most)) - usable, \"\")", lacks},
};
enum { COLUMNS = sizeof columns / sizeof *columns, BEFORE = 8 };

/* The two blocks, in this order. */
static const struct block {
    const char *symbol;
    const char *formula;
    double (*value)(const struct whatif *w, size_t row, int R);
} blocks[] = {
    {"total", "(X_j + " CACHE ") / gib", total},
    {"half",
     "SQRT((w_w * W_j)^2 + (w_c * " CACHE ")^2 + (w_a * A_j)^2 + (w_o * gib)^2 + (w_t * total * "
     "gib)^2) / gib",
     half},
};
enum { BLOCKS = sizeof blocks / sizeof *blocks };

void whatif_place_layouts(struct whatif *w)
{
    struct arena *arena = &w->book->arena;
    w->layout_columns = arena_array(arena, GRID_COLUMNS_MOST, sizeof *w->layout_columns);
    for (size_t i = 0; i < BEFORE; i++)
        grid_add(w->layout_columns, &w->layout_column_count, columns[i]);
    for (size_t i = 0; i < BLOCKS; i++) {
        for (int R = 1; R <= WHATIF_GPUS_MOST; R++)
            grid_add(w->layout_columns, &w->layout_column_count,
                     (struct grid_column){blocks[i].symbol, R, arena_format(arena, "R = %d", R),
                                          "GiB", blocks[i].formula, blocks[i].value});
        for (size_t j = BEFORE; j < COLUMNS && i == 0; j++)
            grid_add(w->layout_columns, &w->layout_column_count, columns[j]);
    }
}

/* Of the totals, which the other columns follow, or of the block behind those. */
static int block_column(int block, int R)
{
    return (block ? (int)COLUMNS : (int)BEFORE) + block * WHATIF_GPUS_MOST + R - 1;
}

static bool find_block(size_t row, const char *symbol, char cell[CELL_NAME_BYTES])
{
    static const char *const rows[] = {"row_totals", "row_halves"};
    for (int i = 0; i < BLOCKS; i++)
        if (!strcmp(symbol, rows[i]))
            return grid_row_range(NULL, block_column(i, 1), block_column(i, WHATIF_GPUS_MOST), row,
                                  cell);
    return false;
}

/* S and T_x of the column's replicas; all numbers R. */
static bool find_head(const struct grid_column *column, const char *symbol,
                      char cell[CELL_NAME_BYTES])
{
    if (!strcmp(symbol, "S"))
        return grid_head(SEQUENCES_ROW, block_column(0, column->stage), 0, cell);
    if (!strcmp(symbol, "T_x"))
        return grid_head(BEYOND_ROW, block_column(0, column->stage), 0, cell);
    return !strcmp(symbol, "heads") &&
           grid_head(REPLICAS_ROW, block_column(0, 1), block_column(0, WHATIF_GPUS_MOST), cell);
}

static bool find_cell(const struct whatif *w, size_t row, const struct grid_column *column,
                      const char *symbol, char cell[CELL_NAME_BYTES])
{
    return find_block(row, symbol, cell) || find_head(column, symbol, cell) ||
           splits_cell(w, symbol, row, cell);
}

static bool is_empty(const struct whatif *w, size_t row, const struct grid_column *column)
{
    return column->stage > (int)split_at(w, row)->spread_count;
}

bool layouts_range(const struct whatif *w, const char *symbol, char range[CELL_NAME_BYTES])
{
    static const char *const names[] = {"totals", "halves"};
    for (int i = 0; i < BLOCKS; i++)
        if (!strcmp(symbol, names[i]))
            return grid_block(LAYOUTS_SHEET, block_column(i, 1), block_column(i, WHATIF_GPUS_MOST),
                              w->split_count, range);
    int column = grid_column_of(w->layout_columns, w->layout_column_count, symbol, 0);
    return whatif_range(LAYOUTS_SHEET, column, w->split_count, range);
}

/* The lowest rank, as the sheet finds it, against the search's layout. */
static bool same_layout(const struct whatif *w, enum margin margin, const struct fit *fit,
                        double *gpus)
{
    const struct split *best = NULL;
    *gpus = 0;
    for (size_t i = 0; i < w->split_count; i++) {
        const struct split *s = split_at(w, i);
        if (s->fewest[margin] > 0 && (!best || order_of(s, margin) < order_of(best, margin)))
            best = s;
    }
    if (!best || !fit->found)
        return !best == !fit->found;
    *gpus = best->t * best->p * best->fewest[margin];
    return best->t == fit->layout.tp && best->p == fit->layout.pp &&
           best->fewest[margin] == fit->layout.ways;
}

bool whatif_agrees(const struct book *book, double *searched, double *listed)
{
    return whatif_is_searched(serving_of(book), same_layout, searched, listed);
}

/* --- the sheet --- */

/* A column of the totals. */
struct above {
    const struct whatif *w;
    int column;
};

static bool find_above(const void *context, const char *symbol, char cell[CELL_NAME_BYTES])
{
    const struct above *spot = context;
    if (!strcmp(symbol, "R"))
        return grid_head(REPLICAS_ROW, spot->column, 0, cell);
    if (!strcmp(symbol, "S"))
        return grid_head(SEQUENCES_ROW, spot->column, 0, cell);
    return whatif_cell(spot->w, symbol, cell);
}

static void put_above(const struct whatif *w, struct sheet *sheet, uint32_t row,
                      const char *formula, int R)
{
    struct above spot = {w, block_column(0, R)};
    const struct letters *x = &w->splits->spreads[R - 1].at;
    char text[LIVE_BYTES];
    if (live_text(formula, find_above, &spot, text))
        put_signed_formula(sheet, row, (uint16_t)spot.column, STYLE_COUNT, text,
                           row == SEQUENCES_ROW ? x->S : x->T_x);
    else
        sheet->refused++;
}

static void put_heads(const struct whatif *w, struct sheet *sheet)
{
    static const char *const titles[] = {"S", "T_x", "R"};
    for (int i = 0; i < 3; i++)
        put_text(sheet, (uint32_t)i, BEFORE - 1, STYLE_STRONG, titles[i]);
    for (int R = 1; R <= WHATIF_GPUS_MOST; R++) {
        put_number(sheet, REPLICAS_ROW, (uint16_t)block_column(0, R), STYLE_STRONG, R);
        put_above(w, sheet, SEQUENCES_ROW, "ROUNDUP(requests / R, 0)", R);
        put_above(w, sheet, BEYOND_ROW, "IF(i_cap > 0, MIN(B, S * (T_b - T_w)), 0)", R);
    }
    put_text(sheet, REPLICAS_ROW, (uint16_t)block_column(1, 1), STYLE_SUBTITLE,
             "Half of the 90 % band, GiB");
}

void whatif_layouts_write(struct book *book, struct sheet *sheet)
{
    const struct whatif *w = serving_of(book);
    page_title(sheet, LAYOUTS_SHEET, "GiB on the fullest GPU; filled: it fits; n = t p R");
    uint32_t last = GRID_HEADER_ROW;
    uint16_t last_column = (uint16_t)block_column(0, WHATIF_GPUS_MOST);
    if (w) {
        grid_put(&(struct grid){w, w->layout_columns, w->layout_column_count, w->split_count,
                                find_cell, NULL, is_empty},
                 sheet);
        put_heads(w, sheet);
        last = GRID_ROW + (uint32_t)w->split_count - 1;
        grid_mark(sheet, block_column(0, 1), last_column, last,
                  "=AND(ISNUMBER(I5),$C5>0,I$3<=$E5,I5<=$D5)");
    }
    worksheet_autofilter(sheet->worksheet, GRID_HEADER_ROW, 0, last, BEFORE - 1);
    struct print_setup setup = {last, last_column, GRID_HEADER_ROW, 2, 2, 90, false};
    page_setup(book, sheet, &setup);
}
