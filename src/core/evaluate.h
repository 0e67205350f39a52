/* evaluate.h -- one scenario in, one answer out: the core's front door */
#ifndef GPUPLAN_EVALUATE_H
#define GPUPLAN_EVALUATE_H

#include "core/ground.h"

/* Evaluates `request` against `facts`; pure: the same input gives the same bits. */
void evaluate(const struct request *request, const struct facts *facts, struct answer *answer);

/* The same, and the same bits, for one of many scenarios: what it has in common with earlier ones
 * is found in `grounds`, and what it adds is left there. */
void evaluate_among(struct grounds *grounds, const struct request *request,
                    const struct facts *facts, struct answer *answer);

/* Memory at the layout that the row pins (missing choices are 1), legal or not: for measurements.
 * Leaves the letters bound for reading single terms. */
void evaluate_pinned(struct subject *subject, struct layout *layout, struct footprint *out);

#endif
