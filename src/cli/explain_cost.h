/* explain_cost.h -- what the recommended count of a scenario costs, term by term, on stdout */
#ifndef GPUPLAN_EXPLAIN_COST_H
#define GPUPLAN_EXPLAIN_COST_H

#include "core/answer.h"

/* Of an answer whose status is ok. A term that needs an unknown price is left out. */
void explain_cost(const struct request *request, const struct facts *facts,
                  const struct answer *answer);

#endif
