/* capacity.h -- the sheet Capacity: what an engine may use of a card, once for all rows with both
 *
 * Rows are taken as results come, so that streamed sheets can refer to them; the sheet itself is
 * written last. */
#ifndef GPUPLAN_BOOK_CAPACITY_H
#define GPUPLAN_BOOK_CAPACITY_H

#include "book/live.h"
#include "core/request.h"

struct book;

enum { CAPACITY_MOST = 4096, CAPACITY_NONE = -1 };

/* The row of the request's card, engine and share; CAPACITY_NONE: there is no more room, or the
 * book has no formulas. */
int capacity_take(struct book *book, const struct request *request);

/* The cell of a letter in a row: k (1: a share of all, 2: of weights and cache, 3: of what is
 * free), C, u, and the half-widths w_w, w_c, w_a, w_o, w_t. */
bool capacity_cell(int row, const char *letter, char cell[CELL_NAME_BYTES]);

/* Usable, and the half-width of the band, in these letters and states, cache, act, over, total. */
#define CAPACITY_USABLE \
    "CHOOSE(k, u * C, MIN(u * C + act + over, C), u * C + (1 - u) * (total - cache))"
#define CAPACITY_HALF \
    "SQRT((w_w * states)^2 + (w_c * cache)^2 + (w_a * act)^2 + w_o^2 + (w_t * total)^2)"

#endif
