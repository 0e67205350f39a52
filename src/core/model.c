/* model.c -- the columns of models.csv, and how blank cells of a model row are read
 *
 * A column is named as its field, so the table is written with macros: only they can turn one name
 * into the column, the offset and the kind. */
#include "core/model.h"

#include "core/model_fields.h"

static const char *const attention_words[] = {"none", "heads", "mla", NULL};
static const char *const value_words[] = {"projected", "from-key", "is-key", NULL};
static const char *const gate_words[] = {"none", "head", "full", NULL};
static const char *const qk_norm_words[] = {"none", "head", "full", NULL};
static const char *const norm_words[] = {"rms", "layer", "plain", NULL};
static const char *const mixer_words[] = {"none",      "mamba1",     "mamba2", "gdn", "kda",
                                          "lightning", "short-conv", "rwkv5",  NULL};

/* clang-format off */
#define ROW(field, kind, must, unit, least, most, words, help) \
    {#field, offsetof(struct model, field), kind, must, unit, help, least, most, words}
/* clang-format on */
#define TEXT(field, must, help) ROW(field, FACT_TEXT, must, "", 0, 0, NULL, help)
#define COUNT(field, unit, help) ROW(field, FACT_COUNT, false, unit, 0, 0, NULL, help)
#define NEEDED(field, unit, most, help) ROW(field, FACT_COUNT, true, unit, 1, most, NULL, help)
#define NUMBER(field, unit, help) ROW(field, FACT_NUMBER, false, unit, 0, 0, NULL, help)
#define FLAG(field, help) ROW(field, FACT_FLAG, false, "", 0, 0, NULL, help)
#define WORD(field, must, words, help) ROW(field, FACT_WORD, must, "", 0, 0, words, help)

const struct fact_field model_fields[] = {
    TEXT(id, true, "catalog id"),
    TEXT(hugging_face_id, false, "repository of the checkpoint"),
    TEXT(family, false, "models of one design"),
    TEXT(native_dtype, false, "type of the published checkpoint"),
    COUNT(max_context, "tokens", "published context; blank: unlimited or not known"),

    NEEDED(layers, "layers", 1e5, "L; Nemotron-H counts mixer and FFN blocks one by one"),
    NEEDED(hidden, "elements", 1e7, "h, hidden size"),
    NEEDED(vocab, "rows", 1e9, "V, rows of the embedding, padding included"),
    FLAG(tied_embeddings, "the output head is the embedding"),

    WORD(attention, true, attention_words, "kind of attention"),
    COUNT(heads, "heads", "a, query heads of a full-attention layer"),
    COUNT(kv_heads, "heads", "k, KV heads of a full-attention layer; blank: as heads"),
    COUNT(head_dim, "elements", "d, width of a query or key head; blank: hidden / heads"),
    COUNT(value_head_dim, "elements", "d_v; blank: as head_dim"),
    COUNT(full_attention_layers, "layers", "layers whose cache grows with the context; blank: all"),
    COUNT(windowed_layers, "layers", "layers whose cache is capped at the window"),
    COUNT(window, "tokens", "sliding window or attention chunk"),
    COUNT(window_heads, "heads", "a of windowed layers; blank: as heads"),
    COUNT(window_kv_heads, "heads", "k of windowed layers; blank: as kv_heads"),
    COUNT(window_head_dim, "elements", "d of windowed layers; blank: as head_dim"),
    COUNT(cross_attention_layers, "layers", "layers that attend to image tokens"),
    COUNT(kv_shared_layers, "layers", "last layers that reuse an earlier layer's cache"),
    WORD(value_source, false, value_words, "where the values come from"),
    WORD(output_gate, false, gate_words, "gate on the attention output"),
    WORD(qk_norm, false, qk_norm_words, "norm on queries and keys"),
    FLAG(qkv_bias, "biases on the q, k, v projections"),
    FLAG(output_bias, "bias on the attention output projection"),

    COUNT(mla_kv_lora_rank, "elements", "r_kv, width of the cached latent"),
    COUNT(mla_q_lora_rank, "elements", "r_q, query bottleneck; blank: none"),
    COUNT(mla_rope_dim, "elements", "d_r, rotary part of a head and of the cached key"),
    COUNT(mla_nope_dim, "elements", "d_n, part of a head without rotation"),
    COUNT(mla_value_dim, "elements", "d_v of MLA"),
    COUNT(output_lora_rank, "elements", "r_o, bottleneck of the output projection"),
    COUNT(output_groups, "groups", "groups of heads with an output bottleneck each"),

    COUNT(csa_layers, "layers", "windowed layers that also keep a compressed cache"),
    COUNT(csa_ratio, "tokens", "tokens per compressed entry"),
    COUNT(hca_layers, "layers", "windowed layers that also keep a heavily compressed cache"),
    COUNT(hca_ratio, "tokens", "tokens per heavily compressed entry"),
    COUNT(indexer_layers, "layers", "layers with a sparse-attention indexer"),
    COUNT(indexer_heads, "heads", "query heads of the indexer"),
    COUNT(indexer_dim, "elements", "head dimension of the indexer"),
    NUMBER(indexer_key_bytes, "bytes", "cached index key per token and indexer layer"),

    COUNT(ffn, "elements", "f, width of a dense FFN; the widest where they differ"),
    ROW(ffn_gated, FACT_FLAG, true, "", 0, 0, NULL,
        "three FFN matrices instead of two; experts alike"),
    FLAG(ffn_bias, "biases on the dense FFN"),
    COUNT(ffn_sum, "elements", "sum of f over the dense FFN layers, where they differ"),
    COUNT(dense_ffn_layers, "layers", "layers with a dense FFN; blank: all, without experts"),

    COUNT(moe_layers, "layers", "layers with experts; blank: all without a dense FFN"),
    COUNT(experts, "experts", "E, routed experts per MoE layer"),
    COUNT(experts_per_token, "experts", "e, routed experts that a token passes"),
    COUNT(moe_ffn, "elements", "f_e, width of one routed expert"),
    COUNT(moe_hidden, "elements", "h_e, latent width of routed experts; blank: as hidden"),
    COUNT(shared_experts, "experts", "experts, or a dense FFN beside them, for every token"),
    COUNT(shared_ffn, "elements", "width of all shared experts; blank: shared_experts x moe_ffn"),
    FLAG(shared_gate, "a sigmoid gate on the shared expert"),
    FLAG(router_bias, "one more number per expert: bias or scale"),
    FLAG(expert_bias, "biases on the routed experts"),

    COUNT(linear_layers, "layers", "layers with a recurrent or convolution mixer"),
    WORD(mixer, false, mixer_words, "kind of that mixer"),
    COUNT(mixer_heads, "heads", "value heads"),
    COUNT(mixer_head_dim, "elements", "value dimension of a head"),
    COUNT(mixer_key_heads, "heads", "GDN key heads"),
    COUNT(mixer_key_dim, "elements", "GDN key dimension of a head"),
    COUNT(mixer_inner, "elements", "Mamba-1 inner width"),
    COUNT(mixer_dt_rank, "elements", "Mamba-1 rank of the time step"),
    COUNT(mixer_state, "elements", "Mamba state size per channel"),
    COUNT(mixer_groups, "groups", "Mamba-2 groups of B and C"),
    COUNT(mixer_conv, "taps", "taps of the causal convolution"),
    FLAG(mixer_norm, "a learned norm inside the mixer"),

    WORD(norm, false, norm_words, "kind of norm"),
    COUNT(norms_per_layer, "norms", "norms of the hidden width in each layer; blank: 2"),
    FLAG(embedding_norm, "a norm after the embedding"),
    FLAG(head_bias, "bias on the output head"),
    COUNT(learned_positions, "rows", "rows of a learned position embedding"),
    COUNT(ple_dim, "elements", "width of the per-layer embeddings"),
    COUNT(ple_vocab, "rows", "rows of the per-layer embeddings"),

    COUNT(params_published, "parameters", "published parameter count; blank: none found"),
    TEXT(published_note, false, "what the published count is and what else it counts"),
    COUNT(params_vision, "parameters", "outside the text decoder but loaded with it"),
    NUMBER(params_unlisted, "parameters", "signed; what no column expresses, see note"),
    FLAG(inferred, "some fields were fitted to a total instead of read"),
    TEXT(inferred_fields, false, "which"),
    TEXT(license, false, "licence of the weights"),
    TEXT(note, false, "doubts, and what the columns leave out"),
    TEXT(source, true, "where the facts were read"),
    TEXT(checked, true, "date of reading, YYYY-MM-DD"),
};

const size_t model_field_count = sizeof model_fields / sizeof model_fields[0];

static double or_else(double given, double otherwise)
{
    return given > 0 ? given : otherwise;
}

void model_complete(struct model *m)
{
    double special = m->windowed_layers + m->linear_layers + m->cross_attention_layers;

    if (m->attention != ATTENTION_NONE && special == 0)
        m->full_attention_layers = or_else(m->full_attention_layers, m->layers);
    if (m->experts > 0)
        m->moe_layers = or_else(m->moe_layers, m->layers - m->dense_ffn_layers);
    else if (m->ffn > 0)
        m->dense_ffn_layers = or_else(m->dense_ffn_layers, m->layers);
    m->kv_heads = or_else(m->kv_heads, m->heads);
    if (m->heads > 0)
        m->head_dim = or_else(m->head_dim, m->hidden / m->heads);
    m->norms_per_layer = or_else(m->norms_per_layer, 2);
}

double model_value_dim(const struct model *m)
{
    return or_else(m->value_head_dim, m->head_dim);
}

double model_window_heads(const struct model *m)
{
    return or_else(m->window_heads, m->heads);
}

double model_window_kv_heads(const struct model *m)
{
    return or_else(m->window_kv_heads, m->kv_heads);
}

double model_window_head_dim(const struct model *m)
{
    return or_else(m->window_head_dim, m->head_dim);
}

double model_window_value_dim(const struct model *m)
{
    return m->window_head_dim > 0 ? m->window_head_dim : model_value_dim(m);
}

double model_expert_hidden(const struct model *m)
{
    return or_else(m->moe_hidden, m->hidden);
}

double model_shared_ffn(const struct model *m)
{
    return or_else(m->shared_ffn, m->shared_experts * m->moe_ffn);
}

/* The share of `layers` that owns its cache. */
static double kv_owners(const struct model *m, double layers)
{
    double all = m->full_attention_layers + m->windowed_layers;

    return all > 0 ? layers - m->kv_shared_layers * layers / all : 0;
}

double model_full_kv_layers(const struct model *m)
{
    return kv_owners(m, m->full_attention_layers);
}

double model_windowed_kv_layers(const struct model *m)
{
    return kv_owners(m, m->windowed_layers);
}
