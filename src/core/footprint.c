/* footprint.c -- sums the term table per phase and takes the peak: a maximum, not a sum of peaks */
#include "core/footprint.h"

#include "core/layout.h"
#include "core/memory/groups.h"
#include "core/units.h"

#include <math.h>
#include <string.h>

static bool same_load(const struct subject *subject, const struct request *request)
{
    return subject->loaded_tokens == request->tokens &&
           subject->loaded_prompt == request->prompt_tokens &&
           subject->loaded_output == request->output_tokens;
}

static void note_load(struct subject *subject)
{
    const struct request *request = subject->request;
    subject->loaded_tokens = request->tokens;
    subject->loaded_prompt = request->prompt_tokens;
    subject->loaded_output = request->output_tokens;
}

void subject_bind(struct subject *subject, const struct request *request, const struct facts *facts)
{
    subject->request = request;
    subject->facts = facts;
    subject->visible_bytes = gpu_visible_bytes(request->gpu, facts);
    subject->per_server = gpus_per_server(request->gpu, facts, &subject->server_assumed);
    letters_bind(&subject->letters, request, facts);
    roster_fill(&subject->roster, &subject->letters, request);
    memset(subject->places, 0, sizeof subject->places);
    subject->placed = 0;
    memset(subject->divides, 0, sizeof subject->divides);
    subject->divisors = 0;
    subject->stamp = 1;
    subject->has_outputs = false;
    note_load(subject);
}

void subject_load(struct subject *subject)
{
    letters_load(&subject->letters, subject->request);
    if (!same_load(subject, subject->request))
        subject->stamp++;
    note_load(subject);
}

enum { NOT_ASKED, DIVIDES_NOT, DIVIDES };

/* A divisor is kept as DIVIDES + its number, in the order of asking. */
bool subject_divides(struct subject *subject, double t)
{
    const struct model *model = subject->request->model;
    if (t >= DIVISORS)
        return tp_divides_heads(model, t);
    unsigned char *known = &subject->divides[(size_t)t];
    if (*known == NOT_ASKED)
        *known = (unsigned char)(tp_divides_heads(model, t) ? DIVIDES + subject->divisors++
                                                            : DIVIDES_NOT);
    return *known >= DIVIDES;
}

/* t as a small number of its own. */
static size_t rank_of(const struct subject *subject, double t)
{
    size_t at = (size_t)t;
    return t < DIVISORS && subject->divides[at] >= DIVIDES
               ? (size_t)(subject->divides[at] - DIVIDES)
               : at;
}

struct replica_output *subject_output(struct subject *subject, double t, double p)
{
    if (!subject->has_outputs)
        memset(subject->outputs, 0, sizeof subject->outputs);
    subject->has_outputs = true;
    struct replica_output *at =
        &subject->outputs[rank_of(subject, t) % TP_KINDS][(size_t)p % PP_KINDS];
    if (at->tp != t || at->pp != p)
        *at = (struct replica_output){.tp = t, .pp = p};
    return at;
}

/* Where a placement is kept: two that a search looks at together rarely share a place. Once all
 * are taken, the oldest is given away again. */
static struct placement *place_of(struct subject *subject, const struct layout *layout)
{
    size_t t = rank_of(subject, layout->tp);
    size_t p = (size_t)layout->pp;
    unsigned char *place = &subject->places[t % TP_KINDS][p % PP_KINDS];
    if (*place == 0) {
        size_t next = subject->placed++ % PLACEMENTS;
        *place = (unsigned char)(next + 1);
        subject->placements[next].tp = 0;
    }
    return &subject->placements[*place - 1];
}

struct placement *subject_placement(struct subject *subject, const struct layout *layout)
{
    struct placement *at = place_of(subject, layout);
    if (at->tp != layout->tp || at->pp != layout->pp || at->ep != layout->ep) {
        at->tp = layout->tp;
        at->pp = layout->pp;
        at->ep = layout->ep;
        at->has_stage[0] = at->has_stage[1] = false;
        at->stamp = 0;
    }
    if (at->stamp == subject->stamp)
        return at;
    at->stamp = subject->stamp;
    at->most = NOT_GIVEN;
    at->has_peak = false;
    for (int i = 0; i < MARGIN_COUNT; i++) {
        at->holds[i] = 0;
        at->lacks[i] = INFINITY;
    }
    return at;
}

/* The stage with the subject's letters placed on it. What a rank of training holds changes with
 * the number of ranks, so only serving finds a stage again. */
const struct stage *footprint_place(struct subject *subject, const struct layout *layout, bool last)
{
    const struct request *request = subject->request;
    struct letters *x = &subject->letters;
    if (request->optimizer) {
        stage_place(&subject->rank, x, &subject->roster, request, layout, last);
        return &subject->rank;
    }
    struct placement *at = subject_placement(subject, layout);
    if (at->has_stage[last])
        x->placed = at->stages[last].placed;
    else
        stage_place(&at->stages[last], x, &subject->roster, request, layout, last);
    at->has_stage[last] = true;
    return &at->stages[last];
}

/* The share of the card that the total may take: of everything, of weights and cache, or, for
 * engines that give their cache a share u of what is free, u C + (1 - u)(all but the cache). */
static double usable_bytes(const struct subject *subject, const struct peak *f)
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
static double half_band(const struct peak *f, const struct engine *engine)
{
    const double *column = f->column_bytes;
    double states = column[COLUMN_WEIGHTS] + column[COLUMN_GRADIENTS] + column[COLUMN_OPTIMIZER];
    double weights = engine->band_weights_pct / 100 * states;
    double cache = engine->band_cache_pct / 100 * column[COLUMN_KV_CACHE];
    double activations = engine->band_activation_pct / 100 * column[COLUMN_ACTIVATIONS];
    double overhead = engine->band_overhead_gib * GIB;
    double whole = engine->band_total_pct / 100 * f->total_bytes;
    return sqrt(weights * weights + cache * cache + activations * activations +
                overhead * overhead + whole * whole);
}

/* A total at an end of the band, whose half-width counts at the ends alone. */
static double end_bytes(const struct peak *f, double half, enum margin margin)
{
    if (margin == MARGIN_EXPECTED)
        return f->total_bytes;
    return margin == MARGIN_LOW ? fmax(0, f->total_bytes - half) : f->total_bytes + half;
}

/* Slack decides, not size: with a share of free memory the usable bytes move with the phase. Where
 * the share is of weights and cache, all phases leave the same but for rounding: then size does. */
static bool is_tighter(double total, double usable, double other_total, double other_usable)
{
    const double rounding = 1e-12;
    double more = (total - usable) - (other_total - other_usable);
    if (fabs(more) > rounding * (total + usable))
        return more > 0;
    return total > other_total;
}

bool peak_is_tighter(const struct peak *a, const struct peak *b)
{
    return is_tighter(a->total_bytes, a->usable_bytes, b->total_bytes, b->usable_bytes);
}

bool footprint_is_tighter(const struct footprint *a, const struct footprint *b)
{
    return is_tighter(a->total_bytes, a->usable_bytes, b->total_bytes, b->usable_bytes);
}

void peak_use(const struct subject *subject, struct peak *peak)
{
    peak->usable_bytes = usable_bytes(subject, peak);
}

static void load_phase(struct subject *subject, double sequences, enum phase phase)
{
    if (!subject->request->optimizer)
        subject->letters.S = sequences;
    letters_phase(&subject->letters, subject->request, (int)phase);
}

void footprint_sum(struct subject *subject, const struct stage *stage, double sequences,
                   enum phase phase, struct peak *out)
{
    load_phase(subject, sequences, phase);
    stage_sum(stage, &subject->letters, &subject->roster, phase, out);
    peak_use(subject, out);
}

/* The tightest phase of the tightest stage; or the first that lacks more than `enough` bytes.
 * Returns the stage that is placed. */
static const struct stage *find_peak(struct subject *subject, const struct layout *layout,
                                     double sequences, double enough, struct peak *out)
{
    enum phase first = subject->roster.first_phase;
    const struct stage *stage = NULL;
    struct peak tried;
    struct peak *at = out;
    for (int last = 0; last < (layout->pp > 1 ? 2 : 1); last++) {
        stage = footprint_place(subject, layout, last);
        for (int i = 0; i < subject->roster.phases; i++) {
            footprint_sum(subject, stage, sequences, (enum phase)((int)first + i), at);
            at->last_stage = last;
            if (at != out && peak_is_tighter(at, out))
                *out = *at;
            at = &tried;
            if (out->total_bytes - out->usable_bytes > enough)
                return stage;
        }
    }
    return stage;
}

/* The same of a placement whose tightest phase is known; NULL: it is not, or has no room. */
static const struct stage *known_peak(struct subject *subject, const struct layout *layout,
                                      double sequences, struct peak *out)
{
    if (subject->request->optimizer)
        return NULL;
    const struct placement *at = subject_placement(subject, layout);
    if (!at->has_peak)
        return NULL;
    const struct stage *stage = footprint_place(subject, layout, at->last_stage);
    footprint_sum(subject, stage, sequences, at->phase, out);
    out->last_stage = at->last_stage;
    return out->total_bytes <= out->usable_bytes ? stage : NULL;
}

double peak_excess(const struct subject *subject, const struct peak *peak, enum margin margin)
{
    double half = margin == MARGIN_EXPECTED ? 0 : half_band(peak, subject->request->engine);
    return end_bytes(peak, half, margin) - peak->usable_bytes;
}

void peak_excesses(const struct subject *subject, const struct peak *peak,
                   double excess[MARGIN_COUNT])
{
    double half = half_band(peak, subject->request->engine);
    for (int i = 0; i < MARGIN_COUNT; i++)
        excess[i] = end_bytes(peak, half, (enum margin)i) - peak->usable_bytes;
}

double replica_excess(struct subject *subject, const struct layout *layout, double sequences,
                      enum margin margin, double enough)
{
    struct peak peak;
    find_peak(subject, layout, sequences, enough, &peak);
    return peak_excess(subject, &peak, margin);
}

double layout_excess(struct subject *subject, const struct layout *layout, enum margin margin)
{
    double sequences = layout_sequences(subject->request, layout);
    return replica_excess(subject, layout, sequences, margin, INFINITY);
}

/* The fewer stages, the more layers each has; as many micro-batches as stages are in flight, or as
 * many as there are: of all layers at most, the longest pipeline's first stage holds the least. */
static double rank_excess(struct subject *subject, const struct layout *longest, enum margin margin)
{
    const struct roster *roster = &subject->roster;
    size_t backward = PHASE_BACKWARD - roster->first_phase;
    struct letters *x = &subject->letters;
    struct peak least = {.phase = PHASE_BACKWARD};
    footprint_place(subject, longest, false);
    x->l_in = fmin(x->l_in, x->L);
    x->Y = 0;
    for (size_t i = 0; i < roster->alive_count[backward]; i++) {
        const struct term *term = &terms[roster->alive[backward][i]];
        double bytes = term->loaded ? term->bytes(x) : 0;
        least.column_bytes[term->column] += bytes;
        x->Y += bytes;
    }
    least.total_bytes = x->Y;
    least.usable_bytes = usable_bytes(subject, &least);
    return peak_excess(subject, &least, margin);
}

double pipeline_excess(struct subject *subject, const struct layout *layout, double sequences,
                       enum margin margin)
{
    struct letters *x = &subject->letters;
    struct layout whole = {.tp = layout->tp, .pp = 1, .ways = 1, .cp = 1, .ep = layout->ep};
    struct peak least = {.phase = PHASE_DECODE};
    if (subject->request->optimizer)
        return rank_excess(subject, layout, margin);
    footprint_place(subject, &whole, false);
    letters_phase(x, subject->request, PHASE_DECODE);
    least.column_bytes[COLUMN_KV_CACHE] = sequence_bytes(x) * sequences;
    least.total_bytes = least.column_bytes[COLUMN_KV_CACHE];
    const struct stage *stage = footprint_place(subject, layout, false);
    for (size_t i = 0; i < subject->roster.standing_count; i++) {
        size_t term = subject->roster.standing[i];
        least.column_bytes[terms[term].column] += stage->standing[term];
        least.total_bytes += stage->standing[term];
    }
    least.usable_bytes = usable_bytes(subject, &least);
    return peak_excess(subject, &least, margin);
}

bool layout_fits(struct subject *subject, const struct layout *layout, enum margin margin)
{
    return layout_excess(subject, layout, margin) <= 0;
}

/* The whole answer for a peak, the letters being of its stage and phase. */
static void fill(struct subject *subject, const struct stage *stage, const struct peak *peak,
                 struct footprint *out)
{
    double half = half_band(peak, subject->request->engine);
    memcpy(out->column_bytes, peak->column_bytes, sizeof out->column_bytes);
    out->total_bytes = peak->total_bytes;
    out->low_bytes = fmax(0, peak->total_bytes - half);
    out->high_bytes = peak->total_bytes + half;
    out->usable_bytes = peak->usable_bytes;
    out->phase = peak->phase;
    out->last_stage = peak->last_stage;
    stage_terms(stage, &subject->letters, &subject->roster, peak->phase, out->term_bytes);
}

void footprint_totals(struct subject *subject, const struct layout *layout, struct footprint *out)
{
    struct peak peak;
    double sequences = layout_sequences(subject->request, layout);
    const struct stage *stage = known_peak(subject, layout, sequences, &peak);
    if (!stage) {
        stage = find_peak(subject, layout, sequences, INFINITY, &peak);
        if (layout->pp > 1 && !peak.last_stage)
            stage = footprint_place(subject, layout, false);
        load_phase(subject, sequences, peak.phase);
    }
    fill(subject, stage, &peak, out);
}

void footprint_of(struct subject *subject, const struct layout *layout, struct footprint *out)
{
    footprint_totals(subject, layout, out);
    letters_place(&subject->letters, subject->request, layout, out->last_stage);
    letters_phase(&subject->letters, subject->request, (int)out->phase);
}

void footprint_stage(struct subject *subject, const struct layout *layout, bool last_stage,
                     enum phase phase, struct footprint *out)
{
    struct stage stage;
    struct peak peak = {.last_stage = last_stage};
    stage_place(&stage, &subject->letters, &subject->roster, subject->request, layout, last_stage);
    footprint_sum(subject, &stage, layout_sequences(subject->request, layout), phase, &peak);
    fill(subject, &stage, &peak, out);
}

double sequence_bytes(const struct letters *x)
{
    struct letters one = *x;
    one.S = 1;
    one.T_x = 0;
    return kv_full(&one) + kv_window(&one) + kv_indexer(&one) + kv_state(&one);
}
