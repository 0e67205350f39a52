/* index.c -- an open-addressed table over keys that stay where they are */
#include "book/index.h"

struct index index_make(struct arena *arena, size_t most)
{
    struct index index = {.room = 64};
    while (index.room < 2 * most)
        index.room *= 2;
    index.slots = arena_array(arena, index.room, sizeof *index.slots);
    return index;
}

uint32_t *index_slot(const struct index *index, uint64_t hash, index_same *same, const void *wanted,
                     const void *context)
{
    size_t mask = index->room - 1;
    for (size_t at = (size_t)(hash ^ hash >> 29) & mask;; at = (at + 1) & mask) {
        uint32_t *slot = &index->slots[at];
        if (!*slot || same(wanted, context, *slot - 1))
            return slot;
    }
}
