/* labels.h -- templates/labels.LANGUAGE.csv: the program's English in another language */
#ifndef GPUPLAN_CATALOG_LABELS_H
#define GPUPLAN_CATALOG_LABELS_H

#include "base/diag.h"
#include "base/labels.h"

/* Adds the labels of a language: the built-in ones, then those of DIR/labels.LANGUAGE.csv (`dir`
 * may be NULL). English is what the code says, so it needs no file, and one in DIR rewords it.
 * Returns EXIT_DONE, or how to exit: a fault was reported. */
int labels_load(struct labels *labels, const char *language, const char *dir, struct arena *arena,
                struct diag *diag);

#endif
