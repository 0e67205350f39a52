/* test_rules.c -- which row of a catalog speaks of a scenario: versions of engines, speeds, what
 * runs where; over small catalogs of the tests' own, in orders that the built-in ones lack */
#include "world.h"

#include "core/engines.h"
#include "core/evaluate.h"
#include "core/speed/coefficients.h"
#include "core/speed/speed.h"
#include "core/support.h"

#include <CUnit/Basic.h>
#include <string.h>

void suite_rules(void);

/* The newest row that a version has reached, in whatever order they stand. */
static void versions_in_any_order(void)
{
    static const struct engine engines[] = {
        {.id = "own",
         .name = "0.9",
         .version_from = "0.9",
         .released = "2025-05",
         .aliases = "mine;my own;"},
        {.id = "own", .name = "0.11", .version_from = "0.11"},
        {.id = "own", .name = "0.8", .version_from = "0.8", .released = "2025-03"},
        {.id = "own", .name = "oldest"},
        {.id = "generic", .name = "any"},
        {.id = "owner", .name = "another", .version_from = "7"},
        {.id = "own", .name = "trainer", .version_from = "8", .mode = MODE_TRAINING},
    };
    static const struct {
        const char *version;
        const char *name;
    } cases[] = {
        {NULL, "0.11"},           {"", "0.11"},
        {"0.11", "0.11"},         {"0.10.9", "0.9"},
        {"v0.8.5", "0.8"},        {"0.7", "oldest"},
        {"2025-06", "0.9"}, /* nobody knows when 0.11 came out */
        {"2025-05-31", "0.9"},    {"nightly 2025-05", "0.9"},
        {"2025-04-30", "0.8"},    {"2025-03", "0.8"},
        {"2025-02-28", "oldest"}, {"2024", "oldest"},
        {"2099", "0.9"},  /* the last year that is taken for one */
        {"2100", "0.11"}, /* a number like any other */
        {"21000101", "0.11"},     {"20250601", "0.9"},
        {"1999", "0.11"},
    };
    struct facts facts = world()->facts;
    facts.engines = engines;
    facts.engine_count = sizeof engines / sizeof *engines;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool known;
        const struct engine *e =
            engine_for(&facts, "OWN", MODE_INFERENCE, cases[i].version, &known);
        CU_ASSERT_PTR_NOT_NULL_FATAL(e);
        expect_text(e->name, cases[i].name);
        CU_ASSERT(known);
    }
    bool known; /* only letters and digits count */
    CU_ASSERT_STRING_EQUAL(engine_for(&facts, "{O-w n}", MODE_INFERENCE, "0.9", &known)->name,
                           "0.9");
    CU_ASSERT(known);
    CU_ASSERT_STRING_EQUAL(engine_for(&facts, "mineral", MODE_INFERENCE, "0.9", &known)->name,
                           "any");
    CU_ASSERT_FALSE(known);
}

static const struct engine_speed speeds[] = {
    {.engine = "own;other", .version_from = "0.9", .note = "0.9"},
    {.engine = "own", .version_from = "0.11", .vendor = "AMD", .note = "AMD 0.11"},
    {.engine = "own", .version_from = "0.8", .vendor = "AMD", .note = "AMD 0.8"},
    {.engine = "own", .version_from = "0.8", .note = "0.8"},
    {.engine = "own", .note = "oldest"},
    {.engine = "own", .version_named = "dev", .note = "named"},
    {.engine = "generic", .note = "generic"},
    {.engine = "own", .mode = MODE_TRAINING, .note = "trainer"},
};

static void speeds_in_any_order(void)
{
    static const struct {
        const char *engine;
        const char *version;
        const char *vendor;
        const char *note;
    } cases[] = {
        {"own", NULL, "NVIDIA", "0.9"},
        {"own", "0.11", "NVIDIA", "0.9"},
        {"own", "0.8.9", "NVIDIA", "0.8"},
        {"own", "0.7", "NVIDIA", "oldest"},
        {"own", "0.12", "AMD", "AMD 0.11"}, /* the newest of the vendor's, not the last */
        {"own", NULL, "AMD", "AMD 0.11"},
        {"own", "0.10", "AMD", "AMD 0.8"}, /* the vendor's before a newer one of everybody's */
        {"own", "0.7", "AMD", "oldest"},
        {"own", "dev-17", "AMD", "named"},
        {"other", "0.9", "AMD", "0.9"},
        {"other", "0.8", "AMD", "generic"},
        {"nobody", "1", "AMD", "generic"},
        {"generic", "1", "AMD", "generic"},
        {NULL, NULL, "AMD", "generic"},
    };
    struct facts facts = world()->facts;
    facts.engine_speeds = speeds;
    facts.engine_speed_count = sizeof speeds / sizeof *speeds;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct engine_speed *row = engine_speed_for(&facts, cases[i].engine, cases[i].version,
                                                          cases[i].vendor, MODE_INFERENCE);
        CU_ASSERT_PTR_NOT_NULL_FATAL(row);
        expect_text(row->note, cases[i].note);
    }
    facts.engine_speed_count = 0;
    CU_ASSERT_PTR_NULL(engine_speed_for(&facts, "own", NULL, "AMD", MODE_INFERENCE));
    CU_ASSERT_PTR_NULL(engine_speed_for(&facts, NULL, NULL, "AMD", MODE_INFERENCE));
}

static void lists_of_ids(void)
{
    CU_ASSERT(ids_match("l4-24g", "l4-24g"));
    CU_ASSERT(ids_match(";a*;;l4*;", "l4-24g"));
    CU_ASSERT(ids_match("*", "l4-24g"));
    CU_ASSERT_FALSE(ids_match("l4", "l4-24g"));
    CU_ASSERT_FALSE(ids_match("l4-24gb", "l4-24g"));
    CU_ASSERT_FALSE(ids_match(";;", "l4-24g"));
    CU_ASSERT_FALSE(ids_match("", "l4-24g"));
    CU_ASSERT_FALSE(ids_match("l40*;a10*", "l4-24g"));
}

/* A card's row may be for one recipe of an engine alone. */
static void cards_have_rows_of_their_own(void)
{
    static const struct gpu_speed rows[] = {
        {.gpus = "l4*", .version_named = "dev", .memory_share = 0.1},
        {.gpus = "l4*", .version_named = "old", .memory_share = 0.2, .share_16 = 0.3},
        {.gpus = "l4-24g", .engines = "sglang", .memory_share = 0.4},
        {.gpus = "a*;l4-24g", .memory_share = 0.5},
    };
    static const struct {
        const char *named;
        const char *engine;
        double share;
    } cases[] = {{NULL, "vllm", 0.5},    {"dev", "vllm", 0.1},  {"old", "vllm", 0.2},
                 {"older", "vllm", 0.5}, {NULL, "sglang", 0.4}, {"old", "sglang", 0.2}};
    struct facts facts = world()->facts;
    struct request r = request_blank();
    facts.gpu_speeds = rows;
    facts.gpu_speed_count = sizeof rows / sizeof *rows;
    struct engine_speed speed;
    r.gpu = gpu_of("l4-24g");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        speed = (struct engine_speed){.version_named = cases[i].named};
        r.engine_name = cases[i].engine;
        r.engine_speed = &speed;
        size_t offset = offsetof(struct gpu_speed, memory_share);
        CU_ASSERT_EQUAL(gpu_coefficient(&r, &facts, offset), cases[i].share);
    }
    r.gpu = gpu_of("h100-sxm-80g");
    CU_ASSERT_PTR_NULL(gpu_speed_row(&r, &facts, offsetof(struct gpu_speed, memory_share)));
    CU_ASSERT_EQUAL(gpu_coefficient(&r, &facts, offsetof(struct gpu_speed, memory_share)), 0);
}

/* Measured rows of the card, of its kin, none at all: the band gets wider. */
static void bands_follow_what_was_measured(void)
{
    struct gpu_speed row = {
        .gpus = "l4-24g", .memory_share = 0.7, .rows = 5, .measured_on = "l4-24g"};
    struct facts facts = world()->facts;
    struct request r = request_blank();
    struct engine_speed speed = {.rows = 1};
    r.engine_speed = &speed;
    r.gpu = gpu_of("l4-24g");
    facts.gpu_speeds = &row;
    facts.gpu_speed_count = 1;
    double measured = speed_band(&r, &facts, "band_tpot") - 1;
    row.measured_on = "l40s-48g";
    double kin = speed_band(&r, &facts, "band_tpot") - 1;
    row.measured_on = "l4-24g";
    speed.rows = 0;
    double engine = speed_band(&r, &facts, "band_tpot") - 1;
    speed.rows = 1;
    row.rows = 0;
    double assumed = speed_band(&r, &facts, "band_tpot") - 1;
    facts.gpu_speed_count = 0;
    double nothing = speed_band(&r, &facts, "band_tpot") - 1;
    const struct assumption *a = world()->facts.assumptions;
    double width = 0;
    double wider = 0;
    double widest = 0;
    for (size_t i = 0; i < world()->facts.assumption_count; i++) {
        width = strcmp(a[i].name, "band_tpot") ? width : a[i].value;
        wider = strcmp(a[i].name, "band_kin") ? wider : a[i].value;
        widest = strcmp(a[i].name, "band_unmeasured") ? widest : a[i].value;
    }
    CU_ASSERT(near(measured, width, 1e-12));
    CU_ASSERT(near(kin, width * wider, 1e-12));
    CU_ASSERT(near(assumed, width * widest, 1e-12));
    CU_ASSERT_EQUAL(engine, assumed);
    CU_ASSERT_EQUAL(nothing, assumed);
}

/* Where nobody says who makes a card, rules for one maker do not match; no engine is refused. */
static void cards_without_a_vendor(void)
{
    static const struct support rules[] = {
        {.dtype_family = "float", .vendor = "NVIDIA", .how = HOW_NATIVE},
        {.dtype_family = "float", .dtype = "bf16", .needs = FEATURE_BF16, .how = HOW_WEIGHT_ONLY},
    };
    struct engine engine = {.id = "own", .vendors = "AMD;NVIDIA"};
    struct gpu card = {.id = "own", .bf16 = true};
    struct facts facts = world()->facts;
    enum support_how how;
    facts.supports = rules;
    facts.support_count = 2;
    CU_ASSERT(engine_runs_on(&engine, &card));
    CU_ASSERT(dtype_is_supported(&facts, dtype_of("bf16"), &card, &engine, &how));
    CU_ASSERT_EQUAL(how, HOW_WEIGHT_ONLY);
    CU_ASSERT_FALSE(dtype_is_supported(&facts, dtype_of("fp16"), &card, &engine, &how));
    card.vendor = "NVIDIA";
    CU_ASSERT(dtype_is_supported(&facts, dtype_of("bf16"), &card, &engine, &how));
    CU_ASSERT_EQUAL(how, HOW_NATIVE);
    CU_ASSERT(dtype_is_supported(&facts, dtype_of("fp16"), &card, &engine, &how));
    card.vendor = "Intel";
    CU_ASSERT_FALSE(engine_runs_on(&engine, &card));
    CU_ASSERT_FALSE(dtype_is_supported(&facts, dtype_of("bf16"), &card, &engine, &how));
    card.vendor = "AM"; /* not the beginning of one */
    CU_ASSERT_FALSE(engine_runs_on(&engine, &card));
}

static const struct gpu *card_advised(const struct request *request, const struct facts *facts)
{
    struct answer answer;
    evaluate(request, facts, &answer);
    CU_ASSERT_EQUAL(answer.status, STATUS_NO_FIT);
    for (size_t i = 0; i < answer.note_count; i++)
        if (answer.notes[i].note == NOTE_TRY_GPU)
            return answer.notes[i].gpu;
    return NULL;
}

/* A larger card is advised among those of the same maker: one that nobody names is of none. */
static void cards_are_advised_by_their_maker(void)
{
    struct facts facts = world()->facts;
    struct request r = request_blank();
    struct gpu cards[4] = {*gpu_of("l4-24g"), *gpu_of("l40s-48g"), *gpu_of("h100-sxm-80g"),
                           *gpu_of("h100-sxm-80g")};
    cards[0].id = "small";
    cards[1].id = "middle";
    cards[2].id = "large";
    cards[3].id = "stranger";
    cards[3].memory_mib = cards[2].memory_mib - 1;
    facts.gpus = cards;
    facts.gpu_count = 4;
    r.gpu = &cards[0];
    r.model = model_of("qwen3-32b");
    r.tokens = 1024;
    r.max_gpus = 1;
    cards[3].vendor = NULL;
    CU_ASSERT_PTR_EQUAL(card_advised(&r, &facts), &cards[2]);
    cards[3].vendor = cards[0].vendor;
    CU_ASSERT_PTR_EQUAL(card_advised(&r, &facts), &cards[3]);
    cards[0].vendor = NULL;
    CU_ASSERT_PTR_NULL(card_advised(&r, &facts));
}

void suite_rules(void)
{
    CU_pSuite suite = CU_add_suite("rules", NULL, NULL);
    CU_add_test(suite, "versions in any order", versions_in_any_order);
    CU_add_test(suite, "speeds in any order", speeds_in_any_order);
    CU_add_test(suite, "lists of ids", lists_of_ids);
    CU_add_test(suite, "cards have rows of their own", cards_have_rows_of_their_own);
    CU_add_test(suite, "bands follow what was measured", bands_follow_what_was_measured);
    CU_add_test(suite, "cards without a vendor", cards_without_a_vendor);
    CU_add_test(suite, "cards are advised by their maker", cards_are_advised_by_their_maker);
}
