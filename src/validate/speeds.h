/* speeds.h -- a measured speed at its pinned layout, predicted as it was measured
 *
 * Placing is slow (it searches what the cache holds) and does not depend on the speed
 * coefficients; predicting is fast and does: tests/accuracy/fit places each row once. */
#ifndef GPUPLAN_SPEEDS_H
#define GPUPLAN_SPEEDS_H

#include "core/speed/speed.h"
#include "core/speed/tempo.h"
#include "validate/kinds.h"

struct load {
    struct request request;
    struct letters letters;
    struct layout layout;
    struct pace pace;   /* serving */
    struct tempo tempo; /* training */
    double prompt;
    double output;
    double holds_mean;  /* requests that one replica's cache holds, at their mean length */
    double holds_whole; /* the same, at their full length */
};

/* Places a row. */
void load_place(struct load *load, const struct measurement *m);

/* Reads the coefficients of a placed row anew. */
void load_coefficients(struct load *load, const struct measurement *m);

/* A kind of speed: the value, with the coefficients that the load was last given. */
struct speed_kind {
    const char *name;
    const char *band; /* the assumption that gives its band */
    double (*value)(struct load *load, const struct measurement *m);
};
const struct speed_kind *speed_kind_named(const char *name);

#endif
