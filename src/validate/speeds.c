/* speeds.c -- measured speeds, predicted as they were measured: continuous, static, one stream; and
 * training */
#include "validate/speeds.h"

#include "core/speed/coefficients.h"

#include <math.h>
#include <string.h>

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
}

/* What the cache holds of requests of `tokens` tokens on one replica. */
static double capacity(const struct load *load, const struct measurement *m, double tokens)
{
    return replica_capacity(&load->request, m->facts, &load->layout, tokens);
}

void load_coefficients(struct load *load, const struct measurement *m)
{
    if (load->request.optimizer)
        tempo_bind(&load->tempo, &load->request, m->facts, &load->letters, &load->layout);
    else
        coefficients_bind(&load->pace, &load->request, m->facts);
}

void load_place(struct load *load, const struct measurement *m)
{
    place(load, m);
    load_coefficients(load, m);
    if (load->request.optimizer)
        return;
    request_tokens(&load->request, m->facts, &load->prompt, &load->output);
    load->holds_mean = capacity(load, m, load->prompt + load->output / 2);
    load->holds_whole = capacity(load, m, load->prompt + load->output);
    pace_bind(&load->pace, &load->request, m->facts, &load->letters, &load->layout);
}

static void fill(struct load *load, double requests)
{
    pace_load(&load->pace, requests, load->prompt, load->output);
    pace_steps_fill(&load->pace);
}

/* Requests in flight on a replica of a continuous load: the row's, as far as the cache holds. */
static void fill_continuous(struct load *load)
{
    fill(load, fmin(load->request.concurrency / load->layout.ways, load->holds_mean));
}

/* As many requests as the cache holds and the benchmark sends. */
static void fill_most(struct load *load)
{
    const double batch_most = 2048; /* TensorRT-LLM's largest batch */
    double most = load->layout.pp * fmin(load->holds_whole / load->layout.pp, batch_most);
    fill(load, fmin(most, benchmark_requests(load->prompt, load->output) / load->layout.ways));
}

/* Requests/s of a batch whose requests start and end together. */
static double static_rate(struct load *load)
{
    fill(load, fmin(load->request.concurrency / load->layout.ways, load->holds_whole));
    const struct pace *x = &load->pace;
    double seconds = pace_prefill(x, x->B) + 0.3 * x->c_t + load->output * x->t_d;
    return x->B * x->R / seconds;
}

static double token_ms(struct load *load, const struct measurement *m)
{
    (void)m;
    fill_continuous(load);
    return 1000 * load->pace.t_t;
}

static double first_token_ms(struct load *load, const struct measurement *m)
{
    (void)m;
    fill(load, load->request.concurrency / load->layout.ways);
    return 1000 * (load->output <= 1 ? load->pace.t_p + load->pace.c_t : load->pace.t_1);
}

/* Output tokens/s: of a static batch, at the row's concurrency, or the most. */
static double output_tok_s(struct load *load, const struct measurement *m)
{
    if (!strcmp(m->batching, "static"))
        return static_rate(load) * load->output;
    if (m->is_most)
        fill_most(load);
    else
        fill_continuous(load);
    return load->pace.r_o;
}

static double total_tok_s(struct load *load, const struct measurement *m)
{
    double whole = load->prompt + load->output;
    if (!strcmp(m->batching, "static"))
        return static_rate(load) * whole;
    fill_continuous(load);
    return load->pace.r_o * whole / load->output;
}

/* One stream: decoding alone, or the whole of a static batch. */
static double decode_tok_s(struct load *load, const struct measurement *m)
{
    if (!strcmp(m->batching, "static"))
        return static_rate(load) * load->output;
    fill(load, 1);
    return 1 / load->pace.t_d;
}

static double train_tok_s(struct load *load, const struct measurement *m)
{
    (void)m;
    return load->tempo.g;
}

static double train_tflops(struct load *load, const struct measurement *m)
{
    (void)m;
    return load->tempo.g * tempo_printed_flop(&load->tempo) / 1e12;
}

static double train_mfu_pct(struct load *load, const struct measurement *m)
{
    (void)m;
    return 100 * load->tempo.U;
}

/* Not given where the row does not say how many tokens the run had. */
static double train_gpu_hours(struct load *load, const struct measurement *m)
{
    const struct tempo *x = &load->tempo;
    (void)m;
    return x->D_t > 0 ? x->D * 24 * x->n : NOT_GIVEN;
}

static const struct speed_kind speed_kinds[] = {
    {"tpot_ms", "band_tpot", token_ms},
    {"ttft_ms", "band_ttft", first_token_ms},
    {"output_tok_s", "band_rate", output_tok_s},
    {"total_tok_s", "band_rate", total_tok_s},
    {"decode_tok_s", "band_decode", decode_tok_s},
    {"train_tok_s_per_gpu", "band_train", train_tok_s},
    {"tflops_per_gpu", "band_train", train_tflops},
    {"mfu_pct", "band_train", train_mfu_pct},
    {"gpu_hours", "band_train_run", train_gpu_hours},
};

const struct speed_kind *speed_kind_named(const char *name)
{
    for (size_t i = 0; i < sizeof speed_kinds / sizeof *speed_kinds; i++)
        if (!strcmp(speed_kinds[i].name, name))
            return &speed_kinds[i];
    return NULL;
}

static void give_speed(struct prediction *out, const struct measurement *m, const char *name)
{
    const struct speed_kind *kind = speed_kind_named(name);
    struct load load;
    load_place(&load, m);
    double value = kind->value(&load, m);
    double factor = speed_band(&load.request, m->facts, kind->band);
    *out = (struct prediction){value, value / factor, value * factor, ""};
    if (value == NOT_GIVEN)
        *out = (struct prediction){NOT_GIVEN, NOT_GIVEN, NOT_GIVEN, "train_tokens is blank"};
}

#define PREDICT(function, kind) \
    void function(const struct measurement *m, struct prediction *out) \
    { \
        give_speed(out, m, kind); \
    }

PREDICT(predict_tpot, "tpot_ms")
PREDICT(predict_ttft, "ttft_ms")
PREDICT(predict_output_rate, "output_tok_s")
PREDICT(predict_total_rate, "total_tok_s")
PREDICT(predict_decode_rate, "decode_tok_s")
PREDICT(predict_train_rate, "train_tok_s_per_gpu")
PREDICT(predict_train_flops, "tflops_per_gpu")
PREDICT(predict_mfu, "mfu_pct")
PREDICT(predict_gpu_hours, "gpu_hours")
