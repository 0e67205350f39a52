/* bind.h -- the last step of a book: the library's workbook and the bulk rows become one file */
#ifndef GPUPLAN_BOOK_BIND_H
#define GPUPLAN_BOOK_BIND_H

#include "book/book.h"

#include <stdbool.h>

/* After all cells are put: closes the library's workbook, writes it with the rows to the path of
 * the options and reads that back. False with the reason in `why`. */
bool bind_file(struct book *book, char why[BOOK_WHY_BYTES]);

#endif
