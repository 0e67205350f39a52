/* rejected.c -- the Rejected sheet: rows that were not planned, with place and reason */
#include "book/inside.h"

static const struct table_column columns[] = {
    {"Place (file:line:column)", NULL, 44, STYLE_ROW_TEXT},
    {"Reason", NULL, 130, STYLE_ROW_TEXT},
};

void rejected_begin(struct book *book, struct sheet *sheet, size_t index)
{
    uint64_t count = book->options.rejected;
    uint32_t last = (uint32_t)(count < SHEET_ROWS - 1 ? count : SHEET_ROWS - 1);
    struct print_setup setup = {.last_row = last, .last_column = 1};
    (void)index;
    book->rejected = sheet;
    worksheet_autofilter(sheet->worksheet, 0, 0, last, 1);
    page_setup(book, sheet, &setup);
    table_header(sheet, 0, columns, sizeof columns / sizeof *columns);
}

void rejected_add(struct book *book, const char *place, const char *reason)
{
    struct tally *tally = &book->tally;
    tally->rejected++;
    if (!book->rejected || tally->rejected_written >= SHEET_ROWS - 1)
        return;
    uint32_t row = (uint32_t)++tally->rejected_written;
    put_verbatim(book->rejected, row, 0, STYLE_ROW_TEXT, place);
    put_text(book->rejected, row, 1, STYLE_ROW_TEXT, reason);
}
