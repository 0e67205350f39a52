/* whatif_training_letters.c -- the letters of the training scenario that is chosen
 *
 * The same rules as letters_training.c, one line each; see there for their sources. */
#include "book/whatif_training.h"

#include "core/units.h"

#include <math.h>
#include <string.h>

/* r: the request, e: its framework, x: letters at t = 1 and p = 1. */
#define OF_SCENARIO(name, what) \
    static double name(const struct whatif *w) \
    { \
        const struct request *r = &w->request; \
        const struct engine *e = r->engine; \
        const struct letters *x = &w->tuned->ways[0].at; \
        (void)e; \
        (void)x; \
        return what; \
    }
#define OF_LETTER(symbol) OF_SCENARIO(letter_##symbol, x->symbol)
#define OF_POSITION(name, kind) OF_SCENARIO(name, (double)w->tables[kind].chosen + 1)

OF_POSITION(at_model, OFFER_MODEL)
OF_POSITION(at_dtype, OFFER_DTYPE)
OF_POSITION(at_type, OFFER_TYPE)
OF_POSITION(at_optimizer, OFFER_OPTIMIZER)
OF_POSITION(at_targets, OFFER_TARGETS)
OF_POSITION(at_engine, OFFER_ENGINE)
OF_POSITION(at_gpu, OFFER_GPU)

static const char *used(const struct whatif *w)
{
    return w->request.dtype->id;
}

OF_SCENARIO(card, w->subject.visible_bytes - e->reserve_gib * GIB)
OF_SCENARIO(share, request_utilization(r))
OF_SCENARIO(most, r->max_gpus)
OF_SCENARIO(reserved_share, assumption_value(w->facts, "reserved_share"))
OF_SCENARIO(is_full, r->tuning == TUNING_FULL)
OF_SCENARIO(is_adapted, r->tuning != TUNING_FULL)
OF_SCENARIO(is_flash, r->flash_attention)
OF_SCENARIO(is_parallel, r->sequence_parallel)
OF_SCENARIO(is_compiled, (r->compile && e->compiled_hidden > 0))

/* --- bytes per element --- */

OF_SCENARIO(other, r->dtype->embedding_bits / 8)
OF_SCENARIO(shards_fp32, (e->fp32_shards && r->tuning == TUNING_FULL))

static double more_linear(const struct whatif *w)
{
    const struct dtype *d = w->request.dtype;
    double cast = d->casts_up ? w->request.engine->quantized_extra_bytes : 0;
    return (shards_fp32(w) > 0 ? 4 - d->bits_per_weight / 8 : 0) + cast;
}

OF_LETTER(b_emb)
OF_LETTER(b_head)
OF_LETTER(b_16)
OF_LETTER(b_att)
OF_LETTER(b_kvp)
OF_LETTER(b_low)
OF_LETTER(b_mix)
OF_LETTER(b_ffn)
OF_LETTER(b_exp)

/* --- states --- */

static double master(const struct whatif *w)
{
    const struct request *r = &w->request;
    const struct engine *e = r->engine;
    bool none = e->fp32_shards || other(w) >= 4 || !r->optimizer->keeps_gradients;
    return !none && e->master_default ? 4 : 0;
}

OF_SCENARIO(has_fp32, master(w) >= 4 || e->fp32_shards || other(w) >= 4)
OF_SCENARIO(state_bytes, r->optimizer->moment_bytes > 0 ? r->optimizer->moment_bytes
                         : has_fp32(w) > 0              ? 4
                                                        : other(w))
OF_LETTER(B_g)
OF_LETTER(B_o)
OF_LETTER(B_a)
OF_LETTER(g_p)
OF_LETTER(x_p)
OF_LETTER(x_s)
OF_LETTER(x_c)

/* --- activations --- */

OF_LETTER(s)
OF_LETTER(m)
OF_LETTER(T_m)
OF_LETTER(b_lg)
OF_LETTER(i_d)
OF_LETTER(y_w)
OF_LETTER(y_k)
OF_LETTER(A_g)
OF_LETTER(i_r)
OF_LETTER(i_f)
OF_LETTER(q_b)
OF_LETTER(b_blk)
OF_SCENARIO(casts_up, (r->tuning != TUNING_FULL && r->dtype->casts_up))
OF_SCENARIO(element, other(w) >= 4                                      ? 4
                     : casts_up(w) > 0 && e->quantized_hidden_bytes > 0 ? e->quantized_hidden_bytes
                                                                        : 2)
OF_SCENARIO(width, x->E > 0 ? (x->e + x->e_s) * x->f_e : x->f)
OF_SCENARIO(routed, x->E > 0 ? 2 * x->e * x->h : 0)
OF_SCENARIO(hidden, is_compiled(w) > 0 ? e->compiled_hidden : e->keep_hidden)
OF_SCENARIO(heads, is_compiled(w) > 0
                       ? e->compiled_heads
                       : e->keep_heads + (r->model->qk_norm != QK_NORM_NONE ? e->keep_qk_norm : 0))
OF_SCENARIO(ffn, is_compiled(w) > 0 ? e->compiled_ffn : e->keep_ffn)
OF_SCENARIO(matrices, r->model->ffn_gated ? 3 : 1)
OF_SCENARIO(scores, r->flash_attention ? 0 : 5 * x->a * x->s)
OF_SCENARIO(saved, (x->A - scores(w)) / element(w)) /* t = 1 */
OF_SCENARIO(selective_width, x->E > 0 ? 2 * width(w) + routed(w) : (1 + r->model->ffn_gated) * x->f)
OF_SCENARIO(selected,
            x->h + x->d_o + (x->d_q + x->d_k + x->d_v + x->h + selective_width(w) + x->h) / 2)

/* --- adapters --- */

OF_SCENARIO(experts, x->E > 0 ? x->E + x->e_s : 1)
OF_SCENARIO(adapted_width, x->E > 0 ? x->f_e : x->f)

static double sides(const struct whatif *w)
{
    const struct letters *x = &w->tuned->ways[0].at;
    const unsigned on = w->request.lora_targets;
    double wide = experts(w) * (x->h + adapted_width(w));
    double sum = 0;
    sum += on & TARGET_Q ? x->h + x->d_q : 0;
    sum += on & TARGET_K ? x->h + x->d_k : 0;
    sum += on & TARGET_V ? x->h + x->d_v : 0;
    sum += on & TARGET_O ? x->h + x->d_o : 0;
    sum += on & TARGET_GATE && w->request.model->ffn_gated ? wide : 0;
    sum += on & TARGET_UP ? wide : 0;
    return sum + (on & TARGET_DOWN ? wide : 0);
}

/* --- overhead --- */

OF_LETTER(o_f)
OF_LETTER(o_l)
OF_LETTER(o_r)
OF_LETTER(o_n)
OF_LETTER(o_ctx)
OF_SCENARIO(grown, 1 + x->o_f)

/* --- ZeRO by slot --- */

static double zero_of(const struct whatif *w, double slot)
{
    return w->request.zero >= 0 ? w->request.zero : slot;
}

#define OF_SLOT(slot) \
    OF_SCENARIO(zero_##slot, zero_of(w, slot)) \
    OF_SCENARIO(weights_##slot, shards_of(r, zero_of(w, slot)).weights) \
    OF_SCENARIO(gradients_##slot, shards_of(r, zero_of(w, slot)).gradients) \
    OF_SCENARIO(optimizer_##slot, shards_of(r, zero_of(w, slot)).optimizer) \
    OF_SCENARIO(gathers_##slot, shards_of(r, zero_of(w, slot)).gathers) \
    OF_SCENARIO(keeps_##slot, shards_of(r, zero_of(w, slot)).keeps)

OF_SLOT(1)
OF_SLOT(2)
OF_SLOT(3)

#define LEGEND NULL, NULL
#define LINE(symbol, meaning, formula, source, value) \
    { \
        symbol, meaning, "line", formula, source, STYLE_NUMBER, value, NULL, 0 \
    }
#define NUMBER(symbol, meaning, unit, source, number) \
    { \
        symbol, meaning, unit, NULL, source, STYLE_NUMBER, NULL, NULL, number \
    }
#define FLAG(symbol, meaning, formula, value) \
    { \
        symbol, meaning, "0/1", formula, NULL, STYLE_NUMBER, value, NULL, 0 \
    }
#define QUANTITY(symbol, meaning, unit, formula, value) \
    { \
        symbol, meaning, unit, formula, NULL, STYLE_NUMBER, value, NULL, 0 \
    }
#define LETTER(name, formula) \
    { \
#name, LEGEND, formula, NULL, STYLE_NUMBER, letter_##name, NULL, 0 \
    }

static const struct quantity positions[] = {
    LINE("at_model", "line of the model", "MATCH(model, list_model, 0)", TRAINING_DATA, at_model),
    {"used", "type of the base: QLoRA over a wider type is over nf4", "",
     "IF(AND(tuning = \"qlora\", INDEX(col_bits, MATCH(type, list_dtype, 0)) >= bits_16), \"nf4\", "
     "type)",
     "Dettmers 2023, arXiv 2305.14314", STYLE_TEXT, NULL, used, 0},
    LINE("at_dtype", "line of that type", "MATCH(used, list_dtype, 0)", TRAINING_DATA, at_dtype),
    LINE("at_type", "line of the model with it", "MATCH(model & \" \" & used, list_type, 0)",
         TRAINING_DATA, at_type),
    LINE("at_optimizer", "line of the optimizer", "MATCH(optimizer, list_optimizer, 0)",
         TRAINING_DATA, at_optimizer),
    LINE("at_targets", "line of the adapted matrices", "MATCH(targets, list_targets, 0)",
         TRAINING_DATA, at_targets),
    LINE("at_engine", "line of the framework", "MATCH(engine, list_engine, 0)", TRAINING_DATA,
         at_engine),
    LINE("at_gpu", "line of the card", "MATCH(gpu, list_gpu, 0)", TRAINING_DATA, at_gpu),
    {"runs", "1 where the framework runs the type on the card, and can train it", "0/1",
     "IF(OR(tuning <> \"full\", i_tr > 0), INDEX(table_run, MATCH(engine & \" \" & used, list_run, "
     "0), at_gpu), 0)",
     "templates/support.csv, dtypes.csv", STYLE_NUMBER, NULL, NULL, 1},
};
const struct quantity_list training_positions = {positions, sizeof positions / sizeof *positions};

#define SLOT(slot, above) \
    QUANTITY("zero_" #slot, "ZeRO stage of slot " #slot, "stage", \
             "IF(ISNUMBER(zero), zero, " above ")", zero_##slot), \
        FLAG("k_w_" #slot, "1 where D divides the weights", \
             "IF(OR(zero_" #slot " > 2, AND(zero_" #slot " = 2, i_sh > 0)), 1, 0)", \
             weights_##slot), \
        FLAG("k_g_" #slot, "1 where D divides the gradients", "IF(zero_" #slot " >= 2, 1, 0)", \
             gradients_##slot), \
        FLAG("k_o_" #slot, "1 where D divides the optimizer states", \
             "IF(zero_" #slot " >= 1, 1, 0)", optimizer_##slot), \
        FLAG("i_3_" #slot, "1 where weights are gathered for use", "IF(zero_" #slot " > 2, 1, 0)", \
             gathers_##slot), \
        FLAG("i_w_" #slot, "1 where all weights stay gathered in 16 bit", \
             "IF(AND(zero_" #slot " = 2, i_sh > 0, i_ft > 0), 1, 0)", keeps_##slot)

static const struct quantity rest[] = {
    {"gib", "bytes in a GiB", "bytes", NULL, "2^30, IEC 80000-13", STYLE_COUNT, NULL, NULL,
     1073741824},
    NUMBER("radix", "base of a rank: above every count that it holds", "count",
           "more than the 64 GPUs of the search", 100),
    NUMBER("limit", "GPUs of the largest layout on the sheets", "GPUs", TRAINING_LAYOUTS,
           WHATIF_GPUS_MOST),
    NUMBER("exact", "totals that differ by less are the same", "share",
           "rounding of sums, see footprint.c", 1e-12),
    NUMBER("percent", "percent in a whole", "percent", "definition", 100),
    NUMBER("b_32", "bytes of an fp32 number", "bytes", "IEEE 754", 4),
    NUMBER("bits_16", "bits of a 16-bit number", "bits", "IEEE 754", 16),
    NUMBER("b_sc", "bytes per attention score without flash attention", "bytes",
           "Korthikanti 2022, arXiv 2205.05198, 5 a s / h", 5),
    NUMBER("n_gt", "matrices of a gated FFN", "matrices", "Shazeer 2020, arXiv 2002.05202", 3),
    {"share_r", "share of the allocator's reserve that must fit", "share", NULL,
     "assumption reserved_share, see Assumptions", STYLE_NUMBER, reserved_share, NULL, 0},
    {"x", LEGEND, NULL, "experts are split like the rest", STYLE_NUMBER, NULL, NULL, 1},
    {"C", "what the framework may use of the card", "bytes", "C_v - g_r * gib", NULL, STYLE_COUNT,
     card, NULL, 0},
    QUANTITY("u", "its share", "share", "IF(ISNUMBER(share), share, u_def)", share),
    QUANTITY("n_most", "GPUs to search up to", "GPUs", "MIN(most, limit)", most),
    FLAG("i_ft", "1 where all is trained", "IF(tuning = \"full\", 1, 0)", is_full),
    FLAG("i_lo", "1 where adapters are", "1 - i_ft", is_adapted),
    FLAG("i_fl", "1 with flash attention", "IF(flash = \"yes\", 1, 0)", is_flash),
    FLAG("i_sp", "1 with sequence parallelism", "IF(sequence = \"yes\", 1, 0)", is_parallel),
    FLAG("i_cc", "1 where a compiled model saves less", "IF(AND(compile = \"yes\", n_c > 0), 1, 0)",
         is_compiled),

    QUANTITY("i_fs", "1 where all weights are fp32 shards", "0/1", "i_sh * i_ft", shards_fp32),
    QUANTITY("x_l", "more bytes per linear weight than the type's own", "bytes",
             "IF(i_fs > 0, b_32 - bits * 2 / bits_16, 0) + IF(i_up > 0, x_q, 0)", more_linear),
    LETTER(b_emb, "IF(AND(i_up > 0, b_qe > 0), b_qe, IF(i_fs > 0, b_32, w_b))"),
    LETTER(b_head, "b_emb"),
    LETTER(b_16, "MAX(2, b_emb)"),
    LETTER(b_att, "d_att + x_l * y_d"),
    LETTER(b_kvp, "d_kvp + x_l * y_d"),
    LETTER(b_low, "d_low + x_l * y_d"),
    LETTER(b_mix, "d_mix + x_l * y_d"),
    LETTER(b_ffn, "d_ffn + x_l * y_d"),
    LETTER(b_exp, "d_exp + x_l * y_x"),

    QUANTITY("B_m", "bytes of the master copy", "bytes",
             "IF(OR(i_sh > 0, w_b >= b_32, i_kg = 0, i_ms = 0), 0, b_32)", master),
    FLAG("i_32", "1 where there are fp32 weights", "IF(OR(B_m > 0, i_sh > 0, w_b >= b_32), 1, 0)",
         has_fp32),
    QUANTITY("m_st", "bytes of one optimizer state", "bytes",
             "IF(b_st > 0, b_st, IF(i_32 > 0, b_32, w_b))", state_bytes),
    LETTER(B_g, "IF(i_kg = 0, 0, IF(b_gr > 0, b_gr, IF(i_sh > 0, b_32, w_b)))"),
    LETTER(B_o,
           "B_m + IF(i_ho > 0, 0, n_st * m_st) + IF(AND(B_m > 0, B_g > 0, B_g < b_32), x_o, 0)"),
    LETTER(B_a, "IF(i_ho > 0, 0, n_st * IF(b_st > 0, b_st, b_32))"),
    LETTER(g_p, "IF(OR(i_gp > 0, AND(ISNUMBER(accum), accum > 1)), 1, 0)"),
    LETTER(x_p, "x_e + IF(B_g >= b_32, x_32, 0)"),
    LETTER(x_s, "IF(B_m > 0, 0, s_b)"),
    LETTER(x_c, "IF(B_m > 0, s_g * gib, 0)"),

    LETTER(s, "tokens"),
    LETTER(m, "batch"),
    LETTER(T_m, "m * s"),
    LETTER(b_lg,
           "IF(loss = \"chunked\", l_ch, IF(loss = \"fused\", l_fu, IF(AND(compile = \"yes\", "
           "l_cp > 0), l_cp, l_f)))"),
    LETTER(i_d, "IF(bits < bits_16, 1, 0)"),
    LETTER(y_w, "IF(OR(recompute = \"full\", AND(recompute = \"selective\", i_op > 0)), 1, 0)"),
    LETTER(y_k, "IF(AND(y_w > 0, y_s > 0), y_s, 1)"),
    FLAG("i_cu", "1 where a frozen base casts up", "IF(AND(i_lo > 0, i_up > 0), 1, 0)", casts_up),
    QUANTITY("b_ac", "bytes of an activation", "bytes",
             "IF(w_b >= b_32, b_32, IF(AND(i_cu > 0, b_qh > 0), b_qh, 2))", element),
    QUANTITY("n_f", "width that one token meets in the FFN", "elements",
             "IF(E > 0, (e + e_s) * f_e, f)", width),
    QUANTITY("n_r", "copies of routed tokens", "elements", "IF(E > 0, 2 * e * h, 0)", routed),
    QUANTITY("n_h", "saved, in units of h", "factor", "IF(i_cc > 0, n_c, n_k)", hidden),
    QUANTITY("n_q", "saved, in units of d_q + d_k", "factor",
             "IF(i_cc > 0, q_c, q_k + IF(i_qk > 0, q_n, 0))", heads),
    QUANTITY("n_u", "saved, in units of the FFN's width", "factor", "IF(i_cc > 0, u_c, u_k)", ffn),
    QUANTITY("n_m", "matrices of an FFN whose outputs adapters keep", "matrices",
             "IF(i_gt > 0, n_gt, 1)", matrices),
    QUANTITY("N_sv", "saved per token and layer", "elements",
             "IF(AND(i_lo > 0, n_lo > 0), n_lo * h + n_m * n_f + i_cu * i_qi * (2 * h + d_o + "
             "n_f), n_h * h + d_q + d_k + d_v + d_o + "
             "n_q * (d_q + d_k) + IF(i_gt > 0, n_u, MIN(n_u, 2)) * n_f + n_r)",
             saved),
    LETTER(A_g, "IF(AND(i_lo > 0, n_lo > 0, E = 0), 2 * b_ac * f, 0)"),
    LETTER(i_r, "i_lo * i_rs"),
    LETTER(i_f, "IF(AND(i_lo > 0, i_fi > 0, recompute = \"full\"), 1, 0)"),
    LETTER(q_b, "1 + 2 * (1 - i_r)"),
    LETTER(b_blk, "IF(i_r > 0, b_ffn, 2)"),
    QUANTITY("n_s", "FFN products kept by selective recomputation", "elements",
             "IF(E > 0, 2 * n_f + n_r, (1 + i_gt) * f)", selective_width),
    QUANTITY("N_sel", "kept by selective recomputation of operators", "elements",
             "h + d_o + (d_q + d_k + d_v + h + n_s + h) / 2", selected),
    QUANTITY("N_sc", "bytes of attention scores", "bytes", "IF(i_fl > 0, 0, b_sc * a * s)", scores),

    QUANTITY("n_x", "FFNs of a layer that get adapters", "experts", "IF(E > 0, E + e_s, 1)",
             experts),
    QUANTITY("n_w", "their width", "elements", "IF(E > 0, f_e, f)", adapted_width),
    QUANTITY("N_sd", "rows and columns that adapters of rank 1 add to a layer", "elements",
             "t_q * (h + d_q) + t_k * (h + d_k) + t_v * (h + d_v) + t_o * (h + d_o) + n_x * (h + "
             "n_w) * (t_g * i_gt + t_u + t_d)",
             sides),

    LETTER(o_f, "MAX(0, r_f - 1) * share_r"),
    LETTER(o_l, "r_l * share_r"),
    LETTER(o_r, "r_g * gib * share_r"),
    LETTER(o_n, "g_n * gib"),
    LETTER(o_ctx, "g_c * gib"),
    QUANTITY("o_1", "what is allocated, with its reserve", "factor", "1 + o_f", grown),

    SLOT(1, "1"),
    SLOT(2, "2"),
    SLOT(3, "zero_2 + 1"),
};
const struct quantity_list training_rest = {rest, sizeof rest / sizeof *rest};
