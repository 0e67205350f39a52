/* best.h -- the options that a workload keeps: the smallest, the cheapest, and who comes next */
#ifndef GPUPLAN_BOOK_BEST_H
#define GPUPLAN_BOOK_BEST_H

#include "book/digest.h"

/* Counts the result, and keeps its option where it is better than what the workload has. */
void best_take(struct digest *digest, struct workload *workload, const struct option *option,
               const struct result *result);

/* The numbers of all workloads' best scenarios, ascending, once each: the smallest, the cheapest to
 * rent and to own, the fastest; where nothing fits, the one that says why. */
const uint64_t *best_numbers(struct digest *digest, size_t *count);

/* What a studied workload's best option is to be asked again; NULL where nothing can be: nothing
 * fits, or only the published methods were asked. */
struct study *best_study(struct digest *digest, struct workload *workload);

/* True when a price alone can put `rival` before `option`. */
bool best_is_rival(const struct option *option, const struct option *rival);

#endif
