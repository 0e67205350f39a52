/* tensors.h -- how many elements a model has, by groups of tensors that shard and quantize alike */
#ifndef GPUPLAN_TENSORS_H
#define GPUPLAN_TENSORS_H

struct model;

/* Elements by tensor group: the whole text decoder, unsharded. */
struct tensors {
    double embedding;      /* token, position and per-layer tables: first stage */
    double head;           /* output head, 0 when tied: last stage */
    double attention;      /* q, o, gates, MLA up-projections: divided by t */
    double kv_projection;  /* k and v: divided by t, at least one head per GPU */
    double low_rank;       /* MLA down-projections, indexers, latents: linear, replicated */
    double mixer;          /* recurrent and convolution mixers: divided by t */
    double ffn;            /* dense FFNs: divided by t */
    double experts;        /* routed experts: divided by t or by expert parallelism */
    double shared_experts; /* divided by t */
    double router;         /* replicated, 16 bit */
    double norms;          /* norms and biases: replicated, 16 bit */
    double unlisted;       /* signed; what the catalog's columns cannot express */
};

void model_tensors(const struct model *m, struct tensors *out);

/* P, the parameters of the text decoder. */
double tensors_total(const struct tensors *t);

/* Parameters that one token touches: e of the E experts, and a row of the per-layer embeddings
 * instead of the table. Token embedding and head count in full, as published figures do. */
double model_active_params(const struct model *m);

#endif
