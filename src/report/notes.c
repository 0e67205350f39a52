/* notes.c -- one sentence per note: what was found, and what would help */
#include "report/notes.h"

#include "core/units.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Text that grows in a fixed buffer and stops at its end. */
struct writer {
    char *at;
    size_t left;
};

static void put(struct writer *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct writer *w, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int length = vsnprintf(w->at, w->left, format, args);
    va_end(args);
    size_t used = length < 0 ? 0 : (size_t)length < w->left ? (size_t)length : w->left - 1;
    w->at += used;
    w->left -= used;
}

static void put_count(struct writer *w, const char *before, double gpus)
{
    put(w, "%s%.0f GPU%s", before, gpus, gpus == 1 ? "" : "s");
}

static bool is_count_pinned(const struct request *r)
{
    return r->gpus > 0 || r->dp > 0;
}

/* Up to where, or at which pinned count, the search looked. */
static void put_limit(struct writer *w, const struct request *r)
{
    if (r->gpus > 0)
        put_count(w, "does not fit on the pinned ", r->gpus);
    else if (r->dp > 0)
        put(w, "does not fit with the pinned dp %.0f", r->dp);
    else
        put_count(w, "does not fit on up to ", r->max_gpus);
}

static const char *column_words(double column)
{
    static const char *const words[COLUMN_COUNT] = {"weights",          "KV cache",    "gradients",
                                                    "optimizer states", "activations", "overhead"};
    return words[(int)column];
}

static void put_unsupported(struct writer *w, const struct scenario *s, const struct note_value *n)
{
    switch (n->note) {
    case NOTE_DTYPE_UNSUPPORTED:
        put(w, "%s does not run on %s with %s", s->dtype, s->gpu, s->request.engine->id);
        put(w, n->dtype ? "; the nearest type that does is %s" : "; no type in the catalog does%s",
            n->dtype ? n->dtype->id : "");
        break;
    case NOTE_BARE_SIZE_NEEDS_ARCHITECTURE:
        put(w, "a bare size has no architecture: name a model, or use estimate primer or rule");
        break;
    case NOTE_BARE_SIZE_TRAINABLE:
        put(w, "a bare size has no matrices to adapt: give trainable_pct");
        break;
    case NOTE_OPTIMIZER_NOT_IN_PRIMER:
        put(w, "the primer lists no states for %s; use estimate detailed", s->optimizer);
        break;
    case NOTE_ENGINE_VENDOR:
        put(w, "%s does not run on %s cards", s->request.engine->name, s->request.gpu->vendor);
        break;
    case NOTE_RULE_FULL_ONLY:
        put(w, "the rule of thumb knows full tuning only; use estimate primer or detailed");
        break;
    case NOTE_LAYOUT_EXPERTS:
        put(w, "ep %.0f must divide the %.0f experts of %s and the GPUs of a pipeline stage",
            n->value, n->value2, s->model);
        break;
    case NOTE_TYPE_NOT_TRAINED:
        put(w, "%s weights are not trained themselves; use tuning lora or qlora, or train bf16",
            s->dtype);
        break;
    case NOTE_LAYOUT_TP_HEADS:
        put(w, "tp %.0f does not divide the heads of %s (%.0f query, %.0f KV)", n->value, s->model,
            s->request.model->heads, s->request.model->kv_heads);
        break;
    case NOTE_LAYOUT_TP_NODE:
        put(w, "tp %.0f spans servers: a server of %s holds %.0f GPUs", s->request.tp, s->gpu,
            n->value);
        break;
    case NOTE_LAYOUT_PP_LAYERS:
        put(w, "pp %.0f exceeds the %.0f layers of %s", s->request.pp, n->value, s->model);
        break;
    case NOTE_LAYOUT_FRACTION:
        put(w, "gpus %.0f is not tp x pp x a whole number of replicas", s->request.gpus);
        break;
    case NOTE_LAYOUT_MAX_GPUS:
        put(w, "the pinned layout needs more than max_gpus %.0f", n->value);
        break;
    case NOTE_LAYOUT_GLOBAL_BATCH:
        put(w, "global_batch %.0f is not a multiple of micro-batch x data-parallel ranks",
            n->value);
        break;
    default:
        break;
    }
}

static void put_missed(struct writer *w, const struct note_value *n)
{
    switch (n->limit) {
    case LIMIT_TPOT:
        put(w, "TPOT %.3g ms at best, %.3g ms asked", n->value, n->value2);
        break;
    case LIMIT_TTFT:
        put(w, "TTFT %.3g ms at best, %.3g ms asked", n->value, n->value2);
        break;
    case LIMIT_THROUGHPUT:
        put(w, "%.4g output tokens/s at best, %.4g asked", n->value, n->value2);
        break;
    case LIMIT_DEADLINE:
        put(w, "%.3g days at best, %.3g asked", n->value, n->value2);
        break;
    case LIMIT_BUDGET:
        put(w, "%.0f USD at least, max_usd is %.0f", n->value, n->value2);
        break;
    case LIMIT_POWER:
        put(w, "%.1f kW at least, max_kw is %.1f", n->value, n->value2);
        break;
    default:
        break;
    }
}

static void put_speed(struct writer *w, const struct scenario *s, const struct note_value *n)
{
    switch (n->note) {
    case NOTE_DEMAND_MISSED:
        put_missed(w, n);
        break;
    case NOTE_DEMAND_NOT_PLANNED:
        put(w, "this method counts memory only: the row's demands and limits are not planned");
        break;
    case NOTE_DEMAND_OF_TRAINING:
        put(w, "train_tokens and deadline_days are for training and have no effect here");
        break;
    case NOTE_DEMAND_OF_SERVING:
        put(w, "requests_per_s, output_tok_s, ttft_ms and tpot_ms are for inference and have no "
               "effect here");
        break;
    case NOTE_DEADLINE_ALONE:
        put(w, "deadline_days needs train_tokens; it has no effect alone");
        break;
    case NOTE_COMPUTE_WIDER:
        put(w, "%s has no %s arithmetic: computed in 16 bit", s->gpu, n->dtype->id);
        break;
    case NOTE_SPLIT_ASSUMED:
        put(w, "%.0f output tokens per request assumed; give prompt_tokens or output_tokens",
            n->value);
        break;
    case NOTE_SPEED_UNKNOWN:
        put(w, "speed demands cannot be planned: the catalog has no rates of %s", s->gpu);
        break;
    default:
        break;
    }
}

static void put_advice(struct writer *w, const struct scenario *s, const struct note_value *n)
{
    switch (n->note) {
    case NOTE_LIMITING_COLUMN:
        put_limit(w, &s->request);
        put(w, "; largest term: %s, %.1f GiB per GPU", column_words(n->value), n->value2 / GIB);
        break;
    case NOTE_TRY_DTYPE:
        put(w, "would fit as %s", n->dtype->id);
        break;
    case NOTE_TRY_TOKENS:
        put(w, "would fit with %.0f tokens%s", n->value,
            s->request.output_tokens > 0 ? ", split alike" : "");
        break;
    case NOTE_TRY_CONCURRENCY:
        put(w,
            s->request.optimizer ? "would fit with micro-batch %.0f"
                                 : "would fit with %.0f requests",
            n->value);
        break;
    case NOTE_TRY_GPUS:
        put_count(
            w, is_count_pinned(&s->request) ? "with the count free would fit on " : "would fit on ",
            n->value);
        break;
    case NOTE_TRY_GPU:
        put(w, "would fit on %s", n->gpu->id);
        break;
    case NOTE_NOTHING_HELPS:
        put(w, "no narrower type, shorter or fewer requests, or larger card of the vendor fits");
        break;
    default:
        break;
    }
}

static void put_money(struct writer *w, const struct scenario *s, const struct note_value *n)
{
    switch (n->note) {
    case NOTE_QUOTE_EXPIRED:
        put(w, "the quote%s%s for %s expired on %s", n->price->supplier ? " of " : "",
            n->price->supplier ? n->price->supplier : "", n->price->gpu, n->price->expires);
        break;
    case NOTE_PRICE_UNKNOWN:
        put(w, "%s cannot be checked: no %s of %s is known",
            n->value == LIMIT_POWER ? "max_kw" : "max_usd",
            n->value == LIMIT_POWER ? "power" : "price", s->gpu);
        break;
    default:
        break;
    }
}

static void put_remark(struct writer *w, const struct scenario *s, const struct note_value *n)
{
    switch (n->note) {
    case NOTE_BARE_SIZE_KV_UNKNOWN:
        put(w, "KV cache unknown: a bare size has no layers; it is left out of the total");
        break;
    case NOTE_PRIMER_SUM:
        put(w,
            "14 + 84 + 14 + 1.4 is 113.4 GB; the published total of this example, 132.4 GB, is an "
            "addition slip");
        break;
    case NOTE_WEIGHT_ONLY:
        put(w, "%s has no %s arithmetic: weights are stored as %s, computed in 16 bit", s->gpu,
            s->dtype, s->dtype);
        break;
    case NOTE_MEMORY_CONVERTED:
        put(w, "memory of %s (%.0f MiB) is converted from its marketing size", s->gpu, n->value);
        break;
    case NOTE_NODE_ASSUMED:
        put(w, "servers of %.0f GPUs assumed", n->value);
        break;
    case NOTE_ENGINE_UNKNOWN:
        put(w, "%s is not a %s in the catalog: planned with generic defaults", s->engine,
            s->request.optimizer ? "training framework" : "serving engine");
        break;
    case NOTE_BEYOND_CONTEXT:
        put(w, "tokens exceed the published context of %.0f", n->value);
        break;
    case NOTE_HIGH_NOT_FOUND:
        put(w, "no allowed count holds at the high end of the band");
        break;
    case NOTE_CUSTOM_PARAMS:
        put(w,
            "params %.3g differs from the shape's %.3g; the difference is planned like attention",
            n->value, n->value2);
        break;
    case NOTE_BEYOND_MODEL_LEN:
        put(w, "the engine would refuse these requests: max_model_len is %.0f", n->value);
        break;
    case NOTE_BEYOND_SEQS:
        put(w, "%.0f requests per replica exceed max_num_seqs %.0f: the rest would wait", n->value,
            n->value2);
        break;
    case NOTE_VENDOR_RECIPE:
        put(w, "planned as the published checkpoint, which keeps some layers in 16 bit");
        break;
    case NOTE_MODEL_INFERRED:
        put(w, "some dimensions of %s are inferred, see the Models sheet", s->model);
        break;
    case NOTE_STATES_ON_HOST:
        put(w, "optimizer states live in host memory");
        break;
    default:
        put_unsupported(w, s, n);
        put_speed(w, s, n);
        put_advice(w, s, n);
        put_money(w, s, n);
    }
}

const char *notes_text(const struct scenario *scenario, const struct answer *answer,
                       char buffer[NOTES_BYTES])
{
    struct writer w = {buffer, NOTES_BYTES};
    buffer[0] = '\0';
    for (size_t i = 0; i < answer->note_count; i++) {
        if (i)
            put(&w, "; ");
        put_remark(&w, scenario, &answer->notes[i]);
    }
    return buffer;
}
