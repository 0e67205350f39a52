/* matrix.c -- lines NAME=CELL: a row of a scenario matrix, beside the required columns
 *
 * A line without a name goes over; a name that comes twice is twice in the header. */
#include "fuzz.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MOST = 64 };

/* A record from cells, with a raw text as a file would have it. */
struct line {
    struct cell cells[COLUMNS_MOST];
    size_t count;
};

static const struct line required = {
    {{"model", 5}, {"dtype", 5}, {"optimizer", 9}, {"tokens", 6}, {"concurrency", 11}, {"gpu", 3}},
    6};
static const struct line usual = {
    {{"llama-3.1-8b", 12}, {"bf16", 4}, {"none", 4}, {"4096", 4}, {"8", 1}, {"h100-sxm-80g", 12}},
    6};

static struct record record_of(const struct line *line, size_t number, struct arena *arena)
{
    struct fuzz_text raw;
    fuzz_text_open(&raw);
    for (size_t i = 0; i < line->count; i++)
        fprintf(raw.file, "%s%s", i ? "," : "", line->cells[i].text);
    fuzz_text_close(&raw);
    struct record record = {.file = "f",
                            .line = number,
                            .count = line->count,
                            .cells = line->cells,
                            .raw = arena_text(arena, raw.text, raw.length),
                            .raw_length = raw.length,
                            .delimiter = ','};
    free(raw.text);
    return record;
}

/* Required columns are replaced in their place, others added. */
static void put(struct line *header, struct line *row, const struct cell *name,
                const struct cell *value)
{
    size_t at = 0;
    while (at < required.count && strcmp(header->cells[at].text, name->text) != 0)
        at++;
    if (at == required.count)
        at = header->count;
    if (at == COLUMNS_MOST)
        return;
    header->cells[at] = *name;
    row->cells[at] = *value;
    header->count = row->count = at < header->count ? header->count : at + 1;
}

static void read_lines(struct line *header, struct line *row, const char *bytes, size_t length,
                       struct arena *arena)
{
    const char *end = bytes + length;
    for (const char *at = bytes, *next; at < end; at = next + 1) {
        next = memchr(at, '\n', (size_t)(end - at));
        next = next ? next : end;
        const char *equals = memchr(at, '=', (size_t)(next - at));
        if (!equals)
            continue;
        struct cell name = {arena_text(arena, at, (size_t)(equals - at)), 0};
        struct cell value = {arena_text(arena, equals + 1, (size_t)(next - equals - 1)), 0};
        name.length = strlen(name.text);
        value.length = strlen(value.text);
        put(header, row, &name, &value);
    }
}

static void check_values(const struct matrix_row *row)
{
    for (size_t i = 0; i < row->axis_count; i++) {
        const struct axis *axis = &row->axes[i];
        const struct scenario_column *column = axis->column;
        bool is_number = column->kind == CELL_COUNT || column->kind == CELL_NUMBER;
        fuzz_must(axis->count > 0 && axis->count <= AXIS_MOST, "a cell has values");
        for (uint64_t k = 0; is_number && k < axis->count; k += 1 + axis->count / 2) {
            double value = axis_value(axis, k).number;
            fuzz_must(isfinite(value) && value >= column->least &&
                          value <= column->most * (1 + 1e-9),
                      "values are within the bounds of their column");
            fuzz_must(column->kind != CELL_COUNT || value == floor(value), "counts are whole");
        }
    }
}

static void read_row(const struct matrix *matrix, const struct record *record, struct arena *arena,
                     struct diag *diag)
{
    struct matrix_row row;
    struct scenario scenario;
    uint64_t picks[FUZZ_PICKS];
    if (!matrix_row_read(&row, matrix, record, arena, diag)) {
        fuzz_must(diag->faults > 0, "a row that is refused has a fault");
        return;
    }
    fuzz_must(!diag->faults && row.count > 0, "a good row has no fault");
    check_values(&row);
    for (size_t i = fuzz_picks(&row, picks); i-- > 0;)
        matrix_scenario(&row, picks[i], &scenario);
}

void fuzz_matrix(const char *bytes, size_t length)
{
    struct arena arena = {0};
    struct line header = required;
    struct line row = usual;
    struct matrix matrix;
    struct diag diag = {.out = NULL};
    read_lines(&header, &row, bytes, length, &arena);
    struct record first = record_of(&header, 1, &arena);
    struct record second = record_of(&row, 2, &arena);
    if (matrix_header(&matrix, &first, fuzz_lexicon(), false, &arena, &diag))
        read_row(&matrix, &second, &arena, &diag);
    else
        fuzz_must(diag.faults > 0, "a header that is refused has a fault");
    arena_free(&arena);
}
