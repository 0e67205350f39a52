/* names.h -- finds things by name, ignoring ASCII case, in constant time */
#ifndef GPUPLAN_NAMES_H
#define GPUPLAN_NAMES_H

#include "base/arena.h"

#include <stddef.h>

/* Names and what they stand for; zero-initialise with {0}. */
struct names {
    struct name_slot *slots;
    size_t count;
    size_t room; /* a power of two, at least twice the count */
};

/* Remembers `name` (borrowed) for `item`; a name already there keeps its first item. */
void names_add(struct names *names, struct arena *arena, const char *name, const void *item);

/* The item, or NULL. */
const void *names_find(const struct names *names, const char *name);

#endif
