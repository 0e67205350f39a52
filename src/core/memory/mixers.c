/* mixers.c -- recurrent and convolution mixers: their tensors, and the state they keep
 *
 * States are counted as engines keep them: the recurrence in fp32, the last c - 1 inputs of the
 * convolution in 16 bit. A new kind is two functions and a row of the table. */
#include "core/memory/mixers.h"

#include "core/model.h"

#include <stddef.h>

enum { FP32_BYTES = 4, HALF_BYTES = 2 };

/* Mamba-1, inner I, state N, rank R: in 2 h I, convolution (c + 1) I, x I (R + 2 N), dt (R + 1) I,
 * A and D (N + 1) I, out I h; norms on dt, B and C: R + 2 N. [mamba_ssm, Jamba] */
static double mamba1(const struct model *m)
{
    double h = m->hidden;
    double I = m->mixer_inner;
    double N = m->mixer_state;
    double R = m->mixer_dt_rank;
    double norm = m->mixer_norm ? R + 2 * N : 0;

    return 2 * h * I + (m->mixer_conv + 1) * I + I * (R + 2 * N) + (R + 1) * I + (N + 1) * I +
           I * h + norm;
}

/* Mamba-2, inner I = H P, convolved width W = I + 2 G N: in h (I + W + H), convolution (c + 1) W,
 * A, D and dt bias 3 H, gated norm I, out I h. [mamba_ssm] */
static double mamba2(const struct model *m)
{
    double h = m->hidden;
    double H = m->mixer_heads;
    double I = H * m->mixer_head_dim;
    double W = I + 2 * m->mixer_groups * m->mixer_state;
    double norm = m->mixer_norm ? I : 0;

    return h * (I + W + H) + (m->mixer_conv + 1) * W + 3 * H + norm + I * h;
}

/* Gated delta net, keys K, values U over H heads: in h (2 K + 2 U + 2 H), convolution c (2 K + U),
 * A and dt bias 2 H, norm d_v, out U h. [Qwen3-Next] */
static double gdn(const struct model *m)
{
    double h = m->hidden;
    double H = m->mixer_heads;
    double K = m->mixer_key_heads * m->mixer_key_dim;
    double U = H * m->mixer_head_dim;
    double norm = m->mixer_norm ? m->mixer_head_dim : 0;

    return h * (2 * K + 2 * U + 2 * H) + m->mixer_conv * (2 * K + U) + 2 * H + norm + U * h;
}

/* Kimi delta attention, I = H d: q, k, v 3 h I with convolutions 3 c I, decay h d + d I with biases
 * I + H, beta h H, output gate (low rank h d + d I; full h I where attention's is), norm d,
 * out I h. [Kimi Linear] */
static double kda(const struct model *m)
{
    double h = m->hidden;
    double H = m->mixer_heads;
    double d = m->mixer_head_dim;
    double I = H * d;
    double pair = h * d + d * I;
    double gate = m->output_gate == OUTPUT_GATE_FULL ? h * I : pair;
    double norm = m->mixer_norm ? d : 0;

    return 3 * h * I + 3 * m->mixer_conv * I + pair + I + H + h * H + gate + norm + I * h;
}

/* Lightning attention, I = H d: q, k, v 3 h I, gate h I, norm I, out I h. [MiniMax-01, 2.2] */
static double lightning(const struct model *m)
{
    double h = m->hidden;
    double I = m->mixer_heads * m->mixer_head_dim;
    double norm = m->mixer_norm ? I : 0;

    return 3 * h * I + h * I + norm + I * h;
}

/* Gated short convolution: in 3 h h, taps c h, out h h. [LFM2] */
static double short_conv(const struct model *m)
{
    double h = m->hidden;

    return 3 * h * h + m->mixer_conv * h + h * h;
}

/* RWKV-5: r, k, v, gate and output of the time mix 5 h h, receptance of the channel mix h h, whose
 * other two matrices are the dense FFN. [Eagle, arXiv 2404.05892] */
static double rwkv5(const struct model *m)
{
    return 6 * m->hidden * m->hidden;
}

/* State I N; convolution over I. */
static double mamba1_bytes(const struct model *m)
{
    double I = m->mixer_inner;

    return FP32_BYTES * I * m->mixer_state + HALF_BYTES * (m->mixer_conv - 1) * I;
}

/* State H P N; convolution over I + 2 G N, I = H P. */
static double mamba2_bytes(const struct model *m)
{
    double I = m->mixer_heads * m->mixer_head_dim;
    double W = I + 2 * m->mixer_groups * m->mixer_state;

    return FP32_BYTES * I * m->mixer_state + HALF_BYTES * (m->mixer_conv - 1) * W;
}

/* State H d_k d_v; convolution over 2 K + U. */
static double gdn_bytes(const struct model *m)
{
    double K = m->mixer_key_heads * m->mixer_key_dim;
    double U = m->mixer_heads * m->mixer_head_dim;

    return FP32_BYTES * U * m->mixer_key_dim + HALF_BYTES * (m->mixer_conv - 1) * (2 * K + U);
}

/* State H d d; three convolutions over I = H d. */
static double kda_bytes(const struct model *m)
{
    double I = m->mixer_heads * m->mixer_head_dim;

    return FP32_BYTES * I * m->mixer_head_dim + HALF_BYTES * (m->mixer_conv - 1) * 3 * I;
}

/* State H d d; no convolution. */
static double lightning_bytes(const struct model *m)
{
    return FP32_BYTES * m->mixer_heads * m->mixer_head_dim * m->mixer_head_dim;
}

/* The last c - 1 inputs. */
static double short_conv_bytes(const struct model *m)
{
    return HALF_BYTES * (m->mixer_conv - 1) * m->hidden;
}

/* State H d d and two shifted tokens, all fp32. */
static double rwkv5_bytes(const struct model *m)
{
    return FP32_BYTES * (m->mixer_heads * m->mixer_head_dim * m->mixer_head_dim + 2 * m->hidden);
}

static const struct {
    double (*elements)(const struct model *m);
    double (*bytes)(const struct model *m);
} mixers[] = {
    [MIXER_NONE] = {NULL, NULL},
    [MIXER_MAMBA1] = {mamba1, mamba1_bytes},
    [MIXER_MAMBA2] = {mamba2, mamba2_bytes},
    [MIXER_GDN] = {gdn, gdn_bytes},
    [MIXER_KDA] = {kda, kda_bytes},
    [MIXER_LIGHTNING] = {lightning, lightning_bytes},
    [MIXER_SHORT_CONV] = {short_conv, short_conv_bytes},
    [MIXER_RWKV5] = {rwkv5, rwkv5_bytes},
};

double mixer_elements(const struct model *m)
{
    return mixers[m->mixer].elements ? mixers[m->mixer].elements(m) : 0;
}

double mixer_state_bytes(const struct model *m)
{
    return mixers[m->mixer].bytes ? mixers[m->mixer].bytes(m) : 0;
}
