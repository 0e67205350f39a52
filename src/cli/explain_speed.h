/* explain_speed.h -- the arithmetic of one layout's speed */
#ifndef GPUPLAN_EXPLAIN_SPEED_H
#define GPUPLAN_EXPLAIN_SPEED_H

#include "core/answer.h"

/* Prints speed, term by term, of the layout that memory is explained for; and what bound the count
 * where demands did. */
void explain_speed(const struct request *request, const struct facts *facts,
                   const struct answer *answer);

#endif
