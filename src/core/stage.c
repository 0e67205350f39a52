/* stage.c -- standing terms once per placement, loaded ones per load */
#include "core/stage.h"

#include "core/answer.h"

#include <string.h>

static void count_shared(struct roster *roster)
{
    const unsigned char *first = roster->alive[0];
    size_t count = 0;
    bool all = true;
    while (all && count < roster->alive_count[0] && !terms[first[count]].loaded) {
        for (int phase = 1; phase < roster->phases; phase++)
            all &= roster->alive[phase][count] == first[count];
        count += all;
    }
    roster->shared_count = (unsigned char)count;
}

/* One sequence of one token on a stage that holds everything. Terms are sums of products without
 * negative factors: one that is 0 here is 0 under any load, wherever it is placed. */
static void place_ones(struct letters *x, const struct request *request,
                       const struct layout *layout)
{
    letters_place(x, request, layout, false);
    x->T = x->T_b = x->T_w = x->T_x = x->S = x->q = x->B = x->S_m = x->T_m = x->Y = 1;
    x->s_l = x->s_x = x->s_f = x->s_c = x->i_1 = x->i_p = x->i_2 = 1;
}

/* The terms of these phases that the model, the engine and the optimizer have: on one GPU, and
 * split in every way that adds a term. */
static void find_terms(bool found[TERM_COUNT], unsigned phases, const struct letters *x,
                       const struct request *request)
{
    static const struct layout layouts[] = {
        {.gpus = 1, .tp = 1, .pp = 1, .ways = 1, .cp = 1, .ep = 1},
        {.gpus = 4, .tp = 1, .pp = 2, .ways = 2, .cp = 1, .ep = 1, .zero = 2},
        {.gpus = 4, .tp = 1, .pp = 2, .ways = 2, .cp = 1, .ep = 1, .zero = 3}};
    size_t count = request->optimizer ? 3 : 2; /* ZeRO stages are of training */
    memset(found, false, TERM_COUNT * sizeof *found);
    for (size_t i = 0; i < count; i++) {
        struct letters ones = *x;
        place_ones(&ones, request, &layouts[i]);
        for (size_t term = 0; term < TERM_COUNT; term++)
            if (!found[term] && terms[term].phases & phases)
                found[term] = terms[term].bytes(&ones) != 0;
    }
}

void roster_fill(struct roster *roster, const struct letters *x, const struct request *request)
{
    bool training = request->optimizer != NULL;
    unsigned first = training ? PHASE_FORWARD_END : PHASE_PREFILL;
    unsigned phases = training ? TRAINING_PHASES : SERVING_PHASES;
    bool found[TERM_COUNT];
    find_terms(found, ((1u << phases) - 1) << first, x, request);
    *roster = (struct roster){.first_phase = (enum phase)first, .phases = (int)phases};
    for (size_t i = 0; i < TERM_COUNT; i++) {
        if (!found[i])
            continue;
        if (!terms[i].loaded)
            roster->standing[roster->standing_count++] = (unsigned char)i;
        for (unsigned phase = 0; phase < phases; phase++)
            if (terms[i].phases & 1u << (first + phase))
                roster->alive[phase][roster->alive_count[phase]++] = (unsigned char)i;
    }
    count_shared(roster);
}

/* What every phase begins with. */
static void share_sum(struct stage *stage, const struct roster *roster)
{
    struct partial *shared = &stage->shared;
    *shared = (struct partial){.total_bytes = 0};
    for (size_t i = 0; i < roster->shared_count; i++) {
        size_t term = roster->alive[0][i];
        shared->column_bytes[terms[term].column] += stage->standing[term];
        shared->total_bytes += stage->standing[term];
    }
}

void stage_place(struct stage *stage, struct letters *x, const struct roster *roster,
                 const struct request *request, const struct layout *layout, bool last_stage)
{
    letters_place(x, request, layout, last_stage);
    stage->placed = x->placed;
    for (size_t i = 0; i < roster->standing_count; i++)
        stage->standing[roster->standing[i]] = terms[roster->standing[i]].bytes(x);
    share_sum(stage, roster);
}

/* x->Y is what came before, for the terms that follow from it. */
void stage_sum(const struct stage *stage, struct letters *x, const struct roster *roster,
               enum phase phase, struct peak *out)
{
    size_t at = phase - roster->first_phase;
    const unsigned char *alive = roster->alive[at];
    memcpy(out->column_bytes, stage->shared.column_bytes, sizeof out->column_bytes);
    x->Y = stage->shared.total_bytes;
    for (size_t i = roster->shared_count; i < roster->alive_count[at]; i++) {
        const struct term *term = &terms[alive[i]];
        double bytes = term->loaded ? term->bytes(x) : stage->standing[alive[i]];
        out->column_bytes[term->column] += bytes;
        x->Y += bytes;
    }
    out->total_bytes = x->Y;
    out->phase = phase;
}

void stage_terms(const struct stage *stage, struct letters *x, const struct roster *roster,
                 enum phase phase, double term_bytes[TERM_COUNT])
{
    size_t at = phase - roster->first_phase;
    const unsigned char *alive = roster->alive[at];
    memset(term_bytes, 0, TERM_COUNT * sizeof *term_bytes);
    x->Y = 0;
    for (size_t i = 0; i < roster->alive_count[at]; i++) {
        const struct term *term = &terms[alive[i]];
        double bytes = term->loaded ? term->bytes(x) : stage->standing[alive[i]];
        term_bytes[alive[i]] = bytes;
        x->Y += bytes;
    }
}
