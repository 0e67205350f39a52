/* sinks.h -- where results go: the CSV, the workbook, the line on the terminal */
#ifndef GPUPLAN_SINKS_H
#define GPUPLAN_SINKS_H

#include "base/output.h"
#include "book/book.h"
#include "plan/batch.h"
#include "plan/inputs.h"
#include "plan/owned.h"
#include "plan/plan.h"

#include <time.h>

enum { SINK_JOBS = 2048, KEPT_JOBS = 1024, CARRIED_MOST = 64, ROW_BYTES = 16 * 1024 * 1024 };

/* What a run reads: the inputs, and what stands beside them. */
struct sources {
    struct input *inputs;
    size_t input_count;
    struct owned owned;
    struct earlier *earlier; /* NULL: no baseline */
    struct labels *labels;   /* of the workbook's language */
};

/* Zero-initialise; sinks_close is then always allowed. */
struct sinks {
    const struct plan_options *options;
    const struct facts *facts;
    struct arena arena;
    struct arena row_arena; /* of the rows whose scenarios are in `jobs` */
    struct output results;
    struct output workbook;
    struct book *book;
    const char *carried[CARRIED_MOST + 1];
    struct batch batch;
    struct job *jobs;
    size_t job_room;
    size_t job_count;
    size_t rows_held;  /* in row_arena */
    uint64_t expected; /* scenarios in all */
    uint64_t planned;
    uint64_t by_status[3];
    uint64_t rejected;
    struct timespec started;
    time_t shown; /* second of the last progress line */
    bool shows_progress;
    int exit_code; /* why a visit was stopped */
};

/* Opens every output; prints why it cannot. Returns an exit code. */
int sinks_open(struct sinks *sinks, const struct plan_options *options, const struct facts *facts,
               const struct sources *sources);

/* Visitors of rows (see struct row_visitor; `context` is the sinks). */
bool sinks_row(void *context, const struct matrix_row *row);
bool sinks_reject(void *context, const struct diag *diag);

/* Evaluates and writes what is still waiting. */
bool sinks_flush(struct sinks *sinks);

/* Closes, checks and names the outputs, and says what was written. Returns an exit code. */
int sinks_commit(struct sinks *sinks);

/* Frees everything; outputs that were not committed disappear. */
void sinks_close(struct sinks *sinks);

/* What `check` prints when there is no fault. */
int sinks_say_checked(const struct sources *sources, const struct plan_options *options);

#endif
