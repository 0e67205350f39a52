/* score.h -- errors of many measurements, kind by kind and group by group */
#ifndef GPUPLAN_SCORE_H
#define GPUPLAN_SCORE_H

#include "base/arena.h"
#include "base/names.h"
#include "validate/kinds.h"

/* One measured row, judged. */
struct verdict {
    const struct kind *kind;
    const char *group; /* of --by; "" without */
    bool predicted;
    double error_pct;     /* signed; 0 where a bound holds */
    double error_units;   /* the same in the kind's unit */
    bool agrees;          /* JUDGE_COUNT, JUDGE_YES_NO */
    bool false_fit;       /* said yes, known no */
    bool inside;          /* the band holds the measurement */
    const char *left_out; /* the row's id where its source contradicts itself; else NULL */
};

struct score {
    struct arena *arena;
    struct verdict *verdicts;
    size_t count;
    size_t room;
};

void score_add(struct score *score, struct verdict verdict);

/* The table: one line per kind (and group), then the rows that it leaves out and the notes that
 * explain its columns. */
void score_print(const struct score *score, const char *by);

#endif
