/* clock.c -- what time a run stands for */
#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

long long clock_seconds(void)
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    char *end;
    long long value = epoch && *epoch ? strtoll(epoch, &end, 10) : -1;
    return value >= 0 && !*end ? value : (long long)time(NULL);
}

const char *clock_date(char buffer[CLOCK_DATE_BYTES])
{
    time_t seconds = (time_t)clock_seconds();
    struct tm parts;
    if (!gmtime_r(&seconds, &parts) || !strftime(buffer, CLOCK_DATE_BYTES, "%Y-%m-%d", &parts))
        buffer[0] = '\0';
    return buffer;
}
