/* tensors.c -- elements of every tensor group, from the architecture in letters
 *
 * Letters as in core/model.h. The check is the element count of published checkpoints, kept beside
 * each model in templates/models.csv: most formulas meet it to the element. */
#include "core/memory/tensors.h"

#include "core/memory/mixers.h"
#include "core/model.h"

/* The matrices of an FFN: up and down, and a gate where there is one. */
static double ffn_matrices(const struct model *m)
{
    return m->ffn_gated ? 3 : 2;
}

/* Learned vectors of one norm. */
static double norm_vectors(const struct model *m)
{
    switch (m->norm) {
    case NORM_LAYER:
        return 2;
    case NORM_PLAIN:
        return 0;
    default:
        return 1;
    }
}

/* Layers with self-attention of their own. */
static double attention_layers(const struct model *m)
{
    return m->full_attention_layers + m->windowed_layers;
}

/* Sum of f over the dense FFN layers. */
static double dense_width(const struct model *m)
{
    return m->ffn_sum > 0 ? m->ffn_sum : m->dense_ffn_layers * m->ffn;
}

/* V_p L d_p: a table of d_p in every layer. [Gemma 3n, per-layer embeddings] */
static double per_layer_table(const struct model *m)
{
    return m->ple_vocab * m->layers * m->ple_dim;
}

/* V h + positions h + V_p L d_p */
static double embedding(const struct model *m)
{
    return (m->vocab + m->learned_positions) * m->hidden + per_layer_table(m);
}

/* V h, 0 when tied */
static double head(const struct model *m)
{
    return m->tied_embeddings ? 0 : m->vocab * m->hidden;
}

/* Gate: h a, or h a d_v. */
static double gate_layer(const struct model *m, double a, double d_v)
{
    switch (m->output_gate) {
    case OUTPUT_GATE_HEAD:
        return m->hidden * a;
    case OUTPUT_GATE_FULL:
        return m->hidden * a * d_v;
    default:
        return 0;
    }
}

/* Output: a d_v h; through a bottleneck a d_v r_o + g r_o h, as each of g groups has its own part
 * of the first matrix. [DeepSeek-V4 config: o_lora_rank, o_groups] */
static double output_layer(const struct model *m, double a, double d_v)
{
    double r_o = m->output_lora_rank;

    if (r_o > 0)
        return a * d_v * r_o + m->output_groups * r_o * m->hidden;
    return a * d_v * m->hidden;
}

/* One layer with heads: q a d + gate + output, where q is r_q after a bottleneck, else h. */
static double heads_layer(const struct model *m, double a, double d, double d_v)
{
    double q = m->mla_q_lora_rank > 0 ? m->mla_q_lora_rank : m->hidden;

    return q * a * d + gate_layer(m, a, d_v) + output_layer(m, a, d_v);
}

/* One MLA layer: q a (d_n + d_r) + r_kv a (d_n + d_v) + gate + a d_v h [DeepSeek-V2, 2.1] */
static double mla_layer(const struct model *m)
{
    double q = m->mla_q_lora_rank > 0 ? m->mla_q_lora_rank : m->hidden;
    double a = m->heads;
    double d_n = m->mla_nope_dim;
    double d_v = m->mla_value_dim;

    return q * a * (d_n + m->mla_rope_dim) + m->mla_kv_lora_rank * a * (d_n + d_v) +
           gate_layer(m, a, d_v) + output_layer(m, a, d_v);
}

/* Everything of attention that tensor parallelism divides, k and v apart. Cross-attention layers
 * have the shape of the full ones. */
static double attention(const struct model *m)
{
    if (m->attention == ATTENTION_MLA)
        return attention_layers(m) * mla_layer(m);
    if (m->attention == ATTENTION_NONE)
        return 0;
    return (m->full_attention_layers + m->cross_attention_layers) *
               heads_layer(m, m->heads, m->head_dim, model_value_dim(m)) +
           m->windowed_layers * heads_layer(m, model_window_heads(m), model_window_head_dim(m),
                                            model_window_value_dim(m));
}

/* h k (d + d_v) per layer that owns its cache; h k d where the values are the keys. */
static double kv_projection(const struct model *m)
{
    double d_v = m->value_source == VALUE_PROJECTED ? model_value_dim(m) : 0;
    double d_vw = m->value_source == VALUE_IS_KEY ? 0 : model_window_value_dim(m);
    double full = model_full_kv_layers(m) + m->cross_attention_layers;

    if (m->attention != ATTENTION_HEADS)
        return 0;
    return full * m->hidden * m->kv_heads * (m->head_dim + d_v) +
           model_windowed_kv_layers(m) * m->hidden * model_window_kv_heads(m) *
               (model_window_head_dim(m) + d_vw);
}

/* Indexer layer: key h d_i; queries r_q a_i d_i with head weights h a_i where attention has a query
 * bottleneck [DeepSeek-V3.2, 2.1], else h a_i d_i without head weights [MiniMax-M3]. */
static double indexer_layer(const struct model *m)
{
    double r_q = m->mla_q_lora_rank;
    double key = m->hidden * m->indexer_dim;

    if (r_q > 0)
        return key + m->indexer_heads * (r_q * m->indexer_dim + m->hidden);
    return key + m->hidden * m->indexer_heads * m->indexer_dim;
}

/* Attention bottlenecks h (r_q + r_kv + d_r), indexers, latent experts 2 h h_e, and per-layer
 * embeddings: 3 h d_p a layer (in, gate, out). */
static double low_rank(const struct model *m)
{
    double latent = m->mla_q_lora_rank;
    double experts = m->moe_hidden > 0 ? 2 * m->hidden * m->moe_hidden : 0;

    if (m->attention == ATTENTION_MLA)
        latent += m->mla_kv_lora_rank + m->mla_rope_dim;
    return attention_layers(m) * m->hidden * latent + m->indexer_layers * indexer_layer(m) +
           m->moe_layers * experts + 3 * m->layers * m->hidden * m->ple_dim;
}

static double mixer(const struct model *m)
{
    return m->linear_layers * mixer_elements(m);
}

/* (2 or 3) h f per dense layer */
static double ffn(const struct model *m)
{
    return ffn_matrices(m) * m->hidden * dense_width(m);
}

/* One routed expert: (2 or 3) h_e f_e, biases (1 or 2) f_e + h_e. */
static double expert(const struct model *m)
{
    double h_e = model_expert_hidden(m);
    double bias = m->expert_bias ? (ffn_matrices(m) - 1) * m->moe_ffn + h_e : 0;

    return ffn_matrices(m) * h_e * m->moe_ffn + bias;
}

/* (2 or 3) h f_s, and h for the gate */
static double shared_experts(const struct model *m)
{
    double gate = m->shared_gate ? m->hidden : 0;

    return m->moe_layers * (ffn_matrices(m) * m->hidden * model_shared_ffn(m) + gate);
}

/* E h, and E for the bias */
static double router(const struct model *m)
{
    return m->moe_layers * m->experts * (m->hidden + (m->router_bias ? 1 : 0));
}

/* Query and key norms, v vectors each: d + d, or a d + k d; keys only where they are projected. */
static double qk_norms(const struct model *m)
{
    double d = m->head_dim;
    double d_w = model_window_head_dim(m);
    double full = m->full_attention_layers;
    double windowed = m->windowed_layers;
    double full_kv = model_full_kv_layers(m);
    double windowed_kv = model_windowed_kv_layers(m);

    switch (m->qk_norm) {
    case QK_NORM_HEAD:
        return norm_vectors(m) * ((full + full_kv) * d + (windowed + windowed_kv) * d_w);
    case QK_NORM_FULL:
        return norm_vectors(m) *
               (d * (full * m->heads + full_kv * m->kv_heads) +
                d_w * (windowed * model_window_heads(m) + windowed_kv * model_window_kv_heads(m)));
    default:
        return 0;
    }
}

/* Norms on the attention bottlenecks r_q + r_kv, on index keys (scale and bias) 2 d_i, and on the
 * per-layer embeddings d_p + L h. */
static double inner_norms(const struct model *m)
{
    double latent = m->mla_q_lora_rank;
    double per_layer = m->ple_dim > 0 ? m->ple_dim + m->layers * m->hidden : 0;

    if (m->attention == ATTENTION_MLA)
        latent += m->mla_kv_lora_rank;
    return attention_layers(m) * latent + m->indexer_layers * 2 * m->indexer_dim + per_layer;
}

/* q, k, v: a d + k (d + d_v); output h; dense FFN (1 or 2) f + h; head V. */
static double biases(const struct model *m)
{
    double d = m->head_dim;
    double d_w = model_window_head_dim(m);
    double full = m->heads * d + m->kv_heads * (d + model_value_dim(m));
    double windowed =
        model_window_heads(m) * d_w + model_window_kv_heads(m) * (d_w + model_window_value_dim(m));
    double sum = 0;

    if (m->qkv_bias)
        sum += m->full_attention_layers * full + m->windowed_layers * windowed;
    if (m->output_bias)
        sum += attention_layers(m) * m->hidden;
    if (m->ffn_bias)
        sum += (ffn_matrices(m) - 1) * dense_width(m) + m->dense_ffn_layers * m->hidden;
    if (m->head_bias)
        sum += m->vocab;
    return sum;
}

/* v h (L n + 1), where n is norms per layer and v vectors per norm, and all small vectors. */
static double norms(const struct model *m)
{
    double count = m->layers * m->norms_per_layer + 1 + (m->embedding_norm ? 1 : 0);

    return norm_vectors(m) * m->hidden * count + qk_norms(m) + inner_norms(m) + biases(m);
}

void model_tensors(const struct model *m, struct tensors *out)
{
    out->embedding = embedding(m);
    out->head = head(m);
    out->attention = attention(m);
    out->kv_projection = kv_projection(m);
    out->low_rank = low_rank(m);
    out->mixer = mixer(m);
    out->ffn = ffn(m);
    out->experts = m->moe_layers * m->experts * expert(m);
    out->shared_experts = shared_experts(m);
    out->router = router(m);
    out->norms = norms(m);
    out->unlisted = m->params_unlisted;
}

double tensors_total(const struct tensors *t)
{
    return t->embedding + t->head + t->attention + t->kv_projection + t->low_rank + t->mixer +
           t->ffn + t->experts + t->shared_experts + t->router + t->norms + t->unlisted;
}

double model_active_params(const struct model *m)
{
    struct tensors t;
    double idle = m->experts - m->experts_per_token;

    model_tensors(m, &t);
    return tensors_total(&t) - m->moe_layers * idle * expert(m) - per_layer_table(m);
}
