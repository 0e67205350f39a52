/* test_demand.c -- demands of speed: no smaller layout meets them, more of them never needs less */
#include "layouts.h"
#include "world.h"

#include "core/fit.h"
#include "core/evaluate.h"
#include "core/layout.h"

#include <CUnit/Basic.h>
#include <math.h>
#include <stdio.h>

void suite_demand(void);

enum { SCENARIOS = 1000 };

static void draw_case(struct dice *dice, struct request *request)
{
    do
        draw_request(dice, request);
    while (!request_runs(request));
    request->layers_override = NOT_GIVEN;
    request->max_gpus = dice_count(dice, 4, 16);
    if (request->optimizer && dice_chance(dice, 20))
        request->global_batch = request->concurrency * dice_count(dice, 1, 24);
    draw_demand(dice, request);
}

static bool is_affordable(const struct request *r, const struct layout *layout,
                          const struct speed *speed)
{
    struct bill bill;
    if (r->max_usd < 0 && r->max_kw < 0)
        return true;
    bill_bind(&bill, r, &world()->facts);
    double price = money_budgeted_usd(&bill, r, layout, speed);
    double power = money_power_kw(&bill, layout);
    return (r->max_usd < 0 || (price >= 0 && price <= r->max_usd)) &&
           (r->max_kw < 0 || (power >= 0 && power <= r->max_kw));
}

static bool is_fast(const struct request *r, const struct speed *speed)
{
    double prompt;
    double output;
    double rate = speed->max_output_tok_s.expected;
    double tpot = speed->tpot_ms.expected;
    double ttft = speed->ttft_ms.expected;
    if (r->optimizer)
        return speed->days.expected >= 0 && speed->days.expected <= r->deadline_days;
    request_tokens(r, &world()->facts, &prompt, &output);
    return (r->tpot_ms < 0 || r->output_tokens == 1 || (tpot >= 0 && tpot <= r->tpot_ms)) &&
           (r->ttft_ms < 0 || (ttft >= 0 && ttft <= r->ttft_ms)) &&
           (r->output_tok_s < 0 || rate >= r->output_tok_s) &&
           (r->requests_per_s < 0 || rate >= r->requests_per_s * output);
}

/* The layout's memory, speed and cost, judged here from the figures themselves. */
static bool meets(const struct request *r, const struct layout *layout)
{
    struct subject subject;
    struct replica_speed replica;
    struct speed speed;
    subject_bind(&subject, r, &world()->facts);
    if (!layout_fits(&subject, layout, MARGIN_EXPECTED))
        return false;
    replica_speed_bind(&replica, &subject);
    replica_speed_place(&replica, layout, r->output_tok_s >= 0 || r->requests_per_s >= 0);
    speed_of(&replica, layout, &speed);
    return is_fast(r, &speed) && is_affordable(r, layout, &speed);
}

struct tally {
    size_t answered;
    size_t bound; /* by something else than memory */
    size_t layouts;
    size_t shown;
};

static bool expect_miss(const struct request *request, const struct layout *layout, void *context)
{
    struct tally *tally = context;
    bool met = meets(request, layout);
    tally->layouts++;
    if (met && tally->shown++ < 10)
        printf("\nsmaller: %s %s on %s with %s: %g GPUs, t %g p %g ways %g zero %g\n",
               request->model->id, request->dtype->id, request->gpu->id, request->engine->id,
               layout->gpus, layout->tp, layout->pp, layout->ways, layout->zero);
    CU_ASSERT_FALSE(met);
    return true;
}

static void no_smaller_layout_meets_the_demand(void)
{
    struct dice dice = {20261101};
    struct tally tally = {0};
    for (int i = 0; i < SCENARIOS; i++) {
        struct request request;
        struct answer answer;
        draw_case(&dice, &request);
        evaluate(&request, &world()->facts, &answer);
        bool ok = answer.status == STATUS_OK;
        tally.answered += ok;
        tally.bound += answer.limit > LIMIT_MEMORY;
        CU_ASSERT(!ok || meets(&request, &answer.layout));
        CU_ASSERT(!ok || answer.gpus_memory <= answer.layout.gpus);
        CU_ASSERT(!ok ||
                  (answer.limit == LIMIT_MEMORY) == (answer.gpus_memory == answer.layout.gpus));
        double most = ok ? answer.layout.gpus - 1 : request.max_gpus;
        if (answer.status != STATUS_UNSUPPORTED)
            visit_layouts(&request, 1, most, expect_miss, &tally);
    }
    CU_ASSERT(tally.answered >= SCENARIOS / 5);
    CU_ASSERT(tally.bound >= SCENARIOS / 5);
    CU_ASSERT(tally.layouts >= SCENARIOS);
}

static double count_of(const struct request *request)
{
    struct subject subject;
    struct fit fit;
    subject_bind(&subject, request, &world()->facts);
    fit_search(&subject, MARGIN_EXPECTED, demands_of(request), request->max_gpus, &fit);
    return fit.found ? fit.layout.gpus : INFINITY;
}

/* Makes one of the row's demands harder; false: the row has none of that kind. */
static bool harden(struct dice *dice, struct request *request)
{
    double *more[] = {&request->output_tok_s, &request->requests_per_s, &request->train_tokens,
                      &request->concurrency};
    double *less[] = {&request->tpot_ms, &request->ttft_ms, &request->deadline_days,
                      &request->max_usd, &request->max_kw};
    size_t which = dice_below(dice, 9);
    double *at = which < 4 ? more[which] : less[which - 4];
    if (*at < 0 || (at == &request->concurrency && request->optimizer))
        return false;
    double factor = 1 + 3 * dice_unit(dice);
    *at = at == &request->concurrency ? ceil(*at * factor)
          : which < 4                 ? *at * factor
                                      : *at / factor;
    return true;
}

static void more_demand_never_needs_fewer(void)
{
    struct dice dice = {20261102};
    size_t asked = 0;
    for (int i = 0; i < 2 * SCENARIOS; i++) {
        struct request request;
        draw_case(&dice, &request);
        request.max_gpus = 512;
        double before = count_of(&request);
        if (!harden(&dice, &request))
            continue;
        asked++;
        double after = count_of(&request);
        if (after < before)
            printf("\n%s %s on %s with %s: %g GPUs, harder %g\n", request.model->id,
                   request.dtype->id, request.gpu->id, request.engine->id, before, after);
        CU_ASSERT(after >= before);
    }
    CU_ASSERT(asked >= SCENARIOS / 2);
}

/* The safe end needs at least as many as expected, the other at most as many. */
static void ends_enclose_the_count(void)
{
    struct dice dice = {20261103};
    for (int i = 0; i < SCENARIOS; i++) {
        struct request request;
        struct answer answer;
        draw_case(&dice, &request);
        request.max_gpus = 256;
        evaluate(&request, &world()->facts, &answer);
        if (answer.status != STATUS_OK)
            continue;
        CU_ASSERT(answer.gpus_low <= answer.layout.gpus);
        CU_ASSERT(answer.gpus_high < 0 || answer.gpus_high >= answer.layout.gpus);
        const struct speed *s = &answer.speed_high;
        bool safe = answer.gpus_high > 0;
        CU_ASSERT(!safe || request.tpot_ms < 0 || s->tpot_ms.high <= request.tpot_ms);
        CU_ASSERT(!safe || request.ttft_ms < 0 || s->ttft_ms.high <= request.ttft_ms);
        CU_ASSERT(!safe || request.output_tok_s < 0 ||
                  s->max_output_tok_s.low >= request.output_tok_s);
        CU_ASSERT(!safe || !request.optimizer || s->days.high <= request.deadline_days);
    }
}

/* Of several demands the one that is missed most is told, by how much, at that end of the band. */
static void the_worst_miss_is_told(void)
{
    struct request r = request_blank();
    struct layout layout = {.gpus = 1, .tp = 1, .pp = 1, .ways = 1, .cp = 1, .ep = 1};
    struct speed speed = speed_unknown;
    struct offer offer = {&r, &world()->facts, &layout, &speed, NULL};
    r.tokens = 2048;
    r.prompt_tokens = r.output_tokens = 1024;
    r.tpot_ms = 20;
    r.ttft_ms = 80;
    r.output_tok_s = 100;
    speed.tpot_ms = (struct range){30, 15, 60};          /* 1.5, met, 3 */
    speed.ttft_ms = (struct range){100, 96, 400};        /* 1.25, 1.2, 5 */
    speed.max_output_tok_s = (struct range){40, 25, 99}; /* 2.5, 4, 1.01 */
    static const struct {
        enum margin margin;
        demand_set demands;
        struct miss miss;
    } cases[] = {
        {MARGIN_EXPECTED, DEMANDS_OF_SPEED, {LIMIT_THROUGHPUT, 2.5, 40, 100}},
        {MARGIN_LOW, DEMANDS_OF_SPEED, {LIMIT_TTFT, 1.2, 96, 80}},
        {MARGIN_HIGH, DEMANDS_OF_SPEED, {LIMIT_TTFT, 5, 400, 80}},
        {MARGIN_EXPECTED, 1u << LIMIT_TPOT | 1u << LIMIT_TTFT, {LIMIT_TPOT, 1.5, 30, 20}},
        {MARGIN_LOW, 1u << LIMIT_THROUGHPUT, {LIMIT_THROUGHPUT, 100.0 / 99, 99, 100}},
        {MARGIN_HIGH, 1u << LIMIT_THROUGHPUT, {LIMIT_THROUGHPUT, 4, 25, 100}},
        {MARGIN_LOW, 1u << LIMIT_TPOT, {LIMIT_NONE, 1, NOT_GIVEN, NOT_GIVEN}},
        {MARGIN_HIGH, 0, {LIMIT_NONE, 1, NOT_GIVEN, NOT_GIVEN}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct miss miss;
        demands_missed(&offer, cases[i].demands & demands_of(&r), cases[i].margin, &miss);
        CU_ASSERT_EQUAL(miss.limit, cases[i].miss.limit);
        CU_ASSERT(near(miss.ratio, cases[i].miss.ratio, 1e-12));
        CU_ASSERT_EQUAL(miss.reached, cases[i].miss.reached);
        CU_ASSERT_EQUAL(miss.asked, cases[i].miss.asked);
    }
    r.output_tok_s = NOT_GIVEN;
    r.requests_per_s = 0.1; /* of 1,024 tokens each */
    struct miss miss;
    demands_missed(&offer, demands_of(&r), MARGIN_EXPECTED, &miss);
    CU_ASSERT_EQUAL(miss.limit, LIMIT_THROUGHPUT);
    CU_ASSERT(near(miss.asked, 102.4, 1e-12) && near(miss.ratio, 2.56, 1e-12));
    speed.ttft_ms = speed_unknown.ttft_ms; /* what nobody knows is missed most */
    demands_missed(&offer, demands_of(&r), MARGIN_EXPECTED, &miss);
    CU_ASSERT_EQUAL(miss.limit, LIMIT_TTFT);
    CU_ASSERT(miss.reached < 0 && isinf(miss.ratio));
}

/* One token has none after it, and a deadline needs a run. */
static void demands_that_a_row_makes(void)
{
    struct request r = request_blank();
    CU_ASSERT_EQUAL(demands_of(&r), 0);
    r.tpot_ms = 20;
    CU_ASSERT_EQUAL(demands_of(&r), 1u << LIMIT_TPOT);
    r.output_tokens = 1;
    CU_ASSERT_EQUAL(demands_of(&r), 0);
    r.ttft_ms = r.max_kw = 0.5;
    CU_ASSERT_EQUAL(demands_of(&r), 1u << LIMIT_TTFT | 1u << LIMIT_POWER);
    r.optimizer = &world()->facts.optimizers[0];
    CU_ASSERT_EQUAL(demands_of(&r), 1u << LIMIT_POWER);
    r.deadline_days = 1;
    CU_ASSERT_EQUAL(demands_of(&r), 1u << LIMIT_POWER);
    r.train_tokens = 1;
    r.deadline_days = r.max_usd = 0.5; /* less than one of a unit is a limit */
    r.max_kw = NOT_GIVEN;
    CU_ASSERT_EQUAL(demands_of(&r), 1u << LIMIT_DEADLINE | 1u << LIMIT_BUDGET);
}

void suite_demand(void)
{
    CU_pSuite suite = CU_add_suite("demand", NULL, NULL);
    CU_add_test(suite, "the worst miss is told", the_worst_miss_is_told);
    CU_add_test(suite, "demands that a row makes", demands_that_a_row_makes);
    CU_add_test(suite, "no smaller layout meets the demand", no_smaller_layout_meets_the_demand);
    CU_add_test(suite, "more demand never needs fewer", more_demand_never_needs_fewer);
    CU_add_test(suite, "ends enclose the count", ends_enclose_the_count);
}
