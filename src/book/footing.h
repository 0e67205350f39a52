/* footing.h -- what a row of Breakdown stands on: the numbers behind its live memory, and the next
 * smaller layout, whose fit would make the planned one wasteful */
#ifndef GPUPLAN_BOOK_FOOTING_H
#define GPUPLAN_BOOK_FOOTING_H

#include "book/inside.h"
#include "core/load.h"

/* A layout with its memory as released. */
struct held_layout {
    struct layout layout;
    struct load load;
    double sequences;
    struct footprint footprint;
};

struct footing {
    int capacity;
    double requests; /* NaN: training */
    bool moves;      /* the place of the peak stays, and nothing but memory bound the count */
    struct held_layout chosen;
    bool has_smaller;
    struct held_layout smaller; /* of those with fewer GPUs, the one that lacked least */
};

/* NULL: the row stays as it is. */
struct footing *footing_make(struct book *book, const struct result *result);

/* Columns that stand right of the others, from `first`, each named by a letter or two. */
size_t footing_columns(struct table_column *columns);
enum { FOOTING_COLUMNS_MOST = 32 };

/* The cells of these columns, and of the others those that follow from them. */
struct footing_row {
    const struct book *book;
    const struct footing *footing;
    uint32_t row;
    uint16_t first;                 /* column of the footing */
    uint16_t columns[COLUMN_COUNT]; /* where the memory columns stand */
    uint16_t total, low, high, usable, unused, now;
};
void footing_put(const struct footing_row *row, struct sheet *sheet, bool fits);

#endif
