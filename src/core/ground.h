/* ground.h -- what scenarios that differ in their load alone have in common, bound once
 *
 * Weights, capacity, cache per token, prices and rates depend on model, type, card and engine; a
 * sweep's neighbours mostly change tokens, requests and demands. The core may not keep anything
 * between calls, so the caller lends the memory: any number of grounds, all zero at first. A
 * scenario that finds its ground there is answered with the same bits as one that does not. */
#ifndef GPUPLAN_GROUND_H
#define GPUPLAN_GROUND_H

#include "core/frontier.h"
#include "core/money.h"
#include "core/speed/speed.h"

/* What is known of a request before any layout is looked at. */
struct ruling {
    bool is_refused;
    enum limit limit; /* of a refusal */
    bool has_note;
    struct note_value note;
};

/* What was found last. Bytes never shrink with a load: where a larger one still fits the layout
 * that was the first to fit, it is the first again. */
struct recall {
    bool is_given;
    struct request asked;
    struct recalled {
        bool found;
        bool is_sure; /* what was refused will be refused with a larger load */
        struct layout layout;
    } ends[MARGIN_COUNT]; /* at the low end, with fewer GPUs than are expected */
};

struct ground {
    bool is_bound; /* to what the next scenario may share: not to a shape that came with its row */
    size_t turn;   /* of the last scenario, as its grounds count them; 0: nothing to keep */
    const struct facts *facts;
    struct ground *next;    /* whose turn it was after this one: columns turn in the same order */
    struct request request; /* a copy; its load is that of the last scenario */
    struct ruling support;
    bool has_vendor_recipe;
    struct bill bill;
    struct bill bill_high; /* of the layout that holds in the whole band */
    double params;         /* published methods: of the model, and those that are trained */
    double trained;
    struct subject subject; /* detailed rows only, from here on */
    struct replica_speed replica;
    struct replica_speed replica_high; /* likewise */
    struct recall recall;
    bool is_shared; /* other scenarios follow: it is worth finding what serves all of them */
    struct frontier frontier;
};

/* Grounds that a caller lends, with NULL for the last one. Give each thread its own. */
struct grounds {
    struct ground *items;
    size_t count;
    struct ground *last; /* of the scenario before */
    size_t turns;        /* counts scenarios */
};

/* Makes `ground` that of `request` alone. */
void ground_bind(struct ground *ground, const struct request *request, const struct facts *facts);

/* The ground that a request shares with its neighbours, bound anew or only loaded; `grounds` has at
 * least one. */
struct ground *ground_of(struct grounds *grounds, const struct request *request,
                         const struct facts *facts);

#endif
