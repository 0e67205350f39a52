/* steps.c -- the speed of serving, letter by letter: functions, and the table that names them
 *
 * A step reads weights or computes, whichever is longer (a smooth maximum), then reads the cache;
 * what tensor parallelism sends, what experts exchange and what each layer and step cost the
 * engine come on top. Prefill of other requests delays decoding. */
#include "core/speed/pace.h"

#include <math.h>
#include <string.h>

/* The longer of two overlapping times; where they are alike, both count. */
static double longer(const struct pace *x, double a, double b)
{
    double most = fmax(a, b);
    return most > 0 ? most * pow(1 + pow(fmin(a, b) / most, x->n_o), 1 / x->n_o) : 0;
}

static double memory_rate(const struct pace *x)
{
    return x->Q * x->e_m;
}

static double compute_rate(const struct pace *x)
{
    return x->F * x->e_f * (x->E > 0 ? x->e_g : 1);
}

/* Routing is taken as even: an expert is missed by C_x tokens with probability (1 - e/E)^C_x. */
static double experts_touched(const struct pace *x)
{
    return x->E > 0 ? 1 - pow(1 - x->e / x->E, x->C_x) : 0;
}

static double weights_time(const struct pace *x)
{
    return (x->W + x->W_e * x->X / x->e_e) / x->M / x->p;
}

/* A token is copied to each of its experts and back: sorted, read, written, added up. Whole experts
 * (expert parallelism) share that out, split ones only in part: x_y lies between. */
static double expert_traffic(const struct pace *x)
{
    return x->L_x * x->e * x->h_x * x->y_x / x->x_y / x->M;
}

static double compute_time(const struct pace *x)
{
    double dense = (x->N_d + x->N_h) / x->t;
    double routed = x->N_e * x->g_x / x->x;
    double traffic = x->b * x->g_x * expert_traffic(x);
    return (2 * x->b * (dense + routed) / x->G + traffic) / x->e_d / x->p;
}

static double cache_time(const struct pace *x)
{
    double window = x->w > 0 ? fmin(x->S_d, x->w) : x->S_d;
    return x->b * (x->K_f * x->S_d + x->K_w * window + 2 * x->Z) / (x->M * x->e_k) / x->p;
}

static double reduce_time(const struct pace *x)
{
    double sent = x->b * x->h * 4 * (x->t - 1) / x->t;
    return x->t > 1 ? 2 * x->L * (x->c_r + sent / (x->U * x->e_u)) : 0;
}

static double exchange_time(const struct pace *x)
{
    double sent = x->C_x * x->h * 4 * (x->g_x - 1) / x->g_x;
    return x->g_x > 1 ? x->L_x * (2 * x->c_v + sent / (x->U * x->e_v)) : 0;
}

static double overhead_time(const struct pace *x)
{
    return x->L * x->c_l + x->L_x * x->c_x + x->c_0 + x->c_s * x->b;
}

/* One request passes all stages; as many as there are stages wait for the fullest one. */
static double uneven(const struct pace *x)
{
    return 1 + (x->y_p - 1) * fmin(1, fmax(x->B - 1, 0) / x->p);
}

static double decode_time(const struct pace *x)
{
    return x->p * uneven(x) * (longer(x, x->t_w, x->t_c) + x->t_k) + x->t_r + x->t_x + x->t_o;
}

/* Seconds of one prompt on one GPU, all stages together, but for attention. */
static double prompt_products(const struct pace *x)
{
    double met = 1 + x->f_g * (x->g_x - 1);
    return 2 * x->i * (x->N_d / x->t + x->N_e / x->x * met) / x->G + x->i * met * expert_traffic(x);
}

/* FLOP of its attention scores. */

static double prompt_scores(const struct pace *x)
{
    double window = x->w > 0 && x->i > x->w ? 2 * x->i * x->w - x->w * x->w : x->i * x->i;
    return 2 * x->d_q * (x->L_f * x->i * x->i + x->L_w * window) / x->t;
}

static double prompt_reduce(const struct pace *x)
{
    return x->t > 1 ? 2 * x->L * x->i * x->h * 4 * (x->t - 1) / x->t / (x->U * x->e_u) : 0;
}

double pace_prefill(const struct pace *x, double prompts)
{
    double products = prompts * prompt_products(x);
    return longer(x, products, (x->W + x->W_e) / x->M) +
           prompts * (prompt_scores(x) / (x->F_16 * x->e_a) + prompt_reduce(x));
}

static double prompt_time(const struct pace *x)
{
    return pace_prefill(x, 1);
}

static double mixed_time(const struct pace *x)
{
    double exchange = x->g_x > 1 ? x->L_x * x->i * x->h * 4 * (x->g_x - 1) / (x->U * x->e_v) : 0;
    double whole =
        prompt_products(x) + prompt_scores(x) / (x->F_16 * x->e_a) + prompt_reduce(x) + exchange;
    return whole / x->p * x->y_p; /* stages prefill different prompts at once */
}

static double first_token_time(const struct pace *x)
{
    return x->t_p * (1 + x->f_q * fmax(x->B - 1, 0)) + x->c_t + (x->B > 1 ? x->t_d / 2 : 0);
}

static double token_time(const struct pace *x)
{
    return x->t_d + x->f_i * fmax(x->B - 1, 0) / x->o * x->t_m;
}

double pace_output(const struct pace *x, double requests, double step_s)
{
    return x->R * requests * x->o / (x->o * step_s + x->f_i * requests * x->t_m);
}

static double output_rate(const struct pace *x)
{
    return pace_output(x, x->B, x->t_d);
}

enum { STANDING = false, LOADED = true };

/* clang-format off */
#define AT(field) offsetof(struct pace, field)
#define ROOFLINE "Williams 2009, roofline"
#define INFERENCE "kipply, Transformer Inference Arithmetic"
#define MEGATRON "Shoeybi 2019, arXiv 1909.08053"
#define SPEEDS "templates/engine_speeds.csv"
/* clang-format on */

const struct pace_step pace_steps[] = {
    {"M", "memory rate attained", "bytes/s", AT(M), STANDING, memory_rate, "Q * e_m", ROOFLINE},
    {"G", "arithmetic rate attained", "FLOP/s", AT(G), STANDING, compute_rate,
     "F * e_f * IF(E > 0, e_g, 1)", ROOFLINE},
    {"X", "share of the experts touched", "share", AT(X), LOADED, experts_touched,
     "IF(E > 0, 1 - (1 - e / E) ^ C_x, 0)", "even routing"},
    {"t_w", "weights read, one stage", "s", AT(t_w), LOADED, weights_time,
     "(W + W_e * X / e_e) / M / p", INFERENCE},
    {"t_c", "computed, one stage", "s", AT(t_c), LOADED, compute_time,
     "(2 * b * ((N_d + N_h) / t + N_e * g_x / x) / G + b * g_x * L_x * e * h_x * y_x / x_y / M) / "
     "e_d / p",
     INFERENCE},
    {"t_k", "cache read, one stage", "s", AT(t_k), LOADED, cache_time,
     "b * (K_f * S_d + K_w * IF(w > 0, MIN(S_d, w), S_d) + 2 * Z) / (M * e_k) / p", INFERENCE},
    {"t_r", "all-reduces", "s", AT(t_r), LOADED, reduce_time,
     "IF(t > 1, 2 * L * (c_r + b * h * 4 * (t - 1) / t / (U * e_u)), 0)", MEGATRON},
    {"t_x", "exchange of experts' tokens", "s", AT(t_x), LOADED, exchange_time,
     "IF(g_x > 1, L_x * (2 * c_v + C_x * h * 4 * (g_x - 1) / g_x / (U * e_v)), 0)",
     "DeepSpeed-MoE, arXiv 2201.05596"},
    {"t_o", "overheads of the engine", "s", AT(t_o), LOADED, overhead_time,
     "L * c_l + L_x * c_x + c_0 + c_s * b", SPEEDS},
    {"t_d", "one decode step", "s", AT(t_d), LOADED, decode_time,
     "p * (1 + (y_p - 1) * MIN(1, MAX(B - 1, 0) / p)) * ((t_w ^ n_o + t_c ^ n_o) ^ (1 / n_o) + "
     "t_k) + "
     "t_r + t_x + t_o",
     ROOFLINE},
    {"t_p", "one prompt alone", "s", AT(t_p), STANDING, prompt_time,
     "((2 * i * (N_d / t + N_e / x * (1 + f_g * (g_x - 1))) / G + i * (1 + f_g * (g_x - 1)) * "
     "L_x * e * h_x * y_x / x_y / M) ^ n_o + ((W + W_e) / M) ^ n_o) ^ (1 / n_o) + 2 * d_q * "
     "(L_f * i * i + L_w * IF(w * MAX(i - w, 0) > 0, 2 * i * w - w * w, i * i)) / t / "
     "(F_16 * e_a) + IF(t > 1, 2 * L * i * h * 4 * (t - 1) / t / (U * e_u), 0)",
     ROOFLINE},
    {"t_m", "one prompt mixed in, one stage", "s", AT(t_m), STANDING, mixed_time,
     "(2 * i * (N_d / t + N_e / x * (1 + f_g * (g_x - 1))) / G + i * (1 + f_g * (g_x - 1)) * L_x * "
     "e * h_x * y_x / x_y / M + 2 * d_q * (L_f * i * i + L_w * IF(w * MAX(i - w, 0) > 0, "
     "2 * i * w - w * w, i * i)) / t / (F_16 * e_a) + IF(t > 1, 2 * L * i * h * 4 * (t - 1) / t / "
     "(U * e_u), 0) + IF(g_x > 1, L_x * i * h * 4 * (g_x - 1) / (U * e_v), 0)) / p * y_p",
     "Agrawal 2023, arXiv 2308.16369"},
    {"t_1", "time to first token (TTFT)", "s", AT(t_1), LOADED, first_token_time,
     "t_p * (1 + f_q * MAX(B - 1, 0)) + c_t + IF(B > 1, t_d / 2, 0)", SPEEDS},
    {"t_t", "time per output token (TPOT)", "s", AT(t_t), LOADED, token_time,
     "t_d + f_i * MAX(B - 1, 0) / o * t_m", SPEEDS},
    {"r_o", "output over all replicas", "tokens/s", AT(r_o), LOADED, output_rate,
     "R * B * o / (o * t_d + f_i * B * t_m)", SPEEDS},
};
const size_t pace_step_count = sizeof pace_steps / sizeof *pace_steps;

static void fill(struct pace *x, bool all)
{
    for (size_t i = 0; i < pace_step_count; i++) {
        if (!all && !pace_steps[i].loaded)
            continue;
        double value = pace_steps[i].value(x);
        memcpy((char *)x + pace_steps[i].offset, &value, sizeof value);
    }
}

void pace_steps_fill(struct pace *x)
{
    fill(x, true);
}

void pace_steps_refill(struct pace *x)
{
    fill(x, false);
}
