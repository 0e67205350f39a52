/* skip.c -- bounds: what surely lacks memory, is too slow or costs too much is not asked about */
#include "core/allowed.h"
#include "core/room.h"
#include "core/search.h"

#include <math.h>

/* The most ways that t x p GPUs may have: no more than beat what was found. */
static double most_ways(const struct search *search, double t, double p)
{
    const struct fit *out = search->out;
    double most = out->found ? fmin(search->most, out->layout.gpus) : search->most;
    return floor(most / (t * p * context_ways(search->subject->request)));
}

/* True when no pipeline of 2 to `stages` stages can hold what the search wants, of training none of
 * 1 to `stages`. R replicas of p stages are at most n / t: each GPU holds the cache of at least
 * C t / n whole sequences. */
static bool lack_all(struct search *search, double t, double stages)
{
    struct subject *subject = search->subject;
    struct layout longest = allowed_layout(subject, t, stages, 1, 0);
    double sequences = subject->request->concurrency / (most_ways(search, t, 1) + 1);
    double least = search->nearest ? search->out->nearest_excess_bytes : 0;
    if (search->nearest && !search->out->nearest_known)
        return false;
    return pipeline_excess(subject, &longest, sequences, search->margin) >
           least + room_slack(subject, MARGIN_HIGH);
}

/* After t x p GPUs were found wanting, for the first time with this t: skips the longer pipelines
 * that do, too. Later ones are mostly too close to tell without asking. */
static void skip_pipelines(struct search *search, double t, double p, double stages)
{
    double end = fmin(stages, most_ways(search, t, 1));
    double *next = &search->next_pp[(size_t)t];
    if (*next > 0)
        return;
    for (*next = p + 1; end > p && !lack_all(search, t, end); end = floor((p + end) / 4))
        ;
    *next = fmax(*next, end + 1);
}

/* True when no ranks of training with this t fit, whatever their stages and number: asked once,
 * when one stage has told what the nearest layout lacks. */
static bool ranks_lack(struct search *search, double t, double p, double stages)
{
    if (t >= DIVISORS || search->next_pp[(size_t)t] > 0 || (search->nearest && p == 1))
        return false;
    search->next_pp[(size_t)t] = lack_all(search, t, stages) ? INFINITY : 1;
    return search->next_pp[(size_t)t] == INFINITY;
}

/* True when no number of replicas of t x p GPUs fits. */
static bool lacks_memory(struct search *search, double t, double p, double stages)
{
    const struct request *request = search->subject->request;
    bool skips = p > 1 && t < DIVISORS;
    if (request->optimizer)
        return ranks_lack(search, t, p, stages);
    if (most_ways(search, t, p) < 1)
        return false;
    struct layout most = allowed_layout(search->subject, t, p, most_ways(search, t, p), 0);
    bool fits = !search->nearest && search_fits(search, &most);
    if (!fits && skips)
        skip_pipelines(search, t, p, stages);
    return !fits && !search->nearest; /* which wants to know what each of them lacks */
}

/* Output of one replica of t x p GPUs, placed for it unless that is known. */
static const struct replica_output *output_of(struct search *search, double t, double p)
{
    struct subject *subject = search->subject;
    struct replica_output *at = subject_output(subject, t, p);
    if (at->stamp != subject->stamp) {
        struct layout layout = allowed_layout(subject, t, p, 1, 0);
        replica_speed_place(&search->replica, &layout, true);
        at->stamp = subject->stamp;
        at->requests = search->replica.most;
        at->tok_s = replica_output_most(&search->replica);
    }
    return at;
}

static bool has_output(const struct search *search, double t, double p)
{
    return subject_output(search->subject, t, p)->stamp == search->subject->stamp;
}

/* True when a throughput is asked for, and what surely misses it is of no interest. */
static bool needs_output(const struct search *search)
{
    return search->demands & 1u << LIMIT_THROUGHPUT && !search->nearest &&
           (!search->misses || search->out->found);
}

/* True when replicas of t x p GPUs are surely too slow: each of them gives no more than with all
 * the requests that it lets in, unless the row has more than that. */
static bool is_too_slow(struct search *search, double t, double p)
{
    const struct request *request = search->subject->request;
    const struct replica_speed *replica = &search->replica;
    const struct replica_output *one = output_of(search, t, p);
    const double factors[] = {[MARGIN_LOW] = replica->band_rate,
                              [MARGIN_EXPECTED] = 1,
                              [MARGIN_HIGH] = 1 / replica->band_rate};
    double ways = most_ways(search, t, p);
    double most = ways * one->tok_s * factors[search->margin];
    return ceil(request->concurrency / ways) <= one->requests &&
           request_output_rate(request, replica->output) > most * (1 + 1e-9);
}

/* The same before memory is asked. Outputs serve every search under a load: they are worth finding
 * for all layouts, but where any layout will do and the load is looked at once. */
static bool is_slow_at_once(struct search *search, double t, double p)
{
    return needs_output(search) && (!search->any || has_output(search, t, p)) &&
           is_too_slow(search, t, p);
}

/* True when no layout with this t meets the demands: the figures of the best that there could be
 * miss them, by more than rounding. */
static bool misses_surely(struct search *search, double t)
{
    const struct subject *subject = search->subject;
    const demand_set bounded = 1u << LIMIT_TPOT | 1u << LIMIT_TTFT | 1u << LIMIT_THROUGHPUT;
    struct speed best;
    struct miss miss;
    if (search->misses || subject->request->optimizer || !(search->demands & bounded))
        return false;
    speed_best(&search->replica, t, search->most, &best);
    struct offer offer = {subject->request, subject->facts, NULL, &best, NULL};
    demands_missed(&offer, search->demands & bounded, search->margin, &miss);
    return miss.limit != LIMIT_NONE && miss.ratio > 1 + 1e-9;
}

/* The first number of stages that is to be looked at with this t. */
static bool is_skipped(struct search *search, double t, double p)
{
    if (t >= DIVISORS)
        return false;
    if (!search->is_asked[(size_t)t] && misses_surely(search, t))
        search->next_pp[(size_t)t] = INFINITY;
    search->is_asked[(size_t)t] = true;
    return search->next_pp[(size_t)t] == INFINITY || (p > 1 && p < search->next_pp[(size_t)t]);
}

/* Pipelines that hold no more than one with fewer stages, where nothing else is asked of them; with
 * more bytes, an end of the band may lie lower. A pinned count of GPUs may divide by their stages
 * alone. */
bool skip_stages(const struct search *search, double p)
{
    const struct request *request = search->subject->request;
    return search->margin == MARGIN_EXPECTED && !search->demands && !is_pinned(request->pp) &&
           !is_pinned(request->gpus) && pipeline_is_wasted(search->subject, p);
}

static bool is_affordable(struct search *search, double t, double p, double ways)
{
    struct layout layout = allowed_layout(search->subject, t, p, ways, 0);
    struct offer offer = {search->subject->request, search->subject->facts, &layout, &speed_unknown,
                          &search->bill};
    struct miss miss;
    demands_missed(&offer, search->demands & DEMANDS_OF_COST, search->margin, &miss);
    return miss.limit == LIMIT_NONE;
}

/* Of up to `most` replicas of t x p GPUs, as many as budget and power allow: both grow with every
 * one. Where it is wanted what a layout misses, all are looked at. */
static double affordable_ways(struct search *search, double t, double p, double most)
{
    double low = 0;
    double high = most;
    if (search->misses || search->subject->request->optimizer ||
        !(search->demands & DEMANDS_OF_COST))
        return most;
    while (low < high) {
        double middle = ceil((low + high) / 2);
        if (is_affordable(search, t, p, middle))
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

bool skip_replica(struct search *search, double t, double p, double stages)
{
    return !subject_divides(search->subject, t) || is_skipped(search, t, p) ||
           is_slow_at_once(search, t, p) || lacks_memory(search, t, p, stages);
}

double skip_ways(struct search *search, double t, double p)
{
    const struct request *request = search->subject->request;
    bool idle = !(search->demands & 1u << LIMIT_THROUGHPUT); /* more than one request each */
    double ways = most_ways(search, t, p);
    if (ways >= 1 && !request->optimizer && idle)
        ways = fmin(ways, fmax(request->concurrency, request->ep));
    ways = affordable_ways(search, t, p, ways);
    return ways >= 1 && needs_output(search) && is_too_slow(search, t, p) ? 0 : ways;
}
