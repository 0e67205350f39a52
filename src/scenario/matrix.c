/* matrix.c -- headers and rows: which column is which, which cells disagree with each other */
#include "scenario/matrix.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

bool matrix_is_column(const void *context, const char *name)
{
    return lexicon_column(context, name, true) != NULL;
}

/* For suggestions: a column that only measurements have is never meant. */
static const char *column_name(const void *items, size_t index)
{
    const struct scenario_column *column = &((const struct scenario_column *)items)[index];
    return column->measured_only ? "" : column->name;
}

static const char *alias_name(const void *items, size_t index)
{
    return ((const struct alias *)items)[index].alias;
}

static bool is_carried(const char *name)
{
    return (name[0] == 'x' || name[0] == 'X') && name[1] == '_';
}

/* By name, or as another name of the same column. */
static bool is_repeated(const struct matrix *matrix, size_t i, const struct place *place,
                        struct diag *diag)
{
    const struct matrix_column *column = &matrix->columns[i];
    for (size_t j = 0; j < i; j++) {
        const struct matrix_column *other = &matrix->columns[j];
        if (text_equal(other->name, column->name)) {
            diag_fault(diag, place, "column \"%s\" appears twice; keep one", column->name);
            return true;
        }
        if (column->column && other->column == column->column) {
            diag_fault(diag, place, "columns \"%s\" and \"%s\" are both %s; keep one", other->name,
                       column->name, column->column->name);
            return true;
        }
    }
    return false;
}

static void read_column(struct matrix *matrix, size_t i, const struct record *record,
                        struct arena *arena, struct diag *diag)
{
    const struct cell *cell = &record->cells[i];
    struct matrix_column *column = &matrix->columns[i];
    struct place place = record_place(record, i);
    column->name = arena_text(arena, cell->text, cell->length);
    column->column = lexicon_column(matrix->lexicon, column->name, matrix->measured);
    if (cell->length && is_repeated(matrix, i, &place, diag))
        return;
    if (column->column)
        return;
    if (is_carried(column->name)) {
        matrix->carried_count++;
        return;
    }
    const char *close =
        text_closest(column->name, scenario_columns, scenario_column_count, column_name);
    if (!close)
        close = text_closest(column->name, matrix->lexicon->facts->aliases,
                             matrix->lexicon->facts->alias_count, alias_name);
    if (!cell->length)
        diag_fault(diag, &place, "column %zu has no name; name it or remove it", i + 1);
    else if (close)
        diag_fault(diag, &place, "unknown column \"%.80s\"; did you mean \"%s\"?", column->name,
                   close);
    else
        diag_fault(diag, &place,
                   "unknown column \"%.80s\"; "
                   "a name that begins with x_ is carried through as text",
                   column->name);
}

static bool names_a_column(const struct matrix *matrix, const struct record *record)
{
    for (size_t i = 0; i < record->count; i++)
        if (lexicon_column(matrix->lexicon, record->cells[i].text, matrix->measured))
            return true;
    return false;
}

bool matrix_header(struct matrix *matrix, const struct record *record,
                   const struct lexicon *lexicon, bool measured, struct arena *arena,
                   struct diag *diag)
{
    size_t before = diag->faults;
    *matrix = (struct matrix){.lexicon = lexicon, .measured = measured};
    matrix->column_count = record->count;
    matrix->columns = arena_array(arena, record->count, sizeof *matrix->columns);
    if (!names_a_column(matrix, record)) {
        struct place place = record_place(record, record->count);
        place.column = 0;
        diag_fault(diag, &place,
                   "the first line names no known column; it must be a header with model, dtype, "
                   "optimizer, tokens, concurrency, gpu (see gpuplan template inference)");
        return false;
    }
    for (size_t i = 0; i < record->count; i++)
        read_column(matrix, i, record, arena, diag);
    for (size_t i = 0; i < scenario_column_count; i++) {
        const struct scenario_column *wanted = &scenario_columns[i];
        struct place place = record_place(record, record->count);
        bool found = !wanted->required;
        for (size_t j = 0; !found && j < record->count; j++)
            found = matrix->columns[j].column == wanted;
        if (!found)
            diag_fault(diag, &place,
                       "column \"%s\" is missing; "
                       "required are model, dtype, optimizer, tokens, concurrency, gpu",
                       wanted->name);
    }
    return diag->faults == before;
}

const char *matrix_text(const struct matrix_row *row, const char *column)
{
    for (size_t i = 0; i < row->matrix->column_count; i++) {
        const struct matrix_column *found = &row->matrix->columns[i];
        if (text_equal(found->column ? found->column->name : found->name, column))
            return row->texts[i];
    }
    return "";
}

const char *matrix_carried(const struct matrix_row *row, const char *column, size_t *at)
{
    size_t count = row->matrix->column_count;
    for (size_t i = 0; i < count; i++) {
        size_t index = (*at + i) % count;
        const struct matrix_column *found = &row->matrix->columns[index];
        if (!found->column && text_equal(found->name, column)) {
            *at = index + 1;
            return row->texts[index];
        }
    }
    return "";
}

static const struct axis *axis_of(const struct matrix_row *row, enum column_id id)
{
    for (size_t i = 0; i < row->axis_count; i++)
        if (row->axes[i].column->id == id)
            return &row->axes[i];
    return NULL;
}

/* Each prompt and answer is combined with each context, so the extremes decide for all. */
static bool check_prompt(const struct matrix_row *row, const struct record *record,
                         struct diag *diag)
{
    const struct axis *prompts = axis_of(row, COL_PROMPT);
    const struct axis *outputs = axis_of(row, COL_OUTPUT);
    const struct axis *either = prompts ? prompts : outputs;
    if (!either)
        return true;
    struct extent tokens = axis_extent(axis_of(row, COL_TOKENS));
    struct extent part = axis_extent(either);
    if (!prompts || !outputs) {
        if (part.most <= tokens.least)
            return true;
        struct place place = record_place(record, either->cell);
        diag_fault(diag, &place, "%s is %.0f, more than tokens (%.0f)", either->column->name,
                   part.most, tokens.least);
        return false;
    }
    struct extent output = axis_extent(outputs);
    bool over = part.most + output.most != tokens.least;
    double prompt = over ? part.most : part.least;
    double answer = over ? output.most : output.least;
    double asked = over ? tokens.least : tokens.most;
    if (prompt + answer == asked)
        return true;
    struct place place = record_place(record, either->cell);
    diag_fault(diag, &place,
               "prompt_tokens %.0f + output_tokens %.0f is %.0f, "
               "but tokens is %.0f; make them add up",
               prompt, answer, prompt + answer, asked);
    return false;
}

/* Sets whose product must be `gpus` are checked one by one up to this many; beyond, scenario by
 * scenario when they are planned. */
enum { PAIRS_MOST = 100000 };

/* A set's value by position, 1 where the column is absent. */
static double factor(const struct axis *axis, uint64_t *i)
{
    if (!axis)
        return 1;
    double value = axis_value(axis, *i % axis->count).number;
    *i /= axis->count;
    return value;
}

/* What is not pinned may be searched: gpus must then be a multiple of what is. */
static bool check_gpus(const struct matrix_row *row, const struct record *record, struct diag *diag)
{
    const struct axis *gpus = axis_of(row, COL_GPUS);
    const struct axis *axes[4] = {axis_of(row, COL_TP), axis_of(row, COL_PP), axis_of(row, COL_DP),
                                  axis_of(row, COL_CP)};
    bool is_pinned = axes[0] && axes[1] && axes[2];
    if (!gpus || gpus->count > PAIRS_MOST)
        return true;
    uint64_t pairs = gpus->count;
    for (int i = 0; i < 4; i++)
        pairs *= axes[i] ? (axes[i]->count < 64 ? axes[i]->count : 64) : 1;
    for (uint64_t i = 0; i < pairs && i < PAIRS_MOST; i++) {
        uint64_t at = i;
        double n = factor(gpus, &at);
        double t = factor(axes[0], &at);
        double p = factor(axes[1], &at);
        double d = factor(axes[2], &at);
        double c = factor(axes[3], &at);
        bool exact = !is_pinned || n == t * p * d || n == t * p * d * c;
        if (exact && fmod(n, t * p * d) == 0)
            continue;
        struct place place = record_place(record, gpus->cell);
        if (axes[2])
            diag_fault(diag, &place, "gpus %.0f is not %stp %.0f x pp %.0f x dp %.0f = %.0f", n,
                       is_pinned ? "" : "a multiple of ", t, p, d, t * p * d);
        else
            diag_fault(diag, &place,
                       "gpus %.0f is not tp %.0f x pp %.0f x a whole number of replicas", n, t, p);
        return false;
    }
    return true;
}

static bool check_custom(const struct matrix_row *row, const struct record *record,
                         struct diag *diag)
{
    static const char *const needed[] = {"layers", "hidden", "vocab"};
    bool custom = text_equal(matrix_text(row, "model"), "custom");
    bool done = true;
    for (size_t i = 0; custom && i < 3; i++) {
        if (*matrix_text(row, needed[i]))
            continue;
        struct place place = record_place(record, axis_of(row, COL_MODEL)->cell);
        diag_fault(diag, &place, "a custom model needs %s; give the column %s a value", needed[i],
                   needed[i]);
        done = false;
    }
    return done;
}

static bool count_product(struct matrix_row *row, const struct record *record, struct diag *diag)
{
    const uint64_t most = INT64_MAX;
    row->count = 1;
    for (size_t i = 0; i < row->axis_count; i++) {
        if (row->axes[i].count > most / row->count) {
            struct place place = record_place(record, record->count);
            place.column = 0;
            diag_fault(diag, &place,
                       "the row is a product of more than 2^63 scenarios; narrow a cell");
            return false;
        }
        row->count *= row->axes[i].count;
    }
    return true;
}

static bool read_cells(struct matrix_row *row, const struct record *record, struct arena *arena,
                       struct diag *diag)
{
    const struct matrix *matrix = row->matrix;
    bool done = true;
    for (size_t i = 0; i < record->count; i++) {
        const struct scenario_column *column = matrix->columns[i].column;
        const struct cell *cell = &record->cells[i];
        row->texts[i] = arena_text(arena, cell->text, cell->length);
        if (!column || column->measured_only)
            continue;
        if (cell->length) {
            struct axis *axis = &row->axes[row->axis_count++];
            axis->column = column;
            done &= cell_read(axis, record, i, matrix->lexicon, arena, diag);
        } else if (column->required) {
            struct place place = record_place(record, i);
            diag_fault(diag, &place, "%s is empty; every row needs it (%s)", column->name,
                       column->help);
            done = false;
        }
    }
    return done;
}

bool matrix_row_read(struct matrix_row *row, const struct matrix *matrix,
                     const struct record *record, struct arena *arena, struct diag *diag)
{
    *row = (struct matrix_row){.matrix = matrix, .file = record->file, .line = record->line};
    const char *file = strcmp(record->file, "-") ? record->file : "stdin";
    row->source = arena_format(arena, "%s:%zu", file, record->line);
    row->axes = arena_array(arena, record->count, sizeof *row->axes);
    row->texts = arena_array(arena, record->count, sizeof *row->texts);
    if (!read_cells(row, record, arena, diag))
        return false;
    bool prompt = check_prompt(row, record, diag);
    bool gpus = check_gpus(row, record, diag);
    bool custom = check_custom(row, record, diag);
    return prompt && gpus && custom && count_product(row, record, diag);
}
