/* tempo.c -- training speed, letter by letter: functions, the table that names them, the legend */
#include "core/speed/tempo.h"

#include <math.h>
#include <string.h>

static double product_flop(const struct tempo *x)
{
    return x->k_p * x->N;
}

static double attention_flop(const struct tempo *x)
{
    return 6 * x->S_a * (x->d_q + x->d_o);
}

static double left_by_tensor(const struct tempo *x)
{
    return 1 / (1 + x->k_t * (x->t - 1) * 8192 / x->h);
}

static double left_by_pipeline(const struct tempo *x)
{
    return x->m / (x->m + (x->p - 1) / x->v);
}

static double left_by_size(const struct tempo *x)
{
    return x->T / (x->T + x->T_0) * x->h / (x->h + x->h_0);
}

static double rate_of_gpu(const struct tempo *x)
{
    double seconds = x->C_p / x->F + x->C_a / (x->e_a * x->F_16);
    return x->e_t * x->e_w * x->e_x * x->l_t * x->l_p * x->l_s / (x->r * seconds);
}

static double rate_of_all(const struct tempo *x)
{
    return x->g * x->n;
}

static double utilization(const struct tempo *x)
{
    return x->g * tempo_printed_flop(x) / x->F;
}

static double days_of_run(const struct tempo *x)
{
    return x->D_t / (x->r_t * x->e_r) / 86400;
}

double tempo_printed_flop(const struct tempo *x)
{
    return x->C_p + 2 * x->C_a;
}

/* clang-format off */
#define AT(field) offsetof(struct tempo, field)
#define SCALING "Kaplan 2020, arXiv 2001.08361"
#define PALM "Chowdhery 2022, arXiv 2204.02311, appendix B"
#define MEGATRON "Narayanan 2021, arXiv 2104.04473"
#define SPEEDS "templates/engine_speeds.csv"
#define LETTER(name, meaning, unit) {#name, meaning, unit, AT(name), NULL}
/* clang-format on */

const struct tempo_step tempo_steps[] = {
    {"C_p", "FLOP of a token, matrix products", "FLOP", AT(C_p), product_flop, "k_p * N", SCALING},
    {"C_a", "FLOP of a token, attention", "FLOP", AT(C_a), attention_flop, "6 * S_a * (d_q + d_o)",
     PALM},
    {"l_t", "left by tensor parallelism", "share", AT(l_t), left_by_tensor,
     "1 / (1 + k_t * (t - 1) * 8192 / h)", SPEEDS},
    {"l_p", "left by the pipeline's bubble", "share", AT(l_p), left_by_pipeline,
     "m / (m + (p - 1) / v)", MEGATRON},
    {"l_s", "left by short steps and narrow layers", "share", AT(l_s), left_by_size,
     "T / (T + T_0) * h / (h + h_0)", SPEEDS},
    {"g", "one GPU", "tokens/s", AT(g), rate_of_gpu,
     "e_t * e_w * e_x * l_t * l_p * l_s / (r * (C_p / F + C_a / (e_a * F_16)))", PALM},
    {"r_t", "all GPUs", "tokens/s", AT(r_t), rate_of_all, "g * n", "independent ranks"},
    {"U", "model FLOPs utilization (MFU)", "share", AT(U), utilization, "g * (C_p + 2 * C_a) / F",
     PALM},
    {"D", "the run", "days", AT(D), days_of_run, "D_t / (r_t * e_r) / 86400",
     "templates/assumptions.csv"},
};
const size_t tempo_step_count = sizeof tempo_steps / sizeof *tempo_steps;

const struct letter tempo_legend[] = {
    LETTER(N, "active parameters of matrix products: the head, not the embedding", "parameters"),
    LETTER(k_p, "FLOP per parameter and token: 6; 4 where only adapters are trained", "FLOP"),
    LETTER(s, "sequence length", "tokens"),
    LETTER(S_a, "keys that a query sees, summed over layers", "tokens"),
    LETTER(d_q, "query width", "elements"),
    LETTER(d_o, "attention output width", "elements"),
    LETTER(h, "hidden size", "elements"),
    LETTER(T, "tokens per GPU and micro-batch", "tokens"),
    LETTER(t, "tensor-parallel ways", "GPUs"),
    LETTER(p, "pipeline stages", "stages"),
    LETTER(v, "interleaved chunks per stage", "chunks"),
    LETTER(m, "micro-batches per step", "batches"),
    LETTER(n, "GPUs", "GPUs"),
    LETTER(F, "peak of the arithmetic", "FLOP/s"),
    LETTER(F_16, "peak in 16 bit", "FLOP/s"),
    LETTER(e_t, "of the peak that training attains on this card", "share"),
    LETTER(e_w, "of the framework", "factor"),
    LETTER(e_a, "of the 16-bit peak, attention scores", "share"),
    LETTER(r, "work with recomputation, against none", "factor"),
    LETTER(k_t, "cost of a further tensor-parallel way at h = 8192", "share"),
    LETTER(T_0, "tokens at which half of the rate is reached", "tokens"),
    LETTER(h_0, "hidden size at which half of the rate is reached", "elements"),
    LETTER(e_x, "of mixture-of-experts models, else 1", "factor"),
    LETTER(e_r, "of the steady rate that a whole run keeps", "share"),
    LETTER(D_t, "tokens of the run", "tokens"),
    LETTER(C_p, "FLOP of a token, matrix products", "FLOP"),
    LETTER(C_a, "FLOP of a token, causal attention", "FLOP"),
    LETTER(l_t, "left by tensor parallelism", "share"),
    LETTER(l_p, "left by the pipeline's bubble", "share"),
    LETTER(l_s, "left by short steps and narrow layers", "share"),
    LETTER(g, "tokens/s of one GPU", "tokens/s"),
    LETTER(r_t, "tokens/s of all GPUs", "tokens/s"),
    LETTER(U, "model FLOPs utilization", "share"),
    LETTER(D, "days of the run", "days"),
};
const size_t tempo_legend_count = sizeof tempo_legend / sizeof *tempo_legend;

void tempo_fill(struct tempo *x)
{
    for (size_t i = 0; i < tempo_step_count; i++) {
        double value = tempo_steps[i].value(x);
        memcpy((char *)x + tempo_steps[i].offset, &value, sizeof value);
    }
}
