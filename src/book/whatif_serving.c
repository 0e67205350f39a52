/* whatif_serving.c -- the serving scenario that What-if begins with, what it offers, its search */
#include "book/whatif_serving.h"

#include "core/layout.h"
#include "core/support.h"

#include <math.h>
#include <string.h>

static const char *const common_types[] = {"bf16", "fp8", "int8", "awq-int4", NULL};
static const char *const common_engines[] = {"vllm", "sglang", "tensorrt-llm", "generic", NULL};

/* Where no row of the book can be played with. */
static const double default_tokens = 8192;
static const double default_requests = 32;

/* What term_is_idle and the sameness of stages rely on. */
static bool engine_is_plain(const struct engine *e)
{
    return e->mode == MODE_INFERENCE && e->cache_layout == CACHE_POOL &&
           e->prefill == PREFILL_CHUNKED && !e->embedding_on_host && !e->head_is_layer &&
           !e->skips_towers && !e->unties_dtype && e->buffer_bytes <= 0 && !e->dequantizes &&
           !e->split_scratch && e->layer_cache_mib <= 0;
}

static bool type_is_plain(const struct dtype *d)
{
    return strcmp(d->family, "gguf") != 0;
}

static const struct offer_rule rule = {engine_is_plain, type_is_plain, common_engines,
                                       common_types};

static const struct request blank = {
    .tokens = NOT_GIVEN,
    .concurrency = NOT_GIVEN,
    .prompt_tokens = NOT_GIVEN,
    .output_tokens = NOT_GIVEN,
    .utilization = NOT_GIVEN,
    .max_num_seqs = NOT_GIVEN,
    .max_num_batched_tokens = NOT_GIVEN,
    .max_model_len = NOT_GIVEN,
    .layers_override = NOT_GIVEN,
    .max_gpus = WHATIF_GPUS_MOST,
};

/* The first row that the sheets can begin with; its demands and pinned layout are left out. */
void serving_consider(struct book *book, const struct result *result)
{
    const struct request *r = &result->scenario->request;
    const struct facts *f = book->digest.facts;
    enum support_how how;
    if (book->serving_given || r->estimate != ESTIMATE_DETAILED || r->optimizer || r->bare_size ||
        r->tokens <= 0 || r->concurrency <= 0 || r->layers_override > 0 || r->full_prompt_logits ||
        !whatif_is_listed(f, r->model) || !engine_is_plain(r->engine) || !type_is_plain(r->dtype) ||
        (r->kv_dtype && !type_is_plain(r->kv_dtype)) ||
        !dtype_is_supported(f, r->dtype, r->gpu, r->engine, &how))
        return;
    struct request *kept = &book->serving_request;
    *kept = blank;
    kept->model = r->model;
    kept->dtype = r->dtype;
    kept->kv_dtype = r->kv_dtype;
    kept->gpu = r->gpu;
    kept->engine = r->engine;
    kept->tokens = r->tokens;
    kept->concurrency = r->concurrency;
    kept->utilization = r->utilization;
    kept->max_num_seqs = r->max_num_seqs;
    kept->max_num_batched_tokens = r->max_num_batched_tokens;
    kept->max_gpus = fmin(WHATIF_GPUS_MOST, r->max_gpus);
    book->serving_given = true;
}

static void offer_caches(struct whatif *w)
{
    const struct facts *f = w->facts;
    for (size_t i = 0; i < f->dtype_count; i++) {
        const struct dtype *d = &f->dtypes[i];
        struct pick *o = d->cache_bytes > 0 && type_is_plain(d)
                             ? whatif_offer(w, OFFER_CACHE, TYPES_MOST, d == w->request.kv_dtype)
                             : NULL;
        if (!o)
            continue;
        o->request.kv_dtype = d;
        whatif_bind(w, OFFER_CACHE, o, d->id);
    }
}

/* --- the search --- */

static void fill_split(struct whatif *w, struct split *s)
{
    bool assumed;
    double per_server = gpus_per_server(w->request.gpu, w->facts, &assumed);
    struct layout one = {.gpus = s->t * s->p, .tp = s->t, .pp = s->p, .ways = 1, .cp = 1, .ep = 1};
    struct request idle = w->request;
    struct subject subject;
    idle.concurrency = 0; /* nothing in the cache */
    subject_bind(&subject, &idle, w->facts);
    s->legal_heads = tp_divides_heads(w->request.model, s->t);
    s->legal = s->legal_heads && s->t <= per_server && s->p <= w->request.model->layers;
    for (int i = 0; i < 4; i++) {
        enum phase phase = i % 2 ? PHASE_DECODE : PHASE_PREFILL;
        footprint_stage(&subject, &one, i >= 2, phase, &s->of[i]);
        s->at[i / 2] = subject.letters;
        if (footprint_is_tighter(&s->of[i], &s->of[s->tight]))
            s->tight = i;
    }
}

static void fill_spread(struct whatif *w, struct spread *s, const struct split *split, double R)
{
    bool assumed;
    s->layout = (struct layout){.gpus = split->t * split->p * R,
                                .tp = split->t,
                                .pp = split->p,
                                .ways = R,
                                .cp = 1,
                                .ep = 1};
    s->layout.servers =
        layout_servers(&s->layout, gpus_per_server(w->request.gpu, w->facts, &assumed));
    footprint_of(&w->subject, &s->layout, &s->footprint);
    s->at = w->subject.letters;
}

/* More replicas never need more: the first that fit are the fewest. */
static void fill_spreads(struct whatif *w, struct split *s)
{
    double group = s->t * s->p;
    s->spread_count = (size_t)(WHATIF_GPUS_MOST / group);
    s->spreads = arena_array(&w->book->arena, s->spread_count, sizeof *s->spreads);
    s->most = fmin(w->request.concurrency, floor(w->request.max_gpus / group));
    for (size_t i = 0; i < s->spread_count; i++)
        fill_spread(w, &s->spreads[i], s, (double)(i + 1));
    for (int margin = 0; margin < 3 && s->legal; margin++)
        for (double R = 1; R <= s->most && s->fewest[margin] <= 0; R++)
            if (whatif_lacks(&s->spreads[(size_t)R - 1].footprint, (enum margin)margin) <= 0)
                s->fewest[margin] = R;
}

/* By p, then t: the order in which the search tries them. */
static void list_splits(struct whatif *w)
{
    double ways = fmin(w->per_server, WHATIF_GPUS_MOST);
    size_t most = 0;
    for (int t = 1; t <= ways; t++)
        most += WHATIF_GPUS_MOST / (size_t)t;
    w->splits = arena_array(&w->book->arena, most, sizeof *w->splits);
    for (double p = 1; p <= WHATIF_GPUS_MOST; p++) {
        for (double t = 1; t <= ways && t * p <= WHATIF_GPUS_MOST; t++) {
            struct split *s = &w->splits[w->split_count];
            if (!whatif_any_model_splits(w, t))
                continue;
            w->split_count++;
            s->t = t;
            s->p = p;
            fill_split(w, s);
            fill_spreads(w, s);
        }
    }
}

/* The smallest that fits; else the first that lacks least. */
static void find_shown(struct whatif *w)
{
    double least = INFINITY;
    for (size_t i = 0; i < w->split_count; i++) {
        const struct split *s = &w->splits[i];
        double R = w->expected.found ? s->fewest[MARGIN_EXPECTED] : s->most;
        if (!s->legal || R < 1)
            continue;
        const struct spread *at = &s->spreads[(size_t)R - 1];
        double lacks = at->footprint.total_bytes - at->footprint.usable_bytes;
        bool better =
            !w->shown ||
            (w->expected.found ? layout_precedes(&at->layout, &w->shown->layout) : lacks < least);
        if (!better)
            continue;
        w->shown = at;
        w->shown_row = i;
        least = lacks;
    }
}

const struct whatif *serving_of(const struct book *book)
{
    return book->serving && book->serving->shown ? book->serving : NULL;
}

static bool take_request(struct whatif *w)
{
    w->request = w->book->serving_request;
    if (w->book->serving_given)
        return true;
    w->request = blank;
    w->request.tokens = default_tokens;
    w->request.concurrency = default_requests;
    return whatif_take_default(w, &rule);
}

void serving_plan(struct book *book)
{
    struct whatif *w = book->serving = arena_take(&book->arena, sizeof *w);
    w->book = book;
    w->kind = &serving_kind;
    w->facts = book->digest.facts;
    if (!take_request(w))
        return;
    subject_bind(&w->subject, &w->request, w->facts);
    whatif_choose_types(w, &rule);
    offer_caches(w);
    whatif_offer_engines(w, &rule);
    whatif_offer_cards(w);
    whatif_offer_models(w);
    list_splits(w);
    fit_search(&w->subject, MARGIN_EXPECTED, 0, w->request.max_gpus, &w->expected);
    fit_search(&w->subject, MARGIN_LOW, 0, w->request.max_gpus, &w->low);
    fit_search(&w->subject, MARGIN_HIGH, 0, w->request.max_gpus, &w->high);
    find_shown(w);
    whatif_place_data(w);
    whatif_place_splits(w);
    whatif_place_layouts(w);
}
