/* test_speed.c -- the speed model: formulas in letters agree with the C, published examples, what
 * is known of orderings */
#include "formula.h"
#include "world.h"

#include "core/evaluate.h"
#include "core/speed/speed.h"

#include <CUnit/Basic.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void suite_speed(void);

enum { SCENARIOS = 2000 };

/* One serving scenario written as a row; its request borrows from the sheet. */
struct serving {
    struct sheet sheet;
    struct scenario scenario;
    struct letters letters;
    struct pace pace;
};

static void serving_read(struct serving *s, const char *cells)
{
    char text[512];
    snprintf(text, sizeof text,
             "model,dtype,kv_dtype,optimizer,tokens,prompt_tokens,concurrency,gpu,engine,"
             "engine_version,client,tp,dp\n%s\n",
             cells);
    sheet_read(&s->sheet, text, true);
    if (s->sheet.count != 1)
        printf("\n%s\n", s->sheet.messages);
    CU_ASSERT_EQUAL_FATAL(s->sheet.count, 1);
    matrix_scenario(&s->sheet.rows[0], 0, &s->scenario);
    const struct request *r = &s->scenario.request;
    struct layout layout = {.tp = r->tp, .pp = 1, .ways = 1, .cp = 1, .ep = 1, .gpus = r->tp};
    letters_bind(&s->letters, r, &world()->facts);
    pace_bind(&s->pace, r, &world()->facts, &s->letters, &layout);
}

/* What a derived letter is held against. */
struct derived {
    const char *symbol;
    const char *formula;
    size_t offset;
    formula_find *find;
};

static bool find_in(const struct letter *letters_of, size_t count, const void *letters,
                    const char *name, double *value)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(letters_of[i].symbol, name) != 0)
            continue;
        memcpy(value, (const char *)letters + letters_of[i].offset, sizeof *value);
        return true;
    }
    return false;
}

static bool find_pace(const void *letters, const char *name, double *value)
{
    return find_in(pace_legend, pace_legend_count, letters, name, value);
}

static bool find_tempo(const void *letters, const char *name, double *value)
{
    return find_in(tempo_legend, tempo_legend_count, letters, name, value);
}

static void agree(const void *x, const struct derived *step)
{
    const char *fault;
    double got;
    double want = formula_value(step->formula, step->find, x, &fault);
    memcpy(&got, (const char *)x + step->offset, sizeof got);
    if (fault || !near(got, want, 1e-12))
        printf("\n%s: C %.17g, formula %.17g %s\n", step->symbol, got, want, fault ? fault : "");
    CU_ASSERT_PTR_NULL(fault);
    CU_ASSERT(near(got, want, 1e-12));
}

static void training_formulas_agree(void)
{
    struct dice dice = {20261122};
    for (int i = 0; i < SCENARIOS; i++) {
        struct request request;
        struct layout layout;
        struct letters letters;
        struct tempo x;
        draw_training(&dice, &request);
        draw_layout(&dice, &request, &layout);
        draw_demand(&dice, &request);
        letters_bind(&letters, &request, &world()->facts);
        tempo_bind(&x, &request, &world()->facts, &letters, &layout);
        if (x.F <= 0)
            continue;
        for (size_t j = 0; j < tempo_step_count; j++)
            agree(&x, &(struct derived){tempo_steps[j].symbol, tempo_steps[j].formula,
                                        tempo_steps[j].offset, find_tempo});
        CU_ASSERT(isfinite(x.g) && x.g > 0 && x.U > 0 && isfinite(x.D));
    }
}

/* A random serving scenario at a random layout; false: the card has no rates. */
static bool draw_pace(struct dice *dice, struct pace *x)
{
    struct request request;
    struct layout layout;
    struct letters letters;
    draw_inference(dice, &request);
    draw_layout(dice, &request, &layout);
    letters_bind(&letters, &request, &world()->facts);
    pace_bind(x, &request, &world()->facts, &letters, &layout);
    return x->Q > 0 && x->F > 0 && x->F_16 > 0;
}

static void formulas_agree(void)
{
    struct dice dice = {20261120};
    for (int i = 0; i < SCENARIOS; i++) {
        struct pace x;
        if (!draw_pace(&dice, &x))
            continue;
        pace_load(&x, dice_count(&dice, 1, 512), dice_count(&dice, 1, 32768),
                  dice_count(&dice, 1, 4096));
        pace_steps_fill(&x);
        for (size_t j = 0; j < pace_step_count; j++)
            agree(&x, &(struct derived){pace_steps[j].symbol, pace_steps[j].formula,
                                        pace_steps[j].offset, find_pace});
        CU_ASSERT(isfinite(x.t_t) && x.t_t > 0 && isfinite(x.t_1) && x.t_1 > 0 && x.r_o > 0);
    }
}

static void check_legend(const struct letter *letters_of, size_t count, size_t bytes)
{
    bool covered[128] = {false};
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++)
            CU_ASSERT_STRING_NOT_EQUAL(letters_of[i].symbol, letters_of[j].symbol);
        CU_ASSERT(*letters_of[i].meaning && *letters_of[i].unit);
        covered[letters_of[i].offset / sizeof(double)] = true;
    }
    for (size_t i = 0; i < bytes / sizeof(double); i++)
        CU_ASSERT(covered[i]);
}

static void legends_are_whole(void)
{
    check_legend(pace_legend, pace_legend_count, sizeof(struct pace));
    check_legend(tempo_legend, tempo_legend_count, sizeof(struct tempo));
}

/* The coefficients of the published reference fit, which the examples below were worked with. */
static void take_reference(struct pace *x, const double engine[8], double e_m, double e_f,
                           double c_r)
{
    x->e_m = e_m;
    x->e_f = e_f;
    x->c_r = c_r * 1e-6;
    x->e_d = engine[0];
    x->c_l = engine[1] * 1e-6;
    x->c_0 = engine[2] * 1e-3;
    x->c_s = engine[3] * 1e-6;
    x->c_x = engine[4] * 1e-6;
    x->f_i = engine[5];
    x->c_t = engine[6] * 1e-3;
    x->f_q = engine[7];
    x->e_k = 0.9854;
    x->e_e = 0.8181;
    x->e_g = 0.6168;
    x->e_a = 0.5317;
    x->e_u = 0.5151;
    x->e_v = 0.2559;
    x->c_v = 30.57e-6;
    x->n_o = 4; /* what the reference does not know is neutral */
    x->y_x = 0;
    x->f_g = 0;
}

static double rate_at(struct pace *x, double requests, double prompt, double output)
{
    pace_load(x, requests, prompt, output);
    pace_steps_fill(x);
    return x->r_o;
}

/* Llama-3.1-70B fp8 on two H100 [research note on serving speed, 4.1]; the most of a benchmark that
 * keeps every request's prefill in the mix weighs it in full. */
static void dense_example(void)
{
    static const double engine[8] = {0.703, 9.369, 1.312, 5.185, 10.36, 1.053, 34.04, 0.08942};
    struct serving s;
    serving_read(&s, "llama-3.1-70b,fp8,fp8,none,2048,1024,32,h100-sxm-80g,vllm,0.11,burst,2,1");
    struct pace *x = &s.pace;
    take_reference(x, engine, 0.7073, 0.758, 16.56);
    double rate = rate_at(x, 32, 1024, 1024);
    CU_ASSERT(near(x->W, 35.2769e9, 0.01));
    CU_ASSERT(near(x->K_f, 81920, 1e-12));
    CU_ASSERT(near(x->t_d, 21.8531e-3, 0.01));
    CU_ASSERT(near(x->t_p, 59.7344e-3, 0.01));
    CU_ASSERT(near(x->t_m, 59.6145e-3, 0.01));
    CU_ASSERT(near(x->t_t, 23.754e-3, 0.01));
    CU_ASSERT(near(x->t_1, 270.3e-3, 0.01));
    CU_ASSERT(near(rate, 1343.7, 0.01));
    x->f_i = 1;
    CU_ASSERT(near(rate_at(x, 236.58, 1024, 1024), 4440.8, 0.01));
    CU_ASSERT(near(x->t_d, 39.5015e-3, 0.01));
    sheet_free(&s.sheet);
}

/* MiniMax-M2.5 fp8 on two B300 [the same note, 4.2]. */
static void mixture_example(void)
{
    static const double engine[8] = {0.701, 9.224, 1.047, 4.868, 12.77, 0.7119, 40.4, 0.08942};
    struct serving s;
    serving_read(&s, "minimax-m2.5,fp8,bf16,none,2048,1024,64,b300-sxm-288g,vllm,0.19,burst,2,1");
    struct pace *x = &s.pace;
    take_reference(x, engine, 0.7994, 0.4491, 15.78);
    double rate = rate_at(x, 64, 1024, 1024);
    CU_ASSERT(near(x->W_e, 112.3402e9, 0.01));
    CU_ASSERT(near(x->W_e * x->X, 97.6142e9, 0.01));
    CU_ASSERT(near(x->t_d, 25.7357e-3, 0.01));
    CU_ASSERT(near(x->t_p, 20.0776e-3, 0.01));
    CU_ASSERT(near(x->t_m, 10.0684e-3, 0.01));
    CU_ASSERT(near(x->t_t, 26.177e-3, 0.01));
    CU_ASSERT(near(x->t_1, 186.5e-3, 0.01));
    CU_ASSERT(near(rate, 2444.3, 0.01));
    x->f_i = 1;
    CU_ASSERT(near(rate_at(x, 550.73, 1024, 1024), 10541.6, 0.01));
    sheet_free(&s.sheet);
}

/* The letters of a training row, eight ranks with ZeRO 3. */
static struct tempo tempo_of(const char *cells)
{
    struct sheet sheet;
    struct scenario scenario;
    struct letters letters;
    struct tempo x;
    char text[512];
    snprintf(text, sizeof text,
             "model,dtype,optimizer,tokens,concurrency,gpu,engine,recompute,zero,gpus\n%s,3,8\n",
             cells);
    sheet_read(&sheet, text, false);
    CU_ASSERT_EQUAL_FATAL(sheet.count, 1);
    matrix_scenario(&sheet.rows[0], 0, &scenario);
    struct layout layout = {.tp = 1, .pp = 1, .ways = 8, .cp = 1, .ep = 1, .zero = 3, .gpus = 8};
    letters_bind(&letters, &scenario.request, &world()->facts);
    tempo_bind(&x, &scenario.request, &world()->facts, &letters, &layout);
    sheet_free(&sheet);
    return x;
}

/* Llama-3.1-8B, 8 H100, FSDP, selective recomputation, torchtitan: 5,989 tokens/s per GPU with the
 * reference's coefficients [research note on training, 6]. */
static void training_example(void)
{
    struct tempo x = tempo_of("llama-3.1-8b,bf16,adamw,8192,1,h100-sxm-80g,torchtitan,selective");
    CU_ASSERT(near(x.g, 5989, 0.01));
    CU_ASSERT(near(x.C_p, 6 * (8030261248.0 - 525336576.0), 0.001));
    CU_ASSERT(near(x.C_a, 6.0 * 32 * 4096 * 8192, 1e-12));
}

/* A query sees half of the sequence, in the mean, and no more than the window. Gemma 3 27B has 10
 * full layers and 52 with a window of 1,024; Mistral 7B v0.1 32 with one of 4,096. */
static void windows_bound_what_a_query_sees(void)
{
    static const struct {
        const char *cells;
        double keys;
        double width; /* d_q + d_o */
    } cases[] = {
        {"gemma-3-27b,bf16,adamw,8192,1,h100-sxm-80g,,none", 10 * 4096 + 52 * 1024, 2 * 32 * 128},
        {"gemma-3-27b,bf16,adamw,2048,1,h100-sxm-80g,,none", 62 * 1024, 2 * 32 * 128},
        {"gemma-3-27b,bf16,adamw,1024,1,h100-sxm-80g,,none", 62 * 512, 2 * 32 * 128},
        {"mistral-7b-v0.1,bf16,adamw,32768,1,h100-sxm-80g,,none", 32 * 4096, 2 * 32 * 128},
        {"llama-3.1-8b,bf16,adamw,32768,1,h100-sxm-80g,,none", 32 * 16384, 2 * 32 * 128},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tempo x = tempo_of(cases[i].cells);
        CU_ASSERT(near(x.S_a, cases[i].keys, 1e-12));
        CU_ASSERT(near(x.C_a, 6 * cases[i].keys * cases[i].width, 1e-12));
    }
}

/* A load that replaces another leaves the letters that a first one would. */
static void refilled_steps_are_filled_ones(void)
{
    struct dice dice = {20261126};
    for (int i = 0; i < 2000; i++) {
        struct request request;
        struct layout layout;
        struct letters letters;
        struct pace once;
        struct pace again;
        draw_inference(&dice, &request);
        draw_layout(&dice, &request, &layout);
        letters_bind(&letters, &request, &world()->facts);
        pace_bind(&once, &request, &world()->facts, &letters, &layout);
        again = once;
        double prompt = dice_count(&dice, 1, 32768);
        double output = dice_count(&dice, 1, 4096);
        double requests = dice_count(&dice, 1, 512);
        pace_load(&again, dice_count(&dice, 1, 512), prompt, output);
        pace_steps_fill(&again);
        pace_load(&again, requests, prompt, output);
        pace_steps_refill(&again);
        pace_load(&once, requests, prompt, output);
        pace_steps_fill(&once);
        CU_ASSERT_EQUAL(memcmp(&once, &again, sizeof once), 0);
    }
}

/* Most output tokens/s of one replica, per GPU. */
static double most_per_gpu(const char *cells)
{
    struct serving s;
    struct subject subject;
    struct replica_speed replica;
    struct speed speed;
    serving_read(&s, cells);
    const struct request *r = &s.scenario.request;
    struct layout layout = {.tp = r->tp, .pp = 1, .ways = 1, .cp = 1, .ep = 1, .gpus = r->tp};
    subject_bind(&subject, r, &world()->facts);
    replica_speed_bind(&replica, &subject);
    replica_speed_place(&replica, &layout, true);
    speed_of(&replica, &layout, &speed);
    sheet_free(&s.sheet);
    return speed.max_output_tok_s.expected / layout.gpus;
}

static double tpot_of(const char *cells)
{
    struct serving s;
    serving_read(&s, cells);
    rate_at(&s.pace, s.scenario.request.concurrency, s.scenario.request.prompt_tokens,
            s.scenario.request.output_tokens);
    double tpot = s.pace.t_t;
    sheet_free(&s.sheet);
    return tpot;
}

static void known_orderings(void)
{
    /* 70B fp8 fills one H100, so that few requests fit beside it */
    CU_ASSERT(
        most_per_gpu("llama-3.1-70b,fp8,fp8,none,4096,2048,8,h100-sxm-80g,tensorrt-llm,,,1,1") <
        most_per_gpu("llama-3.1-70b,fp8,fp8,none,4096,2048,8,h100-sxm-80g,tensorrt-llm,,,2,1"));
    /* all-reduces eat what eight GPUs gain over four at 64 requests */
    double four = tpot_of("llama-3.1-70b,fp8,fp8,none,2048,1024,64,h100-sxm-80g,vllm,,,4,1");
    double eight = tpot_of("llama-3.1-70b,fp8,fp8,none,2048,1024,64,h100-sxm-80g,vllm,,,8,1");
    CU_ASSERT(eight < four && four / eight < 1.5);
    /* and more so over PCIe */
    four = tpot_of("llama-3.1-70b,fp8,fp8,none,2048,1024,64,l40s-48g,vllm,,,4,1");
    eight = tpot_of("llama-3.1-70b,fp8,fp8,none,2048,1024,64,l40s-48g,vllm,,,8,1");
    CU_ASSERT(four / eight < 1.4);
}

/* What a buyer expects of any card: more bandwidth or fewer requests are never slower. */
static void speed_is_monotone(void)
{
    struct dice dice = {20261121};
    for (int i = 0; i < SCENARIOS; i++) {
        struct pace x;
        if (!draw_pace(&dice, &x))
            continue;
        double prompt = dice_count(&dice, 1, 16384);
        double output = dice_count(&dice, 1, 4096);
        double requests = dice_count(&dice, 1, 256);
        rate_at(&x, requests, prompt, output);
        struct pace before = x;
        double rate = rate_at(&x, requests + 1, prompt, output);
        CU_ASSERT(x.t_t >= before.t_t && x.t_1 >= before.t_1);
        CU_ASSERT(rate >= before.r_o * (1 - 1e-12));
        x.Q *= 1.1;
        CU_ASSERT(rate_at(&x, requests, prompt, output) >= before.r_o);
        CU_ASSERT(x.t_t <= before.t_t && x.t_1 <= before.t_1);
    }
}

/* The bound that a search leaves replicas out by: so many give no more than each its most. */
static void replicas_give_no_more_than_their_most(void)
{
    struct dice dice = {20261125};
    size_t limited = 0;
    for (int i = 0; i < SCENARIOS; i++) {
        struct request request;
        struct layout layout;
        struct subject subject;
        struct replica_speed replica;
        struct speed speed;
        draw_inference(&dice, &request);
        draw_demand(&dice, &request);
        draw_layout(&dice, &request, &layout);
        subject_bind(&subject, &request, &world()->facts);
        replica_speed_bind(&replica, &subject);
        replica_speed_place(&replica, &layout, true);
        double most = replica_output_most(&replica);
        speed_of(&replica, &layout, &speed);
        CU_ASSERT_EQUAL(most > 0, speed.max_output_tok_s.expected > 0);
        if (most < 0 || ceil(request.concurrency / layout.ways) > replica.most)
            continue;
        CU_ASSERT(speed.max_output_tok_s.expected <= layout.ways * most * (1 + 1e-12));
        limited += speed.max_output_tok_s.expected < layout.ways * most * (1 - 1e-9);
    }
    CU_ASSERT(limited > 0); /* by latency */
}

void suite_speed(void)
{
    CU_pSuite suite = CU_add_suite("speed", NULL, NULL);
    CU_add_test(suite, "legends are whole", legends_are_whole);
    CU_add_test(suite, "training formulas agree", training_formulas_agree);
    CU_add_test(suite, "formulas agree", formulas_agree);
    CU_add_test(suite, "dense example", dense_example);
    CU_add_test(suite, "mixture example", mixture_example);
    CU_add_test(suite, "training example", training_example);
    CU_add_test(suite, "windows bound what a query sees", windows_bound_what_a_query_sees);
    CU_add_test(suite, "known orderings", known_orderings);
    CU_add_test(suite, "speed is monotone", speed_is_monotone);
    CU_add_test(suite, "replicas give no more than their most",
                replicas_give_no_more_than_their_most);
    CU_add_test(suite, "refilled steps are filled ones", refilled_steps_are_filled_ones);
}
