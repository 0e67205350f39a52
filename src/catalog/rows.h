/* rows.h -- catalogs of words: rows of texts, built in, with those of a directory behind them
 *
 * For the files that say how a workbook looks and speaks; facts are read by catalog_load. */
#ifndef GPUPLAN_CATALOG_ROWS_H
#define GPUPLAN_CATALOG_ROWS_H

#include "base/arena.h"
#include "base/diag.h"

#include <stdbool.h>

enum { ROWS_COLUMNS_MOST = 8 };

/* A kind of file. */
struct rows_plan {
    const char *name; /* "workbook": the file is workbook.csv */
    const char *const *columns;
    size_t column_count; /* at most ROWS_COLUMNS_MOST */
    size_t needed;       /* the first ones that must be there */

    /* A row: at[i] is the cell of columns[i] in the record, record->count where there is none. */
    void (*row)(void *context, const struct record *record, const size_t *at, struct diag *diag);
    void *context;
};

/* Reads the built-in NAME.csv, if there is one, then DIR/NAME.csv, if there is one (`dir` may be
 * NULL). *found: there was one of them. Returns EXIT_DONE, or how to exit: faults were reported. */
int rows_read(const struct rows_plan *plan, const char *dir, struct arena *arena, struct diag *diag,
              bool *found);

/* The text of a cell of the row, "" where there is none; it dies with the record. */
const char *rows_cell(const struct record *record, const size_t *at, size_t column);

#endif
