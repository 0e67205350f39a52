/* test_arena.c -- what an arena gives is zero, also where something else was before */
#include "base/arena.h"

#include <CUnit/Basic.h>
#include <stdbool.h>
#include <string.h>

void suite_arena(void);

static bool is_zero(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i])
            return false;
    return true;
}

/* Takes `size` bytes, which must be zero, and fills them. */
static void take(struct arena *arena, size_t size)
{
    char *bytes = arena_take(arena, size);
    CU_ASSERT(is_zero(bytes, size));
    memset(bytes, 0xAA, size);
}

static void memory_is_zero_after_a_reset(void)
{
    enum { LARGE = 1 << 20 };
    static const size_t rounds[][3] = {
        {24, 5000, 0}, {16, 0, 0}, {5000, 16, 5000}, {60000, 24, LARGE}, {LARGE / 2, LARGE, 8}};
    struct arena arena = {NULL};
    for (size_t i = 0; i < sizeof rounds / sizeof *rounds; i++) {
        for (size_t j = 0; j < 3; j++)
            take(&arena, rounds[i][j]);
        arena_reset(&arena);
        CU_ASSERT_EQUAL(arena_taken(&arena), 0);
    }
    arena_free(&arena);
}

void suite_arena(void)
{
    CU_pSuite suite = CU_add_suite("arena", NULL, NULL);
    CU_add_test(suite, "memory is zero, after a reset too", memory_is_zero_after_a_reset);
}
