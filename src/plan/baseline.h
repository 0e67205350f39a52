/* baseline.h -- the results of an earlier run: a results CSV of this or an older version */
#ifndef GPUPLAN_BASELINE_H
#define GPUPLAN_BASELINE_H

#include "base/arena.h"
#include "base/diag.h"
#include "book/earlier.h"

/* Reads all of `path`: columns that are not known are passed over, those that are missing are
 * empty, but for what a row is known by. Every fault is reported. Returns EXIT_DONE, or how to
 * leave. */
int baseline_read(struct earlier *earlier, const char *path, const char *encoding,
                  struct arena *arena, struct diag *diag);

#endif
