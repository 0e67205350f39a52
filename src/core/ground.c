/* ground.c -- one slot per request without its load, found by a hash; a miss binds it anew */
#include "core/ground.h"

#include "core/memory/tensors.h"
#include "core/support.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What neighbours have in common: tokens, requests, demands and pinned choices stand behind it, are
 * read where they are used, and never bound. */
enum { KEY_BYTES = offsetof(struct request, tokens) };

/* Odd factors keep fields that swap values apart. Padding may differ, which costs a miss. */
static uint64_t hash_of(const struct request *request)
{
    const unsigned char *bytes = (const unsigned char *)request;
    uint64_t hash = 0;
    for (uint64_t i = 0; i < KEY_BYTES / sizeof hash; i++) {
        uint64_t word;
        memcpy(&word, bytes + i * sizeof word, sizeof word);
        hash += word * (2 * i + 0x9e3779b97f4a7c15U);
    }
    return hash ^ hash >> 32;
}

/* To the byte: equal bytes are equal requests; padding that differs costs only a fresh start. */
static bool is_of(const struct ground *ground, const struct request *request)
{
    const unsigned char *x = (const unsigned char *)&ground->request;
    const unsigned char *y = (const unsigned char *)request;
    return ground->is_bound && memcmp(x, y, KEY_BYTES) == 0;
}

/* Looks at a few neighbours, so that two that meet do not drive each other out: the one
 * that waited longest goes. */
static struct ground *find(const struct grounds *grounds, const struct request *request)
{
    enum { PROBES = 8 };
    uint64_t hash = hash_of(request);
    struct ground *oldest = &grounds->items[hash % grounds->count];
    for (size_t i = 0; i < PROBES && i < grounds->count; i++) {
        struct ground *at = &grounds->items[(hash + i) % grounds->count];
        if (is_of(at, request))
            return at;
        if (at->turn < oldest->turn)
            oldest = at;
    }
    return oldest;
}

/* A shape that came with its row is no fact: the next row's may stand in the same place. */
static bool is_of_catalog(const struct model *model, const struct facts *facts)
{
    for (size_t low = 0, high = facts->model_count; low < high;) {
        size_t middle = (low + high) / 2;
        if (model == &facts->models[middle])
            return true;
        if (model > &facts->models[middle])
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* The engine runs on the card, the card runs the type, the type takes gradient steps. */
static void judge(const struct request *r, const struct facts *facts, struct ruling *out)
{
    enum support_how how;
    bool detailed = r->estimate == ESTIMATE_DETAILED; /* published methods know no engine */
    *out = (struct ruling){.is_refused = true, .limit = LIMIT_NONE, .has_note = true};
    if (detailed && !engine_runs_on(r->engine, r->gpu)) {
        out->note.note = NOTE_ENGINE_VENDOR;
    } else if (!dtype_is_supported(facts, r->dtype, r->gpu, r->engine, &how)) {
        out->note.note = NOTE_DTYPE_UNSUPPORTED;
        out->note.dtype = dtype_nearest(facts, r->dtype, r->gpu, r->engine, r->optimizer != NULL);
    } else if (detailed && r->optimizer && r->tuning == TUNING_FULL && !r->dtype->trains) {
        out->note.note = NOTE_TYPE_NOT_TRAINED;
    } else {
        out->is_refused = false;
        out->has_note = how == HOW_WEIGHT_ONLY && dtype_is_ever_native(facts, r->dtype);
        out->note.note = NOTE_WEIGHT_ONLY;
    }
}

static bool has_vendor_recipe(const struct request *r, const struct facts *facts)
{
    for (size_t i = 0; i < facts->mix_count; i++)
        if (facts->mixes[i].model && mix_is_meant(&facts->mixes[i], r))
            return true;
    return false;
}

static double trained_parameters(const struct request *r, const struct facts *facts, double params)
{
    if (r->tuning == TUNING_FULL)
        return params;
    if (r->trainable_pct > 0)
        return params * r->trainable_pct / 100;
    struct letters x;
    struct layout one = {.gpus = 1, .tp = 1, .pp = 1, .ways = 1, .cp = 1, .ep = 1};
    letters_bind(&x, r, facts);
    letters_place(&x, r, &one, false);
    return x.N_adp + x.N_cpy;
}

static void bind_published(struct ground *ground)
{
    const struct request *r = &ground->request;
    struct tensors tensors;
    model_tensors(r->model, &tensors);
    ground->params = r->bare_size ? r->model->params_published : tensors_total(&tensors);
    bool is_known = !r->bare_size || r->tuning == TUNING_FULL || r->trainable_pct > 0;
    ground->trained =
        is_known ? trained_parameters(r, ground->facts, ground->params) : ground->params;
}

static void bind(struct ground *ground, const struct facts *facts)
{
    const struct request *r = &ground->request;
    judge(r, facts, &ground->support);
    if (ground->support.is_refused)
        return;
    ground->has_vendor_recipe = has_vendor_recipe(r, facts);
    bill_bind(&ground->bill, r, facts);
    ground->bill_high = ground->bill;
    if (r->estimate != ESTIMATE_DETAILED) {
        bind_published(ground);
        return;
    }
    subject_bind(&ground->subject, r, facts);
    replica_speed_bind(&ground->replica, &ground->subject);
    ground->replica_high = ground->replica;
    ground->recall.is_given = false;
    ground->frontier.stamp = 0;
}

static void load(struct ground *ground)
{
    if (ground->support.is_refused || ground->request.estimate != ESTIMATE_DETAILED)
        return;
    subject_load(&ground->subject);
    replica_speed_load(&ground->replica);
    replica_speed_load(&ground->replica_high);
}

void ground_bind(struct ground *ground, const struct request *request, const struct facts *facts)
{
    ground->facts = facts;
    ground->request = *request;
    ground->is_bound = is_of_catalog(request->model, facts);
    ground->is_shared = false;
    bind(ground, facts);
}

static void take_load(struct ground *ground, const struct request *request)
{
    memcpy((char *)&ground->request + KEY_BYTES, (const char *)request + KEY_BYTES,
           sizeof *request - KEY_BYTES);
    load(ground);
}

struct ground *ground_of(struct grounds *grounds, const struct request *request,
                         const struct facts *facts)
{
    struct ground *ground = grounds->last ? grounds->last->next : NULL;
    bool is_known = ground && is_of(ground, request);
    if (!is_known) {
        ground = find(grounds, request);
        is_known = is_of(ground, request);
    }
    if (is_known && ground->facts == facts)
        take_load(ground, request);
    else
        ground_bind(ground, request, facts);
    ground->is_shared = true;
    ground->turn = ground->is_bound ? ++grounds->turns : 0;
    if (grounds->last)
        grounds->last->next = ground;
    grounds->last = ground;
    return ground;
}
