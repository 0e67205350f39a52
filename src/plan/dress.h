/* dress.h -- reads workbook.csv: which sheets and columns, in which order, called how */
#ifndef GPUPLAN_PLAN_DRESS_H
#define GPUPLAN_PLAN_DRESS_H

#include "base/diag.h"
#include "base/labels.h"
#include "book/dress.h"

/* The built-in rows; those of DIR/workbook.csv (`dir` may be NULL) stand before them and replace
 * them. Titles of sheets become labels. Returns EXIT_DONE, or how to exit: faults were reported. */
int dress_read(struct dress *dress, struct labels *labels, const char *dir, struct arena *arena,
               struct diag *diag);

#endif
