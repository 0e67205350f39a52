/* press.h -- noted cells to deflated blocks, on several threads, kept in the order they came in
 *
 * A ring of slots: the thread with the results fills the next one and writes the oldest one out,
 * helpers take filled ones in turn. A slot belongs to one thread at a time and changes hands under
 * the lock. What is written does not depend on the number of threads, nor does memory on that of
 * blocks. */
#ifndef GPUPLAN_BOOK_PRESS_H
#define GPUPLAN_BOOK_PRESS_H

#include "book/bytes.h"
#include "book/spool.h"

#include <stddef.h>

struct press;

/* For `threads` threads, the caller's own included; the others start when there is a second block
 * for them to do. arena_exhausted without memory. */
struct press *press_open(size_t threads);

/* Takes the notes, of whole rows, away from `cells`, which is empty then. Their block goes to
 * `spool` behind those that were given before; it must not be looked at before press_finish. */
void press_add(struct press *press, struct bytes *cells, struct spool *spool);

/* Returns when all blocks are in their spools. More may follow. */
void press_finish(struct press *press);

/* Ends the threads and frees; blocks that are not in their spools are lost. */
void press_close(struct press *press);

#endif
