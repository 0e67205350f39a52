/* whatif_offers.c -- what the What-if sheets offer, the scenario they begin with, and its search */
#include "book/whatif.h"

#include "core/engines.h"
#include "core/layout.h"
#include "core/support.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Offered beside what the rows use, where the catalogs have them. */
static const char *const common_models[] = {
    "llama-3.1-8b", "llama-3.1-70b", "llama-3.1-405b",  "qwen3-32b",   "qwen3-30b-a3b",
    "gemma-3-27b",  "gpt-oss-120b",  "qwen3-235b-a22b", "deepseek-v3", NULL};
static const char *const common_types[] = {"bf16", "fp8", "int8", "awq-int4", NULL};
static const char *const common_cards[] = {"l4-24g",        "l40s-48g",          "a100-sxm-80g",
                                           "h100-sxm-80g",  "h200-sxm-141g",     "b200-sxm-180g",
                                           "b300-sxm-288g", "mi300x-192g",       "mi355x-288g",
                                           "rtx4090-24g",   "rtxpro6000-se-96g", NULL};
static const char *const common_engines[] = {"vllm", "sglang", "tensorrt-llm", "generic", NULL};

/* Where no row of the book can be played with. */
static const double default_tokens = 8192;
static const double default_requests = 32;

static bool lists(const char *const *names, const char *name)
{
    for (; *names; names++)
        if (!strcmp(*names, name))
            return true;
    return false;
}

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

static bool is_among(const void *items, size_t count, size_t size, const void *item)
{
    const char *first = items;
    const char *wanted = item;
    return wanted >= first && wanted < first + count * size;
}

/* The first row that the sheets can begin with; its demands and pinned layout are left out. */
void whatif_consider(struct book *book, const struct result *result)
{
    const struct request *r = &result->scenario->request;
    const struct facts *f = book->digest.facts;
    enum support_how how;
    if (book->whatif_given || r->estimate != ESTIMATE_DETAILED || r->optimizer || r->bare_size ||
        r->tokens <= 0 || r->concurrency <= 0 || r->layers_override > 0 || r->full_prompt_logits ||
        !is_among(f->models, f->model_count, sizeof *f->models, r->model) ||
        !engine_is_plain(r->engine) || !type_is_plain(r->dtype) ||
        (r->kv_dtype && !type_is_plain(r->kv_dtype)) ||
        !dtype_is_supported(f, r->dtype, r->gpu, r->engine, &how))
        return;
    struct request *kept = &book->whatif_request;
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
    book->whatif_given = true;
}

/* --- the tables of offers --- */

/* NULL: there is no room; the last place is the chosen one's. */
static struct pick *add_offer(struct whatif *w, enum offer_kind kind, size_t most, bool chosen)
{
    struct offer_table *table = &w->tables[kind];
    if (!table->offers)
        table->offers = arena_array(&w->book->arena, most, sizeof *table->offers);
    if (table->count >= most || (table->count + 1 == most && !chosen && !table->has_chosen))
        return NULL;
    if (chosen)
        table->chosen = table->count;
    table->has_chosen |= chosen;
    struct pick *o = &table->offers[table->count++];
    o->request = w->request;
    return o;
}

/* Binds the offer's letters; an engine that absorbs MLA projections tells how many there are. */
static void bind_offer(struct whatif *w, enum offer_kind kind, struct pick *o, const char *key)
{
    struct layout one = {.gpus = 1, .tp = 1, .pp = 1, .ways = 1, .cp = 1, .ep = 1};
    copy_text(o->key, sizeof o->key, key);
    o->engine = *o->request.engine;
    if (kind == OFFER_MODEL)
        o->engine.mla_absorbed = true;
    o->request.engine = &o->engine;
    if (kind != OFFER_CACHE)
        o->request.kv_dtype = NULL;
    letters_bind(&o->letters, &o->request, w->facts);
    letters_place(&o->letters, &o->request, &one, false);
    letters_phase(&o->letters, &o->request, PHASE_DECODE);
}

/* "vllm from 0.19": what a row writes as engine and engine_version. */
static void name_engine(const struct engine *e, char key[160])
{
    snprintf(key, 160, "%.60s%s%.60s", e->id, e->version_from ? " from " : "",
             e->version_from ? e->version_from : "");
}

static bool is_newest(const struct facts *f, const struct engine *e)
{
    bool known;
    return engine_for(f, e->id, MODE_INFERENCE, NULL, &known) == e;
}

static void offer_engines(struct whatif *w)
{
    const struct facts *f = w->facts;
    for (size_t i = 0; i < f->engine_count; i++) {
        const struct engine *e = &f->engines[i];
        bool wanted = e == w->request.engine || w->book->digest.engine_used[i] ||
                      (lists(common_engines, e->id) && is_newest(f, e));
        struct pick *o = wanted && engine_is_plain(e) && (e->version_from || is_newest(f, e))
                             ? add_offer(w, OFFER_ENGINE, ENGINES_MOST, e == w->request.engine)
                             : NULL;
        char key[160];
        if (!o)
            continue;
        name_engine(e, key);
        o->request.engine = e;
        bind_offer(w, OFFER_ENGINE, o, key);
    }
}

static void offer_cards(struct whatif *w)
{
    const struct facts *f = w->facts;
    for (size_t i = 0; i < f->gpu_count; i++) {
        const struct gpu *g = &f->gpus[i];
        bool wanted =
            g == w->request.gpu || w->book->digest.gpu_used[i] || lists(common_cards, g->id);
        bool assumed;
        struct pick *o = wanted ? add_offer(w, OFFER_GPU, CARDS_MOST, g == w->request.gpu) : NULL;
        if (!o)
            continue;
        o->request.gpu = g;
        bind_offer(w, OFFER_GPU, o, g->id);
        w->per_server = fmax(w->per_server, gpus_per_server(g, f, &assumed));
    }
}

static void choose_types(struct whatif *w)
{
    const struct facts *f = w->facts;
    for (size_t i = 0; i < f->dtype_count; i++) {
        const struct dtype *d = &f->dtypes[i];
        bool wanted =
            d == w->request.dtype || w->book->digest.dtype_used[i] || lists(common_types, d->id);
        bool first = i <= (size_t)(w->request.dtype - f->dtypes);
        if (wanted && type_is_plain(d) &&
            w->type_count + first < TYPES_MOST + (d == w->request.dtype))
            w->types[w->type_count++] = d;
        struct pick *o = d->cache_bytes > 0 && type_is_plain(d)
                             ? add_offer(w, OFFER_CACHE, TYPES_MOST, d == w->request.kv_dtype)
                             : NULL;
        if (!o)
            continue;
        o->request.kv_dtype = d;
        bind_offer(w, OFFER_CACHE, o, d->id);
    }
}

static void offer_model(struct whatif *w, const struct model *m)
{
    bool chosen = m == w->request.model;
    struct pick *o = add_offer(w, OFFER_MODEL, MODELS_MOST, chosen);
    if (!o)
        return;
    o->request.model = m;
    bind_offer(w, OFFER_MODEL, o, m->id);
    for (size_t i = 0; i < w->type_count; i++) {
        char key[160];
        struct pick *type = add_offer(w, OFFER_TYPE, MODELS_MOST * TYPES_MOST,
                                      chosen && w->types[i] == w->request.dtype);
        if (!type)
            return;
        type->request.model = m;
        type->request.dtype = w->types[i];
        snprintf(key, sizeof key, "%.100s %.50s", m->id, w->types[i]->id);
        bind_offer(w, OFFER_TYPE, type, key);
    }
}

/* The scenario's own model first, so that it is there however many are in use. */
static void offer_models(struct whatif *w)
{
    const struct facts *f = w->facts;
    offer_model(w, w->request.model);
    for (size_t i = 0; i < f->model_count; i++) {
        const struct model *m = &f->models[i];
        bool wanted = w->book->digest.model_used[i] || lists(common_models, m->id);
        if (wanted && m != w->request.model)
            offer_model(w, m);
    }
}

/* --- the search --- */

static bool any_model_splits(const struct whatif *w, double t)
{
    const struct offer_table *models = &w->tables[OFFER_MODEL];
    for (size_t i = 0; i < models->count; i++)
        if (tp_divides_heads(models->offers[i].request.model, t))
            return true;
    return false;
}

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
    s->split = split;
    s->layout = (struct layout){.gpus = split->t * split->p * R,
                                .tp = split->t,
                                .pp = split->p,
                                .ways = R,
                                .cp = 1,
                                .ep = 1};
    s->layout.servers =
        layout_servers(&s->layout, gpus_per_server(w->request.gpu, w->facts, &assumed));
    s->legal = split->legal && s->layout.gpus <= w->request.max_gpus && R <= w->request.concurrency;
    footprint_of(&w->subject, &s->layout, &s->footprint);
    s->at = w->subject.letters;
}

static void list_splits(struct whatif *w)
{
    double ways = fmin(w->per_server, WHATIF_GPUS_MOST);
    size_t most = 0;
    for (int t = 1; t <= ways; t++)
        most += WHATIF_GPUS_MOST / (size_t)t;
    w->splits = arena_array(&w->book->arena, most, sizeof *w->splits);
    for (double t = 1; t <= ways; t++) {
        for (double p = 1; any_model_splits(w, t) && t * p <= WHATIF_GPUS_MOST; p++) {
            struct split *s = &w->splits[w->split_count++];
            s->t = t;
            s->p = p;
            fill_split(w, s);
        }
    }
}

/* By GPUs, so that the sheet reads as the search prefers. */
static void list_spreads(struct whatif *w)
{
    size_t most = 0;
    for (size_t i = 0; i < w->split_count; i++)
        most += (size_t)(WHATIF_GPUS_MOST / (w->splits[i].t * w->splits[i].p));
    w->spreads = arena_array(&w->book->arena, most, sizeof *w->spreads);
    for (double n = 1; n <= WHATIF_GPUS_MOST; n++) {
        for (int pipes = 0; pipes < 2; pipes++) {
            for (size_t i = 0; i < w->split_count; i++) {
                const struct split *s = &w->splits[i];
                if ((s->p > 1) == pipes && fmod(n, s->t * s->p) == 0)
                    fill_spread(w, &w->spreads[w->spread_count++], s, n / (s->t * s->p));
            }
        }
    }
}

/* The smallest that fits; else the first that lacks least. */
static void find_shown(struct whatif *w)
{
    const struct layout *l = &w->expected.layout;
    double least = INFINITY;
    for (size_t i = 0; i < w->spread_count; i++) {
        const struct spread *s = &w->spreads[i];
        const struct layout *at = &s->layout;
        double lacks = s->footprint.total_bytes - s->footprint.usable_bytes;
        bool wanted = w->expected.found ? at->tp == l->tp && at->pp == l->pp && at->ways == l->ways
                                        : s->legal && lacks < least;
        if (!wanted)
            continue;
        w->shown_row = i;
        least = lacks;
    }
    w->shown = &w->spreads[w->shown_row];
}

/* A scenario for books without a row that can be played with; false: the catalogs have none. */
static bool take_default(struct whatif *w)
{
    const struct facts *f = w->facts;
    struct request *r = &w->request;
    enum support_how how;
    *r = blank;
    r->tokens = default_tokens;
    r->concurrency = default_requests;
    for (size_t i = 0; i < f->model_count && !r->model; i++)
        r->model = lists(common_models, f->models[i].id) ? &f->models[i] : NULL;
    for (size_t i = 0; i < f->engine_count && !r->engine; i++)
        r->engine =
            engine_is_plain(&f->engines[i]) && is_newest(f, &f->engines[i]) ? &f->engines[i] : NULL;
    for (size_t i = 0; i < f->dtype_count && !r->dtype; i++)
        r->dtype = lists(common_types, f->dtypes[i].id) ? &f->dtypes[i] : NULL;
    for (size_t i = 0; i < f->gpu_count && r->dtype && r->engine && !r->gpu; i++)
        r->gpu = lists(common_cards, f->gpus[i].id) &&
                         dtype_is_supported(f, r->dtype, &f->gpus[i], r->engine, &how)
                     ? &f->gpus[i]
                     : NULL;
    return r->model && r->engine && r->dtype && r->gpu;
}

const struct whatif *whatif_of(const struct book *book)
{
    return book->whatif && book->whatif->spread_count ? book->whatif : NULL;
}

void whatif_plan(struct book *book)
{
    struct whatif *w = book->whatif = arena_take(&book->arena, sizeof *w);
    w->book = book;
    w->facts = book->digest.facts;
    w->request = book->whatif_request;
    if (!book->whatif_given && !take_default(w))
        return;
    subject_bind(&w->subject, &w->request, w->facts);
    choose_types(w);
    offer_engines(w);
    offer_cards(w);
    offer_models(w);
    list_splits(w);
    list_spreads(w);
    fit_search(&w->subject, MARGIN_EXPECTED, 0, w->request.max_gpus, &w->expected);
    fit_search(&w->subject, MARGIN_LOW, 0, w->request.max_gpus, &w->low);
    fit_search(&w->subject, MARGIN_HIGH, 0, w->request.max_gpus, &w->high);
    find_shown(w);
    whatif_place_data(w);
    whatif_place_splits(w);
}
