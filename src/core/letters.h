/* letters.h -- the letters of the formulas, bound once; every term reads its numbers from here
 *
 * The same letters stand in README, in the workbook and in `gpuplan explain`. Model-wide letters
 * are bound per scenario (letters_bind), placed ones per layout and stage (letters_place). */
#ifndef GPUPLAN_LETTERS_H
#define GPUPLAN_LETTERS_H

#include "core/request.h"

#include <stddef.h>

struct layout;

/* The letters of a placement that loaded terms of serving read. They stand together, so that a
 * stage that was placed before is placed again by one copy. */
#define PLACED_LETTERS \
    double t, p, R, D, c, x, n; \
    double s_l;   /* this stage's share of the layers */ \
    double s_x;   /* this stage's share of the MoE layers */ \
    double s_f;   /* this stage's share of the dense FFN layers */ \
    double s_c;   /* this stage's share of the layers that hold cache */ \
    double i_1;   /* 1 on the first stage, else 0 */ \
    double i_p;   /* 1 on the last stage, else 0 */ \
    double i_2;   /* 1 where a tied head needs its own copy, else 0 */ \
    double r_kv;  /* share of a growing layer's cache on one GPU: max(1/t, 1/k), MLA 1 */ \
    double r_win; /* the same of a windowed layer */ \
    double r_w;   /* share of the k and v projections on one GPU */ \
    double c_l;   /* prompt logits bytes per token and vocabulary entry */ \
    double i_s;   /* 1 where a split model copies stage inputs, else 0 */

struct placed_letters {
    PLACED_LETTERS
};

struct letters {
    /* the architecture */
    double L;   /* layers */
    double h;   /* hidden size */
    double a;   /* attention heads */
    double k;   /* KV heads */
    double d;   /* head dimension */
    double f;   /* FFN width (of an MoE model: of its dense layers) */
    double V;   /* vocabulary */
    double E;   /* experts */
    double e;   /* experts per token */
    double e_s; /* width of all shared experts, in units of f_e */
    double f_e; /* expert width */
    double h_e; /* expert input width */
    double k_c; /* KV heads of growing layers' cache; 1 where every GPU holds all of it (MLA) */
    double k_w; /* the same of windowed layers */
    double L_a; /* layers that hold cache */
    double L_x; /* MoE layers */
    double d_q; /* query width a d */
    double d_k; /* key width k d */
    double d_v; /* value width */
    double d_o; /* attention output width */
    /* elements by tensor group, whole model */
    double N_emb, N_head, N_att, N_kvp, N_low, N_mix;
    double N_ffn, N_exp, N_shr, N_rtr, N_nrm, N_unl, N_vis;
    double N_abs; /* absorbed copies of the MLA up-projections */
    double P;     /* all of them, vision left out */
    /* bytes per element */
    double b_emb, b_head, b_att, b_kvp, b_low, b_mix, b_ffn, b_exp, b_16;
    double B_kv; /* per cache element */
    /* the cache of one sequence */
    double F;   /* elements per token, growing layers */
    double F_w; /* elements per token, windowed layers */
    double w;   /* window, tokens */
    double I;   /* index-key bytes per token */
    double Z;   /* recurrent state, bytes per sequence */
    double z_c; /* copies of a growing cache while it is extended */
    double g_b; /* tokens per cache block */
    double T;   /* tokens held per sequence, in this phase */
    double T_b; /* T rounded up to whole blocks */
    double T_w; /* tokens a windowed layer holds */
    double T_x; /* tokens of the running prefill step beyond the window, over all sequences */
    double S;   /* sequences on the fullest replica */
    /* one serving step */
    double B;   /* tokens of one step */
    double S_m; /* sequences sampled in one step */
    double q;   /* prompt tokens held without chunking */
    /* one step, forward coefficients: f/t, h, f_e/t, h_e, base h */
    double c_f, c_h, c_e, c_i, c_b;
    /* one step, the rest */
    double c_s;   /* sampler bytes per sequence and vocabulary entry */
    double c_u;   /* compute buffer bytes per element */
    double i_lg;  /* 1 on a card that the engine takes for large, else 0 */
    double i_bt;  /* 1 where the engine takes its larger batch defaults, else 0 */
    double i_a;   /* 1 where the compute buffer holds attention scores, else 0 */
    double q_f;   /* dequantization scratch, in matrices h f */
    double q_V;   /* dequantization scratch, in matrices h V */
    double i_u;   /* 1 where a quantized tied model gets a head of its own, else 0 */
    double o_cos; /* rotary and mask caches, bytes */
    double o_run; /* engine runtime outside the tensors, bytes */
    double o_ctx; /* CUDA context, bytes */
    /* placement */
    union {
        struct {
            PLACED_LETTERS
        };
        struct placed_letters placed;
    };
    /* training */
    double s;     /* sequence length */
    double m;     /* micro-batch */
    double T_m;   /* tokens per GPU and micro-batch, m s / c */
    double N_gd;  /* fully trained parameters on this GPU, experts left out, before ZeRO */
    double N_gx;  /* fully trained expert parameters on this GPU, before ZeRO */
    double N_adp; /* adapter parameters on this GPU */
    double N_cpy; /* trained copies of embedding and head on this GPU, parameters */
    double B_g;   /* bytes per gradient */
    double B_o;   /* bytes per trained parameter: master copy and moments */
    double B_a;   /* the same per adapter parameter */
    /* ZeRO divisors of weights, gradients, optimizer */
    double z_w, z_g, z_o;
    /* training, the rest */
    double g_p;   /* 1 when gradients persist through the forward pass */
    double K;     /* bytes kept per token and layer */
    double A;     /* bytes of one layer's working set, per token */
    double A_g;   /* bytes of gradients in flight beside frozen linears, per token */
    double l_in;  /* layers in flight on this stage: micro-batches times layers */
    double y_k;   /* scale of what is kept under recomputation */
    double y_w;   /* 1 when a layer's working set is rebuilt in backward */
    double b_lg;  /* bytes per logit */
    double b_hi;  /* bytes per token and hidden element, gathered for a split head */
    double N_blk; /* parameters of one block on this GPU */
    double N_vg;  /* embedding and head parameters gathered around the loss */
    double i_3;   /* 1 at ZeRO stage 3 */
    double i_r;   /* 1 where frozen embedding and head stay gathered through backward, else 0 */
    double i_f;   /* 1 where gradients of frozen layers' inputs stay through backward, else 0 */
    double q_b;   /* blocks and unsharded gradients gathered in backward */
    double b_blk; /* bytes per parameter of a gathered block */
    double i_w;   /* 1 where all weights stay gathered in 16 bit, else 0 */
    double N_gpu; /* parameters on this GPU that ZeRO divides, before it does */
    double i_d;   /* 1 when a quantized base is dequantized */
    double x_p;   /* extra bytes per parameter */
    double x_s;   /* step temporaries, bytes per trained parameter */
    double x_c;   /* step temporaries, bytes */
    double o_f;   /* allocator reserve: share of what is allocated */
    double o_l;   /* allocator reserve: share of the logits */
    double o_r;   /* allocator reserve, bytes */
    double o_n;   /* NCCL buffers, bytes */
    double Y;     /* bytes of the terms before this one, in this phase */
};

/* The legend: one row a letter. */
struct letter {
    const char *symbol;
    const char *meaning;
    const char *unit;
    size_t offset;          /* of the double in the struct that the legend is of */
    const char *assumption; /* the name of the assumption it is bound from; NULL: another source */
};
extern const struct letter legend[];
extern const size_t legend_count;

/* The letter's value in the struct that its legend is of. */
double letter_value(const void *letters, const struct letter *letter);

/* True when every letter has the same value. */
bool letters_agree(const struct letters *a, const struct letters *b);

/* Binds everything that does not depend on the layout. */
void letters_bind(struct letters *x, const struct request *request, const struct facts *facts);

/* Binds again what tokens and concurrency decide before any layout, the rest being bound. */
void letters_load(struct letters *x, const struct request *request);

/* Binds placement: layout, and which stage of the pipeline (first or last). */
void letters_place(struct letters *x, const struct request *request, const struct layout *layout,
                   bool last_stage);

/* Binds what differs between phases: the tokens that a growing cache holds. */
void letters_phase(struct letters *x, const struct request *request, int phase);

/* What frameworks see of a card, bytes: its catalog figure, else the driver's figure less a fitted
 * share (assumptions visible_gap_gib and visible_gap_share). */
double gpu_visible_bytes(const struct gpu *gpu, const struct facts *facts);

/* The value of a named assumption; 0 when the catalogs lack it (the loader refuses that). */
double assumption_value(const struct facts *facts, const char *name);

/* True when a rule of a mixed recipe speaks of this row's type and model. */
bool mix_is_meant(const struct mix *rule, const struct request *request);

/* The engine's share of the card for this request, 0..1. */
double request_utilization(const struct request *request);

#endif
