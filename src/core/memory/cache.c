/* cache.c -- elements and bytes that one sequence keeps between tokens, from the architecture */
#include "core/memory/cache.h"

#include "core/memory/mixers.h"
#include "core/model.h"

/* MLA: r_kv + d_r per layer, shared by all heads [DeepSeek-V2, 2.1]; heads: k (d + d_v). */
static double full_layer(const struct model *m)
{
    if (m->attention == ATTENTION_MLA)
        return m->mla_kv_lora_rank + m->mla_rope_dim;
    return m->kv_heads * (m->head_dim + model_value_dim(m));
}

/* k (d + d_v) with the windowed layers' own heads; k d where key and value are one tensor. */
static double windowed_layer(const struct model *m)
{
    double d_v = m->value_source == VALUE_IS_KEY ? 0 : model_window_value_dim(m);

    return model_window_kv_heads(m) * (model_window_head_dim(m) + d_v);
}

/* Compressed entries per token: L_csa / ratio + L_hca / ratio. [DeepSeek-V4] */
static double compressed_entries(const struct model *m)
{
    double csa = m->csa_ratio > 0 ? m->csa_layers / m->csa_ratio : 0;
    double hca = m->hca_ratio > 0 ? m->hca_layers / m->hca_ratio : 0;

    return csa + hca;
}

void model_cache(const struct model *m, struct cache_shape *out)
{
    double full = model_full_kv_layers(m);
    double windowed = model_windowed_kv_layers(m);

    out->full_elements = full * full_layer(m) + compressed_entries(m) * windowed_layer(m);
    out->window_elements = windowed * windowed_layer(m);
    out->window = windowed > 0 ? m->window : 0;
    out->indexer_bytes = m->indexer_layers * m->indexer_key_bytes;
    out->state_bytes = m->linear_layers * mixer_state_bytes(m);
    out->kv_heads = m->kv_heads;
    out->window_kv_heads = model_window_kv_heads(m);
    out->attention_layers = full + windowed;
    out->replicated = m->attention == ATTENTION_MLA;
}
