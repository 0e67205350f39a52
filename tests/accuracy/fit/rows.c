/* rows.c -- the measured rows, each placed once, with its weight and fold */
#include "tests/accuracy/fit/fit.h"

#include "base/text.h"
#include "catalog/catalog.h"
#include "table/table.h"
#include "validate/validate.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* FNV-1a: the same folds on every machine. */
static unsigned hash(const char *text)
{
    unsigned value = 2166136261u;
    for (; *text; text++)
        value = (value ^ (unsigned char)*text) * 16777619u;
    return value;
}

/* A model that the row describes itself goes by its shape. */
static const char *model_name(const struct model *model, struct arena *arena)
{
    if (model->id)
        return model->id;
    return arena_format(arena, "%.0f x %.0f", model->layers, model->hidden);
}

static const char *group_name(const struct fit_row *row, enum leave leave, struct arena *arena)
{
    const struct request *r = &row->load.request;
    if (leave == LEAVE_GPU)
        return r->gpu->id;
    if (leave == LEAVE_ENGINE)
        return r->engine_name;
    if (leave == LEAVE_MODEL)
        return model_name(r->model, arena);
    return arena_format(arena, "%s|%s|%s|%.0f", model_name(r->model, arena), r->gpu->id,
                        r->engine_name, row->load.layout.tp);
}

/* Rows of one configuration repeat each other: n of them count as its square root. Kinds with
 * fewer rows count more, by the square root as well. */
static void weigh(struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        struct fit_row *row = &rows->items[i];
        const char *name = group_name(row, LEAVE_CONFIGURATION, &rows->arena);
        double alike = 0;
        double kin = 0;
        for (size_t j = 0; j < rows->count; j++) {
            const struct fit_row *other = &rows->items[j];
            bool same = row->kind == other->kind;
            kin += same;
            alike += same && !strcmp(name, group_name(other, LEAVE_CONFIGURATION, &rows->arena));
        }
        row->weight = pow(alike, -0.3) * pow(kin / 300, -0.5);
    }
}

static void take(struct rows *rows, const struct matrix_row *row, bool is_most, enum leave leave,
                 unsigned folds)
{
    rows->items =
        arena_grown(&rows->arena, rows->items, rows->count, &rows->room, sizeof *rows->items);
    struct fit_row *out = &rows->items[rows->count];
    struct scenario *scenario = arena_take(&rows->arena, sizeof *scenario);
    matrix_scenario(row, 0, scenario);
    const char *id = matrix_text(row, "id");
    *out = (struct fit_row){.kind = speed_kind_named(matrix_text(row, "kind")),
                            .id = id,
                            .source = arena_text(&rows->arena, id, strcspn(id, "-")),
                            .measurement = {.scenario = scenario,
                                            .facts = &rows->facts,
                                            .batching = matrix_text(row, "batching"),
                                            .is_most = is_most}};
    if (!out->kind || !text_number(matrix_text(row, "measured"), &out->measured))
        return;
    load_place(&out->load, &out->measurement);
    out->fold = hash(group_name(out, leave, &rows->arena)) % folds;
    rows->count += out->kind->value(&out->load, &out->measurement) > 0;
}

static void read_record(struct rows *rows, const struct matrix *matrix, struct record *record,
                        enum leave leave, unsigned folds, struct diag *diag)
{
    struct matrix_row row;
    bool is_most = measured_record(matrix, record, &rows->arena);
    if (matrix_row_read(&row, matrix, record, &rows->arena, diag) && row.count == 1)
        take(rows, &row, is_most, leave, folds);
}

bool rows_read(struct rows *rows, const char *path, enum leave leave, unsigned folds)
{
    struct diag diag = {.out = stderr};
    struct lexicon lexicon;
    struct matrix matrix = {0};
    struct record record;
    int exit_code;
    if (!catalog_load(&rows->facts, &rows->arena, NULL, &diag, &exit_code))
        return false;
    lexicon_build(&lexicon, &rows->facts, &rows->arena, &diag);
    struct table_options options = {.is_column = matrix_is_column, .context = &lexicon};
    struct table *table = table_open(path, &options, &diag, &exit_code);
    if (!table)
        return false;
    bool is_header = true;
    for (;;) {
        enum table_step step = table_next(table, &record);
        if (step != TABLE_RECORD)
            break;
        if (!is_header)
            read_record(rows, &matrix, &record, leave, folds, &diag);
        else if (!matrix_header(&matrix, &record, &lexicon, true, &rows->arena, &diag))
            break;
        is_header = false;
    }
    table_close(table);
    diag_close(&diag);
    weigh(rows);
    return rows->count > 0;
}

double row_error(struct fit_row *row)
{
    load_coefficients(&row->load, &row->measurement);
    return log(row->kind->value(&row->load, &row->measurement) / row->measured);
}
