/* footprint.c -- sums the term table per phase and takes the peak: a maximum, not a sum of peaks */
#include "core/footprint.h"

#include "core/memory/groups.h"
#include "core/units.h"

#include <math.h>
#include <string.h>

void subject_bind(struct subject *subject, const struct request *request, const struct facts *facts)
{
    subject->request = request;
    subject->facts = facts;
    subject->visible_bytes = gpu_visible_bytes(request->gpu, facts);
    letters_bind(&subject->letters, request, facts);
    for (size_t phase = 0; phase < PHASE_COUNT; phase++) {
        subject->alive_count[phase] = 0;
        for (size_t i = 0; i < TERM_COUNT; i++)
            if (terms[i].phases & 1u << phase)
                subject->alive[phase][subject->alive_count[phase]++] = (unsigned char)i;
    }
}

/* Columns and total of a phase; x->Y is what came before, for the terms that follow from it. */
static void sum_phase(struct subject *subject, int phase, struct footprint *f)
{
    struct letters *x = &subject->letters;
    x->Y = 0;
    memset(f->column_bytes, 0, sizeof f->column_bytes);
    for (size_t i = 0; i < subject->alive_count[phase]; i++) {
        const struct term *term = &terms[subject->alive[phase][i]];
        double bytes = term->bytes(x);
        f->column_bytes[term->column] += bytes;
        x->Y += bytes;
    }
    f->phase = (enum phase)phase;
    f->total_bytes = x->Y;
}

/* The bytes of each term, the letters being placed and the phase bound. */
static void fill_terms(struct subject *subject, struct footprint *f)
{
    struct letters *x = &subject->letters;
    x->Y = 0;
    memset(f->term_bytes, 0, sizeof f->term_bytes);
    for (size_t i = 0; i < subject->alive_count[f->phase]; i++) {
        size_t term = subject->alive[f->phase][i];
        f->term_bytes[term] = terms[term].bytes(x);
        x->Y += f->term_bytes[term];
    }
}

/* The share of the card that the total may take: of everything, of weights and cache, or, for
 * engines that give their cache a share u of what is free, u C + (1 - u)(all but the cache). */
static double usable_bytes(const struct subject *subject, const struct footprint *f)
{
    const struct engine *engine = subject->request->engine;
    double C = subject->visible_bytes - engine->reserve_gib * GIB;
    double u = request_utilization(subject->request);
    double outside = f->column_bytes[COLUMN_ACTIVATIONS] + f->column_bytes[COLUMN_OVERHEAD];
    if (engine->utilization_of == SHARE_STATIC)
        return fmin(u * C + outside, C);
    if (engine->utilization_of == SHARE_FREE)
        return u * C + (1 - u) * (f->total_bytes - f->column_bytes[COLUMN_KV_CACHE]);
    return u * C;
}

/* Residuals of the terms are independent, so their half-widths add as squares. */
static void add_band(struct footprint *f, const struct engine *engine)
{
    const double *column = f->column_bytes;
    double states = column[COLUMN_WEIGHTS] + column[COLUMN_GRADIENTS] + column[COLUMN_OPTIMIZER];
    double weights = engine->band_weights_pct / 100 * states;
    double cache = engine->band_cache_pct / 100 * column[COLUMN_KV_CACHE];
    double activations = engine->band_activation_pct / 100 * column[COLUMN_ACTIVATIONS];
    double overhead = engine->band_overhead_gib * GIB;
    double whole = engine->band_total_pct / 100 * f->total_bytes;
    double half = sqrt(weights * weights + cache * cache + activations * activations +
                       overhead * overhead + whole * whole);
    f->low_bytes = fmax(0, f->total_bytes - half);
    f->high_bytes = f->total_bytes + half;
}

/* Slack decides, not size: with a share of free memory the usable bytes move with the phase. Where
 * the share is of weights and cache, all phases leave the same but for rounding: then size does. */
bool footprint_is_tighter(const struct footprint *a, const struct footprint *b)
{
    const double rounding = 1e-12;
    double more = (a->total_bytes - a->usable_bytes) - (b->total_bytes - b->usable_bytes);
    if (fabs(more) > rounding * (a->total_bytes + a->usable_bytes))
        return more > 0;
    return a->total_bytes > b->total_bytes;
}

/* One stage in one phase, the letters of the stage being placed. */
static void sum_stage(struct subject *subject, int phase, bool last_stage, struct footprint *f)
{
    letters_phase(&subject->letters, subject->request, phase);
    sum_phase(subject, phase, f);
    f->usable_bytes = usable_bytes(subject, f);
    f->last_stage = last_stage;
}

void footprint_stage(struct subject *subject, const struct layout *layout, bool last_stage,
                     enum phase phase, struct footprint *out)
{
    letters_place(&subject->letters, subject->request, layout, last_stage);
    sum_stage(subject, (int)phase, last_stage, out);
    fill_terms(subject, out);
    add_band(out, subject->request->engine);
}

void footprint_totals(struct subject *subject, const struct layout *layout, struct footprint *out)
{
    const struct request *request = subject->request;
    int first = request->optimizer ? PHASE_FORWARD_END : PHASE_PREFILL;
    int end = request->optimizer ? PHASE_COUNT : PHASE_FORWARD_END;
    int stages = layout->pp > 1 ? 2 : 1;
    struct footprint tried[2] = {0};
    int best = 0;
    bool found = false;
    for (int stage = 0; stage < stages; stage++) {
        letters_place(&subject->letters, request, layout, stage == 1);
        for (int phase = first; phase < end; phase++) {
            int at = !best; /* the place that does not hold the tightest so far */
            sum_stage(subject, phase, stage == 1, &tried[at]);
            if (!found || footprint_is_tighter(&tried[at], &tried[best]))
                best = at;
            found = true;
        }
    }
    *out = tried[best];
    add_band(out, request->engine);
}

void footprint_of(struct subject *subject, const struct layout *layout, struct footprint *out)
{
    footprint_totals(subject, layout, out);
    letters_place(&subject->letters, subject->request, layout, out->last_stage);
    letters_phase(&subject->letters, subject->request, (int)out->phase);
    fill_terms(subject, out);
}

double footprint_excess(const struct footprint *f, enum margin margin)
{
    double total = margin == MARGIN_LOW    ? f->low_bytes
                   : margin == MARGIN_HIGH ? f->high_bytes
                                           : f->total_bytes;
    return total - f->usable_bytes;
}

bool layout_fits(struct subject *subject, const struct layout *layout, enum margin margin)
{
    struct footprint f;
    footprint_totals(subject, layout, &f);
    return footprint_excess(&f, margin) <= 0;
}

double sequence_bytes(const struct letters *x)
{
    struct letters one = *x;
    one.S = 1;
    one.T_x = 0;
    return kv_full(&one) + kv_window(&one) + kv_indexer(&one) + kv_state(&one);
}
