/* test_plan.c -- slices cover a run, marks come back, and the first N are the first N */
#include "plan/select.h"
#include "plan/shard.h"

#include "random.h"

#include <CUnit/Basic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void suite_plan(void);

static void test_shards_cover(void)
{
    static const uint64_t totals[] = {0, 1, 2, 6, 7, 1000, 999999999999, UINT64_C(1) << 62};
    static const uint64_t counts[] = {1, 2, 3, 7, 16, 1000};
    for (size_t i = 0; i < sizeof totals / sizeof *totals; i++) {
        for (size_t j = 0; j < sizeof counts / sizeof *counts; j++) {
            uint64_t next = 1;
            for (uint64_t k = 1; k <= counts[j]; k++) {
                struct mark mark = {.shard = k, .shards = counts[j]};
                shard_place(&mark, totals[i]);
                CU_ASSERT_EQUAL(mark.first, next);
                CU_ASSERT(mark.count - totals[i] / counts[j] <= 1);
                next += mark.count;
            }
            CU_ASSERT_EQUAL(next, totals[i] + 1);
        }
    }
}

static struct mark drawn(struct dice *dice)
{
    uint64_t shards = 1 + dice_below(dice, SHARDS_MOST);
    return (struct mark){.shard = 1 + dice_next(dice) % shards,
                         .shards = shards,
                         .first = dice_next(dice),
                         .count = dice_next(dice),
                         .of = dice_next(dice),
                         .rows = dice_next(dice),
                         .header = dice_next(dice),
                         .bytes = dice_next(dice),
                         .run = dice_next(dice),
                         .hash = dice_next(dice),
                         .version = "1.2.3"};
}

static void test_marks_come_back(void)
{
    struct dice dice = {7};
    for (int i = 0; i < 200; i++) {
        struct mark mark = drawn(&dice);
        struct mark back = {.shard = 0};
        char line[2 * MARK_BYTES];
        FILE *out = fmemopen(line, sizeof line, "w");
        mark_print(out, &mark);
        fclose(out);
        size_t length = strlen(line);
        CU_ASSERT(length < MARK_BYTES);
        CU_ASSERT(mark_read(&back, line));
        CU_ASSERT(!memcmp(&back, &mark, sizeof mark));
        while (length) {
            line[--length] = '\0';
            CU_ASSERT(!mark_read(&back, line));
        }
    }
    CU_ASSERT_EQUAL(shard_read(&(struct mark){.shard = 0}, "3/16"), 0);
}

/* --- the first N, against sorting all of them --- */

enum { RESULTS = 400 };

struct drawn_cell {
    const char *text;
    size_t number;
};

static bool sorts_down;

/* Numbers, then texts, then empty cells; equal ones by their number. */
static int class_of(const char *text)
{
    return !*text ? 2 : strchr("0123456789", *text) ? 0 : 1;
}

static int compare_cells(const void *left, const void *right)
{
    const struct drawn_cell *a = left;
    const struct drawn_cell *b = right;
    int order = class_of(a->text) - class_of(b->text);
    if (!order && class_of(a->text) == 0)
        order = (atof(a->text) > atof(b->text)) - (atof(a->text) < atof(b->text));
    else if (!order)
        order = strcmp(a->text, b->text);
    if (sorts_down && *a->text && *b->text)
        order = -order;
    return order ? order : (a->number > b->number) - (a->number < b->number);
}

static void pick_among(struct dice *dice, uint64_t top)
{
    static const char *const texts[] = {"", "1", "10", "9", "0.5", "2", "b", "ab", "a longer text"};
    static const char *const carried[] = {"x_v", NULL};
    struct arena arena = {0};
    struct selection selection;
    struct drawn_cell cells[RESULTS];
    struct matrix_column column = {NULL, "x_v"};
    struct matrix matrix = {.columns = &column, .column_count = 1};
    const struct wishes wishes = {NULL, sorts_down ? "x_v:desc" : "x_v", (double)top};
    CU_ASSERT_EQUAL(selection_read(&selection, &wishes, carried, &arena), 0);
    for (size_t i = 0; i < RESULTS; i++) {
        cells[i] = (struct drawn_cell){texts[dice_below(dice, sizeof texts / sizeof *texts)], i};
        struct matrix_row row = {.matrix = &matrix, .texts = &cells[i].text};
        struct scenario scenario = {.row = &row, .number = i};
        selection_pick(&selection, &(struct result){.scenario = &scenario});
    }
    selection_sort(&selection);
    qsort(cells, RESULTS, sizeof *cells, compare_cells);
    CU_ASSERT_EQUAL(selection.pick_count, top < RESULTS ? top : RESULTS);
    for (size_t i = 0; i < selection.pick_count; i++)
        CU_ASSERT_EQUAL(selection.picks[i].number, cells[i].number);
    struct pick **by_number = selection_by_number(&selection);
    for (size_t i = 1; i < selection.pick_count; i++)
        CU_ASSERT(by_number[i - 1]->number < by_number[i]->number);
    arena_free(&arena);
}

static void test_first_are_first(void)
{
    struct dice dice = {11};
    static const uint64_t tops[] = {1, 2, 3, 50, RESULTS - 1, RESULTS, 2 * RESULTS};
    for (int down = 0; down < 2; down++) {
        sorts_down = down;
        for (size_t i = 0; i < sizeof tops / sizeof *tops; i++)
            pick_among(&dice, tops[i]);
    }
}

void suite_plan(void)
{
    CU_pSuite suite = CU_add_suite("plan", NULL, NULL);
    CU_ADD_TEST(suite, test_shards_cover);
    CU_ADD_TEST(suite, test_marks_come_back);
    CU_ADD_TEST(suite, test_first_are_first);
}
