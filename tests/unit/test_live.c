/* test_live.c -- formulas in letters as cells, and the names of cells */
#include "book/live.h"

#include <CUnit/Basic.h>
#include <stdio.h>
#include <string.h>
#include <xlsxwriter.h>

void suite_live(void);

/* Against the library's own, at the first and last of one, two and three letters and at others. */
static void places_are_the_librarys(void)
{
    static const uint32_t rows[] = {0, 8, 9, 98, 99, 1048575};
    for (unsigned column = 0; column < 16384; column++) {
        uint32_t row = rows[column % (sizeof rows / sizeof *rows)];
        bool fixed_row = column & 1;
        bool fixed_column = column & 2;
        char want[LXW_MAX_CELL_NAME_LENGTH];
        char got[LXW_MAX_CELL_NAME_LENGTH];
        lxw_rowcol_to_cell_abs(want, row, (lxw_col_t)column, fixed_row, fixed_column);
        char *end = live_place(got, row, column, fixed_row, fixed_column);
        CU_ASSERT_STRING_EQUAL(got, want);
        CU_ASSERT_PTR_EQUAL(end, got + strlen(got));
    }
}

/* Letters have a cell; others have none. */
static bool find_cell(const void *context, const char *name, char cell[CELL_NAME_BYTES])
{
    const char *unknown = context;
    snprintf(cell, CELL_NAME_BYTES, "[%s]", name);
    return !unknown || strcmp(name, unknown) != 0;
}

static void letters_become_cells(void)
{
    static const char *const cases[][2] = {
        {"a", "=[a]"},
        {"", "="},
        {"1 + 2", "=1 + 2"},
        {"MIN(a_1, b2) * 1e6", "=MIN([a_1], [b2]) * 1e6"},
        {"IF(a = \"as a b\", x, \"\")", "=IF([a] = \"as a b\", [x], \"\")"},
        {"a:b", "=[a]:[b]"},
        {"_a + 2b", "=_a + 2b"},
        {"(total - half <= usable) * 0.5", "=([total] - [half] <= [usable]) * 0.5"},
    };
    char text[LIVE_BYTES];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CU_ASSERT(live_text(cases[i][0], find_cell, NULL, text));
        CU_ASSERT_STRING_EQUAL(text, cases[i][1]);
    }
    CU_ASSERT(live_formula("a / b", find_cell, NULL, text));
    CU_ASSERT_STRING_EQUAL(text, "=IFERROR([a] / [b],\"\")");
}

static void what_cannot_be_written(void)
{
    char text[LIVE_BYTES];
    char formula[2 * LIVE_BYTES] = "";
    CU_ASSERT(!live_text("a + b", find_cell, "b", text));
    CU_ASSERT(live_text("MAX(a, \"b\")", find_cell, "b", text));
    for (size_t length = LIVE_BYTES - 8; length < LIVE_BYTES + 8; length++) {
        memset(formula, '1', length);
        formula[length] = '\0';
        CU_ASSERT_EQUAL(live_text(formula, find_cell, NULL, text), length + 2 <= LIVE_BYTES);
        memcpy(formula + length - 3, "+ab", 4);
        CU_ASSERT_EQUAL(live_text(formula, find_cell, NULL, text), length + 4 <= LIVE_BYTES);
    }
    memset(formula, 'n', 64);
    formula[64] = '\0';
    CU_ASSERT(!live_text(formula, find_cell, NULL, text));
}

void suite_live(void)
{
    CU_pSuite suite = CU_add_suite("live", NULL, NULL);
    CU_add_test(suite, "places are the library's", places_are_the_librarys);
    CU_add_test(suite, "letters become cells", letters_become_cells);
    CU_add_test(suite, "what cannot be written", what_cannot_be_written);
}
