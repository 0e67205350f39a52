/* live.h -- a formula in letters as a spreadsheet calculates it: letters become cells */
#ifndef GPUPLAN_BOOK_LIVE_H
#define GPUPLAN_BOOK_LIVE_H

#include <stdbool.h>

enum { CELL_NAME_BYTES = 224, LIVE_BYTES = 2048 };

/* The cell or name that holds the letter `name`; false when there is none. */
typedef bool live_find(const void *context, const char *name, char cell[CELL_NAME_BYTES]);

/* "=" and `formula`, each letter that is not in quotes or followed by a bracket replaced by its
 * cell; false when one has no cell or the text is too long. */
bool live_text(const char *formula, live_find *find, const void *context, char out[LIVE_BYTES]);

/* "=IFERROR(...,"")" of the same. */
bool live_formula(const char *formula, live_find *find, const void *context, char out[LIVE_BYTES]);

#endif
