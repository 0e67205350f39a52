/* test_sensitivity.c -- at the value found the count is another one, a step before it is not */
#include "world.h"

#include "core/evaluate.h"
#include "core/sensitivity.h"
#include "core/speed/coefficients.h"

#include <CUnit/Basic.h>
#include <math.h>
#include <stdio.h>

void suite_sensitivity(void);

enum { SCENARIOS = 400, PROBES = 3 };

static void draw_case(struct dice *dice, struct request *request)
{
    do
        draw_request(dice, request);
    while (!request_runs(request));
    request->layers_override = NOT_GIVEN;
    request->max_gpus = dice_count(dice, 8, 64);
    if (dice_chance(dice, 50))
        draw_demand(dice, request);
    if (dice_chance(dice, 30))
        request->usd_per_gpu_hour = 1 + dice_unit(dice);
    if (dice_chance(dice, 30))
        request->gpu_usd = 5000 + 20000 * dice_unit(dice);
}

/* By the front door, from which the results come. */
static struct recommended count_at(const struct request *request)
{
    struct answer answer;
    evaluate(request, &world()->facts, &answer);
    if (answer.status != STATUS_OK)
        return (struct recommended){NOT_GIVEN, false};
    bool safe = answer.gpus_high > 0;
    return (struct recommended){safe ? answer.gpus_high : answer.layout.gpus, safe};
}

struct trial {
    struct request request;
    struct recommended now;
    enum knob knob;
    struct sensitivity s;
};

static bool is_present_at(const struct trial *t, double value)
{
    struct request ask;
    knob_turn(&ask, &t->request, t->knob, value);
    struct recommended count = count_at(&ask);
    bool same = !recommended_compare(&count, &t->now);
    return same;
}

static bool is_monotone(const struct trial *t)
{
    const struct request *r = &t->request;
    bool serving = !r->optimizer;
    if (t->knob == KNOB_TOKENS)
        return serving && !(demands_of(r) & DEMANDS_OF_SPEED);
    return t->knob != KNOB_CONCURRENCY || serving;
}

static double bound_of(const struct trial *t, bool below)
{
    const struct knob_row *row = &knob_rows[t->knob];
    double bound = below ? row->least : row->most;
    return t->knob == KNOB_UTILIZATION ? bound : bound * t->s.present;
}

/* Between the present value and the edge, or the bound, nothing changes. */
static void expect_calm(struct dice *dice, const struct trial *t, const struct edge *edge,
                        bool below)
{
    double sign = below ? -1 : 1;
    bool found = edge->value >= 0;
    double far = found ? edge->value - sign * t->s.step : bound_of(t, below);
    double steps = floor(sign * (far - t->s.present) / t->s.step + 1e-9);
    for (int i = 0; i < PROBES && steps >= 1 && is_monotone(t); i++) {
        double value = t->s.present + sign * t->s.step * (double)dice_below(dice, (size_t)steps);
        CU_ASSERT(is_present_at(t, value));
    }
}

static void expect_edge(struct dice *dice, const struct trial *t, bool below)
{
    const struct edge *edge = below ? &t->s.below : &t->s.above;
    expect_calm(dice, t, edge, below);
    if (edge->value < 0)
        return;
    double before = edge->value + (below ? t->s.step : -t->s.step);
    bool flips = !is_present_at(t, edge->value) && is_present_at(t, before);
    if (!flips)
        printf("\n%s on %s with %s: %s %g: %g GPUs; at %g %g, before %g\n", t->request.model->id,
               t->request.gpu->id, t->request.engine->id, knob_rows[t->knob].title, t->s.present,
               t->now.gpus, edge->value, edge->count.gpus, before);
    CU_ASSERT(flips);
    CU_ASSERT(below == (edge->value < t->s.present));
    double slack = 1e-9 * t->s.present;
    double bound = bound_of(t, below);
    CU_ASSERT(below ? edge->value >= bound - slack : edge->value <= bound + slack);
    CU_ASSERT(!knob_rows[t->knob].whole || edge->value == floor(edge->value));
}

static void edges_are_where_the_count_changes(void)
{
    struct dice dice = {20261201};
    size_t edges = 0;
    size_t answered = 0;
    size_t turned[KNOB_COUNT] = {0};
    for (int i = 0; i < SCENARIOS; i++) {
        struct trial t;
        draw_case(&dice, &t.request);
        t.now = count_at(&t.request);
        answered += t.now.gpus > 0;
        for (int knob = 0; knob < KNOB_COUNT; knob++) {
            t.knob = (enum knob)knob;
            sensitivity_of(&t.request, &world()->facts, &t.now, t.knob, &t.s);
            if (!t.s.applies)
                continue;
            turned[knob]++;
            edges += (t.s.below.value >= 0) + (size_t)(t.s.above.value >= 0);
            CU_ASSERT(t.s.searches <= sensitivity_most(&t.request, t.knob));
            expect_edge(&dice, &t, true);
            expect_edge(&dice, &t, false);
        }
    }
    CU_ASSERT(answered >= SCENARIOS / 3);
    CU_ASSERT(edges >= SCENARIOS);
    for (int knob = 0; knob < KNOB_COUNT; knob++)
        if (knob != KNOB_SERVER)
            CU_ASSERT(turned[knob] > 0);
}

static void the_count_is_that_of_the_answer(void)
{
    struct dice dice = {20261202};
    for (int i = 0; i < 2 * SCENARIOS; i++) {
        struct request request;
        struct recommended count;
        draw_case(&dice, &request);
        struct recommended wanted = count_at(&request);
        choose_recommended(&request, &world()->facts, &count);
        CU_ASSERT_EQUAL(recommended_compare(&count, &wanted), 0);
        CU_ASSERT_EQUAL(count.gpus, wanted.gpus);
    }
}

static void the_work_is_bounded(void)
{
    static const double sizes[] = {1, 2, 100, 1000, 8192, 131072, 1048575};
    struct request request = request_blank();
    request.output_tok_s = 100;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        request.tokens = request.concurrency = sizes[i];
        size_t most = sensitivity_most(&request, KNOB_UTILIZATION) +
                      sensitivity_most(&request, KNOB_CONCURRENCY);
        CU_ASSERT(most <= 16 + 26);
        CU_ASSERT(sensitivity_most(&request, KNOB_OUTPUT) <= 20);
    }
    request.output_tok_s = NOT_GIVEN;
    CU_ASSERT(sensitivity_most(&request, KNOB_TOKENS) <= 26);
    request.optimizer = &world()->facts.optimizers[0];
    CU_ASSERT(2 * sensitivity_most(&request, KNOB_TOKENS) + 1 <= 69);
}

static void tokens_keep_their_split(void)
{
    struct request ask;
    struct request request = request_blank();
    request.tokens = 8192;
    request.prompt_tokens = 6144;
    request.output_tokens = 2048;
    knob_turn(&ask, &request, KNOB_TOKENS, 4096);
    CU_ASSERT(ask.tokens == 4096 && ask.prompt_tokens == 3072 && ask.output_tokens == 1024);
    knob_turn(&ask, &request, KNOB_TOKENS, 2);
    CU_ASSERT(ask.prompt_tokens == 1 && ask.output_tokens == 1);
    request.prompt_tokens = request.output_tokens = NOT_GIVEN;
    knob_turn(&ask, &request, KNOB_TOKENS, 4096);
    CU_ASSERT(ask.tokens == 4096 && ask.prompt_tokens < 0 && ask.output_tokens < 0);
}

/* Two cards for one workload: at the rent found they cost the same. */
static void rents_meet_at_the_value_found(void)
{
    struct dice dice = {20261203};
    size_t tried = 0;
    for (int i = 0; i < SCENARIOS; i++) {
        struct request asks[2];
        struct answer answers[2];
        draw_case(&dice, &asks[0]);
        asks[0].max_usd = NOT_GIVEN;
        asks[0].usd_per_gpu_hour = 1 + dice_unit(&dice);
        evaluate(&asks[0], &world()->facts, &answers[0]);
        double rival = answers[0].usd_per_hour * (1 + dice_unit(&dice));
        double rent = rent_of_equal_cost(asks[0].usd_per_gpu_hour, answers[0].usd_per_hour, rival);
        if (rent < 0)
            continue;
        tried++;
        asks[1] = asks[0];
        asks[1].usd_per_gpu_hour = rent;
        evaluate(&asks[1], &world()->facts, &answers[1]);
        CU_ASSERT(near(answers[1].usd_per_hour, rival, 1e-12));
    }
    CU_ASSERT(tried >= SCENARIOS / 4);
    CU_ASSERT(rent_of_equal_cost(NOT_GIVEN, 4, 5) < 0);
    CU_ASSERT(rent_of_equal_cost(2, 4, NOT_GIVEN) < 0);
}

static void prices_meet_at_the_value_found(void)
{
    struct dice dice = {20261204};
    size_t tried = 0;
    for (int i = 0; i < SCENARIOS; i++) {
        struct request ask;
        struct answer before;
        struct answer after;
        struct bill bill;
        draw_case(&dice, &ask);
        ask.max_usd = NOT_GIVEN;
        ask.gpu_usd = 5000 + 20000 * dice_unit(&dice);
        evaluate(&ask, &world()->facts, &before);
        if (before.status != STATUS_OK || before.money.tco_usd < 0)
            continue;
        tried++;
        bill_bind(&bill, &ask, &world()->facts);
        bill_place(&bill, before.gpus_high > 0 ? &before.layout_high : &before.layout, NULL);
        double rival = before.money.tco_usd * (1 + dice_unit(&dice));
        ask.gpu_usd = price_of_equal_owning(&bill, rival);
        CU_ASSERT(ask.gpu_usd > 0);
        evaluate(&ask, &world()->facts, &after);
        CU_ASSERT(near(after.money.tco_usd, rival, 1e-9));
        CU_ASSERT(price_of_equal_owning(&bill, NOT_GIVEN) < 0);
    }
    CU_ASSERT(tried >= SCENARIOS / 4);
}

/* The rival is cheaper at the factor found and at none before it. */
static void growth_stops_at_the_first_factor(void)
{
    struct dice dice = {20261205};
    const struct facts *facts = &world()->facts;
    size_t found = 0;
    for (int i = 0; i < SCENARIOS; i++) {
        struct study study = {0};
        struct request asks[2];
        struct answer answers[2];
        draw_inference(&dice, &asks[0]);
        asks[0].max_gpus = 64;
        asks[1] = asks[0];
        asks[1].gpu = gpu_of("h200-sxm-141g");
        asks[0].usd_per_gpu_hour = 1 + dice_unit(&dice);
        asks[1].usd_per_gpu_hour = 1 + 3 * dice_unit(&dice);
        for (int j = 0; j < 2; j++)
            evaluate(&asks[j], facts, &answers[j]);
        bool safe = answers[0].gpus_high > 0 && answers[1].gpus_high > 0;
        if (!safe || answers[0].usd_per_hour > answers[1].usd_per_hour)
            continue;
        study.chosen = &asks[0];
        study.rival = &asks[1];
        study_work_out(&study, facts);
        found += study.growth > 0;
        for (int k = 0; k < GROWTH_FACTORS; k++) {
            struct request grown[2];
            for (int j = 0; j < 2; j++) {
                CU_ASSERT(request_grown(&asks[j], growth_factors[k], &grown[j]));
                evaluate(&grown[j], facts, &answers[j]);
            }
            bool holds =
                answers[0].gpus_high > 0 &&
                (answers[1].gpus_high < 0 || answers[0].usd_per_hour <= answers[1].usd_per_hour);
            if (answers[0].gpus_high < 0 && answers[1].gpus_high < 0)
                break; /* beyond the counts that hold in the whole band */
            CU_ASSERT(holds == (growth_factors[k] != study.growth));
            if (growth_factors[k] == study.growth)
                break;
        }
    }
    CU_ASSERT(found >= 5);
}

/* What a count keeps is what a search would say, whatever the count before was. */
static void a_count_is_kept_where_a_search_finds_it(void)
{
    struct dice dice = {20261206};
    size_t kept[2] = {0};
    size_t none = 0;
    for (int i = 0; i < SCENARIOS; i++) {
        struct request request;
        struct recommended count;
        draw_case(&dice, &request);
        choose_recommended(&request, &world()->facts, &count);
        const struct recommended tried[] = {
            count,
            {NOT_GIVEN, false},
            {dice_count(&dice, 1, 16), dice_chance(&dice, 50)},
            {count.gpus, !count.safe},
        };
        none += count.gpus < 0;
        for (size_t j = 0; j < sizeof tried / sizeof *tried; j++) {
            bool keeps = choose_keeps(&request, &world()->facts, &tried[j]);
            bool same = !recommended_compare(&count, &tried[j]);
            CU_ASSERT_EQUAL(keeps, same);
            kept[keeps]++;
        }
    }
    CU_ASSERT(kept[false] > SCENARIOS && kept[true] > SCENARIOS);
    CU_ASSERT(none > SCENARIOS / 20);
}

/* Requests grow with what is asked of them; a training run by its tokens, under a deadline. */
static void loads_grow(void)
{
    struct request grown;
    struct request r = request_blank();
    r.concurrency = 5;
    CU_ASSERT(request_grown(&r, 1.5, &grown));
    CU_ASSERT_EQUAL(grown.concurrency, 8); /* 7.5 */
    CU_ASSERT(grown.output_tok_s < 0 && grown.requests_per_s < 0);
    r.output_tok_s = 100;
    r.requests_per_s = 0.5;
    CU_ASSERT(request_grown(&r, 3, &grown));
    CU_ASSERT_EQUAL(grown.concurrency, 15);
    CU_ASSERT_EQUAL(grown.output_tok_s, 300);
    CU_ASSERT_EQUAL(grown.requests_per_s, 1.5);
    r.optimizer = &world()->facts.optimizers[0];
    CU_ASSERT_FALSE(request_grown(&r, 2, &grown));
    r.train_tokens = 1e9;
    CU_ASSERT_FALSE(request_grown(&r, 2, &grown));
    r.deadline_days = 7;
    CU_ASSERT(request_grown(&r, 2, &grown));
    CU_ASSERT_EQUAL(grown.train_tokens, 2e9);
    CU_ASSERT_EQUAL(grown.concurrency, 5);
    CU_ASSERT_EQUAL(grown.deadline_days, 7);
    r.train_tokens = NOT_GIVEN;
    CU_ASSERT_FALSE(request_grown(&r, 2, &grown));
}

/* One H100 at 2 USD an hour against a rival: 8B, whose 128 KiB a token fill a card with 52 requests
 * of 8,192 tokens. */
struct duel {
    struct request chosen;
    struct request rival;
};

static struct duel duel_of_eights(double requests)
{
    struct duel d = {request_blank(), request_blank()};
    d.chosen.tokens = d.rival.tokens = 8192;
    d.chosen.concurrency = d.rival.concurrency = requests;
    d.chosen.usd_per_gpu_hour = 2;
    d.rival.gpu = gpu_of("h200-sxm-141g");
    d.rival.usd_per_gpu_hour = 3;
    return d;
}

static double growth_of(const struct duel *d)
{
    struct study study = {.chosen = &d->chosen, .rival = &d->rival};
    study_work_out(&study, &world()->facts);
    return study.growth;
}

/* Until the chosen card needs a second one, it is cheaper: 2 USD against 3, then 4. */
static void a_rival_takes_over_when_a_card_is_full(void)
{
    struct duel d = duel_of_eights(20);
    struct answer answer;
    double wanted = NOT_GIVEN;
    for (int i = 0; i < GROWTH_FACTORS && wanted < 0; i++) {
        struct request ask = d.chosen;
        ask.concurrency = 20 * growth_factors[i];
        evaluate(&ask, &world()->facts, &answer);
        wanted = answer.gpus_high == 2 ? growth_factors[i] : NOT_GIVEN;
    }
    CU_ASSERT(wanted > 1.25);
    CU_ASSERT_EQUAL(growth_of(&d), wanted);
    d.rival.max_gpus = 1; /* which cannot follow far */
    d.rival.gpu = gpu_of("l4-24g");
    d.rival.usd_per_gpu_hour = 2.5;
    CU_ASSERT_EQUAL(growth_of(&d), NOT_GIVEN);
    d = duel_of_eights(20);
    d.chosen.max_gpus = 1; /* at the factor at which only the rival fits, whatever it costs */
    d.rival.usd_per_gpu_hour = 100;
    CU_ASSERT_EQUAL(growth_of(&d), wanted);
    d.rival.optimizer = &world()->facts.optimizers[0]; /* nothing to compare */
    CU_ASSERT_EQUAL(growth_of(&d), NOT_GIVEN);
}

/* What holds in the whole band goes before what holds only as expected, whatever it costs. */
static void a_rival_that_is_safe_takes_over(void)
{
    struct duel d = duel_of_eights(1);
    struct answer answers[2];
    bool found = false;
    d.chosen.max_gpus = 1;
    d.rival.usd_per_gpu_hour = 100;
    for (double requests = 8; requests < 200 && !found; requests++) {
        struct request grown;
        d.chosen.concurrency = d.rival.concurrency = requests;
        request_grown(&d.chosen, growth_factors[0], &grown);
        evaluate(&d.chosen, &world()->facts, &answers[0]);
        evaluate(&grown, &world()->facts, &answers[1]);
        found =
            answers[0].gpus_high == 1 && answers[1].status == STATUS_OK && answers[1].gpus_high < 0;
    }
    CU_ASSERT(found);
    CU_ASSERT_EQUAL(growth_of(&d), growth_factors[0]);
    d.rival.gpu = d.chosen.gpu; /* no safer */
    d.rival.max_gpus = 1;
    CU_ASSERT_EQUAL(growth_of(&d), NOT_GIVEN);
}

/* A run whose price is known goes before one whose price is not. */
static void a_rival_with_a_price_takes_over(void)
{
    struct facts facts = world()->facts;
    struct duel d = {request_blank(), request_blank()};
    struct request *both[] = {&d.chosen, &d.rival};
    facts.price_count = 0;
    for (size_t i = 0; i < 2; i++) {
        both[i]->optimizer = names_find(&world()->lexicon.optimizers, "adamw");
        both[i]->engine = engine_of("generic", MODE_TRAINING, NULL);
        both[i]->engine_speed = engine_speed_for(&facts, "generic", NULL, "NVIDIA", MODE_TRAINING);
        both[i]->tokens = 1024;
        both[i]->train_tokens = 1e9;
        both[i]->deadline_days = 1000;
    }
    struct study study = {.chosen = &d.chosen, .rival = &d.rival};
    d.rival.usd_per_gpu_hour = 1000;
    study_work_out(&study, &facts);
    CU_ASSERT_EQUAL(study.growth, growth_factors[0]);
    d.chosen.usd_per_gpu_hour = 999;
    study_work_out(&study, &facts);
    CU_ASSERT_EQUAL(study.growth, NOT_GIVEN);
    d.chosen.usd_per_gpu_hour = 1001;
    study_work_out(&study, &facts);
    CU_ASSERT_EQUAL(study.growth, growth_factors[0]);
    d.rival.usd_per_gpu_hour = NOT_GIVEN;
    study_work_out(&study, &facts);
    CU_ASSERT_EQUAL(study.growth, NOT_GIVEN);
}

/* A server's price is turned where a row's means the same as the catalog's: not that of a rack. */
static void prices_of_racks_are_not_turned(void)
{
    static const double sold[] = {8, 4, 72}; /* GPUs in a server; the catalog's hold 8 */
    for (size_t i = 0; i < sizeof sold / sizeof *sold; i++) {
        struct price price = {.gpu = "h100-sxm-80g",
                              .kind = PRICE_SERVER,
                              .usd = 250000,
                              .gpus = sold[i],
                              .stat = "list"};
        struct facts facts = world()->facts;
        struct request r = request_blank();
        struct sensitivity s;
        struct recommended now;
        facts.prices = &price;
        facts.price_count = 1;
        r.max_usd = 1e9;
        choose_recommended(&r, &facts, &now);
        CU_ASSERT_FATAL(now.gpus > 0);
        sensitivity_of(&r, &facts, &now, KNOB_SERVER, &s);
        CU_ASSERT_EQUAL(s.applies, sold[i] == 8);
        CU_ASSERT(!s.applies || s.present == 250000);
        sensitivity_of(&r, &facts, &now, KNOB_CARD, &s);
        CU_ASSERT_FALSE(s.applies);
        r.gpu_usd = 30000;
        sensitivity_of(&r, &facts, &now, KNOB_CARD, &s);
        CU_ASSERT(s.applies && s.present == 30000);
        sensitivity_of(&r, &facts, &now, KNOB_SERVER, &s);
        CU_ASSERT_FALSE(s.applies);
        r.max_usd = NOT_GIVEN;
        sensitivity_of(&r, &facts, &now, KNOB_CARD, &s);
        CU_ASSERT_FALSE(s.applies);
    }
}

void suite_sensitivity(void)
{
    CU_pSuite suite = CU_add_suite("sensitivity", NULL, NULL);
    CU_add_test(suite, "edges are where the count changes", edges_are_where_the_count_changes);
    CU_add_test(suite, "the count is that of the answer", the_count_is_that_of_the_answer);
    CU_add_test(suite, "the work is bounded", the_work_is_bounded);
    CU_add_test(suite, "tokens keep their split", tokens_keep_their_split);
    CU_add_test(suite, "rents meet at the value found", rents_meet_at_the_value_found);
    CU_add_test(suite, "prices meet at the value found", prices_meet_at_the_value_found);
    CU_add_test(suite, "growth stops at the first factor", growth_stops_at_the_first_factor);
    CU_add_test(suite, "a count is kept where a search finds it",
                a_count_is_kept_where_a_search_finds_it);
    CU_add_test(suite, "loads grow", loads_grow);
    CU_add_test(suite, "a rival takes over when a card is full",
                a_rival_takes_over_when_a_card_is_full);
    CU_add_test(suite, "a rival that is safe takes over", a_rival_that_is_safe_takes_over);
    CU_add_test(suite, "a rival with a price takes over", a_rival_with_a_price_takes_over);
    CU_add_test(suite, "prices of racks are not turned", prices_of_racks_are_not_turned);
}
