/* listing.h -- the second pass: rows that are known only when all have come */
#ifndef GPUPLAN_PLAN_LISTING_H
#define GPUPLAN_PLAN_LISTING_H

#include "plan/sinks.h"

/* Reads the inputs again and plans again what is to be listed: the first rows of --sort and --top
 * in the results and on Scenarios; on Scenarios what --where leaves, or, where that is more than it
 * takes, the options that matter of each workload. Returns an exit code. */
int listing_write(struct sinks *sinks, const struct sources *sources, struct diag *diag);

#endif
