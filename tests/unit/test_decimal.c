/* test_decimal.c -- doubles as text: each reads back as itself, and no shorter text does */
#include "base/decimal.h"
#include "random.h"

#include <CUnit/Basic.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void suite_decimal(void);

static void expect(double value, const char *want)
{
    char got[DECIMAL_BYTES];
    CU_ASSERT_EQUAL(decimal_text(value, got), strlen(want));
    if (strcmp(got, want) != 0)
        printf("\n%.17g: got %s, want %s\n", value, got, want);
    CU_ASSERT_STRING_EQUAL(got, want);
}

/* True when the text is what printf writes with the fewest digits that read back. */
static bool holds(double value)
{
    char want[64];
    char got[DECIMAL_BYTES];
    int digits = 1;
    if (value == floor(value) && fabs(value) < 1e15)
        snprintf(want, sizeof want, "%.0f", fabs(value) > 0 ? value : 0);
    else
        do
            snprintf(want, sizeof want, "%.*g", digits, value);
        while (strtod(want, NULL) != value && digits++ < 17);
    bool good = decimal_text(value, got) == strlen(got) && !strcmp(got, want);
    if (!good)
        printf("\n%.17g: got %s, want %s\n", value, got, want);
    return good;
}

static void known_texts(void)
{
    expect(0, "0");
    expect(-0.0, "0");
    expect(1, "1");
    expect(-17, "-17");
    expect(100, "100");
    expect(0.1, "0.1");
    expect(-2.5, "-2.5");
    expect(0.1 + 0.2, "0.30000000000000004");
    expect(1.0 / 3, "0.3333333333333333");
    expect(0.0001, "0.0001");
    expect(0.00001, "1e-05");
    expect(1.5e-7, "1.5e-07");
    expect(123456.789, "123456.789");
    expect(9.9999999999999995e22, "1e+23");
    expect(999999999999999, "999999999999999");
    expect(999999999999999.9, "999999999999999.9");
    expect(1e15, "1e+15");
    expect(1234567890123456, "1234567890123456");
    expect(0x1p53, "9007199254740992");
    expect(5e-324, "5e-324");
    expect(DBL_MIN, "2.2250738585072014e-308");
    expect(DBL_MAX, "1.7976931348623157e+308");
    expect(4.35, "4.35");
    expect(0x1p-10, "0.0009765625");
}

static void at_the_borders(void)
{
    static const double borders[] = {1e-11, 1e-10, 1e-5, 1e-4, 1, 10, 1e14, 1e15, 1e16, 1e17, 1e22};
    bool good = true;
    for (size_t i = 0; i < sizeof borders / sizeof *borders; i++) {
        double above = borders[i];
        double below = borders[i];
        for (int step = 0; step < 200; step++) {
            good = good && holds(above) && holds(below);
            above = nextafter(above, INFINITY);
            below = nextafter(below, 0);
        }
    }
    /* beside a power of two doubles are twice as close on one side */
    for (int power = -1074; power < 1024; power++)
        good = good && holds(ldexp(1, power)) && holds(nextafter(ldexp(1, power), 0)) &&
               holds(nextafter(ldexp(1, power), INFINITY));
    CU_ASSERT(good);
}

/* Any bits, denormals and extremes too, a fifth beside a power of two; and what plans have. */
static void random_doubles(void)
{
    struct dice dice = {20261122};
    bool good = true;
    for (int i = 0; i < 50000 && good; i++) {
        double any;
        uint64_t bits = dice_next(&dice);
        double plain = ldexp((double)(bits >> 11), (int)(bits % 110) - 100);
        double cents = (double)(bits % 1000000000) / 100;
        double share = (double)(bits % 10007) / (double)(1 + bits % 509);
        if (dice_chance(&dice, 20))
            bits = (bits & 0xfff0000000000000U) + dice_below(&dice, 3) - 1;
        memcpy(&any, &bits, sizeof any);
        good = (!isfinite(any) || holds(any)) && holds(plain) && holds(cents) && holds(share);
    }
    CU_ASSERT(good);
}

void suite_decimal(void)
{
    CU_pSuite suite = CU_add_suite("decimal", NULL, NULL);
    CU_add_test(suite, "known texts", known_texts);
    CU_add_test(suite, "at the borders", at_the_borders);
    CU_add_test(suite, "random doubles", random_doubles);
}
