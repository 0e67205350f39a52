/* whatif_training_splits.c -- the sheet Training splits: each t, p and ZeRO stage, before D divides
 *
 * Terms that differ between the first and the last stage have a column for each. From their sums
 * come six places where memory can peak: the forward or backward pass, the end of the backward pass
 * and the optimizer's step, on either stage; each with its states, as far as D divides them and as
 * far as not, its activations and its overhead. */
#include "book/whatif_training.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct cut *cut_at(const struct whatif *w, size_t row)
{
    return &w->tuned->cuts[row];
}

/* --- values --- */

#define OF_CUT(name, what) \
    static double name(const struct whatif *w, size_t row, int stage) \
    { \
        const struct cut *c = cut_at(w, row); \
        const struct letters *x = &c->at[stage ? stage - 1 : 0]; \
        struct shards z = shards_of(&w->request, c->zero); \
        (void)x; \
        (void)z; \
        return what; \
    }
#define S(sum) training_sum(c, stage, sum)

static double step_of(const struct cut *c, int stage)
{
    return training_sum(c, stage, SUM_STEP) - c->at[stage - 1].x_c;
}

OF_CUT(ways, c->way->t)
OF_CUT(stages, c->p)
OF_CUT(slot, c->slot)
OF_CUT(alone, c->p <= 1)
OF_CUT(legal, c->legal)
OF_CUT(layers, x->s_l * x->L)
OF_CUT(nccl, c->way->t * c->p > 1 ? x->o_n : 0)
OF_CUT(nccl_more, x->o_n)
OF_CUT(weights, S(SUM_WEIGHTS))
OF_CUT(forward, S(SUM_FORWARD))
OF_CUT(backward, S(SUM_BACKWARD))
OF_CUT(forward_more, S(SUM_FORWARD) + S(SUM_FORWARD_GATHER))
OF_CUT(backward_more, S(SUM_BACKWARD) + S(SUM_BACKWARD_GATHER))
OF_CUT(whole_passes, (1 - z.weights) * S(SUM_WEIGHTS) + (1 - z.gradients) * S(SUM_KEPT) +
                         (1 - z.optimizer) * S(SUM_OPTIMIZER))
OF_CUT(whole_end, (1 - z.weights) * S(SUM_WEIGHTS) + (1 - z.gradients) * S(SUM_GRADIENTS) +
                      (1 - z.optimizer) * S(SUM_OPTIMIZER))
OF_CUT(parted_passes,
       z.weights *S(SUM_WEIGHTS) + z.gradients * S(SUM_KEPT) + z.optimizer * S(SUM_OPTIMIZER))
OF_CUT(parted_end,
       z.weights *S(SUM_WEIGHTS) + z.gradients * S(SUM_GRADIENTS) + z.optimizer * S(SUM_OPTIMIZER))
OF_CUT(more_passes, fmax(forward_more(w, row, stage), backward_more(w, row, stage)))
OF_CUT(more_end, S(SUM_END) + S(SUM_END_GATHER))
OF_CUT(more_step, S(SUM_STEP_GATHER) + x->x_c + (1 - z.optimizer) * step_of(c, stage))
OF_CUT(none, 0)
OF_CUT(parted_step, z.optimizer *step_of(c, stage))
OF_CUT(alone_passes, fmax(S(SUM_FORWARD), S(SUM_BACKWARD)))
OF_CUT(alone_end, S(SUM_END))
OF_CUT(alone_step, S(SUM_STEP))
OF_CUT(overhead, (1 + x->o_f) * S(SUM_RESERVED_OF) + S(SUM_OVERHEAD) + x->o_n)

/* --- columns --- */

static const struct grid_column before[] = {
    {"t", 0, "t", "GPUs", NULL, ways},
    {"p", 0, "p", "stages", NULL, stages},
    {"slot", 0, "Slot", "of ZeRO stages", NULL, slot},
    {"i_e", 0, "one stage", "0/1", NULL, alone},
    {"i_ok", 0, "legal: heads, server, layers", "0/1",
     "IF(AND(i_hd > 0, p <= L, OR(slot = 1, NOT(ISNUMBER(zero)))), 1, 0)", legal},
    {"l_s", 0, "layers of the fullest stage", "layers", "ROUNDUP(L / p, 0)", layers},
    GRID_SHARES,
    {"l_in", 1, "l_in, first stage", "layers", "l_s * IF(ISNUMBER(accum), MIN(p, accum), p)", NULL},
    {"N_vg", 0, "N_vg", "parameters", "IF(p > 1, 1, 2 - i_tie) * V * h / t", NULL},
    {"N_gx", 0, "N_gx", "parameters", "i_ft * s_x * N_exp / t", NULL},
    {"N_gd", 1, "N_gd, first stage", "parameters", NULL, NULL},
    {"N_gd", 2, "N_gd, last stage", "parameters", NULL, NULL},
    {"N_adp", 0, "N_adp", "parameters",
     "i_lo * IF(ISNUMBER(pct), pct / percent * P, rank * N_sd * L) * s_l / t", NULL},
    {"N_cpy", 1, "N_cpy, first stage", "parameters", "i_lo * (t_e * i_1 + t_h * i_p) * V * h / t",
     NULL},
    {"N_cpy", 2, "N_cpy, last stage", "parameters", "i_lo * (t_e * i_1 + t_h * i_p) * V * h / t",
     NULL},
};

#define TRAINED \
    "i_ft * ((i_1 * N_emb + i_p * (N_head + i_2 * V * h) + s_l * (N_att + N_unl + N_mix) + s_f * " \
    "N_ffn + s_x * N_shr) / t + s_l * (N_kvp * r_w + N_low + N_nrm) + s_x * N_rtr)"

static const char *const stage_names[] = {"", ", first stage", ", last stage"};

static void add(struct whatif *w, struct grid_column column)
{
    struct tuned *u = w->tuned;
    if (column.stage && !strchr(column.title, ','))
        column.title =
            arena_format(&w->book->arena, "%s%s", column.title, stage_names[column.stage]);
    if (!strcmp(column.symbol, "N_gd"))
        column.formula = TRAINED;
    grid_add(u->cut_columns, &u->cut_column_count, column);
}

static bool is_staged(const struct term *term)
{
    static const char *const letters[] = {"i_1", "i_p", "l_in", "N_gd", "N_cpy", "N_gpu"};
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (term_names(term, letters[i]))
            return true;
    return false;
}

static void add_term(struct whatif *w, const struct term *term)
{
    int first = is_staged(term);
    if (term_names(term, "n")) {
        add(w, (struct grid_column){term->id, 0, "NCCL buffers, one rank", "bytes", term->formula,
                                    nccl});
        add(w, (struct grid_column){"nccl_more", 0, "NCCL buffers, more ranks", "bytes",
                                    term->formula, nccl_more});
        return;
    }
    for (int stage = first; stage <= 2 * first; stage++)
        add(w, (struct grid_column){term->id, stage, term->label, "bytes", term->formula, NULL});
}

/* One of the six columns of a block, three times on two stages. */
struct part {
    const char *symbol;
    const char *title;
    const char *formula;
    double (*value)(const struct whatif *w, size_t row, int stage);
};

static void add_parts(struct whatif *w, const struct part *parts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (int stage = 1; stage <= 2; stage++)
            add(w, (struct grid_column){parts[i].symbol, stage, parts[i].title, "bytes",
                                        parts[i].formula, parts[i].value});
}

static const char *join(struct whatif *w, const char *format, enum sum a, enum sum b)
{
    return arena_format(&w->book->arena, "%s%s%s", training_sum_text(w, a), format,
                        training_sum_text(w, b));
}

static void add_sums(struct whatif *w)
{
    const struct part parts[] = {
        {"W", "Weights", training_sum_text(w, SUM_WEIGHTS), weights},
        {"f_o", "Forward, one rank", training_sum_text(w, SUM_FORWARD), forward},
        {"b_o", "Backward, one rank", training_sum_text(w, SUM_BACKWARD), backward},
        {"f_m", "Forward, more ranks", join(w, " + ", SUM_FORWARD, SUM_FORWARD_GATHER),
         forward_more},
        {"b_m", "Backward, more ranks", join(w, " + ", SUM_BACKWARD, SUM_BACKWARD_GATHER),
         backward_more},
    };
    add_parts(w, parts, sizeof parts / sizeof *parts);
}

static const char *states_text(struct whatif *w, const char *format, enum sum gradients)
{
    struct arena *arena = &w->book->arena;
    return *format == '1'
               ? arena_format(arena, "(1 - k_w) * W + (1 - k_g) * (%s) + (1 - k_o) * (%s)",
                              training_sum_text(w, gradients), training_sum_text(w, SUM_OPTIMIZER))
               : arena_format(arena, "k_w * W + k_g * (%s) + k_o * (%s)",
                              training_sum_text(w, gradients), training_sum_text(w, SUM_OPTIMIZER));
}

/* Six columns side by side for each of: states not divided, states divided, activations, of them
 * divided, activations of one rank, overhead. */
static void add_places(struct whatif *w)
{
    struct arena *arena = &w->book->arena;
    const char *step = training_sum_text(w, SUM_STEP);
    const struct part parts[] = {
        {"un_f", "States not divided, passes", states_text(w, "1", SUM_KEPT), whole_passes},
        {"un_e", "States not divided, end", states_text(w, "1", SUM_GRADIENTS), whole_end},
        {"un_s", "States not divided, step", "un_e", whole_end},
        {"di_f", "States divided by D, passes", states_text(w, "k", SUM_KEPT), parted_passes},
        {"di_e", "States divided by D, end", states_text(w, "k", SUM_GRADIENTS), parted_end},
        {"di_s", "States divided by D, step", "di_e", parted_end},
        {"ac_f", "Activations, passes", "MAX(f_m, b_m)", more_passes},
        {"ac_e", "Activations, end", join(w, " + ", SUM_END, SUM_END_GATHER), more_end},
        {"ac_s", "Activations, step",
         arena_format(arena, "%s + x_c + (1 - k_o) * (%s - x_c)",
                      training_sum_text(w, SUM_STEP_GATHER), step),
         more_step},
        {"ad_f", "Activations divided, passes", NULL, none},
        {"ad_e", "Activations divided, end", NULL, none},
        {"ad_s", "Activations divided by D, step", arena_format(arena, "k_o * (%s - x_c)", step),
         parted_step},
        {"al_f", "Activations of one rank, passes", "MAX(f_o, b_o)", alone_passes},
        {"al_e", "Activations of one rank, end", training_sum_text(w, SUM_END), alone_end},
        {"al_s", "Activations of one rank, step", step, alone_step},
        {"ov_f", "Overhead, passes",
         arena_format(arena, "o_1 * (%s) + %s + nccl_more", training_sum_text(w, SUM_RESERVED_OF),
                      training_sum_text(w, SUM_OVERHEAD)),
         overhead},
        {"ov_e", "Overhead, end", "ov_f", overhead},
        {"ov_s", "Overhead, step", "ov_f", overhead},
    };
    add_parts(w, parts, sizeof parts / sizeof *parts);
}

void training_place_splits(struct whatif *w)
{
    w->tuned->cut_columns =
        arena_array(&w->book->arena, GRID_COLUMNS_MOST, sizeof *w->tuned->cut_columns);
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        add(w, before[i]);
    for (size_t i = 0; i < TERM_COUNT; i++)
        if (term_trains(&terms[i]) && term_level(&terms[i]) == TERM_OF_SPLIT)
            add_term(w, &terms[i]);
    add_sums(w);
    add_places(w);
}

/* --- cells --- */

static bool say(char cell[CELL_NAME_BYTES], const char *text)
{
    copy_text(cell, CELL_NAME_BYTES, text);
    return true;
}

/* Letters of the stage, which are 1 or 0. */
static bool find_stage(int column, size_t row, const struct grid_column *at, const char *symbol,
                       char cell[CELL_NAME_BYTES])
{
    int stage = !strcmp(symbol, "i_1") ? 1 : !strcmp(symbol, "i_p") ? 2 : 0;
    if (!stage)
        return false;
    if (stage == at->stage)
        return say(cell, "1");
    grid_cell(NULL, column, row, cell);
    return true;
}

/* What is said in other letters, or is 1 before ZeRO divides, or 0 before the reserve is taken. */
static const char *macro(const char *symbol)
{
    static const char *const texts[][2] = {{"z_w", "1"}, {"z_g", "1"}, {"z_o", "1"}, {"Y", "0"}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!strcmp(symbol, texts[i][0]))
            return texts[i][1];
    return NULL;
}

static bool join_cells(const struct whatif *w, size_t row, const struct grid_column *column,
                       const char *const symbols[2], const char *format, char cell[CELL_NAME_BYTES])
{
    const struct tuned *u = w->tuned;
    char a[CELL_NAME_BYTES];
    char b[CELL_NAME_BYTES];
    grid_cell(NULL, grid_column_of(u->cut_columns, u->cut_column_count, symbols[0], column->stage),
              row, a);
    grid_cell(NULL, grid_column_of(u->cut_columns, u->cut_column_count, symbols[1], column->stage),
              row, b);
    snprintf(cell, CELL_NAME_BYTES, format, a, b);
    return true;
}

/* Flags of ZeRO are named by the slot. */
static bool find_slot(const struct whatif *w, size_t row, const char *symbol,
                      char cell[CELL_NAME_BYTES])
{
    static const char *const flags[] = {"k_w", "k_g", "k_o", "i_3", "i_w"};
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (strcmp(symbol, flags[i]) != 0)
            continue;
        snprintf(cell, CELL_NAME_BYTES, "%s%s_%d", w->kind->prefix, symbol, cut_at(w, row)->slot);
        return true;
    }
    return false;
}

static bool find_cell(const struct whatif *w, size_t row, const struct grid_column *column,
                      const char *symbol, char cell[CELL_NAME_BYTES])
{
    static const char *const group[] = {"t", "p"};
    static const char *const trained[] = {"N_gd", "N_gx"};
    const struct tuned *u = w->tuned;
    int one = grid_column_of(u->cut_columns, u->cut_column_count, "i_e", 0);
    const char *text = macro(symbol);
    if (text)
        return say(cell, text);
    if (find_stage(one, row, column, symbol, cell) || find_slot(w, row, symbol, cell))
        return true;
    if (!strcmp(symbol, "n"))
        return join_cells(w, row, column, group,
                          strcmp(column->symbol, "nccl_more") ? "(%s*%s)" : "(2*%s*%s)", cell);
    if (!strcmp(symbol, "N_gpu"))
        return join_cells(w, row, column, trained, "(%s+%s)", cell);
    if (!strcmp(symbol, "l_in")) { /* of the last stage: one micro-batch */
        grid_cell(NULL, grid_column_of(u->cut_columns, u->cut_column_count, "l_s", 0), row, cell);
        return true;
    }
    if (!strcmp(symbol, "i_2")) {
        char name[LXW_MAX_CELL_NAME_LENGTH];
        lxw_rowcol_to_cell_abs(name, GRID_ROW + (uint32_t)row, (lxw_col_t)one, 0, 1);
        snprintf(cell, CELL_NAME_BYTES, "((1-%s)*%si_tie)", name, w->kind->prefix);
        return true;
    }
    return ways_cell(w, symbol, (size_t)(cut_at(w, row)->way - u->ways), cell);
}

static double letter(const struct whatif *w, size_t row, const struct grid_column *column)
{
    const struct letters *x = &cut_at(w, row)->at[column->stage ? column->stage - 1 : 0];
    for (size_t i = 0; i < TERM_COUNT; i++)
        if (!strcmp(terms[i].id, column->symbol))
            return terms[i].bytes(x);
    return legend_value(x, column->symbol);
}

bool cuts_range(const struct whatif *w, const char *symbol, char range[CELL_NAME_BYTES])
{
    const struct tuned *u = w->tuned;
    int column = grid_column_of(u->cut_columns, u->cut_column_count, symbol, 0);
    return whatif_range(TRAINING_SPLITS, column, u->cut_count, range);
}

bool cuts_cell(const struct whatif *w, const char *symbol, size_t cut, char cell[CELL_NAME_BYTES])
{
    const struct tuned *u = w->tuned;
    int column = grid_column_of(u->cut_columns, u->cut_column_count, symbol, 0);
    if (column >= 0)
        grid_cell(TRAINING_SPLITS, column, cut, cell);
    return column >= 0;
}

void training_splits_write(struct book *book, struct sheet *sheet)
{
    const struct whatif *w = training_of(book);
    page_title(sheet, TRAINING_SPLITS,
               "Each way to cut the model into t tensor-parallel ways and p pipeline stages, for "
               "each ZeRO stage: what the fullest GPU of the first and the last stage holds before "
               "the D data-parallel ranks divide it. The letters are explained on " TRAINING_SHEET
               ".");
    uint32_t last = GRID_HEADER_ROW;
    uint16_t columns = 1;
    if (w) {
        const struct tuned *u = w->tuned;
        grid_put(&(struct grid){w, u->cut_columns, u->cut_column_count, u->cut_count, find_cell,
                                letter, NULL},
                 sheet);
        last = GRID_ROW + (uint32_t)u->cut_count - 1;
        columns = (uint16_t)u->cut_column_count;
    }
    worksheet_autofilter(sheet->worksheet, GRID_HEADER_ROW, 0, last, (lxw_col_t)(columns - 1));
    struct print_setup setup = {last, (uint16_t)(columns - 1), GRID_HEADER_ROW, 3, 6, 90, false};
    page_setup(book, sheet, &setup);
}
