/* text.c -- numbers, UTF-8 and names, without the locale */
#include "base/text.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool text_equal(const char *a, const char *b)
{
    while (*a && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return lower(*a) == lower(*b);
}

/* Greedy with one remembered star: linear for any pattern, so a hostile one costs nothing. */
bool text_matches(const char *text, const char *pattern)
{
    const char *star = NULL;
    const char *resume = NULL;
    while (*text) {
        if (*pattern == '*') {
            star = pattern++;
            resume = text;
        } else if (*pattern == '?' || lower(*pattern) == lower(*text)) {
            pattern++;
            text++;
        } else if (star) {
            pattern = star + 1;
            text = ++resume;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return !*pattern;
}

size_t text_sequence(const char *text, size_t left)
{
    const unsigned char *s = (const unsigned char *)text;
    if (s[0] < 0x80)
        return 1;
    size_t length = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
    if (s[0] < 0xc2 || s[0] > 0xf4 || left < length)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xf0 && s[1] < 0x90);
    bool surrogate = s[0] == 0xed && s[1] >= 0xa0;
    bool beyond = s[0] == 0xf4 && s[1] >= 0x90;
    return overlong || surrogate || beyond ? 0 : length;
}

unsigned long text_code(const char *text, size_t bytes)
{
    const unsigned char *s = (const unsigned char *)text;
    unsigned long code = bytes == 1 ? s[0] : s[0] & (0x7fU >> bytes);
    for (size_t i = 1; i < bytes; i++)
        code = code << 6 | (s[i] & 0x3fU);
    return code;
}

bool text_is_utf8(const char *text, size_t length, size_t *at)
{
    for (size_t i = 0; i < length;) {
        size_t step = text_sequence(text + i, length - i);
        if (!step) {
            *at = i;
            return false;
        }
        i += step;
    }
    return true;
}

size_t text_characters(const char *text, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += ((unsigned char)text[i] & 0xc0) != 0x80;
    return count;
}

static const char *digits(const char *s)
{
    while (is_digit(*s))
        s++;
    return s;
}

static bool is_number_form(const char *s)
{
    if (*s == '-')
        s++;
    const char *start = s;
    s = digits(s);
    bool whole = s > start;
    if (*s == '.') {
        const char *fraction = ++s;
        s = digits(s);
        whole = whole && s > fraction;
    }
    if (!whole)
        return false;
    if (*s == 'e' || *s == 'E') {
        s++;
        if (*s == '+' || *s == '-')
            s++;
        const char *exponent = s;
        s = digits(s);
        if (s == exponent)
            return false;
    }
    return !*s;
}

/* "0.00e5" */
static bool is_zero(const char *text)
{
    char rest = text[strspn(text, "-0.")];
    return rest == '\0' || rest == 'e' || rest == 'E';
}

/* Denormals lack digits, and what they divide overflows. strtod says so of inexact ones alone. */
bool text_number(const char *text, double *value)
{
    if (!is_number_form(text))
        return false;
    *value = strtod(text, NULL);
    if (*value == 0)
        *value = 0; /* not -0 */
    return isnormal(*value) || (*value == 0 && is_zero(text));
}

const char *text_number_fault(const char *text)
{
    return is_number_form(text) ? "not a number this program can hold" : "not a number";
}

const char *text_from_number(double value, char buffer[TEXT_NUMBER_BYTES])
{
    decimal_text(value, buffer);
    return buffer;
}

/* Levenshtein distance, one row of the table; names longer than the row are never close. `limit`
 * when it is that or more, which a row that is nowhere below shows. */
enum { NAME_BYTES = 96 };

static size_t distance(const char *a, const char *b, size_t limit)
{
    size_t row[NAME_BYTES + 1];
    size_t n = strlen(b);
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 0; a[i]; i++) {
        size_t diagonal = row[0];
        size_t least = row[0] = i + 1;
        for (size_t j = 0; j < n; j++) {
            size_t change = diagonal + (lower(a[i]) != lower(b[j]));
            diagonal = row[j + 1];
            size_t add = row[j] + 1;
            size_t drop = row[j + 1] + 1;
            size_t best = add < drop ? add : drop;
            row[j + 1] = change < best ? change : best;
            least = row[j + 1] < least ? row[j + 1] : least;
        }
        if (least >= limit)
            return limit;
    }
    return row[n];
}

const char *text_closest(const char *wanted, const void *items, size_t count,
                         const char *(*name)(const void *items, size_t index))
{
    const char *best = NULL;
    size_t length = strlen(wanted);
    if (length > NAME_BYTES)
        return NULL;
    size_t least = length / 3 + 1;
    for (size_t i = 0; i < count; i++) {
        const char *candidate = name(items, i);
        size_t other = strlen(candidate);
        if (other > NAME_BYTES || other >= length + least || length >= other + least)
            continue;
        size_t d = distance(wanted, candidate, least);
        if (d < least) {
            least = d;
            best = candidate;
        }
    }
    return best;
}
