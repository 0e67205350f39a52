/* load.c -- asks the term table about one and two sequences; between lies a straight line */
#include "core/load.h"

#include "core/memory/groups.h"

#include <math.h>

/* What a difference of two sums may leave of nothing. */
static const double ROUNDING = 1e-12;

void gauge_bind(struct gauge *gauge, const struct request *request, const struct facts *facts)
{
    gauge->ask = *request;
    subject_bind(&gauge->subject, &gauge->ask, facts);
}

void gauge_ask(struct gauge *gauge, double concurrency)
{
    gauge->ask.concurrency = concurrency;
    subject_load(&gauge->subject);
}

static double states_of(const struct peak *f)
{
    return f->column_bytes[COLUMN_WEIGHTS] + f->column_bytes[COLUMN_GRADIENTS] +
           f->column_bytes[COLUMN_OPTIMIZER];
}

/* The letters of one sequence being bound, which are left without a running step. */
static void take_cache(struct letters *x, struct load *out)
{
    bool beyond = x->T_x > 0;
    out->beyond_tokens = beyond ? x->T_b - x->T_w : 0;
    out->step_tokens = beyond ? x->B : 0;
    x->T_x = 0;
    out->cache_bytes = kv_full(x) + kv_window(x) + kv_indexer(x) + kv_state(x);
    if (!beyond)
        return;
    x->S = 0;
    x->T_x = 1;
    out->step_bytes = kv_window(x);
}

/* True when activations grow with the sequences: those of whole prompts. */
static bool holds_prompts(const struct subject *subject)
{
    return !subject->request->optimizer &&
           (subject->request->engine->prefill == PREFILL_WHOLE || subject->letters.c_l > 0);
}

static void take_prompts(const struct peak *one, const struct peak *two, struct load *out)
{
    double first = one->column_bytes[COLUMN_ACTIVATIONS];
    double each = two->column_bytes[COLUMN_ACTIVATIONS] - first;
    each = fabs(each) <= ROUNDING * first ? 0 : each;
    double rest = first - each;
    out->activation_each_bytes = each;
    out->activation_bytes = fabs(rest) <= ROUNDING * first ? 0 : rest;
}

void load_of(struct subject *subject, const struct stage *stage, bool last_stage, enum phase phase,
             struct load *out)
{
    struct peak one;
    struct peak two;
    *out = (struct load){.phase = phase, .last_stage = last_stage};
    footprint_sum(subject, stage, 1, phase, &one);
    out->states_bytes = states_of(&one);
    out->overhead_bytes = one.column_bytes[COLUMN_OVERHEAD];
    out->activation_bytes = one.column_bytes[COLUMN_ACTIVATIONS];
    if (!subject->request->optimizer)
        take_cache(&subject->letters, out);
    if (!holds_prompts(subject))
        return;
    footprint_sum(subject, stage, 2, phase, &two);
    take_prompts(&one, &two, out);
}

static double cache_of(const struct load *load, double S)
{
    return S * load->cache_bytes +
           fmin(load->step_tokens, S * load->beyond_tokens) * load->step_bytes;
}

static double total_of(const struct load *load, double sequences, double cache)
{
    return load->states_bytes + cache + load->activation_bytes +
           sequences * load->activation_each_bytes + load->overhead_bytes;
}

void load_peak(const struct load *load, double sequences, struct peak *out)
{
    double cache = cache_of(load, sequences);
    double activations = load->activation_bytes + sequences * load->activation_each_bytes;
    *out = (struct peak){.column_bytes = {[COLUMN_WEIGHTS] = load->states_bytes,
                                          [COLUMN_KV_CACHE] = cache,
                                          [COLUMN_ACTIVATIONS] = activations,
                                          [COLUMN_OVERHEAD] = load->overhead_bytes},
                         .total_bytes = total_of(load, sequences, cache),
                         .phase = load->phase,
                         .last_stage = load->last_stage};
}

double load_total(const struct load *load, double sequences)
{
    return total_of(load, sequences, cache_of(load, sequences));
}

/* True when `b` is never tighter than `a`, for one sequence or more and any share of the card. */
static bool covers(const struct load *a, const struct load *b, bool share_is_static)
{
    double fixed_a = total_of(a, 1, 0);
    double fixed_b = total_of(b, 1, 0);
    return fixed_a >= fixed_b && a->activation_each_bytes >= b->activation_each_bytes &&
           a->cache_bytes >= b->cache_bytes && a->step_bytes >= b->step_bytes &&
           a->beyond_tokens >= b->beyond_tokens && /* a step's tokens are everywhere the same */
           (!share_is_static || a->states_bytes >= b->states_bytes);
}

/* Adds one to `count` loads unless it is covered, and drops those that it covers; the new count. */
static size_t add(struct load loads[LOADS_MOST], size_t count, const struct load *load,
                  bool share_is_static)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (covers(&loads[i], load, share_is_static))
            return count;
    for (size_t i = 0; i < count; i++)
        if (!covers(load, &loads[i], share_is_static))
            loads[kept++] = loads[i];
    loads[kept++] = *load;
    return kept;
}

/* Tells the placement where its peak is, if one load covers all by more than rounding. */
static void tell_peak(struct subject *subject, const struct layout *layout, const struct load *most,
                      const struct load all[LOADS_MOST], size_t count)
{
    struct placement *at = subject_placement(subject, layout);
    double least = total_of(most, 1, 0) - 1e-9 * subject->visible_bytes;
    at->has_peak = true;
    at->last_stage = most->last_stage;
    at->phase = most->phase;
    for (size_t i = 0; i < count; i++)
        at->has_peak &= (all[i].phase == most->phase && all[i].last_stage == most->last_stage) ||
                        total_of(&all[i], 1, 0) < least;
}

size_t replica_loads(struct subject *subject, const struct layout *layout,
                     struct load loads[LOADS_MOST])
{
    bool share_is_static = subject->request->engine->utilization_of == SHARE_STATIC;
    struct load all[LOADS_MOST];
    size_t taken = 0;
    size_t count = 0;
    for (int last = 0; last < (layout->pp > 1 ? 2 : 1); last++) {
        const struct stage *stage = footprint_place(subject, layout, last);
        for (int phase = PHASE_PREFILL; phase <= PHASE_DECODE; phase++) {
            load_of(subject, stage, last, (enum phase)phase, &all[taken]);
            count = add(loads, count, &all[taken++], share_is_static);
        }
    }
    if (count == 1)
        tell_peak(subject, layout, &loads[0], all, taken);
    return count;
}

/* Puts the stage and phase of the peak first, if it is there. */
static void put_first(struct load loads[LOADS_MOST], size_t count, const struct footprint *peak)
{
    for (size_t i = 1; i < count; i++) {
        if (loads[i].phase != peak->phase || loads[i].last_stage != peak->last_stage)
            continue;
        struct load first = loads[i];
        loads[i] = loads[0];
        loads[0] = first;
    }
}

size_t gauge_loads(struct gauge *gauge, const struct layout *layout, struct load loads[LOADS_MOST])
{
    struct subject *subject = &gauge->subject;
    struct footprint peak;
    footprint_totals(subject, layout, &peak);
    if (gauge->ask.optimizer) { /* nothing moves: the peak stays where it is but for the share */
        const struct stage *stage = footprint_place(subject, layout, peak.last_stage);
        load_of(subject, stage, peak.last_stage, peak.phase, &loads[0]);
        return 1;
    }
    size_t count = replica_loads(subject, layout, loads);
    put_first(loads, count, &peak);
    return count;
}
