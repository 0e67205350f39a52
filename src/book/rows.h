/* rows.h -- the second row writer: rows of a sheet that libxlsxwriter frames
 *
 * The library writes columns, panes, filter and print setup of such a sheet, and the rows above, if
 * any. Cells go to blocks of notes, the press deflates them on all cores, and splice.c puts them
 * where the library's data of the sheet ends. Rows come in order, cells of a row too, and none
 * twice. */
#ifndef GPUPLAN_BOOK_ROWS_H
#define GPUPLAN_BOOK_ROWS_H

#include "base/arena.h"
#include "book/cells.h"
#include "book/format.h"
#include "book/press.h"

#include <stdbool.h>

/* Notes that make a block: about a MiB of XML. More would deflate hardly better; a quarter of it
 * takes 2 % more room. */
enum { ROWS_BLOCK_BYTES = 384 * 1024 };

/* The rows of one sheet. Lives in the book's arena; freed by rows_close. */
struct rows {
    struct press *press;
    lxw_worksheet *worksheet; /* learns the range of the cells */
    lxw_format *const *formats;
    double points;            /* of rows that begin with a cell; 0: the height is left out */
    int numbers[STYLE_KINDS]; /* of the formats in the styles; -1: not asked for yet */
    struct bytes cells;
    struct spool spool;
    uint64_t count;  /* rows that have begun */
    uint32_t row;    /* the last of them */
    uint32_t column; /* that the next cell may have */
    struct block_size
        head; /* of the sheet's member, before the blocks and behind them, once it is */
    struct block_size tail; /* written */
};

struct rows *rows_open(struct arena *arena, struct press *press, lxw_worksheet *worksheet,
                       lxw_format *const *formats);

/* A place for a cell, whose row begins when it is new; false: an earlier row or column. */
bool rows_place(struct rows *rows, uint32_t row, uint16_t column, enum style style,
                struct cell_at *cell);

/* A row that begins with a height; false: it has begun. */
bool rows_height(struct rows *rows, uint32_t row, double points);

/* After the last row: what is left goes to the press. */
void rows_end(struct rows *rows);

void rows_close(struct rows *rows);

#endif
