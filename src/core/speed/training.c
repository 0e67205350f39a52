/* training.c -- training tokens/s: 6 FLOP per active parameter and token, attention, MFU
 *
 * tokens/s per GPU = e f / (R (products / peak + attention / (a peak16))): e the card's share of
 * its peak, f the framework's factor, R the work that recomputation adds, a the share that
 * attention attains. Losses by tensor parallelism, pipeline bubbles, short micro-batches, narrow
 * models and experts multiply e. */
#include "core/speed/speed.h"

#include "core/speed/coefficients.h"

#include <math.h>

struct train_flop train_flop_per_token(const struct request *request, const struct letters *l)
{
    double dense = l->N_att + l->N_kvp + l->N_low + l->N_mix + l->N_ffn + l->N_shr + l->N_rtr +
                   l->N_unl + l->V * l->h;
    double routed = l->L_x > 0 ? l->N_exp * l->e / l->E : 0;
    bool adapters = request->tuning != TUNING_FULL;
    double attending = request->model->full_attention_layers * l->L / request->model->layers;
    double windowed = request->model->windowed_layers * l->L / request->model->layers;
    double window = l->w > 0 ? fmin(l->w, l->s / 2) : l->s / 2; /* keys that a query sees */
    return (struct train_flop){.products = (adapters ? 4 : 6) * (dense + routed),
                               .attention = 6 * (attending * l->s / 2 + windowed * window) *
                                            (l->d_q + l->d_o)};
}

double train_flop_printed(const struct request *request, const struct letters *l)
{
    struct train_flop flop = train_flop_per_token(request, l);
    return flop.products + 2 * flop.attention;
}

/* Work with recomputation, against none. */
static double recompute_factor(const struct request *request, const struct facts *facts)
{
    switch (request->recompute) {
    case RECOMPUTE_FULL:
        return assumption_value(facts, request->tuning == TUNING_FULL ? "train_full_factor"
                                                                      : "train_full_factor_lora");
    case RECOMPUTE_SELECTIVE:
        return request->engine_speed->selective_factor;
    default:
        return 1;
    }
}

/* Micro-batches per step of one data-parallel rank; 0: not known. */
static double micro_batches(const struct request *request, const struct layout *layout)
{
    if (request->grad_accum > 0)
        return request->grad_accum;
    if (request->global_batch > 0)
        return request->global_batch / (request->concurrency * layout->ways);
    return 0;
}

/* What tensor parallelism, the pipeline's bubble, short steps and narrow layers leave. */
static double losses(const struct request *request, const struct facts *facts,
                     const struct letters *l, const struct layout *layout)
{
    const struct engine_speed *engine = request->engine_speed;
    bool compiled = request->compile && engine->tp_cost_compiled > 0;
    double cost = compiled ? engine->tp_cost_compiled : engine->tp_cost;
    double chunks = request->vpp > 0 ? request->vpp : engine->interleaves ? l->L / layout->pp : 1;
    double batches = micro_batches(request, layout);
    double tokens = request->concurrency * l->s / layout->cp;
    double half_tokens = assumption_value(facts, "train_half_tokens");
    double half_hidden = assumption_value(facts, "train_half_hidden");
    double left = 1 / (1 + cost * (layout->tp - 1) * 8192 / l->h);
    if (batches > 0)
        left *= batches / (batches + (layout->pp - 1) / chunks);
    left *= tokens / (tokens + half_tokens) * l->h / (l->h + half_hidden);
    return l->L_x > 0 ? left * assumption_value(facts, "train_moe_factor") : left;
}

/* A card without a measured fp8 share keeps the ratio of those that have both. */
static double attained_share(const struct request *request, const struct facts *facts,
                             enum rate_class rate)
{
    size_t wide = offsetof(struct gpu_speed, train_16);
    double share = gpu_coefficient(request, facts, wide, NULL);
    if (rate == RATE_16)
        return share;
    double narrow = gpu_coefficient(request, facts, offsetof(struct gpu_speed, train_fp8), NULL);
    return narrow > 0 ? narrow : share * assumption_value(facts, "train_fp8_ratio");
}

static enum rate_class train_class(const struct request *request)
{
    return request_rate_class(request) == RATE_16 ? RATE_16 : RATE_FP8;
}

double train_peak(const struct request *request)
{
    return gpu_peak(request->gpu, train_class(request));
}

double train_rate_per_gpu(const struct request *request, const struct facts *facts,
                          const struct letters *letters, const struct layout *layout)
{
    const struct engine_speed *engine = request->engine_speed;
    enum rate_class rate = train_class(request);
    double peak = train_peak(request);
    double peak_16 = gpu_peak(request->gpu, RATE_16);
    struct train_flop flop = train_flop_per_token(request, letters);
    double factor = request->compile && engine->train_factor_compiled > 0
                        ? engine->train_factor_compiled
                        : engine->train_factor;
    double seconds = flop.products / peak +
                     flop.attention / (assumption_value(facts, "train_attention_share") * peak_16);
    return attained_share(request, facts, rate) * factor * losses(request, facts, letters, layout) /
           (recompute_factor(request, facts) * seconds);
}
