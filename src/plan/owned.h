/* owned.h -- the GPUs that a site has: a CSV file with gpu, count, from and until */
#ifndef GPUPLAN_OWNED_H
#define GPUPLAN_OWNED_H

#include "base/arena.h"
#include "base/diag.h"
#include "book/book.h"
#include "scenario/cell.h"

struct owned {
    const char *path;
    struct owned_lot *lots;
    size_t count;
    size_t room;
};

/* Reads all of `path`; every fault is reported. Returns EXIT_DONE, or how to leave. */
int owned_read(struct owned *owned, const char *path, const char *encoding,
               const struct lexicon *lexicon, struct arena *arena, struct diag *diag);

#endif
