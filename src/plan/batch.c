/* batch.c -- threads take tasks in turn; each is done by one thread only */
#include "plan/batch.h"

#include "core/evaluate.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum { THREADS_MOST = 256, GROUNDS = 48 };

/* What a thread keeps between batches. */
struct worker {
    struct arena arena;
    struct grounds grounds;
    struct outcome outcome; /* where nobody else keeps it */
};

/* A task done by the thread with this number. */
typedef void numbered_task(void *context, size_t thread, size_t i);

struct work {
    numbered_task *task;
    void *context;
    size_t count;
    atomic_size_t next;
    atomic_size_t threads;
};

static void *take_tasks(void *context)
{
    struct work *work = context;
    size_t thread = atomic_fetch_add(&work->threads, 1);
    for (size_t i; (i = atomic_fetch_add(&work->next, 1)) < work->count;)
        work->task(work->context, thread, i);
    return NULL;
}

static size_t threads_of(size_t wanted)
{
    return wanted > THREADS_MOST ? THREADS_MOST : wanted;
}

static void spread(numbered_task *task, void *context, size_t count, size_t threads)
{
    struct work work = {.task = task, .context = context, .count = count};
    pthread_t helpers[THREADS_MOST];
    size_t started = 0;
    while (started + 1 < threads_of(threads) && started + 1 < count &&
           !pthread_create(&helpers[started], NULL, take_tasks, &work))
        started++;
    take_tasks(&work);
    while (started)
        pthread_join(helpers[--started], NULL);
}

struct plain_task {
    batch_task *task;
    void *context;
};

static void do_plain(void *context, size_t thread, size_t i)
{
    const struct plain_task *plain = context;
    (void)thread;
    plain->task(plain->context, i);
}

void batch_run(batch_task *task, void *context, size_t count, size_t threads)
{
    struct plain_task plain = {task, context};
    spread(do_plain, &plain, count, threads);
}

static struct grounds *grounds_of(struct worker *worker)
{
    struct grounds *grounds = &worker->grounds;
    if (!grounds->items) {
        grounds->items = arena_array(&worker->arena, GROUNDS, sizeof *grounds->items);
        grounds->count = GROUNDS;
    }
    return grounds;
}

struct blocks {
    struct batch *batch;
    struct job *jobs;
    size_t count;
};

static void answer(const struct batch *batch, struct worker *worker, struct job *job,
                   struct csv_lines *lines)
{
    struct outcome *out = job->outcome ? job->outcome : &worker->outcome;
    struct result result = {&out->scenario, &out->answer, out->note};
    matrix_scenario(job->row, job->index, &out->scenario);
    evaluate_among(grounds_of(worker), &out->scenario.request, batch->facts, &out->answer);
    notes_text(&out->scenario, &out->answer, out->note);
    job->status = out->answer.status;
    job->is_listed = selection_takes(batch->selection, &result);
    if (batch->carried && job->is_listed)
        csv_add_result(lines, &result, batch->carried);
}

static void answer_block(void *context, size_t thread, size_t block)
{
    const struct blocks *blocks = context;
    struct batch *batch = blocks->batch;
    struct csv_lines *lines = &batch->lines[block];
    size_t first = block * BATCH_BLOCK;
    lines->length = 0;
    for (size_t i = first; i < blocks->count && i < first + BATCH_BLOCK; i++)
        answer(batch, &batch->workers[thread], &blocks->jobs[i], lines);
}

static void make_room(struct batch *batch, size_t blocks)
{
    if (!batch->workers)
        batch->workers =
            arena_array(&batch->arena, threads_of(batch->threads), sizeof *batch->workers);
    if (blocks <= batch->block_room)
        return;
    for (size_t i = 0; i < batch->block_room; i++)
        csv_lines_free(&batch->lines[i]);
    batch->lines = arena_array(&batch->arena, blocks, sizeof *batch->lines);
    batch->block_room = blocks;
}

void batch_evaluate(struct batch *batch, struct job *jobs, size_t count)
{
    struct blocks blocks = {batch, jobs, count};
    size_t block_count = (count + BATCH_BLOCK - 1) / BATCH_BLOCK;
    make_room(batch, block_count);
    spread(answer_block, &blocks, block_count, batch->threads);
}

void batch_free(struct batch *batch)
{
    for (size_t i = 0; i < batch->block_room; i++)
        csv_lines_free(&batch->lines[i]);
    for (size_t i = 0; batch->workers && i < threads_of(batch->threads); i++)
        arena_free(&batch->workers[i].arena);
    arena_free(&batch->arena);
}

size_t batch_cores(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores > 0 ? (size_t)cores : 1;
}
