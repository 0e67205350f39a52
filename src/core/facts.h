/* facts.h -- what the program knows: one plain struct per catalog row, units in every name
 *
 * Everything here is read from templates/ (or --catalog DIR) by catalog/ and borrowed by the core.
 * A count is a double that holds an integer (exact to 2^53); 0 or a NULL text means "not given"
 * unless the comment says otherwise. */
#ifndef GPUPLAN_FACTS_H
#define GPUPLAN_FACTS_H

#include "core/model.h"

#include <stdbool.h>
#include <stddef.h>

/* A type for weights, and for cache elements where `cache_bytes` is given. */
struct dtype {
    const char *id;
    const char *name;
    double bits_per_weight; /* of a linear weight, group scales and zero points included */
    double embedding_bits;  /* of embedding, head, norms and routers */
    double cache_bytes;     /* per cache element; 0: not a cache type */
    double primer_bytes;    /* the primer's bytes per weight */
    const char *family;     /* float, fp8, fp4, int8, int4, gguf: the rows of support.csv */
    int scope;              /* enum dtype_scope */
    const char *compute;    /* arithmetic on a card that lacks the type */
    const char *mix;        /* recipe of mixes.csv; NULL: every linear alike */
    double scratch_ffn;     /* dequantization scratch, in units of one h x f matrix of 16 bit */
    double expert_multiple; /* expert widths are padded to a multiple of this; 0: not */
    bool trains;            /* takes gradient steps itself, without adapters */
    bool casts_up;          /* as a frozen base: what stays unquantized is kept in fp32 */
    int rate;               /* enum rate_class: the arithmetic it is computed with */
    double read_share;      /* of the memory rate that its kernels reach; 0: all of it */
    const char *aliases;    /* other names, separated by semicolons */
    const char *note;
    const char *source;
    const char *checked;
};

/* Arithmetic of matrix products: 16 bit, 8-bit floats, 4-bit floats, 8-bit floats times 4 bit. */
enum rate_class { RATE_16, RATE_FP8, RATE_FP4, RATE_MX };

enum dtype_scope { SCOPE_ALL, SCOPE_LINEAR, SCOPE_EXPERTS };

/* One exception of a mixed recipe: these tensors, in these layers, have this many bits. */
struct mix {
    const char *recipe;
    const char *model;   /* only this model; NULL: every one */
    int tensor;          /* enum mix_tensor */
    int layers;          /* enum mix_layers */
    double bits;         /* per weight */
    double least_groups; /* only where heads / KV heads reach this; 0: always */
    const char *source;
    const char *checked;
};

enum mix_tensor {
    MIX_VALUE,
    MIX_ATTENTION_OUTPUT,
    MIX_FFN_DOWN,
    MIX_ATTENTION, /* queries, keys, values, output */
    MIX_FFN,       /* the whole dense FFN and shared experts */
    MIX_EXPERTS    /* routed experts */
};

enum mix_layers {
    MIX_ALL,
    MIX_MORE_BITS, /* the first and last eighth and every third between */
    MIX_FIRST_EIGHTH,
    MIX_FIRST_SIXTEENTH,
    MIX_ENDS /* the first and the last layer */
};

struct gpu {
    const char *id;
    const char *name;
    const char *vendor;
    const char *architecture;
    double year;
    double memory_gb;   /* marketing figure; never used for a fit */
    double memory_mib;  /* what the driver reports, or a stated conversion */
    int memory_basis;   /* enum memory_basis */
    double visible_mib; /* what frameworks see of it; 0: derived, see letters.c */
    double bandwidth_gb_s;
    double fp32_tflops;
    double fp16_tflops;
    double bf16_tflops;
    double int8_tops;
    double fp8_tflops;
    double fp4_tflops;
    double compute_capability; /* NVIDIA; 0 for others */
    bool bf16;
    bool fp8;
    bool fp4;
    const char *interconnect;
    double interconnect_gb_s; /* per GPU, both directions */
    double pcie_gen;
    double gpus_per_node;    /* 0: not stated, then an assumption */
    double link_domain_gpus; /* 0: the node */
    double tdp_w;
    const char *form_factor;
    bool small_batches; /* engines that heed it keep their small batch defaults on this card */
    bool doubtful;
    const char *note;
    const char *source;
    const char *checked;
};

enum memory_basis { BASIS_DRIVER, BASIS_CONVERTED };

/* One rule of what runs where; a scenario is supported when any rule matches. */
struct support {
    const char *dtype_family;
    const char *dtype;  /* NULL: every dtype of the family */
    const char *engine; /* NULL: every engine */
    const char *vendor; /* NULL: every vendor */
    double min_compute_capability;
    int needs; /* enum gpu_feature */
    int how;   /* enum support_how */
    const char *note;
    const char *source;
    const char *checked;
};

enum gpu_feature { FEATURE_NONE, FEATURE_BF16, FEATURE_FP8, FEATURE_FP4 };
enum support_how { HOW_NATIVE, HOW_WEIGHT_ONLY };

struct optimizer {
    const char *id;
    const char *name;
    double moments;       /* state tensors per trained parameter */
    double moment_bytes;  /* per element; 0: fp32 beside an fp32 master, else the weight's type */
    double primer_states; /* n of the primer; 0: the primer does not list it */
    bool host_states;     /* states live in host memory */
    bool keeps_gradients; /* no: fused into the backward pass, one layer at a time */
    const char *aliases;  /* other names, separated by semicolons */
    const char *note;
    const char *source;
    const char *checked;
};

enum engine_mode { MODE_INFERENCE, MODE_TRAINING };

/* What `utilization` is a share of. */
enum utilization_of {
    SHARE_TOTAL,  /* everything the engine holds, of what frameworks see */
    SHARE_STATIC, /* weights and cache only */
    SHARE_FREE    /* the cache, of what is free after loading */
};

/* How an engine lays out its cache. */
enum cache_layout { CACHE_POOL, CACHE_GROWS };

/* How many tokens one prefill step works on. */
enum prefill_kind {
    PREFILL_CHUNKED,
    PREFILL_WHOLE,  /* all prompts at once */
    PREFILL_UBATCH, /* llama.cpp's physical batch */
    PREFILL_CONTEXT /* one whole context, up to 32,768 tokens; chunked beyond */
};

/* What recompute = selective recomputes: core attention [Korthikanti], cheap operators [torch]. */
enum selective_kind { SELECTIVE_ATTENTION, SELECTIVE_OPERATORS };

/* One generation of an engine. Coefficients: formulas of memory/serving.c and memory/training.c. */
struct engine {
    const char *id;
    const char *name;
    int mode;                 /* enum engine_mode */
    const char *version_from; /* "0.17"; NULL: the oldest */
    const char *released;     /* month in which version_from came out, "2025-03" */
    double build_from;        /* number of the first such build; 0: builds are not numbered */
    const char *aliases;      /* other names, separated by semicolons; on the first row */
    const char *vendors;  /* of the cards it runs on, separated by semicolons; NULL: every one */
    const char *families; /* of the weight types it loads, likewise; NULL: see support.csv */
    /* share of the card */
    double utilization; /* default, 0..1 */
    int utilization_of; /* enum utilization_of */
    double reserve_gib; /* kept free beside the share */
    /* serving: cache */
    double block_tokens;
    int cache_layout;         /* enum cache_layout */
    double cache_copies;      /* of a growing cache while it is extended */
    bool window_capped;       /* windowed layers hold the window only */
    bool embedding_on_host;   /* token embedding stays in host memory */
    bool skips_towers;        /* vision and audio towers are not in the file */
    const char *unties_dtype; /* weights of this type get a head of their own even when tied */
    bool mla_absorbed;        /* keeps absorbed copies of the MLA up-projections */
    /* serving: one step */
    int prefill; /* enum prefill_kind */
    bool heeds_small_batches;
    double seqs_small_card;
    double seqs_large_card;
    double step_tokens_small_card;
    double step_tokens_large_card;
    double forward_ffn;              /* elements per step token, in units of f / t */
    double forward_hidden;           /* in units of h */
    double expert_ffn;               /* per routed expert, in units of f_e / t */
    double expert_hidden;            /* per routed expert, in units of h_e */
    double expert_base;              /* in units of h */
    double sampler_bytes;            /* per sampled sequence and vocabulary entry */
    double prompt_logit_bytes;       /* per prompt token and vocabulary entry */
    double prompt_logit_split_bytes; /* the same when the model is split over GPUs */
    double buffer_bytes;             /* llama.cpp: bytes per element of the compute buffer */
    bool stores_scores;              /* the buffer holds attention scores: no flash attention */
    bool dequantizes;                /* scratch of the type's scratch_ffn */
    bool head_is_layer;              /* a layer split counts the output head as one more layer */
    bool split_scratch; /* a quantized model over several GPUs dequantizes an h x f and an h x V */
    /* serving: runtime */
    double runtime_small_t1_gib; /* cards below assumption large_card_gib; 0: as the others */
    double runtime_small_t2_gib;
    double runtime_t1_gib;
    double runtime_t2_gib;
    double runtime_t4_gib;
    double runtime_t8_gib;
    double runtime_t16_gib; /* t >= 16; 0: as t = 8 */
    double runtime_pp_gib;  /* p > 1, t = 1 */
    double layer_cache_mib; /* rotary and mask caches per layer, for a head dimension of 128 */
    double context_gib;     /* CUDA context, outside the engine's share */
    /* training: widths of the saved activations, see memory/training.c */
    double keep_hidden;
    double keep_heads;
    double keep_ffn;
    double keep_qk_norm;     /* more query and key widths where they are normalised */
    int selective;           /* enum selective_kind */
    double lora_keep_hidden; /* frozen linears keep no input; 0: as full tuning */
    double keep_scale;       /* kept with recomputation, x this */
    double keep_scale_fp8;   /* kept when computing in fp8, x this */
    double compiled_hidden;  /* the widths of a compiled model; 0: as above */
    double compiled_heads;
    double compiled_ffn;
    double compiled_logit_bytes;
    double head_input_bytes; /* per token and hidden element, gathered for a split head */
    double logit_bytes;      /* per token and vocabulary entry, loss = full */
    double logit_chunked_bytes;
    double logit_fused_bytes;
    bool fp32_shards;                 /* weights exist only as fp32 shards (FSDP) */
    bool master_default;              /* an fp32 master copy unless the row says none */
    double gradient_bytes;            /* default per trained parameter; 0: the weight's type */
    bool gradients_persist;           /* held through the forward pass */
    double extra_bytes_per_param;     /* buckets and the like, divided by t and p only */
    double fp32_gradient_extra_bytes; /* more of them where gradients are fp32 */
    double optimizer_extra_bytes;     /* per trained parameter, sharded, with 16-bit gradients */
    double quantized_extra_bytes;     /* per linear weight of a base that casts up */
    double quantized_embedding_bytes; /* per embedding and head weight of one; 0: 2 */
    double quantized_hidden_bytes;    /* per hidden element beside such a base; 0: 2 */
    bool quantized_keeps_inputs;      /* its linears save their inputs for backward */
    bool frozen_root_stays;           /* FSDP: a frozen embedding and head stay gathered */
    bool frozen_input_gradients;      /* FSDP: gradients of frozen layers' inputs stay */
    double step_bytes;                /* temporaries of the optimizer step, per trained parameter */
    double step_gib;
    double reserved_factor; /* reserved = factor x peak + logits share + constant */
    double reserved_logits;
    double reserved_gib;
    double nccl_gib; /* more than one GPU */
    /* the 90 % band, half-widths */
    double band_weights_pct;
    double band_cache_pct;
    double band_activation_pct;
    double band_overhead_gib;
    double band_runtime_gib; /* of the runtime that an engine logs, alone; 0: as overhead */
    double band_total_pct;
    const char *note;
    const char *source;
    const char *checked;
};

/* How much of a card's data-sheet rates is attained. A coefficient is the first row's that matches
 * the scenario and gives it; 0: this row does not say. */
struct gpu_speed {
    const char *gpus;          /* card ids, or beginnings and a star, separated by semicolons */
    const char *engines;       /* of these engines, likewise; NULL: every one */
    const char *version_named; /* only of engine rows with this name; NULL: every one */
    double memory_share;       /* of the bandwidth */
    double share_16;           /* of the peak, serving, by enum rate_class */
    double share_fp8;
    double share_fp4;
    double share_mx;
    double allreduce_us; /* latency */
    double train_16;     /* of the peak, training: model FLOPs */
    double train_fp8;
    double rows;             /* measurements behind it; 0: an assumption */
    const char *measured_on; /* ids of the cards that were measured; the others inherit */
    const char *note;
    const char *source;
    const char *checked;
};

/* What an engine adds to the roofline, by version. */
struct engine_speed {
    const char *engine; /* ids, separated by semicolons; generic: all others */
    int mode;           /* enum engine_mode */
    const char *version_from;
    const char *version_named; /* only versions that begin with this; NULL: by version_from */
    const char *vendor;        /* only on cards of this vendor; NULL: every one */
    double layer_us;
    double step_ms;
    double request_us;       /* per request and step */
    double moe_layer_us;     /* more per MoE layer */
    double allreduce_factor; /* on the card's latency of an all-reduce */
    double decode_share;     /* of the attained arithmetic, while decoding */
    double prefill_share;    /* of other requests' prefill that delays a step */
    double first_token_ms;
    double first_token_burst_ms; /* where a client sends all its requests at once */
    double train_factor;         /* of the card's training rate */
    double train_factor_compiled;
    double selective_factor; /* time with selective recomputation, against none */
    double tp_cost;          /* per further tensor-parallel way at a hidden size of 8192 */
    double tp_cost_compiled;
    bool interleaves; /* as many pipeline chunks as layers unless the row says */
    double rows;
    double median_pct; /* of the absolute error over those rows */
    double p90_pct;
    const char *note;
    const char *source;
    const char *checked;
};

struct price {
    const char *gpu;
    int kind; /* enum price_kind */
    const char *provider;
    double usd; /* 0: not known */
    const char *unit;
    double gpus; /* in a server price */
    const char *date;
    const char *stat; /* median, min (over clouds), list, street, ...; see core/price.h */
    int term;         /* enum price_term; of a purchase: a quote, or not */
    const char *supplier;
    const char *expires; /* of a quote, 2027-03-31; NULL: never */
    bool doubtful;
    const char *note;
    const char *source;
    const char *checked;
};

enum price_kind { PRICE_RENT, PRICE_PURCHASE, PRICE_SERVER };

/* On which terms a price is offered. */
enum price_term {
    PRICE_ON_DEMAND,
    PRICE_RESERVED_1Y,
    PRICE_RESERVED_3Y,
    PRICE_SPOT,
    PRICE_QUOTE, /* an offer to this customer */
    PRICE_ANY    /* of a request only: a quote where there is one, else on demand */
};

/* One named number that is neither a model's nor a card's. */
struct assumption {
    const char *name;
    double value;
    const char *unit;
    const char *meaning;
    const char *source;
    const char *checked;
    double least; /* allowed values; least = most = 0: any */
    double most;
};

/* Another name of a column of the scenario matrix. */
struct alias {
    const char *alias;
    const char *column;
};

/* How far the model is from measurements of one kind: figures as `validate` prints them. */
struct accuracy {
    const char *kind;
    const char *use; /* "inference", "serving", "training" */
    double rows;
    const char *median_pct; /* of the absolute error; NULL: answers are yes or no */
    const char *p90_pct;
    const char *inside_pct; /* of the rows, in the 90 % band */
    const char *agree_pct;  /* of counts and answers; NULL: amounts */
    const char *source;
    const char *checked;
};

/* A file that catalog rows were read from. */
struct catalog_stamp {
    const char *name;
    unsigned long long hash; /* of its bytes */
};

/* All catalogs. Arrays are in file order; ids are unique without case (engines: id + version). */
struct facts {
    const struct model *models;
    size_t model_count;
    const struct gpu *gpus;
    size_t gpu_count;
    const struct dtype *dtypes;
    size_t dtype_count;
    const struct mix *mixes;
    size_t mix_count;
    const struct support *supports;
    size_t support_count;
    const struct optimizer *optimizers;
    size_t optimizer_count;
    const struct engine *engines;
    size_t engine_count;
    const struct gpu_speed *gpu_speeds;
    size_t gpu_speed_count;
    const struct engine_speed *engine_speeds;
    size_t engine_speed_count;
    const struct price *prices;
    size_t price_count;
    const struct assumption *assumptions;
    size_t assumption_count;
    const struct alias *aliases;
    size_t alias_count;
    const struct accuracy *accuracies;
    size_t accuracy_count;
    const struct catalog_stamp *stamps; /* built-in files, and those of the user, in order */
    size_t stamp_count;
    const size_t *assumption_order; /* indices, by name */
    const char *date; /* of the plan, 2026-11-22, for quotes that expire; NULL: none has */
};

/* The kinds of value a catalog cell holds, for the tables below and for catalog/. */
enum fact_kind {
    FACT_TEXT,   /* const char *; blank -> NULL */
    FACT_COUNT,  /* double, an integer >= 0; blank -> 0 */
    FACT_NUMBER, /* double, finite; blank -> 0 */
    FACT_FLAG,   /* bool from yes / no; blank -> false */
    FACT_WORD    /* int, the index of the word in `words`; blank -> 0 */
};

struct fact_field {
    const char *column;
    size_t offset;
    enum fact_kind kind;
    bool required;
    const char *unit;
    const char *help;
    double least;
    double most; /* least = most = 0: no bounds but the kind's */
    const char *const *words;
};

#endif
