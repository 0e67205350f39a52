/* sinks.h -- where results go: the CSV, the workbook, the line on the terminal */
#ifndef GPUPLAN_SINKS_H
#define GPUPLAN_SINKS_H

#include "base/output.h"
#include "book/book.h"
#include "plan/batch.h"
#include "plan/inputs.h"
#include "plan/owned.h"
#include "plan/plan.h"
#include "plan/select.h"
#include "plan/shard.h"

#include <time.h>

enum { SINK_JOBS = 2048, KEPT_JOBS = 1024, ROW_BYTES = 16 * 1024 * 1024 };

/* What a run reads: the inputs, and what stands beside them. */
struct sources {
    struct input *inputs;
    size_t input_count;
    const char *const *carried; /* columns that begin with x_, NULL-terminated */
    struct owned owned;
    struct earlier *earlier; /* NULL: no baseline */
    struct labels *labels;   /* of the workbook's language */
    const struct dress *dress;
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
    const char *const *carried;
    struct batch batch;
    struct job *jobs;
    size_t job_room;
    size_t job_count;
    size_t rows_held; /* in row_arena */
    struct selection selection;
    struct mark mark; /* of --shard; shards is 0: none was given */
    uint64_t first;   /* scenario to be planned, from 0, and the one behind the last */
    uint64_t end;
    uint64_t number;        /* scenarios of the rows visited in this pass */
    const uint64_t *wanted; /* only these numbers are planned, ascending; NULL: all */
    size_t wanted_count;
    size_t wanted_at;
    void (*write)(struct sinks *sinks, const struct job *job); /* of this pass */
    bool lists_later;   /* Scenarios is filled by a second pass */
    bool lists_best;    /* with each workload's best alone */
    uint64_t rows_most; /* on Scenarios, when it is */
    uint64_t met;       /* scenarios that met --where */
    uint64_t listed;    /* of them on Scenarios, when only the best are */
    uint64_t expected;  /* scenarios in all */
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

/* Begins a pass over the inputs: `write` takes each result, and the lines of those that are listed
 * go to the results when `lines` is set. */
void sinks_begin(struct sinks *sinks, void (*write)(struct sinks *sinks, const struct job *job),
                 bool lines);

/* Visitors of rows (see struct row_visitor; `context` is the sinks). */
bool sinks_row(void *context, const struct matrix_row *row);
bool sinks_reject(void *context, const struct diag *diag);

/* Evaluates and writes what is still waiting. */
bool sinks_flush(struct sinks *sinks);

/* The same when the rows that wait take much memory, or when it `must`; then forgets those rows. */
bool sinks_make_room(struct sinks *sinks, bool must);

/* choice.c: which scenarios are planned, and which of their results are listed where. Says what is
 * wrong with the wishes. Returns an exit code. */
int sinks_choose(struct sinks *sinks, const struct sources *sources);

/* Closes, checks and names the outputs, and says what was written. Returns an exit code. */
int sinks_commit(struct sinks *sinks);

/* Frees everything; outputs that were not committed disappear. */
void sinks_close(struct sinks *sinks);

/* What `check` prints when there is no fault. */
int sinks_say_checked(const struct sources *sources, const struct plan_options *options);

#endif
