/* speeds.c -- measured speeds, predicted as they were measured: continuous, static, one stream */
#include "validate/kinds.h"

#include "core/speed/speed.h"

#include <math.h>
#include <string.h>

/* A serving row at its pinned layout, with its load. */
struct load {
    struct request request;
    struct letters letters;
    struct layout layout;
    struct pace pace;
    double prompt;
    double output;
};

/* Requests that the TensorRT-LLM benchmark sends in all, by prompt and output tokens; its maximum
 * throughput cannot have more of them in flight [NVIDIA/TensorRT-LLM, performance overview]. */
static double benchmark_requests(double prompt, double output)
{
    static const struct {
        double prompt;
        double output;
        double requests;
    } known[] = {
        {128, 128, 30000},   {128, 4096, 1500},   {1000, 2000, 1500}, {2048, 2048, 1500},
        {5000, 500, 1500},   {8192, 1024, 1500},  {1024, 8192, 1500}, {20000, 2000, 1000},
        {32768, 1024, 1000}, {1024, 32768, 1000},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].prompt == prompt && known[i].output == output)
            return known[i].requests;
    return 3000;
}

static void place(struct load *load, const struct measurement *m)
{
    struct subject subject;
    struct footprint unused;
    load->request = m->scenario->request;
    subject_bind(&subject, &load->request, m->facts);
    evaluate_pinned(&subject, &load->layout, &unused);
    load->letters = subject.letters;
    if (load->request.model->experts <= 0 || (load->layout.ways > 1 && load->layout.ep <= 1))
        load->layout.ep = 1;
    if (load->request.optimizer)
        return;
    request_tokens(&load->request, m->facts, &load->prompt, &load->output);
    pace_bind(&load->pace, &load->request, m->facts, &load->letters, &load->layout);
}

/* What the cache holds of requests of `tokens` tokens on one replica. */
static double capacity(const struct load *load, const struct measurement *m, double tokens)
{
    return replica_capacity(&load->request, m->facts, &load->layout, tokens);
}

static void fill(struct load *load, double requests)
{
    pace_load(&load->pace, requests, load->prompt, load->output);
    pace_steps_fill(&load->pace);
}

/* Requests in flight on a replica of a continuous load: the row's, as far as the cache holds. */
static void fill_continuous(struct load *load, const struct measurement *m)
{
    double asked = load->request.concurrency / load->layout.ways;
    fill(load, fmin(asked, capacity(load, m, load->prompt + load->output / 2)));
}

/* As many requests as the cache holds and the benchmark sends. */
static void fill_most(struct load *load, const struct measurement *m)
{
    const double batch_most = 2048; /* TensorRT-LLM's largest batch */
    double whole = load->prompt + load->output;
    double most = load->layout.pp * fmin(capacity(load, m, whole) / load->layout.pp, batch_most);
    fill(load, fmin(most, benchmark_requests(load->prompt, load->output) / load->layout.ways));
}

/* Seconds of a batch whose requests start and end together. */
static double static_seconds(struct load *load, const struct measurement *m)
{
    double asked = load->request.concurrency / load->layout.ways;
    fill(load, fmin(asked, capacity(load, m, load->prompt + load->output)));
    const struct pace *x = &load->pace;
    return pace_prefill(x, x->B) + 0.3 * x->c_t + load->output * x->t_d;
}

static void give(struct prediction *out, const struct measurement *m, double value,
                 const char *band)
{
    double factor = 1 + assumption_value(m->facts, band);
    *out = (struct prediction){value, value / factor, value * factor, ""};
}

void predict_tpot(const struct measurement *m, struct prediction *out)
{
    struct load load;
    place(&load, m);
    fill_continuous(&load, m);
    give(out, m, 1000 * load.pace.t_t, "band_tpot");
}

void predict_ttft(const struct measurement *m, struct prediction *out)
{
    struct load load;
    place(&load, m);
    fill(&load, load.request.concurrency / load.layout.ways);
    double alone = load.pace.t_p + load.pace.c_t;
    give(out, m, 1000 * (load.output <= 1 ? alone : load.pace.t_1), "band_ttft");
}

/* Output tokens/s: of a static batch, at the row's concurrency, or the most. */
void predict_output_rate(const struct measurement *m, struct prediction *out)
{
    struct load load;
    place(&load, m);
    if (!strcmp(m->batching, "static")) {
        double seconds = static_seconds(&load, m);
        give(out, m, load.pace.B * load.layout.ways * load.output / seconds, "band_rate");
        return;
    }
    if (m->is_most)
        fill_most(&load, m);
    else
        fill_continuous(&load, m);
    give(out, m, load.pace.r_o, "band_rate");
}

void predict_total_rate(const struct measurement *m, struct prediction *out)
{
    struct load load;
    place(&load, m);
    double whole = load.prompt + load.output;
    if (!strcmp(m->batching, "static")) {
        double seconds = static_seconds(&load, m);
        give(out, m, load.pace.B * load.layout.ways * whole / seconds, "band_rate");
        return;
    }
    fill_continuous(&load, m);
    give(out, m, load.pace.r_o * whole / load.output, "band_rate");
}

/* One stream: decoding alone, or the whole of a static batch. */
void predict_decode_rate(const struct measurement *m, struct prediction *out)
{
    struct load load;
    place(&load, m);
    if (!strcmp(m->batching, "static")) {
        double seconds = static_seconds(&load, m);
        give(out, m, load.pace.B * load.layout.ways * load.output / seconds, "band_decode");
        return;
    }
    fill(&load, 1);
    give(out, m, 1 / load.pace.t_d, "band_decode");
}

static void train(struct tempo *x, const struct measurement *m)
{
    struct load load;
    place(&load, m);
    tempo_bind(x, &load.request, m->facts, &load.letters, &load.layout);
}

void predict_train_rate(const struct measurement *m, struct prediction *out)
{
    struct tempo x;
    train(&x, m);
    give(out, m, x.g, "band_train");
}

void predict_train_flops(const struct measurement *m, struct prediction *out)
{
    struct tempo x;
    train(&x, m);
    give(out, m, x.g * tempo_printed_flop(&x) / 1e12, "band_train");
}

void predict_mfu(const struct measurement *m, struct prediction *out)
{
    struct tempo x;
    train(&x, m);
    give(out, m, 100 * x.U, "band_train");
}

void predict_gpu_hours(const struct measurement *m, struct prediction *out)
{
    struct tempo x;
    train(&x, m);
    if (x.D_t > 0)
        give(out, m, x.D * 24 * x.n, "band_train_run");
    else
        *out = (struct prediction){NOT_GIVEN, NOT_GIVEN, NOT_GIVEN, "train_tokens is blank"};
}
