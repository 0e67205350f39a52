/* speed.c -- a layout's speed: the load, the capacity, the ranges */
#include "core/speed/speed.h"

#include "core/fit.h"
#include "core/speed/coefficients.h"

#include <math.h>

/* clang-format off */
#define UNKNOWN {NOT_GIVEN, NOT_GIVEN, NOT_GIVEN}
/* clang-format on */
const struct speed speed_unknown = {UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN,
                                    UNKNOWN, UNKNOWN, UNKNOWN, false};

void request_tokens(const struct request *request, const struct facts *facts, double *prompt,
                    double *output)
{
    if (request->output_tokens > 0)
        *output = request->output_tokens;
    else
        *output = fmax(1, round(assumption_value(facts, "output_share") * request->tokens));
    *prompt =
        request->prompt_tokens > 0 ? request->prompt_tokens : fmax(1, request->tokens - *output);
}

double replica_capacity(const struct request *request, const struct facts *facts,
                        const struct layout *layout, double tokens)
{
    struct request ask = *request;
    ask.tokens = tokens;
    ask.prompt_tokens = ask.output_tokens = NOT_GIVEN;
    return fmax(1, fit_max_concurrency(&ask, facts, layout) / layout->ways);
}

/* True when rows of the card and of the engine stand behind the coefficients. */
static bool is_measured(const struct request *request, const struct facts *facts)
{
    bool measured = request->engine_speed->rows > 0;
    size_t offset = request->optimizer ? offsetof(struct gpu_speed, train_16)
                                       : offsetof(struct gpu_speed, memory_share);
    gpu_coefficient(request, facts, offset, &measured);
    return measured;
}

double speed_band(const struct request *request, const struct facts *facts, const char *name)
{
    double width = assumption_value(facts, name);
    if (request->model->experts > 0)
        width *= assumption_value(facts, "band_moe");
    if (!is_measured(request, facts))
        width *= assumption_value(facts, "band_unmeasured");
    return 1 + width;
}

static struct range range_of(double value, double factor)
{
    return (struct range){value, value / factor, value * factor};
}

/* What one replica holds, and lets in: at least one request. */
static double requests_most(struct replica_speed *replica, const struct layout *layout)
{
    const struct request *request = replica->request;
    const double batch_most = 2048;
    struct layout one = *layout;
    one.gpus /= one.ways;
    one.ways = 1;
    double most = fmax(1, fit_max_concurrency(request, replica->facts, &one));
    replica->holds = most;
    if (request->max_num_seqs > 0)
        most = fmin(most, request->max_num_seqs);
    return fmin(most, batch_most * layout->pp);
}

static void bind_serving(struct replica_speed *replica, const struct request *request,
                         const struct facts *facts)
{
    struct layout one = {.gpus = 1, .tp = 1, .pp = 1, .ways = 1, .cp = 1, .ep = 1};
    pace_bind(&replica->pace, request, facts, &replica->letters, &one);
    request_tokens(request, facts, &replica->prompt, &replica->output);
    replica->known = replica->pace.Q > 0 && replica->pace.F > 0;
    replica->band_tpot = speed_band(request, facts, "band_tpot");
    replica->band_ttft = speed_band(request, facts, "band_ttft");
    replica->band_rate = speed_band(request, facts, "band_rate");
}

void replica_speed_bind(struct replica_speed *replica, const struct request *request,
                        const struct facts *facts)
{
    *replica = (struct replica_speed){.request = request, .facts = facts};
    letters_bind(&replica->letters, request, facts);
    replica->measured = is_measured(request, facts);
    replica->known = gpu_peak(request->gpu, RATE_16) > 0;
    if (request->optimizer)
        replica->band_train = speed_band(request, facts, "band_train");
    else
        bind_serving(replica, request, facts);
}

void replica_speed_place(struct replica_speed *replica, const struct layout *layout, bool with_most)
{
    if (replica->request->optimizer)
        return;
    pace_place(&replica->pace, replica->request, &replica->letters, layout);
    replica->most = with_most ? requests_most(replica, layout) : 0;
}

static double rate_at(struct pace *x, const struct replica_speed *replica, double requests)
{
    pace_load(x, requests, replica->prompt, replica->output);
    pace_steps_fill(x);
    return x->r_o;
}

/* Requests one replica may work on while its latencies, times `factor`, keep the row's limits: at
 * least `least`, at most what it holds. Latency grows with the requests, so bisection finds it. */
static double requests_within(struct pace *x, const struct replica_speed *replica, double least,
                              double factor)
{
    const struct request *request = replica->request;
    double low = fmin(least, replica->most);
    double high = replica->most;
    bool limited = request->tpot_ms >= 0 || request->ttft_ms >= 0;
    while (limited && low < high) {
        double middle = ceil((low + high) / 2);
        rate_at(x, replica, middle);
        bool slow = (request->tpot_ms >= 0 && 1000 * x->t_t * factor > request->tpot_ms) ||
                    (request->ttft_ms >= 0 && 1000 * x->t_1 * factor > request->ttft_ms);
        if (slow)
            high = middle - 1;
        else
            low = middle;
    }
    return limited ? low : high;
}

static void serving_speed(const struct replica_speed *replica, const struct layout *layout,
                          struct speed *out)
{
    struct pace x = replica->pace;
    double factor = replica->band_rate;
    double mean = replica->request->concurrency / layout->ways;
    double fullest = ceil(mean);
    x.R = layout->ways;
    rate_at(&x, replica, fullest);
    out->tpot_ms = range_of(1000 * x.t_t, replica->band_tpot);
    out->ttft_ms = range_of(1000 * x.t_1, replica->band_ttft);
    out->output_tok_s = range_of(rate_at(&x, replica, mean), factor);
    if (replica->most <= 0)
        return;
    double most = requests_within(&x, replica, fullest, 1);
    double fewer = requests_within(&x, replica, fullest, replica->band_tpot);
    double more = requests_within(&x, replica, fullest, 1 / replica->band_tpot);
    out->max_output_tok_s =
        (struct range){rate_at(&x, replica, most), rate_at(&x, replica, fewer) / factor,
                       rate_at(&x, replica, more) * factor};
}

static void training_speed(const struct replica_speed *replica, const struct layout *layout,
                           struct speed *out)
{
    struct tempo x;
    tempo_bind(&x, replica->request, replica->facts, &replica->letters, layout);
    out->train_tok_s = range_of(x.r_t, replica->band_train);
    out->mfu_pct = range_of(100 * x.U, replica->band_train);
    if (x.D_t > 0)
        out->days = range_of(x.D, replica->band_train);
}

void speed_of(const struct replica_speed *replica, const struct layout *layout, struct speed *out)
{
    *out = speed_unknown;
    if (!replica->known)
        return;
    out->measured = replica->measured;
    if (replica->request->optimizer)
        training_speed(replica, layout, out);
    else
        serving_speed(replica, layout, out);
}
