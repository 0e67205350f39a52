/* model.h -- one row of models.csv: the architecture of a text decoder, as plain facts
 *
 * Counts are doubles that hold integers; 0 means "none" unless the comment names another reading.
 * Widths are elements. The columns describe tensors, not families: what they cannot express stands
 * in params_unlisted, with its reason in note, so that the elements of all groups add up to P. */
#ifndef GPUPLAN_MODEL_H
#define GPUPLAN_MODEL_H

#include <stdbool.h>
#include <stddef.h>

enum attention_kind {
    ATTENTION_NONE,  /* no layer attends: Mamba, RWKV */
    ATTENTION_HEADS, /* MHA, GQA, MQA: k key and value heads */
    ATTENTION_MLA    /* multi-head latent attention: one low-rank latent per token */
};

/* Where the values of an attention layer come from. */
enum value_source {
    VALUE_PROJECTED, /* their own projection */
    VALUE_FROM_KEY,  /* full-attention layers reuse the key projection; both are cached (Gemma 4) */
    VALUE_IS_KEY     /* key and value are one tensor, cached once (DeepSeek-V4) */
};

enum output_gate {
    OUTPUT_GATE_NONE,
    OUTPUT_GATE_HEAD, /* one gate per query head: h a more per layer */
    OUTPUT_GATE_FULL  /* one gate per output element: h a d_v more per layer */
};

enum qk_norm {
    QK_NORM_NONE,
    QK_NORM_HEAD, /* one vector of d for all query heads, one for all key heads */
    QK_NORM_FULL  /* vectors of the full width, a d and k d */
};

enum norm_kind {
    NORM_RMS,   /* one vector */
    NORM_LAYER, /* two vectors: scale and bias */
    NORM_PLAIN  /* no learned vector */
};

enum mixer_kind {
    MIXER_NONE,
    MIXER_MAMBA1,
    MIXER_MAMBA2,
    MIXER_GDN,        /* gated delta net (Qwen3-Next, Qwen3.5) */
    MIXER_KDA,        /* Kimi delta attention */
    MIXER_LIGHTNING,  /* lightning attention (MiniMax-Text-01) */
    MIXER_SHORT_CONV, /* gated short convolution (LFM2) */
    MIXER_RWKV5
};

struct model {
    const char *id;              /* catalog id */
    const char *hugging_face_id; /* where the checkpoint is published */
    const char *family;          /* models of one design */
    const char *native_dtype;    /* type of the published checkpoint */
    double max_context;          /* published context, tokens; 0: unlimited or not known */

    double layers;        /* L; Nemotron-H counts mixer and FFN blocks one by one */
    double hidden;        /* h */
    double vocab;         /* V, rows of the embedding, padding included */
    bool tied_embeddings; /* the output head is the embedding */

    int attention;                 /* enum attention_kind */
    double heads;                  /* a, query heads of a full-attention layer */
    double kv_heads;               /* k, of a full-attention layer */
    double head_dim;               /* d, of queries and keys */
    double value_head_dim;         /* d_v; 0: d */
    double full_attention_layers;  /* layers whose cache grows with the context */
    double windowed_layers;        /* layers whose cache is capped at `window` */
    double window;                 /* tokens; sliding window or attention chunk */
    double window_heads;           /* a of windowed layers; 0: heads */
    double window_kv_heads;        /* k of windowed layers; 0: kv_heads */
    double window_head_dim;        /* d of windowed layers; 0: head_dim */
    double cross_attention_layers; /* attend to image tokens; no cache per text token */
    double kv_shared_layers;       /* last layers that reuse an earlier layer's cache */
    int value_source;              /* enum value_source */
    int output_gate;               /* enum output_gate */
    int qk_norm;                   /* enum qk_norm */
    bool qkv_bias;                 /* biases on the q, k, v projections */
    bool output_bias;              /* bias on the attention output projection */

    double mla_kv_lora_rank; /* r_kv, width of the cached latent */
    double mla_q_lora_rank;  /* r_q, query bottleneck (of any attention kind); 0: none */
    double mla_rope_dim;     /* d_r, rotary part of a query and of the cached key */
    double mla_nope_dim;     /* d_n, part of a head without rotation */
    double mla_value_dim;    /* d_v of MLA */
    double output_lora_rank; /* r_o, bottleneck of the output projection; 0: none (DeepSeek-V4) */
    double output_groups;    /* groups of heads with a bottleneck each */

    double csa_layers;        /* of the windowed layers: also keep one entry per csa_ratio tokens */
    double csa_ratio;         /* tokens per entry, compressed sparse attention (DeepSeek-V4) */
    double hca_layers;        /* of the windowed layers: also keep one entry per hca_ratio tokens */
    double hca_ratio;         /* tokens per entry, heavily compressed attention (DeepSeek-V4) */
    double indexer_layers;    /* layers with a sparse-attention indexer */
    double indexer_heads;     /* query heads of the indexer */
    double indexer_dim;       /* head dimension of the indexer */
    double indexer_key_bytes; /* cached index key, bytes per token and indexer layer */

    double ffn;              /* f, width of a dense FFN, the widest where they differ */
    bool ffn_gated;          /* three matrices instead of two; experts alike */
    bool ffn_bias;           /* biases on the dense FFN */
    double ffn_sum;          /* sum of f over the dense FFN layers, where they differ; 0: all f */
    double dense_ffn_layers; /* layers with a dense FFN */

    double moe_layers;        /* layers with experts */
    double experts;           /* E, routed experts per MoE layer */
    double experts_per_token; /* e */
    double moe_ffn;           /* f_e, width of one routed expert */
    double moe_hidden;        /* h_e, latent width that routed experts work on; 0: hidden */
    double shared_experts;    /* experts, or a dense FFN beside them, that every token passes */
    double shared_ffn;        /* width of all shared experts together; 0: shared_experts f_e */
    bool shared_gate;         /* a sigmoid gate on the shared expert */
    bool router_bias;         /* one more number per expert: bias or scale */
    bool expert_bias;         /* biases on the routed experts */

    double linear_layers;   /* layers with a recurrent or convolution mixer */
    int mixer;              /* enum mixer_kind */
    double mixer_heads;     /* value heads */
    double mixer_head_dim;  /* value dimension of a head */
    double mixer_key_heads; /* GDN key heads */
    double mixer_key_dim;   /* GDN key dimension of a head */
    double mixer_inner;     /* Mamba-1 inner width */
    double mixer_dt_rank;   /* Mamba-1 rank of the time step */
    double mixer_state;     /* Mamba state size per channel */
    double mixer_groups;    /* Mamba-2 groups of B and C */
    double mixer_conv;      /* taps of the causal convolution */
    bool mixer_norm;        /* a learned norm inside the mixer (Mamba-1: on dt, B, C) */

    int norm;                 /* enum norm_kind */
    double norms_per_layer;   /* norms of width h in each layer */
    bool embedding_norm;      /* a norm after the embedding */
    bool head_bias;           /* bias on the output head */
    double learned_positions; /* rows of a learned position embedding */
    double ple_dim;           /* per-layer embeddings: width in each layer (Gemma 3n, 4) */
    double ple_vocab;         /* per-layer embeddings: rows */

    double params_published;     /* published parameter count; 0: none found */
    const char *published_note;  /* what that count is and what else it counts */
    double params_vision;        /* outside the text decoder but loaded with it; 0: none known */
    double params_unlisted;      /* signed; elements that no column expresses, see note */
    bool inferred;               /* some fields were fitted to a total instead of read */
    const char *inferred_fields; /* which */
    const char *license;         /* of the weights */
    const char *note;            /* doubts, and what the columns leave out */
    const char *source;          /* where the facts were read */
    const char *checked;         /* date of reading, YYYY-MM-DD */
};

/* Fills what a row left blank, for a user's own one-line model: every layer attends in full unless
 * the row names other layers, and has an FFN, dense without experts and a mixture with them;
 * k = a, d = h / a, two norms per layer. Rows that state these are not changed. */
void model_complete(struct model *m);

/* The readings of a blank width that the comments above promise. */
double model_value_dim(const struct model *m);        /* d_v of a full-attention layer */
double model_window_heads(const struct model *m);     /* a of a windowed layer */
double model_window_kv_heads(const struct model *m);  /* k of a windowed layer */
double model_window_head_dim(const struct model *m);  /* d of a windowed layer */
double model_window_value_dim(const struct model *m); /* d_v of a windowed layer */
double model_expert_hidden(const struct model *m);    /* h_e */
double model_shared_ffn(const struct model *m);       /* width of all shared experts together */

/* Layers that own key and value projections and a cache: of the trailing kv_shared_layers, full and
 * windowed ones drop out in proportion, as their pattern repeats. */
double model_full_kv_layers(const struct model *m);
double model_windowed_kv_layers(const struct model *m);

#endif
