/* shard.h -- one of N slices of a run: contiguous scenarios, so that slices joined keep their order
 *
 * The results of a shard end with a mark, one line that says which slice of what it is. merge needs
 * it to prove that nothing is missing, doubled, of another run, or changed on the way. */
#ifndef GPUPLAN_PLAN_SHARD_H
#define GPUPLAN_PLAN_SHARD_H

#include "base/hash.h"
#include "core/facts.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { SHARDS_MOST = 1000000, MARK_BYTES = 512, MARK_VERSION_BYTES = 32 };

/* What the mark of a shard says. */
struct mark {
    uint64_t shard;  /* from 1 */
    uint64_t shards; /* in all */
    uint64_t first;  /* scenario, from 1 */
    uint64_t count;  /* of scenarios */
    uint64_t of;     /* scenarios of the run */
    uint64_t rows;   /* written; fewer than scenarios with --where */
    uint64_t header; /* bytes of the header line */
    uint64_t bytes;  /* before the mark */
    uint64_t run;    /* fingerprint of everything that results depend on */
    uint64_t hash;   /* of the bytes before the mark */
    char version[MARK_VERSION_BYTES];
};

/* "K/N"; says what is wrong with it. Returns an exit code. */
int shard_read(struct mark *mark, const char *text);

/* The slice of `of` scenarios that the mark's shard is; sizes differ by one at the most. */
void shard_place(struct mark *mark, uint64_t of);

/* One line, and back; false: it is none. */
void mark_print(FILE *out, const struct mark *mark);
bool mark_read(struct mark *mark, const char *line);

/* Adds to a hash every cell of every catalog, with --catalog and --set, that results depend on, and
 * which quotes have expired. */
uint64_t fingerprint_facts(uint64_t hash, const struct facts *facts);

#endif
