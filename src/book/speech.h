/* speech.h -- formulas in the language of the workbook */
#ifndef GPUPLAN_BOOK_SPEECH_H
#define GPUPLAN_BOOK_SPEECH_H

#include "base/labels.h"

#include <stdbool.h>

enum { FORMULA_BYTES = 8192 + 1 }; /* Excel's limit */

/* `formula` with its quoted words and the names of sheets before `!` as the labels have them, so
 * that it compares with what stands in the cells. In `buffer` where it differs; NULL: too long. */
const char *formula_said(const struct labels *labels, const char *formula,
                         char buffer[FORMULA_BYTES]);

#endif
