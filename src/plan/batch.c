/* batch.c -- threads take jobs in blocks; each job is written by one thread only */
#include "plan/batch.h"

#include "core/evaluate.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum { THREADS_MOST = 256, BLOCK = 16 };

struct work {
    struct job *jobs;
    size_t count;
    const struct facts *facts;
    atomic_size_t next;
};

static void answer(struct job *job, const struct facts *facts)
{
    matrix_scenario(job->row, job->index, &job->scenario);
    evaluate(&job->scenario.request, facts, &job->answer);
    notes_text(&job->scenario, &job->answer, job->note);
}

static void *take_blocks(void *context)
{
    struct work *work = context;
    for (size_t first; (first = atomic_fetch_add(&work->next, BLOCK)) < work->count;)
        for (size_t i = first; i < work->count && i < first + BLOCK; i++)
            answer(&work->jobs[i], work->facts);
    return NULL;
}

void batch_evaluate(struct job *jobs, size_t count, size_t threads, const struct facts *facts)
{
    struct work work = {.jobs = jobs, .count = count, .facts = facts};
    pthread_t helpers[THREADS_MOST];
    size_t started = 0;
    if (threads > THREADS_MOST)
        threads = THREADS_MOST;
    while (started + 1 < threads && started * BLOCK < count &&
           !pthread_create(&helpers[started], NULL, take_blocks, &work))
        started++;
    take_blocks(&work);
    while (started)
        pthread_join(helpers[--started], NULL);
}

size_t batch_cores(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores > 0 ? (size_t)cores : 1;
}
