/* batch.h -- evaluates scenarios on several cores and hands the results back in order */
#ifndef GPUPLAN_BATCH_H
#define GPUPLAN_BATCH_H

#include "base/arena.h"
#include "core/ground.h"
#include "plan/select.h"
#include "report/csv.h"
#include "report/notes.h"
#include "scenario/matrix.h"

#include <stddef.h>
#include <stdint.h>

/* A scenario, answered. */
struct outcome {
    struct scenario scenario;
    struct answer answer;
    char note[NOTES_BYTES];
};

/* One scenario on its way. */
struct job {
    const struct matrix_row *row;
    uint64_t index; /* of the row's product */
    enum status status;
    bool is_listed;          /* it meets the conditions */
    struct outcome *outcome; /* where the answer is kept; NULL: it is not */
};

/* Neighbours in a product, which share their ground: a thread takes this many at once. */
enum { BATCH_BLOCK = 128 };

/* What a run keeps between batches. Zero-initialise. */
struct batch {
    const struct facts *facts;
    const struct selection *selection;
    const char *const *carried; /* columns of the CSV; NULL: no lines are wanted */
    size_t threads;
    struct arena arena;
    struct worker *workers;  /* one per thread */
    struct csv_lines *lines; /* of each block, in order */
    size_t block_room;
};

/* Decodes, answers and formats `count` jobs whose row and index are set. Pure work on separate
 * jobs: the results do not depend on the number of threads. */
void batch_evaluate(struct batch *batch, struct job *jobs, size_t count);

void batch_free(struct batch *batch);

/* Does tasks 0..count - 1, few and long ones, on up to `threads` threads. */
typedef void batch_task(void *context, size_t i);
void batch_run(batch_task *task, void *context, size_t count, size_t threads);

/* Cores of this machine. */
size_t batch_cores(void);

#endif
