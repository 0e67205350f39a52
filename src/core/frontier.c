/* frontier.c -- loads as straight lines, where they meet what is usable, and who beats whom */
#include "core/frontier.h"

#include "core/allowed.h"
#include "core/demand.h"
#include "core/fit.h"
#include "core/layout.h"
#include "core/load.h"

#include <math.h>

/* More sequences than any card holds: a replica without a cache takes any number. */
static const double FAR = 1099511627776.0; /* 2^40 */

bool frontier_serves(const struct request *r)
{
    return !r->optimizer && r->engine->cache_layout != CACHE_GROWS && !is_pinned(r->tp) &&
           !is_pinned(r->pp) && !is_pinned(r->dp) && !is_pinned(r->gpus) && !is_pinned(r->ep) &&
           r->concurrency >= 1 && r->concurrency < FAR && r->concurrency == floor(r->concurrency) &&
           !demands_of(r);
}

/* The loads of a replica, and which of them decides. */
struct replica {
    const struct subject *subject;
    struct load loads[LOADS_MOST];
    size_t count;
    size_t steady; /* the load that is tightest whatever the sequences; `count`: none is */
};

static void peak_at(const struct replica *x, size_t i, double sequences, struct peak *out)
{
    load_peak(&x->loads[i], sequences, out);
    peak_use(x->subject, out);
}

static size_t tightest(const struct replica *x, double sequences)
{
    struct peak best = {.total_bytes = 0};
    struct peak tried;
    size_t found = 0;
    peak_at(x, 0, sequences, &best);
    for (size_t i = 1; i < x->count; i++) {
        peak_at(x, i, sequences, &tried);
        if (!peak_is_tighter(&tried, &best))
            continue;
        best = tried;
        found = i;
    }
    return found;
}

static void tightest_at(const struct replica *x, double sequences, struct peak *out)
{
    peak_at(x, x->steady < x->count ? x->steady : tightest(x, sequences), sequences, out);
}

/* Bytes that the replica lacks, but for rounding. */
static double excess_at(const struct replica *x, double sequences, enum margin margin)
{
    struct peak peak;
    tightest_at(x, sequences, &peak);
    return peak_excess(x->subject, &peak, margin);
}

static void take_loads(struct replica *x, struct subject *subject, const struct layout *layout)
{
    x->subject = subject;
    x->count = replica_loads(subject, layout, x->loads);
    x->steady = 0;
    if (x->count == 1)
        return;
    x->steady = tightest(x, 1);
    if (x->steady != tightest(x, FAR))
        x->steady = x->count;
}

/* Loads are straight lines but for a bend that all of them share: the one that is tightest both for
 * one sequence and for very many is so for all. As expected, bytes grow with the sequences anyway.
 * At the ends of the band they surely do where one load is always the tightest and, at the low end,
 * where the band widens less than they grow. */
static bool is_growing(const struct replica *x, enum margin margin)
{
    const struct engine *engine = x->subject->request->engine;
    double widens = (engine->band_cache_pct + engine->band_total_pct) / 100;
    if (margin == MARGIN_EXPECTED)
        return true;
    if (x->steady == x->count)
        return false;
    return margin == MARGIN_HIGH || (x->loads[x->steady].activation_each_bytes <= 0 && widens < 1);
}

/* The last number of sequences that fits, and what it and the next one lack. */
struct threshold {
    double holds;
    double excess;
    double next_excess;
};

/* From one sequence on, which fits: along the line, whose bend takes a second look, then by
 * bisection. */
static struct threshold last_that_fits(const struct replica *x, struct threshold at,
                                       enum margin margin)
{
    double high = FAR;
    for (int looks = 0; at.next_excess <= 0 && at.holds + 1 < high; looks++) {
        double slope = at.next_excess - at.excess;
        double guess = slope > 0 && looks < 8 ? floor(at.holds - at.excess / slope)
                                              : floor((at.holds + high) / 2);
        guess = fmin(fmax(guess, at.holds + 1), high - 1);
        double excess = excess_at(x, guess, margin);
        if (excess <= 0)
            at = (struct threshold){guess, excess, excess_at(x, guess + 1, margin)};
        else
            high = guess;
    }
    return at;
}

/* The most sequences that a replica holds, by what one and two of them lack; NOT_GIVEN: that is not
 * sure. */
static double find_holds(const struct replica *x, double one, double two, enum margin margin)
{
    const double slack = 1e-9 * x->subject->visible_bytes;
    if (!is_growing(x, margin) || fabs(one) <= slack)
        return NOT_GIVEN;
    if (one > 0)
        return 0;
    if (two <= one && excess_at(x, FAR, margin) <= 0)
        return FAR;
    struct threshold last = last_that_fits(x, (struct threshold){1, one, two}, margin);
    return last.excess < -slack && last.next_excess > slack ? last.holds : NOT_GIVEN;
}

static void excesses_at(const struct replica *x, double sequences, double excess[MARGIN_COUNT])
{
    struct peak peak;
    tightest_at(x, sequences, &peak);
    peak_excesses(x->subject, &peak, excess);
}

static bool is_denser(const struct rung *a, const struct rung *b)
{
    return a->holds * b->gpus > b->holds * a->gpus;
}

static bool divides(double part, double whole)
{
    return (unsigned)whole % (unsigned)part == 0;
}

/* True when `a`, which has no more GPUs, makes a layout that precedes b's whatever the requests
 * are: with as many replicas, with one more that may be almost empty, or with n / n' for each of
 * b's, where that is whole. */
static bool beats(const struct rung *a, const struct rung *b)
{
    if (is_denser(b, a))
        return false;
    bool is_smaller = a->gpus < b->gpus;
    if (is_smaller &&
        (a->holds >= b->holds || a->gpus * (a->holds + b->holds) <= b->gpus * a->holds))
        return true;
    bool first_of_equals = a->tp <= b->tp && (a->pp <= 1 || b->pp > 1);
    return first_of_equals && divides(a->gpus, b->gpus) && divides(a->tp, b->tp);
}

/* In the order of GPUs. None beats the densest. */
static void add(struct ladder *ladder, const struct rung *rung)
{
    size_t count = ladder->count;
    bool is_densest = count == 0 || is_denser(rung, &ladder->rungs[ladder->densest]);
    for (size_t i = is_densest ? 0 : count; i > 0; i--)
        if (beats(&ladder->rungs[i - 1], rung))
            return;
    if (count == RUNGS_MOST) {
        ladder->is_unsure = true;
        return;
    }
    if (is_densest)
        ladder->densest = count;
    ladder->rungs[ladder->count++] = *rung;
}

static void look_at(struct frontier *f, struct subject *subject, double t, double p)
{
    struct layout layout = {.gpus = t * p, .tp = t, .pp = p, .ways = 1, .cp = 1, .ep = 1};
    struct replica replica;
    double one[MARGIN_COUNT];
    double two[MARGIN_COUNT];
    take_loads(&replica, subject, &layout);
    excesses_at(&replica, 1, one);
    excesses_at(&replica, 2, two);
    for (int i = 0; i < MARGIN_COUNT; i++) {
        double holds = find_holds(&replica, one[i], two[i], (enum margin)i);
        f->ladders[i].is_unsure |= holds < 0;
        if (holds > 0)
            add(&f->ladders[i], &(struct rung){t, p, t * p, holds});
        if (i == MARGIN_EXPECTED && holds >= 0 && holds < FAR)
            fit_learn_most(subject, &layout, holds);
    }
}

/* Replicas of as many GPUs, however they are split. */
static void look_at_next(struct frontier *f, struct subject *subject)
{
    size_t gpus = f->next++;
    for (size_t i = 0; i < f->way_count && f->ways[i] <= gpus; i++) {
        size_t stages = gpus / f->ways[i];
        if (gpus % f->ways[i] == 0 && stages < f->stages_end && !f->is_wasted[stages])
            look_at(f, subject, f->ways[i], (double)stages);
    }
}

/* Of at most `end` GPUs: those of the best so far. */
static void keep_best(const struct subject *subject, const struct rung *rung, double end,
                      struct ladder *ladder)
{
    struct layout *best = &ladder->found;
    double requests = subject->request->concurrency;
    if (rung->gpus * requests > end * rung->holds) /* rounding keeps the order */
        return;
    double ways = ceil(requests / rung->holds);
    if (rung->gpus * ways > end)
        return;
    struct layout layout = allowed_layout(subject, rung->tp, rung->pp, ways, 0);
    if (best->gpus > 0 && !layout_precedes(&layout, best))
        return;
    *best = layout;
    ladder->to = rung->holds * ways;
}

/* GPUs of the largest replica. */
static double last_of(const struct frontier *f, const struct subject *subject)
{
    return f->way_count > 0 ? subject->letters.L * f->ways[f->way_count - 1] : 0;
}

static void search_ladder(struct frontier *f, struct subject *subject, double most,
                          struct ladder *ladder)
{
    size_t seen = 0;
    double last = last_of(f, subject);
    ladder->found.gpus = 0;
    ladder->from = subject->request->concurrency;
    ladder->to = 0;
    for (double end = most;;) {
        for (; seen < ladder->count && ladder->rungs[seen].gpus <= end; seen++) {
            keep_best(subject, &ladder->rungs[seen], end, ladder);
            end = ladder->found.gpus > 0 ? ladder->found.gpus : most;
        }
        if (ladder->is_unsure || (double)f->next > fmin(end, last))
            break;
        look_at_next(f, subject);
    }
}

/* What no load changes. */
static void find_splits(struct frontier *f, struct subject *subject)
{
    f->stages_end = (size_t)fmin(subject->letters.L, STAGES_MOST) + 1;
    for (size_t p = 1; p < f->stages_end; p++)
        f->is_wasted[p] = pipeline_is_wasted(subject, (double)p);
    f->way_count = 0;
    for (size_t t = 1; t <= (size_t)subject->per_server && f->way_count < WAYS_MOST; t++)
        if (subject_divides(subject, (double)t))
            f->ways[f->way_count++] = (unsigned char)t;
}

static void restart(struct frontier *f, struct subject *subject)
{
    if (f->stamp == 0)
        find_splits(f, subject);
    f->stamp = subject->stamp;
    f->next = 1;
    for (int margin = 0; margin < MARGIN_COUNT; margin++) {
        struct ladder *ladder = &f->ladders[margin];
        ladder->is_unsure = subject->per_server > GPUS_MOST || f->way_count == WAYS_MOST ||
                            subject->letters.L > STAGES_MOST;
        ladder->count = 0;
        ladder->to = 0;
    }
}

enum sight frontier_find(struct frontier *f, struct subject *subject, enum margin margin,
                         double most, struct layout *out)
{
    struct ladder *ladder = &f->ladders[margin];
    double requests = subject->request->concurrency;
    if (f->stamp != subject->stamp)
        restart(f, subject);
    if (requests < ladder->from || requests > ladder->to)
        search_ladder(f, subject, most, ladder);
    if (ladder->is_unsure)
        return SIGHT_UNSURE;
    *out = ladder->found;
    return out->gpus > 0 && out->gpus <= most ? SIGHT_FOUND : SIGHT_NONE;
}

double frontier_most(struct frontier *f, struct subject *subject, enum margin margin, double most)
{
    struct ladder *ladder = &f->ladders[margin];
    double requests = 0;
    if (f->stamp != subject->stamp)
        restart(f, subject);
    double last = last_of(f, subject);
    while (!ladder->is_unsure && (double)f->next <= fmin(most, last))
        look_at_next(f, subject);
    for (size_t i = 0; i < ladder->count; i++)
        requests = fmax(requests, ladder->rungs[i].holds * floor(most / ladder->rungs[i].gpus));
    return ladder->is_unsure ? NOT_GIVEN : requests;
}
