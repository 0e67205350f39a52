/* clock.h -- what time a run stands for: SOURCE_DATE_EPOCH makes it reproducible, else the clock */
#ifndef GPUPLAN_CLOCK_H
#define GPUPLAN_CLOCK_H

/* Says what is wrong with SOURCE_DATE_EPOCH. Returns EXIT_DONE or EXIT_USAGE; the functions below
 * need it to have been EXIT_DONE. */
int clock_check(void);

/* Seconds since 1970, at most those of the year 9999. */
long long clock_seconds(void);

/* The same as a date of UTC, 2026-11-22. */
enum { CLOCK_DATE_BYTES = 16 };
const char *clock_date(char buffer[CLOCK_DATE_BYTES]);

#endif
