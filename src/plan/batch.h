/* batch.h -- evaluates scenarios on several cores and hands the results back in order */
#ifndef GPUPLAN_BATCH_H
#define GPUPLAN_BATCH_H

#include "core/answer.h"
#include "report/notes.h"
#include "scenario/matrix.h"

#include <stddef.h>
#include <stdint.h>

/* One scenario on its way. */
struct job {
    const struct matrix_row *row;
    uint64_t index; /* of the row's product */
    struct scenario scenario;
    struct answer answer;
    char note[NOTES_BYTES];
};

/* Decodes and answers `count` jobs whose row and index are set, on up to `threads` threads. Pure
 * work on separate jobs: the results do not depend on the number of threads. */
void batch_evaluate(struct job *jobs, size_t count, size_t threads, const struct facts *facts);

/* Does tasks 0..count - 1, few and long ones, on up to `threads` threads. */
typedef void batch_task(void *context, size_t i);
void batch_run(batch_task *task, void *context, size_t count, size_t threads);

/* Cores of this machine. */
size_t batch_cores(void);

#endif
