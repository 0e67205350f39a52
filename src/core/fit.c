/* fit.c -- enumerates layouts and asks whether each fits; never divides to get a count
 *
 * For fixed t, p and ZeRO stage, more replicas (or data-parallel ranks) never need more memory per
 * GPU, once there is more than one of them, and never are slower: so the smallest count of ways is
 * found by bisection, and everything else by enumeration, skipping what cannot beat the best. */
#include "core/fit.h"

#include "core/allowed.h"
#include "core/layout.h"
#include "core/room.h"
#include "core/search.h"

#include <math.h>
#include <string.h>

bool search_fits(struct search *search, const struct layout *layout)
{
    enum room found = room_of(search->subject, layout, search->margin);
    search->out->is_close |= found == LACKS_BARELY;
    return found <= FITS_BARELY;
}

/* What of `demands` the layout misses, being asked about in memory already. */
static void miss_of(struct search *search, const struct layout *layout, demand_set demands,
                    struct miss *miss)
{
    struct speed speed = speed_unknown;
    struct offer offer = {search->subject->request, search->subject->facts, layout, &speed,
                          &search->bill};
    *miss = (struct miss){.limit = LIMIT_NONE};
    demands &= search->demands;
    if (!demands)
        return;
    replica_speed_place(&search->replica, layout, search->demands & 1u << LIMIT_THROUGHPUT);
    speed_of(&search->replica, layout, &speed);
    demands_missed(&offer, demands, search->margin, miss);
}

/* True when more ways would hold too: memory and speed, which never get worse with more of them. */
static bool holds(struct search *search, const struct layout *layout)
{
    struct miss miss;
    if (!search_fits(search, layout))
        return false;
    miss_of(search, layout, DEMANDS_OF_SPEED, &miss);
    return miss.limit == LIMIT_NONE;
}

static void keep_miss(struct fit *out, const struct layout *layout, const struct miss *miss)
{
    if (miss->limit == LIMIT_NONE ||
        (out->miss.limit != LIMIT_NONE && miss->ratio >= out->miss.ratio))
        return;
    out->missing = *layout;
    out->miss = *miss;
}

/* A phase that lacks more than the nearest layout, beyond rounding, need not be the peak. */
static void keep_nearest(struct search *search, const struct layout *layout)
{
    struct fit *out = search->out;
    struct subject *subject = search->subject;
    double sequences = layout_sequences(subject->request, layout);
    double enough = out->nearest_known ? out->nearest_excess_bytes : INFINITY;
    enough += room_slack(subject, MARGIN_EXPECTED);
    double excess = replica_excess(subject, layout, sequences, MARGIN_EXPECTED, enough);
    if (out->nearest_known && excess >= out->nearest_excess_bytes)
        return;
    out->nearest = *layout;
    out->nearest_excess_bytes = excess;
    out->nearest_known = true;
}

/* Keeps the layout if it fits, within budget and power, and is the best so far; or if nothing fits
 * and it lacks least. Returns whether it holds. */
static bool try_layout(struct search *search, const struct layout *layout)
{
    struct fit *out = search->out;
    struct miss miss;
    if (search->nearest)
        keep_nearest(search, layout);
    if (search->nearest || !search_fits(search, layout))
        return false;
    miss_of(search, layout, DEMANDS_OF_SPEED, &miss);
    bool is_held = miss.limit == LIMIT_NONE;
    if (is_held)
        miss_of(search, layout, DEMANDS_OF_COST, &miss);
    keep_miss(out, layout, &miss);
    if (miss.limit == LIMIT_NONE && (!out->found || layout_precedes(layout, &out->layout))) {
        out->layout = *layout;
        out->found = true;
    }
    return is_held;
}

static bool try_ways(struct search *search, double t, double p, double ways, double zero)
{
    struct layout layout = allowed_layout(search->subject, t, p, ways, zero);
    return try_layout(search, &layout);
}

/* A run may cost less on more GPUs, where servers are bought whole or spare ones paid for: the
 * first ways from `low` on that are accepted. */
static void search_cheaper(struct search *search, double t, double p, double zero, double low,
                           double most)
{
    const struct request *request = search->subject->request;
    bool may = search->demands & 1u << LIMIT_BUDGET && money_is_of_run(request);
    double group = t * p * context_ways(request);
    for (double ways = low; may && ways <= most; ways++) {
        if (search->out->found && group * ways > search->out->layout.gpus)
            return;
        if (ways_allowed(request, t, ways))
            try_ways(search, t, p, ways, zero);
    }
}

/* The smallest ways <= most that fits with (t, p, zero): one way first, then bisection between two
 * and most, then on to the next count that the global batch allows. */
static void search_ways(struct search *search, double t, double p, double zero, double most)
{
    const struct request *request = search->subject->request;
    /* One rank alone needs no gathered blocks: in training it is a case of its own. */
    double fewest = ceil(search->least / (t * p * context_ways(request)));
    double low = fmax(fewest, request->optimizer ? 2 : 1);
    double high = most;
    /* One rank without context parallelism shards nothing: once is enough. */
    bool first = zero == 0 || zero == request->zero || context_ways(request) > 1;
    if (request->optimizer && first && fewest <= 1 && ways_allowed(request, t, 1) &&
        try_ways(search, t, p, 1, zero)) {
        search_cheaper(search, t, p, zero, 2, most);
        return;
    }
    while (high >= low && !ways_allowed(request, t, high))
        high--;
    if (high < low || !try_ways(search, t, p, high, zero) || (search->any && search->out->found))
        return;
    while (low < high) {
        double middle = floor((low + high) / 2);
        struct layout layout = allowed_layout(search->subject, t, p, middle, zero);
        if (holds(search, &layout))
            high = middle;
        else
            low = middle + 1;
    }
    while (!ways_allowed(request, t, high))
        high++;
    try_ways(search, t, p, high, zero);
    search_cheaper(search, t, p, zero, high + 1, most);
}

static void search_replica(struct search *search, double t, double p)
{
    const struct request *request = search->subject->request;
    double group = t * p * context_ways(request);
    double ways = skip_ways(search, t, p);
    if (ways < 1)
        return;
    for (double zero = 0; zero <= 3; zero++) {
        if (!zero_allowed(request, p, zero))
            continue;
        if (is_pinned(request->dp)) {
            if (group * request->dp <= search->most && ways_allowed(request, t, request->dp) &&
                (!is_pinned(request->gpus) || group * request->dp == request->gpus))
                try_ways(search, t, p, request->dp, zero);
        } else if (is_pinned(request->gpus)) {
            if (fmod(request->gpus, group) == 0 && ways_allowed(request, t, request->gpus / group))
                try_ways(search, t, p, request->gpus / group, zero);
        } else {
            search_ways(search, t, p, zero, ways);
        }
    }
}

/* True when what was found made the load larger: the same replicas are to be looked at again, and
 * more ranks may lack all. Of the pipelines that serve, few more would. */
static bool is_raised(struct search *search)
{
    struct fit *out = search->out;
    if (!search->raise || !out->found || !search->raise(search->context, &out->layout))
        return false;
    out->found = false;
    if (search->subject->request->optimizer)
        memset(search->next_pp, 0, sizeof search->next_pp);
    return true;
}

static void search_all(struct search *search)
{
    struct fit *out = search->out;
    const struct request *request = search->subject->request;
    double layers =
        is_pinned(request->layers_override) ? request->layers_override : request->model->layers;
    double stages = is_pinned(request->pp) ? request->pp : layers;
    double fewest = is_pinned(request->tp) ? request->tp : 1;
    double ways = is_pinned(request->tp) ? request->tp : search->subject->per_server;
    for (double p = is_pinned(request->pp) ? request->pp : 1; p <= stages; p++) {
        if (p > search->most || (out->found && p > out->layout.gpus))
            break;
        if (skip_stages(search, p))
            continue;
        for (double i = fewest; i <= ways; i++) {
            double t = search->any ? fewest + ways - i : i; /* any: the widest hold the most */
            do {
                if (!skip_replica(search, t, p, stages))
                    search_replica(search, t, p);
            } while (is_raised(search));
            if (search->any && out->found)
                return;
        }
    }
}

/* A search with what its demands need bound. */
static void search_bind(struct search *search, struct subject *subject, enum margin margin,
                        demand_set demands, double most)
{
    *search =
        (struct search){.subject = subject, .margin = margin, .demands = demands, .most = most};
    if (demands)
        replica_speed_bind(&search->replica, subject);
    search->replica.ends = 1u << margin;
    if (demands & DEMANDS_OF_COST)
        bill_bind(&search->bill, subject->request, subject->facts);
}

enum aim { AIM_ANY, AIM_BEST, AIM_MISS };

static void search_for(struct search *search, enum aim aim, struct fit *out)
{
    search->any = aim == AIM_ANY;
    search->misses = aim == AIM_MISS;
    search->out = out;
    *out = (struct fit){.miss = {.limit = LIMIT_NONE}};
    search_all(search);
}

void fit_search(struct subject *subject, enum margin margin, demand_set demands, double most,
                struct fit *out)
{
    struct search search;
    search_bind(&search, subject, margin, demands, most);
    search_for(&search, AIM_MISS, out);
}

bool fit_find(struct subject *subject, enum margin margin, demand_set demands, double least,
              double most, struct fit *out)
{
    struct search search;
    search_bind(&search, subject, margin, demands, most);
    search.least = least;
    search_for(&search, AIM_BEST, out);
    return out->found;
}

void fit_nearest(struct subject *subject, demand_set demands, double most, struct fit *out)
{
    struct search search;
    search_bind(&search, subject, MARGIN_EXPECTED, demands, most);
    search.nearest = true;
    search.out = out;
    search_all(&search);
}

bool fit_holds(struct subject *subject, enum margin margin, demand_set demands,
               const struct layout *layout)
{
    struct search search;
    struct fit unused = {0};
    struct miss miss;
    search_bind(&search, subject, margin, demands, layout->gpus);
    search.out = &unused;
    if (!holds(&search, layout))
        return false;
    miss_of(&search, layout, DEMANDS_OF_COST, &miss);
    return miss.limit == LIMIT_NONE;
}

bool fit_exists(struct subject *subject, demand_set demands, double most)
{
    struct search search;
    struct fit any;
    search_bind(&search, subject, MARGIN_EXPECTED, demands, most);
    search_for(&search, AIM_ANY, &any);
    return any.found;
}

void fit_climb(struct subject *subject, double most, fit_raise *raise, void *context)
{
    struct search search;
    struct fit any;
    search_bind(&search, subject, MARGIN_EXPECTED, 0, most);
    search.raise = raise;
    search.context = context;
    search_for(&search, AIM_ANY, &any);
}
