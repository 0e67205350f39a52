/* parameters.c -- which catalog cells are fitted, their priors, and the rows that each one moves */
#include "tests/accuracy/fit/fit.h"

#include "catalog/catalog.h"
#include "core/speed/coefficients.h"

#include <math.h>
#include <string.h>

/* A fitted column: what is expected before any row is seen, how sure that is for the row that
 * stands for all (`*`, generic), and how far one card or engine may be from that row. */
struct fitted {
    const char *catalog;
    const char *column; /* of assumptions.csv: the name */
    double prior;
    double sigma;
    double sigma_child;
};

static const struct fitted serving_columns[] = {
    {"gpu_speeds", "memory_share", 0.69, 0.2, 0.25},
    {"gpu_speeds", "share_16", 0.55, 0.2, 0.3},
    {"gpu_speeds", "share_fp8", 0.55, 0.2, 0.3},
    {"gpu_speeds", "share_fp4", 0.5, 0.2, 0.3},
    {"gpu_speeds", "share_mx", 0.5, 0.2, 0.3},
    {"gpu_speeds", "allreduce_us", 10, 0.3, 0.4},
    {"engine_speeds", "layer_us", 10, 0.4, 0.4},
    {"engine_speeds", "step_ms", 1.5, 0.5, 0.5},
    {"engine_speeds", "request_us", 5, 0.4, 0.4},
    {"engine_speeds", "moe_layer_us", 10, 0.4, 0.4},
    {"engine_speeds", "allreduce_factor", 1, 0.01, 0.4},
    {"engine_speeds", "decode_share", 0.7, 0.3, 0.4},
    {"engine_speeds", "prefill_share", 1, 0.2, 0.3},
    {"engine_speeds", "first_token_ms", 20, 0.5, 0.5},
    {"engine_speeds", "first_token_burst_ms", 40, 0.5, 0.7},
    {"assumptions", "speed_cache_share", 0.9, 0.3, 0},
    {"assumptions", "speed_mla_share", 0.75, 0.3, 0},
    {"assumptions", "speed_expert_read_share", 0.8, 0.3, 0},
    {"assumptions", "speed_expert_compute_share", 0.6, 0.3, 0},
    {"assumptions", "speed_overlap", 2, 0.5, 0},
    {"assumptions", "speed_expert_traffic", 50, 0.7, 0},
    {"assumptions", "speed_peer_prefill", 0.5, 0.7, 0},
    {"assumptions", "speed_attention_share", 0.5, 0.3, 0},
    {"assumptions", "speed_link_share", 0.5, 0.3, 0},
    {"assumptions", "speed_exchange_share", 0.3, 0.4, 0},
    {"assumptions", "speed_exchange_us", 25, 0.4, 0},
    {"assumptions", "speed_queue_burst", 0.09, 0.5, 0},
    {"assumptions", "speed_queue", 0.04, 0.5, 0},
    {"dtypes", "read_share", 0.9, 0.2, 0.2},
};

static const struct fitted training_columns[] = {
    {"gpu_speeds", "train_16", 0.5, 0.25, 0.25},
    {"gpu_speeds", "train_fp8", 0.4, 0.25, 0.25},
    {"engine_speeds", "train_factor", 1, 0.01, 0.2},
    {"engine_speeds", "train_factor_compiled", 1.1, 0.1, 0.1},
    {"engine_speeds", "selective_factor", 1.08, 0.05, 0.05},
    {"engine_speeds", "tp_cost", 0.06, 0.4, 0.4},
    {"engine_speeds", "tp_cost_compiled", 0.03, 0.4, 0.4},
    {"assumptions", "train_full_factor", 1.3, 0.1, 0},
    {"assumptions", "train_half_tokens", 300, 0.7, 0},
    {"assumptions", "train_half_hidden", 300, 0.7, 0},
    {"assumptions", "train_moe_factor", 0.5, 0.4, 0},
    {"assumptions", "train_attention_share", 0.5, 0.3, 0},
    {"assumptions", "train_run_share", 0.9, 0.1, 0},
};

static void add(struct parameters *p, struct rows *rows, struct parameter parameter)
{
    p->items = arena_grown(&rows->arena, p->items, p->count, &p->room, sizeof *p->items);
    p->items[p->count++] = parameter;
}

static const struct fact_field *field_named(const struct catalog_file *file, const char *name)
{
    for (size_t i = 0; i < *file->field_count; i++)
        if (!strcmp(file->fields[i].column, name))
            return &file->fields[i];
    return NULL;
}

/* Catalogs are read-only to the program; they lie in memory of ours. */
static double *cell(const char *item, const struct fact_field *field)
{
    return (double *)(item + field->offset);
}

static bool is_general(const char *text)
{
    return !strcmp(text, "*") || !strcmp(text, "generic");
}

static const char *key_of(const char *item)
{
    return *(const char *const *)(const void *)item;
}

/* The list of engines of a row of gpu_speeds.csv, to find its row for every card. */
static const char *scope(const char *catalog, const void *item)
{
    const struct gpu_speed *row = item;
    return !strcmp(catalog, "gpu_speeds") && row->engines ? row->engines : "";
}

/* What a card without this row would get: the next row of the same engines that speaks of it;
 * for an engine the generic row. */
static long parent_of(const struct parameters *p, size_t from, size_t child, const char *items,
                      size_t size)
{
    const struct parameter *one = &p->items[child];
    const char *item = items + one->item * size;
    bool cards = !strcmp(one->catalog, "gpu_speeds");
    for (size_t i = cards ? child + 1 : from; i < p->count; i++) {
        const char *other = items + p->items[i].item * size;
        if (i == child)
            continue;
        const char *engines = scope(one->catalog, other);
        if (cards ? ids_match(key_of(other), key_of(item)) &&
                        (!*engines || !strcmp(engines, scope(one->catalog, item)))
                  : is_general(key_of(other)))
            return (long)i;
    }
    return ABSENT;
}

static void collect_column(struct parameters *p, struct rows *rows, const struct fitted *c)
{
    const struct catalog_file *file = catalog_file_named(c->catalog);
    bool named = !strcmp(c->catalog, "assumptions");
    const struct fact_field *field = field_named(file, named ? "value" : c->column);
    size_t count;
    size_t from = p->count;
    const char *items = catalog_items(&rows->facts, file, &count);
    for (size_t i = 0; i < count; i++) {
        const char *item = items + i * file->item_size;
        const char *key = key_of(item);
        double *value = cell(item, field);
        if (*value <= 0 || (named && strcmp(key, c->column) != 0))
            continue;
        add(p, rows,
            (struct parameter){c->catalog, c->column, i, value, log(c->prior), ABSENT, c->sigma,
                               NULL, 0});
    }
    for (size_t i = from; i < p->count && !named; i++) {
        p->items[i].parent = parent_of(p, from, i, items, file->item_size);
        if (p->items[i].parent != ABSENT)
            p->items[i].sigma = c->sigma_child;
    }
}

/* The rows that a coefficient moves: those that change when it does. */
static void find_rows(struct parameter *p, struct rows *rows, const double *errors)
{
    double old = *p->value;
    size_t room = 0;
    *p->value = old * 1.3;
    for (size_t i = 0; i < rows->count; i++) {
        if (row_error(&rows->items[i]) == errors[i])
            continue;
        p->rows = arena_grown(&rows->arena, p->rows, p->row_count, &room, sizeof *p->rows);
        p->rows[p->row_count++] = i;
    }
    *p->value = old;
}

void parameters_collect(struct parameters *p, struct rows *rows, enum engine_mode mode)
{
    const struct fitted *columns = mode == MODE_TRAINING ? training_columns : serving_columns;
    size_t count = mode == MODE_TRAINING ? sizeof training_columns / sizeof *training_columns
                                         : sizeof serving_columns / sizeof *serving_columns;
    for (size_t i = 0; i < count; i++)
        collect_column(p, rows, &columns[i]);
    for (size_t i = 0; i < p->count; i++)
        *p->items[i].value = exp(p->items[i].prior);
    double *errors = arena_array(&rows->arena, rows->count, sizeof *errors);
    for (size_t i = 0; i < rows->count; i++)
        errors[i] = row_error(&rows->items[i]);
    for (size_t i = 0; i < p->count; i++)
        find_rows(&p->items[i], rows, errors);
}
