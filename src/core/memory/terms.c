/* terms.c -- the memory model as a table: what is held, when, where it is counted, in letters
 *
 * A formula is written as a spreadsheet would write it, with the letters of letters.h, so that
 * `explain` fills in numbers, the workbook can make it live, and a test holds it against the C. */
#include "core/memory/terms.h"

#include "core/memory/groups.h"

enum {
    PREFILL = 1 << PHASE_PREFILL,
    DECODE = 1 << PHASE_DECODE,
    FORWARD = 1 << PHASE_FORWARD_END,
    BACKWARD = 1 << PHASE_BACKWARD,
    BACKWARD_END = 1 << PHASE_BACKWARD_END,
    STEP = 1 << PHASE_STEP,
    SERVING = PREFILL | DECODE,
    TRAINING = FORWARD | BACKWARD | BACKWARD_END | STEP,
    ALWAYS = SERVING | TRAINING
};

enum { STANDING = false, LOADED = true };

#define MEGATRON "Shoeybi 2019, arXiv 1909.08053"
#define PAGED "Kwon 2023, arXiv 2309.06180"
#define ZERO "Rajbhandari 2020, arXiv 1910.02054"
#define KORTHIKANTI "Korthikanti 2022, arXiv 2205.05198"
#define ENGINES "templates/engines.csv"

const struct term terms[TERM_COUNT] = {
    {"embedding", "token embedding", COLUMN_WEIGHTS, STANDING, ALWAYS, weights_embedding,
     "i_1 * N_emb * b_emb / t / z_w", MEGATRON},
    {"head", "output head", COLUMN_WEIGHTS, STANDING, ALWAYS, weights_head,
     "i_p * (N_head + i_2 * V * h) * b_head / t / z_w", MEGATRON},
    {"attention", "attention projections", COLUMN_WEIGHTS, STANDING, ALWAYS, weights_attention,
     "s_l * (N_att + N_unl) * b_att / t / z_w", MEGATRON},
    {"kv_projection", "key and value projections", COLUMN_WEIGHTS, STANDING, ALWAYS,
     weights_kv_projection, "s_l * N_kvp * b_kvp * r_w / z_w", MEGATRON},
    {"low_rank", "replicated low-rank projections", COLUMN_WEIGHTS, STANDING, ALWAYS,
     weights_low_rank, "s_l * N_low * b_low / z_w", "DeepSeek-V2, arXiv 2405.04434"},
    {"mixer", "recurrent mixers", COLUMN_WEIGHTS, STANDING, ALWAYS, weights_mixer,
     "s_l * N_mix * b_mix / t / z_w", "Gu 2023, arXiv 2312.00752"},
    {"ffn", "dense FFN", COLUMN_WEIGHTS, STANDING, ALWAYS, weights_ffn,
     "s_f * N_ffn * b_ffn / t / z_w", MEGATRON},
    {"experts", "routed experts", COLUMN_WEIGHTS, STANDING, ALWAYS, weights_experts,
     "s_x * N_exp * b_exp / IF(x > 1, x, t) / MAX(1, z_w / x)", "DeepSpeed-MoE, arXiv 2201.05596"},
    {"shared_experts", "shared experts", COLUMN_WEIGHTS, STANDING, ALWAYS, weights_shared_experts,
     "s_x * N_shr * b_ffn / t / z_w", "DeepSeekMoE, arXiv 2401.06066"},
    {"router", "routers", COLUMN_WEIGHTS, STANDING, ALWAYS, weights_router,
     "s_x * N_rtr * b_16 / z_w", "Switch Transformer, arXiv 2101.03961"},
    {"norms", "norms and biases", COLUMN_WEIGHTS, STANDING, ALWAYS, weights_norms,
     "s_l * N_nrm * b_16 / z_w", MEGATRON},
    {"absorbed", "absorbed MLA copies", COLUMN_WEIGHTS, STANDING, SERVING, weights_absorbed,
     "s_l * N_abs * b_16 / t", "DeepSeek-V2, arXiv 2405.04434"},
    {"untied_head", "second head of a quantized tied model", COLUMN_WEIGHTS, STANDING, SERVING,
     weights_untied, "i_p * i_u * V * h * 2 / t", ENGINES},
    {"vision", "vision and audio towers", COLUMN_WEIGHTS, STANDING, SERVING, weights_vision,
     "i_1 * N_vis * b_16", "templates/models.csv"},
    {"adapters", "LoRA adapters and trained copies", COLUMN_WEIGHTS, STANDING, TRAINING,
     weights_adapters, "2 * (2 * N_adp + N_cpy) / z_w", "Hu 2021, arXiv 2106.09685"},

    {"kv_full", "cache, growing layers", COLUMN_KV_CACHE, LOADED, SERVING, kv_full,
     "z_c * S * s_c * T_b * F * B_kv * r_kv", PAGED},
    {"kv_window", "cache, windowed layers", COLUMN_KV_CACHE, LOADED, SERVING, kv_window,
     "z_c * (S * T_w + T_x) * s_c * F_w * B_kv * r_win", "Mistral 7B, arXiv 2310.06825"},
    {"kv_indexer", "cache, sparse-attention index keys", COLUMN_KV_CACHE, LOADED, SERVING,
     kv_indexer, "S * s_c * T_b * I", "DeepSeek-V3.2 technical report"},
    {"kv_state", "recurrent state", COLUMN_KV_CACHE, LOADED, SERVING, kv_state, "S * s_l * Z / t",
     "Gu 2023, arXiv 2312.00752"},

    {"gradients_kept", "gradients kept through forward", COLUMN_GRADIENTS, STANDING,
     FORWARD | BACKWARD, training_gradients_kept,
     "g_p * (B_g * (N_gd / z_g + N_gx / MAX(1, z_g / x)) + 2 * (2 * N_adp + N_cpy) / z_g)", ZERO},
    {"gradients", "gradients", COLUMN_GRADIENTS, STANDING, BACKWARD_END | STEP, training_gradients,
     "B_g * (N_gd / z_g + N_gx / MAX(1, z_g / x)) + 2 * (2 * N_adp + N_cpy) / z_g", ZERO},
    {"optimizer", "master copy and moments", COLUMN_OPTIMIZER, STANDING, TRAINING,
     training_optimizer,
     "B_o * (N_gd / z_o + N_gx / MAX(1, z_o / x)) + B_a * (N_adp + N_cpy) / z_o", ZERO},

    {"forward", "forward transients of one step", COLUMN_ACTIVATIONS, LOADED, PREFILL,
     serving_forward,
     "2 * B * IF(E > 0, e * (c_e * f_e / t + c_i * h_e) + c_b * h, c_f * f / t + c_h * h)",
     ENGINES},
    {"prompt_logits", "fp32 logits of the whole prompt", COLUMN_ACTIVATIONS, LOADED, PREFILL,
     serving_prompt_logits, "i_p * c_l * q * V", ENGINES},
    {"sampler", "sampler", COLUMN_ACTIVATIONS, LOADED, DECODE, serving_sampler,
     "i_p * c_s * S_m * V", ENGINES},
    {"buffer_ffn", "compute buffer, FFN or scores", COLUMN_ACTIVATIONS, LOADED, PREFILL,
     serving_buffer_ffn, "c_u * B * MAX(2 * MAX(f, f_e) + 2 * h, i_a * (T * (a + 1) + 4 * h))",
     ENGINES},
    {"buffer_logits", "compute buffer, logits", COLUMN_ACTIVATIONS, LOADED, DECODE,
     serving_buffer_logits, "i_p * c_u * B * (V + h)", ENGINES},
    {"stage_copies", "stage inputs of a layer split", COLUMN_ACTIVATIONS, LOADED, SERVING,
     serving_stage_copies, "i_s * (16 * T * B + 8 * B * h)", ENGINES},
    {"scratch", "dequantization scratch", COLUMN_OVERHEAD, STANDING, SERVING, serving_scratch,
     "2 * h * (q_f * f + q_V * V)", ENGINES},
    {"activations", "activations saved for backward", COLUMN_ACTIVATIONS, LOADED,
     FORWARD | BACKWARD, training_activations, "y_k * l_in * T_m * K", KORTHIKANTI},
    {"working_set", "one layer's working set", COLUMN_ACTIVATIONS, LOADED, BACKWARD,
     training_working_set, "T_m * (y_w * A + A_g / t)", KORTHIKANTI},
    {"logits", "logits and cross entropy", COLUMN_ACTIVATIONS, LOADED, FORWARD, training_logits,
     "i_p * T_m * (b_lg * V / t + b_hi * h)", ENGINES},
    {"gathered", "weights kept gathered", COLUMN_ACTIVATIONS, STANDING, TRAINING, training_gathered,
     "i_w * 2 * N_gpu", ZERO},
    {"gather_forward", "gathered embedding, head and block", COLUMN_ACTIVATIONS, STANDING, FORWARD,
     training_gather_forward, "i_3 * (2 * N_vg + b_blk * N_blk)", ZERO},
    {"gather_backward", "gathered blocks and gradient", COLUMN_ACTIVATIONS, LOADED, BACKWARD,
     training_gather_backward,
     "i_3 * (2 * i_r * N_vg + q_b * b_blk * N_blk + i_f * MAX(0, l_in - 2) * T_m * K)", ZERO},
    {"gather_end", "gathered blocks", COLUMN_ACTIVATIONS, STANDING, BACKWARD_END,
     training_gather_end, "i_3 * 2 * b_blk * N_blk", ZERO},
    {"dequantized", "one dequantized matrix", COLUMN_ACTIVATIONS, STANDING, FORWARD | BACKWARD,
     training_dequantized, "i_d * 2 * h * MAX(f, f_e) / t", "Dettmers 2023, arXiv 2305.14314"},
    {"step", "temporaries of the optimizer step", COLUMN_ACTIVATIONS, STANDING, STEP, training_step,
     "x_s * (N_gd / z_o + N_gx / MAX(1, z_o / x)) + x_c", ENGINES},

    {"buckets", "communication buckets", COLUMN_OVERHEAD, STANDING, TRAINING, training_buckets,
     "x_p * (N_gd + N_gx)", ENGINES},
    {"reserved", "allocator reserve", COLUMN_OVERHEAD, LOADED, TRAINING, training_reserved,
     "o_f * Y + o_l * (i_p * T_m * (b_lg * V / t + b_hi * h)) + o_r", ENGINES},
    {"nccl", "NCCL buffers", COLUMN_OVERHEAD, STANDING, TRAINING, training_nccl,
     "IF(n > 1, o_n, 0)", ENGINES},
    {"layer_caches", "rotary and mask caches", COLUMN_OVERHEAD, STANDING, SERVING,
     serving_layer_caches, "o_cos * L * d / 128", ENGINES},
    {"runtime", "engine runtime", COLUMN_OVERHEAD, STANDING, SERVING, serving_runtime, "o_run",
     ENGINES},
    {"context", "CUDA context", COLUMN_OVERHEAD, STANDING, ALWAYS, serving_context, "o_ctx",
     ENGINES},
};

const char *const phase_names[PHASE_COUNT] = {
    "prefill", "decode", "end of forward", "backward", "end of backward", "optimizer step",
};

const char *const column_names[COLUMN_COUNT] = {
    "weights", "kv_cache", "gradients", "optimizer", "activations", "overhead",
};
