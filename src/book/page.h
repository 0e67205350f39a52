/* page.h -- what every sheet has: title, header row, widths, frozen panes, print set-up */
#ifndef GPUPLAN_BOOK_PAGE_H
#define GPUPLAN_BOOK_PAGE_H

#include "book/dress.h"
#include "book/write.h"

#include <stddef.h>

struct book;

/* A column of a table: header `title (unit)`, width in characters, look of its cells. */
struct table_column {
    const char *title;
    const char *unit; /* NULL: none */
    double width;
    enum style style;
};

/* Title, with the way back to Summary, and one line under it, in rows 0 and 1. */
void page_title(struct sheet *sheet, const char *title, const char *subtitle);

/* These, and one more that a sheet may have for a line of text across its columns. */
enum { TITLE_ROWS = 3 };

/* Column widths and the header row. */
void table_header(struct sheet *sheet, uint32_t row, const struct table_column *columns,
                  size_t count);

/* Only the header row, for a further table under the first one's widths. */
void table_titles(struct sheet *sheet, uint32_t row, const struct table_column *columns,
                  size_t count);

/* `title (unit)`, in a buffer of HEADER_BYTES. */
enum { HEADER_BYTES = 128 };
const char *header_text(const char *title, const char *unit, char buffer[HEADER_BYTES]);

/* The heading of column `i`; false: there are only `count`. */
bool table_heading(const struct table_column *columns, size_t count, size_t i,
                   struct heading *heading);

/* True for a column that the company hides. */
bool column_is_hidden(const struct sheet *sheet, const struct table_column *column);

double table_width(const struct table_column *columns, size_t count);

/* A paragraph across columns 0..last, which are `width` characters wide in all. */
void put_paragraph(struct sheet *sheet, uint32_t row, uint16_t last, double width,
                   const char *text);

/* How a sheet prints: landscape, one page wide unless `pages` says more, header rows repeated. */
struct print_setup {
    uint32_t last_row;
    uint16_t last_column;
    uint32_t header_row; /* repeated on each page */
    uint16_t frozen_columns;
    uint16_t pages; /* wide; 0: one */
    uint16_t zoom;  /* percent; 0: 100 */
    bool names;     /* a short, wide sheet repeats its first column instead of the header */
};
void page_setup(const struct book *book, struct sheet *sheet, const struct print_setup *setup);

#endif
