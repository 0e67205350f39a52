/* test_evaluate.c -- answers to rows that hardly anybody writes: pins and batches that cannot be,
 * notes, servers of many cards, mixers by hand, sums that nearly fill whole cards */
#include "world.h"

#include "core/advice.h"
#include "core/choose.h"
#include "core/evaluate.h"
#include "core/fit.h"
#include "core/memory/cache.h"
#include "core/memory/mixers.h"
#include "core/published.h"
#include "core/speed/coefficients.h"
#include "core/speed/speed.h"

#include <CUnit/Basic.h>
#include <math.h>
#include <string.h>

void suite_evaluate(void);

static const struct note_value *note_of(const struct answer *answer, enum note note)
{
    for (size_t i = 0; i < answer->note_count; i++)
        if (answer->notes[i].note == note)
            return &answer->notes[i];
    return NULL;
}

static struct answer answer_to(const struct request *request)
{
    struct answer answer;
    evaluate(request, &world()->facts, &answer);
    return answer;
}

/* One training row with pinned choices. */
static struct request request_trained(double micro_batch)
{
    struct request r = request_blank();
    r.optimizer = names_find(&world()->lexicon.optimizers, "adamw");
    r.engine = engine_of("generic", MODE_TRAINING, NULL);
    r.engine_name = r.engine->id;
    r.engine_speed =
        engine_speed_for(&world()->facts, r.engine->id, NULL, r.gpu->vendor, MODE_TRAINING);
    r.model = model_of("qwen2.5-0.5b");
    r.tokens = 1024;
    r.concurrency = micro_batch;
    return r;
}

/* A row that looked at as many GPUs as a plan does is not sent for more of them; one that pins its
 * ranks may be. */
static void more_gpus_than_were_looked_at(void)
{
    struct request r = request_trained(1);
    r.max_gpus = 1024;
    r.model = model_of("llama-3.1-70b");
    r.zero = 3;
    r.tp = r.pp = 1;
    r.dp = 2;
    struct answer pinned = answer_to(&r);
    CU_ASSERT_EQUAL(pinned.status, STATUS_NO_FIT);
    CU_ASSERT_PTR_NOT_NULL(note_of(&pinned, NOTE_TRY_GPUS));
    r.dp = NOT_GIVEN;
    r.gpus = 8;
    struct answer counted = answer_to(&r);
    CU_ASSERT_PTR_NOT_NULL(note_of(&counted, NOTE_TRY_GPUS));
    r.gpus = NOT_GIVEN;
    r.concurrency = 65536; /* on no number of ranks */
    struct answer open = answer_to(&r);
    CU_ASSERT_EQUAL(open.status, STATUS_NO_FIT);
    CU_ASSERT_PTR_NULL(note_of(&open, NOTE_TRY_GPUS));
}

/* Seven sequences are no whole micro-batches of two, on any number of ranks. */
static void batches_that_do_not_divide(void)
{
    struct request r = request_trained(2);
    r.global_batch = 7;
    struct answer searched = answer_to(&r);
    CU_ASSERT_EQUAL(searched.status, STATUS_NO_FIT);
    CU_ASSERT_EQUAL(searched.limit, LIMIT_LAYOUT);
    CU_ASSERT_PTR_NOT_NULL(note_of(&searched, NOTE_LAYOUT_GLOBAL_BATCH));
    r.gpus = 2;
    struct answer counted = answer_to(&r);
    CU_ASSERT_EQUAL(counted.status, STATUS_UNSUPPORTED);
    CU_ASSERT_EQUAL(counted.limit, LIMIT_LAYOUT);
    const struct note_value *note = note_of(&counted, NOTE_LAYOUT_GLOBAL_BATCH);
    CU_ASSERT_PTR_NOT_NULL_FATAL(note);
    CU_ASSERT_EQUAL(note->value, 7);
    r.gpus = NOT_GIVEN;
    r.dp = 3;
    CU_ASSERT_EQUAL(answer_to(&r).status, STATUS_UNSUPPORTED);
    r.global_batch = 12; /* two micro-batches of two on each of three */
    struct answer whole = answer_to(&r);
    CU_ASSERT_EQUAL(whole.status, STATUS_OK);
    CU_ASSERT_EQUAL(whole.layout.gpus, 3);
    r.dp = NOT_GIVEN;
    r.gpus = 4; /* four do not divide 12 / 2, two of them in a tensor-parallel pair do */
    struct answer pairs = answer_to(&r);
    CU_ASSERT_EQUAL(pairs.status, STATUS_OK);
    CU_ASSERT_EQUAL(pairs.layout.ways, 2);
}

static void pins_that_do_not_multiply(void)
{
    static const struct {
        double gpus, tp, pp, dp;
        bool whole;
    } cases[] = {
        {2, 4, 1, NOT_GIVEN, false},
        {6, 4, 1, NOT_GIVEN, false},
        {6, 4, NOT_GIVEN, NOT_GIVEN, false},
        {8, 4, 1, NOT_GIVEN, true},
        {8, 4, 1, 2, true},
        {16, 4, 1, 2, false},
        {16, 4, NOT_GIVEN, 2, true},
        {12, NOT_GIVEN, NOT_GIVEN, 5, false},
        {NOT_GIVEN, 4, 2, 3, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct request r = request_blank();
        r.gpus = cases[i].gpus;
        r.tp = cases[i].tp;
        r.pp = cases[i].pp;
        r.dp = cases[i].dp;
        struct answer answer = answer_to(&r);
        CU_ASSERT_EQUAL(answer.status, cases[i].whole ? STATUS_OK : STATUS_UNSUPPORTED);
        CU_ASSERT_EQUAL(note_of(&answer, NOTE_LAYOUT_FRACTION) != NULL, !cases[i].whole);
        CU_ASSERT(!cases[i].whole || r.gpus < 0 || answer.layout.gpus == r.gpus);
    }
}

/* A remark is made where a card lacks the arithmetic that is asked for, not where 16 bit is. */
static void arithmetic_that_a_card_lacks(void)
{
    struct request r = request_blank();
    r.gpu = gpu_of("a100-sxm-80g");
    struct answer answer = answer_to(&r);
    CU_ASSERT_PTR_NULL(note_of(&answer, NOTE_COMPUTE_WIDER));
    r.compute_dtype = dtype_of("fp16");
    answer = answer_to(&r);
    CU_ASSERT_PTR_NULL(note_of(&answer, NOTE_COMPUTE_WIDER));
    r.compute_dtype = dtype_of("fp8");
    answer = answer_to(&r);
    const struct note_value *note = note_of(&answer, NOTE_COMPUTE_WIDER);
    CU_ASSERT_PTR_NOT_NULL_FATAL(note);
    CU_ASSERT_PTR_EQUAL(note->dtype, dtype_of("fp8"));
    r.gpu = gpu_of("h100-sxm-80g");
    answer = answer_to(&r);
    CU_ASSERT_PTR_NULL(note_of(&answer, NOTE_COMPUTE_WIDER));
}

static void what_is_not_assumed_is_nothing(void)
{
    CU_ASSERT_EQUAL(assumption_value(&world()->facts, "max_gpus"), 1024);
    CU_ASSERT_EQUAL(assumption_value(&world()->facts, "a"), 0);
    CU_ASSERT_EQUAL(assumption_value(&world()->facts, "max_gpu"), 0);
    CU_ASSERT_EQUAL(assumption_value(&world()->facts, "~"), 0);
}

/* A size is no architecture, and one token cannot become fewer. */
static void rows_that_cannot_be_helped(void)
{
    struct request r = request_blank();
    r.bare_size = true;
    struct answer bare = answer_to(&r);
    CU_ASSERT_EQUAL(bare.status, STATUS_UNSUPPORTED);
    CU_ASSERT_EQUAL(bare.limit, LIMIT_NONE);
    CU_ASSERT_PTR_NOT_NULL(note_of(&bare, NOTE_BARE_SIZE_NEEDS_ARCHITECTURE));
    r = request_blank();
    r.model = model_of("llama-3.1-405b");
    r.max_gpus = 1;
    struct answer large = answer_to(&r);
    CU_ASSERT_EQUAL(large.status, STATUS_NO_FIT);
    CU_ASSERT_PTR_NULL(note_of(&large, NOTE_TRY_TOKENS));
    CU_ASSERT_PTR_NULL(note_of(&large, NOTE_TRY_CONCURRENCY));
    CU_ASSERT_PTR_NOT_NULL(note_of(&large, NOTE_TRY_GPUS));
}

/* The published methods plan no demand, and say so, whichever it is; of rows that make none they
 * say nothing. */
static void demands_that_are_not_planned(void)
{
    static const size_t offsets[] = {
        offsetof(struct request, requests_per_s), offsetof(struct request, output_tok_s),
        offsetof(struct request, ttft_ms),        offsetof(struct request, tpot_ms),
        offsetof(struct request, train_tokens),   offsetof(struct request, deadline_days),
        offsetof(struct request, max_usd),        offsetof(struct request, max_kw),
    };
    for (size_t i = 0; i <= sizeof offsets / sizeof *offsets; i++) {
        struct request r = request_blank();
        bool asks = i < sizeof offsets / sizeof *offsets;
        r.estimate = i % 2 ? ESTIMATE_PRIMER : ESTIMATE_RULE;
        if (asks)
            *(double *)(void *)((char *)&r + offsets[i]) = 1;
        struct answer answer = answer_to(&r);
        CU_ASSERT_EQUAL(answer.status, STATUS_OK);
        CU_ASSERT_EQUAL(note_of(&answer, NOTE_DEMAND_NOT_PLANNED) != NULL, asks);
    }
}

static void notes_beyond_the_room_are_dropped(void)
{
    static struct answer answer;
    for (int i = 0; i < 2 * NOTE_MOST; i++)
        answer_note(&answer, (struct note_value){.note = NOTE_TRY_TOKENS, .value = i});
    CU_ASSERT_EQUAL(answer.note_count, NOTE_MOST);
    for (int i = 0; i < NOTE_MOST; i++)
        CU_ASSERT_EQUAL(answer.notes[i].value, i);
}

/* More cards in a server than the search has places to remember t in: 405B over up to 128 of them,
 * the smallest count by brute force. */
static void servers_of_many_cards(void)
{
    static const double memory_gib[] = {8, 12, 16, 24, 40};
    static const double counts[] = {NOT_GIVEN, 128, 128, 64,
                                    32}; /* 755 GiB of weights, 0.9 of a card */
    struct gpu card = *gpu_of("a100-sxm-80g");
    struct request r = request_blank();
    card.gpus_per_node = 128;
    r.gpu = &card;
    r.model = model_of("llama-3.1-405b");
    r.tokens = 4096;
    r.pp = 1;
    r.max_gpus = 128;
    for (size_t i = 0; i < sizeof memory_gib / sizeof *memory_gib; i++) {
        card.memory_mib = memory_gib[i] * 1024;
        card.visible_mib = 0;
        struct answer answer = answer_to(&r);
        struct subject subject;
        double least = NOT_GIVEN;
        subject_bind(&subject, &r, &world()->facts);
        for (double t = 1; t <= 128 && least < 0; t *= 2) { /* 128 heads, 8 of keys and values */
            struct layout layout = {.gpus = t, .tp = t, .pp = 1, .ways = 1, .cp = 1, .ep = 1};
            if (layout_fits(&subject, &layout, MARGIN_EXPECTED))
                least = t;
        }
        CU_ASSERT_EQUAL(least, counts[i]);
        CU_ASSERT(least < 0 || answer.layout.gpus == least);
        CU_ASSERT_EQUAL(answer.status, least > 0 ? STATUS_OK : STATUS_NO_FIT);
    }
}

/* Training on more tensor-parallel ways than a search remembers: pinned, searched, refused. */
static void ranks_of_many_cards(void)
{
    struct gpu card = *gpu_of("a100-sxm-80g");
    struct request r = request_trained(1);
    card.gpus_per_node = 128;
    r.gpu = &card;
    r.model = model_of("llama-3.1-405b");
    r.tokens = 4096;
    r.tp = 128;
    r.max_gpus = 1024;
    struct answer wide = answer_to(&r);
    CU_ASSERT(wide.status == STATUS_OK && wide.layout.tp == 128);
    r.tp = NOT_GIVEN;
    struct answer free = answer_to(&r);
    CU_ASSERT(free.status == STATUS_OK && free.layout.gpus <= wide.layout.gpus);
    card.memory_mib = 1024;
    card.visible_mib = 0;
    CU_ASSERT_EQUAL(answer_to(&r).status, STATUS_NO_FIT);
}

/* The same with pipelines: servers of 128 cards, of which one holds too little of 405B. */
static void pipelines_over_large_servers(void)
{
    struct gpu card = *gpu_of("a100-sxm-80g");
    struct request r = request_blank();
    struct subject subject;
    card.gpus_per_node = 128;
    card.memory_mib = 8 * 1024;
    card.visible_mib = 0;
    r.gpu = &card;
    r.model = model_of("llama-3.1-405b");
    r.tokens = 4096;
    r.max_gpus = 512;
    subject_bind(&subject, &r, &world()->facts);
    double least = INFINITY;
    for (double t = 1; t <= 128; t *= 2)
        for (double p = 1; p <= 126 && p * t <= 512; p++) {
            struct layout layout = {.gpus = t * p, .tp = t, .pp = p, .ways = 1, .cp = 1, .ep = 1};
            if (layout.gpus < least && layout_fits(&subject, &layout, MARGIN_EXPECTED))
                least = layout.gpus;
        }
    CU_ASSERT(least > 128 && least <= 512);
    CU_ASSERT_EQUAL(answer_to(&r).layout.gpus, least);
    r.tp = 128;
    struct answer wide = answer_to(&r);
    CU_ASSERT_EQUAL(wide.status, STATUS_OK);
    CU_ASSERT_EQUAL(wide.layout.gpus, 128 * wide.layout.pp);
    subject_bind(&subject, &r, &world()->facts);
    struct layout shorter = wide.layout;
    shorter.pp--;
    shorter.gpus -= 128;
    CU_ASSERT(shorter.pp >= 1 && !layout_fits(&subject, &shorter, MARGIN_EXPECTED));
}

/* One layout of which the time per token is known: a limit of just that is kept, one that is
 * shorter by less than rounding could explain is looked into, and not kept. */
static void limits_are_met_to_the_last_bit(void)
{
    static const double below[] = {0, 1e-15, 5e-10, 1e-6};
    struct request r = request_blank();
    struct recommended found;
    r.tokens = 2048;
    r.tp = r.pp = r.dp = 1;
    r.max_gpus = 1;
    double reached = answer_to(&r).speed.tpot_ms.high; /* what a safe count is held against */
    CU_ASSERT(reached > 0);
    for (size_t i = 0; i < sizeof below / sizeof *below; i++) {
        r.tpot_ms = reached * (1 - below[i]);
        choose_recommended(&r, &world()->facts, &found);
        CU_ASSERT_EQUAL(found.gpus, 1);
        CU_ASSERT_EQUAL(found.safe, r.tpot_ms >= reached);
    }
    reached = answer_to(&r).speed.tpot_ms.expected;
    for (size_t i = 0; i < sizeof below / sizeof *below; i++) {
        r.tpot_ms = reached * (1 - below[i]);
        choose_recommended(&r, &world()->facts, &found);
        CU_ASSERT_EQUAL(found.gpus > 0, r.tpot_ms >= reached);
    }
}

/* 2 L k d 2 = 131,072 bytes a token of Llama 3.1 8B: of 1,001 tokens, or of 63 blocks of 16. */
static void blocks_of_a_cache(void)
{
    static const struct {
        double block;
        double tokens;
    } cases[] = {{16, 1008}, {1, 1001}, {0, 1001}, {1000, 2000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct request r = request_blank();
        struct engine engine = *r.engine;
        engine.block_tokens = cases[i].block;
        r.engine = &engine;
        r.tokens = 1001;
        r.concurrency = 3;
        struct answer answer = answer_to(&r);
        CU_ASSERT_EQUAL(answer.footprint.column_bytes[COLUMN_KV_CACHE],
                        3 * cases[i].tokens * 131072);
    }
}

/* A prompt on nothing: no weights, no products, no time. */
static void no_work_takes_no_time(void)
{
    struct pace x = {.t = 1, .x = 1, .x_y = 1, .G = 1, .M = 1, .F_16 = 1, .e_a = 1, .n_o = 2};
    CU_ASSERT_EQUAL(pace_prefill(&x, 0), 0);
    x.W = 3; /* what is read alone */
    CU_ASSERT_EQUAL(pace_prefill(&x, 0), 3);
    x.N_d = 1; /* and 4 s of products beside 3 s of reading, by a square mean */
    x.i = 2;
    CU_ASSERT(near(pace_prefill(&x, 1), 5, 1e-12));
}

/* A model that keeps nothing per request is bounded by no count of them, in memory. */
static void models_without_a_cache(void)
{
    struct model m = *model_of("llama-3.1-8b");
    struct request r = request_blank();
    struct layout one = {.gpus = 1, .tp = 1, .pp = 1, .ways = 1, .cp = 1, .ep = 1};
    struct layout three = {.gpus = 3, .tp = 1, .pp = 1, .ways = 3, .cp = 1, .ep = 1};
    r.model = &m;
    CU_ASSERT(fit_max_concurrency(&r, &world()->facts, &one) < 1e9);
    m.full_attention_layers = 0;
    CU_ASSERT_EQUAL(fit_max_concurrency(&r, &world()->facts, &one), 1099511627776.0);
    CU_ASSERT_EQUAL(fit_max_concurrency(&r, &world()->facts, &three), 3 * 1099511627776.0);
    r.gpu = gpu_of("t4-16g"); /* weights alone are too many */
    CU_ASSERT_EQUAL(fit_max_concurrency(&r, &world()->facts, &one), 0);
}

/* h = 32, four taps, two or three heads of 8: elements and state by the sums that mixers.c names,
 * worked out by hand; a learned norm has so many elements more, and no state. */
static void mixers_by_hand(void)
{
    static const struct {
        struct model model;
        double elements;
        double norm;
        double state_bytes;
    } cases[] = {
        /* 4096 + 320 + 2368 + 384 + 1088 + 2048; R + 2 N; 4 I N + 2 3 I */
        {{.mixer = MIXER_MAMBA1, .mixer_inner = 64, .mixer_state = 16, .mixer_dt_rank = 5},
         10304,
         37,
         4096 + 384},
        /* 32 (24 + 56 + 3) + 5 56 + 9 + 768; I; 4 I N + 2 3 W */
        {{.mixer = MIXER_MAMBA2,
          .mixer_heads = 3,
          .mixer_head_dim = 8,
          .mixer_groups = 1,
          .mixer_state = 16},
         3713,
         24,
         1536 + 336},
        /* 32 (32 + 48 + 6) + 4 56 + 6 + 768; d_v; 4 U d_k + 2 3 (2 K + U) */
        {{.mixer = MIXER_GDN,
          .mixer_heads = 3,
          .mixer_head_dim = 8,
          .mixer_key_heads = 1,
          .mixer_key_dim = 16},
         3750,
         8,
         1536 + 336},
        /* 2304 + 288 + 448 + 27 + 96 + 448 + 768; d; 4 I d + 2 3 3 I */
        {{.mixer = MIXER_KDA, .mixer_heads = 3, .mixer_head_dim = 8}, 4379, 8, 768 + 432},
        /* the same with a gate of its own matrix, 768 in place of 448 */
        {{.mixer = MIXER_KDA,
          .mixer_heads = 3,
          .mixer_head_dim = 8,
          .output_gate = OUTPUT_GATE_FULL},
         4699,
         8,
         768 + 432},
        /* 5 h I; I; 4 I d */
        {{.mixer = MIXER_LIGHTNING, .mixer_heads = 3, .mixer_head_dim = 8}, 3840, 24, 768},
        /* 3 h h + 4 h + h h; 2 3 h */
        {{.mixer = MIXER_SHORT_CONV}, 4224, 0, 192},
        /* 6 h h; 4 (3 8 8 + 2 h) */
        {{.mixer = MIXER_RWKV5, .mixer_heads = 3, .mixer_head_dim = 8}, 6144, 0, 1024},
        {{.mixer = MIXER_NONE}, 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct model m = cases[i].model;
        m.hidden = 32;
        m.mixer_conv = 4;
        CU_ASSERT_EQUAL(mixer_elements(&m), cases[i].elements);
        CU_ASSERT_EQUAL(mixer_state_bytes(&m), cases[i].state_bytes);
        m.mixer_norm = true;
        CU_ASSERT_EQUAL(mixer_elements(&m), cases[i].elements + cases[i].norm);
        CU_ASSERT_EQUAL(mixer_state_bytes(&m), cases[i].state_bytes);
    }
}

/* DeepSeek-V4: besides its window, a layer keeps one entry per so many tokens. */
static void compressed_caches_by_hand(void)
{
    struct model m = {.attention = ATTENTION_HEADS,
                      .windowed_layers = 5,
                      .window = 128,
                      .heads = 4,
                      .kv_heads = 1,
                      .head_dim = 64,
                      .csa_layers = 2,
                      .csa_ratio = 4,
                      .hca_layers = 3,
                      .hca_ratio = 128,
                      .value_source = VALUE_IS_KEY};
    struct cache_shape shape;
    model_cache(&m, &shape);
    CU_ASSERT_EQUAL(shape.full_elements, (2.0 / 4 + 3.0 / 128) * 64);
    CU_ASSERT_EQUAL(shape.window_elements, 5 * 64);
    CU_ASSERT_EQUAL(shape.window, 128);
    m.value_source = VALUE_PROJECTED;
    m.windowed_layers = 1;
    m.csa_ratio = m.hca_ratio = 0;
    model_cache(&m, &shape);
    CU_ASSERT_EQUAL(shape.full_elements, 0);
    CU_ASSERT_EQUAL(shape.window_elements, 2 * 64);
    CU_ASSERT_EQUAL(shape.window, 128);
}

/* n cards hold n times what one does, and not a bit more, whichever way a quotient is rounded. */
static void pooled_counts_are_exact(void)
{
    const double above = 44538719406.03475; /* 7 of it, over one of it, is more than 7 */
    const double below = 25906746461.9016;  /* the next number above 5 of it, over it, is 5 */
    CU_ASSERT(7 * above / above > 7);
    CU_ASSERT_EQUAL(nextafter(5 * below, INFINITY) / below, 5);
    CU_ASSERT_EQUAL(pooled_count(7 * above, above, 1024), 7);
    CU_ASSERT_EQUAL(pooled_count(nextafter(7 * above, INFINITY), above, 1024), 8);
    CU_ASSERT_EQUAL(pooled_count(5 * below, below, 1024), 5);
    CU_ASSERT_EQUAL(pooled_count(nextafter(5 * below, INFINITY), below, 1024), 6);
    CU_ASSERT_EQUAL(pooled_count(0, below, 1024), 1);
    CU_ASSERT_EQUAL(pooled_count(5 * below, below, 5), 5);
    CU_ASSERT_EQUAL(pooled_count(5 * below, below, 4), NOT_GIVEN);
    CU_ASSERT_EQUAL(pooled_count(4.2 * below, below, 4.5), NOT_GIVEN); /* nor a part of a card */
}

/* What is served fastest says nothing of training. */
static void training_has_no_latency(void)
{
    struct request r = request_trained(1);
    struct subject subject;
    struct replica_speed replica;
    struct speed speed;
    subject_bind(&subject, &r, &world()->facts);
    replica_speed_bind(&replica, &subject);
    speed_best(&replica, 1, 8, &speed);
    CU_ASSERT_EQUAL(memcmp(&speed, &speed_unknown, offsetof(struct speed, basis)), 0);
}

void suite_evaluate(void)
{
    CU_pSuite suite = CU_add_suite("evaluate", NULL, NULL);
    CU_add_test(suite, "more GPUs than were looked at", more_gpus_than_were_looked_at);
    CU_add_test(suite, "batches that do not divide", batches_that_do_not_divide);
    CU_add_test(suite, "pins that do not multiply", pins_that_do_not_multiply);
    CU_add_test(suite, "arithmetic that a card lacks", arithmetic_that_a_card_lacks);
    CU_add_test(suite, "what is not assumed is nothing", what_is_not_assumed_is_nothing);
    CU_add_test(suite, "rows that cannot be helped", rows_that_cannot_be_helped);
    CU_add_test(suite, "demands that are not planned", demands_that_are_not_planned);
    CU_add_test(suite, "notes beyond the room are dropped", notes_beyond_the_room_are_dropped);
    CU_add_test(suite, "servers of many cards", servers_of_many_cards);
    CU_add_test(suite, "ranks of many cards", ranks_of_many_cards);
    CU_add_test(suite, "pipelines over large servers", pipelines_over_large_servers);
    CU_add_test(suite, "limits are met to the last bit", limits_are_met_to_the_last_bit);
    CU_add_test(suite, "blocks of a cache", blocks_of_a_cache);
    CU_add_test(suite, "no work takes no time", no_work_takes_no_time);
    CU_add_test(suite, "models without a cache", models_without_a_cache);
    CU_add_test(suite, "mixers by hand", mixers_by_hand);
    CU_add_test(suite, "compressed caches by hand", compressed_caches_by_hand);
    CU_add_test(suite, "pooled counts are exact", pooled_counts_are_exact);
    CU_add_test(suite, "training has no latency", training_has_no_latency);
}
