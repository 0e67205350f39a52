/* fit.c -- enumerates layouts and asks whether each fits; never divides to get a count
 *
 * For fixed t, p and ZeRO stage, more replicas (or data-parallel ranks) never need more memory per
 * GPU, once there is more than one of them, and never are slower: so the smallest count of ways is
 * found by bisection, and everything else by enumeration, skipping what cannot beat the best. */
#include "core/fit.h"

#include "core/allowed.h"
#include "core/layout.h"
#include "core/room.h"

#include <math.h>
#include <string.h>

struct search {
    struct subject *subject;
    enum margin margin;
    demand_set demands;
    double least;     /* GPUs: fewer do not hold */
    double most;      /* GPUs */
    bool any;         /* any layout that fits will do */
    bool misses;      /* what a layout misses is wanted, if nothing meets the demands */
    bool nearest;     /* nothing fits: the one that lacks least is wanted */
    fit_raise *raise; /* what fits makes the load larger; NULL: it does not */
    void *context;
    struct replica_speed replica; /* when there are demands */
    struct bill bill;             /* when there are demands of cost */
    struct fit *out;
    bool is_asked[DIVISORS];  /* by t: whether it can meet the demands at all */
    double next_pp[DIVISORS]; /* by t: pipelines between one stage and this many do not fit */
};

/* The same while searching, which remembers whether a larger load could change a refusal. */
static bool fits_here(struct search *search, const struct layout *layout)
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
    if (!fits_here(search, layout))
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
    double sequences = ceil(subject->request->concurrency / layout->ways);
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
    if (search->nearest || !fits_here(search, layout))
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

/* True when replicas of t x p GPUs are surely too slow: each of them gives no more than with all the
 * requests that it lets in, unless the row has more than that. */
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
    return one->tok_s > 0 && ceil(request->concurrency / ways) <= one->requests &&
           request_output_rate(request, replica->output) > most * (1 + 1e-9);
}

/* The same before memory is asked. Outputs serve every search under a load: they are worth finding
 * for all layouts, but where any layout will do and the load is looked at once. */
static bool is_slow_at_once(struct search *search, double t, double p)
{
    return needs_output(search) && (!search->any || has_output(search, t, p)) &&
           is_too_slow(search, t, p);
}

/* The same of ranks of training, whose number shards what all hold: asked with the first stages, as
 * long as it may help, for all that follow. */
/* The same of ranks of training, whose number shards what all hold: asked once for all stages, or
 * again where the first ones had to say what the nearest layout lacks. */
/* The same of ranks of training, whose number shards what all hold: asked once for all stages, when
 * one stage has told what the nearest layout lacks. */
/* The same of ranks of training: asked once, when one stage has told what the nearest lacks. */
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
    bool fits = !search->nearest && fits_here(search, &most);
    if (!fits && skips)
        skip_pipelines(search, t, p, stages);
    return !fits && !search->nearest; /* which wants to know what each of them lacks */
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

static void search_replica(struct search *search, double t, double p)
{
    const struct request *request = search->subject->request;
    double group = t * p * context_ways(request);
    double ways = most_ways(search, t, p);
    if (ways < 1)
        return;
    bool idle = !(search->demands & 1u << LIMIT_THROUGHPUT); /* more than one request each */
    if (!request->optimizer && idle)
        ways = fmin(ways, fmax(request->concurrency, request->ep));
    ways = affordable_ways(search, t, p, ways);
    if (ways < 1 || (needs_output(search) && is_too_slow(search, t, p)))
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
static bool is_wasted(const struct search *search, double p)
{
    const struct request *request = search->subject->request;
    return search->margin == MARGIN_EXPECTED && !search->demands && !is_pinned(request->pp) &&
           !is_pinned(request->gpus) && pipeline_is_wasted(search->subject, p);
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
        if (is_wasted(search, p))
            continue;
        for (double i = fewest; i <= ways; i++) {
            double t = search->any ? fewest + ways - i : i; /* any: the widest hold the most */
            do {
                if (subject_divides(search->subject, t) && !is_skipped(search, t, p) &&
                    !is_slow_at_once(search, t, p) && !lacks_memory(search, t, p, stages))
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
