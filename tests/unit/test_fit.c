/* test_fit.c -- what must hold for any scenario: monotone memory, legal and fitting answers */
#include "world.h"

#include "core/evaluate.h"
#include "core/fit.h"
#include "core/layout.h"

#include <CUnit/Basic.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void suite_fit(void);

enum { SCENARIOS = 2000 };

static struct footprint measure(const struct request *request, const struct layout *layout)
{
    struct subject subject;
    struct footprint out;
    subject_bind(&subject, request, &world()->facts);
    footprint_of(&subject, layout, &out);
    return out;
}

/* Bytes that are lacking, negative when there is room. Totals alone do not compare: the tightest
 * stage need not be the fullest where an engine's share is of a part of the card. */
static double excess(const struct footprint *f)
{
    return f->total_bytes - f->usable_bytes;
}

/* Asserts that `more` needs no less than `less` of the same card, but for the last bits. */
static void expect_no_less(const struct footprint *more, const struct footprint *less,
                           const struct request *request, const char *what)
{
    bool holds = excess(more) >= excess(less) - 1e-12 * (more->total_bytes + more->usable_bytes);
    if (!holds)
        printf("\n%s: %s %s %s lacks %.0f, less than %.0f\n", what, request->model->id,
               request->dtype->id, request->engine->id, excess(more), excess(less));
    CU_ASSERT(holds);
}

static void more_load_never_needs_less(void)
{
    struct dice dice = {20260201};
    for (int i = 0; i < SCENARIOS; i++) {
        struct request request;
        struct layout layout;
        draw_request(&dice, &request);
        draw_layout(&dice, &request, &layout);
        request.prompt_tokens = request.output_tokens = NOT_GIVEN;
        struct footprint base = measure(&request, &layout);
        struct request more = request;
        more.tokens += dice_count(&dice, 1, 4096);
        struct footprint longer = measure(&more, &layout);
        expect_no_less(&longer, &base, &request, "more tokens");
        more = request;
        more.concurrency += dice_count(&dice, 1, 64);
        struct footprint wider = measure(&more, &layout);
        expect_no_less(&wider, &base, &request, "more sequences");
    }
}

/* A mixed recipe's bits and a share of trained parameters are averages over all layers, which need
 * not grow on one stage. */
static void more_layers_never_need_less(void)
{
    struct dice dice = {20260202};
    for (int i = 0; i < SCENARIOS; i++) {
        struct request request;
        struct layout layout;
        draw_request(&dice, &request);
        request.layers_override = dice_count(&dice, 1, request.model->layers);
        draw_layout(&dice, &request, &layout);
        bool averaged = request.dtype->mix || request.trainable_pct > 0;
        layout.pp = averaged ? 1 : fmin(layout.pp, request.layers_override);
        layout.gpus = layout.tp * layout.pp * layout.cp * layout.ways;
        struct footprint base = measure(&request, &layout);
        struct request more = request;
        more.layers_override += dice_count(&dice, 1, 8);
        struct footprint deeper = measure(&more, &layout);
        expect_no_less(&deeper, &base, &request, "more layers");
    }
}

/* A row with half of the layers holds half of the cache. */
static void fewer_layers_hold_less_cache(void)
{
    struct request request = request_blank();
    struct layout one = {.gpus = 1, .tp = 1, .pp = 1, .ways = 1, .cp = 1, .ep = 1};
    request.tokens = 4096;
    double whole = measure(&request, &one).column_bytes[COLUMN_KV_CACHE];
    request.layers_override = request.model->layers / 2;
    double half = measure(&request, &one).column_bytes[COLUMN_KV_CACHE];
    CU_ASSERT_EQUAL(half, whole / 2);
}

/* `wide` stores every tensor in no fewer bits than `narrow`. Recipes and padding do not compare,
 * nor do GGUF files, which leave the vision tower to another file, with the rest. */
static bool is_wider(const struct dtype *wide, const struct dtype *narrow)
{
    bool alike = !strcmp(wide->family, "gguf") == !strcmp(narrow->family, "gguf");
    bool plain = alike && !wide->mix && !narrow->mix && narrow->expert_multiple <= 0;
    bool covers = narrow->scope == wide->scope || wide->bits_per_weight == wide->embedding_bits;
    return plain && covers && wide->bits_per_weight >= narrow->bits_per_weight &&
           wide->embedding_bits >= narrow->embedding_bits;
}

/* Of two types, the column that they store; scratch of a quantized type may well outweigh it. */
static bool compare_types(const struct request *wide, const struct request *narrow, int column)
{
    struct layout layout = {.gpus = 2, .tp = 2, .pp = 1, .ways = 1, .cp = 1, .ep = 1};
    double more = measure(wide, &layout).column_bytes[column];
    double less = measure(narrow, &layout).column_bytes[column];
    bool holds = more >= less * (1 - 1e-12);
    if (!holds)
        printf("\n%s with %s: %s stores %.0f, %s %.0f\n", wide->model->id, wide->engine->id,
               wide->dtype->id, more, narrow->dtype->id, less);
    CU_ASSERT(holds);
    return holds;
}

/* The column may be of another phase, where a growing cache is another size: pools only. */
static void wider_types_never_need_less(void)
{
    struct dice dice = {20260203};
    const struct facts *facts = &world()->facts;
    size_t compared = 0;
    for (int i = 0; i < 4 * SCENARIOS; i++) {
        struct request request;
        draw_inference(&dice, &request);
        const char *untied = request.engine->unties_dtype;
        struct request more = request;
        more.dtype = &facts->dtypes[dice_below(&dice, facts->dtype_count)];
        if (is_wider(more.dtype, request.dtype) && !(untied && !strcmp(untied, request.dtype->id)))
            compared += compare_types(&more, &request, COLUMN_WEIGHTS);
        more = request;
        more.kv_dtype = &facts->dtypes[dice_below(&dice, facts->dtype_count)];
        if (request.kv_dtype && more.kv_dtype->cache_bytes >= request.kv_dtype->cache_bytes &&
            request.engine->cache_layout == CACHE_POOL)
            compared += compare_types(&more, &request, COLUMN_KV_CACHE);
    }
    CU_ASSERT(compared > SCENARIOS / 2);
}

static double states(const struct footprint *f)
{
    return f->column_bytes[COLUMN_WEIGHTS] + f->column_bytes[COLUMN_GRADIENTS] +
           f->column_bytes[COLUMN_OPTIMIZER];
}

/* Stages 1 and 2 only shard more; stage 3 gathers what it uses, so its states shrink but a small
 * model may need more in all: never more than stage 2, the gathered blocks and their reserve. */
static void more_sharding_never_needs_more(void)
{
    struct dice dice = {20260204};
    for (int i = 0; i < SCENARIOS; i++) {
        struct request request;
        struct layout layout;
        struct footprint stage[4];
        draw_training(&dice, &request);
        draw_layout(&dice, &request, &layout);
        for (int zero = 0; zero < 4; zero++) {
            layout.zero = zero;
            stage[zero] = measure(&request, &layout);
        }
        expect_no_less(&stage[0], &stage[1], &request, "zero 0");
        expect_no_less(&stage[1], &stage[2], &request, "zero 1");
        struct subject subject;
        struct footprint sharded;
        subject_bind(&subject, &request, &world()->facts);
        footprint_of(&subject, &layout, &sharded);
        const struct letters *x = &subject.letters;
        double gathered = x->i_3 * (2 * x->N_vg + 6 * x->N_blk) * (1 + x->o_f);
        CU_ASSERT(sharded.total_bytes <= (stage[2].total_bytes + gathered) * (1 + 1e-12));
        if (stage[3].phase == stage[2].phase && stage[3].last_stage == stage[2].last_stage)
            CU_ASSERT(states(&stage[3]) <= states(&stage[2]) * (1 + 1e-12));
    }
}

/* The rules of the design, written down a second time: t divides the heads and shares the KV
 * heads, stays inside a server, and there is a layer for every stage. */
static bool is_legal(const struct request *request, const struct layout *layout)
{
    const struct model *m = request->model;
    double t = layout->tp;
    bool assumed;
    bool heads = m->attention != ATTENTION_NONE && m->heads > 0;
    double layers = request->layers_override > 0 ? request->layers_override : m->layers;
    if (t > gpus_per_server(request->gpu, &world()->facts, &assumed) || layout->pp > layers)
        return false;
    double stage = layout->gpus / layout->pp;
    if (request->ep > 1 && (fmod(m->experts, request->ep) != 0 || fmod(stage, request->ep) != 0))
        return false;
    if (!heads)
        return fmod(m->hidden, t) == 0;
    if (fmod(m->heads, t) != 0)
        return false;
    double k = m->windowed_layers > 0 && m->window_kv_heads > 0 ? m->window_kv_heads : m->kv_heads;
    bool shares = fmod(k, t) == 0 || fmod(t, k) == 0;
    if (m->attention != ATTENTION_MLA && !shares)
        return false;
    return m->attention == ATTENTION_MLA || fmod(m->kv_heads, t) == 0 || fmod(t, m->kv_heads) == 0;
}

static void check_answer(const struct request *request, const struct answer *answer)
{
    const struct layout *l = &answer->layout;
    struct footprint f = measure(request, l);
    CU_ASSERT(is_legal(request, l));
    CU_ASSERT(f.total_bytes <= f.usable_bytes);
    CU_ASSERT_EQUAL(f.total_bytes, answer->footprint.total_bytes);
    CU_ASSERT_EQUAL(l->gpus, l->tp * l->pp * l->cp * l->ways);
    CU_ASSERT(l->gpus <= request->max_gpus);
    CU_ASSERT(l->zero >= 0 && l->zero <= 3);
    CU_ASSERT(request->zero < 0 || l->zero == request->zero);
    CU_ASSERT(answer->gpus_low > 0 && answer->gpus_low <= l->gpus);
    CU_ASSERT(answer->gpus_high < 0 || answer->gpus_high >= l->gpus);
    CU_ASSERT(answer->gpus_high < 0 || answer->servers_high >= 1);
    CU_ASSERT_EQUAL(answer->limit, LIMIT_MEMORY);
    CU_ASSERT(l->servers * fmax(l->tp, 1) <= l->gpus || l->servers == 1 || l->gpus > 8);
}

/* That many fit, and one more does not. */
static void check_max_concurrency(const struct request *request, const struct answer *answer)
{
    struct request most = *request;
    const struct layout *l = &answer->layout;
    most.concurrency = answer->max_concurrency;
    struct footprint f = measure(&most, l);
    CU_ASSERT(answer->max_concurrency >= request->concurrency);
    CU_ASSERT_EQUAL(fmod(answer->max_concurrency, l->ways), 0);
    CU_ASSERT(f.total_bytes <= f.usable_bytes);
    most.concurrency += 1;
    f = measure(&most, l);
    if (answer->max_concurrency < 1e11) /* beyond, nothing grows with the requests */
        CU_ASSERT(f.total_bytes > f.usable_bytes);
}

static void answers_are_legal_and_fit(void)
{
    struct dice dice = {20260205};
    size_t answered = 0;
    for (int i = 0; i < SCENARIOS / 2; i++) {
        struct request request;
        struct answer answer;
        draw_request(&dice, &request);
        request.layers_override = NOT_GIVEN;
        evaluate(&request, &world()->facts, &answer);
        CU_ASSERT_EQUAL(answer.mode == MODE_TRAINING, request.optimizer != NULL);
        if (answer.status != STATUS_OK)
            continue;
        answered++;
        check_answer(&request, &answer);
        if (!request.optimizer)
            check_max_concurrency(&request, &answer);
    }
    CU_ASSERT(answered > SCENARIOS / 4);
}

/* Every pinned choice is kept, and the memory is that layout's. */
static void pinned_layouts_stand(void)
{
    struct dice dice = {20260206};
    size_t kept = 0;
    for (int i = 0; i < SCENARIOS / 2; i++) {
        struct request request;
        struct layout layout;
        struct answer answer;
        draw_request(&dice, &request);
        draw_layout(&dice, &request, &layout);
        request.tp = layout.tp;
        request.pp = layout.pp;
        request.dp = layout.ways;
        request.zero = request.optimizer ? layout.zero : NOT_GIVEN;
        evaluate(&request, &world()->facts, &answer);
        if (!request_runs(&request)) {
            CU_ASSERT_EQUAL(answer.status, STATUS_UNSUPPORTED);
            continue;
        }
        bool fits_count = layout.gpus <= request.max_gpus;
        if (!is_legal(&request, &layout) || !fits_count) {
            CU_ASSERT_EQUAL(answer.status, STATUS_UNSUPPORTED);
            CU_ASSERT_EQUAL(answer.limit, LIMIT_LAYOUT);
            CU_ASSERT(answer.note_count > 0);
            continue;
        }
        struct footprint f = measure(&request, &layout);
        CU_ASSERT(answer.status != STATUS_UNSUPPORTED);
        CU_ASSERT(answer.placed);
        CU_ASSERT_EQUAL(answer.status == STATUS_OK, f.total_bytes <= f.usable_bytes);
        CU_ASSERT_EQUAL(answer.layout.gpus, layout.gpus);
        CU_ASSERT_EQUAL(answer.layout.zero, layout.zero);
        CU_ASSERT_EQUAL(answer.footprint.total_bytes, f.total_bytes);
        kept++;
    }
    CU_ASSERT(kept > 100);
}

static void expect_refused(struct request request, enum note note)
{
    struct answer answer;
    evaluate(&request, &world()->facts, &answer);
    CU_ASSERT_EQUAL(answer.status, STATUS_UNSUPPORTED);
    CU_ASSERT_EQUAL(answer.limit, LIMIT_LAYOUT);
    CU_ASSERT_EQUAL(answer.notes[0].note, note);
    CU_ASSERT_EQUAL(answer.layout.gpus, NOT_GIVEN);
}

/* llama-3.1-8b: 32 heads, 8 KV heads, 32 layers; an H100 server holds 8. */
static void illegal_layouts_are_named(void)
{
    struct request r = request_blank();
    struct request ask = r;
    ask.tp = 3;
    expect_refused(ask, NOTE_LAYOUT_TP_HEADS);
    ask.tp = 16;
    expect_refused(ask, NOTE_LAYOUT_TP_NODE);
    ask = r;
    ask.pp = 33;
    expect_refused(ask, NOTE_LAYOUT_PP_LAYERS);
    ask = r;
    ask.gpus = 6;
    ask.tp = 4;
    ask.pp = 1;
    expect_refused(ask, NOTE_LAYOUT_FRACTION);
    ask = r;
    ask.gpus = 8;
    ask.dp = 3;
    expect_refused(ask, NOTE_LAYOUT_FRACTION);
    ask = r;
    ask.dp = 2000;
    expect_refused(ask, NOTE_LAYOUT_MAX_GPUS);
    ask = r;
    ask.optimizer = names_find(&world()->lexicon.optimizers, "adamw");
    ask.engine = engine_of("generic", MODE_TRAINING, NULL);
    ask.concurrency = 3;
    ask.global_batch = 64;
    ask.dp = 2;
    expect_refused(ask, NOTE_LAYOUT_GLOBAL_BATCH);
}

/* A tensor-parallel group never spans servers, and a server holds only whole groups. */
static void servers_hold_whole_groups(void)
{
    static const struct {
        double gpus, tp, per_server, servers;
    } cases[] = {
        {1, 1, 8, 1},  {8, 1, 8, 1},  {9, 1, 8, 2}, {8, 8, 8, 1},   {16, 8, 8, 2},
        {12, 4, 8, 2}, {10, 5, 8, 2}, {6, 3, 8, 1}, {16, 4, 16, 1}, {9, 3, 8, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct layout layout = {.gpus = cases[i].gpus, .tp = cases[i].tp};
        CU_ASSERT_EQUAL(layout_servers(&layout, cases[i].per_server), cases[i].servers);
    }
}

/* Integers and blocks of them take no gradient step: only adapters beside them are trained. */
static void quantized_weights_are_not_trained(void)
{
    static const char *const types[] = {"int4", "nf4", "awq-int4", "gguf-q4_k_m"};
    struct request r = request_blank();
    struct answer answer;
    r.optimizer = names_find(&world()->lexicon.optimizers, "adamw");
    r.engine = engine_of("generic", MODE_TRAINING, NULL);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        r.dtype = dtype_of(types[i]);
        r.tuning = TUNING_FULL;
        evaluate(&r, &world()->facts, &answer);
        CU_ASSERT_EQUAL(answer.status, STATUS_UNSUPPORTED);
        r.tuning = TUNING_QLORA;
        evaluate(&r, &world()->facts, &answer);
        CU_ASSERT_EQUAL(answer.status, STATUS_OK);
    }
}

void suite_fit(void)
{
    CU_pSuite suite = CU_add_suite("fit", NULL, NULL);
    CU_add_test(suite, "more load never needs less", more_load_never_needs_less);
    CU_add_test(suite, "more layers never need less", more_layers_never_need_less);
    CU_add_test(suite, "fewer layers hold less cache", fewer_layers_hold_less_cache);
    CU_add_test(suite, "wider types never need less", wider_types_never_need_less);
    CU_add_test(suite, "more sharding never needs more", more_sharding_never_needs_more);
    CU_add_test(suite, "answers are legal and fit", answers_are_legal_and_fit);
    CU_add_test(suite, "pinned layouts stand", pinned_layouts_stand);
    CU_add_test(suite, "illegal layouts are named", illegal_layouts_are_named);
    CU_add_test(suite, "quantized weights are not trained", quantized_weights_are_not_trained);
    CU_add_test(suite, "servers hold whole groups", servers_hold_whole_groups);
}
