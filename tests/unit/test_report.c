/* test_report.c -- the results CSV: names, text that no spreadsheet may run, exact numbers */
#include "world.h"

#include "base/text.h"
#include "core/evaluate.h"
#include "report/csv.h"
#include "report/notes.h"
#include "table/table.h"

#include <CUnit/Basic.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void suite_report(void);

/* The stable names of the design, section 6, in their order; more may stand between. */
static const char *const stable[] = {
    "source",
    "scenario",
    "model",
    "dtype",
    "kv_dtype",
    "optimizer",
    "tuning",
    "tokens",
    "concurrency",
    "gpu",
    "engine",
    "estimate",
    "mode",
    "status",
    "limit",
    "gpus",
    "replicas",
    "tp",
    "pp",
    "dp",
    "zero",
    "servers",
    "weights_gib",
    "kv_cache_gib",
    "gradients_gib",
    "optimizer_gib",
    "activations_gib",
    "overhead_gib",
    "total_gib",
    "total_low_gib",
    "total_high_gib",
    "usable_gib",
    "gpus_low",
    "gpus_high",
    "max_concurrency",
    "weights_gb",
    "kv_cache_gb",
    "gradients_gb",
    "optimizer_gb",
    "activations_gb",
    "total_gb",
    "total_low_gb",
    "total_high_gb",
    "note",
};

static size_t position_of(const char *name)
{
    for (size_t i = 0; i < result_column_count; i++)
        if (!strcmp(result_columns[i].name, name))
            return i;
    return result_column_count;
}

static void columns_have_their_names(void)
{
    for (size_t i = 0; i < result_column_count; i++) {
        const struct result_column *column = &result_columns[i];
        CU_ASSERT_EQUAL(position_of(column->name), i); /* no name twice */
        CU_ASSERT(*column->title && column->unit && column->width > 0);
        CU_ASSERT_PTR_EQUAL(result_column_named(column->name), column);
        CU_ASSERT(column->kind == RESULT_TEXT || column->kind == RESULT_COUNT || *column->unit);
    }
    CU_ASSERT_PTR_NULL(result_column_named("no such column"));
    for (size_t i = 0; i < sizeof stable / sizeof *stable; i++) {
        if (position_of(stable[i]) == result_column_count)
            printf("\nno column %s\n", stable[i]);
        CU_ASSERT(position_of(stable[i]) < result_column_count);
    }
}

/* The order of the design, but for the two counts at the band's ends, which stand beside gpus. */
static void columns_are_in_order(void)
{
    size_t last = 0;
    for (size_t i = 0; i < sizeof stable / sizeof *stable; i++) {
        if (!strcmp(stable[i], "gpus_low") || !strcmp(stable[i], "gpus_high"))
            continue;
        if (position_of(stable[i]) < last)
            printf("\ncolumn %s stands too early\n", stable[i]);
        CU_ASSERT(position_of(stable[i]) >= last);
        last = position_of(stable[i]);
    }
}

static void expect_cell(const char *text, const char *want)
{
    char *got = NULL;
    size_t size;
    FILE *out = open_memstream(&got, &size);
    csv_text(out, text);
    fclose(out);
    expect_text(got, want);
    free(got);
}

static void text_is_quoted_and_defused(void)
{
    expect_cell("", "");
    expect_cell("plain", "plain");
    expect_cell("1 2", "1 2");
    expect_cell("a,b", "\"a,b\"");
    expect_cell("a\"b", "\"a\"\"b\"");
    expect_cell("a\nb", "\"a\nb\"");
    expect_cell("a\rb", "\"a\rb\"");
    expect_cell("a;b", "\"a;b\"");
    expect_cell("a\tb", "\"a\tb\"");
    expect_cell(" a", "\" a\"");
    expect_cell("a ", "\"a \"");
    expect_cell("=1+1", "\"'=1+1\"");
    expect_cell("+1", "\"'+1\"");
    expect_cell("-1", "\"'-1\"");
    expect_cell("@x", "\"'@x\"");
    expect_cell("\tx", "\"'\tx\"");
    expect_cell("\rx", "\"'\rx\"");
    expect_cell("=\"a\",b", "\"'=\"\"a\"\",b\"");
    expect_cell("a=b", "a=b");
    expect_cell("\xed\x95\x9c\xea\xb8\x80", "\xed\x95\x9c\xea\xb8\x80");
}

/* An apostrophe before = + - @ tab CR: what our reader takes off, so no text of ours begins so. */
static bool is_taken_off(const char *text)
{
    return text[0] == '\'' && text[1] && strchr("=+-@\t\r", text[1]);
}

/* Whatever is written, our own reader gives back. */
static void text_comes_back(void)
{
    static const char letters[] = "ab=+-@\t\r\n,;\"' \xc3\xa9";
    struct dice dice = {20260401};
    for (int i = 0; i < 20000; i++) {
        char text[12] = "";
        char *written = NULL;
        size_t size;
        size_t length = 1 + dice_below(&dice, 8);
        for (size_t j = 0; j < length; j++)
            text[j] = letters[dice_below(&dice, sizeof letters - 3)];
        if (is_taken_off(text))
            continue;
        FILE *out = open_memstream(&written, &size);
        fputs("h,g\n", out);
        csv_text(out, text);
        fputs(",x\n", out);
        fclose(out);
        struct diag diag = {0};
        struct record record;
        struct table *table = table_open_memory("r.csv", written, strlen(written), NULL, &diag);
        CU_ASSERT_EQUAL(table_next(table, &record), TABLE_RECORD);
        bool read = table_next(table, &record) == TABLE_RECORD;
        if (!read || strcmp(record.cells[0].text, text) != 0)
            printf("\nwritten %s\n", written);
        CU_ASSERT(read && !strcmp(record.cells[0].text, text));
        table_close(table);
        free(written);
    }
}

static void numbers_come_back(void)
{
    struct dice dice = {20260402};
    char buffer[TEXT_NUMBER_BYTES];
    for (int i = 0; i < 100000; i++) {
        uint64_t bits = dice_next(&dice);
        double value;
        double back;
        memcpy(&value, &bits, sizeof value);
        if (i % 2)
            value = dice_unit(&dice) * pow(10, (double)dice_below(&dice, 20));
        if (!isfinite(value))
            continue;
        const char *text = text_from_number(value, buffer);
        CU_ASSERT(strlen(text) < TEXT_NUMBER_BYTES);
        CU_ASSERT_EQUAL(strtod(text, NULL), value);
        bool held = isnormal(value) || value == 0;
        CU_ASSERT_EQUAL(text_number(text, &back), held);
        CU_ASSERT(!held || back == value);
    }
}

/* Every cell of a result is text or a number of 0 or more, and the CSV says the same. */
static void check_result(const struct result *result)
{
    static const char *const none[] = {NULL};
    char buffer[TEXT_NUMBER_BYTES];
    char *line = NULL;
    size_t size;
    struct csv_lines lines = {.length = 0};
    FILE *out = open_memstream(&line, &size);
    csv_header(out, none);
    csv_add_result(&lines, result, none);
    fwrite(lines.bytes, 1, lines.length, out);
    csv_lines_free(&lines);
    fclose(out);
    struct diag diag = {0};
    struct record record;
    struct table *table = table_open_memory("r.csv", line, strlen(line), NULL, &diag);
    CU_ASSERT_EQUAL(table_next(table, &record), TABLE_RECORD);
    CU_ASSERT_EQUAL_FATAL(table_next(table, &record), TABLE_RECORD);
    CU_ASSERT_EQUAL_FATAL(record.count, result_column_count);
    for (size_t i = 0; i < record.count; i++) {
        struct result_value value = result_columns[i].value(result);
        const char *want = value.text          ? value.text
                           : value.number >= 0 ? text_from_number(value.number, buffer)
                                               : "";
        bool is_text = result_columns[i].kind == RESULT_TEXT;
        CU_ASSERT_EQUAL(value.text != NULL, is_text);
        CU_ASSERT(is_text || !isnan(value.number));
        CU_ASSERT_STRING_EQUAL(record.cells[i].text, want);
    }
    table_close(table);
    free(line);
}

static struct result_value cell(const struct result *result, const char *name)
{
    return result_column_named(name)->value(result);
}

/* A value that does not apply is an empty cell, never 0. */
static void check_empty_cells(const struct result *result)
{
    const struct answer *a = result->answer;
    bool ok = a->status == STATUS_OK;
    bool training = a->mode == MODE_TRAINING;
    bool detailed = result->scenario->request.estimate == ESTIMATE_DETAILED;
    CU_ASSERT_EQUAL(cell(result, "gpus").number > 0, ok);
    CU_ASSERT_EQUAL(cell(result, "gpus_low").number > 0, ok);
    CU_ASSERT_EQUAL(cell(result, "max_concurrency").number >= 0, ok && detailed && !training);
    CU_ASSERT_EQUAL(cell(result, "weights_gb").number >= 0, !detailed && a->published.given);
    CU_ASSERT_EQUAL(cell(result, "weights_gib").number >= 0, detailed && a->placed);
    CU_ASSERT_EQUAL(cell(result, "kv_cache_gib").number >= 0, detailed && a->placed && !training);
    CU_ASSERT_EQUAL(cell(result, "optimizer_gib").number >= 0, detailed && a->placed && training);
    CU_ASSERT_EQUAL(cell(result, "zero").number >= 0, detailed && a->placed && training);
    CU_ASSERT(detailed || cell(result, "total_gib").number < 0);
}

/* Whatever stood in the answer before, no cell shows it. */
static void check_nothing_is_left(const struct result *result)
{
    struct answer other;
    char note[NOTES_BYTES];
    memset(&other, 0x7f, sizeof other);
    evaluate(&result->scenario->request, &world()->facts, &other);
    struct result again = {result->scenario, &other, notes_text(result->scenario, &other, note)};
    for (size_t i = 0; i < result_column_count; i++) {
        struct result_value a = result_columns[i].value(result);
        struct result_value b = result_columns[i].value(&again);
        CU_ASSERT(a.text ? b.text && !strcmp(a.text, b.text) : !b.text && a.number == b.number);
    }
}

/* What random rows can answer, through the matrix as a user would write it. */
static void draw_row(struct dice *dice, char *text, size_t size)
{
    static const char *const dtypes[] = {"bf16", "fp16",  "fp32",       "fp8",
                                         "int4", "nvfp4", "gguf-q4_k_m"};
    static const char *const optimizers[] = {"none", "none", "adamw", "adamw-paged", "lion"};
    static const char *const estimates[] = {"", "", "", "primer", "rule"};
    static const char *const engines[] = {"",          "vllm",     "sglang",
                                          "llama.cpp", "nobody's", "torchtitan"};
    static const char *const pins[] = {",,,,",     ",,,,",    "3,1,,,", "64,1,,,",
                                       "1,500,,,", "2,2,7,,", ",,2,,",  "1,1,,6,4"};
    static const char *const tunings[] = {"full", "lora", "qlora"};
    static const char *const limits[] = {"", "", "25"};
    const struct facts *facts = &world()->facts;
    static const char *const shapes[] = {",,,,", "8000000000,32,4096,32,128256",
                                         "1000000000,32,4096,32,128256"};
    static const char *const steps[] = {",,", ",,", "64,,", ",4096,", ",,4"};
    size_t shape = dice_chance(dice, 90) ? 0 : 1 + dice_below(dice, 2);
    const char *model = facts->models[dice_below(dice, facts->model_count)].id;
    const char *pin = pins[dice_below(dice, 8)];
    bool vendors = dice_chance(dice, 5);
    if (vendors)
        model = "llama-3.1-405b";
    snprintf(
        text, size,
        "scenario,model,dtype,optimizer,tokens,concurrency,gpu,estimate,engine,tuning,ttft_ms,"
        "max_gpus,global_batch,tp,pp,dp,gpus,cp,params,layers,hidden,heads,vocab,ep,max_model_len,"
        "max_num_seqs,deadline_days,compute_dtype\n"
        "=1,%s,%s,%s,%.0f,%.0f,%s,%s,%s,%s,%s,%.0f,%s,%s,%s,%s,%s,%s\n",
        shape                   ? "custom"
        : dice_chance(dice, 15) ? "7b"
                                : model,
        vendors ? "fp8" : dtypes[dice_below(dice, 7)], optimizers[dice_below(dice, 5)],
        dice_count(dice, 16, 300000), dice_count(dice, 1, 256),
        dice_chance(dice, 97) ? facts->gpus[dice_below(dice, facts->gpu_count)].id : "w7900-48g",
        estimates[dice_below(dice, 5)], engines[dice_below(dice, 6)], tunings[dice_below(dice, 3)],
        limits[dice_below(dice, 3)], dice_count(dice, 1, 64), dice_chance(dice, 90) ? "" : "97",
        pin, shapes[shape], steps[dice_below(dice, 5)], dice_chance(dice, 90) ? "" : "9",
        dice_chance(dice, 90) ? "" : "fp8");
}

/* Every note has words; `seen` counts which came up. */
static void check_notes(const struct scenario *scenario, const struct answer *answer, size_t *seen)
{
    char buffer[NOTES_BYTES];
    for (size_t i = 0; i < answer->note_count; i++) {
        struct answer one = *answer;
        one.notes[0] = answer->notes[i];
        one.note_count = 1;
        const char *words = notes_text(scenario, &one, buffer);
        if (strlen(words) < 10)
            printf("\nnote %d has no words\n", answer->notes[i].note);
        CU_ASSERT(strlen(words) >= 10);
        CU_ASSERT(!*words || words[strlen(words) - 1] != '.');
        CU_ASSERT_PTR_NULL(strstr(words, "(null)"));
        CU_ASSERT_PTR_NULL(strstr(words, "-1 "));
        seen[answer->notes[i].note]++;
    }
}

static void results_of_random_rows(void)
{
    struct dice dice = {20260403};
    size_t seen[NOTE_STATES_ON_HOST + 1] = {0};
    size_t kinds = 0;
    for (int i = 0; i < 4000; i++) {
        char text[1024];
        struct sheet sheet;
        struct scenario scenario;
        struct answer answer = {.note_count = 0};
        char note[NOTES_BYTES];
        draw_row(&dice, text, sizeof text);
        sheet_read(&sheet, text, false);
        if (sheet.count == 1) {
            matrix_scenario(&sheet.rows[0], 0, &scenario);
            evaluate(&scenario.request, &world()->facts, &answer);
            struct result result = {&scenario, &answer, notes_text(&scenario, &answer, note)};
            check_result(&result);
            check_empty_cells(&result);
            check_nothing_is_left(&result);
            check_notes(&scenario, &answer, seen);
        } else {
            expect_text(sheet.messages, "");
        }
        sheet_free(&sheet);
    }
    for (size_t i = 1; i < sizeof seen / sizeof *seen; i++) {
        if (!seen[i])
            printf("\nnote %zu never came up\n", i);
        kinds += seen[i] > 0;
    }
    CU_ASSERT_EQUAL(kinds, sizeof seen / sizeof *seen - 1);
}

void suite_report(void)
{
    CU_pSuite suite = CU_add_suite("report", NULL, NULL);
    CU_add_test(suite, "columns have their names", columns_have_their_names);
    CU_add_test(suite, "columns are in order", columns_are_in_order);
    CU_add_test(suite, "text is quoted and defused", text_is_quoted_and_defused);
    CU_add_test(suite, "text comes back", text_comes_back);
    CU_add_test(suite, "numbers come back", numbers_come_back);
    CU_add_test(suite, "results of random rows", results_of_random_rows);
}
