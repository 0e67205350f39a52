/* test_terms.c -- the term table: formulas in letters agree with the C, phases sum to the total
 *
 * A letter of a formula is whatever legend[] says it is. */
#include "formula.h"
#include "world.h"

#include "core/footprint.h"
#include "core/memory/groups.h"

#include <CUnit/Basic.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void suite_terms(void);

enum { SCENARIOS = 2500 };

/* The value of a letter of the memory model. */
static bool find_letter(const void *letters, const char *name, double *value)
{
    for (size_t i = 0; i < legend_count; i++) {
        if (!strcmp(legend[i].symbol, name)) {
            memcpy(value, (const char *)letters + legend[i].offset, sizeof *value);
            return true;
        }
    }
    return false;
}

static double evaluate_formula(const char *text, const struct letters *letters, const char **fault)
{
    return formula_value(text, find_letter, letters, fault);
}

static void table_is_whole(void)
{
    for (size_t i = 0; i < TERM_COUNT; i++) {
        for (size_t j = 0; j < i; j++)
            CU_ASSERT_STRING_NOT_EQUAL(terms[i].id, terms[j].id);
        CU_ASSERT(terms[i].label && *terms[i].label);
        CU_ASSERT(terms[i].formula && *terms[i].formula);
        CU_ASSERT(terms[i].source && *terms[i].source);
        CU_ASSERT_PTR_NOT_NULL(terms[i].bytes);
        CU_ASSERT(terms[i].phases > 0 && terms[i].phases < 1u << PHASE_COUNT);
        CU_ASSERT(terms[i].column < COLUMN_COUNT);
    }
    for (size_t i = 0; i < PHASE_COUNT; i++)
        CU_ASSERT(phase_names[i] && *phase_names[i]);
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        CU_ASSERT(column_names[i] && *column_names[i]);
}

static void legend_is_whole(void)
{
    bool covered[sizeof(struct letters) / sizeof(double)] = {false};
    for (size_t i = 0; i < legend_count; i++) {
        for (size_t j = 0; j < i; j++)
            CU_ASSERT_STRING_NOT_EQUAL(legend[i].symbol, legend[j].symbol);
        CU_ASSERT(*legend[i].meaning && *legend[i].unit);
        CU_ASSERT_EQUAL(legend[i].offset % sizeof(double), 0);
        covered[legend[i].offset / sizeof(double)] = true;
    }
    for (size_t i = 0; i < sizeof covered / sizeof *covered; i++)
        CU_ASSERT(covered[i]);
}

/* The tests below are only as good as this reader. */
static void evaluator_is_right(void)
{
    static const struct {
        const char *text;
        double value;
    } cases[] = {
        {"1 + 2 * 3 - 4 / 2", 5},  {"(1 + 2) * 3", 9},
        {"8 / 4 / 2", 1},          {"MAX(1, 2) + MIN(3, 4)", 5},
        {"IF(2 > 1, 10, 20)", 10}, {"IF(E > 0, 1, t)", 4},
        {"2 * L * h", 48},         {"-3 + 1", -2},
        {"IF(1 >= 1, 7, 8)", 7},   {"ROUNDUP(7 / 2, 0)", 4},
        {"COUNT(L)", 1},
    };
    struct letters letters = {.L = 3, .h = 8, .t = 4};
    const char *fault;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CU_ASSERT_EQUAL(evaluate_formula(cases[i].text, &letters, &fault), cases[i].value);
        CU_ASSERT_PTR_NULL(fault);
    }
    evaluate_formula("2 * nosuch", &letters, &fault);
    CU_ASSERT_PTR_NOT_NULL(fault);
    evaluate_formula("(1 + 2", &letters, &fault);
    CU_ASSERT_PTR_NOT_NULL(fault);
    evaluate_formula("SUM(1, 2)", &letters, &fault);
    CU_ASSERT_PTR_NOT_NULL(fault);
}

static void compare_phase(struct letters *x, const struct request *request, int phase)
{
    x->Y = 0;
    for (size_t i = 0; i < TERM_COUNT; i++) {
        const char *fault;
        if (!(terms[i].phases & 1u << phase))
            continue;
        double want = terms[i].bytes(x);
        double got = evaluate_formula(terms[i].formula, x, &fault);
        bool agrees = !fault && near(got, want, 1e-12);
        if (!agrees)
            printf("\n%s (%s, phase %d): formula %.17g, C %.17g%s%s\n", terms[i].id,
                   request->model->id, phase, got, want, fault ? ", " : "", fault ? fault : "");
        CU_ASSERT(agrees);
        x->Y += want;
    }
}

static void formulas_agree_with_the_code(void)
{
    struct dice dice = {20260101};
    for (int i = 0; i < SCENARIOS; i++) {
        struct request request;
        struct layout layout;
        struct subject subject;
        draw_request(&dice, &request);
        draw_layout(&dice, &request, &layout);
        subject_bind(&subject, &request, &world()->facts);
        int first = request.optimizer ? PHASE_FORWARD_END : PHASE_PREFILL;
        int end = request.optimizer ? PHASE_COUNT : PHASE_FORWARD_END;
        for (int last = 0; last < (layout.pp > 1 ? 2 : 1); last++) {
            letters_place(&subject.letters, &request, &layout, last == 1);
            for (int phase = first; phase < end; phase++) {
                letters_phase(&subject.letters, &request, phase);
                compare_phase(&subject.letters, &request, phase);
            }
        }
    }
}

/* Terms of the phase that the roster lists. */
static bool is_listed(const struct roster *roster, enum phase phase, size_t term)
{
    size_t at = phase - roster->first_phase;
    bool found = false;
    for (size_t i = 0; i < roster->alive_count[at]; i++)
        found |= roster->alive[at][i] == term;
    return found;
}

/* What a roster leaves out is 0 on every stage and in every phase. */
static void a_roster_leaves_out_nothing(void)
{
    struct dice dice = {20261208};
    size_t left_out = 0;
    for (int i = 0; i < SCENARIOS; i++) {
        struct request request;
        struct layout layout;
        struct subject subject;
        draw_request(&dice, &request);
        draw_layout(&dice, &request, &layout);
        subject_bind(&subject, &request, &world()->facts);
        const struct roster *roster = &subject.roster;
        letters_place(&subject.letters, &request, &layout, dice_chance(&dice, 50));
        for (int j = 0; j < roster->phases; j++) {
            enum phase phase = (enum phase)((int)roster->first_phase + j);
            letters_phase(&subject.letters, &request, (int)phase);
            for (size_t term = 0; term < TERM_COUNT; term++) {
                if (!(terms[term].phases & 1u << phase) || is_listed(roster, phase, term))
                    continue;
                CU_ASSERT(terms[term].bytes(&subject.letters) == 0);
                left_out++;
            }
        }
    }
    CU_ASSERT(left_out > SCENARIOS);
}

/* Terms add up to columns, columns to the total, and the band holds the total. */
static void columns_sum_to_the_total(void)
{
    struct dice dice = {20260102};
    for (int i = 0; i < SCENARIOS; i++) {
        struct request request;
        struct layout layout;
        struct subject subject;
        struct footprint f;
        double term_sum = 0;
        double column_sum = 0;
        draw_request(&dice, &request);
        draw_layout(&dice, &request, &layout);
        subject_bind(&subject, &request, &world()->facts);
        footprint_of(&subject, &layout, &f);
        for (size_t j = 0; j < TERM_COUNT; j++) {
            bool alive = terms[j].phases & 1u << f.phase;
            term_sum += f.term_bytes[j];
            CU_ASSERT(alive || f.term_bytes[j] == 0);
            CU_ASSERT(isfinite(f.term_bytes[j]));
        }
        for (size_t j = 0; j < COLUMN_COUNT; j++) {
            column_sum += f.column_bytes[j];
            if (f.column_bytes[j] < 0)
                printf("\n%s: column %s is %g\n", request.model->id, column_names[j],
                       f.column_bytes[j]);
            CU_ASSERT(f.column_bytes[j] >= 0);
        }
        CU_ASSERT(near(term_sum, f.total_bytes, 1e-12));
        CU_ASSERT(near(column_sum, f.total_bytes, 1e-12));
        CU_ASSERT(f.low_bytes >= 0 && f.low_bytes <= f.total_bytes);
        CU_ASSERT(f.total_bytes <= f.high_bytes);
    }
}

/* vLLM's defaults by card and release; A100s are left at the small ones from 0.9 on. [vllm pull
 * requests 12369, 16158, 17073, 17885] */
static void batch_defaults_go_by_card(void)
{
    static const struct {
        const char *gpu;
        const char *version;
        double step_tokens;
        double sequences;
    } cases[] = {
        {"h100-sxm-80g", "0.9", 16384, 1024}, {"a100-sxm-80g", "0.9", 8192, 256},
        {"a100-pcie-80g", "0.19", 8192, 256}, {"mi300x-192g", "0.11", 16384, 1024},
        {"l40s-48g", "0.19", 8192, 256},      {"h100-sxm-80g", "0.8.5", 16384, 1024},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct request request = request_blank();
        struct letters x;
        request.gpu = gpu_of(cases[i].gpu);
        request.engine = engine_of("vllm", MODE_INFERENCE, cases[i].version);
        letters_bind(&x, &request, &world()->facts);
        CU_ASSERT_EQUAL(x.B, cases[i].step_tokens);
        CU_ASSERT_EQUAL(x.S_m, cases[i].sequences);
    }
}

/* The same input gives the same bits, whatever layout was measured before, and the letters of the
 * peak stay bound. */
static void footprint_is_pure(void)
{
    struct dice dice = {20260103};
    for (int i = 0; i < SCENARIOS; i++) {
        struct request request;
        struct layout layout;
        struct layout other;
        struct subject subject;
        struct footprint once;
        struct footprint twice;
        draw_request(&dice, &request);
        draw_layout(&dice, &request, &layout);
        draw_layout(&dice, &request, &other);
        subject_bind(&subject, &request, &world()->facts);
        footprint_of(&subject, &layout, &once);
        CU_ASSERT_EQUAL(subject.letters.t, layout.tp);
        const struct letters *x = &subject.letters;
        double chunk = x->z_c * x->T_x * x->s_c * x->F_w * x->B_kv * x->r_win;
        double cache = request.optimizer ? 0 : sequence_bytes(x) * x->S + chunk;
        footprint_of(&subject, &other, &twice);
        footprint_of(&subject, &layout, &twice);
        CU_ASSERT_EQUAL(once.total_bytes, twice.total_bytes);
        CU_ASSERT_EQUAL(once.usable_bytes, twice.usable_bytes);
        CU_ASSERT_EQUAL(once.high_bytes, twice.high_bytes);
        CU_ASSERT(near(cache, once.column_bytes[COLUMN_KV_CACHE], 1e-12));
    }
}

/* The letters that a load changes, directly or through others. */
static bool is_loaded(const char *symbol)
{
    static const char *const serving[] = {"T", "T_b", "T_w", "T_x", "S", "S_m", "B", "q"};
    static const char *const training[] = {"s", "m", "T_m", "K", "A", "Y"};
    for (size_t i = 0; i < sizeof serving / sizeof *serving; i++)
        if (!strcmp(symbol, serving[i]))
            return true;
    for (size_t i = 0; i < sizeof training / sizeof *training; i++)
        if (!strcmp(symbol, training[i]))
            return true;
    return false;
}

/* Letters whose loaded names were asked for. */
struct watched {
    const struct letters *letters;
    bool loaded;
};

static bool watch_letter(const void *context, const char *name, double *value)
{
    struct watched *watched = (struct watched *)context;
    watched->loaded |= is_loaded(name);
    return find_letter(watched->letters, name, value);
}

static void loaded_terms_are_those_that_name_a_load(void)
{
    static struct letters letters;
    for (size_t i = 0; i < TERM_COUNT; i++) {
        struct watched watched = {&letters, false};
        const char *fault;
        formula_value(terms[i].formula, watch_letter, &watched, &fault);
        CU_ASSERT_EQUAL(watched.loaded, terms[i].loaded);
    }
}

/* The C reads no more than the formula says. */
static void standing_terms_do_not_move_with_the_load(void)
{
    struct dice dice = {20260105};
    for (int i = 0; i < SCENARIOS; i++) {
        static struct subject subject;
        struct request request;
        struct layout layout;
        draw_request(&dice, &request);
        draw_layout(&dice, &request, &layout);
        subject_bind(&subject, &request, &world()->facts);
        letters_place(&subject.letters, &request, &layout, dice_chance(&dice, 50));
        struct letters other = subject.letters;
        for (size_t j = 0; j < legend_count; j++) {
            double value = dice_count(&dice, 1, 1000000);
            if (is_loaded(legend[j].symbol))
                memcpy((char *)&other + legend[j].offset, &value, sizeof value);
        }
        for (size_t j = 0; j < TERM_COUNT; j++)
            if (!terms[j].loaded)
                CU_ASSERT_EQUAL(terms[j].bytes(&subject.letters), terms[j].bytes(&other));
    }
}

void suite_terms(void)
{
    CU_pSuite suite = CU_add_suite("terms", NULL, NULL);
    CU_add_test(suite, "the table is whole", table_is_whole);
    CU_add_test(suite, "the legend is whole", legend_is_whole);
    CU_add_test(suite, "the formula reader is right", evaluator_is_right);
    CU_add_test(suite, "formulas agree with the code", formulas_agree_with_the_code);
    CU_add_test(suite, "a roster leaves out nothing", a_roster_leaves_out_nothing);
    CU_add_test(suite, "columns sum to the total", columns_sum_to_the_total);
    CU_add_test(suite, "batch defaults go by card", batch_defaults_go_by_card);
    CU_add_test(suite, "a footprint is pure", footprint_is_pure);
    CU_add_test(suite, "loaded terms are those that name a load",
                loaded_terms_are_those_that_name_a_load);
    CU_add_test(suite, "standing terms do not move with the load",
                standing_terms_do_not_move_with_the_load);
}
