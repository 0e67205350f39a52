/* footprint.h -- bytes on the fullest GPU of a layout: terms summed by phase, the largest phase */
#ifndef GPUPLAN_FOOTPRINT_H
#define GPUPLAN_FOOTPRINT_H

#include "core/answer.h"
#include "core/letters.h"

/* A scenario with its letters bound: what every layout of it is measured with. */
struct subject {
    const struct request *request;
    const struct facts *facts;
    struct letters letters;
    double visible_bytes;                         /* what frameworks see of the card */
    unsigned char alive[PHASE_COUNT][TERM_COUNT]; /* terms of each phase, in table order */
    unsigned char alive_count[PHASE_COUNT];
};

/* `request` and `facts` are borrowed while the subject lives. */
void subject_bind(struct subject *subject, const struct request *request,
                  const struct facts *facts);

/* Fills *out for `layout`: the fullest of the first and last pipeline stage in its heaviest phase,
 * the band, and the bytes the engine may use. Leaves the letters of that stage bound. */
void footprint_of(struct subject *subject, const struct layout *layout, struct footprint *out);

/* The same without single terms and without leaving letters bound: for searches. */
void footprint_totals(struct subject *subject, const struct layout *layout, struct footprint *out);

/* The same of one stage in one phase, the fullest or not; leaves its letters bound. */
void footprint_stage(struct subject *subject, const struct layout *layout, bool last_stage,
                     enum phase phase, struct footprint *out);

/* Which of two stages or phases decides: less to spare, beyond rounding; then more bytes. */
bool footprint_is_tighter(const struct footprint *a, const struct footprint *b);

/* Which of the three totals must fit. */
enum margin { MARGIN_LOW, MARGIN_EXPECTED, MARGIN_HIGH };

/* Bytes that the fullest GPU lacks at that end of the band; 0 or less: it fits. */
double footprint_excess(const struct footprint *f, enum margin margin);

/* True when every GPU of the layout fits: total (at that end of the band) <= usable. */
bool layout_fits(struct subject *subject, const struct layout *layout, enum margin margin);

/* Cache bytes of one sequence on the fullest GPU, the letters being placed. */
double sequence_bytes(const struct letters *x);

#endif
