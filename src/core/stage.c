/* stage.c -- standing terms once per placement, loaded ones per load */
#include "core/stage.h"

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

/* A load of ones. Terms are sums of products without negative factors: one that is 0 here is 0
 * under any load. */
static void load_ones(struct letters *x)
{
    x->T = x->T_b = x->T_w = x->T_x = x->S = x->q = x->B = x->S_m = 1;
}

/* A placement of ones, for weights and caches. */
static void place_ones(struct letters *x, const struct request *request)
{
    x->t = x->x = x->s_l = x->s_x = x->s_f = x->s_c = x->i_1 = x->i_p = x->i_2 = 1;
    x->r_kv = x->r_win = x->r_w = x->z_w = 1;
    x->N_adp = x->N_cpy = request->tuning != TUNING_FULL;
}

/* Weights and caches that the model lacks are 0 wherever it is placed. */
static bool is_of_model(size_t term, const struct letters *ones)
{
    bool is_known = terms[term].column == COLUMN_WEIGHTS || terms[term].column == COLUMN_KV_CACHE;
    return !is_known || terms[term].bytes(ones) != 0;
}

void roster_fill(struct roster *roster, const struct letters *x, const struct request *request)
{
    bool training = request->optimizer != NULL;
    unsigned phases = training ? 1u << PHASE_COUNT : 1u << PHASE_FORWARD_END;
    struct letters ones = *x;
    load_ones(&ones);
    place_ones(&ones, request);
    memset(roster, 0, sizeof *roster);
    roster->first_phase = training ? PHASE_FORWARD_END : PHASE_PREFILL;
    roster->phases = training ? TRAINING_PHASES : SERVING_PHASES;
    phases -= 1u << roster->first_phase;
    for (size_t i = 0; i < TERM_COUNT; i++) {
        if (!(terms[i].phases & phases) || !is_of_model(i, &ones))
            continue;
        if (!terms[i].loaded)
            roster->standing[roster->standing_count++] = (unsigned char)i;
        for (int phase = 0; phase < roster->phases; phase++)
            if (terms[i].phases & 1u << ((int)roster->first_phase + phase))
                roster->alive[phase][roster->alive_count[phase]++] = (unsigned char)i;
    }
    count_shared(roster);
}

static bool is_idle(const struct stage *stage, const struct letters *ones, size_t term)
{
    return (terms[term].loaded ? terms[term].bytes(ones) : stage->standing[term]) == 0;
}

static void add_standing(const struct stage *stage, size_t term, struct partial *partial)
{
    partial->column_bytes[terms[term].column] += stage->standing[term];
    partial->total_bytes += stage->standing[term];
}

/* Zeros are left out: they add nothing, not even a rounding. */
static void begin_sum(struct stage *stage, const struct letters *ones, const struct roster *roster,
                      int phase)
{
    struct partial *partial = &stage->partials[phase];
    const unsigned char *alive = roster->alive[phase];
    *partial = (struct partial){.total_bytes = 0};
    for (size_t i = 0; i < roster->alive_count[phase]; i++) {
        if (is_idle(stage, ones, alive[i]))
            continue;
        if (terms[alive[i]].loaded || partial->rest_count > 0)
            partial->rest[partial->rest_count++] = alive[i];
        else
            add_standing(stage, alive[i], partial);
    }
}

static void begin_sums(struct stage *stage, struct letters *x, const struct roster *roster)
{
    const double B = x->B;
    const double S_m = x->S_m;
    load_ones(x);
    for (int phase = 0; phase < roster->phases; phase++)
        begin_sum(stage, x, roster, phase);
    x->B = B;
    x->S_m = S_m;
}

static void share_sum(struct stage *stage, const struct roster *roster)
{
    struct partial *shared = &stage->partials[0];
    *shared = (struct partial){.total_bytes = 0};
    for (size_t i = 0; i < roster->shared_count; i++)
        add_standing(stage, roster->alive[0][i], shared);
}

void stage_place(struct stage *stage, struct letters *x, const struct roster *roster,
                 const struct request *request, const struct layout *layout, bool last_stage)
{
    letters_place(x, request, layout, last_stage);
    stage->placed = x->placed;
    for (size_t i = 0; i < roster->standing_count; i++)
        stage->standing[roster->standing[i]] = terms[roster->standing[i]].bytes(x);
    if (request->optimizer)
        share_sum(stage, roster);
    else
        begin_sums(stage, x, roster);
}

/* x->Y is what came before, for the terms that follow from it. */
void stage_sum(const struct stage *stage, struct letters *x, const struct roster *roster,
               enum phase phase, struct peak *out)
{
    size_t at = phase - roster->first_phase;
    bool begun = roster->first_phase == PHASE_PREFILL;
    const struct partial *partial = &stage->partials[begun ? at : 0];
    const unsigned char *rest = begun ? partial->rest : roster->alive[at] + roster->shared_count;
    size_t count =
        begun ? partial->rest_count : (size_t)(roster->alive_count[at] - roster->shared_count);
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
    size_t at = phase - roster->first_phase;
    bool serving = roster->first_phase == PHASE_PREFILL;
    const unsigned char *alive = roster->alive[at];
    const unsigned char *rest = serving ? stage->partials[at].rest : alive;
    size_t count = serving ? stage->partials[at].rest_count : roster->alive_count[at];
    memset(term_bytes, 0, TERM_COUNT * sizeof *term_bytes);
    for (size_t i = 0; i < roster->alive_count[at]; i++)
        if (!terms[alive[i]].loaded)
            term_bytes[alive[i]] = stage->standing[alive[i]];
    x->Y = 0; /* of training: in serving no term follows from it */
    for (size_t i = 0; i < count; i++) {
        if (terms[rest[i]].loaded)
            term_bytes[rest[i]] = terms[rest[i]].bytes(x);
        x->Y += term_bytes[rest[i]];
    }
}
