/* answer.c -- a whole matrix: bytes -> table -> scenarios -> core -> lines of results */
#include "fuzz.h"

enum { ROWS_MOST = 4 };

static void plan_row(const struct matrix_row *row)
{
    struct scenario scenario;
    uint64_t picks[FUZZ_PICKS];
    for (size_t i = fuzz_picks(row, picks); i-- > 0;) {
        matrix_scenario(row, picks[i], &scenario);
        /* the arena has moved no model of the row's own */
        fuzz_scenario(&scenario, fuzz_facts());
    }
}

static void plan_table(struct table *table, struct arena *arena, struct diag *diag)
{
    struct matrix matrix;
    struct matrix_row row;
    struct record record;
    if (table_next(table, &record) != TABLE_RECORD ||
        !matrix_header(&matrix, &record, fuzz_lexicon(), false, arena, diag))
        return;
    for (int rows = 0; rows < ROWS_MOST; rows++) {
        enum table_step step = table_next(table, &record);
        if (step == TABLE_END || step == TABLE_BROKEN)
            return;
        if (step == TABLE_RECORD && matrix_row_read(&row, &matrix, &record, arena, diag))
            plan_row(&row);
    }
}

void fuzz_answer(const char *bytes, size_t length)
{
    struct arena arena = {0};
    struct diag diag = {.out = NULL};
    struct table_options options = {.is_column = matrix_is_column};
    struct table *table = table_open_memory("f", bytes, length, &options, &diag);
    plan_table(table, &arena, &diag);
    table_close(table);
    arena_free(&arena);
}
