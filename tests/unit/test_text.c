/* test_text.c -- numbers, UTF-8 and names; faults as they are shown */
#include "base/diag.h"
#include "base/period.h"
#include "base/text.h"

#include <CUnit/Basic.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void suite_text(void);

static void names_compare_without_case(void)
{
    CU_ASSERT(text_equal("BF16", "bf16"));
    CU_ASSERT(text_equal("", ""));
    CU_ASSERT(!text_equal("bf16", "bf1"));
    CU_ASSERT(!text_equal("bf1", "bf16"));
    CU_ASSERT(!text_equal("\xc3\x84", "\xc3\xa4")); /* only ASCII letters */
    CU_ASSERT(!text_equal("@", "`"));
}

static void patterns_match(void)
{
    CU_ASSERT(text_matches("h100-sxm-80g", "H100*"));
    CU_ASSERT(text_matches("h100", "h100*"));
    CU_ASSERT(text_matches("h100-sxm-80g", "*80g"));
    CU_ASSERT(text_matches("a-b-c-b", "*b"));
    CU_ASSERT(text_matches("h100", "h?00"));
    CU_ASSERT(text_matches("", "*"));
    CU_ASSERT(!text_matches("h100", "h10"));
    CU_ASSERT(!text_matches("h10", "h100"));
    CU_ASSERT(!text_matches("", "?"));
}

static void hostile_pattern_ends(void)
{
    char text[4097];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    CU_ASSERT(!text_matches(text, "*a*a*a*a*a*a*a*a*b"));
}

static void utf8_is_checked(void)
{
    static const struct {
        const char *text;
        size_t bad; /* 99: valid */
    } cases[] = {
        {"plain", 99},
        {"\xec\x84\x9c\xec\x9a\xb8", 99},
        {"\xf0\x9f\x98\x80", 99},
        {"a\x80", 1},
        {"a\xc0\xaf", 1},
        {"ab\xe0\x80\x80", 2},
        {"\xed\xa0\x80", 0},
        {"\xf4\x90\x80\x80", 0},
        {"\xec\x84", 0},
        {"\xff", 0},
        {"\xf0\x8f\xbf\xbf", 0},
        {"", 99},
        {"\xef\xbf\xbf", 99},
        {"\xc2\xa0\xc2", 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t at = 99;
        bool valid = text_is_utf8(cases[i].text, strlen(cases[i].text), &at);
        CU_ASSERT_EQUAL(valid, cases[i].bad == 99);
        CU_ASSERT_EQUAL(at, cases[i].bad);
    }
    CU_ASSERT_EQUAL(text_characters("a\xec\x84\x9c"
                                    "b",
                                    5),
                    3);
}

static void numbers_are_read(void)
{
    static const struct {
        const char *text;
        double value;
    } good[] = {{"12", 12},     {"0.5", 0.5}, {"12.50", 12.5},  {"1e6", 1e6},          {"-3", -3},
                {"1E-2", 0.01}, {"007", 7},   {"-0.0e-999", 0}, {"2.3e-308", 2.3e-308}};
    static const char *const bad[] = {
        "",       " 1",    "1 ",    "+1", "0x10",     "nan",          "inf",    "1e",
        "1e+",    ".",     ".5",    "5.", "-",        "1,5",          "1.5.",   "12k",
        "--1",    "1e999", "1_000", "e5", "infinity", "\xef\xbc\x91", "1e-400", "-0.1e-400",
        "5e-324", "2e-308"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double value = NAN;
        CU_ASSERT(text_number(good[i].text, &value));
        CU_ASSERT_EQUAL(value, good[i].value);
        CU_ASSERT(value != 0 || !signbit(value));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double value;
        CU_ASSERT(!text_number(bad[i], &value));
    }
}

static void numbers_are_written(void)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {{0.1, "0.1"}, {65536, "65536"}, {1e300, "1e+300"}, {-2.5, "-2.5"}, {0, "0"}};
    char buffer[TEXT_NUMBER_BYTES];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CU_ASSERT_STRING_EQUAL(text_from_number(cases[i].value, buffer), cases[i].text);
    for (double value = 1e-3; value < 1e18; value *= 3.7) {
        double back = 0;
        CU_ASSERT(text_number(text_from_number(value, buffer), &back) || strchr(buffer, '+'));
        CU_ASSERT_EQUAL(strtod(buffer, NULL), value);
    }
}

static const char *name_at(const void *items, size_t index)
{
    return ((const char *const *)items)[index];
}

static void close_names_are_suggested(void)
{
    static const char *const names[] = {"h100-sxm-80g", "h200-sxm-141g", "a100-sxm-80g"};
    const char *close = text_closest("h100-smx-80g", names, 3, name_at);
    CU_ASSERT_STRING_EQUAL(close ? close : "", "h100-sxm-80g");
    CU_ASSERT_PTR_NULL(text_closest("tpu", names, 3, name_at));
    CU_ASSERT_PTR_NULL(text_closest("", names, 3, name_at));
}

/* What diag prints for one fault in `line` at `column`; to be freed. */
static char *shown(const char *line, size_t column, size_t width, const char *sentence)
{
    char *text = NULL;
    size_t size = 0;
    struct diag diag = {.out = open_memstream(&text, &size)};
    struct place place = {"inputs/plan.csv", 14, column, width, line, line ? strlen(line) : 0};
    if (!diag.out)
        abort();
    diag_fault(&diag, &place, "%s", sentence);
    diag_close(&diag);
    fclose(diag.out);
    return text;
}

static void expect_shown(char *got, const char *want)
{
    if (strcmp(got, want) != 0)
        printf("\n--- got\n%s--- want\n%s", got, want);
    CU_ASSERT_STRING_EQUAL(got, want);
    free(got);
}

static void fault_has_place_line_and_caret(void)
{
    expect_shown(shown("llama-3-70b,fp8,none,8192,64,h100-smx-80g", 30, 12,
                       "unknown GPU \"h100-smx-80g\"; did you mean \"h100-sxm-80g\"?"),
                 "inputs/plan.csv:14:30: error: unknown GPU \"h100-smx-80g\"; did you mean "
                 "\"h100-sxm-80g\"?\n"
                 "   14 | llama-3-70b,fp8,none,8192,64,h100-smx-80g\n"
                 "      |                              ^~~~~~~~~~~~\n");
    expect_shown(shown("a,b", 4, 0, "a cell is missing"),
                 "inputs/plan.csv:14:4: error: a cell is missing\n"
                 "   14 | a,b\n"
                 "      |    ^\n");
    expect_shown(shown("a,b", 0, 0, "the line"),
                 "inputs/plan.csv:14: error: the line\n   14 | a,b\n");
    expect_shown(shown(NULL, 3, 0, "no echo"), "inputs/plan.csv:14:3: error: no echo\n");
}

static void wide_characters_take_two_columns(void)
{
    expect_shown(shown("\xec\x9a\x94\xec\x95\xbd,\xea\xb0\x80\xeb\x82\x98,x", 4, 2, "s"),
                 "inputs/plan.csv:14:4: error: s\n"
                 "   14 | \xec\x9a\x94\xec\x95\xbd,\xea\xb0\x80\xeb\x82\x98,x\n"
                 "      |      ^~~~\n");
    expect_shown(shown("e\xcc\x81,x", 4, 1, "s"), "inputs/plan.csv:14:4: error: s\n"
                                                  "   14 | e\xcc\x81,x\n"
                                                  "      |   ^\n");
}

static void terminal_is_safe(void)
{
    expect_shown(
        shown("a\t\x1b[31m\xe2\x80\xae,\xff,z", 11, 1, "found \"\x1b[2J\xe2\x80\xae\xff\""),
        "inputs/plan.csv:14:11: error: found \"\\x1b[2J\\xe2\\x80\\xae\\xff\"\n"
        "   14 | a ?[31m?,?,z\n"
        "      |           ^\n");
    struct diag diag = {0};
    struct place place = {.file = "x"};
    char sentence[1500];
    memset(sentence, '\x07', sizeof sentence - 1);
    sentence[sizeof sentence - 1] = '\0';
    diag_fault(&diag, &place, "%s", sentence);
    CU_ASSERT_EQUAL(strlen(diag.last), 508);
    diag_fault(&diag, &place, "%0509d\xec\x9a\x94", 0);
    CU_ASSERT_EQUAL(strlen(diag.last), 509); /* no half character */
}

static void long_line_is_cut_around_the_caret(void)
{
    char line[1001];
    for (size_t i = 0; i < 1000; i++)
        line[i] = (char)('a' + i % 26);
    line[1000] = '\0';
    static const size_t columns[] = {1, 100, 150, 151, 500, 899, 900, 999, 1000, 1001};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        char *text = shown(line, columns[i], 5, "s");
        const char *echo = strchr(text, '\n') + 1;
        const char *caret = strchr(echo, '\n') + 1;
        size_t width = (size_t)(caret - echo) - strlen("   14 | ") - 1;
        CU_ASSERT_EQUAL(width, DIAG_ECHO_COLUMNS);
        size_t at = strcspn(caret, "^");
        if (columns[i] <= 1000)
            CU_ASSERT_EQUAL(echo[at], line[columns[i] - 1]);
        CU_ASSERT(strlen(caret) <= (size_t)(caret - echo) + 1);
        free(text);
    }
}

static void faults_are_counted_after_fifty(void)
{
    char *text = NULL;
    size_t size = 0;
    struct diag diag = {.out = open_memstream(&text, &size)};
    struct place place = {.file = "f.csv"};
    CU_ASSERT_PTR_NOT_NULL_FATAL(diag.out);
    for (int i = 1; i <= 62; i++)
        diag_fault(&diag, &place, "number %d", i);
    for (int i = 1; i <= 51; i++)
        diag_warn(&diag, &place, "careful");
    diag_close(&diag);
    fclose(diag.out);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "f.csv: error: number 50\n"));
    CU_ASSERT_PTR_NULL(strstr(text, "number 51"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "f.csv: warning: careful\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "gpuplan: 12 more faults not shown; 62 in all\n"
                                        "gpuplan: 1 more warning not shown; 51 in all\n"));
    CU_ASSERT_STRING_EQUAL(diag.last, "number 62");
    CU_ASSERT_EQUAL(diag.faults, 62);
    CU_ASSERT_EQUAL(diag.warnings, 51);
    free(text);
}

static void expect_place(const struct record *record, size_t index, const char *want)
{
    char got[200];
    struct place place = record_place(record, index);
    snprintf(got, sizeof got, "%zu:%zu+%zu %.*s", place.line, place.column, place.width,
             (int)place.echo_length, place.echo);
    CU_ASSERT_STRING_EQUAL(got, want);
}

static void cells_have_places(void)
{
    static const char raw[] = "\xea\xb0\x80, bb ,\"c\"\"c,\nd\" ,,\"e\r\nf\",g";
    struct record record = {"f.csv", 7, 6, NULL, raw, strlen(raw), ','};
    expect_place(&record, 0, "7:1+1 \xea\xb0\x80, bb ,\"c\"\"c,");
    expect_place(&record, 1, "7:4+2 \xea\xb0\x80, bb ,\"c\"\"c,");
    expect_place(&record, 2, "7:8+6 \xea\xb0\x80, bb ,\"c\"\"c,");
    expect_place(&record, 3, "8:5+0 d\" ,,\"e");
    expect_place(&record, 4, "8:6+2 d\" ,,\"e");
    expect_place(&record, 5, "9:4+1 f\",g");
    expect_place(&record, 6, "9:5+0 f\",g");
    expect_place(&record, 99, "9:5+0 f\",g");
    struct record tabs = {"f.csv", 1, 3, NULL, "a\t\tb", 4, '\t'};
    expect_place(&tabs, 1, "1:3+0 a\t\tb");
    expect_place(&tabs, 2, "1:4+1 a\t\tb");
}

static void periods_are_read(void)
{
    static const struct {
        const char *text;
        int first; /* months since January 2027 */
        int last;
    } good[] = {{"2027", 0, 11},    {"2027H1", 0, 5},  {"2027h2", 6, 11},
                {"2027-H2", 6, 11}, {"2027Q1", 0, 2},  {"2027q4", 9, 11},
                {"2027-Q2", 3, 5},  {"2027-01", 0, 0}, {"2027-12", 11, 11}};
    static const char *const bad[] = {"",        "27",       "Q1 2027",  "2027Q0",  "2027Q5",
                                      "2027H3",  "2027Q",    "2027Q11",  "2027-1",  "2027-00",
                                      "2027-13", "2027-3-",  "2027-031", "2027 Q1", "2027Q1 ",
                                      "-2027",   "2027--Q1", "2027-"};
    struct period period = {7, 7};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CU_ASSERT_FALSE(period_read(bad[i], &period));
    CU_ASSERT_TRUE(period.first == 7 && period.last == 7);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        CU_ASSERT_TRUE(period_read(good[i].text, &period));
        CU_ASSERT_EQUAL(period.first - 12 * 2027, good[i].first);
        CU_ASSERT_EQUAL(period.last - 12 * 2027, good[i].last);
    }
    struct period year;
    struct period quarter;
    CU_ASSERT_TRUE(period_read("2027", &year) && period_read("2027Q1", &quarter));
    CU_ASSERT_TRUE(period_compare(&quarter, &year) < 0); /* the shorter first */
    CU_ASSERT_EQUAL(period_months(&quarter), 3);
}

void suite_text(void)
{
    CU_pSuite suite = CU_add_suite("text", NULL, NULL);
    CU_add_test(suite, "names compare without case", names_compare_without_case);
    CU_add_test(suite, "patterns match", patterns_match);
    CU_add_test(suite, "a hostile pattern ends", hostile_pattern_ends);
    CU_add_test(suite, "UTF-8 is checked", utf8_is_checked);
    CU_add_test(suite, "numbers are read", numbers_are_read);
    CU_add_test(suite, "numbers are written", numbers_are_written);
    CU_add_test(suite, "periods are read", periods_are_read);
    CU_add_test(suite, "close names are suggested", close_names_are_suggested);
    CU_add_test(suite, "a fault has place, line and caret", fault_has_place_line_and_caret);
    CU_add_test(suite, "wide characters take two columns", wide_characters_take_two_columns);
    CU_add_test(suite, "the terminal is safe", terminal_is_safe);
    CU_add_test(suite, "a long line is cut around the caret", long_line_is_cut_around_the_caret);
    CU_add_test(suite, "faults are counted after fifty", faults_are_counted_after_fifty);
    CU_add_test(suite, "cells have places", cells_have_places);
}
