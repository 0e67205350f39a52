/* draw.c -- random scenarios and layouts over the real catalogs, from a seed */
#include "core/speed/coefficients.h"
#include "world.h"

#include <math.h>
#include <string.h>

static const struct engine *draw_engine(struct dice *dice, int mode)
{
    const struct facts *facts = &world()->facts;
    for (;;) {
        const struct engine *engine = &facts->engines[dice_below(dice, facts->engine_count)];
        if (engine->mode == mode)
            return engine;
    }
}

/* The cards that people plan with come up half of the time, every card else. */
static const struct gpu *draw_gpu(struct dice *dice)
{
    static const char *const usual[] = {
        "h100-sxm-80g", "a100-sxm-80g", "h200-sxm-141g", "b200-sxm-180g", "l40s-48g",
        "l4-24g",       "rtx4090-24g",  "v100-sxm2-32g", "t4-16g",        "mi300x-192g"};
    const struct facts *facts = &world()->facts;
    if (dice_chance(dice, 50))
        return gpu_of(usual[dice_below(dice, sizeof usual / sizeof *usual)]);
    return &facts->gpus[dice_below(dice, facts->gpu_count)];
}

static const struct dtype *draw_dtype(struct dice *dice)
{
    static const char *const usual[] = {"bf16", "fp16", "fp8", "int4", "awq-int4", "fp32"};
    const struct facts *facts = &world()->facts;
    if (dice_chance(dice, 50))
        return dtype_of(usual[dice_below(dice, sizeof usual / sizeof *usual)]);
    return &facts->dtypes[dice_below(dice, facts->dtype_count)];
}

static void draw_common(struct dice *dice, struct request *request)
{
    const struct facts *facts = &world()->facts;
    *request = request_blank();
    request->model = &facts->models[dice_below(dice, facts->model_count)];
    request->gpu = draw_gpu(dice);
    request->dtype = draw_dtype(dice);
    request->max_gpus = 1024;
    if (dice_chance(dice, 5))
        request->layers_override = dice_count(dice, 1, request->model->layers);
}

void draw_inference(struct dice *dice, struct request *request)
{
    const struct facts *facts = &world()->facts;
    draw_common(dice, request);
    request->engine = draw_engine(dice, MODE_INFERENCE);
    request->engine_name = request->engine->id;
    request->engine_speed =
        engine_speed_for(facts, request->engine_name, NULL, request->gpu->vendor, MODE_INFERENCE);
    request->tokens = dice_count(dice, 16, 131072);
    request->concurrency = dice_count(dice, 1, 512);
    if (dice_chance(dice, 30)) {
        request->output_tokens = dice_count(dice, 1, fmax(1, request->tokens - 1));
        request->prompt_tokens = request->tokens - request->output_tokens;
    }
    if (dice_chance(dice, 30))
        request->utilization = 0.5 + 0.49 * dice_unit(dice);
    if (dice_chance(dice, 30))
        request->max_num_seqs = dice_count(dice, 1, 2048);
    if (dice_chance(dice, 30))
        request->max_num_batched_tokens = dice_count(dice, 1, 65536);
    request->full_prompt_logits = dice_chance(dice, 5);
    const struct dtype *cache = &facts->dtypes[dice_below(dice, facts->dtype_count)];
    if (dice_chance(dice, 50) && cache->cache_bytes > 0)
        request->kv_dtype = cache;
}

static void draw_tuning(struct dice *dice, struct request *request)
{
    static const unsigned targets[] = {TARGET_Q | TARGET_V, TARGET_ATTENTION, TARGET_LINEAR,
                                       TARGET_LINEAR | TARGET_EMBEDDING | TARGET_HEAD};
    request->tuning = dice_chance(dice, 70)   ? TUNING_FULL
                      : dice_chance(dice, 50) ? TUNING_LORA
                                              : TUNING_QLORA;
    if (request->tuning == TUNING_FULL)
        request->dtype = dtype_of(dice_chance(dice, 90) ? "bf16" : "fp32");
    if (request->tuning == TUNING_QLORA)
        request->dtype = dtype_of("nf4");
    request->lora_rank = dice_count(dice, 1, 256);
    request->lora_targets = targets[dice_below(dice, sizeof targets / sizeof *targets)];
    if (dice_chance(dice, 20))
        request->trainable_pct = 0.1 + 5 * dice_unit(dice);
}

void draw_training(struct dice *dice, struct request *request)
{
    const struct facts *facts = &world()->facts;
    draw_common(dice, request);
    request->engine = draw_engine(dice, MODE_TRAINING);
    request->optimizer = &facts->optimizers[dice_below(dice, facts->optimizer_count)];
    request->engine_name = request->engine->id;
    request->engine_speed =
        engine_speed_for(facts, request->engine_name, NULL, request->gpu->vendor, MODE_TRAINING);
    request->tokens = dice_count(dice, 128, 16384);
    request->concurrency = dice_count(dice, 1, 16);
    draw_tuning(dice, request);
    request->recompute = (enum recompute)dice_below(dice, 3);
    request->loss = (enum loss)dice_below(dice, 3);
    request->flash_attention = dice_chance(dice, 80);
    request->sequence_parallel = dice_chance(dice, 70);
    request->no_master = dice_chance(dice, 15);
    request->no_gradients = dice_chance(dice, 5);
    if (dice_chance(dice, 15))
        request->grad_dtype = dtype_of(dice_chance(dice, 50) ? "fp32" : "bf16");
    if (dice_chance(dice, 30))
        request->zero = (double)dice_below(dice, 4);
    if (dice_chance(dice, 30))
        request->grad_accum = dice_count(dice, 1, 16);
    if (dice_chance(dice, 10))
        request->vpp = dice_count(dice, 2, 4);
    if (dice_chance(dice, 10))
        request->cp = dice_chance(dice, 50) ? 2 : 4;
    if (dice_chance(dice, 10) && request->model->experts > 0)
        request->ep = dice_chance(dice, 50) ? 2 : 4;
}

void draw_request(struct dice *dice, struct request *request)
{
    if (dice_chance(dice, 50))
        draw_inference(dice, request);
    else
        draw_training(dice, request);
}

/* A number between least and most, even in its logarithm. */
static double draw_scale(struct dice *dice, double least, double most)
{
    return least * pow(most / least, dice_unit(dice));
}

void draw_demand(struct dice *dice, struct request *request)
{
    if (dice_chance(dice, 15))
        request->max_usd = draw_scale(dice, 2e3, 1e6);
    if (dice_chance(dice, 15))
        request->max_kw = draw_scale(dice, 0.5, 50);
    if (request->optimizer) {
        request->train_tokens = draw_scale(dice, 1e7, 1e11);
        request->deadline_days = draw_scale(dice, 0.1, 100);
        return;
    }
    if (dice_chance(dice, 40))
        request->tpot_ms = draw_scale(dice, 3, 200);
    if (dice_chance(dice, 40))
        request->ttft_ms = draw_scale(dice, 50, 20000);
    if (dice_chance(dice, 40))
        request->output_tok_s = draw_scale(dice, 10, 20000);
    if (dice_chance(dice, 20))
        request->requests_per_s = draw_scale(dice, 0.01, 100);
}

void draw_layout(struct dice *dice, const struct request *request, struct layout *layout)
{
    static const double powers[] = {1, 2, 4, 8, 16};
    *layout = (struct layout){.servers = 1};
    layout->tp = powers[dice_below(dice, 5)];
    double layers =
        request->layers_override > 0 ? request->layers_override : request->model->layers;
    layout->pp = dice_chance(dice, 50) ? 1 : dice_count(dice, 1, fmin(16, layers));
    layout->ways = dice_chance(dice, 40) ? 1 : dice_count(dice, 1, 64);
    layout->cp = request->optimizer && request->cp > 1 ? request->cp : 1;
    layout->ep = request->ep > 1 ? request->ep : 1;
    layout->zero = request->optimizer ? (double)dice_below(dice, 4) : 0;
    layout->gpus = layout->tp * layout->pp * layout->cp * layout->ways;
}
