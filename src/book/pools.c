/* pools.c -- sorts the workloads by period and GPU, and works out each pool from the one before */
#include "book/pools.h"

#include "book/option.h"
#include "book/write.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A workload and the option that counts for it. */
struct claim {
    const struct workload *workload;
    const struct option *option; /* NULL: nothing fits */
    enum cost_role role;
    struct period period;
    bool readable;
    size_t at; /* in the digest */
};

static int compare_periods(const struct claim *a, const struct claim *b)
{
    if (a->readable != b->readable)
        return a->readable ? -1 : 1;
    if (a->readable)
        return period_compare(&a->period, &b->period);
    return strcmp(a->workload->period, b->workload->period);
}

static int compare_claims(const void *left, const void *right)
{
    const struct claim *a = left;
    const struct claim *b = right;
    int order = compare_periods(a, b);
    if (!order && !a->option != !b->option)
        order = a->option ? -1 : 1;
    if (!order && a->option)
        order = strcmp(a->option->gpu, b->option->gpu);
    return order ? order : (a->at > b->at) - (a->at < b->at);
}

static struct claim *claims_of(const struct digest *d, struct arena *arena)
{
    struct claim *claims = arena_array(arena, d->workload_count + 1, sizeof *claims);
    for (size_t i = 0; i < d->workload_count; i++) {
        const struct workload *w = d->workloads[i];
        claims[i] = (struct claim){.workload = w, .at = i};
        claims[i].option = workload_recommended(w);
        claims[i].role = workload_role(w);
        claims[i].readable = period_read(w->period, &claims[i].period);
    }
    qsort(claims, d->workload_count, sizeof *claims, compare_claims);
    return claims;
}

/* Adds a sentence where there is room for it. */
static void add_note(char note[POOL_NOTE_BYTES], const char *join, const char *text)
{
    size_t used = strlen(note);
    size_t needed = strlen(text) + (used ? strlen(join) : 0);
    if (used + needed + sizeof "\u2026" < POOL_NOTE_BYTES)
        snprintf(note + used, POOL_NOTE_BYTES - used, "%s%s", used ? join : "", text);
    else if (used >= 3 && strcmp(note + used - 3, "\u2026") != 0)
        memcpy(note + used, "\u2026", sizeof "\u2026");
}

double owned_through(const struct book_options *options, const char *gpu,
                     const struct period *period)
{
    struct period wanted = period ? *period : (struct period){INT_MIN, INT_MAX};
    double count = 0;
    for (size_t i = 0; i < options->owned_count; i++) {
        const struct owned_lot *lot = &options->owned[i];
        if (!strcmp(lot->gpu, gpu) && lot->owned.first <= wanted.first &&
            wanted.last <= lot->owned.last)
            count += lot->count;
    }
    return count;
}

/* The card that the same demand used in the last period before; NULL: the same, or none. */
static const char *moved_from(const struct claim *claims, const struct claim *claim)
{
    const struct workload *w = claim->workload;
    for (const struct claim *c = claim; c-- > claims;) {
        const struct workload *other = c->workload;
        if (!c->option || compare_periods(c, claim) == 0 || other->mode != w->mode ||
            strcmp(other->label, w->label) != 0 || strcmp(other->model, w->model) != 0)
            continue;
        return strcmp(c->option->gpu, claim->option->gpu) ? c->option->gpu : NULL;
    }
    return NULL;
}

/* The dearer price counts; an unknown one counts as dearest. */
static bool is_dearer(const struct bill *a, const struct bill *b)
{
    return isfinite(b->p_g) && !(a->p_g <= b->p_g);
}

static void add_claim(struct pool *pool, const struct claim *claims, const struct claim *claim)
{
    char name[WORKLOAD_NAME_BYTES];
    char text[WORKLOAD_NAME_BYTES + 160];
    const struct option *o = claim->option;
    const char *from = claim->readable ? moved_from(claims, claim) : NULL;
    workload_name(claim->workload, name);
    int used = snprintf(text, sizeof text, "%s: %.0f", name, option_recommended(o));
    if (from)
        used += snprintf(text + used, sizeof text - (size_t)used, " (before on %s)", from);
    if (!option_is_safe(o))
        snprintf(text + used, sizeof text - (size_t)used, " (the expected count)");
    add_note(pool->note, "; ", text);
    if (pool->option && !(pool->option->bill.p_g == o->bill.p_g) &&
        (isfinite(pool->option->bill.p_g) || isfinite(o->bill.p_g)))
        add_note(pool->note, "; ", "prices differ, the dearest counts");
    if (!pool->option || is_dearer(&o->bill, &pool->option->bill))
        pool->option = o;
    pool->planned += option_recommended(o);
    if (pool->workloads < POOL_ROWS_MOST)
        pool->cost_rows[(size_t)pool->workloads] = claim->workload->cost_rows[claim->role];
    pool->workloads++;
}

static double term(const char *id, const struct bill *bill)
{
    for (size_t i = 0; i < COST_TERM_COUNT; i++)
        if (!strcmp(cost_terms[i].id, id))
            return cost_terms[i].value(bill);
    return NAN;
}

/* The same operations, in the same order, as the formulas of the sheet. */
static void work_out(struct pool *p, const struct span *span)
{
    struct bill b = p->option->bill;
    const struct pool *before = p->before;
    p->needed = p->planned;
    b.n = p->needed;
    p->spared = p->needed > 0 ? term("gpus_wanted", &b) + b.x_s * b.g : 0;
    p->bought = before ? before->bought + before->sold : 0;
    p->to_buy = fmax(0, p->spared - p->owned - p->bought);
    p->sold = b.i_w > 0 ? ceil(p->to_buy / b.g) * b.g : p->to_buy;
    b.n_p = p->sold;
    p->unit_usd = b.p_g;
    b.H = p->hardware_usd = p->sold > 0 ? term("hardware", &b) : 0;
    p->purchase_usd = p->sold > 0 ? term("purchase", &b) : 0;
    p->unpriced = isfinite(p->purchase_usd) ? 0 : p->sold;
    b.n_r = p->rented = fmax(0, p->spared - p->owned);
    p->rent_usd_per_hour = p->rented > 0 ? term("rent", &b) : 0;
    double months = span->readable ? (double)period_months(&span->period) : (double)NAN;
    p->rent_usd = p->rent_usd_per_hour * 24 * 365 / 12 * months;
    b.n_p = p->spared;
    p->power_kw = term("power", &b);
}

/* The same GPU in the last earlier period; what comes at an unknown time has none. */
static const struct pool *pool_before(const struct pools *pools, const struct span *span,
                                      const char *gpu)
{
    for (const struct span *s = span; span->readable && s-- > pools->spans;)
        for (size_t i = 0; i < s->pool_count; i++)
            if (!strcmp(s->pools[i].option->gpu, gpu))
                return &s->pools[i];
    return NULL;
}

static void close_pool(const struct pools *pools, const struct span *span, struct pool *pool,
                       const struct book_options *options)
{
    const char *gpu = pool->option->gpu;
    pool->before = pool_before(pools, span, gpu);
    pool->owned = owned_through(options, gpu, span->readable ? &span->period : NULL);
    work_out(pool, span);
}

static void open_span(const struct pools *pools, struct span *span, const struct claim *claim)
{
    char text[256];
    *span = (struct span){.text = claim->workload->period,
                          .period = claim->period,
                          .readable = claim->readable,
                          .pools = pools->pools + pools->pool_count};
    if (!*span->text)
        add_note(span->note, "; ", "rows without a period");
    else if (!span->readable)
        add_note(span->note, "; ", "\u26A0 no period that can be read: write " PERIOD_FORMS);
    if (!span->readable)
        add_note(span->note, "; ",
                 "counts only what is owned without from and until, and nothing bought before");
    for (const struct span *s = span; span->readable && s-- > pools->spans;) {
        if (s->period.last < span->period.first)
            continue;
        snprintf(text, sizeof text, "\u26A0 overlaps %.40s: counted as if it came after", s->text);
        add_note(span->note, "; ", text);
        break;
    }
}

static void add_missing(struct span *span, const struct workload *w)
{
    char name[WORKLOAD_NAME_BYTES];
    char text[WORKLOAD_NAME_BYTES + 32];
    snprintf(text, sizeof text, "\u26A0 nothing fits: %s", workload_name(w, name));
    add_note(span->note, "; ", text);
}

/* One span: the claims of one period, those of one GPU behind another. Returns the next claim. */
static const struct claim *fill_span(struct pools *pools, const struct claim *claims,
                                     const struct claim *claim, const struct claim *end,
                                     const struct book_options *options)
{
    struct span *span = &pools->spans[pools->span_count];
    const struct claim *first = claim;
    open_span(pools, span, claim);
    while (claim < end && compare_periods(claim, first) == 0) {
        struct pool *pool = &pools->pools[pools->pool_count];
        if (!claim->option) {
            add_missing(span, claim++->workload);
            continue;
        }
        const char *gpu = claim->option->gpu;
        for (; claim < end && compare_periods(claim, first) == 0 && claim->option &&
               !strcmp(claim->option->gpu, gpu);
             claim++)
            add_claim(pool, claims, claim);
        close_pool(pools, span, pool, options);
        span->workloads += pool->workloads;
        span->pool_count++;
        pools->pool_count++;
    }
    pools->span_count++;
    return claim;
}

void pools_make(struct pools *pools, const struct digest *digest,
                const struct book_options *options, struct arena *arena)
{
    const struct claim *claims = claims_of(digest, arena);
    const struct claim *end = claims + digest->workload_count;
    *pools = (struct pools){.span_count = 0};
    pools->spans = arena_array(arena, digest->workload_count + 1, sizeof *pools->spans);
    pools->pools = arena_array(arena, digest->workload_count + 1, sizeof *pools->pools);
    for (const struct claim *claim = claims; claim < end;)
        claim = fill_span(pools, claims, claim, end, options);
}

bool pools_idle(const struct pools *pools, const struct book_options *options,
                char text[POOL_NOTE_BYTES])
{
    int start = snprintf(text, POOL_NOTE_BYTES, "Owned and used by no workload here: ");
    size_t used = (size_t)start;
    for (size_t i = 0; i < options->owned_count && used + 64 < POOL_NOTE_BYTES; i++) {
        const char *gpu = options->owned[i].gpu;
        bool known = false;
        for (size_t j = 0; j < i && !known; j++)
            known = !strcmp(options->owned[j].gpu, gpu);
        for (size_t j = 0; j < pools->pool_count && !known; j++)
            known = !strcmp(pools->pools[j].option->gpu, gpu);
        if (!known)
            used += (size_t)snprintf(text + used, POOL_NOTE_BYTES - used, "%s%.40s",
                                     used > (size_t)start ? ", " : "", gpu);
    }
    return used > (size_t)start;
}
