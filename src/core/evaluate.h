/* evaluate.h -- one scenario in, one answer out: the core's front door */
#ifndef GPUPLAN_EVALUATE_H
#define GPUPLAN_EVALUATE_H

#include "core/footprint.h"

/* Evaluates `request` against `facts`; pure: the same input gives the same bits. */
void evaluate(const struct request *request, const struct facts *facts, struct answer *answer);

/* Memory at the layout that the row pins (missing choices are 1), legal or not: for measurements.
 * Leaves the letters bound for reading single terms. */
void evaluate_pinned(struct subject *subject, struct layout *layout, struct footprint *out);

#endif
