/* columns.c -- the result columns: name, title, unit, and the function that reads the value */
#include "report/columns.h"

#include "core/units.h"
#include "core/words.h"
#include "report/figures.h"
#include "report/inside.h"

#include <string.h>

const char *const status_words[] = {"ok", "no_fit", "unsupported"};
const char *const limit_words[] = {"",         "memory", "throughput", "ttft",  "tpot",
                                   "deadline", "node",   "budget",     "power", "layout"};

#define SCENARIO_TEXT(field) \
    static struct result_value field##_of(const struct result *r) \
    { \
        return text(r->scenario->field); \
    }
SCENARIO_TEXT(label)
SCENARIO_TEXT(period)
SCENARIO_TEXT(model)
SCENARIO_TEXT(dtype)
SCENARIO_TEXT(optimizer)
SCENARIO_TEXT(gpu)
SCENARIO_TEXT(engine_version)

static struct result_value source_of(const struct result *r)
{
    return text(r->scenario->row->source);
}

static struct result_value kv_dtype_of(const struct result *r)
{
    if (r->answer->mode == MODE_TRAINING)
        return text(NULL);
    if (r->scenario->kv_dtype)
        return text(r->scenario->kv_dtype);
    const struct dtype *weights = r->scenario->request.dtype;
    bool is_float = !strcmp(weights->family, "float");
    return text(is_float || !weights->compute ? weights->id : weights->compute);
}

static struct result_value tuning_of(const struct result *r)
{
    bool training = r->answer->mode == MODE_TRAINING;
    return text(training ? tuning_words[r->scenario->request.tuning] : NULL);
}

static struct result_value recompute_of(const struct result *r)
{
    bool training = r->answer->mode == MODE_TRAINING && is_detailed(r);
    return text(training ? recompute_words[r->scenario->request.recompute] : NULL);
}

static bool has_adapters(const struct result *r)
{
    return r->answer->mode == MODE_TRAINING && r->scenario->request.tuning != TUNING_FULL;
}

static struct result_value lora_rank_of(const struct result *r)
{
    return has_adapters(r) ? number(r->scenario->request.lora_rank) : empty;
}

static struct result_value lora_targets_of(const struct result *r)
{
    const char *targets = r->scenario->lora_targets;
    return text(has_adapters(r) ? targets ? targets : "all-linear" : NULL);
}

static struct result_value loss_of(const struct result *r)
{
    bool training = r->answer->mode == MODE_TRAINING && is_detailed(r);
    return text(training ? loss_words[r->scenario->request.loss] : NULL);
}

static struct result_value tokens_of(const struct result *r)
{
    return number(r->scenario->request.tokens);
}

static struct result_value concurrency_of(const struct result *r)
{
    return number(r->scenario->request.concurrency);
}

static struct result_value engine_of(const struct result *r)
{
    return text(r->scenario->engine ? r->scenario->engine : r->scenario->request.engine->id);
}

static struct result_value estimate_of(const struct result *r)
{
    return text(estimate_words[r->scenario->request.estimate]);
}

static struct result_value mode_of(const struct result *r)
{
    return text(mode_words[r->answer->mode]);
}

static struct result_value status_of(const struct result *r)
{
    return text(status_words[r->answer->status]);
}

static struct result_value limit_of(const struct result *r)
{
    return text(limit_words[r->answer->limit]);
}

static struct result_value gpus_of(const struct result *r)
{
    return is_ok(r) ? number(r->answer->layout.gpus) : empty;
}

static struct result_value gpus_low_of(const struct result *r)
{
    return is_ok(r) ? number(r->answer->gpus_low) : empty;
}

static struct result_value gpus_high_of(const struct result *r)
{
    return is_ok(r) ? number(r->answer->gpus_high) : empty;
}

static struct result_value layout_number(const struct result *r, double value)
{
    return is_placed(r) ? number(value) : empty;
}

static struct result_value replicas_of(const struct result *r)
{
    return r->answer->mode == MODE_INFERENCE ? layout_number(r, r->answer->layout.ways) : empty;
}

static struct result_value tp_of(const struct result *r)
{
    return layout_number(r, r->answer->layout.tp);
}

static struct result_value pp_of(const struct result *r)
{
    return layout_number(r, r->answer->layout.pp);
}

static struct result_value dp_of(const struct result *r)
{
    return layout_number(r, r->answer->layout.ways);
}

static struct result_value zero_of(const struct result *r)
{
    return r->answer->mode == MODE_TRAINING ? layout_number(r, r->answer->layout.zero) : empty;
}

static struct result_value servers_of(const struct result *r)
{
    return is_ok(r) && is_placed(r) ? number(r->answer->layout.servers) : empty;
}

static struct result_value servers_high_of(const struct result *r)
{
    return is_ok(r) && is_placed(r) ? number(r->answer->servers_high) : empty;
}

/* Serving has no gradients, training no cache: such a cell is empty, never 0. */
static struct result_value column_gib(const struct result *r, enum column column)
{
    bool training = r->answer->mode == MODE_TRAINING;
    bool of_training = column == COLUMN_GRADIENTS || column == COLUMN_OPTIMIZER;
    if (!is_placed(r) || (of_training && !training) || (column == COLUMN_KV_CACHE && training))
        return empty;
    return number(r->answer->footprint.column_bytes[column] / GIB);
}

#define COLUMN_GIB(name, column) \
    static struct result_value name##_gib_of(const struct result *r) \
    { \
        return column_gib(r, column); \
    }
COLUMN_GIB(weights, COLUMN_WEIGHTS)
COLUMN_GIB(kv_cache, COLUMN_KV_CACHE)
COLUMN_GIB(gradients, COLUMN_GRADIENTS)
COLUMN_GIB(optimizer, COLUMN_OPTIMIZER)
COLUMN_GIB(activations, COLUMN_ACTIVATIONS)
COLUMN_GIB(overhead, COLUMN_OVERHEAD)

#define FOOTPRINT_GIB(name, field) \
    static struct result_value name##_gib_of(const struct result *r) \
    { \
        return layout_number(r, r->answer->footprint.field / GIB); \
    }
FOOTPRINT_GIB(total, total_bytes)
FOOTPRINT_GIB(total_low, low_bytes)
FOOTPRINT_GIB(total_high, high_bytes)
FOOTPRINT_GIB(usable, usable_bytes)

#define PUBLISHED_GB(name, field) \
    static struct result_value name##_gb_of(const struct result *r) \
    { \
        double bytes = r->answer->published.field; \
        return r->answer->published.given && bytes >= 0 ? number(bytes / GB) : empty; \
    }
PUBLISHED_GB(weights, weights_bytes)
PUBLISHED_GB(kv_cache, kv_cache_bytes)
PUBLISHED_GB(gradients, gradients_bytes)
PUBLISHED_GB(optimizer, optimizer_bytes)
PUBLISHED_GB(activations, activations_bytes)
PUBLISHED_GB(total, total_bytes)
PUBLISHED_GB(total_low, low_bytes)
PUBLISHED_GB(total_high, high_bytes)

static struct result_value max_concurrency_of(const struct result *r)
{
    return is_ok(r) && is_detailed(r) ? number(r->answer->max_concurrency) : empty;
}

static struct result_value phase_of(const struct result *r)
{
    return text(is_placed(r) ? phase_names[r->answer->footprint.phase] : NULL);
}

static struct result_value note_of(const struct result *r)
{
    return text(r->note);
}

const struct result_column result_columns[] = {
    {"source", "Input row", "", RESULT_TEXT, 26, source_of},
    {"scenario", "Scenario", "", RESULT_TEXT, 18, label_of},
    {"period", "Period", "", RESULT_TEXT, 9, period_of},
    {"model", "Model", "", RESULT_TEXT, 22, model_of},
    {"dtype", "Weights type", "", RESULT_TEXT, 11, dtype_of},
    {"kv_dtype", "KV cache type", "", RESULT_TEXT, 10, kv_dtype_of},
    {"optimizer", "Optimizer", "", RESULT_TEXT, 11, optimizer_of},
    {"tuning", "Tuning", "", RESULT_TEXT, 8, tuning_of},
    {"recompute", "Recompute", "", RESULT_TEXT, 10, recompute_of},
    {"tokens", "Tokens", "tokens", RESULT_COUNT, 10, tokens_of},
    {"concurrency", "Concurrency", "sequences", RESULT_COUNT, 12, concurrency_of},
    {"gpu", "GPU", "", RESULT_TEXT, 18, gpu_of},
    {"engine", "Engine", "", RESULT_TEXT, 13, engine_of},
    {"engine_version", "Engine version", "", RESULT_TEXT, 10, engine_version_of},
    {"estimate", "Method", "", RESULT_TEXT, 9, estimate_of},
    {"mode", "Mode", "", RESULT_TEXT, 10, mode_of},
    {"status", "Status", "", RESULT_TEXT, 12, status_of},
    {"limit", "Bound by", "", RESULT_TEXT, 10, limit_of},
    {"gpus", "GPUs", "GPUs", RESULT_COUNT, 7, gpus_of},
    {"gpus_low", "GPUs, low", "GPUs", RESULT_COUNT, 7, gpus_low_of},
    {"gpus_high", "GPUs, high", "GPUs", RESULT_COUNT, 7, gpus_high_of},
    {"replicas", "Replicas", "", RESULT_COUNT, 9, replicas_of},
    {"tp", "Tensor parallel", "GPUs", RESULT_COUNT, 9, tp_of},
    {"pp", "Pipeline stages", "GPUs", RESULT_COUNT, 9, pp_of},
    {"dp", "Data parallel", "ranks", RESULT_COUNT, 9, dp_of},
    {"zero", "ZeRO stage", "", RESULT_COUNT, 7, zero_of},
    {"servers", "Servers", "servers", RESULT_COUNT, 9, servers_of},
    {"servers_high", "Servers, high", "servers", RESULT_COUNT, 9, servers_high_of},
    {"weights_gib", "Weights", "GiB/GPU", RESULT_GIB, 10, weights_gib_of},
    {"kv_cache_gib", "KV cache", "GiB/GPU", RESULT_GIB, 10, kv_cache_gib_of},
    {"gradients_gib", "Gradients", "GiB/GPU", RESULT_GIB, 10, gradients_gib_of},
    {"optimizer_gib", "Optimizer states", "GiB/GPU", RESULT_GIB, 10, optimizer_gib_of},
    {"activations_gib", "Activations", "GiB/GPU", RESULT_GIB, 11, activations_gib_of},
    {"overhead_gib", "Overhead", "GiB/GPU", RESULT_GIB, 10, overhead_gib_of},
    {"total_gib", "Total", "GiB/GPU", RESULT_GIB, 10, total_gib_of},
    {"total_low_gib", "Total, low", "GiB/GPU", RESULT_GIB, 10, total_low_gib_of},
    {"total_high_gib", "Total, high", "GiB/GPU", RESULT_GIB, 10, total_high_gib_of},
    {"usable_gib", "Usable", "GiB/GPU", RESULT_GIB, 10, usable_gib_of},
    {"phase", "Peak in", "", RESULT_TEXT, 14, phase_of},
    {"max_concurrency", "Most requests", "sequences", RESULT_COUNT, 12, max_concurrency_of},
    {"weights_gb", "Weights", "GB, whole model", RESULT_GB, 10, weights_gb_of},
    {"kv_cache_gb", "KV cache", "GB, whole model", RESULT_GB, 10, kv_cache_gb_of},
    {"gradients_gb", "Gradients", "GB, whole model", RESULT_GB, 10, gradients_gb_of},
    {"optimizer_gb", "Optimizer states", "GB, whole model", RESULT_GB, 10, optimizer_gb_of},
    {"activations_gb", "Activations", "GB, whole model", RESULT_GB, 11, activations_gb_of},
    {"total_gb", "Total", "GB, whole model", RESULT_GB, 10, total_gb_of},
    {"total_low_gb", "Total, low", "GB, whole model", RESULT_GB, 10, total_low_gb_of},
    {"total_high_gb", "Total, high", "GB, whole model", RESULT_GB, 10, total_high_gb_of},
    {"lora_rank", "LoRA rank", "", RESULT_COUNT, 7, lora_rank_of},
    {"lora_targets", "LoRA targets", "", RESULT_TEXT, 12, lora_targets_of},
    {"loss", "Loss", "", RESULT_TEXT, 8, loss_of},
    {"prompt_tokens", "Prompt", "tokens", RESULT_COUNT, 9, prompt_tokens_of},
    {"output_tokens", "Answer", "tokens", RESULT_COUNT, 9, output_tokens_of},
    {"requests_per_s", "Asked: requests", "requests/s", RESULT_RATE, 10, requests_per_s_of},
    {"asked_output_tok_s", "Asked: output", "tokens/s", RESULT_RATE, 11, output_tok_s_of},
    {"asked_ttft_ms", "Asked: TTFT", "ms", RESULT_RATE, 9, ttft_ms_of},
    {"asked_tpot_ms", "Asked: TPOT", "ms", RESULT_RATE, 9, tpot_ms_of},
    {"train_tokens", "Asked: run", "tokens", RESULT_COUNT, 16, train_tokens_of},
    {"deadline_days", "Asked: deadline", "days", RESULT_RATE, 9, deadline_days_of},
    {"max_usd", "Asked: budget", "USD", RESULT_USD, 12, max_usd_of},
    {"max_kw", "Asked: power", "kW", RESULT_KW, 9, max_kw_of},
    {"tp_high", "Tensor parallel, high", "GPUs", RESULT_COUNT, 9, tp_high_of},
    {"pp_high", "Pipeline stages, high", "GPUs", RESULT_COUNT, 9, pp_high_of},
    {"dp_high", "Data parallel, high", "ranks", RESULT_COUNT, 9, dp_high_of},
    {"gpus_memory", "GPUs for memory", "GPUs", RESULT_COUNT, 9, gpus_memory_of},
    {"in_flight", "In flight", "requests", RESULT_RATE, 10, in_flight_of},
    {"tpot_ms", "TPOT", "ms", RESULT_RATE, 9, tpot_of},
    {"tpot_low_ms", "TPOT, low", "ms", RESULT_RATE, 9, tpot_low_of},
    {"tpot_high_ms", "TPOT, high", "ms", RESULT_RATE, 9, tpot_high_of},
    {"ttft_ms", "TTFT", "ms", RESULT_RATE, 9, ttft_of},
    {"ttft_low_ms", "TTFT, low", "ms", RESULT_RATE, 9, ttft_low_of},
    {"ttft_high_ms", "TTFT, high", "ms", RESULT_RATE, 9, ttft_high_of},
    {"output_tok_s", "Output", "tokens/s", RESULT_RATE, 11, output_rate_of},
    {"output_low_tok_s", "Output, low", "tokens/s", RESULT_RATE, 11, output_rate_low_of},
    {"output_high_tok_s", "Output, high", "tokens/s", RESULT_RATE, 11, output_rate_high_of},
    {"max_output_tok_s", "Most output", "tokens/s", RESULT_RATE, 11, most_rate_of},
    {"max_output_low_tok_s", "Most output, low", "tokens/s", RESULT_RATE, 11, most_rate_low_of},
    {"max_output_high_tok_s", "Most output, high", "tokens/s", RESULT_RATE, 11, most_rate_high_of},
    {"train_tok_s", "Training", "tokens/s", RESULT_RATE, 11, train_rate_of},
    {"train_low_tok_s", "Training, low", "tokens/s", RESULT_RATE, 11, train_rate_low_of},
    {"train_high_tok_s", "Training, high", "tokens/s", RESULT_RATE, 11, train_rate_high_of},
    {"mfu_pct", "MFU", "%", RESULT_RATE, 8, mfu_of},
    {"mfu_low_pct", "MFU, low", "%", RESULT_RATE, 8, mfu_low_of},
    {"mfu_high_pct", "MFU, high", "%", RESULT_RATE, 8, mfu_high_of},
    {"days", "Training time", "days", RESULT_RATE, 9, days_of},
    {"days_low", "Training time, low", "days", RESULT_RATE, 9, days_low_of},
    {"days_high", "Training time, high", "days", RESULT_RATE, 9, days_high_of},
    {"speed_basis", "Speed from", "", RESULT_TEXT, 10, speed_basis_of},
    {"purchase_usd", "Purchase", "USD", RESULT_USD, 13, purchase_usd_of},
    {"purchase_expected_usd", "Purchase, expected count", "USD", RESULT_USD, 13,
     purchase_expected_usd_of},
    {"usd_per_hour_expected", "Rent, expected count", "USD/hour", RESULT_USD, 11,
     usd_per_hour_expected_of},
    {"power_kw", "Power", "kW", RESULT_KW, 9, power_kw_of},
    {"energy_usd_per_year", "Electricity", "USD/year", RESULT_USD, 12, energy_usd_per_year_of},
    {"tco_usd", "Cost of owning", "USD", RESULT_USD, 13, tco_usd_of},
    {"break_even_months", "Owning is cheaper after", "months", RESULT_KW, 11, break_even_months_of},
    {"usd_per_million_tokens", "A million tokens", "USD", RESULT_USD, 11,
     usd_per_million_tokens_of},
    {"usd_per_million_tokens_low", "A million tokens, low", "USD", RESULT_USD, 11,
     usd_per_million_tokens_low_of},
    {"usd_per_million_tokens_high", "A million tokens, high", "USD", RESULT_USD, 11,
     usd_per_million_tokens_high_of},
    {"usd_per_run", "The run", "USD", RESULT_USD, 13, usd_per_run_of},
    {"usd_per_run_low", "The run, low", "USD", RESULT_USD, 13, usd_per_run_low_of},
    {"usd_per_run_high", "The run, high", "USD", RESULT_USD, 13, usd_per_run_high_of},
    {"gpus_paid", "GPUs bought", "GPUs", RESULT_COUNT, 9, gpus_paid_of},
    {"servers_paid", "Servers bought", "servers", RESULT_COUNT, 9, servers_paid_of},
    {"rent_term", "Rent term", "", RESULT_TEXT, 11, rent_term_of},
    {"usd_per_hour", "Rent", "USD/hour", RESULT_USD, 11, usd_per_hour_of},
    {"note", "Note", "", RESULT_TEXT, 60, note_of},
};
const size_t result_column_count = sizeof result_columns / sizeof *result_columns;

const struct result_column *result_column_named(const char *name)
{
    for (size_t i = 0; i < result_column_count; i++)
        if (!strcmp(result_columns[i].name, name))
            return &result_columns[i];
    return NULL;
}
