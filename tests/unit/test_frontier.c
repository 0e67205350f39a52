/* test_frontier.c -- a frontier finds what the search finds, and what lets it look away is so */
#include "world.h"

#include "core/allowed.h"
#include "core/fit.h"
#include "core/frontier.h"
#include "core/units.h"

#include <CUnit/Basic.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void suite_frontier(void);

enum { SCENARIOS = 400, LOADS = 3, ASKED = 12, PLACES = 4000 };

/* Subjects are large, and tests are not run at once. */
static struct subject subject;
static struct frontier frontier;

struct counts {
    size_t found, none, unsure;
};

/* Any number of requests: few, many, in any order. */
static void expect_same(struct dice *dice, struct request *request, struct counts *counts)
{
    for (int i = 0; i < ASKED; i++) {
        enum margin margin = (enum margin)dice_below(dice, MARGIN_COUNT);
        double most = dice_chance(dice, 20) ? dice_count(dice, 1, 32) - 1 : request->max_gpus;
        struct layout seen;
        struct fit fit;
        request->concurrency = dice_count(dice, 1, dice_chance(dice, 30) ? 8 : 3000);
        subject_load(&subject);
        enum sight sight = frontier_find(&frontier, &subject, margin, most, &seen);
        counts->unsure += sight == SIGHT_UNSURE;
        if (sight == SIGHT_UNSURE)
            continue;
        counts->found += sight == SIGHT_FOUND;
        counts->none += sight == SIGHT_NONE;
        bool found = fit_find(&subject, margin, 0, 0, most, &fit);
        bool same = found == (sight == SIGHT_FOUND) &&
                    (!found || memcmp(&seen, &fit.layout, sizeof seen) == 0);
        if (!same)
            printf("\n%s %s on %s with %s, %g tokens x %g, at most %g, end %d: searched %g t %g p "
                   "%g, seen %g t %g p %g\n",
                   request->model->id, request->dtype->id, request->gpu->id, request->engine->id,
                   request->tokens, request->concurrency, most, margin, found ? fit.layout.gpus : 0,
                   fit.layout.tp, fit.layout.pp, sight == SIGHT_FOUND ? seen.gpus : 0, seen.tp,
                   seen.pp);
        CU_ASSERT(same);
    }
}

static void draw_served(struct dice *dice, struct request *request)
{
    do
        draw_inference(dice, request);
    while (!request_runs(request) || !frontier_serves(request));
    request->max_gpus = dice_count(dice, 1, 512);
}

static void it_finds_what_a_search_finds(void)
{
    struct dice dice = {20261130};
    struct counts counts = {0};
    for (int i = 0; i < SCENARIOS; i++) {
        struct request request;
        draw_served(&dice, &request);
        subject_bind(&subject, &request, &world()->facts);
        frontier.stamp = 0;
        for (int j = 0; j < LOADS; j++) {
            expect_same(&dice, &request, &counts);
            request_take_tokens(&request, dice_count(&dice, 16, 131072));
        }
    }
    CU_ASSERT(counts.found > SCENARIOS * LOADS * ASKED / 3);
    CU_ASSERT(counts.none > SCENARIOS);
    CU_ASSERT(counts.unsure < SCENARIOS * LOADS * ASKED / 50);
}

/* One more than the most requests is too many. */
static void it_knows_the_most_requests(void)
{
    struct dice dice = {20261204};
    size_t held = 0;
    size_t none = 0;
    for (int i = 0; i < SCENARIOS; i++) {
        struct request request;
        draw_served(&dice, &request);
        subject_bind(&subject, &request, &world()->facts);
        frontier.stamp = 0;
        double asked = dice_count(&dice, 1, 64); /* replicas of more GPUs do not count */
        double most = frontier_most(&frontier, &subject, MARGIN_EXPECTED, request.max_gpus);
        double fewer = frontier_most(&frontier, &subject, MARGIN_EXPECTED, asked);
        if (most < 0)
            continue;
        CU_ASSERT(asked <= request.max_gpus ? fewer <= most : fewer >= most || fewer < 0);
        for (int more = 0; more < 2; more++) {
            struct fit fit;
            request.concurrency = most + more;
            if (request.concurrency < 1 || !frontier_serves(&request))
                continue;
            subject_load(&subject);
            bool found = fit_find(&subject, MARGIN_EXPECTED, 0, 0, request.max_gpus, &fit);
            CU_ASSERT(found == !more);
        }
        held += most > 0;
        none += most == 0;
    }
    CU_ASSERT(held > SCENARIOS / 3);
    CU_ASSERT(none > SCENARIOS / 20);
}

/* What does not hold as expected does not hold at the high end. */
static void the_high_end_needs_no_fewer_gpus(void)
{
    struct dice dice = {20261205};
    size_t more = 0;
    for (int i = 0; i < SCENARIOS; i++) {
        struct request request;
        struct fit expected;
        struct fit from_least;
        struct fit high;
        draw_request(&dice, &request);
        request.max_gpus = dice_count(&dice, 1, 256);
        subject_bind(&subject, &request, &world()->facts);
        if (!fit_find(&subject, MARGIN_EXPECTED, 0, 0, request.max_gpus, &expected))
            continue;
        fit_find(&subject, MARGIN_HIGH, 0, 0, request.max_gpus, &high);
        fit_find(&subject, MARGIN_HIGH, 0, expected.layout.gpus, request.max_gpus, &from_least);
        CU_ASSERT(high.found == from_least.found);
        CU_ASSERT(!high.found || !memcmp(&high.layout, &from_least.layout, sizeof high.layout));
        more += high.found && high.layout.gpus > expected.layout.gpus;
    }
    CU_ASSERT(more > SCENARIOS / 20);
}

/* A share of the card that a number of sequences fills to the last byte, but for rounding. */
static void what_is_full_to_the_byte_is_asked(void)
{
    struct dice dice = {20261201};
    struct counts counts = {0};
    for (int i = 0; i < SCENARIOS; i++) {
        struct request request;
        struct footprint full;
        double p = dice_chance(&dice, 50) ? 1 : 2;
        struct layout one = {.gpus = p, .tp = 1, .pp = p, .ways = 1, .cp = 1, .ep = 1};
        draw_served(&dice, &request);
        request.utilization = NOT_GIVEN;
        request.concurrency = dice_count(&dice, 1, 64);
        subject_bind(&subject, &request, &world()->facts);
        footprint_totals(&subject, &one, &full);
        double card = subject.visible_bytes - request.engine->reserve_gib * GIB;
        if (request.engine->utilization_of != SHARE_TOTAL || full.total_bytes > card)
            continue;
        request.utilization = full.total_bytes / card;
        subject_bind(&subject, &request, &world()->facts);
        frontier.stamp = 0;
        expect_same(&dice, &request, &counts);
    }
    CU_ASSERT(counts.found > 0);
    CU_ASSERT(counts.unsure > SCENARIOS);
}

/* With as many ways, on more GPUs; of serving, the same at the ends of the band. */
static void wasted_pipelines_hold_no_more(void)
{
    struct dice dice = {20261202};
    size_t wasted = 0;
    for (int at = 0; at < PLACES; at++) {
        struct request request;
        draw_request(&dice, &request);
        double layers =
            request.layers_override > 0 ? request.layers_override : request.model->layers;
        double p = dice_count(&dice, 1, layers);
        subject_bind(&subject, &request, &world()->facts);
        if (!pipeline_is_wasted(&subject, p))
            continue;
        double ways = dice_count(&dice, 1, 16);
        double zero = request.optimizer && p <= 1 ? 3 : 0;
        struct layout layout = allowed_layout(&subject, 1, p, ways, zero);
        struct layout shorter = allowed_layout(&subject, 1, p - 1, ways, zero);
        for (int i = 0; i < MARGIN_COUNT; i++) {
            enum margin margin = (enum margin)i;
            double more = layout_excess(&subject, &layout, margin) -
                          layout_excess(&subject, &shorter, margin);
            CU_ASSERT(request.optimizer ? more >= 0 || margin != MARGIN_EXPECTED : more == 0);
        }
        wasted++;
    }
    CU_ASSERT(wasted > PLACES / 10);
}

static void load_with(struct letters *x, struct dice *dice, bool ones)
{
    double *loaded[] = {&x->T, &x->T_b, &x->T_w, &x->T_x, &x->S, &x->q, &x->B, &x->S_m};
    for (size_t i = 0; i < sizeof loaded / sizeof *loaded; i++)
        *loaded[i] = ones ? 1 : dice_count(dice, 1, 131072) - 1;
}

/* What is 0 under a load of ones is 0 under any: stages leave such terms out. */
static void idle_terms_stay_idle(void)
{
    struct dice dice = {20261203};
    size_t idle = 0;
    size_t busy = 0;
    for (int i = 0; i < PLACES; i++) {
        struct request request;
        struct layout layout;
        struct letters x;
        draw_inference(&dice, &request);
        draw_layout(&dice, &request, &layout);
        letters_bind(&x, &request, &world()->facts);
        letters_place(&x, &request, &layout, layout.pp > 1 && dice_chance(&dice, 50));
        for (size_t j = 0; j < TERM_COUNT; j++) {
            if (!terms[j].loaded || !(terms[j].phases & (1u << PHASE_PREFILL | 1u << PHASE_DECODE)))
                continue;
            load_with(&x, &dice, true);
            bool is_idle = terms[j].bytes(&x) == 0;
            load_with(&x, &dice, false);
            CU_ASSERT(!is_idle || terms[j].bytes(&x) == 0);
            idle += is_idle;
            busy += !is_idle;
        }
    }
    CU_ASSERT(idle > PLACES);
    CU_ASSERT(busy > PLACES);
}

void suite_frontier(void)
{
    CU_pSuite suite = CU_add_suite("frontier", NULL, NULL);
    CU_add_test(suite, "it finds what a search finds", it_finds_what_a_search_finds);
    CU_add_test(suite, "it knows the most requests", it_knows_the_most_requests);
    CU_add_test(suite, "the high end needs no fewer GPUs", the_high_end_needs_no_fewer_gpus);
    CU_add_test(suite, "what is full to the byte is asked", what_is_full_to_the_byte_is_asked);
    CU_add_test(suite, "wasted pipelines hold no more", wasted_pipelines_hold_no_more);
    CU_add_test(suite, "idle terms stay idle", idle_terms_stay_idle);
}
