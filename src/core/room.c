/* room.c -- asks the term table, and remembers between which numbers of sequences it need not */
#include "core/room.h"

#include "core/fit.h"
#include "core/layout.h"
#include "core/units.h"

#include <math.h>

/* As expected, the bytes of a layout grow with its load, but for rounding. At an end of the band
 * they are those of the phase and stage that peak as expected, and may step back where another
 * takes over. */
double room_slack(const struct subject *subject, enum margin margin)
{
    return subject->visible_bytes * (margin == MARGIN_EXPECTED ? 1e-9 : 1.0 / 64);
}

/* Bytes that a phase must lack as expected, for its layout to lack more than the slack at every end
 * of the band, which is at most a share of what is held and some fixed bytes. A peak lacks no less
 * than the phase; holding what it lacks and what is usable, it lacks at the low end at least
 * (1 - share) lacking - share usable - fixed. */
static double hopeless(const struct subject *subject)
{
    const struct engine *engine = subject->request->engine;
    double share = (engine->band_weights_pct + engine->band_cache_pct +
                    engine->band_activation_pct + engine->band_total_pct) /
                   100;
    double slack = room_slack(subject, MARGIN_LOW);
    double fixed = engine->band_overhead_gib * GIB + slack;
    return share < 1 ? (share * subject->visible_bytes + fixed) / (1 - share) + slack : INFINITY;
}

/* Notes that a replica holds or lacks room for `sequences` at that end of the band: then it does
 * so at every friendlier end, or at every harder one. */
static void learn(struct placement *at, double sequences, enum margin margin, bool holds)
{
    for (int i = 0; i < MARGIN_COUNT; i++) {
        if (holds && i <= (int)margin)
            at->holds[i] = fmax(at->holds[i], sequences);
        if (!holds && i >= (int)margin)
            at->lacks[i] = fmin(at->lacks[i], sequences);
    }
}

static enum room grade(const struct subject *subject, double excess, enum margin margin)
{
    if (fabs(excess) <= room_slack(subject, margin))
        return excess <= 0 ? FITS_BARELY : LACKS_BARELY;
    return excess <= 0 ? FITS : LACKS;
}

/* A phase that lacks enough decides. */
static enum room ask(struct subject *subject, const struct layout *layout, double sequences,
                     enum margin margin)
{
    double enough = margin == MARGIN_LOW ? hopeless(subject) : room_slack(subject, margin);
    return grade(subject, replica_excess(subject, layout, sequences, margin, enough), margin);
}

enum room room_of_replica(struct subject *subject, const struct layout *layout, double sequences,
                          enum margin margin)
{
    struct placement *at = subject_placement(subject, layout);
    if (sequences <= at->holds[margin])
        return FITS;
    if (sequences >= at->lacks[margin])
        return LACKS;
    enum room found = ask(subject, layout, sequences, margin);
    if (found == FITS || found == LACKS)
        learn(at, sequences, margin, found == FITS);
    return found;
}

enum room room_of(struct subject *subject, const struct layout *layout, enum margin margin)
{
    double sequences = layout_sequences(subject->request, layout);
    if (subject->request->optimizer)
        return ask(subject, layout, sequences, margin);
    return room_of_replica(subject, layout, sequences, margin);
}

bool fit_in_memory(struct subject *subject, const struct layout *layout, enum margin margin)
{
    return room_of(subject, layout, margin) <= FITS_BARELY;
}

static double asked_excess(struct subject *subject, const struct layout *layout, double sequences)
{
    return replica_excess(subject, layout, sequences, MARGIN_EXPECTED, INFINITY);
}

/* Memory is a straight line in the sequences for every engine with a pool, so two points guess the
 * answer; the guess only narrows the bisection, which asks. */
static double find_most(struct subject *subject, const struct layout *layout)
{
    const double most = 1099511627776.0; /* 2^40: a model without a cache holds any number */
    double first = asked_excess(subject, layout, 1);
    double slope = asked_excess(subject, layout, 2) - first;
    if (first > 0)
        return 0;
    double guess = slope > 0 ? fmin(most, floor(1 - first / slope)) : most;
    double low = fmax(1, guess - 1);
    double high = guess + 2;
    if (asked_excess(subject, layout, low) > 0) {
        high = low;
        low = 1;
    }
    while (high < most && asked_excess(subject, layout, high) <= 0) {
        low = high;
        high *= 2;
    }
    while (low + 1 < high) {
        double middle = floor((low + high) / 2);
        if (asked_excess(subject, layout, middle) <= 0)
            low = middle;
        else
            high = middle;
    }
    return fmin(low, most);
}

double fit_most_sequences(struct subject *subject, const struct layout *layout)
{
    struct placement *at = subject_placement(subject, layout);
    if (at->most < 0)
        at->most = find_most(subject, layout);
    return at->most;
}

void fit_learn_most(struct subject *subject, const struct layout *layout, double sequences)
{
    subject_placement(subject, layout)->most = sequences;
}

double fit_max_concurrency(const struct request *request, const struct facts *facts,
                           const struct layout *layout)
{
    struct subject subject;
    struct layout one = *layout;
    one.gpus /= one.ways;
    one.ways = 1;
    subject_bind(&subject, request, facts);
    return fit_most_sequences(&subject, &one) * layout->ways;
}
