/* labels.h -- what the program's English says in another language: data, and no locale
 *
 * A label's key is the English text as the code has it. Texts with figures have the printf format
 * as their key, and are recognised when they are finished: a number stands where %d, %.0f and the
 * like stand, any text where %s stands. So whoever writes an English sentence need not know of
 * languages, and a label can never act as a format. */
#ifndef GPUPLAN_LABELS_H
#define GPUPLAN_LABELS_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/* Zero-initialise with {0}: no labels, every text is its own. */
struct labels {
    struct label_slot *slots; /* by key */
    size_t count;
    size_t room;
    struct label_pattern **patterns; /* those with conversions, the most literal text first */
    size_t pattern_count;
    size_t pattern_room;
};

enum { LABEL_BYTES = 8192, LABEL_WHY_BYTES = 160 };

/* Adds a label, or replaces that of the same key; both texts are borrowed. In a label %1$s is what
 * stood at the first conversion of the key, %2$w at the second, itself looked up as a word; %% is
 * a percent sign where the key has conversions. All conversions are to be used, but for a %s that
 * follows a letter (the ending of a plural). False with the reason in `why` when they are not. */
bool labels_add(struct labels *labels, struct arena *arena, const char *key, const char *label,
                char why[LABEL_WHY_BYTES]);

/* The label of exactly this text, or NULL. */
const char *labels_find(const struct labels *labels, const char *text);

/* The same, or the text itself. `labels` may be NULL here and below. */
const char *labels_word(const struct labels *labels, const char *text);

/* What a sheet is called: the label of `name!`, else that of the word, else the name. */
const char *labels_sheet(const struct labels *labels, const char *name);

/* A finished text in the other language, in `buffer` where it was put together: found as it is, or
 * by a key with conversions, or in parts, as notes are joined by "; ", pairs by ": ", lists by ", "
 * and units put in brackets. What is not known stays as it is. */
const char *labels_text(const struct labels *labels, const char *text, char buffer[LABEL_BYTES]);

#endif
