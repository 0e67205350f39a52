/* engines.c -- versions are compared number by number: 0.9 < 0.11, 2023-11 < 2025; one that is
 * given as a date is compared with the dates of the releases, one given as a build with builds */
#include "core/engines.h"

#include <math.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool is_letter(char c)
{
    return lower(c) >= 'a' && lower(c) <= 'z';
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

/* Letters of a commit's name: seven hexadecimal digits and more, some of them letters; else 0. */
static size_t commit_length(const char *word)
{
    const size_t shortest = 7;
    size_t length = 0;
    bool letters = false;
    while (is_digit(word[length]) || is_letter(word[length])) {
        if (is_letter(word[length]) && lower(word[length]) > 'f')
            return 0;
        letters = letters || is_letter(word[length]);
        length++;
    }
    return letters && length >= shortest ? length : 0;
}

/* The first digit of a version's text that is not of a commit's name, or its end. */
static const char *first_number(const char *version)
{
    bool starts = true; /* a word does here */
    while (*version && !is_digit(*version)) {
        size_t commit = starts ? commit_length(version) : 0;
        starts = !commit && !is_letter(*version);
        version += commit ? commit : 1;
    }
    size_t commit = starts ? commit_length(version) : 0;
    return commit ? first_number(version + commit) : version;
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

struct date {
    double year;  /* 0: no date */
    double month; /* 0: not said */
};

/* "2024", "main 2025-01", "nightly-dev-20260402": the date of a build, if a version is one. */
static struct date date_of(const char *version)
{
    const double first = 2000;
    const double last = 2099;
    const char *at = first_number(version);
    double number = next_number(&at);
    struct date date = {number, next_number(&at)};
    if (number > last)
        date = (struct date){floor(number / 1e4), fmod(floor(number / 100), 100)};
    return date.year >= first && date.year <= last ? date : (struct date){0, 0};
}

/* True when a build of that date is older than a release. A month that is not said is the last. */
static bool date_is_before(struct date built, struct date released)
{
    if (built.year != released.year || built.month <= 0)
        return built.year < released.year;
    return built.month < released.month;
}

/* The number of a build, "b3000" or "build: 3000"; 0: the version is not written so. */
static double build_of(const char *version)
{
    const char *at = first_number(version);
    bool counted = at > version && lower(at[-1]) == 'b';
    for (const char *word = version; !counted && word + 5 <= at; word++)
        counted = !strncmp(word, "build", 5);
    return counted ? next_number(&at) : 0;
}

static bool has_reached(const char *version, const struct engine *e)
{
    if (!version || !e->version_from)
        return true;
    if (e->build_from > 0 && build_of(version) > 0)
        return build_of(version) >= e->build_from;
    struct date built = date_of(version);
    if (built.year <= 0)
        return !version_is_before(version, e->version_from);
    struct date released = date_of(e->released ? e->released : e->version_from);
    return released.year > 0 && !date_is_before(built, released);
}

/* The next sign of a name that counts, in lower case, or 0: only letters and digits do. */
static char next_sign(const char **at)
{
    const char *s = *at;
    while (*s && *s != ';' && !is_digit(*s) && !is_letter(*s))
        s++;
    char sign = *s == ';' ? 0 : lower(*s);
    *at = sign ? s + 1 : s;
    return sign;
}

/* Names, each up to its end or to a semicolon. */
static bool same_id(const char *a, const char *b)
{
    char sign = 0;
    do {
        sign = next_sign(&a);
        if (sign != next_sign(&b))
            return false;
    } while (sign);
    return true;
}

static bool goes_by(const struct engine *e, const char *id)
{
    bool found = same_id(e->id, id);
    for (const char *at = e->aliases; at && *at && !found; at = strchr(at, ';')) {
        at += *at == ';';
        found = same_id(at, id);
    }
    return found;
}

/* The id of the engine that goes by a name; NULL: none does. */
static const char *id_of(const struct facts *facts, const char *name, enum engine_mode mode)
{
    for (size_t i = 0; i < facts->engine_count; i++)
        if (facts->engines[i].mode == (int)mode && goes_by(&facts->engines[i], name))
            return facts->engines[i].id;
    return NULL;
}

static const struct engine *newest_until(const struct facts *facts, const char *id,
                                         enum engine_mode mode, const char *version)
{
    const struct engine *best = NULL;
    for (size_t i = 0; i < facts->engine_count; i++) {
        const struct engine *e = &facts->engines[i];
        const char *from = e->version_from ? e->version_from : "0";
        if (e->mode != (int)mode || strcmp(e->id, id) != 0)
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
    const char *named = id ? id_of(facts, id, mode) : NULL;
    const struct engine *found = named ? newest_until(facts, named, mode, version) : NULL;
    *known = !id || found;
    return found ? found : newest_until(facts, "generic", mode, NULL);
}
