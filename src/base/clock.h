/* clock.h -- what time a run stands for: SOURCE_DATE_EPOCH makes it reproducible, else the clock */
#ifndef GPUPLAN_CLOCK_H
#define GPUPLAN_CLOCK_H

/* Seconds since 1970. */
long long clock_seconds(void);

/* The same as a date of UTC, 2026-11-22. */
enum { CLOCK_DATE_BYTES = 16 };
const char *clock_date(char buffer[CLOCK_DATE_BYTES]);

#endif
