/* index.h -- finds positions in an array by a key of several parts, in constant time */
#ifndef GPUPLAN_BOOK_INDEX_H
#define GPUPLAN_BOOK_INDEX_H

#include "base/arena.h"
#include "base/hash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An open-addressed table of positions; it never grows. */
struct index {
    uint32_t *slots; /* position + 1; 0: empty */
    size_t room;     /* a power of two, at least twice the positions */
};

/* For at most `most` positions. */
struct index index_make(struct arena *arena, size_t most);

/* The slot of the position for which `same` holds, or the empty one where it belongs. */
typedef bool index_same(const void *wanted, const void *context, size_t position);
uint32_t *index_slot(const struct index *index, uint64_t hash, index_same *same, const void *wanted,
                     const void *context);

#endif
