/* prices.h -- the table of prices under the Cost sheet: one row for each different set of prices
 *
 * The lines above refer to its cells, so that one price is changed in one place. */
#ifndef GPUPLAN_BOOK_PRICES_H
#define GPUPLAN_BOOK_PRICES_H

#include "book/inside.h"
#include "book/live.h"

struct price_entry;

struct price_table {
    const struct book *book;
    const struct price_entry **entries;
    size_t count;
    struct index index;
    uint16_t first; /* column where the numbers of the lines above begin */
    uint32_t row;   /* of the table's title */
};

/* For at most `most` entries, the title in row `row`. */
void prices_open(struct price_table *table, struct book *book, uint16_t first, uint32_t row,
                 size_t most);

/* The entry with the option's prices, added where there is none. */
size_t prices_take(struct price_table *table, const struct option *option);

/* The entry that has the option's prices already; false when there is none. */
bool prices_find(const struct price_table *table, const struct option *option, size_t *entry);

/* The cell of an entry that holds a letter; false when the table has no such letter. */
bool prices_cell(const struct price_table *table, size_t entry, const char *letter,
                 char cell[CELL_NAME_BYTES]);

/* The table itself. Returns its last row. */
uint32_t prices_write(const struct price_table *table, struct sheet *sheet);

#endif
