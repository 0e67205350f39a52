/* whatif_offers.c -- what the What-if sheets offer of the catalogs, beside what the rows use */
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
static const char *const common_cards[] = {"l4-24g",        "l40s-48g",          "a100-sxm-80g",
                                           "h100-sxm-80g",  "h200-sxm-141g",     "b200-sxm-180g",
                                           "b300-sxm-288g", "mi300x-192g",       "mi355x-288g",
                                           "rtx4090-24g",   "rtxpro6000-se-96g", NULL};

static bool lists(const char *const *names, const char *name)
{
    for (; *names; names++)
        if (!strcmp(*names, name))
            return true;
    return false;
}

double whatif_lacks(const struct footprint *f, enum margin margin)
{
    double total = margin == MARGIN_LOW    ? f->low_bytes
                   : margin == MARGIN_HIGH ? f->high_bytes
                                           : f->total_bytes;
    return total - f->usable_bytes;
}

bool whatif_is_listed(const struct facts *facts, const struct model *model)
{
    return model >= facts->models && model < facts->models + facts->model_count;
}

struct pick *whatif_offer(struct whatif *w, enum offer_kind kind, size_t most, bool chosen)
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
void whatif_bind(struct whatif *w, enum offer_kind kind, struct pick *o, const char *key)
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
    if (!o->request.optimizer)
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
    return engine_for(f, e->id, (enum engine_mode)e->mode, NULL, &known) == e;
}

void whatif_offer_engines(struct whatif *w, const struct offer_rule *rule)
{
    const struct facts *f = w->facts;
    for (size_t i = 0; i < f->engine_count; i++) {
        const struct engine *e = &f->engines[i];
        bool wanted = e == w->request.engine || w->book->digest.engine_used[i] ||
                      (lists(rule->engines, e->id) && is_newest(f, e));
        struct pick *o = wanted && rule->engine(e) && (e->version_from || is_newest(f, e))
                             ? whatif_offer(w, OFFER_ENGINE, ENGINES_MOST, e == w->request.engine)
                             : NULL;
        char key[160];
        if (!o)
            continue;
        name_engine(e, key);
        o->request.engine = e;
        whatif_bind(w, OFFER_ENGINE, o, key);
    }
}

void whatif_offer_cards(struct whatif *w)
{
    const struct facts *f = w->facts;
    for (size_t i = 0; i < f->gpu_count; i++) {
        const struct gpu *g = &f->gpus[i];
        bool wanted =
            g == w->request.gpu || w->book->digest.gpu_used[i] || lists(common_cards, g->id);
        bool assumed;
        struct pick *o =
            wanted ? whatif_offer(w, OFFER_GPU, CARDS_MOST, g == w->request.gpu) : NULL;
        if (!o)
            continue;
        o->request.gpu = g;
        whatif_bind(w, OFFER_GPU, o, g->id);
        w->per_server = fmax(w->per_server, gpus_per_server(g, f, &assumed));
    }
}

void whatif_choose_types(struct whatif *w, const struct offer_rule *rule)
{
    const struct facts *f = w->facts;
    for (size_t i = 0; i < f->dtype_count; i++) {
        const struct dtype *d = &f->dtypes[i];
        bool wanted =
            d == w->request.dtype || w->book->digest.dtype_used[i] || lists(rule->types, d->id);
        bool first = i <= (size_t)(w->request.dtype - f->dtypes);
        if (wanted && rule->type(d) && w->type_count + first < TYPES_MOST + (d == w->request.dtype))
            w->types[w->type_count++] = d;
    }
}

static void offer_model(struct whatif *w, const struct model *m)
{
    bool chosen = m == w->request.model;
    struct pick *o = whatif_offer(w, OFFER_MODEL, MODELS_MOST, chosen);
    if (!o)
        return;
    o->request.model = m;
    whatif_bind(w, OFFER_MODEL, o, m->id);
    for (size_t i = 0; i < w->type_count; i++) {
        char key[160];
        struct pick *type = whatif_offer(w, OFFER_TYPE, MODELS_MOST * TYPES_MOST,
                                         chosen && w->types[i] == w->request.dtype);
        if (!type)
            return;
        type->request.model = m;
        type->request.dtype = w->types[i];
        snprintf(key, sizeof key, "%.100s %.50s", m->id, w->types[i]->id);
        whatif_bind(w, OFFER_TYPE, type, key);
    }
}

/* The scenario's own model first, so that it is there however many are in use. */
void whatif_offer_models(struct whatif *w)
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

bool whatif_any_model_splits(const struct whatif *w, double t)
{
    const struct offer_table *models = &w->tables[OFFER_MODEL];
    for (size_t i = 0; i < models->count; i++)
        if (tp_divides_heads(models->offers[i].request.model, t))
            return true;
    return false;
}

/* Model, type, engine and card for books without a row that can be played with; false: the
 * catalogs have none. */
bool whatif_take_default(struct whatif *w, const struct offer_rule *rule)
{
    const struct facts *f = w->facts;
    struct request *r = &w->request;
    enum support_how how;
    for (size_t i = 0; i < f->model_count && !r->model; i++)
        r->model = lists(common_models, f->models[i].id) ? &f->models[i] : NULL;
    for (size_t i = 0; i < f->engine_count && !r->engine; i++)
        r->engine =
            rule->engine(&f->engines[i]) && is_newest(f, &f->engines[i]) ? &f->engines[i] : NULL;
    for (size_t i = 0; i < f->dtype_count && !r->dtype; i++)
        r->dtype = lists(rule->types, f->dtypes[i].id) ? &f->dtypes[i] : NULL;
    for (size_t i = 0; i < f->gpu_count && r->dtype && r->engine && !r->gpu; i++)
        r->gpu = lists(common_cards, f->gpus[i].id) &&
                         dtype_is_supported(f, r->dtype, &f->gpus[i], r->engine, &how)
                     ? &f->gpus[i]
                     : NULL;
    return r->model && r->engine && r->dtype && r->gpu;
}
