/* stage.c -- standing terms once per placement, loaded ones per load */
#include "core/stage.h"

#include <string.h>

void roster_fill(struct roster *roster, const struct request *request)
{
    bool training = request->optimizer != NULL;
    unsigned any = 0;
    roster->first_phase = training ? PHASE_FORWARD_END : PHASE_PREFILL;
    roster->phases = training ? TRAINING_PHASES : SERVING_PHASES;
    for (int phase = 0; phase < roster->phases; phase++) {
        unsigned bit = 1u << ((int)roster->first_phase + phase);
        roster->alive_count[phase] = 0;
        for (size_t i = 0; i < TERM_COUNT; i++)
            if (terms[i].phases & bit)
                roster->alive[phase][roster->alive_count[phase]++] = (unsigned char)i;
        any |= bit;
    }
    roster->standing_count = 0;
    for (size_t i = 0; i < TERM_COUNT; i++)
        if (terms[i].phases & any && !terms[i].loaded)
            roster->standing[roster->standing_count++] = (unsigned char)i;
}

/* Zeros are left out: they add nothing, not even a rounding. */
static void begin_sum(struct stage *stage, const struct roster *roster, int phase)
{
    struct partial *partial = &stage->partials[phase];
    const unsigned char *alive = roster->alive[phase];
    size_t at = 0;
    memset(partial->column_bytes, 0, sizeof partial->column_bytes);
    partial->total_bytes = 0;
    partial->rest_count = 0;
    for (; at < roster->alive_count[phase] && !terms[alive[at]].loaded; at++) {
        partial->column_bytes[terms[alive[at]].column] += stage->standing[alive[at]];
        partial->total_bytes += stage->standing[alive[at]];
    }
    for (; at < roster->alive_count[phase]; at++)
        if (terms[alive[at]].loaded || stage->standing[alive[at]] != 0)
            partial->rest[partial->rest_count++] = alive[at];
}

void stage_place(struct stage *stage, struct letters *x, const struct roster *roster,
                 const struct request *request, const struct layout *layout, bool last_stage)
{
    letters_place(x, request, layout, last_stage);
    stage->placed = x->placed;
    for (size_t i = 0; i < roster->standing_count; i++)
        stage->standing[roster->standing[i]] = terms[roster->standing[i]].bytes(x);
    for (int phase = 0; phase < roster->phases && !request->optimizer; phase++)
        begin_sum(stage, roster, phase);
}

/* x->Y is what came before, for the terms that follow from it. */
void stage_sum(const struct stage *stage, struct letters *x, const struct roster *roster,
               enum phase phase, struct peak *out)
{
    static const struct partial nothing;
    size_t at = phase - roster->first_phase;
    bool begun = roster->first_phase == PHASE_PREFILL;
    const struct partial *partial = begun ? &stage->partials[at] : &nothing;
    const unsigned char *rest = begun ? partial->rest : roster->alive[at];
    size_t count = begun ? partial->rest_count : roster->alive_count[at];
    memcpy(out->column_bytes, partial->column_bytes, sizeof out->column_bytes);
    x->Y = partial->total_bytes;
    for (size_t i = 0; i < count; i++) {
        const struct term *term = &terms[rest[i]];
        double bytes = term->loaded ? term->bytes(x) : stage->standing[rest[i]];
        out->column_bytes[term->column] += bytes;
        x->Y += bytes;
    }
    out->total_bytes = x->Y;
    out->phase = phase;
}

void stage_terms(const struct stage *stage, struct letters *x, const struct roster *roster,
                 enum phase phase, double term_bytes[TERM_COUNT])
{
    const unsigned char *alive = roster->alive[phase - roster->first_phase];
    size_t count = roster->alive_count[phase - roster->first_phase];
    memset(term_bytes, 0, TERM_COUNT * sizeof *term_bytes);
    x->Y = 0;
    for (size_t i = 0; i < count; i++) {
        double bytes =
            terms[alive[i]].loaded ? terms[alive[i]].bytes(x) : stage->standing[alive[i]];
        term_bytes[alive[i]] = bytes;
        x->Y += bytes;
    }
}
