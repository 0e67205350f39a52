/* test_load.c -- a load in a few numbers is the footprint of any load; the list of layouts that the
 * workbook searches holds what the search finds */
#include "world.h"

#include "core/evaluate.h"
#include "core/fit.h"
#include "core/layout.h"
#include "core/load.h"

#include <CUnit/Basic.h>
#include <math.h>
#include <string.h>

void suite_load(void);

enum { SCENARIOS = 2000, SEARCHES = 600 };

static double usable_of(const struct load *load, const struct footprint *f)
{
    return load->phase == f->phase && load->last_stage == f->last_stage ? f->usable_bytes : NAN;
}

/* The fullest stage and phase is among the loads, and its total is the straight line's. */
static void expect_same(const struct request *request, const struct layout *layout)
{
    struct load loads[LOADS_MOST];
    struct gauge gauge;
    struct subject subject;
    struct footprint f;
    gauge_bind(&gauge, request, &world()->facts);
    size_t count = gauge_loads(&gauge, layout, loads);
    subject_bind(&subject, request, &world()->facts);
    double S = ceil(request->concurrency / layout->ways);
    footprint_totals(&subject, layout, &f);
    bool found = false;
    for (size_t i = 0; i < count; i++)
        found |= near(load_total(&loads[i], S), f.total_bytes, 1e-11);
    CU_ASSERT(found);
    CU_ASSERT(near(load_total(&loads[0], S), f.total_bytes, 1e-11));
    CU_ASSERT(isnan(usable_of(&loads[0], &f)) || usable_of(&loads[0], &f) == f.usable_bytes);
}

/* With another load than the one that was bound, the fullest place is still in the list. */
static void expect_covered(const struct request *request, const struct layout *layout,
                           struct dice *dice)
{
    struct load loads[LOADS_MOST];
    struct gauge gauge;
    struct subject subject;
    struct footprint f;
    struct request other = *request;
    gauge_bind(&gauge, request, &world()->facts);
    size_t count = gauge_loads(&gauge, layout, loads);
    other.concurrency = dice_count(dice, 1, 2000);
    other.utilization = 0.3 + 0.05 * dice_count(dice, 0, 14);
    subject_bind(&subject, &other, &world()->facts);
    footprint_totals(&subject, layout, &f);
    double S = ceil(other.concurrency / layout->ways);
    bool found = false;
    for (size_t i = 0; i < count; i++)
        found |= near(load_total(&loads[i], S), f.total_bytes, 1e-11);
    CU_ASSERT(found);
}

static void a_load_is_a_straight_line(void)
{
    struct dice dice = {20261122};
    for (int i = 0; i < SCENARIOS; i++) {
        struct request request;
        struct layout layout;
        draw_request(&dice, &request);
        draw_layout(&dice, &request, &layout);
        if (request.optimizer) {
            struct load loads[LOADS_MOST];
            struct gauge gauge;
            struct footprint f;
            gauge_bind(&gauge, &request, &world()->facts);
            CU_ASSERT_EQUAL(gauge_loads(&gauge, &layout, loads), 1);
            footprint_totals(&gauge.subject, &layout, &f);
            CU_ASSERT(near(load_total(&loads[0], 1), f.total_bytes, 1e-11));
            continue;
        }
        expect_same(&request, &layout);
        expect_covered(&request, &layout, &dice);
    }
}

/* A footprint is the same to the bit where the loads have told its peak. */
static void a_peak_that_is_told_is_the_peak(void)
{
    struct dice dice = {20261209};
    size_t told = 0;
    for (int i = 0; i < SCENARIOS; i++) {
        static struct subject subject;
        static struct subject fresh;
        struct request request;
        struct layout layout;
        struct load loads[LOADS_MOST];
        struct footprint f;
        struct footprint want;
        draw_inference(&dice, &request);
        draw_layout(&dice, &request, &layout);
        subject_bind(&subject, &request, &world()->facts);
        subject_bind(&fresh, &request, &world()->facts);
        replica_loads(&subject, &layout, loads);
        told += subject_placement(&subject, &layout)->has_peak;
        footprint_totals(&subject, &layout, &f);
        footprint_totals(&fresh, &layout, &want);
        CU_ASSERT_EQUAL(f.phase, want.phase);
        CU_ASSERT_EQUAL(f.last_stage, want.last_stage);
        CU_ASSERT(f.total_bytes == want.total_bytes && f.usable_bytes == want.usable_bytes);
        CU_ASSERT(f.low_bytes == want.low_bytes && f.high_bytes == want.high_bytes);
        CU_ASSERT(!memcmp(f.column_bytes, want.column_bytes, sizeof f.column_bytes));
        CU_ASSERT(!memcmp(f.term_bytes, want.term_bytes, sizeof f.term_bytes));
    }
    CU_ASSERT(told > SCENARIOS / 4);
}

/* An engine of a customer's own, which chunks its prompts and lets its cache grow while it answers:
 * the phases then differ in what a step holds beyond the window. All layers have one, or some. */
static void phases_that_differ_beyond_the_window(void)
{
    static const double prompts[] = {1000, 4096, 5000, 7000};
    struct engine engine = *engine_of("generic", MODE_INFERENCE, NULL);
    struct model models[2] = {*model_of("mistral-7b-v0.1"), *model_of("gemma-2-9b")};
    engine.cache_layout = CACHE_GROWS;
    engine.prefill = PREFILL_CHUNKED;
    engine.window_capped = true;
    engine.block_tokens = 1;
    for (size_t i = 0; i < 2 * sizeof prompts / sizeof *prompts; i++) {
        struct dice dice = {20261124 + i};
        struct request request = request_blank();
        struct layout layout = {.gpus = 2, .tp = 1, .pp = 2, .ways = 1, .cp = 1, .ep = 1};
        request.model = &models[i % 2];
        request.engine = &engine;
        request.tokens = 8192;
        request.prompt_tokens = prompts[i / 2];
        request.output_tokens = 8192 - request.prompt_tokens;
        request.concurrency = dice_count(&dice, 1, 64);
        expect_same(&request, &layout);
        expect_covered(&request, &layout, &dice);
    }
}

/* Engines that prefill all prompts at once and sample more than they are asked: one phase is larger
 * for few sequences, the other for many. With a stage that has one more layer, and another that has
 * the logits, it is the stages. */
static void places_that_grow_apart(void)
{
    static const double requests[] = {1, 2, 16, 64, 256, 1024};
    struct engine engine = *engine_of("generic", MODE_INFERENCE, NULL);
    engine.prefill = PREFILL_WHOLE;
    engine.prompt_logit_bytes = engine.prompt_logit_split_bytes = 4;
    bool peaks[2] = {false};
    for (size_t i = 0; i < 2 * sizeof requests / sizeof *requests; i++) {
        struct dice dice = {20261125 + i};
        struct request request = request_blank();
        struct layout layout = {.gpus = 1, .tp = 1, .pp = 1, .ways = 1, .cp = 1, .ep = 1};
        struct load loads[LOADS_MOST];
        struct gauge gauge;
        layout.pp = layout.gpus = i % 2 ? 2 : 1;
        engine.head_is_layer = i % 2;
        engine.sampler_bytes = i % 2 ? 0 : 8;
        request.engine = &engine;
        request.tokens = 8192;
        request.prompt_tokens = 16;
        request.output_tokens = 8176;
        request.concurrency = requests[i / 2];
        expect_same(&request, &layout);
        expect_covered(&request, &layout, &dice);
        struct engine chunks = engine;
        struct request whole = request;
        chunks.prefill = PREFILL_CHUNKED;
        whole.engine = &chunks;
        whole.full_prompt_logits = true;
        expect_same(&whole, &layout);
        gauge_bind(&gauge, &request, &world()->facts);
        CU_ASSERT_EQUAL(gauge_loads(&gauge, &layout, loads), 2);
        if (i % 2) {
            CU_ASSERT_EQUAL(loads[0].phase, loads[1].phase);
            CU_ASSERT_NOT_EQUAL(loads[0].last_stage, loads[1].last_stage);
            peaks[loads[0].last_stage] = true;
        }
    }
    CU_ASSERT(peaks[0] && peaks[1]);
}

struct best {
    struct subject *subject;
    struct layout layout;
    bool found;
};

static void take_best(void *context, const struct layout *layout)
{
    struct best *best = context;
    const struct request *request = best->subject->request;
    bool idle = !request->optimizer && layout->ways > fmax(request->concurrency, request->ep);
    bool pinned = request->gpus > 0 || request->dp > 0;
    if ((idle && !pinned) || !layout_fits(best->subject, layout, MARGIN_EXPECTED))
        return;
    if (!best->found || layout_precedes(layout, &best->layout))
        best->layout = *layout;
    best->found = true;
}

static void the_list_holds_what_is_found(void)
{
    struct dice dice = {20261123};
    size_t found = 0;
    for (int i = 0; i < SEARCHES; i++) {
        struct request request;
        struct subject subject;
        struct fit fit;
        draw_request(&dice, &request);
        request.max_gpus = dice_count(&dice, 4, 32);
        if (request.optimizer && dice_chance(&dice, 20))
            request.global_batch = request.concurrency * dice_count(&dice, 1, 24);
        if (dice_chance(&dice, 20))
            request.dp = dice_count(&dice, 1, 4);
        if (dice_chance(&dice, 10))
            request.gpus = dice_count(&dice, 1, request.max_gpus);
        subject_bind(&subject, &request, &world()->facts);
        fit_search(&subject, MARGIN_EXPECTED, 0, request.max_gpus, &fit);
        struct best best = {.subject = &subject};
        fit_layouts(&request, &world()->facts, request.max_gpus, take_best, &best);
        CU_ASSERT_EQUAL(best.found, fit.found);
        found += fit.found;
        if (best.found && fit.found) {
            CU_ASSERT(!layout_precedes(&best.layout, &fit.layout));
            CU_ASSERT(!layout_precedes(&fit.layout, &best.layout));
        }
    }
    CU_ASSERT(found >= SEARCHES / 4);
}

void suite_load(void)
{
    CU_pSuite suite = CU_add_suite("load", NULL, NULL);
    CU_add_test(suite, "a load is a straight line", a_load_is_a_straight_line);
    CU_add_test(suite, "a peak that is told is the peak", a_peak_that_is_told_is_the_peak);
    CU_add_test(suite, "phases that differ beyond the window",
                phases_that_differ_beyond_the_window);
    CU_add_test(suite, "places that grow apart", places_that_grow_apart);
    CU_add_test(suite, "the list holds what is found", the_list_holds_what_is_found);
}
