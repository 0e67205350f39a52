/* cells.h -- cells noted in a few bytes each, and turned into the XML of a sheet later
 *
 * Noting is all that the thread with the results does; numbers become text, and texts XML, on
 * whatever thread has time. The XML is what libxlsxwriter writes for the same cells in its
 * constant-memory mode, but for numbers: those read back as the same double. */
#ifndef GPUPLAN_BOOK_CELLS_H
#define GPUPLAN_BOOK_CELLS_H

#include "book/bytes.h"

#include <stdint.h>

/* Where a cell stands in its row, and its format as the workbook's styles number it. */
struct cell_at {
    uint16_t column;
    uint16_t format;
};

/* A row begins; the cells that follow are its own. `points`: its height, 0: the sheet's. */
void cells_row(struct bytes *cells, uint32_t row, double points);

void cells_blank(struct bytes *cells, struct cell_at cell);
void cells_number(struct bytes *cells, struct cell_at cell, double value);
void cells_text(struct bytes *cells, struct cell_at cell, const char *text);

/* `formula` begins with "=". */
void cells_number_formula(struct bytes *cells, struct cell_at cell, const char *formula,
                          double value);
void cells_text_formula(struct bytes *cells, struct cell_at cell, const char *formula,
                        const char *value);

/* Adds the rows that were noted to `xml`, the last one closed. */
void cells_xml(const struct bytes *cells, struct bytes *xml);

#endif
