/* training.c -- binds the letters of training speed: the model's FLOP, the card, the framework */
#include "core/speed/coefficients.h"
#include "core/speed/tempo.h"

#include <math.h>

static void bind_work(struct tempo *x, const struct request *request, const struct letters *l)
{
    const struct model *model = request->model;
    double depth = l->L / model->layers;
    double dense = l->N_att + l->N_kvp + l->N_low + l->N_mix + l->N_ffn + l->N_shr + l->N_rtr +
                   l->N_unl + l->V * l->h;
    double routed = l->L_x > 0 ? l->N_exp * l->e / l->E : 0;
    double seen = l->s / 2; /* keys that a query sees */
    x->N = dense + routed;
    x->k_p = request->tuning == TUNING_FULL ? 6 : 4;
    x->s = l->s;
    x->S_a = depth * (model->full_attention_layers * seen +
                      model->windowed_layers * fmin(model->window, seen));
    x->d_q = l->d_q;
    x->d_o = l->d_o;
    x->h = l->h;
}

/* Micro-batches per step of one data-parallel rank; where a pipeline's are not given, as many per
 * stage as are commonly run. */
static double micro_batches(const struct request *request, const struct facts *facts,
                            const struct layout *layout)
{
    if (request->grad_accum > 0)
        return request->grad_accum;
    if (request->global_batch > 0)
        return request->global_batch / (request->concurrency * layout->ways);
    return layout->pp * assumption_value(facts, "train_microbatches_per_stage");
}

static void bind_layout(struct tempo *x, const struct request *request, const struct facts *facts,
                        const struct letters *l, const struct layout *layout)
{
    bool interleaves = request->engine_speed->interleaves;
    x->T = request->concurrency * l->s / layout->cp;
    x->t = layout->tp;
    x->p = layout->pp;
    x->v = request->vpp > 0 ? request->vpp : interleaves ? l->L / layout->pp : 1;
    x->m = micro_batches(request, facts, layout);
    x->n = layout->gpus;
}

/* A card without a measured fp8 share keeps the ratio of those that have both. */
static double attained_share(const struct request *request, const struct facts *facts,
                             enum rate_class rate)
{
    double share = gpu_coefficient(request, facts, offsetof(struct gpu_speed, train_16));
    if (rate == RATE_16)
        return share;
    double narrow = gpu_coefficient(request, facts, offsetof(struct gpu_speed, train_fp8));
    return narrow > 0 ? narrow : share * assumption_value(facts, "train_fp8_ratio");
}

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

static void bind_rates(struct tempo *x, const struct request *request, const struct facts *facts)
{
    const struct engine_speed *engine = request->engine_speed;
    enum rate_class rate = request_rate_class(request) == RATE_16 ? RATE_16 : RATE_FP8;
    bool compiled = request->compile;
    x->F = gpu_peak(request->gpu, rate);
    x->F_16 = gpu_peak(request->gpu, RATE_16);
    x->e_t = attained_share(request, facts, rate);
    x->e_w = compiled && engine->train_factor_compiled > 0 ? engine->train_factor_compiled
                                                           : engine->train_factor;
    x->k_t = compiled && engine->tp_cost_compiled > 0 ? engine->tp_cost_compiled : engine->tp_cost;
    x->e_a = assumption_value(facts, "train_attention_share");
    x->r = recompute_factor(request, facts);
    x->T_0 = assumption_value(facts, "train_half_tokens");
    x->h_0 = assumption_value(facts, "train_half_hidden");
    x->e_r = assumption_value(facts, "train_run_share");
}

void tempo_bind(struct tempo *x, const struct request *request, const struct facts *facts,
                const struct letters *letters, const struct layout *layout)
{
    *x = (struct tempo){.D_t = fmax(0, request->train_tokens)};
    bind_work(x, request, letters);
    bind_layout(x, request, facts, letters, layout);
    bind_rates(x, request, facts);
    x->e_x = letters->L_x > 0 ? assumption_value(facts, "train_moe_factor") : 1;
    tempo_fill(x);
}
