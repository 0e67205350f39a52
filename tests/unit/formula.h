/* formula.h -- the value of a formula in letters: + - * / > < =, IF, MAX, MIN, ROUNDUP, COUNT */
#ifndef GPUPLAN_TEST_FORMULA_H
#define GPUPLAN_TEST_FORMULA_H

#include <stdbool.h>

/* The value of the letter `name`; false when there is no such letter. */
typedef bool formula_find(const void *letters, const char *name, double *value);

/* NaN with the reason in *fault when the text is no formula; *fault is NULL when it is one. */
double formula_value(const char *text, formula_find *find, const void *letters, const char **fault);

#endif
