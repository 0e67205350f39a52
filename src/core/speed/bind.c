/* bind.c -- the letters of the speed model: bytes from memory/, rates and shares from catalogs */
#include "core/speed/pace.h"

#include "core/memory/groups.h"
#include "core/speed/coefficients.h"
#include "core/units.h"

#include <math.h>

/* What every step reads of the weights: all but the experts, and of embedding and head one. */
static double read_bytes(const struct letters *l)
{
    double head = (l->N_head > 0 ? l->N_head : l->V * l->h) * l->b_head / l->t;
    return weights_attention(l) + weights_kv_projection(l) + weights_low_rank(l) +
           weights_mixer(l) + weights_ffn(l) + weights_shared_experts(l) + weights_router(l) +
           weights_norms(l) + head;
}

static void bind_model(struct pace *x, const struct request *request, const struct letters *l)
{
    const struct model *m = request->model;
    double depth = l->L / m->layers;
    x->L = l->L;
    x->h = l->h;
    x->E = l->L_x > 0 ? l->E : 0;
    x->e = l->e;
    x->h_x = m->moe_hidden > 0 ? m->moe_hidden : l->h;
    x->L_x = l->L_x;
    x->d_q = l->d_q;
    x->L_f = m->full_attention_layers * depth;
    x->L_w = m->windowed_layers * depth;
    x->w = l->w;
    x->N_d = l->N_att + l->N_kvp + l->N_low + l->N_mix + l->N_ffn + l->N_shr + l->N_rtr + l->N_nrm +
             l->N_unl;
    x->N_e = x->E > 0 ? l->N_exp * l->e / l->E : 0;
    x->N_h = l->V * l->h;
}

static void bind_bytes(struct pace *x, const struct letters *l)
{
    x->W = read_bytes(l);
    x->W_e = x->E > 0 ? weights_experts(l) : 0;
    x->K_f = l->F * l->B_kv * l->r_kv;
    x->K_w = l->F_w * l->B_kv * l->r_win;
    x->Z = l->Z / l->t;
}

void pace_place(struct pace *x, const struct request *request, struct letters *letters,
                const struct layout *layout)
{
    struct layout whole = *layout;
    whole.gpus /= whole.pp;
    whole.pp = 1;
    letters_place(letters, request, &whole, false);
    x->t = layout->tp;
    x->p = layout->pp;
    x->R = layout->ways;
    x->y_p = ceil(letters->L / x->p) * x->p / letters->L;
    x->x = fmax(x->t, layout->ep);
    x->g_x = layout->ep > 1 ? fmax(1, layout->ep / x->t) : 1;
    x->x_y = sqrt(x->x * fmax(1, layout->ep));
    bind_bytes(x, letters);
}

void pace_bind(struct pace *x, const struct request *request, const struct facts *facts,
               struct letters *letters, const struct layout *layout)
{
    *x = (struct pace){0};
    bind_model(x, request, letters);
    coefficients_bind(x, request, facts);
    pace_place(x, request, letters, layout);
}

void pace_load(struct pace *x, double requests, double prompt, double output)
{
    x->B = requests;
    x->b = fmax(1, requests / x->p);
    x->C_x = x->b * x->g_x;
    x->i = prompt;
    x->o = output;
    x->S_d = prompt + output / 2;
}
