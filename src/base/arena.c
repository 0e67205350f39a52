/* arena.c -- blocks of memory that are freed together; running out of memory ends the program */
#include "base/arena.h"

#include "base/exit.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 64 * 1024 };

struct arena_block {
    struct arena_block *next;
    size_t used;
    size_t size;
    size_t stale; /* bytes from the start that were taken before a reset; the others are zero */
    max_align_t bytes[];
};

void arena_exhausted(void)
{
    fputs("gpuplan: error: out of memory; try fewer rows or a larger machine\n", stderr);
    exit(EXIT_INTERNAL);
}

static void *or_exit(void *memory)
{
    if (!memory)
        arena_exhausted();
    return memory;
}

/* calloc leaves pages of a large block untouched until somebody writes to them. */
static struct arena_block *block_new(struct arena_block *next, size_t least)
{
    size_t size = least > BLOCK_BYTES ? least : BLOCK_BYTES;
    struct arena_block *block = or_exit(calloc(1, sizeof *block + size));
    block->next = next;
    block->size = size;
    return block;
}

void *arena_take(struct arena *arena, size_t size)
{
    const size_t align = _Alignof(max_align_t);
    if (size > SIZE_MAX / 2)
        or_exit(NULL);
    size = (size + align - 1) / align * align;
    struct arena_block *block = arena->blocks;
    if (!block || block->size - block->used < size)
        arena->blocks = block = block_new(arena->blocks, size);
    void *memory = (char *)block->bytes + block->used;
    if (block->stale > block->used)
        memset(memory, 0, size < block->stale - block->used ? size : block->stale - block->used);
    block->used += size;
    return memory;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / 2 / size)
        or_exit(NULL);
    return arena_take(arena, count * size);
}

void *arena_grown(struct arena *arena, void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return items;
    *room = *room ? 2 * *room : 4;
    void *larger = arena_array(arena, *room, size);
    if (count)
        memcpy(larger, items, count * size);
    return larger;
}

char *arena_text(struct arena *arena, const char *text, size_t length)
{
    char *copy = arena_take(arena, length + 1);
    if (length)
        memcpy(copy, text, length);
    return copy;
}

char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_list again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = arena_take(arena, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

size_t arena_taken(const struct arena *arena)
{
    size_t taken = 0;
    for (const struct arena_block *block = arena->blocks; block; block = block->next)
        taken += block->used;
    return taken;
}

void arena_reset(struct arena *arena)
{
    struct arena_block *kept = arena->blocks;
    if (!kept)
        return;
    for (struct arena_block *block = kept->next, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    kept->next = NULL;
    kept->stale = kept->used > kept->stale ? kept->used : kept->stale;
    kept->used = 0;
}

void arena_free(struct arena *arena)
{
    for (struct arena_block *block = arena->blocks, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    arena->blocks = NULL;
}
