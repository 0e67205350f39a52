/* arena.h -- everything long-lived is in an arena and dies with it */
#ifndef GPUPLAN_ARENA_H
#define GPUPLAN_ARENA_H

#include <stddef.h>

struct arena_block;

/* Zero-initialise with `{0}`; memory comes from calloc in blocks, all freed by arena_free. */
struct arena {
    struct arena_block *blocks;
};

/* Prints one line and exits with EXIT_INTERNAL: the machine has no memory left, and no caller can
 * go on from there. */
_Noreturn void arena_exhausted(void);

/* Zeroed memory of `size` bytes, aligned for any type; arena_exhausted when there is none. */
void *arena_take(struct arena *arena, size_t size);

/* `count` items of `size` bytes; the product is checked. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* Room for one more item behind `count`: `items` itself, or a copy with *room doubled. */
void *arena_grown(struct arena *arena, void *items, size_t count, size_t *room, size_t size);

/* A NUL-terminated copy of `length` bytes. */
char *arena_text(struct arena *arena, const char *text, size_t length);

/* A formatted text. */
char *arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Bytes taken since the arena was made or reset. */
size_t arena_taken(const struct arena *arena);

/* Forgets everything taken, keeps the newest block for reuse: for memory that lives one record. */
void arena_reset(struct arena *arena);

void arena_free(struct arena *arena);

#endif
