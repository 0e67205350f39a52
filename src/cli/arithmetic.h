/* arithmetic.h -- formulas in letters, printed again in numbers, and the legend of what was used */
#ifndef GPUPLAN_ARITHMETIC_H
#define GPUPLAN_ARITHMETIC_H

#include "core/letters.h"

enum { LETTERS_MOST = 256 };

/* The letters of one model: a legend over a struct of doubles. */
struct alphabet {
    const struct letter *legend;
    size_t count;
    const void *letters;
    bool used[LETTERS_MOST]; /* by a formula that was printed */
    size_t indent;           /* where formulas stand */
};

/* Prints `= formula`, below it `= numbers` and `[source]`, and marks the letters. */
void arithmetic_print(struct alphabet *a, const char *formula, const char *source);

/* Prints the legend of the letters that were used; those that `is_derived` names are left out
 * (NULL: none is). */
void arithmetic_legend(const struct alphabet *a, const char *title,
                       bool (*is_derived)(size_t offset));

#endif
