/* test_labels.c -- English in, another language out; formulas follow the cells they compare with */
#include "base/labels.h"
#include "base/width.h"
#include "book/speech.h"

#include <CUnit/Basic.h>
#include <string.h>

void suite_labels(void);

static const char *const rows[][2] = {
    {"Rent", "R"},
    {"Cost", "비용"},
    {"What-if data", "가정 O'자료"},
    {"weights", "가중치"},
    {"memory", "메모리"},
    {"USD/hour", "달러/시간"},
    {"ok", "적합"},
    {"fits", "들어감"},
    {"would fit on %.0f GPU%s", "GPU %1$s개면 가능"},
    {"largest term: %s, %.1f GiB per GPU", "가장 큰 항목: GPU당 %2$s GiB의 %1$w"},
    {"%s; the nearest type is %s", "%1$s, 가장 가까운 형식은 %2$s"},
    {"%d %% of %s", "%2$s의 %1$s%%"},
};

static struct arena arena;

static struct labels made(void)
{
    struct labels labels = {0};
    char why[LABEL_WHY_BYTES];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CU_ASSERT(labels_add(&labels, &arena, rows[i][0], rows[i][1], why));
    return labels;
}

static void check(const char *english, const char *expected)
{
    struct labels labels = made();
    char buffer[LABEL_BYTES];
    CU_ASSERT_STRING_EQUAL(labels_text(&labels, english, buffer), expected);
    arena_free(&arena);
}

static void words_are_found(void)
{
    check("Rent", "R");
    check("rent", "rent");
    check("Rents", "Rents");
    check("", "");
    CU_ASSERT_STRING_EQUAL(labels_word(NULL, "Rent"), "Rent");
    CU_ASSERT_PTR_NULL(labels_word(NULL, NULL));
}

static void sentences_are_recognised(void)
{
    check("would fit on 1 GPU", "GPU 1개면 가능");
    check("would fit on 12 GPUs", "GPU 12개면 가능");
    check("would fit on many GPUs", "would fit on many GPUs");
    check("would fit on 12 GPUs!", "would fit on 12 GPUs!");
    check("largest term: weights, 1.5 GiB per GPU", "가장 큰 항목: GPU당 1.5 GiB의 가중치");
    check("largest term: Hangul 한글, 1.5 GiB per GPU",
          "가장 큰 항목: GPU당 1.5 GiB의 Hangul 한글");
    check("90 % of all", "all의 90%");
    check("fp8; the nearest type is bf16", "fp8, 가장 가까운 형식은 bf16");
}

static void texts_are_said_in_parts(void)
{
    check("memory: weights", "메모리: 가중치");
    check("memory: layers", "memory: layers");
    check("ok, ok, fits", "적합, 적합, 들어감");
    check("Rent (USD/hour)", "R (달러/시간)");
    check("Rent (KRW)", "R (KRW)");
    check("unknown; would fit on 2 GPUs; weights", "unknown; GPU 2개면 가능; 가중치");
    check("fits; fp8; the nearest type is bf16", "들어감; fp8, 가장 가까운 형식은 bf16");
}

/* Steps are bounded: a text that fits a key in many ways costs no more than another. */
static void hostile_texts_end(void)
{
    struct labels labels = {0};
    char why[LABEL_WHY_BYTES];
    char text[2000];
    char buffer[LABEL_BYTES];
    CU_ASSERT(
        labels_add(&labels, &arena, "%sa%sa%sa%sa%sa%sa%sb", "%1$s%2$s%3$s%4$s%5$s%6$s%7$s", why));
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    CU_ASSERT_STRING_EQUAL(labels_text(&labels, text, buffer), text);
    arena_free(&arena);
}

static void refuse(const char *key, const char *label, const char *expected)
{
    struct labels labels = {0};
    char why[LABEL_WHY_BYTES] = "";
    CU_ASSERT(!labels_add(&labels, &arena, key, label, why));
    CU_ASSERT_STRING_EQUAL(why, expected);
    arena_free(&arena);
}

static void conversions_must_agree(void)
{
    refuse("%d of %d", "%1$s", "%2$s is missing: the text has 2 conversions");
    refuse("%d GPUs", "GPU %2$s", "\"%2$s\" is not in the text, which has 1");
    refuse("%d GPUs", "GPU %d", "\"%d\" has no place; write %1$s for the first");
    refuse("%s GPUs", "GPU", "%1$s is missing: the text has 1 conversion");
}

static void formulas_follow_cells(void)
{
    struct labels labels = made();
    char buffer[FORMULA_BYTES];
    CU_ASSERT_STRING_EQUAL(formula_said(&labels, "=IF(Cost!A1=\"ok\",\"\",Rent)", buffer),
                           "=IF('비용'!A1=\"적합\",\"\",Rent)");
    CU_ASSERT_STRING_EQUAL(formula_said(&labels, "='What-if data'!$A$1&\"say \"\"ok\"\"\"", buffer),
                           "='가정 O''자료'!$A$1&\"say \"\"ok\"\"\"");
    CU_ASSERT_STRING_EQUAL(formula_said(NULL, "=Cost!A1", buffer), "=Cost!A1");
    arena_free(&arena);
}

static void long_formulas_are_refused(void)
{
    struct labels labels = made();
    char buffer[FORMULA_BYTES];
    char formula[FORMULA_BYTES + 16];
    memset(formula, '1', sizeof formula - 1);
    formula[0] = '=';
    formula[FORMULA_BYTES - 1] = '\0';
    CU_ASSERT_PTR_NOT_NULL(formula_said(&labels, formula, buffer));
    formula[FORMULA_BYTES - 1] = '1';
    formula[FORMULA_BYTES] = '\0';
    CU_ASSERT_PTR_NULL(formula_said(&labels, formula, buffer));
    arena_free(&arena);
}

static void hangul_takes_two_columns(void)
{
    CU_ASSERT_EQUAL(width_of_text("GPU 수"), 6);
    CU_ASSERT_EQUAL(width_of_text(""), 0);
    CU_ASSERT_EQUAL(width_of_text("\xff\xfe"), 2);
}

void suite_labels(void)
{
    CU_pSuite suite = CU_add_suite("labels", NULL, NULL);
    CU_add_test(suite, "words are found", words_are_found);
    CU_add_test(suite, "sentences are recognised", sentences_are_recognised);
    CU_add_test(suite, "texts are said in parts", texts_are_said_in_parts);
    CU_add_test(suite, "hostile texts end", hostile_texts_end);
    CU_add_test(suite, "conversions must agree", conversions_must_agree);
    CU_add_test(suite, "formulas follow cells", formulas_follow_cells);
    CU_add_test(suite, "long formulas are refused", long_formulas_are_refused);
    CU_add_test(suite, "Hangul takes two columns", hangul_takes_two_columns);
}
