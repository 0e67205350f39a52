/* formula.h -- formulas in letters, evaluated: what the tables of the core are held against */
#ifndef GPUPLAN_TEST_FORMULA_H
#define GPUPLAN_TEST_FORMULA_H

#include "core/letters.h"

/* What the letters of a formula stand for: a legend over a struct of doubles. */
struct alphabet {
    const struct letter *legend;
    size_t count;
    const void *letters;
};

/* The value of `text`; *fault is NULL, or what is wrong with it. */
double formula_value(const char *text, const struct alphabet *alphabet, const char **fault);

#endif
