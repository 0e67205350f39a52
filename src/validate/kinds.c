/* kinds.c -- one function per kind of measurement, each reading the same model as `plan` */
#include "validate/kinds.h"

#include "core/fit.h"
#include "core/layout.h"
#include "core/memory/groups.h"
#include "core/units.h"

#include <math.h>
#include <string.h>

/* A subject at the row's pinned layout, with its footprint. */
struct placed {
    struct subject subject;
    struct request request;
    struct layout layout;
    struct footprint footprint;
};

static void place_request(struct placed *placed, const struct facts *facts)
{
    subject_bind(&placed->subject, &placed->request, facts);
    evaluate_pinned(&placed->subject, &placed->layout, &placed->footprint);
}

static void place(struct placed *placed, const struct measurement *m)
{
    placed->request = m->scenario->request;
    place_request(placed, m->facts);
}

static void set(struct prediction *out, double value, double low, double high)
{
    *out = (struct prediction){value, low, high, ""};
}

/* A value with the relative half-width of one of the engine's bands. */
static void set_band(struct prediction *out, double value, double percent)
{
    set(out, value, value * (1 - percent / 100), value * (1 + percent / 100));
}

static void predict_weights(const struct measurement *m, struct prediction *out)
{
    struct placed p;
    place(&p, m);
    set_band(out, p.footprint.column_bytes[COLUMN_WEIGHTS] / GIB,
             p.request.engine->band_weights_pct);
}

static void predict_kv(const struct measurement *m, struct prediction *out)
{
    struct placed p;
    place(&p, m);
    double bytes = sequence_bytes(&p.subject.letters) * p.subject.letters.S;
    set_band(out, bytes / GIB, p.request.engine->band_cache_pct);
}

static void predict_kv_per_token(const struct measurement *m, struct prediction *out)
{
    struct placed p;
    place(&p, m);
    const struct letters *x = &p.subject.letters;
    set_band(out, x->s_c * (x->F * x->B_kv * x->r_kv + x->F_w * x->B_kv * x->r_win + x->I), 0);
}

/* Bytes left for the cache: the share, less everything else. */
static double pool_bytes(const struct footprint *f, double total)
{
    return f->usable_bytes - (total - f->column_bytes[COLUMN_KV_CACHE]);
}

/* The pool where the engine samples as few sequences as it does on small cards: its default goes by
 * the card, the version and the way it is started, so a log that does not say may mean either. */
static double pool_of_few_sequences(const struct measurement *m)
{
    struct placed p;
    p.request = m->scenario->request;
    if (p.request.max_num_seqs <= 0)
        p.request.max_num_seqs = p.request.engine->seqs_small_card;
    place_request(&p, m->facts);
    return pool_bytes(&p.footprint, p.footprint.total_bytes);
}

static void predict_kv_tokens(const struct measurement *m, struct prediction *out)
{
    struct placed p;
    place(&p, m);
    struct letters *x = &p.subject.letters;
    double per_token = sequence_bytes(x) / x->T_b;
    double block = 16;
    double terms_half = (p.footprint.high_bytes - p.footprint.low_bytes) / 2;
    double card_half = assumption_value(m->facts, "visible_band_share") * p.subject.visible_bytes;
    double half = sqrt(terms_half * terms_half + card_half * card_half);
    double pool = pool_bytes(&p.footprint, p.footprint.total_bytes);
    double most = fmax(pool, pool_of_few_sequences(m));
    set(out, floor(pool / per_token / block) * block, (pool - half) / per_token,
        (most + half) / per_token);
}

static void predict_max_concurrency(const struct measurement *m, struct prediction *out)
{
    struct placed p;
    place(&p, m);
    double value = fit_max_concurrency(&p.request, m->facts, &p.layout);
    double each = sequence_bytes(&p.subject.letters);
    double half = round((p.footprint.high_bytes - p.footprint.low_bytes) / 2 / each);
    set(out, value, fmax(0, value - half), value + half);
}

static void predict_activation(const struct measurement *m, struct prediction *out)
{
    struct placed p;
    place(&p, m);
    double most = 0;
    /* An engine logs its first rank; a pipeline's sampler runs on the last. */
    letters_place(&p.subject.letters, &p.request, &p.layout, false);
    int end = p.request.optimizer ? PHASE_COUNT : PHASE_FORWARD_END;
    for (int phase = p.request.optimizer ? PHASE_FORWARD_END : 0; phase < end; phase++) {
        double bytes = 0;
        letters_phase(&p.subject.letters, &p.request, phase);
        for (size_t i = 0; i < TERM_COUNT; i++)
            if (terms[i].column == COLUMN_ACTIVATIONS && terms[i].phases & 1u << phase)
                bytes += terms[i].bytes(&p.subject.letters);
        most = fmax(most, bytes);
    }
    const struct engine *engine = p.request.engine;
    set_band(out, most / GIB, engine->band_activation_pct + engine->band_total_pct);
}

static void predict_overhead(const struct measurement *m, struct prediction *out)
{
    struct placed p;
    place(&p, m);
    double value = serving_runtime(&p.subject.letters) / GIB;
    const struct engine *engine = p.request.engine;
    double half =
        engine->band_runtime_gib > 0 ? engine->band_runtime_gib : engine->band_overhead_gib;
    set(out, value, fmax(0, value - half), value + half);
}

static double term_bytes(const struct footprint *f, const char *id)
{
    for (size_t i = 0; i < TERM_COUNT; i++)
        if (!strcmp(terms[i].id, id))
            return f->term_bytes[i];
    return 0;
}

/* What a driver shows includes the CUDA context; what torch or an engine's log shows does not. */
static void predict_total(const struct measurement *m, struct prediction *out)
{
    struct placed p;
    place(&p, m);
    const struct footprint *f = &p.footprint;
    double less = strcmp(m->scope, "device") ? term_bytes(f, "context") : 0;
    set(out, (f->total_bytes - less) / GIB, (f->low_bytes - less) / GIB,
        (f->high_bytes - less) / GIB);
}

/* The sum over a layer split of n GPUs: weights and cache once, transients on every GPU. */
static void predict_total_all(const struct measurement *m, struct prediction *out)
{
    struct placed whole;
    struct placed split;
    place(&split, m);
    whole.request = m->scenario->request;
    whole.request.gpus = whole.request.tp = whole.request.pp = 1;
    place_request(&whole, m->facts);
    const double *once = whole.footprint.column_bytes;
    const double *each = split.footprint.column_bytes;
    double n = fmax(1, m->scenario->request.gpus);
    double transients = n * (each[COLUMN_ACTIVATIONS] + each[COLUMN_OVERHEAD] -
                             term_bytes(&split.footprint, "context"));
    double total = once[COLUMN_WEIGHTS] + once[COLUMN_KV_CACHE] + transients;
    const struct engine *engine = whole.request.engine;
    double weights_half = engine->band_weights_pct / 100 * once[COLUMN_WEIGHTS];
    double transients_half = engine->band_activation_pct / 100 * transients;
    double half = sqrt(weights_half * weights_half + transients_half * transients_half);
    set(out, total / GIB, (total - half) / GIB, (total + half) / GIB);
}

/* allocated and active are the tensors; reserved adds the allocator's whole reserve, device the
 * context too; a source that does not say is taken as reserved. */
static void predict_peak(const struct measurement *m, struct prediction *out)
{
    struct placed p;
    place(&p, m);
    bool tensors_only = !strcmp(m->measure, "allocated") || !strcmp(m->measure, "active");
    bool device = !strcmp(m->measure, "device");
    p.request.reserved_share = tensors_only ? 0 : 1;
    subject_bind(&p.subject, &p.request, m->facts);
    evaluate_pinned(&p.subject, &p.layout, &p.footprint);
    double bytes = p.footprint.total_bytes;
    if (!device)
        bytes -= term_bytes(&p.footprint, "context") + term_bytes(&p.footprint, "nccl");
    double tensors = p.footprint.total_bytes - p.footprint.column_bytes[COLUMN_OVERHEAD];
    /* a full card squeezes the allocator's reserve */
    double ceiling = 0.96 * p.subject.visible_bytes;
    if (!tensors_only && tensors < ceiling)
        bytes = fmin(bytes, ceiling);
    double half = (p.footprint.high_bytes - p.footprint.low_bytes) / 2;
    set(out, bytes / GIB, (bytes - half) / GIB, (bytes + half) / GIB);
}

static void predict_states(const struct measurement *m, struct prediction *out)
{
    struct placed p;
    place(&p, m);
    const struct letters *x = &p.subject.letters;
    const double *column = p.footprint.column_bytes;
    double bytes = column[COLUMN_WEIGHTS] + training_gradients(x) + column[COLUMN_OPTIMIZER];
    set_band(out, bytes / GIB, 4);
}

static void predict_min_gpus(const struct measurement *m, struct prediction *out)
{
    struct answer answer;
    evaluate(&m->scenario->request, m->facts, &answer);
    if (answer.status == STATUS_UNSUPPORTED)
        *out = (struct prediction){NOT_GIVEN, NOT_GIVEN, NOT_GIVEN, "unsupported on this card"};
    else if (answer.status == STATUS_NO_FIT)
        *out = (struct prediction){NOT_GIVEN, NOT_GIVEN, NOT_GIVEN, "no layout fits"};
    else
        set(out, answer.layout.gpus, answer.gpus_low, answer.gpus_high);
}

static void predict_runs(const struct measurement *m, struct prediction *out)
{
    struct placed p;
    place(&p, m);
    const struct footprint *f = &p.footprint;
    set(out, f->total_bytes <= f->usable_bytes, f->high_bytes <= f->usable_bytes,
        f->low_bytes <= f->usable_bytes);
}

const struct kind kinds[] = {
    {"weights_gib", "GiB", JUDGE_NUMBER, predict_weights},
    {"kv_gib", "GiB", JUDGE_NUMBER, predict_kv},
    {"kv_bytes_per_token", "bytes", JUDGE_NUMBER, predict_kv_per_token},
    {"kv_tokens", "tokens", JUDGE_NUMBER, predict_kv_tokens},
    {"max_concurrency", "requests", JUDGE_NUMBER, predict_max_concurrency},
    {"activation_gib", "GiB", JUDGE_NUMBER, predict_activation},
    {"overhead_gib", "GiB", JUDGE_NUMBER, predict_overhead},
    {"total_gib", "GiB", JUDGE_NUMBER, predict_total},
    {"total_all_gib", "GiB", JUDGE_NUMBER, predict_total_all},
    {"peak_gib", "GiB", JUDGE_NUMBER, predict_peak},
    {"model_states_gib", "GiB", JUDGE_NUMBER, predict_states},
    {"min_gpus", "GPUs", JUDGE_COUNT, predict_min_gpus},
    {"runs", "yes/no", JUDGE_YES_NO, predict_runs},
    {"tpot_ms", "ms", JUDGE_NUMBER, predict_tpot},
    {"ttft_ms", "ms", JUDGE_NUMBER, predict_ttft},
    {"output_tok_s", "tokens/s", JUDGE_NUMBER, predict_output_rate},
    {"total_tok_s", "tokens/s", JUDGE_NUMBER, predict_total_rate},
    {"decode_tok_s", "tokens/s", JUDGE_NUMBER, predict_decode_rate},
    {"train_tok_s_per_gpu", "tokens/s", JUDGE_NUMBER, predict_train_rate},
    {"mfu_pct", "%", JUDGE_NUMBER, predict_mfu},
    {"tflops_per_gpu", "TFLOP/s", JUDGE_NUMBER, predict_train_flops},
    {"gpu_hours", "GPU-hours", JUDGE_NUMBER, predict_gpu_hours},
};
const size_t kind_count = sizeof kinds / sizeof *kinds;

const struct kind *kind_named(const char *name)
{
    for (size_t i = 0; i < kind_count; i++)
        if (!strcmp(kinds[i].name, name))
            return &kinds[i];
    return NULL;
}
