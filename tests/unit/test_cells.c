/* test_cells.c -- cells that hardly anybody writes: long, large, nearly a number, nearly a name */
#include "world.h"

#include "core/evaluate.h"
#include "scenario/number.h"

#include <CUnit/Basic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void suite_cells(void);

enum { TEXT_BYTES = 64 * 1024 };

/* A row with more columns, whose first fault, without place and echo, begins with `want`; "": it
 * has none, and the row stands for `count` scenarios. */
static void expect_row(const char *columns, const char *cells, const char *want, uint64_t count)
{
    struct sheet sheet;
    char got[512] = "";
    char *text = malloc(TEXT_BYTES);
    if (!text)
        abort();
    snprintf(text, TEXT_BYTES, "dtype,optimizer,concurrency,gpu,%s\nbf16,none,1,h100-sxm-80g,%s\n",
             columns, cells);
    sheet_read(&sheet, text, false);
    const char *sentence = strstr(sheet.messages, "error: ");
    if (sentence)
        snprintf(got, sizeof got, "%.*s", (int)strlen(want), sentence + 7);
    expect_text(got, want);
    CU_ASSERT_EQUAL(sheet.faults, *want ? 1 : 0);
    CU_ASSERT_EQUAL(sheet.count, *want ? 0 : 1);
    if (sheet.count)
        CU_ASSERT_EQUAL(sheet.rows[0].count, count);
    sheet_free(&sheet);
    free(text);
}

static void nearly_names(void)
{
    static const char *const cases[][2] = {
        {"-7b", "unknown model \"-7b\""},
        {"1.2.3b", "unknown model \"1.2.3b\""},
        {"7x", "unknown model \"7x\""},
        {"llama-3.1", "unknown model \"llama-3.1\""},
        {"l", "unknown model \"l\"; ids that begin so: "},
        {"~", "unknown model \"~\"; see gpuplan list models"},
        {"deepseek-r1-distill", "unknown model \"deepseek-r1-distill\"; ids that begin so: "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char cells[128];
        snprintf(cells, sizeof cells, "%s,8", cases[i][0]);
        expect_row("model,tokens", cells, cases[i][1], 0);
    }
    expect_row("model,tokens,xa", "7b,8,1", "unknown column \"xa\"", 0);
    expect_row("model,tokens,kv_dtype", "7b,8,fp*|b*", "", 4);
    expect_row("model,tokens,kv_dtype", "7b,8,int4*", "pattern \"int4*\" matches no cache type", 0);
    expect_row("model,tokens,engine", "7b,8,vllm*", "", 1); /* versions of one engine count once */
    expect_row("model,tokens", "7b|\t8b\t,\"8|\t16\"", "", 4);
}

static void nearly_numbers(void)
{
    static const char *const cases[][3] = {
        {"tp", "\",5\"", "tp: \",5\" has a decimal comma"},
        {"tp", "1.2.3k", "tp: \"1.2.3k\" is not a number"},
        {"tp", "abKi", "tp: \"abKi\" is not a number"},
        {"tp", "k", "tp: \"k\" is not a number"},
        {"tp", "Ki", "tp: \"Ki\" is not a number"},
        {"tp", ".5x", "tp: \".5x\" is not a number"},
        {"tp", ".5", "tp: \".5\" lacks a digit before the point; write 0.5"},
        {"tp", "1\xef\xbc\x8b", "tp: \"1\xef\xbc\x8b\" is not a number"},
        {"tp", "\xef\xbc\x9f", "tp: \"\xef\xbc\x9f\" is not a number"},
        {"tp", "\xef\xbc\x91", "tp: \"\xef\xbc\x91\" has full-width digits"},
        {"tp", "1e", "tp: \"1e\" is not a number"},
        {"tp", "1..8*x", "tp: \"x\" is not a number"},
        {"tp", "1..1e12*2", "tp: 1e12 is too large"},
        {"tp", "1..x*2", "tp: \"x\" is not a number"},
        {"tp", "x..8*2", "tp: \"x\" is not a number"},
        {"tp", "0..8*2", "tp: 0 is zero"},
        {"tp", "..8*2", "tp: range \"..8*2\" lacks its start"},
        {"tp", "1..*2", "tp: range \"1..*2\" lacks its end"},
        {"tp", "1..8*", "tp: range \"1..8*\" lacks its step"},
        {"zero", "-1", "zero: -1 is negative; it must be 0 or more"},
        {"max_usd", "-0.5", "max_usd: -0.5 is negative; it must be above 0"},
        {"max_usd", "1..1e15*1.0001",
         "max_usd: range \"1..1e15*1.0001\" has too many values; at most 1,000 with *"},
        {"train_tokens", "1..900000000000+1|1..900000000000+1",
         "train_tokens: the cell has more than 10^12 values; narrow it"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char columns[64];
        char cells[128];
        snprintf(columns, sizeof columns, "model,tokens,%s", cases[i][0]);
        snprintf(cells, sizeof cells, "7b,8,%s", cases[i][1]);
        expect_row(columns, cells, cases[i][2], 0);
    }
}

/* `count` times `part` as the cell of `column`. */
static void expect_many(const char *column, const char *part, size_t count, const char *want,
                        uint64_t scenarios)
{
    char columns[64];
    char *cells = malloc(TEXT_BYTES);
    if (!cells)
        abort();
    size_t used = (size_t)sprintf(cells, "7b,8,");
    for (size_t i = 0; i < count; i++)
        used += (size_t)sprintf(cells + used, "%s", part);
    snprintf(columns, sizeof columns, "model,tokens,%s", column);
    expect_row(columns, cells, want, scenarios);
    free(cells);
}

static void long_cells(void)
{
    expect_many("tp", "1", 70, "tp: 11111", 0);
    expect_many("tp", "\xea\xb0\x80", 70, "tp: \"\xea\xb0\x80", 0);
    expect_many("tp", "1Ki", 40, "tp: \"1Ki1Ki1Ki", 0);
    expect_many("tp", "k", 40, "tp: \"kkkk", 0);
    expect_many("tp", "1..", 40, "tp: range \"1..1..1..", 0);
    expect_many("lora_targets", "q", 70, "lora_targets has \"qqqq", 0);
    expect_many("tp", "8|", 9999, "tp: the list has an empty value", 0);
    expect_many("tp", "1|1|1|1|1|1|1|1|1|1|1", 1, "", 11);
    expect_many("tp", "1|1|1|1|1|1|1|1|1|1|1|", 1000,
                "tp: the list has more than 10000 values; write a range, or several rows", 0);
    /* a number's suffix behind more digits than any number has */
    char digits[80];
    memset(digits, '1', sizeof digits);
    memcpy(digits + 70, "Ki", sizeof "Ki");
    expect_many("tp", digits, 1, "tp: \"11111", 0);
    memcpy(digits + 40, "..2*2", sizeof "..2*2");
    expect_many("tp", digits, 1, "tp: 11111", 0);
    memset(digits, '1', sizeof digits);
    memcpy(digits + 70, "..2*2", sizeof "..2*2");
    expect_many("tp", digits, 1, "tp: range \"11111", 0);
    memcpy(digits, "1..", strlen("1.."));
    memcpy(digits + 70, "*2", sizeof "*2");
    expect_many("tp", digits, 1, "tp: range \"1..1", 0);
}

/* Beyond a bound, products are judged when they are planned: the third pp is wrong for every count,
 * and comes after 120,000 that are right. */
static void products_beyond_the_bound(void)
{
    struct sheet sheet;
    struct scenario s;
    struct answer answer;
    sheet_read(&sheet,
               "model,dtype,optimizer,tokens,concurrency,gpu,pp,gpus,tp,max_gpus\n"
               "llama-3.1-8b,bf16,none,8,1,h100-sxm-80g,1|1|7,1..60000+1,1,1e6\n",
               false);
    CU_ASSERT_EQUAL_FATAL(sheet.count, 1);
    const struct matrix_row *row = &sheet.rows[0];
    CU_ASSERT_EQUAL(row->count, 180000);
    matrix_scenario(row, 60000, &s); /* pp 1, gpus 1 */
    evaluate(&s.request, &world()->facts, &answer);
    CU_ASSERT_EQUAL(answer.status, STATUS_OK);
    matrix_scenario(row, 120000, &s);
    CU_ASSERT_EQUAL(s.request.pp, 7);
    CU_ASSERT_EQUAL(s.request.gpus, 1);
    evaluate(&s.request, &world()->facts, &answer);
    CU_ASSERT_EQUAL(answer.status, STATUS_UNSUPPORTED);
    CU_ASSERT_EQUAL(answer.limit, LIMIT_LAYOUT);
    sheet_free(&sheet);
}

/* Cells that must agree are compared in all their values up to a bound. */
static void large_sets_that_must_agree(void)
{
    expect_row("model,tokens,prompt_tokens", "7b,200001..400000+1,1..200000+1", "",
               UINT64_C(200000) * 200000);
    expect_row("model,tokens,prompt_tokens", "7b,200000..400000+1,1..200000+1", "",
               UINT64_C(200001) * 200000);
    expect_row("model,tokens,prompt_tokens", "7b,1..200000+1,2",
               "prompt_tokens is 2, more than tokens (1)", 0);
    expect_row("model,tokens,prompt_tokens", "7b,100000..200000+1,1|100001|7",
               "prompt_tokens is 100001, more than tokens (100000)", 0);
    expect_row("model,tokens,output_tokens", "7b,9|8|1..4*2|16,5",
               "output_tokens is 5, more than tokens (1)", 0);
    expect_row("model,tokens,output_tokens", "7b,80|64|90,4..64*4", "", 9);
    expect_row("model,tokens,output_tokens", "7b,80|63|90,4..64*4",
               "output_tokens is 64, more than tokens (63)", 0);
    expect_row("model,tokens,prompt_tokens,output_tokens", "7b,8,4,5",
               "prompt_tokens 4 + output_tokens 5 is 9, but tokens is 8", 0);
    expect_row("model,tokens,prompt_tokens,output_tokens", "7b,8|9,4,4",
               "prompt_tokens 4 + output_tokens 4 is 8, but tokens is 9", 0);
    expect_row("model,tokens,prompt_tokens,output_tokens", "7b,8,4|3,4",
               "prompt_tokens 3 + output_tokens 4 is 7, but tokens is 8", 0);
    expect_row("model,tokens,prompt_tokens,output_tokens", "7b,8|8,4,4|4", "", 4);
    expect_row("model,tokens,output_tokens", "7b,8,9", "output_tokens is 9, more than tokens", 0);
    expect_row("model,tokens,gpus,tp", "7b,8,1..200000+1,1", "", 200000);
    expect_row("model,tokens,gpus,tp", "7b,8,64..128+1,1..100+1", "gpus 65 is not tp 2", 0);
    expect_row("model,tokens,gpus,tp,pp", "7b,8,1..99999+1,1,1..2+1", "gpus 1 is not tp 1 x pp 2",
               0);
    expect_row("model,tokens,gpus,tp,pp,dp", "7b,8,16,2,2,4", "", 1);
    expect_row("model,tokens,gpus,tp,pp,dp", "7b,8,16,2,2,2",
               "gpus 16 is not tp 2 x pp 2 x dp 2 = 8", 0);
    expect_row("model,tokens,gpus,dp", "7b,8,8,2|4", "", 2); /* tp and pp are searched */
    expect_row("model,tokens,gpus,dp", "7b,8,8,2|3",
               "gpus 8 is not a multiple of tp 1 x pp 1 x dp 3 = 3", 0);
    expect_row("model,tokens,gpus,tp,dp", "7b,8,8,2,2", "", 1);
    expect_row("model,tokens,gpus,tp,dp", "7b,8,8,3,2",
               "gpus 8 is not a multiple of tp 3 x pp 1 x dp 2 = 6", 0);
    expect_row("model,tokens,gpus,tp,pp,dp,cp", "7b,8,16,2,2,2,2", "", 1);
    expect_row("model,tokens,gpus,tp,pp,dp,cp", "7b,8,16,2,2,2,4", "gpus 16 is not tp 2", 0);
}

/* No column of today has a least value above 1; one that had would be held to it. */
static void bounds_of_a_column(void)
{
    static const struct scenario_column column = {
        .name = "own", .kind = CELL_COUNT, .least = 2, .most = 10};
    static const char *const cases[][2] = {
        {"1", "1 is too small; it must be at least 2"},
        {"11", "11 is too large; it must be at most 10"},
        {"0", "0 is zero; it must be at least 1"},
        {"1..8*2", "1 is too small; it must be at least 2"},
        {"2", ""},
        {"10", ""},
        {"2..10+8", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct piece piece;
        char why[WHY_BYTES] = "";
        CU_ASSERT_EQUAL(number_item(&piece, &column, cases[i][0], why), !*cases[i][1]);
        expect_text(why, cases[i][1]);
    }
}

/* A copy of a row stands for the same scenarios after the memory of the row has another use. */
static void a_copy_outlives_its_row(void)
{
    static const char *const columns[] = {"model", "x_team", "gpu"};
    enum { OTHER_BYTES = 8192 };
    struct sheet sheet;
    struct scenario first;
    struct scenario later;
    struct arena arena = {0};
    sheet_read(&sheet,
               "model,dtype,optimizer,tokens,concurrency,gpu,x_team,period\n"
               "7b,bf16|fp8,none|adamw,1..8*2|100,1,h100-sxm-80g|l4-24g,blue,2027Q1\n",
               false);
    CU_ASSERT_EQUAL_FATAL(sheet.count, 1);
    struct matrix_row *row = &sheet.rows[0];
    struct matrix matrix = sheet.matrix;
    struct matrix_column columns_of[8];
    memcpy(columns_of, matrix.columns, sizeof columns_of);
    columns_of[6].name = "x_team"; /* a matrix outlives the copies of its rows */
    matrix.columns = columns_of;
    row->matrix = &matrix;
    row->before = 17;
    const struct matrix_row *copy = matrix_row_copy(row, &arena);
    char texts[3][32];
    for (size_t i = 0; i < 3; i++)
        snprintf(texts[i], sizeof texts[i], "%s", matrix_text(row, columns[i]));
    uint64_t count = row->count;
    matrix_scenario(row, 23, &first);
    char source[64];
    snprintf(source, sizeof source, "%s", row->source);
    arena_reset(&sheet.arena);
    memset(arena_take(&sheet.arena, OTHER_BYTES), 0x55, OTHER_BYTES);
    memset(row, 0x55, sizeof *row);
    CU_ASSERT_EQUAL(copy->count, count);
    CU_ASSERT_EQUAL(count, 2 * 2 * 5 * 2);
    expect_text(copy->source, source);
    for (size_t i = 0; i < 3; i++)
        expect_text(matrix_text(copy, columns[i]), texts[i]);
    matrix_scenario(copy, 23, &later);
    CU_ASSERT_EQUAL(later.number, 17 + 23);
    CU_ASSERT_EQUAL(later.request.tokens, first.request.tokens);
    CU_ASSERT_EQUAL(later.request.tokens, 2);
    CU_ASSERT_PTR_EQUAL(later.request.gpu, gpu_of("l4-24g"));
    CU_ASSERT_PTR_EQUAL(later.request.dtype, dtype_of("fp8"));
    CU_ASSERT_PTR_NULL(later.request.optimizer);
    expect_text(later.model, "7b");
    expect_text(later.period, "2027Q1");
    arena_free(&arena);
    sheet_free(&sheet);
}

void suite_cells(void)
{
    CU_pSuite suite = CU_add_suite("cells", NULL, NULL);
    CU_add_test(suite, "nearly names", nearly_names);
    CU_add_test(suite, "nearly numbers", nearly_numbers);
    CU_add_test(suite, "long cells", long_cells);
    CU_add_test(suite, "bounds of a column", bounds_of_a_column);
    CU_add_test(suite, "a copy outlives its row", a_copy_outlives_its_row);
    CU_add_test(suite, "products beyond the bound", products_beyond_the_bound);
    CU_add_test(suite, "large sets that must agree", large_sets_that_must_agree);
}
