/* picks.c -- the first N results by a column, in a heap whose root is the worst of them */
#include "plan/select.h"

#include <stdlib.h>
#include <string.h>

/* Below 0: `a` comes first. Equal cells keep the order of the scenarios. */
static int compare(const struct pick *a, const struct pick *b, bool descends)
{
    bool both = a->key.kind != KEY_EMPTY && b->key.kind != KEY_EMPTY;
    int order = key_compare(&a->key, &b->key);
    if (descends && both)
        order = -order;
    return order ? order : (a->number > b->number) - (a->number < b->number);
}

static void swap(struct pick *a, struct pick *b)
{
    struct pick kept = *a;
    *a = *b;
    *b = kept;
}

static void rise(struct pick *picks, size_t at, bool descends)
{
    for (size_t up; at && compare(&picks[at], &picks[up = (at - 1) / 2], descends) > 0; at = up)
        swap(&picks[at], &picks[up]);
}

static void sink(struct pick *picks, size_t count, size_t at, bool descends)
{
    for (size_t down; (down = 2 * at + 1) < count; at = down) {
        if (down + 1 < count && compare(&picks[down + 1], &picks[down], descends) > 0)
            down++;
        if (compare(&picks[down], &picks[at], descends) <= 0)
            return;
        swap(&picks[down], &picks[at]);
    }
}

/* The key's text goes with the result; the pick keeps its own, in the room that it has. */
static void put(struct selection *s, struct pick *to, const struct pick *from)
{
    size_t length = from->key.kind == KEY_TEXT ? strlen(from->key.text) + 1 : 0;
    to->number = from->number;
    to->key = from->key;
    if (!length)
        return;
    if (to->room < length) {
        to->room = 2 * length;
        to->text = arena_take(s->arena, to->room);
    }
    to->key.text = memcpy(to->text, from->key.text, length);
}

void selection_pick(struct selection *s, const struct result *result)
{
    struct pick new = {.number = result->scenario->number, .key = {.kind = KEY_EMPTY}};
    if (s->sorts)
        new.key = field_key(&s->by, result);
    if (s->pick_count < s->top) {
        s->picks = arena_grown(s->arena, s->picks, s->pick_count, &s->pick_room, sizeof *s->picks);
        s->picks[s->pick_count] = (struct pick){.row = NULL};
        put(s, &s->picks[s->pick_count], &new);
        rise(s->picks, s->pick_count++, s->descends);
    } else if (compare(&new, &s->picks[0], s->descends) < 0) {
        put(s, &s->picks[0], &new);
        sink(s->picks, s->pick_count, 0, s->descends);
    }
}

void selection_sort(struct selection *s)
{
    for (size_t left = s->pick_count; left > 1; left--) {
        swap(&s->picks[0], &s->picks[left - 1]);
        sink(s->picks, left - 1, 0, s->descends);
    }
}

static int compare_numbers(const void *a, const void *b)
{
    uint64_t x = (*(struct pick *const *)a)->number;
    uint64_t y = (*(struct pick *const *)b)->number;
    return (x > y) - (x < y);
}

struct pick **selection_by_number(const struct selection *s)
{
    struct pick **all = arena_array(s->arena, s->pick_count + 1, sizeof *all);
    for (size_t i = 0; i < s->pick_count; i++)
        all[i] = &s->picks[i];
    qsort(all, s->pick_count, sizeof *all, compare_numbers);
    return all;
}
