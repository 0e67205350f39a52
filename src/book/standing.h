/* standing.h -- what a run's workloads need in all, each by its cheapest option */
#ifndef GPUPLAN_BOOK_STANDING_H
#define GPUPLAN_BOOK_STANDING_H

#include "book/earlier.h"

void side_open(struct side *side, struct arena *arena);

/* One row of the run; alternatives of one workload are never added up. */
void side_add(struct side *side, const struct earlier_row *row, struct arena *arena);

#endif
