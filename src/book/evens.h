/* evens.h -- the table and chart of buying against renting, under the prices of Cost */
#ifndef GPUPLAN_BOOK_EVENS_H
#define GPUPLAN_BOOK_EVENS_H

#include "book/inside.h"

/* From row `row` on, numbers under the columns of numbers from `first`. Returns the last row. */
uint32_t evens_write(const struct book *book, struct sheet *sheet, uint16_t first, uint32_t row);

#endif
