/* names.c -- an open-addressing table of names (FNV-1a over lower-cased bytes) */
#include "base/names.h"

#include "base/text.h"

#include <stdint.h>

struct name_slot {
    const char *name;
    const void *item;
};

static size_t hash(const char *name)
{
    uint64_t h = 14695981039346656037u;
    for (; *name; name++) {
        unsigned char c = (unsigned char)*name;
        h = (h ^ (c >= 'A' && c <= 'Z' ? c + 32u : c)) * 1099511628211u;
    }
    return (size_t)(h ^ h >> 32);
}

static struct name_slot *slot_of(const struct names *names, const char *name)
{
    size_t i = hash(name) & (names->room - 1);
    while (names->slots[i].name && !text_equal(names->slots[i].name, name))
        i = (i + 1) & (names->room - 1);
    return &names->slots[i];
}

static void grow(struct names *names, struct arena *arena)
{
    struct names larger = {.room = names->room ? 2 * names->room : 64};
    larger.slots = arena_array(arena, larger.room, sizeof *larger.slots);
    for (size_t i = 0; i < names->room; i++)
        if (names->slots[i].name)
            names_add(&larger, arena, names->slots[i].name, names->slots[i].item);
    *names = larger;
}

void names_add(struct names *names, struct arena *arena, const char *name, const void *item)
{
    if (2 * (names->count + 1) > names->room)
        grow(names, arena);
    struct name_slot *slot = slot_of(names, name);
    if (slot->name)
        return;
    *slot = (struct name_slot){name, item};
    names->count++;
}

const void *names_find(const struct names *names, const char *name)
{
    return names->room ? slot_of(names, name)->item : NULL;
}
