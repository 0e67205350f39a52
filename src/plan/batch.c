/* batch.c -- threads take tasks in blocks; each is done by one thread only */
#include "plan/batch.h"

#include "core/evaluate.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum { THREADS_MOST = 256, BLOCK = 16 };

struct work {
    batch_task *task;
    void *context;
    size_t count;
    size_t block;
    atomic_size_t next;
};

static void *take_blocks(void *context)
{
    struct work *work = context;
    for (size_t first; (first = atomic_fetch_add(&work->next, work->block)) < work->count;)
        for (size_t i = first; i < work->count && i < first + work->block; i++)
            work->task(work->context, i);
    return NULL;
}

static void spread(struct work *work, size_t threads)
{
    pthread_t helpers[THREADS_MOST];
    size_t started = 0;
    if (threads > THREADS_MOST)
        threads = THREADS_MOST;
    while (started + 1 < threads && started * work->block < work->count &&
           !pthread_create(&helpers[started], NULL, take_blocks, work))
        started++;
    take_blocks(work);
    while (started)
        pthread_join(helpers[--started], NULL);
}

void batch_run(batch_task *task, void *context, size_t count, size_t threads)
{
    struct work work = {.task = task, .context = context, .count = count, .block = 1};
    spread(&work, threads);
}

struct batch {
    struct job *jobs;
    const struct facts *facts;
};

static void answer(void *context, size_t i)
{
    const struct batch *batch = context;
    struct job *job = &batch->jobs[i];
    matrix_scenario(job->row, job->index, &job->scenario);
    evaluate(&job->scenario.request, batch->facts, &job->answer);
    notes_text(&job->scenario, &job->answer, job->note);
}

void batch_evaluate(struct job *jobs, size_t count, size_t threads, const struct facts *facts)
{
    struct batch batch = {jobs, facts};
    struct work work = {.task = answer, .context = &batch, .count = count, .block = BLOCK};
    spread(&work, threads);
}

size_t batch_cores(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores > 0 ? (size_t)cores : 1;
}
