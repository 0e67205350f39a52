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

double speed_band(const struct request *request, const struct facts *facts, const char *name)
{
    double width = assumption_value(facts, name);
    bool measured = request->engine_speed->rows > 0;
    gpu_coefficient(request, facts, offsetof(struct gpu_speed, memory_share), &measured);
    if (request->model->experts > 0)
        width *= assumption_value(facts, "band_moe");
    return 1 + width * (measured ? 1 : assumption_value(facts, "band_unmeasured"));
}

static struct range range_of(double value, double factor)
{
    return (struct range){value, value / factor, value * factor};
}

/* What one replica holds, and lets in: at least one request. */
static double requests_most(const struct replica_speed *replica, const struct layout *layout)
{
    const struct request *request = replica->request;
    const double batch_most = 2048;
    struct layout one = *layout;
    one.gpus /= one.ways;
    one.ways = 1;
    double most = replica_capacity(request, replica->facts, &one, request->tokens);
    if (request->max_num_seqs > 0)
        most = fmin(most, request->max_num_seqs);
    return fmin(most, batch_most * layout->pp);
}

static void bind_serving(struct replica_speed *replica, const struct layout *layout)
{
    const struct request *request = replica->request;
    pace_bind(&replica->pace, request, replica->facts, &replica->letters, layout);
    replica->known = replica->pace.Q > 0 && replica->pace.F > 0;
}

void replica_speed_bind(struct replica_speed *replica, const struct request *request,
                        const struct facts *facts, const struct layout *layout, bool with_most)
{
    *replica = (struct replica_speed){.request = request, .facts = facts};
    letters_bind(&replica->letters, request, facts);
    if (request->optimizer)
        replica->known = gpu_peak(request->gpu, RATE_16) > 0;
    else
        bind_serving(replica, layout);
    if (with_most && !request->optimizer)
        replica->most = requests_most(replica, layout);
}

/* Requests one replica may work on while its latencies, times `factor`, keep the row's limits: at
 * least `least`, at most what it holds. Latency grows with the requests, so bisection finds it. */
static double requests_within(struct pace *x, const struct replica_speed *replica, double least,
                              double factor)
{
    const struct request *request = replica->request;
    double prompt;
    double output;
    double low = fmin(least, replica->most);
    double high = replica->most;
    bool limited = request->tpot_ms >= 0 || request->ttft_ms >= 0;
    request_tokens(request, replica->facts, &prompt, &output);
    while (limited && low < high) {
        double middle = ceil((low + high) / 2);
        pace_load(x, middle, prompt, output);
        pace_steps_fill(x);
        bool slow = (request->tpot_ms >= 0 && 1000 * x->t_t * factor > request->tpot_ms) ||
                    (request->ttft_ms >= 0 && 1000 * x->t_1 * factor > request->ttft_ms);
        if (slow)
            high = middle - 1;
        else
            low = middle;
    }
    return limited ? low : high;
}

static double rate_at(struct pace *x, const struct replica_speed *replica, double requests)
{
    double prompt;
    double output;
    request_tokens(replica->request, replica->facts, &prompt, &output);
    pace_load(x, requests, prompt, output);
    pace_steps_fill(x);
    return x->r_o;
}

static void serving_speed(const struct replica_speed *replica, const struct layout *layout,
                          struct speed *out)
{
    const struct request *request = replica->request;
    const struct facts *facts = replica->facts;
    struct pace x = replica->pace;
    double tpot_factor = speed_band(request, facts, "band_tpot");
    double rate_factor = speed_band(request, facts, "band_rate");
    double mean = request->concurrency / layout->ways;
    double fullest = ceil(mean);
    x.R = layout->ways;
    rate_at(&x, replica, fullest);
    out->tpot_ms = range_of(1000 * x.t_t, tpot_factor);
    out->ttft_ms = range_of(1000 * x.t_1, speed_band(request, facts, "band_ttft"));
    out->output_tok_s = range_of(rate_at(&x, replica, mean), rate_factor);
    if (replica->most <= 0)
        return;
    double most = requests_within(&x, replica, fullest, 1);
    double fewer = requests_within(&x, replica, fullest, tpot_factor);
    double more = requests_within(&x, replica, fullest, 1 / tpot_factor);
    out->max_output_tok_s =
        (struct range){rate_at(&x, replica, most), rate_at(&x, replica, fewer) / rate_factor,
                       rate_at(&x, replica, more) * rate_factor};
}

static void training_speed(const struct replica_speed *replica, const struct layout *layout,
                           struct speed *out)
{
    struct tempo x;
    double factor = 1 + assumption_value(replica->facts, "band_train");
    tempo_bind(&x, replica->request, replica->facts, &replica->letters, layout);
    out->train_tok_s = range_of(x.r_t, factor);
    out->mfu_pct = range_of(100 * x.U, factor);
    if (x.D_t > 0)
        out->days = range_of(x.D, factor);
}

void speed_of(const struct replica_speed *replica, const struct layout *layout, struct speed *out)
{
    *out = speed_unknown;
    if (!replica->known)
        return;
    out->measured = replica->request->engine_speed->rows > 0;
    if (replica->request->optimizer)
        training_speed(replica, layout, out);
    else
        serving_speed(replica, layout, out);
}
