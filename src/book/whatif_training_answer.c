/* whatif_training_answer.c -- the lines of What-if training that say what fits, and its letters */
#include "book/whatif_training.h"

#include "core/units.h"

#include <math.h>

/* f: what the fullest GPU holds, l: the layout, x: its letters. */
#define OF_ANSWER(name, what) \
    static double name(const struct whatif *w) \
    { \
        const struct footprint *f = &w->tuned->footprint; \
        const struct layout *l = &w->tuned->shown->layout; \
        const struct letters *x = &w->tuned->letters; \
        (void)f; \
        (void)l; \
        (void)x; \
        return what; \
    }
#define OF_LETTER(symbol) OF_ANSWER(letter_##symbol, x->symbol)

static const char *status(const struct whatif *w)
{
    return w->expected.found ? "fits" : "does not fit";
}

static const char *peak(const struct whatif *w)
{
    return phase_names[w->tuned->footprint.phase];
}

static const char *agrees(const struct whatif *w)
{
    (void)w;
    return "agrees with the program";
}

static double found(const struct whatif *w, const struct fit *fit)
{
    return w->expected.found && fit->found ? fit->layout.gpus : NAN;
}

static const struct cut *cut(const struct whatif *w)
{
    return &w->tuned->cuts[w->tuned->shown_cut];
}

OF_ANSWER(gpus, found(w, &w->expected))
OF_ANSWER(gpus_low, found(w, &w->low))
OF_ANSWER(gpus_high, found(w, &w->high))
OF_ANSWER(at_row, (double)w->tuned->shown_cut + 1)
OF_ANSWER(at_way, (double)(cut(w)->way - w->tuned->ways) + 1)
OF_ANSWER(slot, cut(w)->slot)
OF_ANSWER(ways, l->tp)
OF_ANSWER(stages, l->pp)
OF_ANSWER(ranks, l->ways)
OF_ANSWER(stage_of_zero, l->zero)
OF_ANSWER(servers, l->servers)
OF_ANSWER(place, w->tuned->shown->place)
OF_ANSWER(weights, f->column_bytes[COLUMN_WEIGHTS] / GIB)
OF_ANSWER(gradients, f->column_bytes[COLUMN_GRADIENTS] / GIB)
OF_ANSWER(optimizer, f->column_bytes[COLUMN_OPTIMIZER] / GIB)
OF_ANSWER(activations, f->column_bytes[COLUMN_ACTIVATIONS] / GIB)
OF_ANSWER(overhead, f->column_bytes[COLUMN_OVERHEAD] / GIB)
OF_ANSWER(total, f->total_bytes / GIB)
OF_ANSWER(low, f->low_bytes / GIB)
OF_ANSWER(high, f->high_bytes / GIB)
OF_ANSWER(usable, f->usable_bytes / GIB)
OF_ANSWER(spare, (f->usable_bytes - f->total_bytes) / GIB)

#define COLUMN(name, label, value) \
    { \
#name "_gib", label, "GiB", WHATIF_SHOWN("SUM(of_" #name ")"), "on the fullest GPU", \
            STYLE_GIB, value, NULL, 0 \
    }

static const struct quantity answers[] = {
    {"status", "Status", "",
     "IF(runs > 0, IF(COUNT(all_expected) > 0, \"fits\", \"does not fit\"), \"not supported\")",
     "the framework must run and train the type on the card", STYLE_RESULT, NULL, status, 0},
    {"gpus_high", "GPUs to plan with: at the high end of the band", "GPUs",
     "IF(AND(status = \"fits\", COUNT(all_high) > 0), " WHATIF_FEWEST("all_D_high",
                                                                      "all_high") ", \"\")",
     "empty: none of up to the most GPUs does", STYLE_RESULT, gpus_high, NULL, 0},
    {"gpus", "GPUs, expected", "GPUs", "IF(status = \"fits\", ways * stages * ranks, \"\")",
     "the lowest rank that fits on " TRAINING_LAYOUTS, STYLE_RESULT, gpus, NULL, 0},
    {"gpus_low", "GPUs at the low end of the band", "GPUs",
     "IF(status = \"fits\", " WHATIF_FEWEST("all_D_low", "all_low") ", \"\")", NULL, STYLE_RESULT,
     gpus_low, NULL, 0},
    {"at_row", "Layout shown: expected, else what lacks least", "line",
     "IF(runs > 0, IF(COUNT(all_expected) > 0, MATCH(MIN(all_expected), all_expected, 0), "
     "IF(COUNT(all_lacks) > 0, MATCH(MIN(all_lacks), all_lacks, 0), \"\")), \"\")",
     "line of " TRAINING_LAYOUTS, STYLE_COUNT, at_row, NULL, 0},
    {"at_way", "Its t", "line", WHATIF_SHOWN("MATCH(INDEX(all_t, at_row), by_t, 0)"),
     "line of " TRAINING_WAYS, STYLE_COUNT, at_way, NULL, 0},
    {"slot", "Its slot of ZeRO stages", "1 to 3", WHATIF_SHOWN("INDEX(each_slot, at_row)"), NULL,
     STYLE_COUNT, slot, NULL, 0},
    {"ways", "Tensor-parallel ways", "GPUs", WHATIF_SHOWN("INDEX(all_t, at_row)"), NULL,
     STYLE_COUNT, ways, NULL, 0},
    {"stages", "Pipeline stages", "stages", WHATIF_SHOWN("INDEX(all_p, at_row)"), NULL, STYLE_COUNT,
     stages, NULL, 0},
    {"ranks", "Data-parallel ranks", "ranks",
     WHATIF_SHOWN(
         "IF(status = \"fits\", INDEX(all_D_expected, at_row), INDEX(all_D_nearest, at_row))"),
     NULL, STYLE_COUNT, ranks, NULL, 0},
    {"zero_shown", "ZeRO stage", "stage",
     WHATIF_SHOWN(
         "IF(AND(ranks = 1, NOT(ISNUMBER(zero))), 0, CHOOSE(slot, zero_1, zero_2, zero_3))"),
     "one rank shards nothing", STYLE_COUNT, stage_of_zero, NULL, 0},
    {"servers", "Servers", "servers",
     WHATIF_SHOWN("ROUNDUP(stages * ranks / INDEX(by_g_t, at_way), 0)"),
     "a server holds whole groups of t", STYLE_COUNT, servers, NULL, 0},
    {"place", "Stage and phase of the fullest GPU", "1 to 6",
     WHATIF_SHOWN("INDEX(all_places, at_row, ranks)"), "odd: first stage, even: last", STYLE_COUNT,
     place, NULL, 0},
    {"phase", "Phase", "",
     WHATIF_SHOWN(
         "IF(on_f > 0, \"end of forward\", IF(on_b > 0, \"backward\", IF(on_e > 0, \"end of "
         "backward\", \"optimizer step\")))"),
     "memory peaks in it", STYLE_TEXT, NULL, peak, 0},
    COLUMN(weights, "Weights", weights),
    COLUMN(gradients, "Gradients", gradients),
    COLUMN(optimizer, "Optimizer", optimizer),
    COLUMN(activations, "Activations", activations),
    COLUMN(overhead, "Overhead", overhead),
    {"total", "Total", "GiB", WHATIF_SHOWN("INDEX(all_totals, at_row, ranks)"),
     "on " TRAINING_LAYOUTS "; the sum of the terms below", STYLE_GIB, total, NULL, 0},
    {"total_low", "Total, low end of the band", "GiB",
     WHATIF_SHOWN("MAX(0, total - INDEX(all_halves, at_row, ranks))"), NULL, STYLE_GIB, low, NULL,
     0},
    {"total_high", "Total, high end of the band", "GiB",
     WHATIF_SHOWN("total + INDEX(all_halves, at_row, ranks)"), NULL, STYLE_GIB, high, NULL, 0},
    {"usable", "Usable there", "GiB", WHATIF_SHOWN("u * C / gib"), NULL, STYLE_GIB, usable, NULL,
     0},
    {"spare", "To spare; negative: lacks", "GiB", WHATIF_SHOWN("usable - total"), NULL, STYLE_GIB,
     spare, NULL, 0},
    {NULL, "Against the program", "",
     "IF(AND(model = model_0, type = type_0, optimizer = optimizer_0, tuning = tuning_0, rank = "
     "rank_0, targets = targets_0, pct = pct_0, tokens = tokens_0, batch = batch_0, gpu = gpu_0, "
     "engine = engine_0, zero = zero_0, recompute = recompute_0, loss = loss_0, flash = flash_0, "
     "compile = compile_0, sequence = sequence_0, accum = accum_0, most = most_0, share = share_0)"
     ", IF(AND(status = status_0, gpus = gpus_0, gpus_low = gpus_low_0, gpus_high = gpus_high_0, "
     "ways = ways_0, stages = stages_0, ranks = ranks_0, zero_shown = zero_shown_0), \"agrees with "
     "the program\", \"DIFFERS from the program\"), \"choice changed since release\")",
     "beside it: what the program found", STYLE_GOOD, NULL, agrees, 0},
};
const struct quantity_list training_answers = {answers, sizeof answers / sizeof *answers};

/* --- the letters of the layout shown, for the terms --- */

OF_LETTER(t)
OF_LETTER(p)
OF_LETTER(D)
OF_LETTER(n)
OF_LETTER(z_w)
OF_LETTER(z_g)
OF_LETTER(z_o)
OF_LETTER(i_3)
OF_LETTER(i_w)
OF_LETTER(i_1)
OF_LETTER(i_p)
OF_LETTER(i_2)
OF_LETTER(s_l)
OF_LETTER(s_x)
OF_LETTER(s_f)
OF_LETTER(r_w)
OF_LETTER(l_in)
OF_LETTER(K)
OF_LETTER(A)
OF_LETTER(b_hi)
OF_LETTER(N_blk)
OF_LETTER(N_vg)
OF_LETTER(N_gd)
OF_LETTER(N_gx)
OF_LETTER(N_adp)
OF_LETTER(N_cpy)
OF_LETTER(Y)

OF_ANSWER(letter_N_gpu, x->N_gd + (x->z_w >= 2 ? x->N_gx : 0))
OF_ANSWER(last_stage, 1 - fmod(w->tuned->shown->place, 2))
OF_ANSWER(on_forward, f->phase == PHASE_FORWARD_END)
OF_ANSWER(on_backward, f->phase == PHASE_BACKWARD)
OF_ANSWER(on_end, f->phase == PHASE_BACKWARD_END)
OF_ANSWER(on_step, f->phase == PHASE_STEP)

#define PLACED(symbol, formula) \
    { \
#symbol, NULL, NULL, WHATIF_SHOWN(formula), NULL, STYLE_NUMBER, letter_##symbol, NULL, 0 \
    }
#define FLAG(symbol, meaning, formula, value) \
    { \
        symbol, meaning, "0/1", WHATIF_SHOWN(formula), NULL, STYLE_NUMBER, value, NULL, 0 \
    }
#define OF_STAGE(symbol) \
    "IF(i_l > 0, INDEX(each_" symbol "2, at_row), INDEX(each_" symbol "1, at_row))"
#define SHARDED(flag) "IF(CHOOSE(slot, " flag "_1, " flag "_2, " flag "_3) > 0, ranks, 1)"
#define WITH_RANKS(flag) "IF(ranks > 1, CHOOSE(slot, " flag "_1, " flag "_2, " flag "_3), 0)"

static const struct quantity placed[] = {
    FLAG("i_l", "1 where the fullest GPU is of the last stage", "1 - MOD(place, 2)", last_stage),
    FLAG("on_f", "1 at the end of the forward pass",
         "IF(AND(place <= 2, IF(ranks > 1, " OF_STAGE("b_m") " <= " OF_STAGE("f_m") ", " OF_STAGE(
             "b_o") " <= " OF_STAGE("f_o") ")), 1, 0)",
         on_forward),
    FLAG("on_b", "1 in the backward pass", "IF(place <= 2, 1 - on_f, 0)", on_backward),
    FLAG("on_e", "1 at its end", "IF(AND(place > 2, place <= 2 + 2), 1, 0)", on_end),
    FLAG("on_s", "1 in the optimizer's step", "IF(place > 2 + 2, 1, 0)", on_step),
    PLACED(t, "ways"),
    PLACED(p, "stages"),
    PLACED(D, "ranks"),
    PLACED(n, "ways * stages * ranks"),
    PLACED(z_w, SHARDED("k_w")),
    PLACED(z_g, SHARDED("k_g")),
    PLACED(z_o, SHARDED("k_o")),
    PLACED(i_3, WITH_RANKS("i_3")),
    PLACED(i_w, WITH_RANKS("i_w")),
    PLACED(i_1, "IF(p > 1, 1 - i_l, 1)"),
    PLACED(i_p, "IF(p > 1, i_l, 1)"),
    PLACED(i_2, "IF(p > 1, i_tie, 0)"),
    PLACED(s_l, "INDEX(each_s_l, at_row)"),
    PLACED(s_x, "INDEX(each_s_x, at_row)"),
    PLACED(s_f, "INDEX(each_s_f, at_row)"),
    PLACED(r_w, "INDEX(by_r_w, at_way)"),
    PLACED(l_in, "IF(i_l > 0, INDEX(each_l_s, at_row), INDEX(each_l_in1, at_row))"),
    PLACED(K, "INDEX(by_K, at_way)"),
    PLACED(A, "INDEX(by_A, at_way)"),
    PLACED(b_hi, "INDEX(by_b_hi, at_way)"),
    PLACED(N_blk, "INDEX(by_N_blk, at_way)"),
    PLACED(N_vg, "INDEX(each_N_vg, at_row)"),
    PLACED(N_gd, OF_STAGE("N_gd")),
    PLACED(N_gx, "INDEX(each_N_gx, at_row)"),
    PLACED(N_gpu, "N_gd + IF(z_w >= 2, N_gx, 0)"),
    PLACED(N_adp, "INDEX(each_N_adp, at_row)"),
    PLACED(N_cpy, OF_STAGE("N_cpy")),
    PLACED(Y, "SUM(terms_before) * gib"),
};
const struct quantity_list training_placed = {placed, sizeof placed / sizeof *placed};
