/* pieces.h -- the member of a sheet of bulk rows, read back from the closed workbook on all cores
 *
 * Pieces that end at a byte inflate each by itself. Their sizes are from the writer; that they are
 * right, in order and complete shows in the sum of their checksums and in the rows found. */
#ifndef GPUPLAN_BOOK_PIECES_H
#define GPUPLAN_BOOK_PIECES_H

#include "book/rows.h"
#include "book/scan.h"

/* Deflated data in a file. */
struct pieces {
    const char *path;
    uint64_t at;
    uint64_t bytes;
    const struct rows *rows; /* whose pieces they are to be */
};

/* What was found, over all pieces. */
struct pieces_found {
    struct scan scan;
    uint32_t crc;
    struct bytes head; /* the first piece, inflated */
    struct bytes tail; /* the last one */
};

/* False when a piece cannot be read or inflated, or there are more or fewer bytes than theirs. The
 * caller frees head and tail. */
bool pieces_read(const struct pieces *pieces, size_t threads, struct pieces_found *found);

#endif
