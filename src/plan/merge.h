/* merge.h -- the results of all shards of a run, joined into what one run would have written */
#ifndef GPUPLAN_PLAN_MERGE_H
#define GPUPLAN_PLAN_MERGE_H

#include <stdbool.h>

struct merge_options {
    const char *const *shards; /* NULL-terminated paths, in any order */
    const char *results;       /* "-": standard output */
    bool quiet;
};

/* Runs; returns an exit code of base/exit.h. */
int merge_run(const struct merge_options *options);

#endif
