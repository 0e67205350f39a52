/* frontier.h -- the replicas that are best for some number of requests, found once for all numbers
 *
 * How many sequences a replica holds follows from the tokens of a sequence, not from how many
 * requests there are. So for one length of requests every replica has one number, the most that it
 * holds; the smallest layout for any number of requests is the best of a few such replicas, each
 * as often as it takes. A replica is left out as soon as another is never worse.
 *
 * Of serving on an engine with a pool of cache, where the row leaves the layout open and makes no
 * demands. Rounding is never trusted: where a replica is full to the last bytes, or the end of the
 * band is not one threshold, the frontier says that it is unsure, and the search has to ask. */
#ifndef GPUPLAN_FRONTIER_H
#define GPUPLAN_FRONTIER_H

#include "core/footprint.h"

/* A replica of t x p GPUs and the most sequences that it holds at an end of the band. */
struct rung {
    double tp, pp, gpus, holds;
};

enum { RUNGS_MOST = 64 };

/* Replicas that no other beats. */
struct ladder {
    bool is_unsure;
    size_t count;
    size_t densest; /* the rung that holds the most per GPU */
    struct rung rungs[RUNGS_MOST];
    /* What was found last, and for how many requests it is the best: more of them rule layouts out
     * and none in. */
    struct layout found;
    double from, to;
};

enum { WAYS_MOST = 32, GPUS_MOST = 255, STAGES_MOST = 255 }; /* GPUs of a server */

/* Under the subject's load with that stamp; 0: nothing is known. */
struct frontier {
    unsigned stamp;
    size_t next; /* replicas of fewer GPUs have been looked at */
    size_t way_count;
    unsigned char ways[WAYS_MOST]; /* tensor-parallel ones that the model allows, of any load */
    size_t stages_end;
    bool is_wasted[STAGES_MOST + 1]; /* by stages: pipeline_is_wasted, of any load */
    struct ladder ladders[MARGIN_COUNT];
};

/* True when a frontier can answer for such a row. */
bool frontier_serves(const struct request *request);

/* What a search for the smallest layout of at most `most` GPUs finds at that end of the band. */
enum sight { SIGHT_NONE, SIGHT_FOUND, SIGHT_UNSURE };
enum sight frontier_find(struct frontier *frontier, struct subject *subject, enum margin margin,
                         double most, struct layout *out);

/* The most requests that a layout of at most `most` GPUs holds at that end; NOT_GIVEN: that is not
 * sure. */
double frontier_most(struct frontier *frontier, struct subject *subject, enum margin margin,
                     double most);

#endif
