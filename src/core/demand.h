/* demand.h -- what a row asks beside memory, and whether a layout gives it */
#ifndef GPUPLAN_DEMAND_H
#define GPUPLAN_DEMAND_H

#include "core/footprint.h"
#include "core/money.h"
#include "core/speed/speed.h"

/* A set of demands: bit 1 << enum limit for each. */
typedef unsigned demand_set;

/* More GPUs help these, and never help those. */
enum {
    DEMANDS_OF_SPEED =
        1u << LIMIT_THROUGHPUT | 1u << LIMIT_TTFT | 1u << LIMIT_TPOT | 1u << LIMIT_DEADLINE,
    DEMANDS_OF_COST = 1u << LIMIT_BUDGET | 1u << LIMIT_POWER
};

/* The demands that the row makes. */
demand_set demands_of(const struct request *request);

/* What is known of one layout. */
struct offer {
    const struct request *request;
    const struct facts *facts;
    const struct layout *layout;
    const struct speed *speed;
    const struct bill *bill; /* bound to the request; only for demands of cost */
};

/* How far a layout is from the demand it misses most. */
struct miss {
    enum limit limit; /* LIMIT_NONE: every demand is met */
    double ratio;     /* above 1: missed; infinite where the figure is not known */
    double reached;   /* in the demand's unit: ms, tokens/s, days, USD, kW; NOT_GIVEN: not known */
    double asked;
};

/* Holds an offer against `demands`, at the end of the band that `margin` names. */
void demands_missed(const struct offer *offer, demand_set demands, enum margin margin,
                    struct miss *out);

#endif
