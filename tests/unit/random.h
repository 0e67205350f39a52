/* random.h -- a small seeded generator (xorshift64*): the same draws on every machine */
#ifndef GPUPLAN_TEST_RANDOM_H
#define GPUPLAN_TEST_RANDOM_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The state must not be 0. */
struct dice {
    uint64_t state;
};

static inline uint64_t dice_next(struct dice *dice)
{
    uint64_t x = dice->state;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    dice->state = x;
    return x * 2685821657736338717u;
}

/* 0 <= value < count */
static inline size_t dice_below(struct dice *dice, size_t count)
{
    return (size_t)(dice_next(dice) >> 11) % count;
}

/* 0 <= value < 1 */
static inline double dice_unit(struct dice *dice)
{
    return (double)(dice_next(dice) >> 11) / 9007199254740992.0;
}

static inline bool dice_chance(struct dice *dice, size_t percent)
{
    return dice_below(dice, 100) < percent;
}

/* A whole number, its logarithm even between low and high. */
static inline double dice_count(struct dice *dice, double low, double high)
{
    return floor(low * pow((high + 1) / low, dice_unit(dice)));
}

#endif
