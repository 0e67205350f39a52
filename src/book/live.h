/* live.h -- a formula in letters as a spreadsheet calculates it: letters become cells */
#ifndef GPUPLAN_BOOK_LIVE_H
#define GPUPLAN_BOOK_LIVE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { CELL_NAME_BYTES = 224, LIVE_BYTES = 2048 };

/* The cell or name that holds the letter `name`; false when there is none. */
typedef bool live_find(const void *context, const char *name, char cell[CELL_NAME_BYTES]);

/* strcmp is called for the few names alone that begin alike. */
static inline bool live_is(const char *name, const char *symbol)
{
    return *name == *symbol && !strcmp(name, symbol);
}

/* A, B ... Z, AA ... XFD, without an end. Returns where it ends. */
char *live_column_name(char *to, unsigned column);

/* "B12", and with dollars where `fixed_row` or `fixed_column`: the library's own takes five times
 * as long, and formulas have a million of them. Returns the end. */
char *live_place(char *cell, uint32_t row, unsigned column, bool fixed_row, bool fixed_column);

/* "B12" of the same sheet, and "$B$12" of another, whose name needs no quotes. */
void live_cell(char cell[CELL_NAME_BYTES], uint32_t row, unsigned column);
void live_cell_of(char cell[CELL_NAME_BYTES], const char *sheet, uint32_t row, unsigned column);

/* "=" and `formula`, each letter that is not in quotes or followed by a bracket replaced by its
 * cell; false when one has no cell or the text is too long. */
bool live_text(const char *formula, live_find *find, const void *context, char out[LIVE_BYTES]);

/* "=IFERROR(...,"")" of the same. */
bool live_formula(const char *formula, live_find *find, const void *context, char out[LIVE_BYTES]);

#endif
