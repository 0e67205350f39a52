/* whatif_training_ways.c -- the sheet Training ways: what depends on t alone
 *
 * A term stands here as if all layers were on one stage and nothing were divided by ZeRO; the
 * splits multiply it by the letter of the stage that its formula begins with. */
#include "book/whatif_training.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct way *way_at(const struct whatif *w, size_t row)
{
    return &w->tuned->ways[row];
}

#define OF_WAY(name, what) \
    static double name(const struct whatif *w, size_t row, int stage) \
    { \
        const struct way *way = way_at(w, row); \
        const struct letters *x = &way->at; \
        (void)stage; \
        (void)x; \
        return what; \
    }

OF_WAY(ways, way->t)
OF_WAY(legal, way->legal_heads)

static double groups(const struct whatif *w, size_t row, int stage)
{
    const struct pick *card = whatif_chosen(w, OFFER_GPU);
    (void)stage;
    return fmax(1, floor(card_server(card, w->facts) / way_at(w, row)->t));
}

static double scores(const struct whatif *w, const struct letters *x)
{
    return w->request.flash_attention ? 0 : 5 * x->a * x->s / x->t;
}

OF_WAY(layer, x->A - scores(w, x))

static const struct grid_column before[] = {
    {"t", 0, "t", "GPUs", NULL, ways},
    {"i_hd", 0, "t shares the heads out, on one server", "0/1",
     "IF(AND(MOD(a_t, t) = 0, OR(MOD(k_t, t) = 0, MOD(t, k_t) = 0), MOD(a_v, t) = 0, "
     "OR(MOD(k_v, t) = 0, MOD(t, k_v) = 0), t <= g_s), 1, 0)",
     legal},
    {"g_t", 0, "Groups of t on a server", "groups", "MAX(1, ROUNDDOWN(g_s / t, 0))", groups},
    {"r_w", 0, "r_w", "share", "MAX(1 / t, IF(k > 0, 1 / k, 0))", NULL},
    {"b_hi", 0, "b_hi", "bytes", "IF(AND(t > 1, i_sp > 0), c_hi, 0)", NULL},
    {"A_l", 0, "Saved by a layer per token, scores left out", "bytes",
     "b_ac * IF(i_sp > 0, N_sv / t, (N_sv - MIN(N_sv, n_k * h)) / t + MIN(N_sv, n_k * h))", layer},
    {"A", 0, "A", "bytes per token", "A_l + N_sc / t", NULL},
    {"K", 0, "K", "bytes per token",
     "IF(recompute = \"full\", b_ac * h / IF(i_sp > 0, t, 1), IF(recompute = \"selective\", "
     "IF(i_op > 0, b_ac * N_sel / t, A_l), A))",
     NULL},
    {"N_blk", 0, "N_blk", "parameters",
     "(N_att + N_mix + N_unl) / L / t + N_kvp / L * r_w + N_low / L + IF(L_x > 0, (N_exp + N_shr) "
     "/ t / MAX(1, L_x), N_ffn / L / t)",
     NULL},
};

static const char *const groups_of[] = {"i_1", "s_l", "s_f", "s_x"};

static double group_sum(const struct whatif *w, size_t row, const char *factor)
{
    char own[8];
    double sum = 0;
    for (size_t i = 0; i < TERM_COUNT; i++)
        if (terms[i].column == COLUMN_WEIGHTS && term_trains(&terms[i]) &&
            term_level(&terms[i]) == TERM_OF_WAY && !strcmp(term_factor(&terms[i], own), factor))
            sum += terms[i].bytes(&way_at(w, row)->at);
    return sum;
}

static double group_value(const struct whatif *w, size_t row, int stage)
{
    return group_sum(w, row, groups_of[stage - 1]);
}

static const char *group_text(struct whatif *w, const char *factor)
{
    char own[8];
    const char *text = NULL;
    for (size_t i = 0; i < TERM_COUNT; i++)
        if (terms[i].column == COLUMN_WEIGHTS && term_trains(&terms[i]) &&
            term_level(&terms[i]) == TERM_OF_WAY && !strcmp(term_factor(&terms[i], own), factor))
            text = text ? arena_format(&w->book->arena, "%s + %s", text, terms[i].id) : terms[i].id;
    return text ? text : "0";
}

void training_place_ways(struct whatif *w)
{
    struct tuned *u = w->tuned;
    struct arena *arena = &w->book->arena;
    u->way_columns = arena_array(arena, GRID_COLUMNS_MOST, sizeof *u->way_columns);
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        grid_add(u->way_columns, &u->way_column_count, before[i]);
    for (size_t i = 0; i < TERM_COUNT; i++)
        if (term_trains(&terms[i]) && term_level(&terms[i]) == TERM_OF_WAY)
            grid_add(u->way_columns, &u->way_column_count,
                     (struct grid_column){terms[i].id, 0, terms[i].label, "bytes", terms[i].formula,
                                          NULL});
    for (int i = 0; i < 4; i++)
        grid_add(u->way_columns, &u->way_column_count,
                 (struct grid_column){arena_format(arena, "W_%s", groups_of[i]), i + 1,
                                      arena_format(arena, "Weights, times %s", groups_of[i]),
                                      "bytes", group_text(w, groups_of[i]), group_value});
}

/* All layers on one stage, gathered where anything is, and nothing divided. */
static bool find_cell(const struct whatif *w, size_t row, const struct grid_column *column,
                      const char *symbol, char cell[CELL_NAME_BYTES])
{
    static const char *const whole[] = {"i_1", "i_p", "s_l", "s_x", "s_f", "i_3", "z_w"};
    (void)w;
    (void)row;
    (void)column;
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        if (!strcmp(whole[i], symbol)) {
            copy_text(cell, CELL_NAME_BYTES, "1");
            return true;
        }
    return false;
}

static double letter(const struct whatif *w, size_t row, const struct grid_column *column)
{
    const struct letters *x = &way_at(w, row)->at;
    for (size_t i = 0; i < TERM_COUNT; i++)
        if (!strcmp(terms[i].id, column->symbol))
            return terms[i].bytes(x);
    return legend_value(x, column->symbol);
}

static int find_column(const struct whatif *w, const char *symbol)
{
    for (size_t i = 0; i < w->tuned->way_column_count; i++)
        if (!strcmp(w->tuned->way_columns[i].symbol, symbol))
            return (int)i;
    return -1;
}

bool ways_range(const struct whatif *w, const char *symbol, char range[CELL_NAME_BYTES])
{
    return whatif_range(TRAINING_WAYS, find_column(w, symbol), w->tuned->way_count, range);
}

bool ways_cell(const struct whatif *w, const char *symbol, size_t way, char cell[CELL_NAME_BYTES])
{
    int column = find_column(w, symbol);
    if (column >= 0)
        grid_cell(TRAINING_WAYS, column, way, cell);
    return column >= 0;
}

void training_ways_write(struct book *book, struct sheet *sheet)
{
    const struct whatif *w = training_of(book);
    page_title(sheet, TRAINING_WAYS,
               "What depends on the tensor-parallel ways t alone, with all layers on one stage and "
               "before ZeRO divides. The letters are explained on " TRAINING_SHEET ".");
    uint32_t last = GRID_HEADER_ROW;
    uint16_t columns = 1;
    if (w) {
        const struct tuned *u = w->tuned;
        grid_put(&(struct grid){w, u->way_columns, u->way_column_count, u->way_count, find_cell,
                                letter, NULL},
                 sheet);
        last = GRID_ROW + (uint32_t)u->way_count - 1;
        columns = (uint16_t)u->way_column_count;
    }
    worksheet_autofilter(sheet->worksheet, GRID_HEADER_ROW, 0, last, (lxw_col_t)(columns - 1));
    struct print_setup setup = {last, (uint16_t)(columns - 1), GRID_HEADER_ROW, 1, 2, 90, false};
    page_setup(book, sheet, &setup);
}
