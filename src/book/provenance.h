/* provenance.h -- what About says of what the plan was made with, and of how far off it is */
#ifndef GPUPLAN_BOOK_PROVENANCE_H
#define GPUPLAN_BOOK_PROVENANCE_H

#include "book/inside.h"

/* Each from row `row` on, in columns 0 to 3; returns the next free row. */
uint32_t provenance_catalogs(const struct book *book, struct sheet *sheet, uint32_t row);
uint32_t provenance_accuracy(const struct book *book, struct sheet *sheet, uint32_t row);

/* "libxlsxwriter 1.1.4, zlib 1.2.13, libcsv 3.0.3" */
enum { LIBRARIES_BYTES = 160 };
const char *provenance_libraries(const struct book *book, char buffer[LIBRARIES_BYTES]);

#endif
