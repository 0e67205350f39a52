/* period.c -- four forms of a period, told apart by what follows the year */
#include "base/period.h"

#include <stddef.h>

/* `count` digits; -1 when there are others. */
static int digits(const char *text, int count)
{
    int value = 0;
    for (int i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = 10 * value + text[i] - '0';
    }
    return value;
}

/* Months of one part, and how many parts a year has; 0: no such letter. */
static int part_months(char letter, int *parts)
{
    *parts = letter == 'Q' || letter == 'q' ? 4 : letter == 'H' || letter == 'h' ? 2 : 0;
    return *parts ? 12 / *parts : 0;
}

bool period_read(const char *text, struct period *period)
{
    int parts;
    int year = digits(text, 4);
    const char *rest = year >= 0 ? text + 4 : NULL;
    if (!rest)
        return false;
    if (!*rest) {
        *period = (struct period){12 * year, 12 * year + 11};
        return true;
    }
    int month = *rest == '-' ? digits(rest + 1, 2) : -1;
    if (month >= 1 && month <= 12 && !rest[3]) {
        *period = (struct period){12 * year + month - 1, 12 * year + month - 1};
        return true;
    }
    rest += *rest == '-';
    int months = part_months(*rest, &parts);
    int part = months ? digits(rest + 1, 1) : -1;
    if (part < 1 || part > parts || rest[2])
        return false;
    *period = (struct period){12 * year + (part - 1) * months, 12 * year + part * months - 1};
    return true;
}

int period_months(const struct period *period)
{
    return period->last - period->first + 1;
}

int period_compare(const struct period *a, const struct period *b)
{
    return a->first != b->first ? a->first - b->first : a->last - b->last;
}
