/* findings.h -- what the studies found: an assumption each, and what happens at which value */
#ifndef GPUPLAN_BOOK_FINDINGS_H
#define GPUPLAN_BOOK_FINDINGS_H

#include "book/digest.h"

/* What happens at a value: one of three, each with its own look in the chart. */
enum effect { EFFECT_FALLS, EFFECT_RISES, EFFECT_OTHER, EFFECT_COUNT };

struct spot {
    double value; /* NOT_GIVEN: none */
    struct recommended count;
};

enum { FINDING_TITLE_BYTES = 80 };

/* One assumption of one option. */
struct finding {
    const struct workload *workload;
    const struct option *option;
    const struct option *rival; /* that takes over; NULL: counts change */
    char title[FINDING_TITLE_BYTES];
    const char *unit;
    double present;
    struct spot spots[EFFECT_COUNT];
    double nearest; /* share; INFINITY: nothing changes */
    const char *note;
};

/* Workload by workload, in each the closest first. */
struct findings {
    struct finding *all;
    size_t count;
};

/* Of every workload with a study, into the digest's arena. */
void findings_collect(const struct digest *digest, struct findings *out);

/* In place, by what is nearest; of equals the first stays first. */
void findings_sort(struct finding *findings, size_t count);

/* How far the value lies from the present one, as a share of it. */
double finding_change(const struct finding *finding, enum effect effect);

#endif
