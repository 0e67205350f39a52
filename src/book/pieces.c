/* pieces.c -- threads take pieces in turn; what each found is put together in their order
 *
 * By libdeflate, which did not write the joins: zlib looked at every piece before. */
#define _XOPEN_SOURCE 700 /* pread */

#include "book/pieces.h"

#include "base/arena.h"
#include "book/block.h"

#include <fcntl.h>
#include <libdeflate.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { THREADS_MOST = 64 };

/* One piece, where it is, and what was found in it. */
struct part {
    struct block_size piece;
    uint64_t at;
    struct scan scan;
    uint32_t crc;
    bool is_whole;
};

struct work {
    int file;
    struct part *parts;
    size_t count;
    atomic_size_t next;
};

/* What a thread reads into. */
struct reader {
    struct bytes block;
    struct bytes text;
    struct libdeflate_decompressor *decompressor;
};

static bool read_bytes(int file, uint64_t at, char *to, size_t length)
{
    while (length) {
        ssize_t got = pread(file, to, length, (off_t)at);
        if (got <= 0)
            return false;
        to += got;
        at += (uint64_t)got;
        length -= (size_t)got;
    }
    return true;
}

/* Inflates a piece to the reader's text. */
static bool inflate_part(int file, const struct part *part, struct reader *reader)
{
    size_t bytes = part->piece.bytes;
    if (!reader->decompressor)
        reader->decompressor = libdeflate_alloc_decompressor();
    if (!reader->decompressor)
        arena_exhausted();
    reader->block.length = reader->text.length = 0;
    char *block = bytes_room(&reader->block, bytes + BLOCK_END_BYTES);
    char *text = bytes_room(&reader->text, part->piece.text_bytes);
    if (!read_bytes(file, part->at, block, bytes))
        return false;
    memcpy(block + bytes, BLOCK_END, BLOCK_END_BYTES);
    reader->text.length = part->piece.text_bytes;
    return libdeflate_deflate_decompress(reader->decompressor, block, bytes + BLOCK_END_BYTES, text,
                                         reader->text.length, NULL) == LIBDEFLATE_SUCCESS;
}

static void look_at(int file, struct part *part, struct reader *reader)
{
    const struct bytes *text = &reader->text;
    part->is_whole = inflate_part(file, part, reader);
    if (!part->is_whole)
        return;
    part->crc = libdeflate_crc32(0, text->at, text->length);
    scan_rows(&part->scan, text->at, text->length, true);
}

static void free_reader(struct reader *reader)
{
    bytes_free(&reader->block);
    bytes_free(&reader->text);
    libdeflate_free_decompressor(reader->decompressor);
}

static void *take_parts(void *context)
{
    struct work *work = context;
    struct reader reader = {.decompressor = NULL};
    for (size_t i; (i = atomic_fetch_add(&work->next, 1)) < work->count;)
        look_at(work->file, &work->parts[i], &reader);
    free_reader(&reader);
    return NULL;
}

static void look_at_all(struct work *work, size_t threads)
{
    pthread_t helpers[THREADS_MOST];
    size_t started = 0;
    while (started + 1 < threads && started + 1 < work->count && started < THREADS_MOST &&
           !pthread_create(&helpers[started], NULL, take_parts, work))
        started++;
    take_parts(work);
    while (started)
        pthread_join(helpers[--started], NULL);
}

/* The frame's two pieces and those of the rows between them. Returns where they end. */
static uint64_t list_parts(const struct pieces *pieces, struct work *work)
{
    const struct rows *rows = pieces->rows;
    const struct block_size *blocks =
        (const struct block_size *)(const void *)rows->spool.pieces.at;
    uint64_t at = pieces->at;
    work->count = rows->spool.pieces.length / sizeof *blocks + 2;
    work->parts = calloc(work->count, sizeof *work->parts);
    if (!work->parts)
        arena_exhausted();
    for (size_t i = 0; i < work->count; i++) {
        struct part *part = &work->parts[i];
        part->piece = !i ? rows->head : i + 1 < work->count ? blocks[i - 1] : rows->tail;
        part->at = at;
        at += part->piece.bytes;
    }
    return at;
}

static bool join_parts(const struct work *work, struct pieces_found *found)
{
    bool good = true;
    for (size_t i = 0; i < work->count; i++) {
        const struct part *part = &work->parts[i];
        good = good && part->is_whole;
        found->crc =
            (uint32_t)crc32_combine(found->crc, part->crc, (z_off_t)part->piece.text_bytes);
        scan_join(&found->scan, &part->scan);
    }
    return good;
}

static bool read_ends(const struct work *work, struct pieces_found *found)
{
    struct reader reader = {.decompressor = NULL};
    bool good = inflate_part(work->file, &work->parts[0], &reader);
    bytes_add(&found->head, reader.text.at, reader.text.length);
    good = inflate_part(work->file, &work->parts[work->count - 1], &reader) && good;
    bytes_add(&found->tail, reader.text.at, reader.text.length);
    free_reader(&reader);
    return good;
}

bool pieces_read(const struct pieces *pieces, size_t threads, struct pieces_found *found)
{
    char end[BLOCK_END_BYTES];
    struct work work = {.file = open(pieces->path, O_RDONLY | O_CLOEXEC)};
    *found = (struct pieces_found){.crc = 0};
    if (work.file < 0)
        return false;
    uint64_t end_at = list_parts(pieces, &work);
    bool good = end_at + BLOCK_END_BYTES == pieces->at + pieces->bytes &&
                read_bytes(work.file, end_at, end, sizeof end) &&
                !memcmp(end, BLOCK_END, sizeof end);
    if (good) {
        look_at_all(&work, threads);
        good = join_parts(&work, found) && read_ends(&work, found);
    }
    free(work.parts);
    close(work.file);
    return good;
}
