/* choose.h -- the layout to print, the one to plan with, and what bound the count */
#ifndef GPUPLAN_CHOOSE_H
#define GPUPLAN_CHOOSE_H

#include "core/ground.h"

/* Fills the detailed part of *answer: the smallest layout that holds and meets the row's demands
 * as expected, the same at both ends of the band, the count for memory alone, speed, what bound
 * the count; or why nothing does, and what would. */
void choose(struct ground *ground, struct answer *answer);

/* The count to plan with. */
struct recommended {
    double gpus; /* NOT_GIVEN: none fits */
    bool safe;   /* it holds at the high end of the band; else only as expected */
};

/* Nothing but that count, for a request that evaluate() answers: gpus_high, else gpus. */
void choose_recommended(const struct request *request, const struct facts *facts,
                        struct recommended *out);

/* True when that count is still `now`: looks at no more GPUs than it must. */
bool choose_keeps(const struct request *request, const struct facts *facts,
                  const struct recommended *now);

/* Orders counts by what they ask of a buyer: fewer GPUs, those that hold in the whole band before
 * those that do not, any before none. */
int recommended_compare(const struct recommended *a, const struct recommended *b);

#endif
