/* clock.c -- what time a run stands for */
#include "base/clock.h"

#include "base/exit.h"
#include "base/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* 9999-12-31 23:59:59: dates have years of four digits, in text and in a workbook. */
#define SECONDS_MOST 253402300799LL

/* NULL: the clock decides. */
static const char *epoch_text(void)
{
    const char *text = getenv("SOURCE_DATE_EPOCH");
    return text && *text ? text : NULL;
}

/* -1: it is none; too many digits read as LLONG_MAX. */
static long long epoch_read(const char *text)
{
    long long value = text[strspn(text, "0123456789")] ? -1 : strtoll(text, NULL, 10);
    return value <= SECONDS_MOST ? value : -1;
}

int clock_check(void)
{
    const char *text = epoch_text();
    if (!text || epoch_read(text) >= 0)
        return EXIT_DONE;
    return say_error(
        EXIT_USAGE,
        "the environment has SOURCE_DATE_EPOCH=\"%.40s\"; it is the time of the run in "
        "whole seconds since 1970, from 0 to %lld; correct or unset it",
        text, SECONDS_MOST);
}

long long clock_seconds(void)
{
    const char *text = epoch_text();
    long long value = text ? epoch_read(text) : -1;
    return value >= 0 ? value : (long long)time(NULL);
}

const char *clock_date(char buffer[CLOCK_DATE_BYTES])
{
    time_t seconds = (time_t)clock_seconds();
    struct tm parts;
    if (!gmtime_r(&seconds, &parts) || !strftime(buffer, CLOCK_DATE_BYTES, "%Y-%m-%d", &parts))
        buffer[0] = '\0';
    return buffer;
}
