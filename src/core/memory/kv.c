/* kv.c -- bytes of cache on the fullest GPU
 *
 * The cache of S sequences on this stage's share of the layers [Kwon 2023, arXiv 2309.06180, 3]. */
#include "core/memory/groups.h"

/* S T' F B r: every token of every growing layer. r = max(1/k, 1/t) shares heads and never splits
 * one; r = 1 for MLA, whose latent every GPU holds [DeepSeek-V2, arXiv 2405.04434, 2.1]. */
double kv_full(const struct letters *x)
{
    return x->z_c * x->S * x->s_c * x->T_b * x->F * x->B_kv * x->r_kv;
}

/* Layers that look back over a window hold min(T', w) tokens of every sequence [Mistral 7B, arXiv
 * 2310.06825, 2], and what one prefill step writes before the window moves on. */
double kv_window(const struct letters *x)
{
    return x->z_c * (x->S * x->T_w + x->T_x) * x->s_c * x->F_w * x->B_kv * x->r_win;
}

/* Index keys of sparse attention, stored at their own width on every GPU [DeepSeek-V3.2 report]. */
double kv_indexer(const struct letters *x)
{
    return x->S * x->s_c * x->T_b * x->I;
}

/* Recurrent and convolution state: fixed per sequence, heads over t [Mamba, arXiv 2312.00752]. */
double kv_state(const struct letters *x)
{
    return x->S * x->s_l * x->Z / x->t;
}
