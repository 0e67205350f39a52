/* search.h -- a search under way, between fit.c, which walks, and skip.c, which leaves out */
#ifndef GPUPLAN_SEARCH_H
#define GPUPLAN_SEARCH_H

#include "core/fit.h"

struct search {
    struct subject *subject;
    enum margin margin;
    demand_set demands;
    double least;     /* GPUs: fewer do not hold */
    double most;      /* GPUs */
    bool any;         /* any layout that fits will do */
    bool misses;      /* what a layout misses is wanted, if nothing meets the demands */
    bool nearest;     /* nothing fits: the one that lacks least is wanted */
    fit_raise *raise; /* what fits makes the load larger; NULL: it does not */
    void *context;
    struct replica_speed replica; /* when there are demands */
    struct bill bill;             /* when there are demands of cost */
    struct fit *out;
    bool is_asked[DIVISORS];  /* by t: whether it can meet the demands at all */
    double next_pp[DIVISORS]; /* by t: pipelines between one stage and this many do not fit */
};

/* True when the layout fits in memory at the search's end of the band; remembers whether a larger
 * load could change a refusal. */
bool search_fits(struct search *search, const struct layout *layout);

/* True when no layout of p stages, or none of t x p GPUs out of at most `stages` stages, need be
 * looked at: it surely holds nothing that the search wants. */
bool skip_stages(const struct search *search, double p);
bool skip_replica(struct search *search, double t, double p, double stages);

/* Of t x p GPUs, the most ways worth looking at; less than 1: none. */
double skip_ways(struct search *search, double t, double p);

#endif
