/* serving.c -- transient and runtime bytes of an inference engine on the fullest GPU
 *
 * One step works on B tokens and samples S_m sequences; the two peaks do not meet, so each lives in
 * its own phase. Coefficients are per engine and version: templates/engines.csv. */
#include "core/memory/groups.h"

#include <math.h>

/* Hidden states and FFN intermediates of one step, 16 bit; of a mixture-of-experts layer, e routed
 * copies of each token. */
double serving_forward(const struct letters *x)
{
    double dense = x->c_f * x->f / x->t + x->c_h * x->h;
    double routed = x->e * (x->c_e * x->f_e / x->t + x->c_i * x->h_e) + x->c_b * x->h;
    return 2 * x->B * (x->E > 0 ? routed : dense);
}

/* Logits and the sampler's sorted and fp32 copies, for every sequence the engine may sample. */
double serving_sampler(const struct letters *x)
{
    return x->i_p * x->c_s * x->S_m * x->V;
}

/* Old transformers keep fp32 logits of the whole prompt, not of its last token. */
double serving_prompt_logits(const struct letters *x)
{
    return x->i_p * x->c_l * x->q * x->V;
}

/* llama.cpp's compute buffer: the widest pair of tensors of one micro-batch, fp32; without flash
 * attention the scores of a + 1 heads against the whole context. */
double serving_buffer_ffn(const struct letters *x)
{
    double scores = x->i_a * (x->T * (x->a + 1) + 4 * x->h);
    return x->c_u * x->B * fmax(2 * fmax(x->f, x->f_e) + 2 * x->h, scores);
}

double serving_buffer_logits(const struct letters *x)
{
    return x->i_p * x->c_u * x->B * (x->V + x->h);
}

/* Inputs that llama.cpp keeps of every stage when the layers are split over GPUs. */
double serving_stage_copies(const struct letters *x)
{
    return x->i_s * (16 * x->T * x->B + 8 * x->B * x->h);
}

/* Weights dequantized to 16 bit while a matrix is multiplied. */
double serving_scratch(const struct letters *x)
{
    return 2 * x->h * (x->q_f * x->f + x->q_V * x->V);
}

/* Per-layer rotary and mask tables, proportional to the head dimension. */
double serving_layer_caches(const struct letters *x)
{
    return x->o_cos * x->L * x->d / 128;
}

double serving_runtime(const struct letters *x)
{
    return x->o_run;
}

double serving_context(const struct letters *x)
{
    return x->o_ctx;
}
