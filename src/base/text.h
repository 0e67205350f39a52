/* text.h -- small questions about text: numbers, UTF-8, closeness of names */
#ifndef GPUPLAN_TEXT_H
#define GPUPLAN_TEXT_H

#include "base/decimal.h"

#include <stdbool.h>
#include <stddef.h>

/* Case-insensitive for ASCII letters only; never asks the locale. */
bool text_equal(const char *a, const char *b);

/* `pattern` with `*` for any run and `?` for any one character, ASCII case-insensitive. */
bool text_matches(const char *text, const char *pattern);

/* Bytes of the UTF-8 sequence at `text`, 0 when it is not one (RFC 3629). At most `left` are read;
 * of a NUL-terminated text any `left` of 4 or more will do. */
size_t text_sequence(const char *text, size_t left);

/* The code point of a sequence of `bytes` that text_sequence measured. */
unsigned long text_code(const char *text, size_t bytes);

/* Valid UTF-8 without surrogates or overlong forms. On false, *at is the first bad byte. */
bool text_is_utf8(const char *text, size_t length, size_t *at);

/* Code points in `length` bytes of UTF-8. */
size_t text_characters(const char *text, size_t length);

/* The whole of `text` as a decimal number ("12", "0.5", "1e6"), "-0" as 0; false for anything else:
 * blanks, signs other than one leading minus, hex, "nan", "inf", trailing letters, and what no
 * double holds in full, above 1.8e308 or nearer to 0 than 2.2e-308 but not 0. */
bool text_number(const char *text, double *value);

/* What a text is that text_number refused: "not a number", or one that cannot be held. */
const char *text_number_fault(const char *text);

/* The shortest decimal text that reads back as the same double ("0.1", "65536", "1e+300"). */
enum { TEXT_NUMBER_BYTES = DECIMAL_BYTES };
const char *text_from_number(double value, char buffer[TEXT_NUMBER_BYTES]);

/* The closest of `count` names (fetched by `name(items, i)`) when it is close enough to be meant
 * (edit distance at most a third of the length), else NULL. Used for suggestions only. */
const char *text_closest(const char *wanted, const void *items, size_t count,
                         const char *(*name)(const void *items, size_t index));

#endif
