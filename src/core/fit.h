/* fit.h -- the search: the smallest legal layout in which every GPU fits */
#ifndef GPUPLAN_FIT_H
#define GPUPLAN_FIT_H

#include "core/demand.h"

/* What a search found. */
struct fit {
    bool found;
    struct layout layout;  /* the smallest that fits, in the order of layout_precedes */
    bool nearest_known;    /* fit_nearest alone fills these: */
    struct layout nearest; /* the legal layout that lacks the fewest bytes */
    double nearest_excess_bytes;
    struct layout missing; /* of those that fit in memory, the one that misses `demands` least */
    struct miss miss;      /* by how much; limit LIMIT_NONE: no such layout */
    bool is_close;         /* some layout was refused that a larger load might not refuse */
};

/* Searches every legal layout of at most `most` GPUs that keeps the row's pinned choices, for one
 * in which every GPU fits and that meets `demands`, both at the end of the band that `margin`
 * names. */
void fit_search(struct subject *subject, enum margin margin, demand_set demands, double most,
                struct fit *out);

/* The same where only `found` and `layout` are wanted, and layouts of fewer than `least` GPUs are
 * known not to hold: does not look at what surely misses. */
bool fit_find(struct subject *subject, enum margin margin, demand_set demands, double least,
              double most, struct fit *out);

/* Where nothing fits in memory as expected: of the layouts that fit_search looks at, the one that
 * lacks least. */
void fit_nearest(struct subject *subject, demand_set demands, double most, struct fit *out);

/* True when `layout` fits in memory; asks no question twice. */
bool fit_in_memory(struct subject *subject, const struct layout *layout, enum margin margin);

/* True when `layout` fits and meets `demands` at that end of the band. */
bool fit_holds(struct subject *subject, enum margin margin, demand_set demands,
               const struct layout *layout);

/* True when some layout of at most `most` GPUs fits and meets `demands`, as expected. */
bool fit_exists(struct subject *subject, demand_set demands, double most);

/* Raises the load of the subject until `layout` holds it no more; false: that is never. */
typedef bool fit_raise(void *context, const struct layout *layout);

/* Raises the load until no layout of at most `most` GPUs holds it, each layout in turn: bytes must
 * grow with the load. */
void fit_climb(struct subject *subject, double most, fit_raise *raise, void *context);

/* Sequences that one replica of the layout holds; 0 when not even one. */
double fit_most_sequences(struct subject *subject, const struct layout *layout);

/* Says what that is, where it is known already. */
void fit_learn_most(struct subject *subject, const struct layout *layout, double sequences);

/* Calls `visit` for every layout of at most `most` GPUs that a search may choose, in no order; that
 * serving needs no more replicas than requests is left to the caller. */
typedef void fit_visit(void *context, const struct layout *layout);
void fit_layouts(const struct request *request, const struct facts *facts, double most,
                 fit_visit *visit, void *context);

/* Requests in flight, over all replicas of the layout, that still fit; 0 when not even one. */
double fit_max_concurrency(const struct request *request, const struct facts *facts,
                           const struct layout *layout);

#endif
