/* stage.h -- one pipeline stage of a placement, with all that no load changes worked out
 *
 * Terms that keep their bytes whatever the load is (terms[].loaded is false) are evaluated once.
 * All phases begin with the sum of those that they share, up to the first that they do not, and
 * only the rest is added per load. Terms that are always 0 are left out: they add nothing, not even
 * a rounding. Same additions in the same order, so the same bits as the whole table. */
#ifndef GPUPLAN_STAGE_H
#define GPUPLAN_STAGE_H

#include "core/answer.h"
#include "core/letters.h"

enum { SERVING_PHASES = 2, TRAINING_PHASES = 4 };

/* The terms of one mode that are not always 0, in table order. */
struct roster {
    enum phase first_phase;
    int phases;
    unsigned char standing[TERM_COUNT];
    unsigned char standing_count;
    unsigned char alive[TRAINING_PHASES][TERM_COUNT];
    unsigned char alive_count[TRAINING_PHASES];
    unsigned char shared_count; /* standing terms that every phase begins with */
};

/* A phase's sum as far as no load changes it. */
struct partial {
    double column_bytes[COLUMN_COUNT];
    double total_bytes;
};

struct stage {
    struct placed_letters placed;
    double standing[TERM_COUNT];
    struct partial shared; /* what all phases begin with */
};

/* A phase's bytes: all of it, and by column. */
struct peak {
    double column_bytes[COLUMN_COUNT];
    double total_bytes;
    double usable_bytes;
    enum phase phase;
    bool last_stage;
};

/* `x` is bound to the request (letters_bind), placed or not. */
void roster_fill(struct roster *roster, const struct letters *x, const struct request *request);

/* Places the letters, and works out what no load changes. */
void stage_place(struct stage *stage, struct letters *x, const struct roster *roster,
                 const struct request *request, const struct layout *layout, bool last_stage);

/* Sums a phase, the letters being those of the stage in that phase; of *out, bytes and phase. */
void stage_sum(const struct stage *stage, struct letters *x, const struct roster *roster,
               enum phase phase, struct peak *out);

/* The bytes of each term, 0 for those that are not alive in the phase. */
void stage_terms(const struct stage *stage, struct letters *x, const struct roster *roster,
                 enum phase phase, double term_bytes[TERM_COUNT]);

#endif
