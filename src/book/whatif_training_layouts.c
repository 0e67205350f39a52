/* whatif_training_layouts.c -- the sheet Training layouts: totals by t, p, ZeRO stage and D
 *
 * A column for each D with the GiB of the fullest GPU; behind them, likewise by D, where that GPU
 * is and half of the band. The fewest ranks that fit are looked up among all columns. */
#include "book/whatif_training.h"

#include "core/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double radix = 100; /* as on What-if training */

static const struct cut *cut_at(const struct whatif *w, size_t row)
{
    return &w->tuned->cuts[row];
}

static const struct rank *rank_at(const struct whatif *w, size_t row, double D)
{
    return &cut_at(w, row)->ranks[(size_t)D - 1];
}

#define OF_CUT(name, what) \
    static double name(const struct whatif *w, size_t row, int stage) \
    { \
        const struct cut *c = cut_at(w, row); \
        (void)stage; \
        return what; \
    }

static double most_ranks(const struct whatif *w, const struct cut *c)
{
    return floor(w->request.max_gpus / c->way->t / c->p);
}

static double fewest(const struct cut *c, enum margin margin)
{
    return c->fewest[margin] > 0 ? c->fewest[margin] : radix;
}

static double order_of(const struct cut *c, enum margin margin)
{
    double D = c->fewest[margin];
    if (D <= 0)
        return NAN;
    const struct layout *l = &c->ranks[(size_t)D - 1].layout;
    double order = (l->gpus * radix + l->servers) * radix + (l->pp > 1);
    return ((order * radix + l->tp) * radix + l->pp) * radix + c->zero;
}

static double lacks_of(const struct cut *c)
{
    if (!c->legal || c->nearest < fmin(c->slot, 2))
        return NAN;
    const struct footprint *f = &c->ranks[(size_t)c->nearest - 1].footprint;
    return (f->total_bytes - f->usable_bytes) / GIB;
}

OF_CUT(ways, c->way->t)
OF_CUT(stages, c->p)
OF_CUT(zero, c->zero)
OF_CUT(legal, c->legal)
OF_CUT(most, most_ranks(w, c))
OF_CUT(ranks_low, fewest(c, MARGIN_LOW))
OF_CUT(ranks_expected, fewest(c, MARGIN_EXPECTED))
OF_CUT(ranks_high, fewest(c, MARGIN_HIGH))
OF_CUT(order_low, order_of(c, MARGIN_LOW))
OF_CUT(order_expected, order_of(c, MARGIN_EXPECTED))
OF_CUT(order_high, order_of(c, MARGIN_HIGH))
OF_CUT(nearest, c->nearest)
OF_CUT(lacks, lacks_of(c))

static double total(const struct whatif *w, size_t row, int D)
{
    return rank_at(w, row, D)->footprint.total_bytes / GIB;
}

static double place(const struct whatif *w, size_t row, int D)
{
    return rank_at(w, row, D)->place;
}

static double half(const struct whatif *w, size_t row, int D)
{
    return rank_at(w, row, D)->half_bytes / GIB;
}

/* --- columns --- */

#define FEWEST(totals) \
    "radix - ok * SUMPRODUCT(MAX((" totals " <= u * C / gib) * (row_totals > 0) * (heads <= " \
    "D_most) * (radix - heads)))"
#define ORDER(D) \
    "IF(" D " < radix, ((((t * p * " D " * radix + ROUNDUP(p * " D " / g_t, 0)) * radix + IF(p > " \
    "1, 1, 0)) * radix + t) * radix + p) * radix + z, \"\")"

/* Before the blocks, and behind them. */
static const struct grid_column columns[] = {
    {"t", 0, "t", "GPUs", NULL, ways},
    {"p", 0, "p", "stages", NULL, stages},
    {"z", 0, "ZeRO", "D > 1", "zero_of_slot", zero},
    {"ok", 0, "Legal", "0/1", "i_ok", legal},
    {"D_low", 0, "Least D, low end", "100: none", FEWEST("row_totals - row_halves"), ranks_low},
    {"D_expected", 0, "Least D that fits", "100: none", FEWEST("row_totals"), ranks_expected},
    {"D_high", 0, "Least D, high end", "100: none", FEWEST("row_totals + row_halves"), ranks_high},
    {"D_most", 0, "Most ranks", "D", "ROUNDDOWN(n_most / t / p, 0)", most},
    {"low", 0, "Rank, low end", "two digits each", ORDER("D_low"), order_low},
    {"expected", 0, "Rank, expected: n, servers, p > 1, t, p, ZeRO", "two digits each",
     ORDER("D_expected"), order_expected},
    {"high", 0, "Rank, high end", "two digits each", ORDER("D_high"), order_high},
    {"D_nearest", 0, "Ranks that lack least, if none fits", "D",
     "IF(D_most < 1, 0, IF(AND(slot = 1, first_total <= INDEX(row_totals, MAX(1, D_most))), 1, "
     "D_most))",
     nearest},
    {"lacks", 0, "Lacks; negative: to spare", "GiB",
     "IF(AND(ok > 0, D_nearest >= MIN(slot, 2)), INDEX(row_totals, MAX(1, D_nearest)) - u * C / "
     "gib, \"\")",
     lacks},
};
enum { COLUMNS = sizeof columns / sizeof *columns, BEFORE = 7 };

#define ALLOCATED "o_1 * (six_un + six_ac + (six_di + six_ad) / D) + six_ov"
#define ALLOCATED_ONE "o_1 * (six_un + six_di + six_al) + six_ov"
#define HALF(states, activations) \
    "SQRT((w_w * (" states "))^2 + (w_a * (" activations \
    "))^2 + (w_o * gib)^2 + (w_t * total * gib)^2) / gib"

/* The three blocks, in this order. */
static const struct block {
    const char *symbol;
    const char *title;
    const char *unit;
    const char *one; /* formula at D = 1 */
    const char *more;
    double (*value)(const struct whatif *w, size_t row, int D);
} blocks[] = {
    {"total", "GiB at D = %d", "GiB",
     "(SUMPRODUCT(MAX(" ALLOCATED_ONE ")) + nccl - nccl_more) / gib",
     "SUMPRODUCT(MAX(" ALLOCATED ")) / gib", total},
    {"place", "Place at D = %d", "1 to 6",
     "SUMPRODUCT(MATCH(1, (" ALLOCATED_ONE " >= (total * gib + nccl_more - nccl) * (1 - exact)) * "
     "1, 0))",
     "SUMPRODUCT(MATCH(1, (" ALLOCATED " >= total * gib * (1 - exact)) * 1, 0))", place},
    {"half", "Half of the band at D = %d", "GiB",
     HALF("INDEX(six_un, place) + INDEX(six_di, place)", "INDEX(six_al, place)"),
     HALF("INDEX(six_un, place) + INDEX(six_di, place) / D",
          "INDEX(six_ac, place) + INDEX(six_ad, place) / D"),
     half},
};
enum { BLOCKS = sizeof blocks / sizeof *blocks };

void training_place_layouts(struct whatif *w)
{
    struct tuned *u = w->tuned;
    struct arena *arena = &w->book->arena;
    u->layout_columns = arena_array(arena, GRID_COLUMNS_MOST, sizeof *u->layout_columns);
    for (size_t i = 0; i < BEFORE; i++)
        grid_add(u->layout_columns, &u->layout_column_count, columns[i]);
    for (size_t i = 0; i < BLOCKS; i++) {
        for (int D = 1; D <= WHATIF_GPUS_MOST; D++)
            grid_add(u->layout_columns, &u->layout_column_count,
                     (struct grid_column){blocks[i].symbol, D, arena_format(arena, "D = %d", D),
                                          blocks[i].unit, D > 1 ? blocks[i].more : blocks[i].one,
                                          blocks[i].value});
        for (size_t j = BEFORE; j < COLUMNS && i == 0; j++)
            grid_add(u->layout_columns, &u->layout_column_count, columns[j]);
    }
}

/* Of the totals, which the other columns follow, or of the blocks behind those. */
static int block_column(int block, int D)
{
    return (block ? (int)COLUMNS : (int)BEFORE) + block * WHATIF_GPUS_MOST + D - 1;
}

/* The six places of a split, from the passes on the first stage to the step on the last. */
static bool find_six(const struct whatif *w, size_t row, const char *symbol,
                     char cell[CELL_NAME_BYTES])
{
    const struct tuned *u = w->tuned;
    char name[16];
    if (strncmp(symbol, "six_", 4) != 0 || strlen(symbol) > 8)
        return false;
    snprintf(name, sizeof name, "%.8s_f", symbol + 4);
    int from = grid_column_of(u->cut_columns, u->cut_column_count, name, 1);
    if (from >= 0)
        grid_row_range(TRAINING_SPLITS, from, from + 5, row, cell);
    return from >= 0;
}

static bool find_block(size_t row, const char *symbol, char cell[CELL_NAME_BYTES])
{
    static const char *const rows[] = {"row_totals", "row_places", "row_halves"};
    for (int i = 0; i < BLOCKS; i++)
        if (!strcmp(symbol, rows[i]))
            return grid_row_range(NULL, block_column(i, 1), block_column(i, WHATIF_GPUS_MOST), row,
                                  cell);
    return false;
}

/* The numbers D stand in the header. */
static bool find_head(const struct grid_column *column, const char *symbol,
                      char cell[CELL_NAME_BYTES])
{
    if (!strcmp(symbol, "D"))
        return grid_head(GRID_HEADER_ROW - 1, block_column(0, column->stage), 0, cell);
    return !strcmp(symbol, "heads") && grid_head(GRID_HEADER_ROW - 1, block_column(0, 1),
                                                 block_column(0, WHATIF_GPUS_MOST), cell);
}

static bool find_cell(const struct whatif *w, size_t row, const struct grid_column *column,
                      const char *symbol, char cell[CELL_NAME_BYTES])
{
    const struct cut *cut = cut_at(w, row);
    if (find_six(w, row, symbol, cell) || find_block(row, symbol, cell) ||
        find_head(column, symbol, cell))
        return true;
    if (!strcmp(symbol, "zero_of_slot")) {
        snprintf(cell, CELL_NAME_BYTES, "%szero_%d", w->kind->prefix, cut->slot);
        return true;
    }
    if (!strcmp(symbol, "first_total")) {
        grid_cell(NULL, block_column(0, 1), row, cell);
        return true;
    }
    return cuts_cell(w, symbol, row, cell) ||
           ways_cell(w, symbol, (size_t)(cut->way - w->tuned->ways), cell);
}

static double no_letter(const struct whatif *w, size_t row, const struct grid_column *column)
{
    (void)w;
    (void)row;
    (void)column;
    return NAN;
}

/* Beyond the most GPUs; and one rank is the same whatever the stage. */
static bool is_empty(const struct whatif *w, size_t row, const struct grid_column *column)
{
    const struct cut *cut = cut_at(w, row);
    int D = column->stage;
    return D && (D > (int)cut->rank_count || (D == 1 && cut->slot > 1));
}

bool tuned_range(const struct whatif *w, const char *symbol, char range[CELL_NAME_BYTES])
{
    static const char *const names[] = {"totals", "places", "halves"};
    const struct tuned *u = w->tuned;
    for (int i = 0; i < BLOCKS; i++)
        if (!strcmp(symbol, names[i]))
            return grid_block(TRAINING_LAYOUTS, block_column(i, 1),
                              block_column(i, WHATIF_GPUS_MOST), u->cut_count, range);
    int column = grid_column_of(u->layout_columns, u->layout_column_count, symbol, 0);
    return whatif_range(TRAINING_LAYOUTS, column, u->cut_count, range);
}

/* The lowest rank, as the sheet finds it, against the search's layout. */
static bool same_layout(const struct whatif *w, enum margin margin, const struct fit *fit,
                        double *gpus)
{
    const struct cut *best = NULL;
    *gpus = 0;
    for (size_t i = 0; i < w->tuned->cut_count; i++) {
        const struct cut *cut = cut_at(w, i);
        if (cut->fewest[margin] > 0 && (!best || order_of(cut, margin) < order_of(best, margin)))
            best = cut;
    }
    if (!best || !fit->found)
        return !best == !fit->found;
    const struct layout *l = &best->ranks[(size_t)best->fewest[margin] - 1].layout;
    *gpus = l->gpus;
    return l->tp == fit->layout.tp && l->pp == fit->layout.pp && l->ways == fit->layout.ways &&
           l->zero == fit->layout.zero;
}

bool training_agrees(const struct book *book, double *searched, double *listed)
{
    return whatif_is_searched(training_of(book), same_layout, searched, listed);
}

/* --- the sheet --- */

/* Where it fits, in a legal layout of no more than the most GPUs, is filled and bold. */
static void mark_fits(const struct whatif *w, struct sheet *sheet, uint32_t last)
{
    char rule[256];
    const char *prefix = w->kind->prefix;
    snprintf(rule, sizeof rule, "=AND(ISNUMBER(H5),$D5>0,$A5*$B5*H$3<=%sn_most,H5<=%su*%sC/%sgib)",
             prefix, prefix, prefix, prefix);
    grid_mark(sheet, block_column(0, 1), block_column(0, WHATIF_GPUS_MOST), last, rule);
}

static void put_heads(struct sheet *sheet)
{
    static const char *const titles[] = {
        "GiB on the fullest GPU, by data-parallel ranks D; filled: it fits",
        "Where that GPU is: 1, 2 passes, 3, 4 end of backward, 5, 6 step; even: last stage",
        "Half of the 90 % band, GiB"};
    for (int i = 0; i < BLOCKS; i++)
        put_text(sheet, 1, (uint16_t)block_column(i, 1), STYLE_SUBTITLE, titles[i]);
    put_text(sheet, GRID_HEADER_ROW - 1, BEFORE - 1, STYLE_STRONG, "D");
    for (int D = 1; D <= WHATIF_GPUS_MOST; D++)
        put_number(sheet, GRID_HEADER_ROW - 1, (uint16_t)block_column(0, D), STYLE_STRONG, D);
}

void training_layouts_write(struct book *book, struct sheet *sheet)
{
    const struct whatif *w = training_of(book);
    page_title(sheet, TRAINING_LAYOUTS, "Every layout of up to 64 GPUs: n = t p D.");
    uint32_t last = GRID_HEADER_ROW;
    uint16_t last_column = (uint16_t)block_column(0, WHATIF_GPUS_MOST);
    if (w) {
        const struct tuned *u = w->tuned;
        grid_put(&(struct grid){w, u->layout_columns, u->layout_column_count, u->cut_count,
                                find_cell, no_letter, is_empty},
                 sheet);
        put_heads(sheet);
        last = GRID_ROW + (uint32_t)u->cut_count - 1;
        mark_fits(w, sheet, last);
    }
    worksheet_autofilter(sheet->worksheet, GRID_HEADER_ROW, 0, last, BEFORE - 1);
    struct print_setup setup = {last, last_column, GRID_HEADER_ROW, 3, 2, 90, false};
    page_setup(book, sheet, &setup);
}
