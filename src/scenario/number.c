/* number.c -- reads numbers and ranges; a number that can be meant two ways is refused with both */
#include "scenario/number.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* `a` is the user's text, and cut where it is long, so that the reason behind it is seen. */
static bool fail(char why[WHY_BYTES], const char *format, const char *a, const char *b)
{
    enum { SHOWN_BYTES = 80 };
    char shown[SHOWN_BYTES + sizeof "..."];
    size_t length = strlen(a);
    if (length > SHOWN_BYTES) {
        for (length = SHOWN_BYTES; length && ((unsigned char)a[length] & 0xc0) == 0x80; length--)
            continue;
        snprintf(shown, sizeof shown, "%.*s...", (int)length, a);
        a = shown;
    }
    snprintf(why, WHY_BYTES, format, a, b);
    return false;
}

/* "1,000": groups of three after the first comma. */
static bool has_thousands(const char *text)
{
    const char *comma = strchr(text, ',');
    return comma && comma > text && strspn(comma + 1, "0123456789") == 3 &&
           strspn(text, "0123456789,.") == strlen(text);
}

static double binary_suffix(const char *text, size_t *digits)
{
    static const char *const names[] = {"Ki", "Mi", "Gi"};
    size_t length = strlen(text);
    double factor = 1024;
    for (size_t i = 0; i < 3; i++, factor *= 1024) {
        if (length > 2 && text_equal(text + length - 2, names[i])) {
            *digits = length - 2;
            return factor;
        }
    }
    return 0;
}

/* A bare k, m or g: thousand or 1,024? */
static bool refuse_decimal_suffix(const char *text, char why[WHY_BYTES])
{
    static const char letters[] = "kmgKMG";
    size_t length = strlen(text);
    const char *letter = length > 1 ? strchr(letters, text[length - 1]) : NULL;
    char digits[32];
    double value;
    if (!letter || length > sizeof digits)
        return true;
    memcpy(digits, text, length - 1);
    digits[length - 1] = '\0';
    if (!text_number(digits, &value))
        return true;
    size_t power = (size_t)(letter - letters) % 3 + 1;
    snprintf(why, WHY_BYTES, "\"%s\" can mean %.0f or %.0f; write %.0f or %s%ci", text,
             value * pow(1000, (double)power), value * pow(1024, (double)power),
             value * pow(1000, (double)power), digits, "KMG"[power - 1]);
    return false;
}

/* Blanks that look like one: no-break, narrow no-break, thin and ideographic. */
static bool has_space(const char *text)
{
    static const char *const spaces[] = {" ", "\u00a0", "\u202f", "\u2009", "\u3000"};
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        if (strstr(text, spaces[i]))
            return true;
    return false;
}

/* U+FF10 to U+FF19 */
static bool has_wide_digits(const char *text)
{
    for (const char *at = strstr(text, "\xef\xbc"); at; at = strstr(at + 1, "\xef\xbc"))
        if ((unsigned char)at[2] >= 0x90 && (unsigned char)at[2] <= 0x99)
            return true;
    return false;
}

static bool consists_of(const char *text, const char *characters)
{
    return text[strspn(text, characters)] == '\0';
}

/* What a text that is no number was probably meant to be. */
static void say_why(const char *text, char why[WHY_BYTES])
{
    size_t number = strspn(text, "0123456789.");
    if (has_thousands(text))
        fail(why, "\"%s\" has thousands separators; write the digits alone%s", text, "");
    else if (number && !strcmp(text + number, "%"))
        fail(why, "\"%s\" is a percentage; write a share, such as %s", text, "0.9");
    else if (strchr(text, ',') && consists_of(text, "0123456789,.-eE"))
        fail(why, "\"%s\" has a decimal comma; write a point%s", text, "");
    else if (text[0] == '.' && number > 1 && consists_of(text + 1, "0123456789"))
        fail(why, "\"%s\" lacks a digit before the point; write 0%s", text, text);
    else if (has_wide_digits(text))
        fail(why, "\"%s\" has full-width digits; write them as 0 to 9%s", text, "");
    else if (number && has_space(text))
        fail(why, "\"%s\" has a space in it; write the digits alone%s", text, "");
    else
        fail(why, "\"%s\" is %s", text, text_number_fault(text));
}

static bool plain_number(const char *text, double *value, char why[WHY_BYTES])
{
    char digits[64];
    size_t length = 0;
    double factor = binary_suffix(text, &length);
    if (factor > 0 && length < sizeof digits) {
        memcpy(digits, text, length);
        digits[length] = '\0';
        if (text_number(digits, value)) {
            *value *= factor;
            return true;
        }
    }
    if (!refuse_decimal_suffix(text, why))
        return false;
    if (text_number(text, value))
        return true;
    say_why(text, why);
    return false;
}

static bool in_bounds(const struct scenario_column *column, double value, const char *text,
                      char why[WHY_BYTES])
{
    char limit[TEXT_NUMBER_BYTES];
    bool whole = column->kind == CELL_COUNT;
    if (value < 0)
        return fail(why, "%s is negative; it must be %s", text,
                    whole && column->least < 1 ? "0 or more"
                    : whole                    ? "at least 1"
                                               : "above 0");
    if (value == 0 && (!whole || column->least > 0))
        return fail(why, "%s is zero; it must be %s", text, whole ? "at least 1" : "above 0");
    if (whole && value != floor(value))
        return fail(why, "%s is not a whole number%s", text, "");
    if (value < column->least)
        return fail(why, "%s is too small; it must be at least %s", text,
                    text_from_number(column->least, limit));
    if (value > column->most)
        return fail(why, "%s is too large; it must be at most %s", text,
                    text_from_number(column->most, limit));
    return true;
}

static bool count_steps(struct piece *piece, double last, const char *item, char why[WHY_BYTES])
{
    if (last < piece->first)
        return fail(why, "range \"%s\" runs backwards; write the smaller number first%s", item, "");
    if (piece->multiplies ? piece->step <= 1 : piece->step <= 0)
        return fail(why, "range \"%s\" never ends; %s", item,
                    piece->multiplies ? "multiply by more than 1" : "add more than 0");
    double steps = piece->multiplies ? log(last / piece->first) / log(piece->step)
                                     : (last - piece->first) / piece->step;
    if (steps >= (piece->multiplies ? MULTIPLIED_MOST : (double)AXIS_MOST))
        return fail(why, "range \"%s\" has too many values; at most %s", item,
                    piece->multiplies ? "1,000 with *" : "10^12");
    piece->count = (uint64_t)(steps + 1e-9) + 1; /* 0.1..0.5+0.1 reaches its end */
    if (!piece->multiplies)
        return true;
    double value = piece->first; /* the logarithm may be off by one at an exact end */
    for (piece->count = 1; value * piece->step <= last * (1 + 1e-12); piece->count++)
        value *= piece->step;
    return true;
}

/* first..last+step or first..last*step */
static bool range_item(struct piece *piece, const struct scenario_column *column, const char *item,
                       const char *dots, char why[WHY_BYTES])
{
    char first[64];
    char last[64];
    double end;
    const char *rest = dots + 2;
    size_t length = strcspn(rest, "*+");
    if (!rest[length])
        return fail(why, "range \"%s\" has no step; write %s", item,
                    "FIRST..LAST*2 or FIRST..LAST+8");
    if ((size_t)(dots - item) >= sizeof first || length >= sizeof last)
        return fail(why, "range \"%s\" is not a range of numbers%s", item, "");
    if (dots == item || !length || !rest[length + 1])
        return fail(why, "range \"%s\" lacks its %s", item,
                    dots == item ? "start"
                    : !length    ? "end"
                                 : "step");
    memcpy(first, item, (size_t)(dots - item));
    first[dots - item] = '\0';
    memcpy(last, rest, length);
    last[length] = '\0';
    piece->multiplies = rest[length] == '*';
    if (!plain_number(first, &piece->first, why) || !plain_number(last, &end, why) ||
        !plain_number(rest + length + 1, &piece->step, why))
        return false;
    if (!in_bounds(column, piece->first, first, why) || !in_bounds(column, end, last, why))
        return false;
    if (column->kind == CELL_COUNT && piece->step != floor(piece->step))
        return fail(why, "range \"%s\" steps through fractions of %s", item, column->name);
    return count_steps(piece, end, item, why);
}

bool number_item(struct piece *piece, const struct scenario_column *column, const char *item,
                 char why[WHY_BYTES])
{
    const char *dots = strstr(item, "..");
    *piece = (struct piece){.count = 1};
    if (dots)
        return range_item(piece, column, item, dots, why);
    return plain_number(item, &piece->first, why) && in_bounds(column, piece->first, item, why);
}
