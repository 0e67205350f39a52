/* write.c -- puts fitted coefficients back into the CSV files of templates/
 *
 * Only fitted cells change, and of gpu_speeds and engine_speeds the rows counted and the errors.
 * Three digits: more would say more than the fit knows. */
#include "tests/accuracy/fit/fit.h"

#include "base/exit.h"
#include "table/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Measurements that the coefficients of one catalog row move. */
static size_t rows_moved(const struct parameters *p, const struct rows *rows, const char *catalog,
                         size_t item)
{
    size_t count = 0;
    bool *moved = calloc(rows->count, sizeof *moved);
    if (!moved)
        exit(EXIT_INTERNAL);
    for (size_t i = 0; i < p->count; i++) {
        const struct parameter *one = &p->items[i];
        if (one->item != item || strcmp(one->catalog, catalog) != 0)
            continue;
        for (size_t j = 0; j < one->row_count; j++) {
            count += !moved[one->rows[j]];
            moved[one->rows[j]] = true;
        }
    }
    free(moved);
    return count;
}

/* A quantile of the absolute errors of one row of engine_speeds.csv, percent; 0: no rows. */
static double engine_error(const struct rows *rows, size_t item, double share)
{
    const struct engine_speed *engine = &rows->facts.engine_speeds[item];
    double *errors = calloc(rows->count, sizeof *errors);
    size_t count = 0;
    if (!errors)
        exit(EXIT_INTERNAL);
    for (size_t i = 0; i < rows->count; i++)
        if (rows->items[i].load.request.engine_speed == engine)
            errors[count++] = 100 * fabs(exp(rows->items[i].error) - 1);
    qsort(errors, count, sizeof *errors, by_value);
    double value = count ? errors[(size_t)(share * (double)(count - 1))] : 0;
    free(errors);
    return value;
}

/* What a cell is to hold; `text` as it stands where nothing fitted it. */
static const char *fitted_cell(const struct parameters *p, const struct rows *rows,
                               const char *catalog, size_t item, const char *column,
                               const char *text, char buffer[32])
{
    bool engines = !strcmp(catalog, "engine_speeds");
    for (size_t i = 0; i < p->count; i++) {
        const struct parameter *one = &p->items[i];
        bool named = !strcmp(catalog, "assumptions");
        if (one->item == item && !strcmp(one->catalog, catalog) &&
            !strcmp(named ? "value" : one->column, column)) {
            snprintf(buffer, 32, "%.3g", *one->value);
            return buffer;
        }
    }
    size_t moved = rows_moved(p, rows, catalog, item);
    /* a card that serves and trains counts the rows of serving */
    const struct gpu_speed *card = &rows->facts.gpu_speeds[item];
    if (!strcmp(catalog, "gpu_speeds") && rows->items[0].load.request.optimizer &&
        (card->memory_share > 0 || card->share_16 > 0))
        return text;
    if (moved && *text && !strcmp(column, "rows"))
        snprintf(buffer, 32, "%zu", moved);
    else if (engines && moved && !strcmp(column, "median_pct"))
        snprintf(buffer, 32, "%.3g", engine_error(rows, item, 0.5));
    else if (engines && moved && !strcmp(column, "p90_pct"))
        snprintf(buffer, 32, "%.3g", engine_error(rows, item, 0.9));
    else
        return text;
    return buffer;
}

static void put_cell(FILE *out, const char *text)
{
    if (!strpbrk(text, ",\"\n")) {
        fputs(text, out);
        return;
    }
    putc('"', out);
    for (; *text; text++) {
        if (*text == '"')
            putc('"', out);
        putc(*text, out);
    }
    putc('"', out);
}

static void put_record(FILE *out, const struct parameters *p, const struct rows *rows,
                       const char *catalog, size_t item, const struct record *record,
                       char *const *columns)
{
    char buffer[32];
    for (size_t i = 0; i < record->count; i++) {
        const char *text = record->cells[i].text;
        if (item != (size_t)ABSENT)
            text = fitted_cell(p, rows, catalog, item, columns[i], text, buffer);
        put_cell(out, text);
        putc(i + 1 < record->count ? ',' : '\n', out);
    }
}

static int write_catalog(const char *dir, const char *catalog, const struct parameters *p,
                         const struct rows *rows)
{
    struct arena arena = {0};
    struct diag diag = {.out = stderr};
    struct record record;
    int exit_code = EXIT_DONE;
    char *path = arena_format(&arena, "%s/%s.csv", dir, catalog);
    char *part = arena_format(&arena, "%s.part", path);
    char **columns = NULL;
    struct table_options options = {0};
    struct table *table = table_open(path, &options, &diag, &exit_code);
    FILE *out = table ? fopen(part, "w") : NULL;
    size_t item = (size_t)ABSENT;
    for (; out && table_next(table, &record) == TABLE_RECORD; item++) {
        if (!columns) {
            columns = arena_array(&arena, record.count, sizeof *columns);
            for (size_t i = 0; i < record.count; i++)
                columns[i] = arena_text(&arena, record.cells[i].text, record.cells[i].length);
        }
        put_record(out, p, rows, catalog, item, &record, columns);
    }
    if (table)
        table_close(table);
    if (!out || fclose(out) || rename(part, path)) {
        perror(path);
        exit_code = EXIT_IO;
    }
    diag_close(&diag);
    arena_free(&arena);
    return exit_code;
}

int write_catalogs(const char *dir, const struct parameters *p, const struct rows *rows)
{
    static const char *const catalogs[] = {"gpu_speeds", "engine_speeds", "assumptions", "dtypes"};
    int exit_code = EXIT_DONE;
    for (size_t i = 0; i < sizeof catalogs / sizeof *catalogs && exit_code == EXIT_DONE; i++)
        exit_code = write_catalog(dir, catalogs[i], p, rows);
    return exit_code;
}
