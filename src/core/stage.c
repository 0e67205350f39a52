/* stage.c -- standing terms once per placement, loaded ones per load */
#include "core/stage.h"

#include <string.h>

enum phase phase_first(const struct request *request)
{
    return request->optimizer ? PHASE_FORWARD_END : PHASE_PREFILL;
}

int phase_count(const struct request *request)
{
    return request->optimizer ? TRAINING_PHASES : SERVING_PHASES;
}

/* Zeros are left out: they add nothing, not even a rounding. */
static void begin_sum(struct stage *stage, enum phase phase, struct partial *partial)
{
    memset(partial, 0, sizeof *partial);
    for (size_t i = 0; i < TERM_COUNT; i++) {
        if (!(terms[i].phases & 1u << phase))
            continue;
        if (terms[i].loaded || (partial->rest_count && stage->standing[i] != 0)) {
            partial->rest[partial->rest_count++] = (unsigned char)i;
        } else if (!partial->rest_count) {
            partial->column_bytes[terms[i].column] += stage->standing[i];
            partial->total_bytes += stage->standing[i];
        }
    }
}

void stage_place(struct stage *stage, struct letters *x, const struct request *request,
                 const struct layout *layout, bool last_stage)
{
    enum phase first = phase_first(request);
    unsigned alive = ((1u << phase_count(request)) - 1) << first;
    letters_place(x, request, layout, last_stage);
    stage->placed = x->placed;
    for (size_t i = 0; i < TERM_COUNT; i++)
        stage->standing[i] = terms[i].phases & alive && !terms[i].loaded ? terms[i].bytes(x) : 0;
    for (int i = 0; i < phase_count(request); i++)
        begin_sum(stage, (enum phase)((int)first + i), &stage->partials[i]);
}

/* x->Y is what came before, for the terms that follow from it. */
void stage_sum(const struct stage *stage, struct letters *x, const struct request *request,
               enum phase phase, struct peak *out)
{
    const struct partial *partial = &stage->partials[phase - phase_first(request)];
    memcpy(out->column_bytes, partial->column_bytes, sizeof out->column_bytes);
    x->Y = partial->total_bytes;
    for (size_t i = 0; i < partial->rest_count; i++) {
        const struct term *term = &terms[partial->rest[i]];
        double bytes = term->loaded ? term->bytes(x) : stage->standing[partial->rest[i]];
        out->column_bytes[term->column] += bytes;
        x->Y += bytes;
    }
    out->total_bytes = x->Y;
    out->phase = phase;
}

void stage_terms(const struct stage *stage, struct letters *x, enum phase phase,
                 double term_bytes[TERM_COUNT])
{
    x->Y = 0;
    for (size_t i = 0; i < TERM_COUNT; i++) {
        bool alive = terms[i].phases & 1u << phase;
        double bytes = !alive ? 0 : terms[i].loaded ? terms[i].bytes(x) : stage->standing[i];
        term_bytes[i] = bytes;
        x->Y += bytes;
    }
}
