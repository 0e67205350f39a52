/* choose.h -- the layout to print, the one to plan with, and what bound the count */
#ifndef GPUPLAN_CHOOSE_H
#define GPUPLAN_CHOOSE_H

#include "core/answer.h"

/* Fills the detailed part of *answer: the smallest layout that holds and meets the row's demands
 * as expected, the same at both ends of the band, the count for memory alone, speed, what bound
 * the count; or why nothing does, and what would. */
void choose(const struct request *request, const struct facts *facts, struct answer *answer);

#endif
