/* tempo.h -- the letters of training speed: FLOP of a token, what the card attains, what is lost
 *
 * Tokens/s of one GPU are the card's attained share of its peak over the FLOP of a token, times the
 * framework's factor, times what tensor parallelism, the pipeline's bubble, short micro-batches,
 * narrow layers and experts leave. Shares and factors: templates/gpu_speeds.csv, engine_speeds.csv
 * and assumptions.csv. */
#ifndef GPUPLAN_TEMPO_H
#define GPUPLAN_TEMPO_H

#include "core/answer.h"
#include "core/letters.h"

struct tempo {
    double N;    /* active parameters of matrix products: the head, not the embedding */
    double k_p;  /* FLOP per parameter and token: 6; 4 where only adapters are trained */
    double s;    /* sequence length */
    double S_a;  /* keys that a query sees, summed over layers: causal, or a window */
    double d_q;  /* query width */
    double d_o;  /* attention output width */
    double h;    /* hidden size */
    double T;    /* tokens per GPU and micro-batch */
    double t;    /* tensor-parallel ways */
    double p;    /* pipeline stages */
    double v;    /* interleaved chunks per stage */
    double m;    /* micro-batches per step */
    double n;    /* GPUs */
    double F;    /* peak of the arithmetic */
    double F_16; /* peak in 16 bit */
    double e_t;  /* share of the peak that training attains on this card */
    double e_w;  /* factor of the framework */
    double e_a;  /* share of the 16-bit peak, attention scores */
    double r;    /* work with recomputation, against none */
    double k_t;  /* cost of a further tensor-parallel way at h = 8192 */
    double T_0;  /* tokens at which half of the rate is reached */
    double h_0;  /* hidden size at which half of the rate is reached */
    double e_x;  /* factor of mixture-of-experts models, else 1 */
    double e_r;  /* share of the steady rate that a whole run keeps */
    double D_t;  /* tokens of the run; 0: not given */
    /* derived */
    double C_p; /* FLOP of a token, matrix products */
    double C_a; /* FLOP of a token, causal attention */
    double l_t; /* left by tensor parallelism */
    double l_p; /* left by the pipeline's bubble */
    double l_s; /* left by short micro-batches and narrow layers */
    double g;   /* tokens/s of one GPU */
    double r_t; /* tokens/s of all GPUs */
    double U;   /* model FLOPs utilization, attention counted to every key as frameworks print it */
    double D;   /* days of the run */
};

extern const struct letter tempo_legend[];
extern const size_t tempo_legend_count;

/* One derived letter, in C and in letters. A step reads only letters above it. */
struct tempo_step {
    const char *symbol;
    const char *label;
    const char *unit;
    size_t offset; /* of the result in struct tempo */
    double (*value)(const struct tempo *x);
    const char *formula;
    const char *source;
};
extern const struct tempo_step tempo_steps[];
extern const size_t tempo_step_count;

/* Binds every letter for `layout` and fills the derived ones. `letters` is bound to the request. */
void tempo_bind(struct tempo *x, const struct request *request, const struct facts *facts,
                const struct letters *letters, const struct layout *layout);

/* Fills the derived letters. */
void tempo_fill(struct tempo *x);

/* FLOP of one token as frameworks print it: attention to every key, as if it were not causal. */
double tempo_printed_flop(const struct tempo *x);

#endif
