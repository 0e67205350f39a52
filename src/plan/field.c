/* field.c -- a column of the results by its name, and its cells as they compare */
#include "plan/select.h"

#include "base/exit.h"
#include "base/say.h"
#include "base/text.h"

#include <string.h>

static const char *column_name(const void *items, size_t index)
{
    return ((const struct result_column *)items)[index].name;
}

static const char *carried_name(const void *items, size_t index)
{
    return ((const char *const *)items)[index];
}

static void say_unknown(const char *name, const char *const *carried, const char *option)
{
    size_t count = 0;
    while (carried[count])
        count++;
    const char *close = text_closest(name, result_columns, result_column_count, column_name);
    if (!close)
        close = text_closest(name, carried, count, carried_name);
    if (close)
        say_error(EXIT_USAGE, "--%s: unknown column \"%.80s\"; did you mean \"%s\"?", option, name,
                  close);
    else
        say_error(EXIT_USAGE,
                  "--%s: unknown column \"%.80s\"; columns are those of the results CSV, such as "
                  "gpu, status, gpus or tco_usd",
                  option, name);
}

struct field field_named(const char *name, const char *const *carried, const char *option)
{
    struct field field = {NULL, NULL};
    for (size_t i = 0; i < result_column_count; i++)
        if (text_equal(result_columns[i].name, name))
            field.column = &result_columns[i];
    for (const char *const *at = carried; !field.column && *at; at++)
        if (text_equal(*at, name))
            field.carried = *at;
    if (!field.column && !field.carried)
        say_unknown(name, carried, option);
    return field;
}

/* A text that is a number compares as one: versions, and what a row carries. */
static struct key text_key(const char *text)
{
    struct key key = {*text ? KEY_TEXT : KEY_EMPTY, 0, text};
    if (*text && text_number(text, &key.number))
        key.kind = KEY_NUMBER;
    return key;
}

struct key field_key(const struct field *field, const struct result *result)
{
    if (!field->column)
        return text_key(matrix_text(result->scenario->row, field->carried));
    struct result_value value = field->column->value(result);
    if (value.text)
        return text_key(value.text);
    return (struct key){value.number >= 0 ? KEY_NUMBER : KEY_EMPTY, value.number, ""};
}

int key_compare(const struct key *a, const struct key *b)
{
    if (a->kind != b->kind)
        return (a->kind > b->kind) - (a->kind < b->kind);
    if (a->kind == KEY_NUMBER)
        return (a->number > b->number) - (a->number < b->number);
    return a->kind == KEY_TEXT ? strcmp(a->text, b->text) : 0;
}
