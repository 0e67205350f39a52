/* weights.c -- bytes of weights on the fullest GPU, tensor group by tensor group
 *
 * Every group is N elements of the whole model, times the bytes its type stores, times the share of
 * its layers on this pipeline stage, divided the way tensor parallelism divides it; ZeRO stage 3
 * divides again (z_w = 1 otherwise). Shards are Megatron's: column- and row-parallel linears,
 * vocabulary-parallel embedding, replicated norms and routers [Shoeybi 2019, arXiv 1909.08053]. */
#include "core/memory/groups.h"

#include <math.h>

double weights_embedding(const struct letters *x)
{
    return x->i_1 * x->N_emb * x->b_emb / x->t / x->z_w;
}

/* A tied head is the embedding itself where both are on one GPU, a copy of it elsewhere. */
double weights_head(const struct letters *x)
{
    return x->i_p * (x->N_head + x->i_2 * x->V * x->h) * x->b_head / x->t / x->z_w;
}

double weights_attention(const struct letters *x)
{
    return x->s_l * (x->N_att + x->N_unl) * x->b_att / x->t / x->z_w;
}

/* r_w = max(1/k, 1/t): every GPU holds at least one KV head. */
double weights_kv_projection(const struct letters *x)
{
    return x->s_l * x->N_kvp * x->b_kvp * x->r_w / x->z_w;
}

double weights_low_rank(const struct letters *x)
{
    return x->s_l * x->N_low * x->b_low / x->z_w;
}

double weights_mixer(const struct letters *x)
{
    return x->s_l * x->N_mix * x->b_mix / x->t / x->z_w;
}

double weights_ffn(const struct letters *x)
{
    return x->s_f * x->N_ffn * x->b_ffn / x->t / x->z_w;
}

/* Experts are divided over x expert-parallel GPUs when asked, else over t; their data-parallel
 * group is x times smaller [DeepSpeed-MoE, arXiv 2201.05596]. */
double weights_experts(const struct letters *x)
{
    return x->s_x * x->N_exp * x->b_exp / (x->x > 1 ? x->x : x->t) / fmax(1, x->z_w / x->x);
}

double weights_shared_experts(const struct letters *x)
{
    return x->s_x * x->N_shr * x->b_ffn / x->t / x->z_w;
}

double weights_router(const struct letters *x)
{
    return x->s_x * x->N_rtr * x->b_16 / x->z_w;
}

double weights_norms(const struct letters *x)
{
    return x->s_l * x->N_nrm * x->b_16 / x->z_w;
}

/* W_UK and W_UV kept a second time, absorbed into the query and output projections
 * [DeepSeek-V2, arXiv 2405.04434, 2.1.2; kept beside the originals by vLLM and SGLang]. */
double weights_absorbed(const struct letters *x)
{
    return x->s_l * x->N_abs * x->b_16 / x->t;
}

/* Vision and audio towers load whole beside the first stage, in 16 bit. */
double weights_vision(const struct letters *x)
{
    return x->i_1 * x->N_vis * x->b_16;
}

/* Adapters: fp32; trained embedding and head copies: 16 bit [PEFT; Hu 2021, arXiv 2106.09685]. */
double weights_adapters(const struct letters *x)
{
    return (4 * x->N_adp + 2 * x->N_cpy) / x->z_w;
}

/* Quantized checkpoints of tied models that carry a 16-bit head beside the embedding. */
double weights_untied(const struct letters *x)
{
    return x->i_p * x->i_u * x->V * x->h * 2 / x->t;
}
