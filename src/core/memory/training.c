/* training.c -- bytes of gradients, optimizer and activations on the fullest GPU
 *
 * States are per parameter on this GPU, divided by ZeRO [Rajbhandari 2020, arXiv 1910.02054, 3];
 * activations follow Korthikanti et al. [arXiv 2205.05198, 4], with 34 s m h generalised to the
 * model's real widths (N_tok elements per token and layer). */
#include "core/memory/groups.h"

#include <math.h>

/* B per trained parameter over the dense and the expert part, each with its own ZeRO group. */
static double per_parameter(const struct letters *x, double bytes, double ways)
{
    return bytes * (x->N_gd / ways + x->N_gx / fmax(1, ways / x->x));
}

double training_gradients(const struct letters *x)
{
    return per_parameter(x, x->B_g, x->z_g) + (4 * x->N_adp + 2 * x->N_cpy) / x->z_g;
}

/* What the gradients take while the next forward pass runs: all when they persist, else nothing. */
double training_gradients_kept(const struct letters *x)
{
    return x->g_p * training_gradients(x);
}

/* Master copy and moments: B_o bytes per trained parameter. */
double training_optimizer(const struct letters *x)
{
    return per_parameter(x, x->B_o, x->z_o) + x->B_a * (x->N_adp + x->N_cpy) / x->z_o;
}

/* Buckets and the like that the framework keeps per parameter, whatever the ZeRO stage. */
double training_buckets(const struct letters *x)
{
    return x->x_p * (x->N_gd + x->N_gx);
}

/* Saved for backward: N_tok elements (N_ck under recomputation) of T_m tokens in l_in layers. The
 * replicated part is divided by t only with sequence parallelism. */
double training_activations(const struct letters *x)
{
    return x->y_k * x->l_in * x->T_m * x->K;
}

/* One layer's working set, rebuilt while its backward runs, and the gradients that pass through a
 * frozen FFN meanwhile. */
double training_working_set(const struct letters *x)
{
    return x->T_m * (x->y_w * x->A + x->A_g / x->t);
}

/* Logits and the copies that cross entropy makes: b_lg bytes each, on the last stage; a head split
 * over t gathers its input. */
double training_logits(const struct letters *x)
{
    return x->i_p * x->T_m * (x->b_lg * x->V / x->t + x->b_hi * x->h);
}

/* Weights that stay gathered from the first forward pass on: ZeRO-2 over sharded fp32 masters. */
double training_gathered(const struct letters *x)
{
    return x->i_w * 2 * x->N_gpu;
}

/* ZeRO-3 and FSDP gather what they use: embedding and head with one block around the loss... */
double training_gather_forward(const struct letters *x)
{
    return x->i_3 * (2 * x->N_vg + x->b_blk * x->N_blk);
}

/* ... two blocks and one unsharded gradient in backward. A frozen base has no gradient; FSDP leaves
 * its root unit, embedding and head, gathered [torch.distributed.fsdp, _should_free_in_forward].
 * The hook that frees a frozen layer keeps the layer's input, a leaf under reentrant checkpointing,
 * with its gradient until backward ends [_register_post_backward_reshard_only_hook]. */
double training_gather_backward(const struct letters *x)
{
    double inputs = x->i_f * fmax(0, x->l_in - 2) * x->T_m * x->K;
    return x->i_3 * (2 * x->i_r * x->N_vg + x->q_b * x->b_blk * x->N_blk + inputs);
}

double training_gather_end(const struct letters *x)
{
    return x->i_3 * 2 * x->b_blk * x->N_blk;
}

/* Quantized bases are dequantized one matrix at a time. */
double training_dequantized(const struct letters *x)
{
    return x->i_d * 2 * x->h * fmax(x->f, x->f_e) / x->t;
}

/* Temporaries of the optimizer's step: copies of the update, fp32 gradients. */
double training_step(const struct letters *x)
{
    return per_parameter(x, x->x_s, x->z_o) + x->x_c;
}

/* The allocator's reserve beyond what is allocated: a share of everything before it. */
double training_reserved(const struct letters *x)
{
    return x->o_f * x->Y + x->o_l * training_logits(x) + x->o_r;
}

double training_nccl(const struct letters *x)
{
    return x->n > 1 ? x->o_n : 0;
}
