/* live.c -- letters to cells, word by word; functions, numbers and quoted words stay as they are */
#include "book/live.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static size_t word_length(const char *at)
{
    size_t length = 0;
    while (isalnum((unsigned char)at[length]) || at[length] == '_')
        length++;
    return length;
}

bool live_text(const char *formula, live_find *find, const void *context, char out[LIVE_BYTES])
{
    char name[64];
    char cell[CELL_NAME_BYTES];
    bool quoted = false;
    int used = snprintf(out, LIVE_BYTES, "=");
    for (const char *at = formula; *at;) {
        size_t length = word_length(at);
        bool letter = !quoted && isalpha((unsigned char)*at) && at[length] != '(';
        quoted ^= *at == '"';
        length = length ? length : 1;
        if (length >= sizeof name || used + CELL_NAME_BYTES >= LIVE_BYTES)
            return false;
        memcpy(name, at, length);
        name[length] = '\0';
        if (letter && !find(context, name, cell))
            return false;
        used += snprintf(out + used, LIVE_BYTES - (size_t)used, "%s", letter ? cell : name);
        at += length;
    }
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
