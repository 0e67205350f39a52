/* letters_place.c -- binds placement: what of the model stands on the fullest GPU of a stage */
#include "core/answer.h"
#include "core/letters_training.h"
#include "core/letters.h"
#include "core/units.h"

#include <math.h>

/* Layers of the fullest first or last stage. Where the head counts as a layer, the first stage may
 * hold one more layer than the last. */
static double stage_layers(const struct letters *x, const struct request *request, bool last_stage)
{
    if (x->p == 1 || request->optimizer || !request->engine->head_is_layer)
        return ceil(x->L / x->p);
    return fmin(x->L, ceil((x->L + 1) / x->p) - (last_stage ? 1 : 0));
}

static void place_stage(struct letters *x, const struct request *request, bool last_stage)
{
    bool tied = request->model->tied_embeddings;
    double layers = stage_layers(x, request, last_stage);
    double experts = fmin(x->L_x, layers);
    double dense = x->L - x->L_x;
    x->s_l = layers / x->L;
    x->s_x = x->L_x > 0 ? experts / x->L_x : x->s_l;
    x->s_f =
        x->L_x > 0 && dense > 0 ? fmin(dense, x->p > 1 ? layers - experts : dense) / dense : x->s_l;
    x->s_c = x->L_a > 0 ? ceil(x->L_a / x->p) / x->L_a : 0;
    x->i_1 = x->p == 1 || !last_stage;
    x->i_p = x->p == 1 || last_stage;
    x->i_2 = tied && x->p > 1;
}

static void place_cache(struct letters *x, const struct request *request)
{
    x->r_kv = fmax(1 / x->t, 1 / x->k_c);
    x->r_win = fmax(1 / x->t, 1 / x->k_w);
    x->S = ceil(request->concurrency / x->R);
}

static double runtime_gib(const struct engine *engine, double t, double p, bool small)
{
    if (t == 1 && p > 1)
        return engine->runtime_pp_gib;
    if (t == 1)
        return small && engine->runtime_small_t1_gib > 0 ? engine->runtime_small_t1_gib
                                                         : engine->runtime_t1_gib;
    if (t == 2)
        return small && engine->runtime_small_t2_gib > 0 ? engine->runtime_small_t2_gib
                                                         : engine->runtime_t2_gib;
    if (t >= 16 && engine->runtime_t16_gib > 0)
        return engine->runtime_t16_gib;
    return t <= 4 ? engine->runtime_t4_gib : engine->runtime_t8_gib;
}

/* What depends on whether, and how, an engine splits the model. */
static void place_engine(struct letters *x, const struct request *request)
{
    const struct engine *engine = request->engine;
    bool split = x->t * x->p > 1;
    bool small = x->i_lg == 0;
    x->o_run = runtime_gib(engine, x->t, x->p, small) * GIB;
    x->o_cos = split ? 0 : engine->layer_cache_mib * MIB;
    x->i_s = x->p > 1 && engine->buffer_bytes > 0;
    x->q_f = engine->dequantizes ? request->dtype->scratch_ffn : 0;
    x->q_V = split && engine->split_scratch && request->dtype->bits_per_weight < 16;
    if (x->q_V > 0)
        x->q_f = 1;
    x->c_l = split && engine->prompt_logit_split_bytes > 0 ? engine->prompt_logit_split_bytes
                                                           : engine->prompt_logit_bytes;
    if (engine->prefill != PREFILL_WHOLE && !request->full_prompt_logits)
        x->c_l = 0;
}

void letters_place(struct letters *x, const struct request *request, const struct layout *layout,
                   bool last_stage)
{
    x->t = layout->tp;
    x->p = layout->pp;
    x->n = layout->gpus;
    x->x = layout->ep > 1 ? layout->ep : 1;
    x->c = layout->cp > 1 ? layout->cp : 1;
    x->z_w = x->z_g = x->z_o = 1;
    place_stage(x, request, last_stage);
    x->r_w = fmax(1 / x->t, x->k > 0 ? 1 / x->k : 0);
    /* llama.cpp reads token embeddings from host memory; a tied model's head is then on the GPU. */
    if (!request->optimizer && request->engine->embedding_on_host) {
        x->i_1 = 0;
        x->i_2 = request->model->tied_embeddings;
    }
    if (request->optimizer) {
        x->D = layout->ways;
        letters_place_training(x, request, layout, last_stage);
    } else {
        x->R = layout->ways;
        place_cache(x, request);
        place_engine(x, request);
    }
}
