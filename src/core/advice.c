/* advice.c -- the nearest change that fits: narrower, shorter, fewer, more GPUs, a larger card */
#include "core/advice.h"

#include "core/fit.h"
#include "core/layout.h"
#include "core/room.h"
#include "core/support.h"

#include <math.h>
#include <string.h>

void answer_note(struct answer *answer, struct note_value note)
{
    if (answer->note_count < NOTE_MOST)
        answer->notes[answer->note_count++] = note;
}

static bool would_fit(const struct request *request, const struct facts *facts)
{
    struct subject subject;
    subject_bind(&subject, request, facts);
    return fit_exists(&subject, demands_of(request), request->max_gpus);
}

/* The widest narrower type that the card and engine run and that fits. */
static void advise_dtype(const struct request *request, const struct facts *facts,
                         struct answer *answer)
{
    struct request ask = *request;
    double ceiling = request->dtype->bits_per_weight;
    for (;;) {
        const struct dtype *best = NULL;
        for (size_t i = 0; i < facts->dtype_count; i++) {
            const struct dtype *d = &facts->dtypes[i];
            enum support_how how;
            if (d->bits_per_weight < ceiling && dtype_is_kin(request->dtype, d) &&
                (!best || d->bits_per_weight > best->bits_per_weight) &&
                dtype_is_supported(facts, d, request->gpu, request->engine, &how))
                best = d;
        }
        if (!best)
            return;
        ask.dtype = best;
        if (would_fit(&ask, facts)) {
            answer_note(answer, (struct note_value){.note = NOTE_TRY_DTYPE, .dtype = best});
            return;
        }
        ceiling = best->bits_per_weight;
    }
}

/* A request whose load is changed: what its layouts hold is bound once. */
struct lighter {
    const struct request *request;
    struct request ask;
    struct subject subject;
    double held; /* the most tokens that some layout was found to hold */
};

typedef void set_load(struct request *request, double value);

static void take_concurrency(struct request *request, double value)
{
    request->concurrency = value;
}

static void lighter_bind(struct lighter *lighter, const struct request *request,
                         const struct facts *facts)
{
    lighter->request = request;
    lighter->ask = *request;
    lighter->held = 0;
    subject_bind(&lighter->subject, &lighter->ask, facts);
}

static void lighter_take(struct lighter *lighter, set_load *set, double value)
{
    lighter->ask = *lighter->request;
    set(&lighter->ask, value);
    subject_load(&lighter->subject);
}

/* The largest value below the asked one that fits, by bisection; 0: none. */
static double largest_that_fits(const struct request *request, double asked, set_load *set,
                                const struct facts *facts)
{
    struct lighter lighter;
    double low = 0;
    double high = asked;
    lighter_bind(&lighter, request, facts);
    while (low + 1 < high) {
        double middle = floor((low + high) / 2);
        lighter_take(&lighter, set, middle);
        if (fit_exists(&lighter.subject, demands_of(&lighter.ask), request->max_gpus))
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* As many tokens as the layout holds are held; then one more is asked. */
static bool raise_tokens(void *context, const struct layout *layout)
{
    struct lighter *lighter = context;
    double high = lighter->request->tokens;
    lighter->held++;
    while (lighter->held + 1 < high) {
        double middle = floor((lighter->held + high) / 2);
        lighter_take(lighter, request_take_tokens, middle);
        if (fit_in_memory(&lighter->subject, layout, MARGIN_EXPECTED))
            lighter->held = middle;
        else
            high = middle;
    }
    lighter_take(lighter, request_take_tokens, lighter->held + 1);
    return lighter->held + 1 < lighter->request->tokens;
}

/* The same for tokens, by one search: where nothing but room is asked, bytes grow with the tokens,
 * except on engines that work in chunks once a context is long. */
static double largest_tokens(const struct request *request, const struct facts *facts)
{
    struct lighter lighter;
    if (demands_of(request) || request->engine->prefill == PREFILL_CONTEXT || request->tokens <= 1)
        return largest_that_fits(request, request->tokens, request_take_tokens, facts);
    lighter_bind(&lighter, request, facts);
    lighter_take(&lighter, request_take_tokens, 1);
    fit_climb(&lighter.subject, request->max_gpus, raise_tokens, &lighter);
    return lighter.held;
}

static double largest_concurrency(struct subject *subject, struct frontier *frontier)
{
    const struct request *request = subject->request;
    double most =
        frontier ? frontier_most(frontier, subject, MARGIN_EXPECTED, request->max_gpus) : NOT_GIVEN;
    return most >= 0
               ? most
               : largest_that_fits(request, request->concurrency, take_concurrency, subject->facts);
}

static void advise_load(struct subject *subject, struct frontier *frontier, struct answer *answer)
{
    double tokens = largest_tokens(subject->request, subject->facts);
    double requests = largest_concurrency(subject, frontier);
    if (tokens > 0)
        answer_note(answer, (struct note_value){.note = NOTE_TRY_TOKENS, .value = tokens});
    if (requests > 0)
        answer_note(answer, (struct note_value){.note = NOTE_TRY_CONCURRENCY, .value = requests});
}

/* The smallest layout of at most `most` GPUs, the row's pins of their number left out. */
static bool find_larger(struct subject *subject, struct frontier *frontier, double most,
                        struct layout *out)
{
    struct request ask = *subject->request;
    struct subject open;
    struct fit fit;
    enum sight sight = SIGHT_UNSURE;
    if (frontier)
        sight = frontier_find(frontier, subject, MARGIN_EXPECTED, most, out);
    if (sight != SIGHT_UNSURE)
        return sight == SIGHT_FOUND;
    ask.gpus = ask.dp = NOT_GIVEN;
    subject_bind(&open, &ask, subject->facts);
    fit_find(&open, MARGIN_EXPECTED, demands_of(&ask), 0, most, &fit);
    *out = fit.layout;
    return fit.found;
}

static void advise_gpus(struct subject *subject, struct frontier *frontier, struct answer *answer)
{
    const struct request *request = subject->request;
    double most = assumption_value(subject->facts, "max_gpus");
    bool is_open = request->gpus <= 0 && request->dp <= 0;
    struct layout layout;
    if (is_open && most <= request->max_gpus) /* these were looked at */
        return;
    if (find_larger(subject, frontier, most, &layout))
        answer_note(answer, (struct note_value){.note = NOTE_TRY_GPUS, .value = layout.gpus});
}

/* Of the same vendor, in servers that hold a pinned t. */
static bool is_kin_of(const struct gpu *gpu, const struct request *request,
                      const struct facts *facts)
{
    bool assumed;
    const char *vendor = request->gpu->vendor;
    return gpu->vendor && vendor && !strcmp(gpu->vendor, vendor) &&
           request->tp <= gpus_per_server(gpu, facts, &assumed);
}

/* What the row's own card lacks, where it is known that no layout lacks less. */
struct shortage {
    double bytes; /* NOT_GIVEN: it is not known */
    struct letters letters;
};

static void shortage_find(const struct subject *subject, const struct answer *answer,
                          struct shortage *out)
{
    const struct footprint *least = &answer->footprint;
    bool is_known = answer->placed && !demands_of(subject->request);
    out->bytes = is_known ? least->total_bytes - least->usable_bytes : NOT_GIVEN;
    letters_bind(&out->letters, subject->request, subject->facts);
}

/* True when a larger card adds less than the least shortage, where every layout takes as many bytes
 * on it: the letters are the same. */
static bool is_too_small(const struct subject *larger, const struct subject *own,
                         const struct shortage *shortage)
{
    double more = larger->visible_bytes - own->visible_bytes;
    return larger->per_server <= own->per_server &&
           shortage->bytes > more + room_slack(larger, MARGIN_EXPECTED) &&
           letters_agree(&larger->letters, &shortage->letters);
}

static bool is_large_enough(const struct request *ask, const struct subject *own,
                            const struct shortage *shortage)
{
    struct subject larger;
    subject_bind(&larger, ask, own->facts);
    return !is_too_small(&larger, own, shortage) &&
           fit_exists(&larger, demands_of(ask), ask->max_gpus);
}

/* The smallest larger card, of the same vendor, that runs the type and fits. */
static void advise_card(const struct subject *subject, struct answer *answer)
{
    const struct request *request = subject->request;
    const struct facts *facts = subject->facts;
    struct request ask = *request;
    struct shortage shortage;
    double floor_mib = request->gpu->memory_mib;
    ask.gpu_usd = ask.server_usd = ask.usd_per_gpu_hour = NOT_GIVEN; /* of the row's own card */
    shortage_find(subject, answer, &shortage);
    for (;;) {
        const struct gpu *best = NULL;
        for (size_t i = 0; i < facts->gpu_count; i++) {
            const struct gpu *g = &facts->gpus[i];
            enum support_how how;
            if (g->memory_mib > floor_mib && (!best || g->memory_mib < best->memory_mib) &&
                is_kin_of(g, request, facts) &&
                dtype_is_supported(facts, request->dtype, g, request->engine, &how))
                best = g;
        }
        if (!best)
            return;
        ask.gpu = best;
        if (is_large_enough(&ask, subject, &shortage)) {
            answer_note(answer, (struct note_value){.note = NOTE_TRY_GPU, .gpu = best});
            return;
        }
        floor_mib = best->memory_mib;
    }
}

void advise(struct subject *subject, struct frontier *frontier, struct answer *answer)
{
    const double *column = answer->footprint.column_bytes;
    int largest = 0;
    for (int i = 1; i < COLUMN_COUNT; i++)
        if (column[i] > column[largest])
            largest = i;
    if (answer->placed && answer->limit == LIMIT_MEMORY)
        answer_note(answer, (struct note_value){.note = NOTE_LIMITING_COLUMN,
                                                .value = largest,
                                                .value2 = column[largest]});
    size_t before = answer->note_count;
    if (!subject->request->optimizer)
        advise_dtype(subject->request, subject->facts, answer);
    advise_load(subject, frontier, answer);
    advise_gpus(subject, frontier, answer);
    advise_card(subject, answer);
    if (answer->note_count == before)
        answer_note(answer, (struct note_value){.note = NOTE_NOTHING_HELPS});
}
