/* bytes.c -- doubled when full, so that a buffer that is used again soon fits */
#include "book/bytes.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

char *bytes_room(struct bytes *bytes, size_t more)
{
    enum { LEAST_BYTES = 4096 };
    if (bytes->room - bytes->length < more) {
        size_t room = 2 * (bytes->length + more);
        room = room < LEAST_BYTES ? LEAST_BYTES : room;
        char *at = realloc(bytes->at, room);
        if (!at)
            arena_exhausted();
        bytes->at = at;
        bytes->room = room;
    }
    return bytes->at + bytes->length;
}

void bytes_add(struct bytes *bytes, const void *from, size_t length)
{
    if (!length)
        return;
    memcpy(bytes_room(bytes, length), from, length);
    bytes->length += length;
}

void bytes_free(struct bytes *bytes)
{
    free(bytes->at);
    *bytes = (struct bytes){.length = 0};
}
