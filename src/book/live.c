/* live.c -- letters to cells, word by word; functions, numbers and quoted words stay as they are */
#include "book/live.h"

#include "base/decimal.h"

#include <stdio.h>
#include <string.h>

char *live_column_name(char *to, unsigned column)
{
    if (column >= 26)
        to = live_column_name(to, column / 26 - 1);
    *to++ = (char)('A' + column % 26);
    return to;
}

char *live_place(char *cell, uint32_t row, unsigned column, bool fixed_row, bool fixed_column)
{
    if (fixed_column)
        *cell++ = '$';
    cell = live_column_name(cell, column);
    if (fixed_row)
        *cell++ = '$';
    return cell + decimal_text(row + 1.0, cell);
}

void live_cell(char cell[CELL_NAME_BYTES], uint32_t row, unsigned column)
{
    live_place(cell, row, column, false, false);
}

void live_cell_of(char cell[CELL_NAME_BYTES], const char *sheet, uint32_t row, unsigned column)
{
    size_t length = strlen(sheet);
    memcpy(cell, sheet, length + 1);
    cell[length] = '!';
    live_place(cell + length + 1, row, column, true, true);
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_word(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
}

static size_t word_length(const char *at)
{
    size_t length = 0;
    while (is_word(at[length]))
        length++;
    return length;
}

/* Up to the next letter outside of quotes that may stand for a cell. */
static size_t verbatim_length(const char *at)
{
    size_t length = 0;
    for (bool quoted = false; at[length]; length++) {
        quoted ^= at[length] == '"';
        if (quoted || !is_word(at[length]))
            continue;
        size_t word = word_length(at + length);
        if (is_letter(at[length]) && at[length + word] != '(')
            break;
        length += word - 1;
    }
    return length;
}

bool live_text(const char *formula, live_find *find, const void *context, char out[LIVE_BYTES])
{
    char name[64];
    char cell[CELL_NAME_BYTES];
    char *to = out;
    *to++ = '=';
    for (const char *at = formula;;) {
        size_t length = verbatim_length(at);
        if (length >= (size_t)(out + LIVE_BYTES - to))
            return false;
        memcpy(to, at, length);
        to += length;
        at += length;
        if (!*at)
            break;
        length = word_length(at);
        if (length >= sizeof name)
            return false;
        memcpy(name, at, length);
        name[length] = '\0';
        at += length;
        if (!find(context, name, cell))
            return false;
        length = strlen(cell);
        if (length >= (size_t)(out + LIVE_BYTES - to))
            return false;
        memcpy(to, cell, length);
        to += length;
    }
    *to = '\0';
    return true;
}

bool live_formula(const char *formula, live_find *find, const void *context, char out[LIVE_BYTES])
{
    char text[LIVE_BYTES];
    if (!live_text(formula, find, context, text) || strlen(text) + 16 > LIVE_BYTES)
        return false;
    snprintf(out, LIVE_BYTES, "=IFERROR(%.*s,\"\")", LIVE_BYTES - 16, text + 1);
    return true;
}
