/* fit.c -- enumerates layouts and asks whether each fits; never divides to get a count
 *
 * For fixed t, p and ZeRO stage, more replicas (or data-parallel ranks) never need more memory per
 * GPU, once there is more than one of them, and never are slower: so the smallest count of ways is
 * found by bisection, and everything else by enumeration, skipping what cannot beat the best. */
#include "core/fit.h"

#include "core/layout.h"

#include <math.h>

struct search {
    struct subject *subject;
    enum margin margin;
    demand_set demands;
    double most;                  /* GPUs */
    bool any;                     /* any layout that fits will do */
    bool misses;                  /* what a layout misses is wanted, if nothing meets the demands */
    bool nearest;                 /* nothing fits: the one that lacks least is wanted */
    struct replica_speed replica; /* when there are demands */
    struct bill bill;             /* when there are demands of cost */
    struct fit *out;
    bool is_asked[DIVISORS];  /* by t: whether it can meet the demands at all */
    double next_pp[DIVISORS]; /* by t: pipelines between one stage and this many do not fit */
};

static bool is_pinned(double value)
{
    return value > 0;
}

static double context_ways(const struct request *request)
{
    return request->optimizer && is_pinned(request->cp) ? request->cp : 1;
}

static double expert_ways(const struct search *search)
{
    double asked = search->subject->request->ep;
    return is_pinned(asked) ? asked : 1;
}

static struct layout layout_of(const struct search *search, double t, double p, double ways,
                               double zero)
{
    const struct request *request = search->subject->request;
    struct layout layout = {.tp = t, .pp = p, .ways = ways, .zero = zero};
    layout.cp = context_ways(request);
    layout.ep = expert_ways(search);
    layout.gpus = t * p * layout.cp * ways;
    layout.servers = layout_servers(&layout, search->subject->per_server);
    return layout;
}

/* Bytes by which a layout must hold or lack, for it to be known of other loads too. As expected, the
 * bytes of a layout grow with its load, but for rounding. At an end of the band they are those of
 * the phase and stage that peak as expected, and may step back where another takes over. */
static double slack_bytes(const struct subject *subject, enum margin margin)
{
    return subject->visible_bytes * (margin == MARGIN_EXPECTED ? 1e-9 : 1.0 / 64);
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

/* How a replica does with a load: FITS and LACKS will do so with a smaller or a larger one, too. */
enum answer_to_fit { FITS, FITS_BARELY, LACKS_BARELY, LACKS };

static enum answer_to_fit grade(const struct subject *subject, double excess, enum margin margin)
{
    if (fabs(excess) <= slack_bytes(subject, margin))
        return excess <= 0 ? FITS_BARELY : LACKS_BARELY;
    return excess <= 0 ? FITS : LACKS;
}

static enum answer_to_fit replica_fits(struct subject *subject, const struct layout *layout,
                                       double sequences, enum margin margin)
{
    struct placement *at = subject_placement(subject, layout);
    if (sequences <= at->holds[margin])
        return FITS;
    if (sequences >= at->lacks[margin])
        return LACKS;
    double enough = margin == MARGIN_LOW ? INFINITY : slack_bytes(subject, margin);
    double excess = replica_excess(subject, layout, sequences, margin, enough);
    enum answer_to_fit found = grade(subject, excess, margin);
    if (found == FITS || found == LACKS)
        learn(at, sequences, margin, found == FITS);
    return found;
}

static enum answer_to_fit layout_fit(struct subject *subject, const struct layout *layout,
                                     enum margin margin)
{
    if (subject->request->optimizer)
        return grade(subject, layout_excess(subject, layout, margin), margin);
    double sequences = ceil(subject->request->concurrency / layout->ways);
    return replica_fits(subject, layout, sequences, margin);
}

bool fit_in_memory(struct subject *subject, const struct layout *layout, enum margin margin)
{
    return layout_fit(subject, layout, margin) <= FITS_BARELY;
}

/* The same while searching, which remembers whether a larger load could change a refusal. */
static bool fits_here(struct search *search, const struct layout *layout)
{
    enum answer_to_fit found = layout_fit(search->subject, layout, search->margin);
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

static void keep_nearest(struct search *search, const struct layout *layout)
{
    struct fit *out = search->out;
    double excess = layout_excess(search->subject, layout, search->margin);
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
    if (!fits_here(search, layout))
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

/* A data-parallel count must split the global batch into whole micro-batches, and expert-parallel
 * ways must divide the GPUs of a stage. */
static bool ways_allowed(const struct request *request, double t, double ways)
{
    if (request->ep > 1 && fmod(t * context_ways(request) * ways, request->ep) != 0)
        return false;
    if (!request->optimizer || request->global_batch <= 0)
        return true;
    return fmod(request->global_batch, request->concurrency * ways) == 0;
}

static bool try_ways(struct search *search, double t, double p, double ways, double zero)
{
    struct layout layout = layout_of(search, t, p, ways, zero);
    return try_layout(search, &layout);
}

/* True when the search may end. */
static bool is_enough(const struct search *search)
{
    return search->any && search->out->found;
}

static bool may_get_cheaper(const struct search *search)
{
    return search->demands & 1u << LIMIT_BUDGET && money_is_of_run(search->subject->request);
}

/* A run may cost less on more GPUs, where servers are bought whole or spare ones paid for: the
 * first ways from `low` on that are accepted. */
static void search_cheaper(struct search *search, double t, double p, double zero, double low,
                           double most)
{
    const struct request *request = search->subject->request;
    double group = t * p * context_ways(request);
    for (double ways = low; ways <= most; ways++) {
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
    double low = request->optimizer ? 2 : 1;
    double high = most;
    /* One rank without context parallelism shards nothing: once is enough. */
    bool first = zero == 0 || zero == request->zero || context_ways(request) > 1;
    if (request->optimizer && first && ways_allowed(request, t, 1) &&
        try_ways(search, t, p, 1, zero)) {
        if (may_get_cheaper(search))
            search_cheaper(search, t, p, zero, 2, most);
        return;
    }
    while (high >= low && !ways_allowed(request, t, high))
        high--;
    if (high < low || !try_ways(search, t, p, high, zero) || is_enough(search))
        return;
    while (low < high) {
        double middle = floor((low + high) / 2);
        struct layout layout = layout_of(search, t, p, middle, zero);
        if (holds(search, &layout))
            high = middle;
        else
            low = middle + 1;
    }
    while (!ways_allowed(request, t, high))
        high++;
    try_ways(search, t, p, high, zero);
    if (may_get_cheaper(search))
        search_cheaper(search, t, p, zero, high + 1, most);
}

/* ZeRO stages worth trying: the asked one, else all; stages 2 and 3 re-shard gradients and weights
 * every micro-batch, which pipelines do not combine with [DeepSpeed, pipeline engine]. */
static bool zero_allowed(const struct request *request, double p, double zero)
{
    if (!request->optimizer)
        return zero == 0;
    if (request->zero >= 0)
        return zero == request->zero;
    return zero <= 1 || p == 1;
}

/* The most ways that t x p GPUs may have: no more than beat what was found. */
static double most_ways(const struct search *search, double t, double p)
{
    const struct fit *out = search->out;
    double most = out->found ? fmin(search->most, out->layout.gpus) : search->most;
    return floor(most / (t * p * context_ways(search->subject->request)));
}

/* True when no pipeline of 2 to `stages` stages can hold what the search wants. R replicas of p
 * stages are at most n / t: each GPU holds the cache of at least C t / n whole sequences. */
static bool lack_all(struct search *search, double t, double stages)
{
    struct subject *subject = search->subject;
    struct layout longest = {.tp = t, .pp = stages, .ways = 1, .cp = 1, .ep = expert_ways(search)};
    double sequences = subject->request->concurrency / (most_ways(search, t, 1) + 1);
    double least = search->nearest ? search->out->nearest_excess_bytes : 0;
    if (search->nearest && !search->out->nearest_known)
        return false;
    return pipeline_excess(subject, &longest, sequences, search->margin) >
           least + slack_bytes(subject, MARGIN_HIGH);
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

/* True when no number of replicas of t x p GPUs fits. Serving only: one more rank of training
 * shards what all hold. */
static bool lacks_memory(struct search *search, double t, double p, double stages)
{
    const struct request *request = search->subject->request;
    bool skips = p > 1 && t < DIVISORS;
    if (request->optimizer || most_ways(search, t, p) < 1)
        return false;
    struct layout most = {.tp = t, .pp = p, .ways = most_ways(search, t, p), .cp = 1};
    most.ep = expert_ways(search);
    bool fits = !search->nearest && fits_here(search, &most);
    if (!fits && skips)
        skip_pipelines(search, t, p, stages);
    return !fits && !search->nearest; /* which wants to know what each of them lacks */
}

static bool is_affordable(struct search *search, double t, double p, double ways)
{
    struct layout layout = layout_of(search, t, p, ways, 0);
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
    if (!request->optimizer && request->concurrency > 0 && idle)
        ways = fmin(ways, fmax(request->concurrency, request->ep));
    ways = affordable_ways(search, t, p, ways);
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

static void search_all(struct search *search)
{
    struct fit *out = search->out;
    const struct request *request = search->subject->request;
    double layers =
        is_pinned(request->layers_override) ? request->layers_override : request->model->layers;
    double stages = is_pinned(request->pp) ? request->pp : layers;
    double ways = is_pinned(request->tp) ? request->tp : search->subject->per_server;
    for (double p = is_pinned(request->pp) ? request->pp : 1; p <= stages; p++) {
        if (p > search->most || (out->found && p > out->layout.gpus))
            break;
        for (double t = is_pinned(request->tp) ? request->tp : 1; t <= ways; t++) {
            if (subject_divides(search->subject, t) && !is_skipped(search, t, p) &&
                !lacks_memory(search, t, p, stages))
                search_replica(search, t, p);
            if (is_enough(search))
                return;
        }
    }
}

/* A search with what its demands need bound. */
static void search_bind(struct search *search, struct subject *subject, enum margin margin,
                        demand_set demands)
{
    *search = (struct search){.subject = subject, .margin = margin, .demands = demands};
    if (demands)
        replica_speed_bind(&search->replica, subject);
    search->replica.ends = 1u << margin;
    if (demands & DEMANDS_OF_COST)
        bill_bind(&search->bill, subject->request, subject->facts);
}

enum aim { AIM_ANY, AIM_BEST, AIM_MISS };

static void search_layouts(struct subject *subject, enum margin margin, demand_set demands,
                           double most, enum aim aim, struct fit *out)
{
    struct search search;
    search_bind(&search, subject, margin, demands);
    search.most = most;
    search.any = aim == AIM_ANY;
    search.misses = aim == AIM_MISS;
    search.out = out;
    *out = (struct fit){.miss = {.limit = LIMIT_NONE}};
    search_all(&search);
}

void fit_search(struct subject *subject, enum margin margin, demand_set demands, double most,
                struct fit *out)
{
    search_layouts(subject, margin, demands, most, AIM_MISS, out);
}

bool fit_find(struct subject *subject, enum margin margin, demand_set demands, double most,
              struct fit *out)
{
    search_layouts(subject, margin, demands, most, AIM_BEST, out);
    return out->found;
}

void fit_nearest(struct subject *subject, demand_set demands, double most, struct fit *out)
{
    struct search search;
    search_bind(&search, subject, MARGIN_EXPECTED, demands);
    search.most = most;
    search.nearest = true;
    search.out = out;
    search_all(&search);
}

bool fit_holds(struct subject *subject, enum margin margin, demand_set demands,
               const struct layout *layout)
{
    struct search search;
    struct fit unused;
    struct miss miss;
    search_bind(&search, subject, margin, demands);
    search.out = &unused;
    if (!holds(&search, layout))
        return false;
    miss_of(&search, layout, DEMANDS_OF_COST, &miss);
    return miss.limit == LIMIT_NONE;
}

bool fit_exists(struct subject *subject, demand_set demands, double most)
{
    struct fit any;
    search_layouts(subject, MARGIN_EXPECTED, demands, most, AIM_ANY, &any);
    return any.found;
}

/* With one rank that shards nothing, every ZeRO stage is the same layout. */
static bool is_repeated(const struct request *request, double ways, double zero)
{
    return request->optimizer && ways == 1 && zero > 0 && zero != request->zero &&
           context_ways(request) == 1;
}

static void visit_replica(const struct search *search, double t, double p, fit_visit *visit,
                          void *context)
{
    const struct request *request = search->subject->request;
    double group = t * p * context_ways(request);
    for (double zero = 0; zero <= 3; zero++) {
        for (double ways = 1; zero_allowed(request, p, zero) && group * ways <= search->most;
             ways++) {
            struct layout layout = layout_of(search, t, p, ways, zero);
            bool pinned = (is_pinned(request->dp) && ways != request->dp) ||
                          (is_pinned(request->gpus) && layout.gpus != request->gpus);
            if (!pinned && ways_allowed(request, t, ways) && !is_repeated(request, ways, zero))
                visit(context, &layout);
        }
    }
}

void fit_layouts(const struct request *request, const struct facts *facts, double most,
                 fit_visit *visit, void *context)
{
    struct subject subject = {.request = request, .facts = facts};
    struct search search = {.subject = &subject, .most = most};
    subject.per_server = gpus_per_server(request->gpu, facts, &subject.server_assumed);
    double layers =
        is_pinned(request->layers_override) ? request->layers_override : request->model->layers;
    double last = fmin(most, is_pinned(request->pp) ? request->pp : layers);
    double ways = fmin(most, is_pinned(request->tp) ? request->tp : subject.per_server);
    for (double p = is_pinned(request->pp) ? request->pp : 1; p <= last; p++)
        for (double t = is_pinned(request->tp) ? request->tp : 1; t <= ways; t++)
            if (tp_divides_heads(request->model, t))
                visit_replica(&search, t, p, visit, context);
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
    return low;
}

double fit_most_sequences(struct subject *subject, const struct layout *layout)
{
    struct placement *at = subject_placement(subject, layout);
    if (at->most < 0)
        at->most = find_most(subject, layout);
    return at->most;
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
