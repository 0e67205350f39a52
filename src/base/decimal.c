/* decimal.c -- exact integer arithmetic where 128 bits hold it, the C library elsewhere
 *
 * No library for C that Debian has finds shortest texts (Ryu, Grisu and Dragonbox come for C++ and
 * Rust), and printf with a look at what reads back takes ten times as long: it is asked only for
 * values that a plan hardly has, below 1e-10 and from 1e15 on. */
#include "base/decimal.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Digits without their trailing zeros; the value is `digits` times ten to the `exponent`. */
struct decimal {
    uint64_t digits;
    int exponent;
};

enum { DIGITS_MOST = 20 };

/* Spelled at the end of `room`, two at a time; returns where they begin. */
static const char *spell(uint64_t digits, char room[DIGITS_MOST])
{
    char *at = room + DIGITS_MOST;
    for (; digits >= 10; digits /= 100) {
        unsigned pair = (unsigned)(digits % 100);
        *--at = (char)('0' + pair % 10);
        *--at = (char)('0' + pair / 10);
    }
    if (digits || at == room + DIGITS_MOST)
        *--at = (char)('0' + digits);
    return at;
}

static char *put(char *to, const char *from, int count)
{
    memcpy(to, from, (size_t)count);
    return to + count;
}

/* As printf's %.*g with as many digits as are needed, 15 at least: 123.45, 0.0001, 1.5e-05. */
static char *put_decimal(char *at, const struct decimal *d)
{
    char room[DIGITS_MOST];
    const char *digits = spell(d->digits, room);
    int count = (int)(room + DIGITS_MOST - digits);
    int point = count + d->exponent; /* digits before the point */
    if (point <= -4 || point > (count < 15 ? 15 : count)) {
        *at++ = *digits;
        if (count > 1)
            *at++ = '.';
        at = put(at, digits + 1, count - 1);
        return at + sprintf(at, "e%+03d", point - 1);
    }
    if (point <= 0) {
        at = put(at, "0.0000", 2 - point);
        return put(at, digits, count);
    }
    if (d->exponent >= 0) {
        memset(put(at, digits, count), '0', (size_t)d->exponent);
        return at + point;
    }
    at = put(at, digits, point);
    *at++ = '.';
    return put(at, digits + point, count - point);
}

#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 wide;

/* 5^power, for 0 to 27. */
static wide five_to(int power)
{
    static const uint64_t ones[] = {1, 5, 25, 125, 625, 3125, 15625, 78125, 390625};
    static const uint64_t nines[] = {1, 1953125, 3814697265625, 7450580596923828125};
    return ones[power % 9] * nines[power / 9];
}

/* A double as seventeen digits before the point, and what reads back as it, in the unit in which
 * all of them are integers: 1 is `one`. */
struct scaled {
    wide value;
    wide low; /* from here */
    wide high;
    int one;   /* its power of two */
    bool ends; /* low and high read back as well */
};

/* 10^16 <= mantissa 2^exponent 10^power < 10^17. Half of the gap to the next double is 5^power
 * in half units, and below a power of two half of that. */
static struct scaled scale(uint64_t mantissa, int exponent, int power)
{
    wide five = five_to(power);
    bool narrow = mantissa == UINT64_C(1) << 52;
    struct scaled s = {.value = 4 * five * mantissa, .one = 2 - exponent - power};
    s.low = s.value - (narrow ? five : 2 * five);
    s.high = s.value + 2 * five;
    s.ends = mantissa % 2 == 0;
    return s;
}

/* The multiple of `step` that is closest; of two, the one with an even digit. */
static inline uint64_t closest(const struct scaled *s, uint64_t step)
{
    uint64_t whole = (uint64_t)(s->value >> s->one) / step;
    wide below = (wide)(whole * step) << s->one;
    wide unit = (wide)step << s->one;
    wide twice = 2 * (s->value - below);
    bool up = twice > unit || (twice == unit && whole % 2);
    return (whole + up) * step;
}

static bool reads_back(const struct scaled *s, uint64_t digits)
{
    wide value = (wide)digits << s->one;
    return s->ends ? s->low <= value && value <= s->high : s->low < value && value < s->high;
}

/* With constant steps, which the compiler divides by without dividing. */
static uint64_t shortest(const struct scaled *s)
{
    uint64_t digits = closest(s, 100); /* fifteen of them, or fewer */
    if (reads_back(s, digits))
        return digits;
    digits = closest(s, 10);
    return reads_back(s, digits) ? digits : closest(s, 1);
}

/* True for 1e-10 <= value < 1e15: there 5^power is below 2^63 and all products below 2^119. */
static bool by_integers(double value, struct decimal *d)
{
    const uint64_t most = UINT64_C(100000000000000000);
    int exponent;
    if (!(value >= 1e-10 && value < 1e15))
        return false;
    uint64_t mantissa = (uint64_t)(frexp(value, &exponent) * 0x1p53);
    int tens = (exponent - 1) * 1233 >> 12; /* log10 2; at most one too small */
    exponent -= 53;
    if (mantissa * five_to(16 - tens) >> (tens - 16 - exponent) >= most)
        tens++;
    struct scaled s = scale(mantissa, exponent, 16 - tens);
    d->digits = shortest(&s);
    d->exponent = tens - 16;
    while (d->digits % 10 == 0) {
        d->digits /= 10;
        d->exponent++;
    }
    return true;
}
#else
static bool by_integers(double value, struct decimal *d)
{
    (void)value;
    (void)d;
    return false;
}
#endif

static size_t by_library(double value, char buffer[DECIMAL_BYTES])
{
    int length;
    int digits = 1;
    do
        length = snprintf(buffer, DECIMAL_BYTES, "%.*g", digits, value);
    while (strtod(buffer, NULL) != value && digits++ < 17);
    return (size_t)length;
}

size_t decimal_text(double value, char buffer[DECIMAL_BYTES])
{
    double size = fabs(value);
    struct decimal d = {.digits = 0};
    char *at = buffer;
    if (value < 0)
        *at++ = '-';
    if (size < 1e15 && size == floor(size))
        d.digits = (uint64_t)size;
    else if (!by_integers(size, &d))
        return by_library(value, buffer);
    at = put_decimal(at, &d);
    *at = '\0';
    return (size_t)(at - buffer);
}
