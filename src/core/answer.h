/* answer.h -- what comes out: one scenario's answer, in bytes and counts, without any text */
#ifndef GPUPLAN_ANSWER_H
#define GPUPLAN_ANSWER_H

#include "core/memory/terms.h"
#include "core/request.h"

enum status { STATUS_OK, STATUS_NO_FIT, STATUS_UNSUPPORTED };

/* What bound the count. */
enum limit {
    LIMIT_NONE,
    LIMIT_MEMORY,
    LIMIT_THROUGHPUT,
    LIMIT_TTFT,
    LIMIT_TPOT,
    LIMIT_DEADLINE,
    LIMIT_NODE,
    LIMIT_BUDGET,
    LIMIT_POWER,
    LIMIT_LAYOUT,
    LIMIT_COUNT
};

/* One way to place a model: n = t p ways GPUs. */
struct layout {
    double gpus;
    double tp;
    double pp;
    double ways; /* inference: replicas R; training: data-parallel D */
    double cp;   /* context-parallel ways, inside `ways` (training) */
    double ep;   /* expert-parallel ways; 1: experts are split like the rest */
    double zero; /* stage 0..3; 0 in inference */
    double servers;
};

/* Bytes on the fullest GPU, in the phase where they peak. */
struct footprint {
    double term_bytes[TERM_COUNT];
    double column_bytes[COLUMN_COUNT];
    double total_bytes;
    double low_bytes;
    double high_bytes;
    double usable_bytes;
    enum phase phase;
    bool last_stage; /* the fullest GPU is of the last pipeline stage, not of the first */
};

/* A prediction with its 90 % band; all NOT_GIVEN: not known. */
struct range {
    double expected;
    double low;
    double high;
};

/* What stands behind a speed: defaults, measurements of a card's or engine's kin, or of both. */
enum speed_basis { SPEED_DEFAULT, SPEED_KIN, SPEED_MEASURED };

/* How fast a layout is: means over a steady load. What does not apply is NOT_GIVEN. */
struct speed {
    struct range tpot_ms;          /* time per output token at the given concurrency */
    struct range ttft_ms;          /* time to first token at the given concurrency */
    struct range output_tok_s;     /* over all replicas, at the given concurrency */
    struct range max_output_tok_s; /* the same with as many requests as the demand allows */
    struct range train_tok_s;      /* over all GPUs */
    struct range mfu_pct;          /* model FLOPs utilization */
    struct range days;             /* for the row's train_tokens */
    struct range served_tok_s;     /* what the demand takes of it, else all of it */
    double in_flight;              /* requests in flight that the figures above are of */
    enum speed_basis basis;
};

/* What a layout costs; a price that is not known leaves every figure that needs it NOT_GIVEN. The
 * bands are those of the speed: prices and factors have none. See core/money.h. */
struct money {
    double gpus;                /* bought: spare ones and whole servers counted */
    double servers;             /* likewise */
    double purchase_usd;        /* cards or servers, discount, network and storage, VAT */
    double rent_usd_per_hour;   /* at the row's or the catalog's rent, spare GPUs counted */
    double power_kw;            /* on average, at the wall: server factor, utilization, PUE */
    double energy_usd_per_year; /* power at the tariff */
    double tco_usd;             /* of owning, over the horizon */
    double owned_usd_per_hour;  /* the same per hour of the horizon */
    double break_even_months;   /* after which owning is cheaper than renting all the time */
    struct range usd_per_million_tokens; /* rented, at max_output_tok_s; owned without a rent */
    struct range usd_per_run;            /* training: the hours of the run, likewise */
    const struct price *bought; /* the catalog's rows behind them; NULL: the row's own, or none */
    const struct price *rented;
};

/* Why, and what would help: rendered as text by report/notes.c. */
enum note {
    NOTE_NONE,
    NOTE_BARE_SIZE_KV_UNKNOWN,
    NOTE_BARE_SIZE_NEEDS_ARCHITECTURE,
    NOTE_BARE_SIZE_TRAINABLE,
    NOTE_DTYPE_UNSUPPORTED,   /* dtype: the nearest one that works, or NULL */
    NOTE_ENGINE_VENDOR,       /* the engine does not run on cards of this vendor */
    NOTE_RULE_FULL_ONLY,      /* the rule of thumb knows full tuning only */
    NOTE_LAYOUT_EXPERTS,      /* value: ep; value2: the model's experts */
    NOTE_TYPE_NOT_TRAINED,    /* full tuning of a quantized type */
    NOTE_LAYOUT_TP_HEADS,     /* value: tp */
    NOTE_LAYOUT_TP_NODE,      /* value: GPUs per node */
    NOTE_LAYOUT_PP_LAYERS,    /* value: layers */
    NOTE_LAYOUT_FRACTION,     /* gpus is not a multiple of tp x pp x dp */
    NOTE_LAYOUT_MAX_GPUS,     /* value: max_gpus */
    NOTE_LAYOUT_GLOBAL_BATCH, /* value: global_batch */
    NOTE_OPTIMIZER_NOT_IN_PRIMER,
    NOTE_LIMITING_COLUMN, /* value: enum column of the largest column; value2: its bytes */
    NOTE_TRY_DTYPE,       /* dtype */
    NOTE_TRY_TOKENS,      /* value */
    NOTE_TRY_CONCURRENCY, /* value */
    NOTE_TRY_GPU,         /* gpu */
    NOTE_TRY_GPUS,        /* value */
    NOTE_NOTHING_HELPS,
    NOTE_HIGH_NOT_FOUND,   /* no allowed count holds at the high end of the band */
    NOTE_CUSTOM_PARAMS,    /* value: given parameters; value2: what the shape has */
    NOTE_BEYOND_MODEL_LEN, /* value: max_model_len */
    NOTE_BEYOND_SEQS,      /* value: requests of one replica; value2: max_num_seqs */
    NOTE_VENDOR_RECIPE,    /* some layers stay in 16 bit, as in the published checkpoint */
    NOTE_WEIGHT_ONLY,      /* the card lacks the type's arithmetic: computes in 16 bit */
    NOTE_MEMORY_CONVERTED, /* value: MiB */
    NOTE_NODE_ASSUMED,     /* value: GPUs per node */
    NOTE_ENGINE_UNKNOWN,
    NOTE_BEYOND_CONTEXT,     /* value: the model's published context */
    NOTE_DEMAND_MISSED,      /* limit; value: the best reached; value2: what was asked */
    NOTE_DEMAND_NOT_PLANNED, /* the published methods know memory only */
    NOTE_DEMAND_OF_TRAINING, /* on a row of inference, without effect */
    NOTE_DEMAND_OF_SERVING,  /* on a row of training, without effect */
    NOTE_DEADLINE_ALONE,     /* deadline_days without train_tokens */
    NOTE_COMPUTE_WIDER,      /* dtype: asked of a card without its arithmetic */
    NOTE_SPLIT_ASSUMED,      /* value: output tokens taken for a demand of speed */
    NOTE_SPEED_UNKNOWN,      /* the catalogs lack the card's rates */
    NOTE_PRIMER_SUM,         /* the published total of this example is an addition slip */
    NOTE_MODEL_INFERRED,
    NOTE_STATES_ON_HOST,
    NOTE_QUOTE_EXPIRED, /* price */
    NOTE_PRICE_UNKNOWN, /* value: enum limit, BUDGET or POWER: what cannot be checked */
};

struct note_value {
    enum note note;
    double value;
    double value2;
    enum limit limit;
    const struct dtype *dtype;
    const struct gpu *gpu;
    const struct price *price;
};

enum { NOTE_MOST = 12 };

/* The primer's and the rule's answer: the whole model, decimal. */
struct published {
    bool given;
    double weights_bytes;
    double kv_cache_bytes; /* NOT_GIVEN: does not apply or cannot be known */
    double gradients_bytes;
    double optimizer_bytes;
    double activations_bytes;
    double total_bytes;
    double low_bytes;
    double high_bytes;
};

/* A field with a condition is anything at all where that does not hold: a sweep has no time to
 * clear what nobody reads. */
struct answer {
    enum engine_mode mode;
    enum status status;
    enum limit limit;
    bool placed;          /* layout and footprint hold the chosen (or nearest) layout */
    bool is_wider;        /* ok: the recommended layout is not the expected one */
    struct layout layout; /* of the published methods, its GPUs alone */
    double gpus_low;      /* NOT_GIVEN: none fits */
    double gpus_high;     /* NOT_GIVEN: none fits */
    double servers_high;
    double gpus_memory;        /* the expected count for memory alone; NOT_GIVEN: none fits */
    double max_concurrency;    /* NOT_GIVEN: does not apply */
    double usd_per_hour;       /* rent at the row's or the catalog's price; NOT_GIVEN: unknown */
    struct layout layout_high; /* placed, and gpus_high is given: the recommended layout */
    struct published published;
    struct speed speed;          /* of `layout` */
    struct speed speed_high;     /* of the recommended layout */
    struct footprint footprint;  /* placed */
    struct money money;          /* ok: of the recommended layout, else of `layout` */
    struct money money_expected; /* is_wider: of `layout`, see answer_money_expected */
    size_t note_count;
    struct note_value notes[NOTE_MOST];
};

/* ok: the layout that is bought, `layout` where that holds in the whole band. */
static inline const struct layout *answer_recommended(const struct answer *answer)
{
    return answer->is_wider ? &answer->layout_high : &answer->layout;
}

/* ok: of `layout`, recommended or not. */
static inline const struct money *answer_money_expected(const struct answer *answer)
{
    return answer->is_wider ? &answer->money_expected : &answer->money;
}

#endif
