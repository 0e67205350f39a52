/* whatif_training_facts.c -- the letters of each catalog row that What-if training offers */
#include "book/whatif_training.h"

#include "core/layout.h"

#include <math.h>

#define OF_PICK(name, what) \
    static double name(const struct pick *o, const struct facts *facts) \
    { \
        const struct request *r = &o->request; \
        (void)facts; \
        return what; \
    }

/* --- models --- */

OF_PICK(tied, r->model->tied_embeddings)
OF_PICK(gated, r->model->ffn_gated)
OF_PICK(normed, r->model->qk_norm != QK_NORM_NONE)

/* --- types --- */

/* Bytes as a framework stores them that adds `extra` to each linear weight. */
static struct letters bytes_with(const struct pick *o, const struct facts *facts, double extra)
{
    struct engine engine = *o->request.engine;
    struct dtype type = *o->request.dtype;
    struct request request = o->request;
    struct letters x;
    engine.fp32_shards = false;
    engine.quantized_extra_bytes = extra;
    engine.quantized_embedding_bytes = 0;
    type.casts_up = true;
    request.engine = &engine;
    request.dtype = &type;
    letters_bind(&x, &request, facts);
    return x;
}

#define OF_BYTES(symbol) \
    static double plain_##symbol(const struct pick *o, const struct facts *facts) \
    { \
        return bytes_with(o, facts, 0).symbol; \
    }

OF_BYTES(b_att)
OF_BYTES(b_kvp)
OF_BYTES(b_low)
OF_BYTES(b_mix)
OF_BYTES(b_ffn)
OF_BYTES(b_exp)

static double dense_share(const struct pick *o, const struct facts *facts)
{
    return bytes_with(o, facts, 1).b_att - bytes_with(o, facts, 0).b_att;
}

static double expert_share(const struct pick *o, const struct facts *facts)
{
    return bytes_with(o, facts, 1).b_exp - bytes_with(o, facts, 0).b_exp;
}

OF_PICK(bits, r->dtype->bits_per_weight)
OF_PICK(other_bytes, r->dtype->embedding_bits / 8)
OF_PICK(trains, r->dtype->trains)
OF_PICK(casts_up, r->dtype->casts_up)

/* --- optimizers and targets --- */

OF_PICK(moments, r->optimizer->moments)
OF_PICK(moment_bytes, r->optimizer->moment_bytes)
OF_PICK(on_host, r->optimizer->host_states)
OF_PICK(keeps_gradients, r->optimizer->keeps_gradients)

OF_PICK(target_q, (r->lora_targets & TARGET_Q) > 0)
OF_PICK(target_k, (r->lora_targets & TARGET_K) > 0)
OF_PICK(target_v, (r->lora_targets & TARGET_V) > 0)
OF_PICK(target_o, (r->lora_targets & TARGET_O) > 0)
OF_PICK(target_gate, (r->lora_targets & TARGET_GATE) > 0)
OF_PICK(target_up, (r->lora_targets & TARGET_UP) > 0)
OF_PICK(target_down, (r->lora_targets & TARGET_DOWN) > 0)
OF_PICK(target_embedding, (r->lora_targets & TARGET_EMBEDDING) > 0)
OF_PICK(target_head, (r->lora_targets & TARGET_HEAD) > 0)

/* --- engines --- */

OF_PICK(share, r->engine->utilization)
OF_PICK(reserve, r->engine->reserve_gib)
OF_PICK(context, r->engine->context_gib)
OF_PICK(keep_hidden, r->engine->keep_hidden)
OF_PICK(keep_heads, r->engine->keep_heads)
OF_PICK(keep_ffn, r->engine->keep_ffn)
OF_PICK(keep_qk_norm, r->engine->keep_qk_norm)
OF_PICK(by_operator, r->engine->selective == SELECTIVE_OPERATORS)
OF_PICK(lora_hidden, r->engine->lora_keep_hidden)
OF_PICK(keep_scale, r->engine->keep_scale)
OF_PICK(compiled_hidden, r->engine->compiled_hidden)
OF_PICK(compiled_heads, r->engine->compiled_heads)
OF_PICK(compiled_ffn, r->engine->compiled_ffn)
OF_PICK(compiled_logits, r->engine->compiled_logit_bytes)
OF_PICK(head_input, r->engine->head_input_bytes)
OF_PICK(logits, r->engine->logit_bytes)
OF_PICK(logits_chunked, r->engine->logit_chunked_bytes)
OF_PICK(logits_fused, r->engine->logit_fused_bytes)
OF_PICK(fp32_shards, r->engine->fp32_shards)
OF_PICK(keeps_master, r->engine->master_default)
OF_PICK(gradient_bytes, r->engine->gradient_bytes)
OF_PICK(persists, r->engine->gradients_persist)
OF_PICK(extra, r->engine->extra_bytes_per_param)
OF_PICK(extra_fp32, r->engine->fp32_gradient_extra_bytes)
OF_PICK(extra_optimizer, r->engine->optimizer_extra_bytes)
OF_PICK(extra_quantized, r->engine->quantized_extra_bytes)
OF_PICK(embedding_quantized, r->engine->quantized_embedding_bytes)
OF_PICK(hidden_quantized, r->engine->quantized_hidden_bytes)
OF_PICK(inputs_quantized, r->engine->quantized_keeps_inputs)
OF_PICK(root_stays, r->engine->frozen_root_stays)
OF_PICK(input_gradients, r->engine->frozen_input_gradients)
OF_PICK(step_bytes, r->engine->step_bytes)
OF_PICK(step_gib, r->engine->step_gib)
OF_PICK(reserved_factor, r->engine->reserved_factor)
OF_PICK(reserved_logits, r->engine->reserved_logits)
OF_PICK(reserved_gib, r->engine->reserved_gib)
OF_PICK(nccl, r->engine->nccl_gib)
OF_PICK(band_weights, r->engine->band_weights_pct / 100)
OF_PICK(band_activations, r->engine->band_activation_pct / 100)
OF_PICK(band_overhead, r->engine->band_overhead_gib)
OF_PICK(band_total, r->engine->band_total_pct / 100)

/* clang-format off */
#define MODEL(symbol) {OFFER_MODEL, symbol, NULL, NULL, NULL}
/* clang-format on */

static const struct datum data[] = {
    MODEL("L"),
    MODEL("L_x"),
    MODEL("h"),
    MODEL("a"),
    MODEL("k"),
    MODEL("f"),
    MODEL("V"),
    MODEL("E"),
    MODEL("e"),
    MODEL("e_s"),
    MODEL("f_e"),
    MODEL("d_q"),
    MODEL("d_k"),
    MODEL("d_v"),
    MODEL("d_o"),
    MODEL("N_emb"),
    MODEL("N_head"),
    MODEL("N_att"),
    MODEL("N_kvp"),
    MODEL("N_low"),
    MODEL("N_mix"),
    MODEL("N_ffn"),
    MODEL("N_exp"),
    MODEL("N_shr"),
    MODEL("N_rtr"),
    MODEL("N_nrm"),
    MODEL("N_unl"),
    MODEL("P"),
    {OFFER_MODEL, "i_tie", "1 where embedding and head are one matrix, else 0", "0/1", tied},
    {OFFER_MODEL, "i_gt", "1 where the FFN is gated, else 0", "0/1", gated},
    {OFFER_MODEL, "i_qk", "1 where queries and keys are normalised, else 0", "0/1", normed},
    {OFFER_MODEL, "a_t", "what t must divide: attention heads, without them the hidden size",
     "heads", split_heads},
    {OFFER_MODEL, "k_t", "what t must divide or be a multiple of: KV heads, 1 for MLA", "heads",
     split_kv_heads},
    {OFFER_MODEL, "a_v", "heads of windowed layers, which t must divide too; 0: none", "heads",
     split_window_heads},
    {OFFER_MODEL, "k_v", "KV heads of windowed layers, likewise; 1: none", "heads",
     split_window_kv_heads},

    {OFFER_TYPE, "d_att", "attention, as the type stores it", "bytes", plain_b_att},
    {OFFER_TYPE, "d_kvp", "key and value projections, likewise", "bytes", plain_b_kvp},
    {OFFER_TYPE, "d_low", "low-rank projections, likewise", "bytes", plain_b_low},
    {OFFER_TYPE, "d_mix", "mixers, likewise", "bytes", plain_b_mix},
    {OFFER_TYPE, "d_ffn", "FFN, likewise", "bytes", plain_b_ffn},
    {OFFER_TYPE, "d_exp", "routed experts, likewise", "bytes", plain_b_exp},
    {OFFER_TYPE, "y_d", "1 where linear layers have the type: what a framework adds to them",
     "factor", dense_share},
    {OFFER_TYPE, "y_x", "the same of routed experts, padded", "factor", expert_share},

    {OFFER_DTYPE, "bits", "bits per linear weight", "bits", bits},
    {OFFER_DTYPE, "w_b", "embedding, head and the rest", "bytes", other_bytes},
    {OFFER_DTYPE, "i_tr", "1 where the type itself is trained, else 0", "0/1", trains},
    {OFFER_DTYPE, "i_up", "1 where a quantized base casts up, else 0", "0/1", casts_up},

    {OFFER_OPTIMIZER, "n_st", "states per trained parameter", "states", moments},
    {OFFER_OPTIMIZER, "b_st",
     "bytes of one, or 0 for fp32 beside a master copy and else the weight's", "bytes",
     moment_bytes},
    {OFFER_OPTIMIZER, "i_ho", "1 where states are in host memory, else 0", "0/1", on_host},
    {OFFER_OPTIMIZER, "i_kg", "1 where gradients are kept, 0 where fused into backward", "0/1",
     keeps_gradients},

    {OFFER_TARGETS, "t_q", "queries have adapters", "0/1", target_q},
    {OFFER_TARGETS, "t_k", "keys", "0/1", target_k},
    {OFFER_TARGETS, "t_v", "values", "0/1", target_v},
    {OFFER_TARGETS, "t_o", "attention outputs", "0/1", target_o},
    {OFFER_TARGETS, "t_g", "FFN gates", "0/1", target_gate},
    {OFFER_TARGETS, "t_u", "FFN up matrices", "0/1", target_up},
    {OFFER_TARGETS, "t_d", "FFN down matrices", "0/1", target_down},
    {OFFER_TARGETS, "t_e", "the embedding is trained, as a copy", "0/1", target_embedding},
    {OFFER_TARGETS, "t_h", "the head, likewise", "0/1", target_head},

    {OFFER_ENGINE, "u_def", "share of the card that is used", "share", share},
    {OFFER_ENGINE, "g_r", "kept free beside the share", "GiB", reserve},
    {OFFER_ENGINE, "g_c", "CUDA context", "GiB", context},
    {OFFER_ENGINE, "n_k", "saved per token and layer, in units of h", "factor", keep_hidden},
    {OFFER_ENGINE, "q_k", "saved, in units of d_q + d_k", "factor", keep_heads},
    {OFFER_ENGINE, "u_k", "saved, in units of the FFN's width", "factor", keep_ffn},
    {OFFER_ENGINE, "q_n", "saved more where queries and keys are normalised, in units of d_q + d_k",
     "factor", keep_qk_norm},
    {OFFER_ENGINE, "i_op", "1 where selective recomputation is of operators, 0: of attention",
     "0/1", by_operator},
    {OFFER_ENGINE, "n_lo", "saved beside adapters, in units of h, or 0 for as in full tuning",
     "factor", lora_hidden},
    {OFFER_ENGINE, "y_s", "scale of what recomputation keeps, or 0 for 1", "factor", keep_scale},
    {OFFER_ENGINE, "n_c", "saved by a compiled model, in units of h, or 0 for the same", "factor",
     compiled_hidden},
    {OFFER_ENGINE, "q_c", "the same, in units of d_q + d_k", "factor", compiled_heads},
    {OFFER_ENGINE, "u_c", "the same, in units of the FFN's width", "factor", compiled_ffn},
    {OFFER_ENGINE, "l_cp", "bytes per logit of a compiled model, or 0 for l_f", "bytes",
     compiled_logits},
    {OFFER_ENGINE, "c_hi", "gathered for a split head, per token and hidden element", "bytes",
     head_input},
    {OFFER_ENGINE, "l_f", "bytes per logit, loss = full", "bytes", logits},
    {OFFER_ENGINE, "l_ch", "the same, chunked", "bytes", logits_chunked},
    {OFFER_ENGINE, "l_fu", "the same, fused", "bytes", logits_fused},
    {OFFER_ENGINE, "i_sh", "1 where weights exist only as fp32 shards, else 0", "0/1", fp32_shards},
    {OFFER_ENGINE, "i_ms", "1 where an fp32 master copy is kept, else 0", "0/1", keeps_master},
    {OFFER_ENGINE, "b_gr", "bytes per gradient, or 0 for the weight's", "bytes", gradient_bytes},
    {OFFER_ENGINE, "i_gp", "1 where gradients persist through forward, else 0", "0/1", persists},
    {OFFER_ENGINE, "x_e", "buckets and the like, per parameter", "bytes", extra},
    {OFFER_ENGINE, "x_32", "more of them with fp32 gradients", "bytes", extra_fp32},
    {OFFER_ENGINE, "x_o", "more optimizer bytes with 16-bit gradients", "bytes", extra_optimizer},
    {OFFER_ENGINE, "x_q", "more per linear weight of a base that casts up", "bytes",
     extra_quantized},
    {OFFER_ENGINE, "b_qe", "embedding and head of such a base, or 0 for the type's", "bytes",
     embedding_quantized},
    {OFFER_ENGINE, "b_qh", "hidden states beside such a base, or 0 for 16 bit", "bytes",
     hidden_quantized},
    {OFFER_ENGINE, "i_qi", "1 where its linears save their inputs, else 0", "0/1",
     inputs_quantized},
    {OFFER_ENGINE, "i_rs", "1 where a frozen embedding and head stay gathered in backward, else 0",
     "0/1", root_stays},
    {OFFER_ENGINE, "i_fi", "1 where gradients of frozen layers' inputs stay in backward, else 0",
     "0/1", input_gradients},
    {OFFER_ENGINE, "s_b", "temporaries of the step, per trained parameter, without master copy",
     "bytes", step_bytes},
    {OFFER_ENGINE, "s_g", "the same with one", "GiB", step_gib},
    {OFFER_ENGINE, "r_f", "reserved by the allocator: factor on what is allocated", "factor",
     reserved_factor},
    {OFFER_ENGINE, "r_l", "reserved, share of the logits", "share", reserved_logits},
    {OFFER_ENGINE, "r_g", "reserved, constant", "GiB", reserved_gib},
    {OFFER_ENGINE, "g_n", "NCCL buffers on more than one GPU", "GiB", nccl},
    {OFFER_ENGINE, "w_w", "half-width of the 90 % band, of weights, gradients and optimizer",
     "share", band_weights},
    {OFFER_ENGINE, "w_a", "half-width of the band, of activations", "share", band_activations},
    {OFFER_ENGINE, "w_o", "half-width of the band, overhead", "GiB", band_overhead},
    {OFFER_ENGINE, "w_t", "half-width of the band, of the total", "share", band_total},

    {OFFER_GPU, "C_v", "what frameworks see of the card", "bytes", card_bytes},
    {OFFER_GPU, "g_s", "GPUs per server", "GPUs", card_server},
};

const struct datum_list training_data = {data, sizeof data / sizeof *data};
