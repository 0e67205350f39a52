/* period.h -- a year, half, quarter or month as people write it: 2027, 2027H1, 2027Q1, 2027-03
 *
 * Letters in any case, a hyphen before H and Q allowed. Periods are calendar ones. */
#ifndef GPUPLAN_PERIOD_H
#define GPUPLAN_PERIOD_H

#include <stdbool.h>

/* Months since January of the year 0, both inclusive. */
struct period {
    int first;
    int last;
};

/* What a fault message offers. */
#define PERIOD_FORMS "2027, 2027H1, 2027Q1 or 2027-03"

/* False when `text` is none of the forms; *period is then as it was. */
bool period_read(const char *text, struct period *period);

int period_months(const struct period *period);

/* By the first month, then by the last: negative, 0 or positive. */
int period_compare(const struct period *a, const struct period *b);

#endif
