/* test_ground.c -- what is kept between scenarios never shows: same bits as an evaluation afresh */
#include "world.h"

#include "core/evaluate.h"
#include "core/fit.h"

#include <CUnit/Basic.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void suite_ground(void);

enum { FAMILIES = 250, MEMBERS = 24, GROUNDS = 3, PIPELINES = 3000 };

/* A neighbour of `base`: other loads mostly, in any order, now and then another card or a pin. */
static struct request draw_neighbour(struct dice *dice, const struct request *base)
{
    struct request r = *base;
    if (dice_chance(dice, 60))
        request_take_tokens(&r, dice_count(dice, 64, r.optimizer ? 16384 : 131072));
    if (dice_chance(dice, 80))
        r.concurrency = dice_count(dice, 1, r.optimizer ? 16 : 512);
    if (dice_chance(dice, 25))
        draw_demand(dice, &r);
    if (dice_chance(dice, 20))
        r.max_gpus = dice_count(dice, 1, 64);
    if (dice_chance(dice, 10))
        r.tp = dice_chance(dice, 50) ? 1 : 2;
    if (dice_chance(dice, 5))
        r.pp = dice_count(dice, 1, 2);
    if (dice_chance(dice, 5))
        r.dp = dice_count(dice, 1, 4);
    if (dice_chance(dice, 5))
        r.gpus = dice_count(dice, 1, 16);
    if (dice_chance(dice, 20) && !r.optimizer) {
        r.prompt_tokens = dice_count(dice, 1, r.tokens);
        r.output_tokens = r.tokens - r.prompt_tokens;
    }
    if (dice_chance(dice, 10) && !r.optimizer) { /* the same context, another answer */
        r.tokens = base->tokens;
        r.prompt_tokens = 1;
        r.output_tokens = dice_count(dice, 1, fmax(1, r.tokens - 1));
    }
    if (dice_chance(dice, 10)) /* some of which the card or the engine does not run */
        r.dtype = &world()->facts.dtypes[dice_below(dice, world()->facts.dtype_count)];
    if (dice_chance(dice, 20))
        r.gpu = gpu_of(dice_chance(dice, 50) ? "h100-sxm-80g" : "l40s-48g");
    if (dice_chance(dice, 5))
        r.estimate = ESTIMATE_PRIMER;
    return r;
}

static bool same_speed(const struct speed *a, const struct speed *b)
{
    return memcmp(a, b, offsetof(struct speed, basis)) == 0 && a->basis == b->basis;
}

static bool same_money(const struct money *a, const struct money *b)
{
    return memcmp(a, b, offsetof(struct money, bought)) == 0 && a->bought == b->bought &&
           a->rented == b->rented;
}

static bool same_footprint(const struct footprint *a, const struct footprint *b)
{
    return memcmp(a, b, offsetof(struct footprint, phase)) == 0 && a->phase == b->phase &&
           a->last_stage == b->last_stage;
}

static bool same_notes(const struct answer *a, const struct answer *b)
{
    bool same = a->note_count == b->note_count;
    for (size_t i = 0; same && i < a->note_count; i++) {
        const struct note_value *x = &a->notes[i];
        const struct note_value *y = &b->notes[i];
        same = x->note == y->note && x->value == y->value && x->value2 == y->value2 &&
               x->limit == y->limit && x->dtype == y->dtype && x->gpu == y->gpu &&
               x->price == y->price;
    }
    return same;
}

/* What applies on a condition. */
static bool same_details(const struct answer *a, const struct answer *b)
{
    bool high = a->placed && a->gpus_high > 0;
    bool ok = a->status == STATUS_OK;
    return (!high || !memcmp(&a->layout_high, &b->layout_high, sizeof a->layout_high)) &&
           (!a->placed || same_footprint(&a->footprint, &b->footprint)) &&
           (!ok || same_money(&a->money, &b->money)) &&
           (!ok || same_money(answer_money_expected(a), answer_money_expected(b))) &&
           (!a->published.given || a->published.total_bytes == b->published.total_bytes);
}

static bool same_answer(const struct answer *a, const struct answer *b)
{
    return a->mode == b->mode && a->status == b->status && a->limit == b->limit &&
           a->placed == b->placed && !memcmp(&a->layout, &b->layout, sizeof a->layout) &&
           a->gpus_low == b->gpus_low && a->gpus_high == b->gpus_high &&
           a->servers_high == b->servers_high && a->gpus_memory == b->gpus_memory &&
           same_speed(&a->speed, &b->speed) && same_speed(&a->speed_high, &b->speed_high) &&
           a->max_concurrency == b->max_concurrency && a->usd_per_hour == b->usd_per_hour &&
           a->is_wider == b->is_wider && a->published.given == b->published.given &&
           same_details(a, b) && same_notes(a, b);
}

static void neighbours_are_answered_as_alone(void)
{
    static struct ground items[GROUNDS];
    struct grounds grounds = {.items = items, .count = GROUNDS};
    const struct facts copy = world()->facts; /* of the same content, but another catalog */
    const struct facts *catalogs[] = {&world()->facts, &copy};
    struct dice dice = {20261123};
    size_t by_status[3] = {0};
    for (int i = 0; i < FAMILIES; i++) {
        struct request base;
        do
            draw_request(&dice, &base);
        while (!request_runs(&base));
        base.max_gpus = dice_count(&dice, 4, 64);
        for (int j = 0; j < MEMBERS; j++) {
            struct request request = draw_neighbour(&dice, &base);
            const struct facts *facts = catalogs[dice_chance(&dice, 5)];
            struct answer alone;
            struct answer among;
            memset(&alone, 0, sizeof alone);
            memset(&among, 0x7f, sizeof among);
            evaluate(&request, facts, &alone);
            evaluate_among(&grounds, &request, facts, &among);
            bool same = same_answer(&alone, &among);
            if (!same)
                printf("\n%s %s on %s with %s, %g tokens x %g: %g GPUs alone, %g among others\n",
                       request.model->id, request.dtype->id, request.gpu->id, request.engine->id,
                       request.tokens, request.concurrency, alone.layout.gpus, among.layout.gpus);
            CU_ASSERT(same);
            by_status[alone.status]++;
        }
    }
    CU_ASSERT(by_status[STATUS_OK] > FAMILIES * MEMBERS / 3);
    CU_ASSERT(by_status[STATUS_NO_FIT] > FAMILIES);
}

/* Loads that grow step by step, as in a sweep: the recalled layout is the one that is found. */
static void growing_loads_are_answered_as_alone(void)
{
    static struct ground items[GROUNDS];
    struct grounds grounds = {.items = items, .count = GROUNDS};
    const struct facts *facts = &world()->facts;
    struct dice dice = {20261124};
    for (int i = 0; i < FAMILIES; i++) {
        struct request request;
        do
            draw_request(&dice, &request);
        while (!request_runs(&request));
        request.max_gpus = dice_count(&dice, 8, 64);
        request.tokens = dice_count(&dice, 64, 8192);
        request.prompt_tokens = request.output_tokens = NOT_GIVEN;
        request.concurrency = 1;
        if (request.optimizer && dice_chance(&dice, 30))
            request.global_batch = dice_count(&dice, 1, 64);
        for (int j = 0; j < MEMBERS; j++) {
            struct answer alone;
            struct answer among;
            memset(&alone, 0, sizeof alone);
            memset(&among, 0x7f, sizeof among);
            evaluate(&request, facts, &alone);
            evaluate_among(&grounds, &request, facts, &among);
            CU_ASSERT(same_answer(&alone, &among));
            if (dice_chance(&dice, 70))
                request.concurrency += dice_count(&dice, 1, 8);
            else
                request.tokens += dice_count(&dice, 1, 4096);
        }
    }
}

/* Rows beside which the frontier's memory ends: a load that is no whole number or beyond all cards,
 * a model that keeps nothing, one with more layers than it remembers, servers wider than that, more
 * ways than it has room for. */
static void rows_beyond_the_frontier(void)
{
    static const double loads[] = {0.5, 1, 2.5, 40, 41, 500, 1099511627776.0};
    static struct ground items[GROUNDS];
    struct grounds grounds = {.items = items, .count = GROUNDS};
    struct model models[] = {*model_of("llama-3.1-8b"), *model_of("llama-3.1-8b"),
                             *model_of("mamba-130m"), *model_of("llama-3.1-8b")};
    struct gpu cards[] = {*gpu_of("h100-sxm-80g"), *gpu_of("h100-sxm-80g"),
                          *gpu_of("h100-sxm-80g")};
    struct engine engines[] = {*engine_of("generic", MODE_INFERENCE, NULL),
                               *engine_of("generic", MODE_INFERENCE, NULL),
                               *engine_of("generic", MODE_INFERENCE, NULL)};
    struct facts facts = world()->facts;
    facts.models = models; /* of a catalog, so that neighbours are recalled */
    facts.model_count = 4;
    models[1].full_attention_layers = 0;
    models[2].hidden = 55440; /* which has 70 divisors up to 300 */
    models[3].layers = models[3].full_attention_layers = 300;
    cards[1].gpus_per_node = 300;
    cards[2].gpus_per_node = 255;
    engines[1].prefill = PREFILL_WHOLE; /* whose activations grow with the requests */
    engines[2].band_cache_pct = 100;    /* whose low end does not grow */
    for (size_t i = 0; i < 36; i++) {
        for (size_t j = 0; j < sizeof loads / sizeof *loads; j++) {
            struct request request = request_blank();
            struct answer alone;
            struct answer among;
            request.model = &models[i % 4];
            request.gpu = &cards[i / 4 % 3];
            request.engine = &engines[i / 12];
            request.tokens = 8192;
            request.concurrency = loads[j];
            request.max_gpus = 64;
            evaluate(&request, &facts, &alone);
            evaluate_among(&grounds, &request, &facts, &among);
            CU_ASSERT(same_answer(&alone, &among));
        }
    }
    struct request size = request_blank();
    struct answer answer;
    size.bare_size = true;
    evaluate_among(&grounds, &size, &facts, &answer);
    CU_ASSERT_EQUAL(answer.status, STATUS_UNSUPPORTED);
}

/* Once all grounds are taken, those of scenarios that take turns are not the ones to go. */
static void scenarios_that_take_turns_keep_their_grounds(void)
{
    enum { ROOM = 4, TURNS = 6 };
    static struct ground items[ROOM];
    struct grounds grounds = {.items = items, .count = ROOM};
    struct ground *of[TURNS];
    struct dice dice = {20261126};
    struct request request;
    draw_inference(&dice, &request);
    for (int i = 0; i < TURNS; i++) {
        request.utilization = 0.5 + i / 100.0;
        of[i] = ground_of(&grounds, &request, &world()->facts);
    }
    CU_ASSERT(of[ROOM] == of[0] && of[ROOM + 1] == of[1]); /* the oldest went */
    for (int i = 0; i < 2 * ROOM; i++) {
        int turn = TURNS - 1 - i % ROOM;
        request.utilization = 0.5 + turn / 100.0;
        CU_ASSERT(ground_of(&grounds, &request, &world()->facts) == of[turn]);
    }
}

/* The bound that skips pipelines is one: no pipeline lacks less. */
static void no_pipeline_lacks_less_than_the_bound(void)
{
    struct dice dice = {20261125};
    size_t asked = 0;
    for (int i = 0; i < PIPELINES; i++) {
        static struct subject subject;
        struct request request;
        draw_inference(&dice, &request);
        double layers =
            request.layers_override > 0 ? request.layers_override : request.model->layers;
        if (layers < 2)
            continue;
        double t = dice_count(&dice, 1, 8);
        double most = dice_count(&dice, 2 * t, 512);
        double to = dice_count(&dice, 2, fmin(layers, floor(most / t)));
        double p = dice_count(&dice, 2, to);
        struct layout longest = {.tp = t, .pp = to, .ways = 1, .cp = 1, .ep = 1};
        struct layout layout = {.tp = t, .pp = p, .ways = 1, .cp = 1, .ep = 1};
        double ways = dice_count(&dice, 1, floor(most / (t * p)));
        subject_bind(&subject, &request, &world()->facts);
        double least = pipeline_excess(
            &subject, &longest, request.concurrency / (floor(most / t) + 1), MARGIN_EXPECTED);
        double lacks = replica_excess(&subject, &layout, ceil(request.concurrency / ways),
                                      MARGIN_EXPECTED, INFINITY);
        CU_ASSERT(least <= lacks + 1e-9 * subject.visible_bytes);
        asked++;
    }
    CU_ASSERT(asked > PIPELINES / 2);
}

/* Nor does a rank of training, whatever the number of ranks and what they shard. */
static void no_rank_lacks_less_than_the_bound(void)
{
    struct dice dice = {20261207};
    for (int i = 0; i < PIPELINES; i++) {
        static struct subject subject;
        struct request request;
        draw_training(&dice, &request);
        subject_bind(&subject, &request, &world()->facts);
        double to = dice_count(&dice, 1, subject.letters.L);
        double t = dice_count(&dice, 1, 8);
        double c = request.cp > 1 ? request.cp : 1;
        double p = dice_count(&dice, 1, to);
        double ways = dice_count(&dice, 1, 16);
        struct layout longest = {.tp = t, .pp = to, .ways = 1, .cp = c, .ep = 1};
        struct layout layout = {
            .gpus = t * p * c * ways, .tp = t, .pp = p, .ways = ways, .cp = c, .ep = 1};
        layout.zero = dice_count(&dice, 1, 4) - 1;
        double least = pipeline_excess(&subject, &longest, 1, MARGIN_EXPECTED);
        double lacks = layout_excess(&subject, &layout, MARGIN_EXPECTED);
        CU_ASSERT(least <= lacks + 1e-9 * subject.visible_bytes);
    }
}

void suite_ground(void)
{
    CU_pSuite suite = CU_add_suite("ground", NULL, NULL);
    CU_add_test(suite, "neighbours are answered as alone", neighbours_are_answered_as_alone);
    CU_add_test(suite, "growing loads are answered as alone", growing_loads_are_answered_as_alone);
    CU_add_test(suite, "rows beyond the frontier", rows_beyond_the_frontier);
    CU_add_test(suite, "scenarios that take turns keep their grounds",
                scenarios_that_take_turns_keep_their_grounds);
    CU_add_test(suite, "no pipeline lacks less than the bound",
                no_pipeline_lacks_less_than_the_bound);
    CU_add_test(suite, "no rank lacks less than the bound", no_rank_lacks_less_than_the_bound);
}
