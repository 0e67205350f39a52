/* levers.h -- numbers on Assumptions that move the whole plan: load, headroom, share of the card
 *
 * They are no assumptions of the core: a factor on what the rows ask, and what stands in for their
 * column `utilization`. As released they change nothing. */
#ifndef GPUPLAN_BOOK_LEVERS_H
#define GPUPLAN_BOOK_LEVERS_H

#include <stddef.h>

enum { LEVER_COUNT = 3 };

struct lever {
    const char *name; /* of its cell */
    double released;  /* NaN: empty */
    double least;
    double most;
    const char *unit;
    const char *meaning;
};
extern const struct lever levers[LEVER_COUNT];

/* Requests in flight of `planned`, with growth; what a share u of the card becomes. */
#define LEVER_REQUESTS "ROUNDUP(ROUND(planned * plan_growth, 6), 0)"
#define LEVER_SHARE "IF(COUNT(plan_utilization) > 0, plan_utilization, u_0) * (1 - plan_headroom)"

/* Assumptions that the sheet Capacity follows beside the levers. */
extern const char *const capacity_assumptions[];

#endif
