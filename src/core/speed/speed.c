/* speed.c -- a layout's speed: the load, the capacity, the ranges */
#include "core/speed/speed.h"

#include "core/fit.h"
#include "core/speed/coefficients.h"

#include <math.h>

/* clang-format off */
#define UNKNOWN {NOT_GIVEN, NOT_GIVEN, NOT_GIVEN}
/* clang-format on */
const struct speed speed_unknown = {UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN,   UNKNOWN,
                                    UNKNOWN, UNKNOWN, UNKNOWN, NOT_GIVEN, SPEED_DEFAULT};

static void split_tokens(const struct request *request, double output_share, double *prompt,
                         double *output)
{
    if (request->output_tokens > 0)
        *output = request->output_tokens;
    else
        *output = fmax(1, round(output_share * request->tokens));
    *prompt =
        request->prompt_tokens > 0 ? request->prompt_tokens : fmax(1, request->tokens - *output);
}

void request_tokens(const struct request *request, const struct facts *facts, double *prompt,
                    double *output)
{
    split_tokens(request, assumption_value(facts, "output_share"), prompt, output);
}

void request_take_tokens(struct request *request, double tokens)
{
    double prompt = request->prompt_tokens;
    double output = floor(request->output_tokens * tokens / request->tokens + 0.5);
    if (prompt >= 0) { /* then the answer is given, too */
        output = fmax(output, fmin(request->output_tokens, 1));
        request->output_tokens = fmax(0, fmin(output, tokens - fmin(prompt, 1)));
        request->prompt_tokens = tokens - request->output_tokens;
    }
    request->tokens = tokens;
}

double request_output_rate(const struct request *request, double output)
{
    double requests = request->requests_per_s >= 0 ? request->requests_per_s * output : NOT_GIVEN;
    return fmax(request->output_tok_s, requests);
}

double replica_capacity(const struct request *request, const struct facts *facts,
                        const struct layout *layout, double tokens)
{
    struct request ask = *request;
    ask.tokens = tokens;
    ask.prompt_tokens = ask.output_tokens = NOT_GIVEN;
    return fmax(1, fit_max_concurrency(&ask, facts, layout) / layout->ways);
}

static enum speed_basis basis_of(const struct request *request, const struct facts *facts)
{
    size_t offset = request->optimizer ? offsetof(struct gpu_speed, train_16)
                                       : offsetof(struct gpu_speed, memory_share);
    const struct gpu_speed *row = gpu_speed_row(request, facts, offset);
    if (!row || row->rows <= 0 || request->engine_speed->rows <= 0)
        return SPEED_DEFAULT;
    bool measured = row->measured_on && ids_match(row->measured_on, request->gpu->id);
    return measured ? SPEED_MEASURED : SPEED_KIN;
}

static double band_of(const struct request *request, const struct facts *facts,
                      enum speed_basis basis, const char *name)
{
    static const char *const wider[] = {"band_unmeasured", "band_kin", NULL};
    double width = assumption_value(facts, name);
    const char *more = wider[basis];
    if (request->model->experts > 0)
        width *= assumption_value(facts, "band_moe");
    return 1 + width * (more ? assumption_value(facts, more) : 1);
}

double speed_band(const struct request *request, const struct facts *facts, const char *name)
{
    return band_of(request, facts, basis_of(request, facts), name);
}

static struct range range_of(double value, double factor)
{
    return (struct range){value, value / factor, value * factor};
}

/* What one replica holds, and lets in: at least one request. */
static double requests_most(struct replica_speed *replica, const struct layout *layout)
{
    const struct request *request = replica->request;
    const double batch_most = 2048; /* an engine is set up for its load, unless the row says */
    double most = fmax(1, fit_most_sequences(replica->subject, layout));
    replica->holds = most;
    if (request->max_num_seqs > 0)
        return fmin(most, request->max_num_seqs);
    return fmin(most, batch_most * layout->pp);
}

static void bind_serving(struct replica_speed *replica, const struct request *request,
                         const struct facts *facts)
{
    struct layout one = {.gpus = 1, .tp = 1, .pp = 1, .ways = 1, .cp = 1, .ep = 1};
    pace_bind(&replica->pace, request, facts, &replica->subject->letters, &one);
    replica->known = replica->pace.Q > 0 && replica->pace.F > 0; /* a card with F has F_16 */
    replica->band_tpot = band_of(request, facts, replica->basis, "band_tpot");
    replica->band_ttft = band_of(request, facts, replica->basis, "band_ttft");
    replica->band_rate = band_of(request, facts, replica->basis, "band_rate");
}

static void bind_training(struct replica_speed *replica, const struct request *request,
                          const struct facts *facts)
{
    replica->band_train = band_of(request, facts, replica->basis, "band_train");
    replica->band_run = band_of(request, facts, replica->basis, "band_train_run");
}

/* What follows from the tokens of a request and from the placement. */
static void forget_load(struct replica_speed *replica)
{
    replica->pace.B = replica->busy = 0;
}

/* What follows from the limits of latency, too. */
static void forget_within(struct replica_speed *replica)
{
    for (int i = 0; i < MARGIN_COUNT; i++)
        replica->within[i] = NOT_GIVEN;
}

void replica_speed_load(struct replica_speed *replica)
{
    forget_within(replica);
    if (replica->stamp == replica->subject->stamp)
        return;
    replica->stamp = replica->subject->stamp;
    split_tokens(replica->request, replica->output_share, &replica->prompt, &replica->output);
    forget_load(replica);
}

void replica_speed_bind(struct replica_speed *replica, struct subject *subject)
{
    const struct request *request = subject->request;
    const struct facts *facts = subject->facts;
    *replica = (struct replica_speed){.subject = subject, .request = request, .facts = facts};
    replica->output_share = assumption_value(facts, "output_share");
    replica_speed_load(replica);
    replica->basis = basis_of(request, facts);
    replica->known = gpu_peak(request->gpu, RATE_16) > 0;
    if (request->optimizer)
        bind_training(replica, request, facts);
    else
        bind_serving(replica, request, facts);
}

void replica_speed_place(struct replica_speed *replica, const struct layout *layout, bool with_most)
{
    if (replica->request->optimizer)
        return;
    const struct layout *placed = &replica->placed;
    if (placed->tp != layout->tp || placed->pp != layout->pp) { /* ep is the row's */
        pace_place(&replica->pace, replica->request, &replica->subject->letters, layout);
        forget_load(replica);
        forget_within(replica);
    }
    replica->placed = *layout;
    replica->most = with_most ? requests_most(replica, layout) : 0;
}

/* Binds and fills what follows from the requests of a replica; R follows from nothing else. */
static void take_requests(struct pace *x, const struct replica_speed *replica, double requests)
{
    bool first = x->B == 0;
    if (requests == x->B)
        return;
    pace_load(x, requests, replica->prompt, replica->output);
    if (first)
        pace_steps_fill(x);
    else
        pace_steps_refill(x);
}

static double rate_at(struct pace *x, const struct replica_speed *replica, double requests)
{
    take_requests(x, replica, requests);
    return pace_output(x, requests, x->t_d);
}

/* The same of the most requests, which are the same for many scenarios. */
static double rate_of_most(struct replica_speed *replica, double requests)
{
    if (requests != replica->busy) {
        take_requests(&replica->pace, replica, requests);
        replica->busy = requests;
        replica->busy_s = replica->pace.t_d;
    }
    return pace_output(&replica->pace, requests, replica->busy_s);
}

static bool limits_latency(const struct request *request)
{
    return request->tpot_ms >= 0 || request->ttft_ms >= 0;
}

/* Latencies at `requests` in flight on one replica: of max_num_seqs in service, while the others
 * wait for a place, each as long as those before it stay. Seconds. */
struct latency {
    double first;
    double each;
};
static struct latency latency_at(struct pace *x, const struct replica_speed *replica,
                                 double requests)
{
    double seats = replica->request->max_num_seqs;
    double served = seats > 0 ? fmin(seats, requests) : requests;
    take_requests(x, replica, served);
    double stay = x->t_1 + (replica->output - 1) * x->t_t;
    return (struct latency){x->t_1 + (requests / served - 1) * stay, x->t_t};
}

/* True when n requests on a replica keep the row's limits, were it slower by `factor`. */
static bool is_quick(struct pace *x, const struct replica_speed *replica, double n, double factor)
{
    const struct request *request = replica->request;
    struct latency l = latency_at(x, replica, n);
    return (request->tpot_ms < 0 || 1000 * l.each * factor <= request->tpot_ms) &&
           (request->ttft_ms < 0 || 1000 * l.first * factor <= request->ttft_ms);
}

/* Requests one replica may work on while its latencies keep the row's limits at an end of the band:
 * at least `least`, at most what it holds. Latency grows with the requests, so bisection finds it,
 * once for all numbers of replicas. */
static double requests_within(struct pace *x, struct replica_speed *replica, double least,
                              enum margin margin)
{
    const struct request *request = replica->request;
    const double factors[] = {[MARGIN_LOW] = 1 / replica->band_tpot,
                              [MARGIN_EXPECTED] = 1,
                              [MARGIN_HIGH] = replica->band_tpot};
    double low = 0;
    double high = replica->most;
    if (!limits_latency(request))
        return high;
    if (replica->within[margin] >= 0)
        return fmax(fmin(least, replica->most), replica->within[margin]);
    while (low < high) {
        double middle = ceil((low + high) / 2);
        if (is_quick(x, replica, middle, factors[margin]))
            low = middle;
        else
            high = middle - 1;
    }
    replica->within[margin] = low;
    return fmax(fmin(least, replica->most), low);
}

/* The fewest requests on a replica, from `least` on, that give what the row asks for: the rate
 * grows with them. */
static double requests_for(struct pace *x, const struct replica_speed *replica, double least)
{
    double asked = request_output_rate(replica->request, replica->output);
    double low = least;
    double high = replica->most;
    if (asked < 0 || high <= low || rate_at(x, replica, low) >= asked ||
        rate_at(x, replica, high) < asked)
        return least;
    while (low + 1 < high) {
        double middle = floor((low + high) / 2);
        if (rate_at(x, replica, middle) >= asked)
            high = middle;
        else
            low = middle;
    }
    return high;
}

/* Where latencies are limited, an engine takes more requests if it turns out quicker. */
static double most_at(struct replica_speed *replica, double fullest, enum margin margin)
{
    double seats = replica->request->max_num_seqs;
    double least =
        seats > 0 ? fmin(seats, fullest) : fullest; /* an engine is set up for its load */
    if (replica->ends && !(replica->ends & 1u << margin))
        return NOT_GIVEN;
    double within = requests_within(&replica->pace, replica, fullest, margin);
    return rate_of_most(replica, fmax(least, within));
}

/* Without limits of latency, the ends differ by the band of the rate alone. */
static struct range range_of_most(struct replica_speed *replica, double fullest)
{
    const struct request *request = replica->request;
    double factor = replica->band_rate;
    double expected = most_at(replica, fullest, MARGIN_EXPECTED);
    if (!replica->ends && request->tpot_ms < 0 && request->ttft_ms < 0)
        return range_of(expected, factor);
    return (struct range){expected, most_at(replica, fullest, MARGIN_HIGH) / factor,
                          most_at(replica, fullest, MARGIN_LOW) * factor};
}

static void bind_most(struct replica_speed *replica, double fullest, struct speed *out)
{
    double asked = request_output_rate(replica->request, replica->output);
    struct range all = range_of_most(replica, fullest);
    out->max_output_tok_s = out->served_tok_s = all;
    if (asked >= 0)
        out->served_tok_s =
            (struct range){fmin(asked, all.expected), fmin(asked, all.low), fmin(asked, all.high)};
}

static void serving_speed(struct replica_speed *replica, const struct layout *layout,
                          struct speed *out)
{
    struct pace *x = &replica->pace;
    double seats = replica->request->max_num_seqs;
    double mean = replica->request->concurrency / layout->ways;
    double least = ceil(mean);
    x->R = layout->ways;
    if (replica->ends && !limits_latency(replica->request)) { /* a search for output alone */
        if (replica->most > 0)
            bind_most(replica, least, out);
        return;
    }
    double fullest = requests_for(x, replica, least);
    struct latency l = latency_at(x, replica, fullest);
    if (replica->output > 1)
        out->tpot_ms = range_of(1000 * l.each, replica->band_tpot);
    out->ttft_ms = range_of(1000 * l.first, replica->band_ttft);
    mean = fullest > least ? fullest : mean;
    out->in_flight = mean * layout->ways;
    mean = seats > 0 ? fmin(seats, mean) : mean;
    if (!replica->ends) /* no demand looks at it */
        out->output_tok_s = range_of(rate_at(x, replica, mean), replica->band_rate);
    if (replica->most > 0)
        bind_most(replica, fullest, out);
}

static void training_speed(const struct replica_speed *replica, const struct layout *layout,
                           struct speed *out)
{
    struct tempo x;
    tempo_bind(&x, replica->request, replica->facts, &replica->subject->letters, layout);
    out->train_tok_s = range_of(x.r_t, replica->band_train);
    out->mfu_pct = range_of(100 * x.U, replica->band_train);
    out->mfu_pct.high = fmin(100, out->mfu_pct.high);
    if (x.D_t > 0)
        out->days = range_of(x.D, replica->band_run);
}

void speed_of(struct replica_speed *replica, const struct layout *layout, struct speed *out)
{
    *out = speed_unknown;
    if (!replica->known)
        return;
    out->basis = replica->basis;
    if (replica->request->optimizer)
        training_speed(replica, layout, out);
    else
        serving_speed(replica, layout, out);
}

double replica_output_most(struct replica_speed *replica)
{
    replica->pace.R = 1;
    return replica->known ? rate_of_most(replica, replica->most) : NOT_GIVEN;
}

/* A stage never waits less than a whole model's share of it, and p stages work on B / p requests at
 * a time: so p = 1 with B / p requests on n / t replicas is as fast or faster. */
void speed_best(struct replica_speed *replica, double t, double gpus, struct speed *out)
{
    const struct request *request = replica->request;
    const double batch_most = fmax(2048, fmax(request->max_num_seqs, request->concurrency));
    struct layout one = {.gpus = t, .tp = t, .pp = 1, .ways = 1, .cp = 1};
    *out = speed_unknown;
    if (!replica->known || request->optimizer)
        return;
    one.ep = request->ep > 1 ? request->ep : 1;
    replica_speed_place(replica, &one, false);
    struct pace x = replica->pace;
    x.R = gpus / t;
    rate_at(&x, replica, 1);
    out->tpot_ms = range_of(1000 * x.t_t, replica->band_tpot);
    out->ttft_ms = range_of(1000 * x.t_1, replica->band_ttft);
    out->max_output_tok_s = range_of(rate_at(&x, replica, batch_most), replica->band_rate);
}
