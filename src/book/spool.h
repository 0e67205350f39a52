/* spool.h -- deflated blocks that wait in a temporary file for the workbook around them */
#ifndef GPUPLAN_BOOK_SPOOL_H
#define GPUPLAN_BOOK_SPOOL_H

#include "book/bytes.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* A deflated block and what it inflates to. */
struct block {
    struct bytes bytes;
    size_t text_bytes;
    uint32_t crc;
    bool is_whole;
};

/* What is left of a block that was given away. */
struct block_size {
    size_t bytes;
    size_t text_bytes;
};

/* Zero-initialise; the file is made, without a name, for the first block. */
struct spool {
    FILE *file;
    uint64_t bytes;      /* of all blocks */
    uint64_t text_bytes; /* that they inflate to */
    uint32_t crc;        /* of that text */
    struct bytes pieces; /* struct block_size each, in order */
    bool is_broken;      /* something could not be written, or a block was damaged */
    int error;           /* errno, 0 for a damaged block */
};

void spool_add(struct spool *spool, const struct block *block);

/* True for a spool that has taken all, ready to be read from the beginning. */
bool spool_rewind(struct spool *spool);

void spool_close(struct spool *spool);

#endif
