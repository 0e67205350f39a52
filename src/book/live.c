/* live.c -- letters to cells, word by word; functions and numbers stay as they are */
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

bool live_formula(const char *formula, live_find *find, const void *context, char out[LIVE_BYTES])
{
    char name[64];
    char cell[CELL_NAME_BYTES];
    int used = snprintf(out, LIVE_BYTES, "=IFERROR(");
    for (const char *at = formula; *at;) {
        size_t length = word_length(at);
        bool letter = isalpha((unsigned char)*at) && at[length] != '(';
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
    snprintf(out + used, LIVE_BYTES - (size_t)used, ",\"\")");
    return true;
}
