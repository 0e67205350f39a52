/* speech.c -- a formula is read as far as quotes and names of sheets need it */
#include "book/speech.h"

#include <ctype.h>
#include <string.h>

struct writer {
    char *at;
    size_t left;
};

static void put(struct writer *w, const char *text, size_t length)
{
    if (length >= w->left) {
        w->left = 0;
        return;
    }
    memcpy(w->at, text, length);
    w->at += length;
    w->left -= length;
    *w->at = '\0';
}

/* `text` in quotes, those inside it doubled. */
static void put_quoted(struct writer *w, const char *text, char quote)
{
    put(w, &quote, 1);
    for (; *text; text++) {
        put(w, text, 1);
        if (*text == quote)
            put(w, text, 1);
    }
    put(w, &quote, 1);
}

/* What stands between quotes at `at`; returns its end behind the closing one. */
static const char *read_quoted(const char *at, char name[FORMULA_BYTES])
{
    const char quote = *at++;
    size_t used = 0;
    while (*at && (*at != quote || at[1] == quote) && used + 1 < FORMULA_BYTES) {
        at += *at == quote;
        name[used++] = *at++;
    }
    name[used] = '\0';
    return at + (*at == quote);
}

/* A word in quotes, or a name of a sheet in them; returns its end. */
static const char *say_quoted(struct writer *w, const struct labels *labels, const char *at)
{
    char name[FORMULA_BYTES];
    const char *end = read_quoted(at, name);
    bool sheet = *at == '\'' && *end == '!';
    put_quoted(w,
               sheet        ? labels_sheet(labels, name)
               : *at == '"' ? labels_word(labels, name)
                            : name,
               *at);
    return end;
}

static size_t word_length(const char *at)
{
    size_t length = 0;
    while (isalnum((unsigned char)at[length]) || at[length] == '_' || at[length] == '.')
        length++;
    return length;
}

/* A word; one before `!` is a name of a sheet. */
static const char *say_word(struct writer *w, const struct labels *labels, const char *at,
                            size_t length)
{
    char name[64];
    const char *label = NULL;
    if (length < sizeof name && at[length] == '!') {
        memcpy(name, at, length);
        name[length] = '\0';
        label = labels_sheet(labels, name);
    }
    if (label && strcmp(label, name) != 0)
        put_quoted(w, label, '\'');
    else
        put(w, at, length);
    return at + length;
}

const char *formula_said(const struct labels *labels, const char *formula,
                         char buffer[FORMULA_BYTES])
{
    struct writer w = {buffer, FORMULA_BYTES};
    if (!labels || !labels->count)
        return formula;
    buffer[0] = '\0';
    for (const char *at = formula; *at && w.left;) {
        size_t length = word_length(at);
        if (*at == '"' || *at == '\'')
            at = say_quoted(&w, labels, at);
        else if (length)
            at = say_word(&w, labels, at, length);
        else
            put(&w, at++, 1);
    }
    return w.left ? buffer : NULL;
}
