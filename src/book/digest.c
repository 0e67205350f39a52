/* digest.c -- results in, one by one; the few that matter stay */
#include "book/digest.h"

#include "book/option.h"
#include "book/write.h"
#include "core/layout.h"

#include <string.h>

void digest_open(struct digest *d, struct arena *arena, const struct facts *facts)
{
    *d = (struct digest){.arena = arena, .facts = facts};
    d->workloads = arena_array(arena, WORKLOADS_MOST, sizeof *d->workloads);
    d->lines = arena_array(arena, LINES_MOST, sizeof *d->lines);
    d->breakdown = arena_array(arena, BREAKDOWN_MOST, sizeof *d->breakdown);
    d->methods = arena_array(arena, METHODS_MOST, sizeof *d->methods);
    d->workload_index = index_make(arena, WORKLOADS_MOST);
    d->line_index = index_make(arena, LINES_MOST);
    d->method_index = index_make(arena, METHODS_MOST);
    d->model_used = arena_array(arena, facts->model_count + 1, sizeof(bool));
    d->gpu_used = arena_array(arena, facts->gpu_count + 1, sizeof(bool));
    d->dtype_used = arena_array(arena, facts->dtype_count + 1, sizeof(bool));
    d->engine_used = arena_array(arena, facts->engine_count + 1, sizeof(bool));
    d->optimizer_used = arena_array(arena, facts->optimizer_count + 1, sizeof(bool));
}

/* --- which catalog rows were used --- */

/* Marks `item` when it is one of the `count` items of `size` bytes; false when it is not. */
static bool mark(bool *used, const void *items, size_t count, size_t size, const void *item)
{
    const char *first = items;
    const char *wanted = item;
    if (!wanted || !first || wanted < first || wanted >= first + count * size)
        return false;
    used[(size_t)(wanted - first) / size] = true;
    return true;
}

static void mark_used(struct digest *d, const struct request *r)
{
    const struct facts *f = d->facts;
    d->own_model_used |=
        !mark(d->model_used, f->models, f->model_count, sizeof *f->models, r->model);
    mark(d->gpu_used, f->gpus, f->gpu_count, sizeof *f->gpus, r->gpu);
    mark(d->dtype_used, f->dtypes, f->dtype_count, sizeof *f->dtypes, r->dtype);
    mark(d->dtype_used, f->dtypes, f->dtype_count, sizeof *f->dtypes, r->kv_dtype);
    if (r->estimate == ESTIMATE_DETAILED)
        mark(d->engine_used, f->engines, f->engine_count, sizeof *f->engines, r->engine);
    mark(d->optimizer_used, f->optimizers, f->optimizer_count, sizeof *f->optimizers, r->optimizer);
}

/* --- workloads --- */

static struct workload workload_of(const struct scenario *s)
{
    const struct request *r = &s->request;
    return (struct workload){.label = s->label ? s->label : "",
                             .model = s->model ? s->model : "",
                             .period = s->period ? s->period : "",
                             .mode = r->optimizer ? MODE_TRAINING : MODE_INFERENCE,
                             .tuning = r->optimizer ? r->tuning : TUNING_FULL,
                             .tokens = r->tokens,
                             .concurrency = r->concurrency,
                             .demands = {r->prompt_tokens, r->output_tokens, r->requests_per_s,
                                         r->output_tok_s, r->ttft_ms, r->tpot_ms, r->train_tokens,
                                         r->deadline_days, r->max_usd, r->max_kw}};
}

static uint64_t workload_hash(const struct workload *w)
{
    uint64_t hash = hash_text(hash_text(hash_text(HASH_SEED, w->label), w->model), w->period);
    hash = hash_number(hash_number(hash, w->tokens), w->concurrency);
    for (size_t i = 0; i < DEMANDS_MOST; i++)
        hash = hash_number(hash, w->demands[i]);
    return hash_number(hash, 4 * (int)w->mode + (int)w->tuning);
}

static bool same_demands(const struct workload *a, const struct workload *b)
{
    for (size_t i = 0; i < DEMANDS_MOST; i++)
        if (a->demands[i] != b->demands[i])
            return false;
    return true;
}

static bool same_workload(const void *wanted, const void *digest, size_t at)
{
    const struct workload *a = wanted;
    const struct workload *b = ((const struct digest *)digest)->workloads[at];
    return a->tokens == b->tokens && a->concurrency == b->concurrency && a->mode == b->mode &&
           a->tuning == b->tuning && !strcmp(a->label, b->label) && !strcmp(a->model, b->model) &&
           !strcmp(a->period, b->period) && same_demands(a, b);
}

/* Workloads of one label are told apart by what differs between them. */
static void compare_labels(struct digest *d, struct workload *w)
{
    w->first = w;
    for (size_t i = 0; i < d->workload_count; i++) {
        struct workload *other = d->workloads[i];
        if (strcmp(other->label, w->label) != 0)
            continue;
        w->first = other;
        other->differs |= strcmp(other->model, w->model) ? PART_MODEL : 0u;
        other->differs |= strcmp(other->period, w->period) ? PART_PERIOD : 0u;
        other->differs |= other->mode != w->mode || other->tuning != w->tuning ? PART_TUNING : 0u;
        if (other->tokens != w->tokens || other->concurrency != w->concurrency)
            other->differs |= PART_SIZE;
        other->differs |= same_demands(other, w) ? 0u : PART_DEMAND;
        return;
    }
}

static struct workload *workload_find(const struct digest *d, const struct scenario *scenario,
                                      uint32_t **slot, struct workload *wanted)
{
    *wanted = workload_of(scenario);
    *slot = index_slot(&d->workload_index, workload_hash(wanted), same_workload, wanted, d);
    return **slot ? d->workloads[**slot - 1] : NULL;
}

/* The workload of the scenario; NULL when there is no room for it. */
static struct workload *workload_take(struct digest *d, const struct scenario *scenario)
{
    uint32_t *slot;
    struct workload wanted;
    struct workload *w = workload_find(d, scenario, &slot, &wanted);
    if (w || d->workload_count == WORKLOADS_MOST)
        return w;
    w = arena_take(d->arena, sizeof *w);
    *w = wanted;
    w->label = arena_text(d->arena, wanted.label, strlen(wanted.label));
    w->model = arena_text(d->arena, wanted.model, strlen(wanted.model));
    w->period = arena_text(d->arena, wanted.period, strlen(wanted.period));
    compare_labels(d, w);
    d->has_label |= *w->label != '\0';
    d->has_period |= *w->period != '\0';
    d->has_training |= w->mode == MODE_TRAINING;
    d->workloads[d->workload_count] = w;
    *slot = (uint32_t)++d->workload_count;
    return w;
}

static void keep(struct digest *d, struct option **kept, const struct option *option)
{
    if (!*kept)
        *kept = arena_take(d->arena, sizeof **kept);
    **kept = *option;
}

/* The same with the letters of its price. */
static void keep_priced(struct digest *d, struct option **kept, const struct option *option,
                        const struct result *result)
{
    const struct answer *a = result->answer;
    keep(d, kept, option);
    bill_bind(&(*kept)->bill, &result->scenario->request, d->facts);
    bill_place(&(*kept)->bill, a->gpus_high > 0 ? &a->layout_high : &a->layout, &option->speed);
}

static void keep_best(struct digest *d, struct workload *w, const struct option *o,
                      const struct result *result)
{
    bool detailed = o->estimate == ESTIMATE_DETAILED;
    w->asked[o->estimate][o->status]++;
    if (o->status != STATUS_OK) {
        /* a detailed miss explains more than a published one, a near miss more than a refusal */
        bool better = !w->missing || w->missing->estimate > o->estimate ||
                      (w->missing->estimate == o->estimate && w->missing->status > o->status);
        if (better)
            keep(d, &w->missing, o);
        return;
    }
    if (!w->smallest || option_compare_size(o, w->smallest) < 0)
        keep_priced(d, &w->smallest, o, result);
    if (o->usd_per_hour < 0)
        w->unpriced += detailed;
    else if (!w->cheapest || option_compare_cost(o, w->cheapest) < 0)
        keep_priced(d, &w->cheapest, o, result);
    if (o->money.tco_usd < 0)
        w->unpriced_owned += detailed;
    else if (!w->owned || option_compare_owned(o, w->owned) < 0)
        keep_priced(d, &w->owned, o, result);
}

/* --- the matrix --- */

static uint64_t line_hash(const struct matrix_line *line)
{
    uint64_t hash = hash_number(workload_hash(line->workload), line->estimate);
    return hash_text(hash_text(hash_text(hash, line->dtype), line->engine), line->optimizer);
}

static bool same_line(const void *wanted, const void *digest, size_t at)
{
    const struct matrix_line *a = wanted;
    const struct matrix_line *b = ((const struct digest *)digest)->lines[at];
    return a->workload == b->workload && a->estimate == b->estimate &&
           !strcmp(a->dtype, b->dtype) && !strcmp(a->engine, b->engine) &&
           !strcmp(a->optimizer, b->optimizer);
}

static struct matrix_entry entry_of(const struct option *o, const struct gpu *gpu,
                                    const struct facts *facts)
{
    bool assumed;
    bool safe = option_is_safe(o);
    double gpus = option_recommended(o);
    double servers = safe ? o->servers_high : o->layout.servers;
    if (o->status == STATUS_UNSUPPORTED)
        return (struct matrix_entry){NOT_GIVEN, false, ENTRY_UNSUPPORTED};
    if (o->status == STATUS_NO_FIT)
        return (struct matrix_entry){NOT_GIVEN, false, ENTRY_NO_FIT};
    /* the published methods pool their GPUs and know no servers */
    bool spans = servers > 0 ? servers > 1 : gpus > gpus_per_server(gpu, facts, &assumed);
    return (struct matrix_entry){gpus, spans, safe ? ENTRY_OK : ENTRY_TIGHT};
}

static void add_to_matrix(struct digest *d, const struct workload *w, const struct option *o,
                          const struct gpu *gpu)
{
    struct matrix_line wanted = {.workload = w, .estimate = o->estimate};
    copy_text(wanted.dtype, sizeof wanted.dtype, o->dtype);
    copy_text(wanted.engine, sizeof wanted.engine, o->engine);
    copy_text(wanted.optimizer, sizeof wanted.optimizer, o->optimizer);
    uint32_t *slot = index_slot(&d->line_index, line_hash(&wanted), same_line, &wanted, d);
    if (!*slot && d->line_count == LINES_MOST) {
        d->line_cut++;
        return;
    }
    if (!*slot) {
        struct matrix_line *line = arena_take(d->arena, sizeof *line);
        *line = wanted;
        line->entries = arena_array(d->arena, d->facts->gpu_count + 1, sizeof *line->entries);
        d->lines[d->line_count] = line;
        *slot = (uint32_t)++d->line_count;
    }
    if (gpu < d->facts->gpus || gpu >= d->facts->gpus + d->facts->gpu_count)
        return;
    struct matrix_entry *old = &d->lines[*slot - 1]->entries[gpu - d->facts->gpus];
    struct matrix_entry new = entry_of(o, gpu, d->facts);
    if (old->state == ENTRY_NONE || new.state < old->state ||
        (new.state == old->state &&new.gpus < old->gpus))
        *old = new;
}

/* --- everything of one result --- */

static void add_to_breakdown(struct digest *d, const struct workload *w, const struct option *o)
{
    if (o->estimate != ESTIMATE_DETAILED || !o->placed)
        return;
    if (d->breakdown_count == BREAKDOWN_MOST) {
        d->breakdown_cut++;
        return;
    }
    struct breakdown_entry *entry = arena_take(d->arena, sizeof *entry);
    entry->workload = w;
    entry->option = *o;
    d->breakdown[d->breakdown_count++] = entry;
}

void digest_add(struct digest *d, const struct result *result)
{
    struct option option;
    struct workload *workload = workload_take(d, result->scenario);
    mark_used(d, &result->scenario->request);
    option_copy(&option, result);
    if (!workload) {
        d->workload_cut++;
        d->breakdown_cut += option.placed;
        return;
    }
    keep_best(d, workload, &option, result);
    add_to_matrix(d, workload, &option, result->scenario->request.gpu);
    add_to_breakdown(d, workload, &option);
}

/* --- methods --- */

static uint64_t method_hash(const struct method_entry *m)
{
    uint64_t hash = hash_text(workload_hash(m->workload), m->by[0].gpu);
    return hash_text(hash_text(hash_text(hash, m->by[0].dtype), m->by[0].engine),
                     m->by[0].optimizer);
}

static bool same_method(const void *wanted, const void *digest, size_t at)
{
    const struct method_entry *a = wanted;
    const struct method_entry *b = ((const struct digest *)digest)->methods[at];
    return a->workload == b->workload && !strcmp(a->by[0].gpu, b->by[0].gpu) &&
           !strcmp(a->by[0].dtype, b->by[0].dtype) && !strcmp(a->by[0].engine, b->by[0].engine) &&
           !strcmp(a->by[0].optimizer, b->by[0].optimizer);
}

/* NULL when the option is there already, or there is no room. */
static uint32_t *method_slot(const struct digest *d, const struct scenario *scenario)
{
    uint32_t *slot;
    struct workload key;
    struct method_entry wanted;
    wanted.workload =
        d->method_count < METHODS_MOST ? workload_find(d, scenario, &slot, &key) : NULL;
    if (!wanted.workload)
        return NULL;
    option_names(&wanted.by[0], scenario);
    slot = index_slot(&d->method_index, method_hash(&wanted), same_method, &wanted, d);
    return *slot ? NULL : slot;
}

bool digest_wants_methods(const struct digest *d, const struct scenario *scenario)
{
    return method_slot(d, scenario) != NULL;
}

void digest_add_methods(struct digest *d, const struct result methods[3])
{
    uint32_t *slot = method_slot(d, methods[0].scenario);
    uint32_t *of_workload;
    struct workload key;
    if (!slot)
        return;
    struct method_entry *entry = arena_take(d->arena, sizeof *entry);
    entry->workload = workload_find(d, methods[0].scenario, &of_workload, &key);
    for (int i = 0; i < 3; i++)
        option_copy(&entry->by[i], &methods[i]);
    d->methods[d->method_count] = entry;
    *slot = (uint32_t)++d->method_count;
}
