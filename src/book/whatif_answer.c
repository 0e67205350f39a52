/* whatif_answer.c -- the lines of What-if that say what fits, and whether the core says so too */
#include "book/whatif_serving.h"

#include "core/units.h"

#include <math.h>

#define OF_ANSWER(name, what) \
    static double name(const struct whatif *w) \
    { \
        return what; \
    }

static const struct footprint *held(const struct whatif *w)
{
    return &w->shown->footprint;
}

static const struct split *split(const struct whatif *w)
{
    return &w->splits[w->shown_row];
}

static const char *status(const struct whatif *w)
{
    return w->expected.found ? "fits" : "does not fit";
}

static const char *peak(const struct whatif *w)
{
    static const char *const places[] = {"prefill, first stage", "decode, first stage",
                                         "prefill, last stage", "decode, last stage"};
    return places[split(w)->tight];
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

OF_ANSWER(gpus, found(w, &w->expected))
OF_ANSWER(gpus_low, found(w, &w->low))
OF_ANSWER(gpus_high, found(w, &w->high))
OF_ANSWER(at_row, (double)w->shown_row + 1)
OF_ANSWER(sequences, w->shown->at.S)
OF_ANSWER(beyond, w->shown->at.T_x)
OF_ANSWER(place, split(w)->tight + 1)
OF_ANSWER(servers, w->shown->layout.servers)
OF_ANSWER(ways, w->shown->layout.tp)
OF_ANSWER(stages, w->shown->layout.pp)
OF_ANSWER(replicas, w->shown->layout.ways)
OF_ANSWER(weights, held(w)->column_bytes[COLUMN_WEIGHTS] / GIB)
OF_ANSWER(cache, held(w)->column_bytes[COLUMN_KV_CACHE] / GIB)
OF_ANSWER(activations, held(w)->column_bytes[COLUMN_ACTIVATIONS] / GIB)
OF_ANSWER(overhead, held(w)->column_bytes[COLUMN_OVERHEAD] / GIB)
OF_ANSWER(total, held(w)->total_bytes / GIB)
OF_ANSWER(low, held(w)->low_bytes / GIB)
OF_ANSWER(high, held(w)->high_bytes / GIB)
OF_ANSWER(usable, held(w)->usable_bytes / GIB)
OF_ANSWER(spare, (held(w)->usable_bytes - held(w)->total_bytes) / GIB)

static const struct quantity answers[] = {
    {"status", "Status", "",
     "IF(runs > 0, IF(COUNT(all_expected) > 0, \"fits\", \"does not fit\"), \"not supported\")",
     "the engine must run the type on the card", STYLE_RESULT, NULL, status, 0},
    {"gpus_high", "GPUs to plan with: at the high end of the band", "GPUs",
     "IF(AND(status = \"fits\", COUNT(all_high) > 0), " WHATIF_FEWEST("all_R_high",
                                                                      "all_high") ", \"\")",
     "empty: none of up to the most GPUs does", STYLE_RESULT, gpus_high, NULL, 0},
    {"gpus", "GPUs, expected", "GPUs", "IF(status = \"fits\", ways * stages * replicas, \"\")",
     "the lowest rank that fits on " LAYOUTS_SHEET, STYLE_RESULT, gpus, NULL, 0},
    {"gpus_low", "GPUs at the low end of the band", "GPUs",
     "IF(status = \"fits\", " WHATIF_FEWEST("all_R_low", "all_low") ", \"\")", NULL, STYLE_RESULT,
     gpus_low, NULL, 0},
    {"at_row", "Layout shown: expected, else what lacks least", "line",
     "IF(runs > 0, IF(COUNT(all_expected) > 0, MATCH(MIN(all_expected), all_expected, 0), "
     "IF(COUNT(all_lacks) > 0, MATCH(MIN(all_lacks), all_lacks, 0), \"\")), \"\")",
     "line of " LAYOUTS_SHEET " and of " SPLITS_SHEET, STYLE_COUNT, at_row, NULL, 0},
    {"ways", "Tensor-parallel ways", "GPUs", WHATIF_SHOWN("INDEX(all_t, at_row)"), NULL,
     STYLE_COUNT, ways, NULL, 0},
    {"stages", "Pipeline stages", "stages", WHATIF_SHOWN("INDEX(all_p, at_row)"), NULL, STYLE_COUNT,
     stages, NULL, 0},
    {"replicas", "Replicas", "replicas",
     WHATIF_SHOWN(
         "IF(status = \"fits\", INDEX(all_R_expected, at_row), INDEX(all_R_most, at_row))"),
     NULL, STYLE_COUNT, replicas, NULL, 0},
    {"servers", "Servers", "servers",
     WHATIF_SHOWN("ROUNDUP(stages * replicas / MAX(1, ROUNDDOWN(g_s / ways, 0)), 0)"),
     "a server holds whole groups of t", STYLE_COUNT, servers, NULL, 0},
    {"S", NULL, NULL, WHATIF_SHOWN("ROUNDUP(requests / replicas, 0)"), NULL, STYLE_COUNT, sequences,
     NULL, 0},
    {"T_x", NULL, NULL, WHATIF_SHOWN("IF(i_cap > 0, MIN(B, S * (T_b - T_w)), 0)"), NULL,
     STYLE_COUNT, beyond, NULL, 0},
    {"place", "Stage and phase of the fullest GPU", "1 to 4", WHATIF_SHOWN("INDEX(each_j, at_row)"),
     NULL, STYLE_COUNT, place, NULL, 0},
    {NULL, "That is", "",
     WHATIF_SHOWN(
         "CHOOSE(place, \"prefill, first stage\", \"decode, first stage\", \"prefill, last "
         "stage\", \"decode, last stage\")"),
     NULL, STYLE_TEXT, NULL, peak, 0},
    {"weights", "Weights", "GiB", WHATIF_SHOWN("INDEX(each_W_j, at_row) / gib"),
     "on the fullest GPU", STYLE_GIB, weights, NULL, 0},
    {"kv_cache", "KV cache", "GiB", WHATIF_SHOWN("SUM(of_kv_cache)"), NULL, STYLE_GIB, cache, NULL,
     0},
    {"activations", "Activations", "GiB", WHATIF_SHOWN("INDEX(each_A_j, at_row) / gib"), NULL,
     STYLE_GIB, activations, NULL, 0},
    {"overhead", "Overhead", "GiB", WHATIF_SHOWN("INDEX(each_O, at_row) / gib"), NULL, STYLE_GIB,
     overhead, NULL, 0},
    {"total", "Total", "GiB", WHATIF_SHOWN("INDEX(all_totals, at_row, replicas)"), NULL, STYLE_GIB,
     total, NULL, 0},
    {"total_low", "Total, low end of the band", "GiB",
     WHATIF_SHOWN("MAX(0, total - INDEX(all_halves, at_row, replicas))"), NULL, STYLE_GIB, low,
     NULL, 0},
    {"total_high", "Total, high end of the band", "GiB",
     WHATIF_SHOWN("total + INDEX(all_halves, at_row, replicas)"), NULL, STYLE_GIB, high, NULL, 0},
    {"usable", "Usable there", "GiB", WHATIF_SHOWN("INDEX(all_usable, at_row)"), NULL, STYLE_GIB,
     usable, NULL, 0},
    {"spare", "To spare; negative: lacks", "GiB", WHATIF_SHOWN("usable - total"), NULL, STYLE_GIB,
     spare, NULL, 0},
    {NULL, "Against the program", "",
     "IF(AND(model = model_0, type = type_0, cache = cache_0, tokens = tokens_0, requests = "
     "requests_0, gpu = gpu_0, engine = engine_0, most = most_0, share = share_0, seqs = seqs_0, "
     "step = step_0), IF(AND(status = status_0, gpus = gpus_0, gpus_low = gpus_low_0, gpus_high = "
     "gpus_high_0, ways = ways_0, stages = stages_0, replicas = replicas_0), \"agrees with the "
     "program\", \"DIFFERS from the program\"), \"choice changed since release\")",
     "beside it: what the program found", STYLE_GOOD, NULL, agrees, 0},
};
const struct quantity_list serving_answers = {answers, sizeof answers / sizeof *answers};
