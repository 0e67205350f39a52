/* bytes.h -- bytes in memory that grow as they are added to */
#ifndef GPUPLAN_BOOK_BYTES_H
#define GPUPLAN_BOOK_BYTES_H

#include <stddef.h>

/* Zero-initialise; freed by bytes_free. */
struct bytes {
    char *at;
    size_t length;
    size_t room;
};

/* Room for `more` bytes behind the last one, where they may be written; arena_exhausted when there
 * is no memory. The caller adds to `length`. */
char *bytes_room(struct bytes *bytes, size_t more);

void bytes_add(struct bytes *bytes, const void *from, size_t length);

void bytes_free(struct bytes *bytes);

#endif
