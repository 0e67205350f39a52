/* engines.c -- versions are compared number by number: 0.9 < 0.11, 2023-11 < 2025; one that is
 * given as a date is compared with the dates of the releases */
#include "core/engines.h"

#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads one number and steps over it and one separator; 0 at the end. */
static double next_number(const char **at)
{
    double value = 0;
    const char *s = *at;
    while (is_digit(*s))
        value = 10 * value + (*s++ - '0');
    if ((*s == '.' || *s == '-') && is_digit(s[1]))
        s++;
    *at = s;
    return value;
}

/* The first digit of a version's text, or its end. */
static const char *first_number(const char *version)
{
    while (*version && !is_digit(*version))
        version++;
    return version;
}

bool version_is_before(const char *a, const char *b)
{
    a = first_number(a);
    b = first_number(b);
    for (int part = 0; part < 4; part++) {
        double x = next_number(&a);
        double y = next_number(&b);
        if (x != y)
            return x < y;
    }
    return false;
}

/* True when a version is written as the date of a build: "2024", "main 2025-01". */
static bool is_date(const char *version)
{
    const double first_year = 2000;
    const double last_year = 2099;
    const char *at = first_number(version);
    double year = next_number(&at);
    return year >= first_year && year <= last_year;
}

/* True when a build of that date is older than a release. A month that is not said is the last. */
static bool date_is_before(const char *date, const char *release)
{
    date = first_number(date);
    while (*date && *release) {
        double built = next_number(&date);
        double released = next_number(&release);
        if (built != released)
            return built < released;
    }
    return false;
}

static bool has_reached(const char *version, const struct engine *e)
{
    if (!version || !e->version_from)
        return true;
    if (is_date(version) && !is_date(e->version_from))
        return e->released && !date_is_before(version, e->released);
    return !version_is_before(version, e->version_from);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool same_id(const char *a, const char *b)
{
    while (*a && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return lower(*a) == lower(*b);
}

static const struct engine *newest_until(const struct facts *facts, const char *id,
                                         enum engine_mode mode, const char *version)
{
    const struct engine *best = NULL;
    for (size_t i = 0; i < facts->engine_count; i++) {
        const struct engine *e = &facts->engines[i];
        const char *from = e->version_from ? e->version_from : "0";
        if (e->mode != (int)mode || !same_id(e->id, id))
            continue;
        if (!has_reached(version, e))
            continue;
        if (!best || !version_is_before(from, best->version_from ? best->version_from : "0"))
            best = e;
    }
    return best;
}

const struct engine *engine_for(const struct facts *facts, const char *id, enum engine_mode mode,
                                const char *version, bool *known)
{
    if (version && !*first_number(version))
        version = NULL;
    const struct engine *found = id ? newest_until(facts, id, mode, version) : NULL;
    *known = !id || found;
    return found ? found : newest_until(facts, "generic", mode, NULL);
}
