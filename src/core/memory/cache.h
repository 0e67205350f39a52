/* cache.h -- what one sequence keeps between tokens: keys, values, latents, index keys, states */
#ifndef GPUPLAN_CACHE_H
#define GPUPLAN_CACHE_H

#include <stdbool.h>

struct model;

/* Cache of one sequence, whole model, before sharding and before the cache type's width. */
struct cache_shape {
    double full_elements;   /* per token held, layers that grow with the context (MLA: latent and
                               rotary key; compressed layers: their share of an entry) */
    double window_elements; /* per token held, layers capped at `window` */
    double window;          /* tokens; 0: no capped layer */
    double indexer_bytes;   /* per token held: index keys, stored at their own width */
    double state_bytes;     /* per sequence: recurrent state (fp32) and convolution taps (16 bit) */
    double kv_heads;        /* of full layers: replicated on max(1, t / kv_heads) GPUs */
    double window_kv_heads; /* of windowed layers, likewise */
    double attention_layers; /* layers that hold a cache of tokens: the pipeline's stage share */
    bool replicated;         /* MLA: every GPU of a tensor-parallel group holds all of it */
};

void model_cache(const struct model *m, struct cache_shape *out);

#endif
