/* test_smallest.c -- brute force against the search: no smaller legal layout fits, and of the
 * layouts that tie, the documented one is chosen; advice for a miss is true
 *
 * Every layout is enumerated here without src/core/fit.c and asked about as a pinned row. */
#include "layouts.h"
#include "world.h"

#include "core/evaluate.h"
#include "core/layout.h"
#include "core/speed/speed.h"

#include <CUnit/Basic.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void suite_smallest(void);

enum { SCENARIOS = 3000, TIES = 3000, MISSES = 1000 };

/* What visits a layout; false ends the enumeration. */
/* Cards of one kind and small counts, so that the smaller layouts can all be asked about. */
static void draw_case(struct dice *dice, struct request *request)
{
    do
        draw_request(dice, request);
    while (!request_runs(request));
    request->layers_override = NOT_GIVEN;
    request->max_gpus = dice_count(dice, 4, 24); /* cp is at most 4 */
    if (request->optimizer && dice_chance(dice, 20))
        request->global_batch = request->concurrency * dice_count(dice, 1, 24);
}

struct tally {
    size_t answered;
    size_t layouts;
    size_t shown;
};

static bool expect_no_fit(const struct request *request, const struct layout *layout, void *context)
{
    struct tally *tally = context;
    struct request row = pinned(request, layout);
    struct answer answer;
    evaluate(&row, &world()->facts, &answer);
    tally->layouts++;
    if (answer.status == STATUS_OK && tally->shown++ < 10)
        printf("\nsmaller: %s %s on %s with %s: %g GPUs, t %g p %g ways %g zero %g\n",
               request->model->id, request->dtype->id, request->gpu->id, request->engine->id,
               layout->gpus, layout->tp, layout->pp, layout->ways, layout->zero);
    CU_ASSERT_NOT_EQUAL(answer.status, STATUS_OK);
    return true;
}

static void no_smaller_layout_fits(void)
{
    struct dice dice = {20260301};
    struct tally tally = {0};
    for (int i = 0; i < SCENARIOS; i++) {
        struct request request;
        struct answer answer;
        draw_case(&dice, &request);
        evaluate(&request, &world()->facts, &answer);
        CU_ASSERT_NOT_EQUAL(answer.status, STATUS_UNSUPPORTED);
        tally.answered += answer.status == STATUS_OK;
        if (answer.status == STATUS_OK)
            visit_layouts(&request, 1, answer.layout.gpus - 1, expect_no_fit, &tally);
    }
    CU_ASSERT(tally.answered >= SCENARIOS / 2);
    CU_ASSERT(tally.layouts >= SCENARIOS);
}

static bool fits_at(const struct request *request, const struct layout *layout, enum margin margin)
{
    struct subject subject;
    subject_bind(&subject, request, &world()->facts);
    return layout_fits(&subject, layout, margin);
}

static bool fits(const struct request *request, const struct layout *layout)
{
    return fits_at(request, layout, MARGIN_EXPECTED);
}

/* Fewest servers, no pipeline before a pipeline, smaller t, smaller p, least sharding. */
static bool is_preferred(const struct layout *a, const struct layout *b)
{
    const double first[] = {a->servers, a->pp > 1, a->tp, a->pp, a->zero};
    const double second[] = {b->servers, b->pp > 1, b->tp, b->pp, b->zero};
    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        if (first[i] != second[i])
            return first[i] < second[i];
    return false;
}

struct best {
    bool found;
    struct layout layout;
};

static bool is_asked(const struct request *request, const struct layout *layout)
{
    return (request->tp <= 0 || layout->tp == request->tp) &&
           (request->pp <= 0 || layout->pp == request->pp) &&
           (request->dp <= 0 || layout->ways == request->dp);
}

static bool keep_best(const struct request *request, const struct layout *layout, void *context)
{
    struct best *best = context;
    if (is_asked(request, layout) && fits(request, layout) &&
        (!best->found || is_preferred(layout, &best->layout))) {
        best->layout = *layout;
        best->found = true;
    }
    return true;
}

static bool same_layout(const struct layout *a, const struct layout *b)
{
    return a->gpus == b->gpus && a->tp == b->tp && a->pp == b->pp && a->ways == b->ways &&
           a->zero == b->zero && a->servers == b->servers;
}

static bool expect_not_fitting(const struct request *request, const struct layout *layout,
                               void *context)
{
    (void)context;
    CU_ASSERT(!fits(request, layout));
    return true;
}

/* More scenarios than above, by footprint alone: the choice among ties, and the truth of a miss. */
static void ties_are_broken_as_documented(void)
{
    struct dice dice = {20260302};
    for (int i = 0; i < TIES; i++) {
        struct request request;
        struct answer answer;
        struct best best = {0};
        draw_case(&dice, &request);
        evaluate(&request, &world()->facts, &answer);
        if (answer.status == STATUS_OK) {
            double n = answer.layout.gpus;
            visit_layouts(&request, 1, n - 1, expect_not_fitting, NULL);
            visit_layouts(&request, n, n, keep_best, &best);
            bool same = best.found && same_layout(&best.layout, &answer.layout);
            if (!same)
                printf("\n%s %s on %s: chose t %g p %g ways %g zero %g, best t %g p %g ways %g "
                       "zero %g\n",
                       request.model->id, request.dtype->id, request.gpu->id, answer.layout.tp,
                       answer.layout.pp, answer.layout.ways, answer.layout.zero, best.layout.tp,
                       best.layout.pp, best.layout.ways, best.layout.zero);
            CU_ASSERT(same);
        } else {
            visit_layouts(&request, 1, request.max_gpus, expect_not_fitting, NULL);
        }
    }
}

/* The least counts that fit at the band's two ends. */
struct edges {
    double low;
    double high;
};

static bool keep_edges(const struct request *request, const struct layout *layout, void *context)
{
    struct edges *edges = context;
    double n = layout->gpus;
    if ((edges->low < 0 || n < edges->low) && fits_at(request, layout, MARGIN_LOW))
        edges->low = n;
    if ((edges->high < 0 || n < edges->high) && fits_at(request, layout, MARGIN_HIGH))
        edges->high = n;
    return true;
}

static void ends_of_the_band_are_smallest(void)
{
    struct dice dice = {20260305};
    size_t wide = 0;
    for (int i = 0; i < SCENARIOS; i++) {
        struct request request;
        struct answer answer;
        struct edges edges = {NOT_GIVEN, NOT_GIVEN};
        draw_case(&dice, &request);
        evaluate(&request, &world()->facts, &answer);
        if (answer.status != STATUS_OK)
            continue;
        visit_layouts(&request, 1, request.max_gpus, keep_edges, &edges);
        CU_ASSERT_EQUAL(answer.gpus_low, edges.low);
        CU_ASSERT_EQUAL(answer.gpus_high, edges.high);
        wide += edges.low != edges.high;
    }
    CU_ASSERT(wide > SCENARIOS / 20);
}

/* `gpus` searches the layouts of exactly that many; other pins leave the rest to be searched. */
static void a_pinned_count_is_searched(void)
{
    struct dice dice = {20260303};
    size_t found = 0;
    size_t searched = 0;
    for (int i = 0; i < SCENARIOS; i++) {
        struct request request;
        struct answer answer;
        struct best best = {0};
        draw_case(&dice, &request);
        request.cp = NOT_GIVEN;
        request.global_batch = NOT_GIVEN;
        request.gpus = dice_count(&dice, 1, request.max_gpus);
        if (dice_chance(&dice, 30))
            request.dp = dice_count(&dice, 1, 4);
        if (dice_chance(&dice, 30))
            request.tp = dice_count(&dice, 1, 4);
        if (dice_chance(&dice, 20))
            request.pp = dice_count(&dice, 1, 3);
        evaluate(&request, &world()->facts, &answer);
        visit_layouts(&request, request.gpus, request.gpus, keep_best, &best);
        CU_ASSERT_EQUAL(answer.status == STATUS_OK, best.found);
        if (answer.status != STATUS_OK)
            continue;
        found++;
        searched += request.dp > 0 && (request.tp < 0 || request.pp < 0);
        CU_ASSERT(same_layout(&best.layout, &answer.layout));
        CU_ASSERT_EQUAL(answer.gpus_low, request.gpus);
    }
    CU_ASSERT(found > SCENARIOS / 4);
    CU_ASSERT(searched > SCENARIOS / 40);
}

static enum status status_of(const struct request *request)
{
    struct answer answer;
    evaluate(request, &world()->facts, &answer);
    return answer.status;
}

/* The request as the note advises it; false when the note is no advice. */
static bool take_advice(struct request *ask, const struct note_value *note)
{
    switch (note->note) {
    case NOTE_TRY_DTYPE:
        ask->dtype = note->dtype;
        return true;
    case NOTE_TRY_TOKENS:
        request_take_tokens(ask, note->value);
        return true;
    case NOTE_TRY_CONCURRENCY:
        ask->concurrency = note->value;
        return true;
    case NOTE_TRY_GPU:
        ask->gpu = note->gpu;
        return true;
    case NOTE_TRY_GPUS:
        ask->gpus = note->value;
        ask->dp = NOT_GIVEN;
        ask->max_gpus = fmax(ask->max_gpus, note->value);
        return true;
    default:
        return false;
    }
}

static void check_note(const struct request *request, const struct note_value *note)
{
    struct request ask = *request;
    if (!take_advice(&ask, note))
        return;
    if (status_of(&ask) != STATUS_OK)
        printf("\nadvice %d (%g %s %s) for %s %s on %s with %s, max %g, does not fit\n", note->note,
               note->value, note->dtype ? note->dtype->id : "", note->gpu ? note->gpu->id : "",
               request->model->id, request->dtype->id, request->gpu->id, request->engine->id,
               request->max_gpus);
    CU_ASSERT_EQUAL(status_of(&ask), STATUS_OK);
    if (note->note == NOTE_TRY_TOKENS) {
        request_take_tokens(&ask, ask.tokens + 1);
        CU_ASSERT_NOT_EQUAL(status_of(&ask), STATUS_OK);
    }
    if (note->note == NOTE_TRY_CONCURRENCY && request->global_batch <= 0) {
        ask.concurrency += 1;
        CU_ASSERT_NOT_EQUAL(status_of(&ask), STATUS_OK);
    }
}

static void advice_is_true(void)
{
    struct dice dice = {20260304};
    size_t given[64] = {0};
    for (int misses = 0; misses < MISSES;) {
        struct request request;
        struct answer answer;
        draw_case(&dice, &request);
        request.max_gpus = fmax(dice_count(&dice, 1, 4), request.cp);
        evaluate(&request, &world()->facts, &answer);
        if (answer.status != STATUS_NO_FIT)
            continue;
        misses++;
        CU_ASSERT(answer.note_count > 0);
        for (size_t i = 0; i < answer.note_count; i++) {
            given[answer.notes[i].note]++;
            check_note(&request, &answer.notes[i]);
        }
    }
    CU_ASSERT(given[NOTE_LIMITING_COLUMN] > 0);
    CU_ASSERT(given[NOTE_TRY_DTYPE] > 0);
    CU_ASSERT(given[NOTE_TRY_TOKENS] > 0);
    CU_ASSERT(given[NOTE_TRY_CONCURRENCY] > 0);
    CU_ASSERT(given[NOTE_TRY_GPUS] > 0);
    CU_ASSERT(given[NOTE_TRY_GPU] > 0);
}

void suite_smallest(void)
{
    CU_pSuite suite = CU_add_suite("smallest", NULL, NULL);
    CU_add_test(suite, "no smaller layout fits", no_smaller_layout_fits);
    CU_add_test(suite, "ties are broken as documented", ties_are_broken_as_documented);
    CU_add_test(suite, "ends of the band are smallest", ends_of_the_band_are_smallest);
    CU_add_test(suite, "a pinned count is searched", a_pinned_count_is_searched);
    CU_add_test(suite, "advice is true", advice_is_true);
}
