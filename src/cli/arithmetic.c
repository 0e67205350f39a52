/* arithmetic.c -- prints what a reader can check with a pocket calculator */
#include "cli/arithmetic.h"

#include "base/text.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *value_text(const struct alphabet *a, size_t index,
                              char buffer[TEXT_NUMBER_BYTES])
{
    double value = letter_value(a->letters, &a->legend[index]);
    return isfinite(value) ? text_from_number(value, buffer) : "unknown";
}

static size_t letter_at(const struct alphabet *a, const char *name, size_t length)
{
    size_t i = 0;
    while (i < a->count && (strlen(a->legend[i].symbol) != length ||
                            strncmp(a->legend[i].symbol, name, length) != 0))
        i++;
    return i;
}

static size_t name_length(const char *at)
{
    size_t length = 0;
    while (isalnum((unsigned char)at[length]) || at[length] == '_')
        length++;
    return length;
}

static void print_numbers(struct alphabet *a, const char *formula)
{
    char buffer[TEXT_NUMBER_BYTES];
    for (const char *at = formula; *at;) {
        size_t length = isalpha((unsigned char)*at) ? name_length(at) : 1;
        size_t letter = letter_at(a, at, length);
        if (letter < a->count) {
            fputs(value_text(a, letter, buffer), stdout);
            a->used[letter] = true;
        } else {
            fwrite(at, 1, length, stdout);
        }
        at += length;
    }
}

void arithmetic_print(struct alphabet *a, const char *formula, const char *source)
{
    printf("= %s\n%*s= ", formula, (int)a->indent, "");
    print_numbers(a, formula);
    printf("\n%*s[%s]\n", (int)a->indent, "", source);
}

void arithmetic_legend(const struct alphabet *a, const char *title,
                       bool (*is_derived)(size_t offset))
{
    char buffer[TEXT_NUMBER_BYTES];
    printf("\n%s\n", title);
    for (size_t i = 0; i < a->count; i++) {
        const struct letter *letter = &a->legend[i];
        if (a->used[i] && !(is_derived && is_derived(letter->offset)))
            printf("  %-7s %20s %-12s %s%s%s%s\n", letter->symbol, value_text(a, i, buffer),
                   letter->unit, letter->meaning, letter->assumption ? " (" : "",
                   letter->assumption ? letter->assumption : "", letter->assumption ? ")" : "");
    }
}
