/* request.h -- what is asked: one scenario, every set resolved to one value
 *
 * Built by scenario/, borrowed by the core. A number that was not given is NOT_GIVEN (negative), a
 * fact that was not given is NULL, unless the comment names another default. */
#ifndef GPUPLAN_REQUEST_H
#define GPUPLAN_REQUEST_H

#include "core/facts.h"

#include <stdbool.h>

#define NOT_GIVEN (-1.0)

enum estimate { ESTIMATE_DETAILED, ESTIMATE_PRIMER, ESTIMATE_RULE };
enum tuning { TUNING_FULL, TUNING_LORA, TUNING_QLORA };
enum recompute { RECOMPUTE_NONE, RECOMPUTE_SELECTIVE, RECOMPUTE_FULL };
enum loss { LOSS_FULL, LOSS_CHUNKED, LOSS_FUSED };

/* LoRA targets, as a set of bits. */
enum lora_target {
    TARGET_Q = 1,
    TARGET_K = 2,
    TARGET_V = 4,
    TARGET_O = 8,
    TARGET_GATE = 16,
    TARGET_UP = 32,
    TARGET_DOWN = 64,
    TARGET_EMBEDDING = 128, /* trained copies */
    TARGET_HEAD = 256,
    TARGET_ATTENTION = TARGET_Q | TARGET_K | TARGET_V | TARGET_O,
    TARGET_LINEAR = TARGET_ATTENTION | TARGET_GATE | TARGET_UP | TARGET_DOWN
};

struct request {
    const struct model *model;
    const struct dtype *dtype;
    const struct dtype *kv_dtype;      /* NULL: 16 bit (32 with fp32 weights) */
    const struct optimizer *optimizer; /* NULL: inference */
    const struct gpu *gpu;
    const struct engine *engine;             /* never NULL: generic rows stand in */
    const struct engine_speed *engine_speed; /* likewise */
    const char *engine_name;                 /* as the row says, known or not; never NULL */
    enum estimate estimate;
    bool bare_size;    /* model is a bare parameter count such as 7b */
    bool engine_known; /* false: planned with generic defaults */

    double utilization;
    double max_num_seqs;
    double max_num_batched_tokens;
    double max_model_len;
    bool full_prompt_logits;
    bool burst; /* the client sends all its requests at once */

    enum tuning tuning;
    double lora_rank;
    unsigned lora_targets;
    double trainable_pct;
    enum recompute recompute;
    const struct dtype *master_dtype; /* NULL: the engine's default */
    bool no_master;
    const struct dtype *grad_dtype; /* NULL: the engine's default */
    bool no_gradients;              /* grad_dtype = none: fused into the backward pass */
    const struct dtype *compute_dtype;
    bool flash_attention;
    bool compile;
    enum loss loss;
    bool sequence_parallel;
    double grad_accum;
    double global_batch;
    double layers_override;
    double shape_params; /* of a custom model whose params differ by more than 5 %; 0: they agree */
    double reserved_share; /* of the allocator's reserve that must fit; NOT_GIVEN: an assumption */

    double ep;
    double cp;
    double vpp;

    double gpu_usd;
    double server_usd;
    double usd_per_gpu_hour;
    int rent_term; /* enum price_term */

    /* The load, and the choices that are pinned: what neighbours differ in. Everything above is
     * their ground, see core/ground.h. */
    double tokens;
    double concurrency;
    double prompt_tokens;
    double output_tokens;

    double tp;
    double pp;
    double dp;
    double gpus;
    double max_gpus;
    double zero; /* 0..3 */

    double requests_per_s;
    double output_tok_s;
    double ttft_ms;
    double tpot_ms;
    double train_tokens;
    double deadline_days;
    double max_usd;
    double max_kw;
};

#endif
