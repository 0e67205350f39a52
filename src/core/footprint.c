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
}

/* Bytes of every term in a phase; x->Y is what came before, for the terms that follow from it. */
static void sum_phase(struct letters *x, int phase, struct footprint *f)
{
    x->Y = 0;
    memset(f->column_bytes, 0, sizeof f->column_bytes);
    for (size_t i = 0; i < TERM_COUNT; i++) {
        double bytes = terms[i].phases & 1u << phase ? terms[i].bytes(x) : 0;
        f->term_bytes[i] = bytes;
        f->column_bytes[terms[i].column] += bytes;
        x->Y += bytes;
    }
    f->phase = (enum phase)phase;
    f->total_bytes = x->Y;
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

/* Slack decides, not size: with a share of free memory the usable bytes move with the phase. */
static bool is_tighter(const struct footprint *a, const struct footprint *b)
{
    return a->total_bytes - a->usable_bytes > b->total_bytes - b->usable_bytes;
}

void footprint_of(struct subject *subject, const struct layout *layout, struct footprint *out)
{
    const struct request *request = subject->request;
    int first = request->optimizer ? PHASE_FORWARD_END : PHASE_PREFILL;
    int end = request->optimizer ? PHASE_COUNT : PHASE_FORWARD_END;
    int stages = layout->pp > 1 ? 2 : 1;
    bool found = false;
    *out = (struct footprint){0};
    for (int stage = 0; stage < stages; stage++) {
        letters_place(&subject->letters, request, layout, stage == 1);
        for (int phase = first; phase < end; phase++) {
            struct footprint f;
            letters_phase(&subject->letters, request, phase);
            sum_phase(&subject->letters, phase, &f);
            f.usable_bytes = usable_bytes(subject, &f);
            f.last_stage = stage == 1;
            if (!found || is_tighter(&f, out))
                *out = f;
            found = true;
        }
    }
    add_band(out, request->engine);
    letters_place(&subject->letters, request, layout, out->last_stage);
    letters_phase(&subject->letters, request, (int)out->phase);
}

bool layout_fits(struct subject *subject, const struct layout *layout, enum margin margin)
{
    struct footprint f;
    footprint_of(subject, layout, &f);
    double total = margin == MARGIN_LOW    ? f.low_bytes
                   : margin == MARGIN_HIGH ? f.high_bytes
                                           : f.total_bytes;
    return total <= f.usable_bytes;
}

double sequence_bytes(const struct letters *x)
{
    struct letters one = *x;
    one.S = 1;
    one.T_x = 0;
    return kv_full(&one) + kv_window(&one) + kv_indexer(&one) + kv_state(&one);
}
