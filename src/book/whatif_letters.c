/* whatif_letters.c -- the letters of the serving scenario that is chosen */
#include "book/whatif_serving.h"

#include "core/units.h"

#include <math.h>
#include <string.h>

#define OF_SCENARIO(name, what) \
    static double name(const struct whatif *w) \
    { \
        return what; \
    }
#define OF_LETTER(symbol) \
    static double letter_##symbol(const struct whatif *w) \
    { \
        return w->shown->at.symbol; \
    }

static double position(const struct whatif *w, enum offer_kind kind)
{
    return (double)w->tables[kind].chosen + 1;
}

static const struct engine *engine(const struct whatif *w)
{
    return w->request.engine;
}

OF_SCENARIO(at_model, position(w, OFFER_MODEL))
OF_SCENARIO(at_type, position(w, OFFER_TYPE))
OF_SCENARIO(at_engine, position(w, OFFER_ENGINE))
OF_SCENARIO(at_gpu, position(w, OFFER_GPU))
OF_SCENARIO(card, w->subject.visible_bytes - engine(w)->reserve_gib * GIB)
OF_SCENARIO(share, request_utilization(&w->request))

static double run_at(const struct whatif *w, const char *small, const char *large)
{
    const struct pick *o = whatif_chosen(w, OFFER_ENGINE);
    const char *symbol = w->subject.letters.i_lg > 0 ? large : small;
    for (size_t i = 0; i < serving_data.count; i++)
        if (!strcmp(serving_data.items[i].symbol, symbol))
            return datum_value(w, &serving_data.items[i], o);
    return NAN;
}

OF_SCENARIO(run_1, run_at(w, "g_1s", "g_1"))
OF_SCENARIO(run_2, run_at(w, "g_2s", "g_2"))
OF_SCENARIO(run_3, run_at(w, "g_4", "g_4"))
OF_SCENARIO(run_5, run_at(w, "g_8", "g_8"))
OF_SCENARIO(run_16, run_at(w, "g_16", "g_16"))

OF_SCENARIO(most, w->request.max_gpus)
OF_LETTER(N_abs)
OF_LETTER(T)
OF_LETTER(T_b)
OF_LETTER(T_w)
OF_LETTER(i_bt)
OF_LETTER(B)
OF_LETTER(S_m)
OF_LETTER(B_kv)
OF_LETTER(o_ctx)

#define LEGEND NULL, NULL

static const struct quantity positions[] = {
    {"at_model", "line of the model", "line", "MATCH(model, list_model, 0)", DATA_SHEET,
     STYLE_NUMBER, at_model, NULL, 0},
    {"at_type", "line of the model with the type", "line",
     "MATCH(model & \" \" & type, list_type, 0)", DATA_SHEET, STYLE_NUMBER, at_type, NULL, 0},
    {"at_engine", "line of the engine", "line", "MATCH(engine, list_engine, 0)", DATA_SHEET,
     STYLE_NUMBER, at_engine, NULL, 0},
    {"at_gpu", "line of the card", "line", "MATCH(gpu, list_gpu, 0)", DATA_SHEET, STYLE_NUMBER,
     at_gpu, NULL, 0},
    {"runs", "1 where the engine runs the type on the card", "0/1",
     "INDEX(table_run, MATCH(engine & \" \" & type, list_run, 0), at_gpu)", "templates/support.csv",
     STYLE_NUMBER, NULL, NULL, 1},
};
const struct quantity_list serving_positions = {positions, sizeof positions / sizeof *positions};

static const struct quantity rest[] = {
    {"gib", "bytes in a GiB", "bytes", NULL, "2^30, IEC 80000-13", STYLE_COUNT, NULL, NULL,
     1073741824},
    {"radix", "base of a rank: above every count that it holds", "count", NULL,
     "more than the 64 GPUs of the search", STYLE_NUMBER, NULL, NULL, 100},
    {"limit", "GPUs of the largest layout on the sheets", "GPUs", NULL, LAYOUTS_SHEET, STYLE_NUMBER,
     NULL, NULL, WHATIF_GPUS_MOST},
    {"n_most", "GPUs to search up to", "GPUs", "MIN(most, limit)", NULL, STYLE_NUMBER, most, NULL,
     0},
    {"z_w", LEGEND, NULL, "serving has no ZeRO", STYLE_NUMBER, NULL, NULL, 1},
    {"x", LEGEND, NULL, "experts are split like the rest", STYLE_NUMBER, NULL, NULL, 1},
    {"N_abs", LEGEND, "i_abs * N_mla", NULL, STYLE_NUMBER, letter_N_abs, NULL, 0},
    {"C", "what the engine may share out of the card", "bytes", "C_v - g_r * gib", NULL,
     STYLE_COUNT, card, NULL, 0},
    {"u", "its share", "share", "IF(ISNUMBER(share), share, u_def)", NULL, STYLE_NUMBER, share,
     NULL, 0},
    {"T", LEGEND, "tokens", NULL, STYLE_COUNT, letter_T, NULL, 0},
    {"T_b", LEGEND, "ROUNDUP(T / g_b, 0) * g_b", NULL, STYLE_COUNT, letter_T_b, NULL, 0},
    {"T_w", LEGEND, "IF(i_cap * w > 0, MIN(T_b, w), T_b)", NULL, STYLE_COUNT, letter_T_w, NULL, 0},
    {"i_bt", LEGEND, "i_lg * (1 - e_sb * g_sb)", NULL, STYLE_NUMBER, letter_i_bt, NULL, 0},
    {"B", LEGEND, "IF(ISNUMBER(step), step, IF(i_bt > 0, B_lg, B_sm))", NULL, STYLE_COUNT, letter_B,
     NULL, 0},
    {"S_m", LEGEND, "MIN(IF(ISNUMBER(seqs), seqs, IF(i_bt > 0, S_lg, S_sm)), B)", NULL, STYLE_COUNT,
     letter_S_m, NULL, 0},
    {"B_kv", LEGEND, "IF(cache = \"\", B_def, INDEX(col_B_el, MATCH(cache, list_cache, 0)))", NULL,
     STYLE_NUMBER, letter_B_kv, NULL, 0},
    {"o_ctx", LEGEND, "g_c * gib", NULL, STYLE_COUNT, letter_o_ctx, NULL, 0},
    {"from_1", "runtime of one GPU: from t =", "GPUs", NULL, "templates/engines.csv", STYLE_NUMBER,
     NULL, NULL, 1},
    {"from_2", "runtime of two: from t =", "GPUs", NULL, "templates/engines.csv", STYLE_NUMBER,
     NULL, NULL, 2},
    {"from_3", "runtime of up to four: from t =", "GPUs", NULL, "templates/engines.csv",
     STYLE_NUMBER, NULL, NULL, 3},
    {"from_5", "runtime of up to fifteen: from t =", "GPUs", NULL, "templates/engines.csv",
     STYLE_NUMBER, NULL, NULL, 5},
    {"from_16", "runtime of more: from t =", "GPUs", NULL, "templates/engines.csv", STYLE_NUMBER,
     NULL, NULL, 16},
    {"run_1", "runtime of one GPU", "GiB", "IF(i_lg > 0, g_1, g_1s)", NULL, STYLE_NUMBER, run_1,
     NULL, 0},
    {"run_2", "runtime of two", "GiB", "IF(i_lg > 0, g_2, g_2s)", NULL, STYLE_NUMBER, run_2, NULL,
     0},
    {"run_3", "runtime of up to four", "GiB", "g_4", NULL, STYLE_NUMBER, run_3, NULL, 0},
    {"run_5", "runtime of up to fifteen", "GiB", "g_8", NULL, STYLE_NUMBER, run_5, NULL, 0},
    {"run_16", "runtime of more", "GiB", "g_16", NULL, STYLE_NUMBER, run_16, NULL, 0},
};
const struct quantity_list serving_rest = {rest, sizeof rest / sizeof *rest};
