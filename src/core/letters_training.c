/* letters_training.c -- binds the letters of training: states per parameter, activation widths */
#include "core/answer.h"
#include "core/letters.h"
#include "core/letters_training.h"
#include "core/units.h"

#include <math.h>
#include <string.h>

static double weight_bytes(const struct request *request)
{
    return request->dtype->embedding_bits / 8;
}

/* Bytes of the fp32 (or other) master copy per trained parameter; 0: none is kept. */
static double master_bytes(const struct request *request)
{
    if (request->no_master || request->engine->fp32_shards || weight_bytes(request) >= 4)
        return 0;
    if (request->master_dtype)
        return request->master_dtype->bits_per_weight / 8 >= 4 ? 4 : 0;
    if (!request->optimizer->keeps_gradients)
        return 0; /* an update fused into backward changes the weights in place */
    return request->engine->master_default ? 4 : 0;
}

static double moments_bytes(const struct request *request, bool fp32_copy)
{
    const struct optimizer *optimizer = request->optimizer;
    double each = optimizer->moment_bytes > 0 ? optimizer->moment_bytes
                  : fp32_copy                 ? 4
                                              : weight_bytes(request);
    return optimizer->host_states ? 0 : optimizer->moments * each;
}

static double gradient_bytes(const struct request *request)
{
    if (request->no_gradients || !request->optimizer->keeps_gradients)
        return 0;
    if (request->grad_dtype)
        return request->grad_dtype->bits_per_weight / 8;
    if (request->engine->gradient_bytes > 0)
        return request->engine->gradient_bytes;
    return request->engine->fp32_shards ? 4 : weight_bytes(request);
}

static void bind_states(struct letters *x, const struct request *request)
{
    double master = master_bytes(request);
    bool fp32_copy = master >= 4 || request->engine->fp32_shards || weight_bytes(request) >= 4;
    x->B_g = gradient_bytes(request);
    x->B_o = master + moments_bytes(request, fp32_copy);
    if (master > 0 && x->B_g > 0 && x->B_g < 4)
        x->B_o += request->engine->optimizer_extra_bytes;
    x->B_a = moments_bytes(request, true);
    x->g_p = request->engine->gradients_persist || request->grad_accum > 1;
    x->x_p = request->engine->extra_bytes_per_param +
             (x->B_g >= 4 ? request->engine->fp32_gradient_extra_bytes : 0);
    /* torch's multi-tensor AdamW makes one more copy of the second moment [torch.optim, foreach];
     * optimizers with a master copy (DeepSpeed) work in buffers of a fixed size */
    x->x_s = master > 0 ? 0 : request->engine->step_bytes;
    x->x_c = master > 0 ? request->engine->step_gib * GIB : 0;
}

/* Inputs of the quantized linears: bitsandbytes' 4-bit product saved them for backward until 2024,
 * with no need [bitsandbytes autograd/_functions.py, MatMul4Bit: ctx.tensors = (A, B)]. */
static double quantized_inputs(const struct letters *x, const struct request *request, double width)
{
    bool kept = request->dtype->casts_up && request->engine->quantized_keeps_inputs;
    return kept ? 2 * x->h + x->d_o + width : 0;
}

/* PEFT casts what a 4-bit base leaves unquantized to fp32, and with it the hidden states and the
 * outputs of the quantized linears [peft utils/other.py, prepare_model_for_kbit_training;
 * bitsandbytes nn/modules.py, Linear4bit.forward: out.to(inp_dtype)]. */
static double hidden_bytes(const struct request *request)
{
    bool casts = request->dtype->casts_up && request->tuning != TUNING_FULL;
    if (weight_bytes(request) >= 4)
        return 4;
    return casts && request->engine->quantized_hidden_bytes > 0
               ? request->engine->quantized_hidden_bytes
               : 2;
}

/* Saved elements of one token in one layer, the widths of Korthikanti's 34 = 5 + (3 + 1) + 2 4
 * written out: n h + (d_q + d_k + d_v + d_o) + q (d_q + d_k) + u f. */
static double saved_elements(const struct letters *x, const struct request *request)
{
    const struct engine *engine = request->engine;
    bool compiled = request->compile && engine->compiled_hidden > 0;
    bool gated = request->model->ffn_gated;
    double n = compiled ? engine->compiled_hidden : engine->keep_hidden;
    double q = compiled ? engine->compiled_heads : engine->keep_heads;
    double u = compiled ? engine->compiled_ffn : engine->keep_ffn;
    double width = x->E > 0 ? (x->e + x->e_s) * x->f_e : x->f;
    double routed = x->E > 0 ? 2 * x->e * x->h : 0;
    if (request->model->qk_norm != QK_NORM_NONE && !compiled)
        q += engine->keep_qk_norm; /* inputs and fp32 copies of the query and key norms */
    if (request->tuning != TUNING_FULL && engine->lora_keep_hidden > 0)
        return engine->lora_keep_hidden * x->h + (gated ? 3 : 1) * width +
               quantized_inputs(x, request, width);
    return n * x->h + x->d_q + x->d_k + x->d_v + x->d_o + q * (x->d_q + x->d_k) +
           (gated ? u : fmin(u, 2)) * width + routed;
}

/* What operator-level selective recomputation keeps: layer input, attention output and half of the
 * matrix products [torch.utils.checkpoint, selective policy of torchtitan]. */
static double selective_elements(const struct letters *x, const struct request *request)
{
    double matrices = request->model->ffn_gated ? 2 : 1;
    double width = x->E > 0 ? 2 * (x->e + x->e_s) * x->f_e + 2 * x->e * x->h : matrices * x->f;
    return x->h + x->d_o + 0.5 * (x->d_q + x->d_k + x->d_v + x->h + width + x->h);
}

void letters_bind_training(struct letters *x, const struct request *request,
                           const struct facts *facts)
{
    const struct engine *engine = request->engine;
    bind_states(x, request);
    bool compiled = request->compile && engine->compiled_logit_bytes > 0;
    x->b_lg = request->loss == LOSS_CHUNKED ? engine->logit_chunked_bytes
              : request->loss == LOSS_FUSED ? engine->logit_fused_bytes
              : compiled                    ? engine->compiled_logit_bytes
                                            : engine->logit_bytes;
    double share = request->reserved_share >= 0 ? request->reserved_share
                                                : assumption_value(facts, "reserved_share");
    x->o_f = fmax(0, engine->reserved_factor - 1) * share;
    x->o_l = engine->reserved_logits * share;
    x->o_r = engine->reserved_gib * GIB * share;
    x->o_n = engine->nccl_gib * GIB;
    x->o_ctx = engine->context_gib * GIB;
    x->i_d = request->dtype->bits_per_weight < 16;
}

/* Bytes per token and layer: elements of 16 bit (32 when everything is fp32), of which n h are
 * replicated over t without sequence parallelism, and 5 a s bytes of scores without flash
 * attention. */
static void place_activations(struct letters *x, const struct request *request)
{
    const struct engine *engine = request->engine;
    bool divides = request->sequence_parallel;
    double bytes = hidden_bytes(request);
    double saved = saved_elements(x, request);
    double whole = divides ? 0 : fmin(saved, engine->keep_hidden * x->h);
    double scores = request->flash_attention ? 0 : 5 * x->a * x->s / x->t;
    double layer = bytes * ((saved - whole) / x->t + whole);
    x->A = layer + scores;
    bool frozen = request->tuning != TUNING_FULL && engine->lora_keep_hidden > 0;
    x->A_g = frozen && x->E == 0 ? 2 * bytes * x->f : 0; /* experts pass one by one */
    x->y_w = request->recompute == RECOMPUTE_FULL || (request->recompute == RECOMPUTE_SELECTIVE &&
                                                      engine->selective == SELECTIVE_OPERATORS);
    bool fp8 = request->compute_dtype && !strcmp(request->compute_dtype->family, "fp8");
    x->y_k = x->y_w > 0 && engine->keep_scale > 0 ? engine->keep_scale : 1;
    if (fp8 && engine->keep_scale_fp8 > 0)
        x->y_k *= engine->keep_scale_fp8;
    if (request->recompute == RECOMPUTE_FULL)
        x->K = bytes * x->h / (divides ? x->t : 1);
    else if (request->recompute == RECOMPUTE_SELECTIVE)
        x->K = engine->selective == SELECTIVE_OPERATORS
                   ? bytes * selective_elements(x, request) / x->t
                   : layer;
    else
        x->K = x->A;
}

/* 1F1B keeps p - i micro-batches alive on stage i; v interleaved chunks keep a little more on the
 * first stage [Narayanan 2021, arXiv 2104.04473, 2.2; Korthikanti 2022, 4.2.3]. */
static void place_pipeline(struct letters *x, const struct request *request, bool last_stage)
{
    double v = request->vpp > 1 ? request->vpp : 1;
    double in_flight = last_stage ? 1 : x->p;
    if (request->grad_accum > 0)
        in_flight = fmin(in_flight, request->grad_accum);
    x->l_in = ceil(x->L / x->p) * in_flight;
    if (v > 1 && x->p > 1)
        x->l_in = x->L * (1 + (last_stage ? -1 : 1) * (x->p - 1) / (x->p * v));
}

static void place_blocks(struct letters *x, const struct request *request)
{
    double expert_ways = x->x > 1 ? x->x : x->t;
    double dense =
        (x->N_att + x->N_mix + x->N_unl) / x->L / x->t + x->N_kvp / x->L * x->r_w + x->N_low / x->L;
    double routed = x->L_x > 0 ? (x->N_exp / expert_ways + x->N_shr / x->t) / x->L_x : 0;
    x->N_blk = dense + (x->L_x > 0 ? routed : x->N_ffn / x->L / x->t);
    double ends = request->model->tied_embeddings && x->p == 1 ? 1 : x->i_1 + x->i_p;
    x->N_vg = ends * x->V * x->h / x->t;
    x->N_gx = x->s_x * x->N_exp / expert_ways;
    x->N_gd = (x->i_1 * x->N_emb + x->i_p * (x->N_head + x->i_2 * x->V * x->h) +
               x->s_l * (x->N_att + x->N_unl + x->N_mix) + x->s_f * x->N_ffn + x->s_x * x->N_shr) /
                  x->t +
              x->s_l * (x->N_kvp * x->r_w + x->N_low + x->N_nrm) + x->s_x * x->N_rtr;
}

/* r (in + out) per target and layer, divided like the matrices they stand beside. */
static void place_adapters(struct letters *x, const struct request *request)
{
    const double r = request->lora_rank;
    const unsigned on = request->lora_targets;
    double experts = x->E > 0 ? x->E + x->e_s : 1;
    double width = x->E > 0 ? x->f_e : x->f;
    double sides = 0;
    sides += on & TARGET_Q ? x->h + x->d_q : 0;
    sides += on & TARGET_K ? x->h + x->d_k : 0;
    sides += on & TARGET_V ? x->h + x->d_v : 0;
    sides += on & TARGET_O ? x->h + x->d_o : 0;
    sides += on & TARGET_GATE && request->model->ffn_gated ? experts * (x->h + width) : 0;
    sides += on & TARGET_UP ? experts * (x->h + width) : 0;
    sides += on & TARGET_DOWN ? experts * (x->h + width) : 0;
    double copies = (on & TARGET_EMBEDDING ? x->i_1 : 0) + (on & TARGET_HEAD ? x->i_p : 0);
    x->N_adp = request->trainable_pct > 0 ? request->trainable_pct / 100 * x->P * x->s_l / x->t
                                          : r * sides * x->L * x->s_l / x->t;
    x->N_cpy = copies * x->V * x->h / x->t;
    x->N_gd = x->N_gx = 0;
}

void letters_place_training(struct letters *x, const struct request *request,
                            const struct layout *layout, bool last_stage)
{
    double shards = x->D * x->c; /* context-parallel ranks share the states too */
    bool fp32_shards = request->engine->fp32_shards && layout->zero >= 2;
    x->z_w = layout->zero >= 3 || fp32_shards ? shards : 1;
    x->z_g = layout->zero >= 2 ? shards : 1;
    x->z_o = layout->zero >= 1 ? shards : 1;
    x->i_3 = layout->zero >= 3 && shards > 1;
    bool frozen_root = request->tuning != TUNING_FULL && request->engine->frozen_root_stays;
    x->i_r = frozen_root;
    x->i_f = request->tuning != TUNING_FULL && request->engine->frozen_input_gradients &&
             request->recompute == RECOMPUTE_FULL;
    x->q_b = frozen_root ? 1 : 3;
    x->b_blk = frozen_root ? x->b_ffn : 2;
    x->i_w = layout->zero == 2 && fp32_shards && shards > 1 && request->tuning == TUNING_FULL;
    x->T_m = x->m * x->s / x->c;
    place_activations(x, request);
    place_pipeline(x, request, last_stage);
    place_blocks(x, request);
    x->N_gpu = x->N_gd + (x->z_w >= 2 * x->x ? x->N_gx : 0);
    x->b_hi = x->t > 1 && request->sequence_parallel ? request->engine->head_input_bytes : 0;
    if (request->tuning != TUNING_FULL)
        place_adapters(x, request);
}
