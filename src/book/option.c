/* option.c -- one option: copied from a result, compared with others, described in a few words */
#include "book/option.h"

#include "book/write.h"

#include <stdio.h>
#include <string.h>

static void copy_footprint(struct option *o, const struct answer *a)
{
    memcpy(o->column_bytes, a->footprint.column_bytes, sizeof o->column_bytes);
    o->total_bytes = a->footprint.total_bytes;
    o->low_bytes = a->footprint.low_bytes;
    o->high_bytes = a->footprint.high_bytes;
    o->usable_bytes = a->footprint.usable_bytes;
    o->phase = phase_names[a->footprint.phase];
}

void option_names(struct option *o, const struct scenario *s)
{
    bool cached = s->kv_dtype && !s->request.optimizer;
    copy_text(o->gpu, sizeof o->gpu, s->gpu);
    copy_text(o->optimizer, sizeof o->optimizer, s->optimizer);
    join_texts(o->dtype, sizeof o->dtype, s->dtype, ", KV ", cached ? s->kv_dtype : NULL);
    join_texts(o->engine, sizeof o->engine, s->engine ? s->engine : s->request.engine->id, " ",
               s->engine_version);
    o->estimate = s->request.estimate;
}

void option_copy(struct option *o, const struct result *result)
{
    const struct answer *a = result->answer;
    memset(o, 0, sizeof *o);
    option_names(o, result->scenario);
    o->number = result->scenario->number;
    copy_text(o->note, sizeof o->note, result->note);
    o->mode = a->mode;
    o->status = a->status;
    o->limit = a->limit;
    o->placed = a->placed && a->status != STATUS_UNSUPPORTED;
    o->layout = a->layout;
    o->card_mib = result->scenario->request.gpu->memory_mib;
    o->gpus_low = a->gpus_low;
    o->gpus_high = a->gpus_high;
    o->servers_high = a->servers_high;
    o->usd_per_hour = a->usd_per_hour;
    o->speed = a->gpus_high > 0 ? a->speed_high : a->speed;
    o->speed_expected = a->speed;
    o->gpus_memory = a->gpus_memory;
    o->published_bytes = a->published.given ? a->published.total_bytes : NOT_GIVEN;
    o->published_low_bytes = a->published.given ? a->published.low_bytes : NOT_GIVEN;
    o->phase = "";
    if (a->placed)
        copy_footprint(o, a);
    if (a->status == STATUS_OK) {
        o->money = a->money;
        o->money_expected = *answer_money_expected(a);
    }
}

bool option_is_safe(const struct option *o)
{
    return o->status == STATUS_OK && o->gpus_high > 0;
}

double option_recommended(const struct option *o)
{
    return o->gpus_high > 0 ? o->gpus_high : o->layout.gpus;
}

/* Detailed before published, and counts that hold in the whole band before others. */
static int rank(const struct option *o)
{
    if (o->estimate != ESTIMATE_DETAILED)
        return 1 + (int)o->estimate;
    return o->gpus_high > 0 ? 0 : 1;
}

static int compare_number(double a, double b)
{
    return (a > b) - (a < b);
}

static int compare_names(const struct option *a, const struct option *b)
{
    int order = strcmp(a->gpu, b->gpu);
    if (!order)
        order = strcmp(a->dtype, b->dtype);
    return order ? order : strcmp(a->engine, b->engine);
}

int option_compare_size(const struct option *a, const struct option *b)
{
    double n = option_recommended(a);
    double m = option_recommended(b);
    int order = rank(a) - rank(b);
    if (!order)
        order = compare_number(n, m);
    if (!order)
        order = compare_number(n * a->card_mib, m * b->card_mib);
    return order ? order : compare_names(a, b);
}

/* A run that ends is compared by its price, everything else by the hour. */
int option_compare_cost(const struct option *a, const struct option *b)
{
    bool runs = a->money.usd_per_run.expected >= 0;
    int order = rank(a) - rank(b);
    if (!order)
        order = (b->money.usd_per_run.expected >= 0) - runs;
    if (!order && runs)
        order = compare_number(a->money.usd_per_run.expected, b->money.usd_per_run.expected);
    if (!order)
        order = compare_number(a->usd_per_hour, b->usd_per_hour);
    return order ? order : option_compare_size(a, b);
}

int option_compare_owned(const struct option *a, const struct option *b)
{
    int order = rank(a) - rank(b);
    if (!order)
        order = compare_number(a->money.tco_usd, b->money.tco_usd);
    return order ? order : option_compare_size(a, b);
}

bool option_equals(const struct option *a, const struct option *b)
{
    return !option_compare_size(a, b) && a->usd_per_hour == b->usd_per_hour &&
           a->total_bytes == b->total_bytes && !strcmp(a->optimizer, b->optimizer);
}

const char *option_layout(const struct option *o, char buffer[LAYOUT_BYTES])
{
    buffer[0] = '\0';
    if (!o->placed)
        return buffer;
    int used = snprintf(buffer, LAYOUT_BYTES, "%.0f \u00D7 %.0f \u00D7 %.0f", o->layout.tp,
                        o->layout.pp, o->layout.ways);
    if (o->mode == MODE_TRAINING && o->layout.zero > 0)
        snprintf(buffer + used, LAYOUT_BYTES - (size_t)used, ", ZeRO-%.0f", o->layout.zero);
    return buffer;
}

const char *option_type(const struct option *o, char buffer[TYPE_BYTES])
{
    join_texts(buffer, TYPE_BYTES, o->dtype, ", ", o->mode == MODE_TRAINING ? o->optimizer : NULL);
    return buffer;
}

const char *const column_titles[COLUMN_COUNT] = {"weights",          "KV cache",    "gradients",
                                                 "optimizer states", "activations", "overhead"};

const struct speed_figure speed_figures[SPEED_COUNT] = {
    {"TPOT", "ms", offsetof(struct speed, tpot_ms)},
    {"TTFT", "ms", offsetof(struct speed, ttft_ms)},
    {"Output", "tokens/s", offsetof(struct speed, output_tok_s)},
    {"Most output", "tokens/s", offsetof(struct speed, max_output_tok_s)},
    {"Training", "tokens/s", offsetof(struct speed, train_tok_s)},
    {"Training run", "days", offsetof(struct speed, days)},
};

const struct range *speed_range(const struct speed *speed, size_t figure)
{
    return (const struct range *)(const void *)((const char *)speed + speed_figures[figure].offset);
}

const char *option_bound(const struct option *o, char buffer[BOUND_BYTES])
{
    size_t largest = 0;
    if (!o->placed) {
        copy_text(buffer, BOUND_BYTES, limit_words[o->limit]);
        return buffer;
    }
    for (size_t i = 1; i < COLUMN_COUNT; i++)
        if (o->column_bytes[i] > o->column_bytes[largest])
            largest = i;
    snprintf(buffer, BOUND_BYTES, o->limit == LIMIT_MEMORY ? "%s: %s" : "%s", limit_words[o->limit],
             column_titles[largest]);
    return buffer;
}
