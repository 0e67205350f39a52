/* press.c -- the ring: blocks are counted as they are filled, taken and written
 *
 * written <= taken <= filled <= written + slots, and block n is in slot n modulo the slots, so that
 * no slot is filled again before it was written. */
#include "book/press.h"

#include "base/arena.h"
#include "book/block.h"
#include "book/cells.h"

#include <pthread.h>
#include <libdeflate.h>
#include <stdlib.h>

enum { THREADS_MOST = 64, SLOTS_PER_THREAD = 2 };

/* A block on its way. */
struct slot {
    struct bytes cells;
    struct block block;
    struct spool *spool;
    bool is_done;
};

/* What a thread keeps between blocks. */
struct worker {
    struct bytes xml;
    struct deflater deflater;
};

struct press {
    struct slot *slots;
    size_t slot_count;
    uint64_t filled;
    uint64_t taken;
    uint64_t written;
    bool is_over;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t threads; /* that are wanted, this one included */
    pthread_t helpers[THREADS_MOST];
    size_t helper_count;
    struct worker own;
};

struct press *press_open(size_t threads)
{
    struct press *press = calloc(1, sizeof *press);
    if (!press)
        arena_exhausted();
    press->threads = threads < 1 ? 1 : threads > THREADS_MOST ? THREADS_MOST : threads;
    press->slot_count = SLOTS_PER_THREAD * press->threads;
    press->slots = calloc(press->slot_count, sizeof *press->slots);
    if (!press->slots)
        arena_exhausted();
    pthread_mutex_init(&press->lock, NULL);
    pthread_cond_init(&press->changed, NULL);
    return press;
}

static struct slot *slot_of(const struct press *press, uint64_t block)
{
    return &press->slots[block % press->slot_count];
}

static void make_block(struct worker *worker, struct slot *slot)
{
    struct bytes *xml = &worker->xml;
    xml->length = 0;
    cells_xml(&slot->cells, xml);
    slot->block.text_bytes = xml->length;
    slot->block.crc = libdeflate_crc32(0, xml->at, xml->length);
    slot->block.is_whole = block_deflate(&worker->deflater, xml, &slot->block.bytes);
}

/* The lock is held, and there is a block to take; it is given back for the work. */
static void take_one(struct press *press, struct worker *worker)
{
    struct slot *slot = slot_of(press, press->taken++);
    pthread_mutex_unlock(&press->lock);
    make_block(worker, slot);
    pthread_mutex_lock(&press->lock);
    slot->is_done = true;
    pthread_cond_broadcast(&press->changed);
}

static void *help(void *context)
{
    struct press *press = context;
    struct worker worker = {.xml = {.length = 0}};
    pthread_mutex_lock(&press->lock);
    while (!press->is_over) {
        if (press->taken < press->filled)
            take_one(press, &worker);
        else
            pthread_cond_wait(&press->changed, &press->lock);
    }
    pthread_mutex_unlock(&press->lock);
    bytes_free(&worker.xml);
    deflater_free(&worker.deflater);
    return NULL;
}

static void start_helpers(struct press *press)
{
    while (press->helper_count + 1 < press->threads &&
           !pthread_create(&press->helpers[press->helper_count], NULL, help, press))
        press->helper_count++;
    press->threads = press->helper_count + 1;
}

/* Writes the oldest block, once it is done; until then this thread helps. The lock is held, but not
 * while it writes: nobody else has to do with a done slot. */
static void write_oldest(struct press *press)
{
    struct slot *slot = slot_of(press, press->written);
    while (!slot->is_done) {
        if (press->taken < press->filled)
            take_one(press, &press->own);
        else
            pthread_cond_wait(&press->changed, &press->lock);
    }
    pthread_mutex_unlock(&press->lock);
    spool_add(slot->spool, &slot->block);
    pthread_mutex_lock(&press->lock);
    press->written++;
}

void press_add(struct press *press, struct bytes *cells, struct spool *spool)
{
    if (press->filled)
        start_helpers(press);
    pthread_mutex_lock(&press->lock);
    while (press->filled == press->written + press->slot_count)
        write_oldest(press);
    struct slot *slot = slot_of(press, press->filled);
    struct bytes empty = slot->cells;
    slot->cells = *cells;
    slot->spool = spool;
    slot->is_done = false;
    press->filled++;
    pthread_cond_broadcast(&press->changed);
    pthread_mutex_unlock(&press->lock);
    *cells = empty;
    cells->length = 0;
}

void press_finish(struct press *press)
{
    pthread_mutex_lock(&press->lock);
    while (press->written < press->filled)
        write_oldest(press);
    pthread_mutex_unlock(&press->lock);
}

void press_close(struct press *press)
{
    if (!press)
        return;
    pthread_mutex_lock(&press->lock);
    press->is_over = true;
    pthread_cond_broadcast(&press->changed);
    pthread_mutex_unlock(&press->lock);
    while (press->helper_count)
        pthread_join(press->helpers[--press->helper_count], NULL);
    for (size_t i = 0; i < press->slot_count; i++) {
        bytes_free(&press->slots[i].cells);
        bytes_free(&press->slots[i].block.bytes);
    }
    bytes_free(&press->own.xml);
    deflater_free(&press->own.deflater);
    pthread_cond_destroy(&press->changed);
    pthread_mutex_destroy(&press->lock);
    free(press->slots);
    free(press);
}
