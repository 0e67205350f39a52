/* scenario.c -- scenario i of a row: picks one value per cell and fills the request with it */
#include "scenario/matrix.h"

#include "base/text.h"
#include "core/engines.h"
#include "core/letters.h"
#include "core/memory/tensors.h"
#include "core/speed/coefficients.h"

#include <math.h>
#include <string.h>

static const struct request nothing_given = {
    .tokens = NOT_GIVEN,
    .concurrency = NOT_GIVEN,
    .prompt_tokens = NOT_GIVEN,
    .output_tokens = NOT_GIVEN,
    .utilization = NOT_GIVEN,
    .max_num_seqs = NOT_GIVEN,
    .max_num_batched_tokens = NOT_GIVEN,
    .max_model_len = NOT_GIVEN,
    .lora_rank = NOT_GIVEN,
    .lora_targets = TARGET_LINEAR,
    .trainable_pct = NOT_GIVEN,
    .zero = NOT_GIVEN,
    .flash_attention = true,
    .sequence_parallel = true,
    .grad_accum = NOT_GIVEN,
    .global_batch = NOT_GIVEN,
    .layers_override = NOT_GIVEN,
    .reserved_share = NOT_GIVEN,
    .tp = NOT_GIVEN,
    .pp = NOT_GIVEN,
    .dp = NOT_GIVEN,
    .ep = NOT_GIVEN,
    .cp = NOT_GIVEN,
    .vpp = NOT_GIVEN,
    .gpus = NOT_GIVEN,
    .max_gpus = NOT_GIVEN,
    .requests_per_s = NOT_GIVEN,
    .output_tok_s = NOT_GIVEN,
    .ttft_ms = NOT_GIVEN,
    .tpot_ms = NOT_GIVEN,
    .train_tokens = NOT_GIVEN,
    .deadline_days = NOT_GIVEN,
    .max_usd = NOT_GIVEN,
    .max_kw = NOT_GIVEN,
    .gpu_usd = NOT_GIVEN,
    .server_usd = NOT_GIVEN,
    .usd_per_gpu_hour = NOT_GIVEN,
    .rent_term = PRICE_ANY,
};

static void take_model(struct scenario *out, const struct value *value)
{
    out->model = value->text;
    out->request.model = value->item ? value->item : &out->own_model;
    out->request.bare_size = !value->item && value->number > 0;
    if (out->request.bare_size)
        out->own_model.params_published = value->number;
}

/* Columns with a meaning of their own; false: the value goes to the column's offset. */
static bool take_named(struct scenario *out, const struct scenario_column *column,
                       const struct value *value)
{
    struct request *r = &out->request;
    switch (column->id) {
    case COL_SCENARIO:
        out->label = value->text;
        return true;
    case COL_PERIOD:
        out->period = value->text;
        return true;
    case COL_MODEL:
        take_model(out, value);
        return true;
    case COL_DTYPE:
        out->dtype = value->text;
        r->dtype = value->item;
        return true;
    case COL_KV_DTYPE:
        out->kv_dtype = value->text;
        r->kv_dtype = value->item;
        return true;
    case COL_OPTIMIZER:
        out->optimizer = value->text;
        r->optimizer = value->item;
        return true;
    case COL_GPU:
        out->gpu = value->text;
        r->gpu = value->item;
        return true;
    case COL_ENGINE:
        out->engine = value->text;
        return true;
    case COL_ENGINE_VERSION:
        out->engine_version = value->text;
        return true;
    case COL_CLIENT:
        r->burst = text_equal(value->text, "burst");
        return true;
    case COL_MASTER:
        r->master_dtype = value->item;
        r->no_master = !value->item;
        return true;
    case COL_GRAD:
        r->grad_dtype = value->item;
        r->no_gradients = !value->item;
        return true;
    case COL_TARGETS:
        out->lora_targets = value->text;
        r->lora_targets = (unsigned)value->number;
        return true;
    default:
        return false;
    }
}

static void take_value(struct scenario *out, const struct scenario_column *column,
                       const struct value *value)
{
    char *base = (char *)&out->request;
    bool flag = value->number > 0;
    if (take_named(out, column, value))
        return;
    if (column->id == COL_SHAPE)
        base = (char *)&out->own_model;
    if (column->kind == CELL_WORD) {
        int word = (int)value->number; /* of others it may be more than an int can hold */
        memcpy(base + column->offset, &word, sizeof word);
    } else if (column->kind == CELL_FLAG) {
        memcpy(base + column->offset, &flag, sizeof flag);
    } else if (column->kind == CELL_DTYPE) {
        memcpy(base + column->offset, &value->item, sizeof value->item);
    } else { /* CELL_COUNT, CELL_NUMBER */
        memcpy(base + column->offset, &value->number, sizeof value->number);
    }
}

/* A custom model from its dimensions: gated and untied, or the variant whose parameters come
 * closest to the count that the row gives; what then is left over is unlisted. Returns the shape's
 * own parameters when they are more than 5 % off, else 0. */
static double shape_custom(struct model *m)
{
    double wanted = m->params_published;
    struct model best = *m;
    double least = INFINITY;
    m->attention = ATTENTION_HEADS;
    m->norm = NORM_RMS;
    for (int variant = 0; variant < 4; variant++) {
        struct model candidate = *m;
        struct tensors tensors;
        candidate.ffn_gated = !(variant & 1);
        candidate.tied_embeddings = variant & 2;
        if (candidate.heads <= 0)
            candidate.heads = fmax(1, floor(candidate.hidden / 128));
        if (candidate.ffn <= 0)
            candidate.ffn =
                candidate.ffn_gated ? ceil(candidate.hidden * 8 / 3) : 4 * candidate.hidden;
        model_complete(&candidate);
        model_tensors(&candidate, &tensors);
        double off = wanted > 0 ? fabs(tensors_total(&tensors) - wanted) : variant;
        if (off < least) {
            least = off;
            best = candidate;
            best.params_unlisted = wanted > 0 ? wanted - tensors_total(&tensors) : 0;
        }
    }
    *m = best;
    double shape = wanted - best.params_unlisted;
    return wanted > 0 && fabs(best.params_unlisted) > 0.05 * wanted ? shape : 0;
}

/* QLoRA trains adapters over an nf4 base [Dettmers 2023]: a 16-bit dtype then names the adapters'
 * surroundings, not the base. */
static void settle_qlora(struct scenario *out, const struct lexicon *lexicon)
{
    struct request *r = &out->request;
    if (r->tuning == TUNING_QLORA && r->dtype->bits_per_weight >= 16) {
        r->dtype = names_find(&lexicon->dtypes, "nf4"); /* built in; a user can only change it */
        out->dtype = r->dtype->id;
    }
}

static void settle(struct scenario *out)
{
    struct request *r = &out->request;
    const struct lexicon *lexicon = out->row->matrix->lexicon;
    enum engine_mode mode = r->optimizer ? MODE_TRAINING : MODE_INFERENCE;
    r->engine =
        engine_for(lexicon->facts, out->engine, mode, out->engine_version, &r->engine_known);
    bool unlisted = out->engine && !r->engine_known;
    r->engine_name = unlisted ? out->engine : r->engine->id;
    r->engine_speed =
        engine_speed_for(lexicon->facts, r->engine_name, out->engine_version, r->gpu->vendor, mode);
    if (r->max_gpus < 0)
        r->max_gpus = fmax(assumption_value(lexicon->facts, "max_gpus"), r->gpus);
    if (r->lora_rank < 0)
        r->lora_rank = assumption_value(lexicon->facts, "lora_rank");
    if (r->prompt_tokens < 0 && r->output_tokens >= 0)
        r->prompt_tokens = r->tokens - r->output_tokens;
    else if (r->output_tokens < 0 && r->prompt_tokens >= 0)
        r->output_tokens = r->tokens - r->prompt_tokens;
    if (r->model == &out->own_model && !r->bare_size)
        r->shape_params = shape_custom(&out->own_model);
    settle_qlora(out, lexicon);
}

void matrix_modes(const struct matrix_row *row, bool *serves, bool *trains)
{
    for (size_t at = 0; at < row->axis_count; at++) {
        const struct axis *axis = &row->axes[at];
        if (axis->column->id != COL_OPTIMIZER)
            continue;
        for (uint64_t i = 0; i < axis->count; i++)
            *(axis_value(axis, i).item ? trains : serves) = true;
    }
}

void matrix_scenario(const struct matrix_row *row, uint64_t i, struct scenario *out)
{
    *out = (struct scenario){.request = nothing_given, .row = row, .number = row->before + i};
    for (size_t at = row->axis_count; at-- > 0;) {
        const struct axis *axis = &row->axes[at];
        struct value value = axis_value(axis, i % axis->count);
        i /= axis->count;
        take_value(out, axis->column, &value);
    }
    settle(out);
}
