/* labels.c -- keys, keys with conversions, and texts that are put together from both
 *
 * A finished text is matched against the keys with conversions, so %s is tried from the shortest
 * text on; the steps are bounded, since cells carry bytes of strangers' files. */
#include "base/labels.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { HOLES_MOST = 16, STEPS_MOST = 20000, DEPTH_MOST = 3, PIECE_BYTES = 2048 };

struct label_slot {
    const char *key; /* NULL: empty */
    const char *label;
};

/* A key with conversions: literal[0] hole literal[1] hole ... literal[holes]. */
struct label_pattern {
    const char *key;
    const char *label;
    const char *literal[HOLES_MOST + 1];
    size_t length[HOLES_MOST + 1];
    bool is_number[HOLES_MOST];
    bool may_go[HOLES_MOST];
    size_t holes;
    size_t weight; /* bytes of literal text */
};

struct capture {
    const char *at;
    size_t length;
};

/* --- exact --- */

static size_t hash(const char *text)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (; *text; text++)
        h = (h ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return (size_t)(h ^ h >> 32);
}

static struct label_slot *slot_of(const struct labels *labels, const char *key)
{
    size_t i = hash(key) & (labels->room - 1);
    while (labels->slots[i].key && strcmp(labels->slots[i].key, key) != 0)
        i = (i + 1) & (labels->room - 1);
    return &labels->slots[i];
}

static void keep(struct labels *labels, struct arena *arena, const char *key, const char *label)
{
    if (2 * (labels->count + 1) > labels->room) {
        struct labels larger = {.room = labels->room ? 2 * labels->room : 256};
        larger.slots = arena_array(arena, larger.room, sizeof *larger.slots);
        for (size_t i = 0; i < labels->room; i++)
            if (labels->slots[i].key)
                *slot_of(&larger, labels->slots[i].key) = labels->slots[i];
        labels->slots = larger.slots;
        labels->room = larger.room;
    }
    struct label_slot *slot = slot_of(labels, key);
    labels->count += !slot->key;
    *slot = (struct label_slot){key, label};
}

const char *labels_find(const struct labels *labels, const char *text)
{
    return labels && labels->room && text ? slot_of(labels, text)->label : NULL;
}

const char *labels_word(const struct labels *labels, const char *text)
{
    const char *label = labels_find(labels, text);
    return label ? label : text;
}

const char *labels_sheet(const struct labels *labels, const char *name)
{
    char key[128];
    const char *label = NULL;
    if (snprintf(key, sizeof key, "%s!", name) < (int)sizeof key)
        label = labels_find(labels, key);
    return label ? label : labels_word(labels, name);
}

/* --- keys with conversions --- */

/* Bytes of the conversion at `text`, 0 when there is none: "90 % of" has none. */
static size_t conversion(const char *text)
{
    size_t at = 1;
    if (*text != '%')
        return 0;
    at += strspn(text + at, "-+#0123456789*.");
    at += strspn(text + at, "hlzjt");
    return text[at] && strchr("diuxXeEfgGcs", text[at]) ? at + 1 : 0;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool read_key(struct label_pattern *p, struct arena *arena, const char *key,
                     char why[LABEL_WHY_BYTES])
{
    char *text = arena_take(arena, strlen(key) + 1);
    char *end = text;
    p->literal[0] = text;
    for (const char *at = key; *at;) {
        size_t bytes = conversion(at);
        if (!bytes) {
            bool percent = at[0] == '%' && at[1] == '%';
            *end++ = *at;
            at += percent ? 2 : 1;
            continue;
        }
        if (p->holes == HOLES_MOST) {
            snprintf(why, LABEL_WHY_BYTES, "more than %d conversions in one text", HOLES_MOST);
            return false;
        }
        p->length[p->holes] = (size_t)(end - p->literal[p->holes]);
        p->is_number[p->holes] = !strchr("sc", at[bytes - 1]);
        p->may_go[p->holes] = at[bytes - 1] == 's' && at > key && is_letter(at[-1]);
        p->literal[++p->holes] = end;
        at += bytes;
    }
    p->length[p->holes] = (size_t)(end - p->literal[p->holes]);
    p->weight = (size_t)(end - text);
    return true;
}

/* %N$s or %N$w at `text`: its bytes, and N in *hole from 0; else 0. */
static size_t reference(const char *text, size_t *hole)
{
    size_t digits = text[0] == '%' ? strspn(text + 1, "0123456789") : 0;
    if (!digits || digits > 2 || text[1 + digits] != '$' || !text[2 + digits] ||
        !strchr("sw", text[2 + digits]))
        return 0;
    *hole = (size_t)(text[1] - '0');
    if (digits == 2)
        *hole = *hole * 10 + (size_t)(text[2] - '0');
    *hole -= 1;
    return digits + 3;
}

static bool check_label(const struct label_pattern *p, char why[LABEL_WHY_BYTES])
{
    bool used[HOLES_MOST] = {false};
    for (const char *at = p->label; *at;) {
        size_t hole = 0;
        size_t bytes = reference(at, &hole);
        if (bytes && hole >= p->holes) {
            snprintf(why, LABEL_WHY_BYTES, "\"%.*s\" is not in the text, which has %zu", (int)bytes,
                     at, p->holes);
            return false;
        }
        if (!bytes && conversion(at) && !(at[0] == '%' && at[1] == '%')) {
            snprintf(why, LABEL_WHY_BYTES, "\"%.*s\" has no place; write %%1$s for the first",
                     (int)conversion(at), at);
            return false;
        }
        if (bytes)
            used[hole] = true;
        at += bytes ? bytes : at[0] == '%' && at[1] == '%' ? 2 : 1;
    }
    for (size_t i = 0; i < p->holes; i++) {
        if (used[i] || p->may_go[i])
            continue;
        snprintf(why, LABEL_WHY_BYTES, "%%%zu$s is missing: the text has %zu conversion%s", i + 1,
                 p->holes, p->holes == 1 ? "" : "s");
        return false;
    }
    return true;
}

static void place(struct labels *labels, struct arena *arena, struct label_pattern *p)
{
    size_t at = 0;
    for (; at < labels->pattern_count; at++) {
        if (strcmp(labels->patterns[at]->key, p->key) == 0) {
            labels->patterns[at] = p;
            return;
        }
    }
    labels->patterns = arena_grown(arena, labels->patterns, labels->pattern_count,
                                   &labels->pattern_room, sizeof(struct label_pattern *));
    for (at = labels->pattern_count++; at > 0 && labels->patterns[at - 1]->weight < p->weight; at--)
        labels->patterns[at] = labels->patterns[at - 1];
    labels->patterns[at] = p;
}

bool labels_add(struct labels *labels, struct arena *arena, const char *key, const char *label,
                char why[LABEL_WHY_BYTES])
{
    struct label_pattern *p = arena_take(arena, sizeof *p);
    p->key = key;
    p->label = label;
    if (!read_key(p, arena, key, why))
        return false;
    if (!p->holes) {
        keep(labels, arena, p->literal[0], label);
        return true;
    }
    if (!check_label(p, why))
        return false;
    place(labels, arena, p);
    labels->count++;
    return true;
}

/* --- matching --- */

static bool is_digit_like(char c)
{
    return (c >= '0' && c <= '9') || (c && strchr(".,+-eE", c));
}

/* From literal `i` on at `text`; the captures behind it are filled. Notes are joined by "; ", so
 * that no text of a conversion goes beyond one. */
static bool match_from(const struct label_pattern *p, size_t i, const char *text,
                       struct capture *captures, int *steps)
{
    if (strncmp(text, p->literal[i], p->length[i]) != 0 || ++*steps > STEPS_MOST)
        return false;
    text += p->length[i];
    if (i == p->holes)
        return !*text;
    for (size_t length = p->is_number[i]; length <= strlen(text); length++) {
        if (length && ((p->is_number[i] && !is_digit_like(text[length - 1])) ||
                       (p->may_go[i] && !is_letter(text[length - 1]))))
            return false;
        if (length > 1 && text[length - 2] == ';' && text[length - 1] == ' ')
            return false; /* another sentence begins */
        captures[i] = (struct capture){text, length};
        if (match_from(p, i + 1, text + length, captures, steps))
            return true;
        if (*steps > STEPS_MOST)
            return false;
    }
    return false;
}

static size_t append(char *buffer, size_t used, const char *text, size_t length)
{
    if (used + length >= LABEL_BYTES)
        return used;
    memcpy(buffer + used, text, length);
    buffer[used + length] = '\0';
    return used + length;
}

static bool say(const struct labels *labels, const char *text, char *buffer, int depth);

/* Appends `length` bytes of text in the other language; false when they are not known. */
static bool append_said(const struct labels *labels, char *buffer, size_t *used, const char *text,
                        size_t length, int depth)
{
    char piece[PIECE_BYTES];
    char said[LABEL_BYTES];
    if (length >= sizeof piece)
        return false;
    memcpy(piece, text, length);
    piece[length] = '\0';
    if (!say(labels, piece, said, depth + 1))
        return false;
    *used = append(buffer, *used, said, strlen(said));
    return true;
}

static bool say_pattern(const struct labels *labels, const char *text, char *buffer, int depth)
{
    struct capture captures[HOLES_MOST];
    size_t length = strlen(text);
    for (size_t i = 0; i < labels->pattern_count && length < PIECE_BYTES; i++) {
        const struct label_pattern *p = labels->patterns[i];
        size_t last = p->length[p->holes];
        size_t used = 0;
        int steps = 0;
        if (p->weight > length || memcmp(text, p->literal[0], p->length[0]) != 0 ||
            memcmp(text + length - last, p->literal[p->holes], last) != 0 ||
            !match_from(p, 0, text, captures, &steps))
            continue;
        buffer[0] = '\0';
        for (const char *at = p->label; *at;) {
            size_t hole = 0;
            size_t bytes = reference(at, &hole);
            const struct capture *capture = &captures[hole];
            if (!bytes)
                used = append(buffer, used, at, 1);
            else if (at[bytes - 1] != 'w' ||
                     !append_said(labels, buffer, &used, capture->at, capture->length, depth))
                used = append(buffer, used, capture->at, capture->length);
            at += bytes ? bytes : at[0] == '%' && at[1] == '%' ? 2 : 1;
        }
        return true;
    }
    return false;
}

/* --- parts --- */

/* The last "; " in text..end, or NULL. */
static const char *last_join(const char *text, const char *end)
{
    while (--end > text)
        if (end[0] == ';' && end[1] == ' ')
            return end;
    return NULL;
}

/* Sentences joined by "; ", as many as are known together; the others stay. True: some are known.
 * At the top alone: deeper, the sentence is one that was not known already. */
static bool say_sentences(const struct labels *labels, const char *text, char *buffer, int depth)
{
    size_t used = 0;
    bool known = false;
    if (depth || !strstr(text, "; "))
        return false;
    for (const char *at = text; *at;) {
        const char *end = at + strlen(at);
        while (end && !append_said(labels, buffer, &used, at, (size_t)(end - at), depth))
            end = last_join(at, end);
        known |= end != NULL;
        if (!end) {
            end = strstr(at, "; ");
            end = end ? end : at + strlen(at);
            used = append(buffer, used, at, (size_t)(end - at));
        }
        used = append(buffer, used, end, *end ? 2 : 0);
        at = end + (*end ? 2 : 0);
    }
    return known;
}

/* "memory: KV cache", "ok, ok, no_fit": only where each part is known, `whole`: as a word. */
static bool say_list(const struct labels *labels, const char *text, const char *join, bool whole,
                     char *buffer, int depth)
{
    size_t used = 0;
    buffer[0] = '\0';
    if (depth >= DEPTH_MOST || !strstr(text, join))
        return false;
    for (const char *at = text; *at;) {
        const char *end = strstr(at, join);
        size_t length = end ? (size_t)(end - at) : strlen(at);
        if (!append_said(labels, buffer, &used, at, length, whole ? DEPTH_MOST : depth))
            return false;
        used = append(buffer, used, join, end ? strlen(join) : 0);
        at = end ? end + strlen(join) : at + length;
    }
    return true;
}

/* "Rent (USD/hour)": the words before the bracket and in it, each as far as it is known. */
static bool say_unit(const struct labels *labels, const char *text, char *buffer, int depth)
{
    size_t length = strlen(text);
    const char *open = strstr(text, " (");
    size_t used = 0;
    if (!open || open == text || text[length - 1] != ')' || strstr(open + 1, " ("))
        return false;
    const char *unit = open + 2;
    size_t unit_length = (size_t)(text + length - 1 - unit);
    bool known = append_said(labels, buffer, &used, text, (size_t)(open - text), depth);
    if (!known)
        used = append(buffer, used, text, (size_t)(open - text));
    used = append(buffer, used, " (", 2);
    bool unit_known = append_said(labels, buffer, &used, unit, unit_length, depth);
    if (!unit_known)
        used = append(buffer, used, unit, unit_length);
    append(buffer, used, ")", 1);
    return known || unit_known;
}

static bool say(const struct labels *labels, const char *text, char *buffer, int depth)
{
    const char *label = labels_find(labels, text);
    if (label)
        append(buffer, 0, label, strlen(label));
    if (label || depth > DEPTH_MOST)
        return label != NULL;
    return say_list(labels, text, ": ", true, buffer, depth) ||
           say_list(labels, text, ", ", true, buffer, depth) ||
           say_pattern(labels, text, buffer, depth) || say_sentences(labels, text, buffer, depth) ||
           say_list(labels, text, ", ", false, buffer, depth) ||
           say_unit(labels, text, buffer, depth);
}

const char *labels_text(const struct labels *labels, const char *text, char buffer[LABEL_BYTES])
{
    if (!labels || !labels->count || !text || !*text)
        return text;
    const char *label = labels_find(labels, text);
    if (label)
        return label;
    buffer[0] = '\0';
    return say(labels, text, buffer, 0) ? buffer : text;
}
