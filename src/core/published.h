/* published.h -- the two back-of-envelope methods, kept as published: whole model, decimal GB */
#ifndef GPUPLAN_PUBLISHED_H
#define GPUPLAN_PUBLISHED_H

#include "core/answer.h"

/* Fills answer->published, the pooled counts and the status for estimate primer or rule. `params`
 * is P, `trained` the parameters that are trained (P for full tuning). */
void published_answer(const struct request *request, double params, double trained,
                      struct answer *answer);

/* The smallest n with total / n within one card's driver bytes; NOT_GIVEN above `most`. */
double pooled_count(double total_bytes, double card_bytes, double most);

#endif
