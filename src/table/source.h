/* source.h -- raw bytes of a file, a pipe, standard input or memory, readable a second time */
#ifndef GPUPLAN_TABLE_SOURCE_H
#define GPUPLAN_TABLE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { SOURCE_CHUNK_BYTES = 64 * 1024, SOURCE_FAILURE_BYTES = 256, SOURCE_LANES = 4 };

struct source {
    const char *memory; /* NULL: a file */
    size_t memory_length;
    int file;
    int spool;     /* the temporary copy of what cannot be read twice; -1: not needed */
    off_t start;   /* where the file's first byte stands: standard input may be half read */
    off_t at;      /* bytes read since `start` */
    off_t spooled; /* bytes in the spool */
    size_t chunk;  /* most bytes one read delivers */
    bool failed;
    char failure[SOURCE_FAILURE_BYTES];            /* the sentence to report */
    uint64_t lanes[SOURCE_LANES];                  /* of the hash */
    char partial[SOURCE_LANES * sizeof(uint64_t)]; /* bytes behind the last whole block hashed */
};

enum source_opening { SOURCE_OPENED, SOURCE_NOT_FOUND, SOURCE_NO_SPOOL };

/* "-" is standard input. `chunk` 0 means SOURCE_CHUNK_BYTES. When it does not open, `failure` is
 * set and nothing is to be closed. */
enum source_opening source_open(struct source *source, const char *path, size_t chunk);

void source_open_memory(struct source *source, const char *bytes, size_t length, size_t chunk);

/* As many bytes as fit in `size` and a chunk; fewer only at the end. 0: the end, or `failed`. */
size_t source_read(struct source *source, char *to, size_t size);

void source_rewind(struct source *source);

/* A value of all bytes read since the start or the last rewind, the same for every chunk size. */
unsigned long long source_hash(const struct source *source);

void source_close(struct source *source);

#endif
