/* demand.h -- what a row asks beside memory, and whether a layout gives it */
#ifndef GPUPLAN_DEMAND_H
#define GPUPLAN_DEMAND_H

#include "core/footprint.h"
#include "core/speed/speed.h"

/* A set of demands: bit 1 << enum limit for each. */
typedef unsigned demand_set;

/* The demands that the row makes. */
demand_set demands_of(const struct request *request);

/* How far a layout is from the demand it misses most. */
struct miss {
    enum limit limit; /* LIMIT_NONE: every demand is met */
    double ratio;     /* above 1: missed; infinite where the figure is not known */
    double reached;   /* in the demand's unit: ms, tokens/s, days */
    double asked;
};

/* Holds `speed` of a layout against `demands`, at the end of the band that `margin` names. */
void demands_missed(const struct request *request, const struct facts *facts, demand_set demands,
                    const struct speed *speed, enum margin margin, struct miss *out);

#endif
