/* write.h -- cells: the only way values reach a sheet, and what libxlsxwriter would take is refused
 *
 * Each goes to the library or, from the row on that a sheet is written in bulk, to rows.h; who puts
 * it need not know, but that those rows come in order, have no links and are not merged.
 *
 * The library stores NaN, invalid UTF-8 and `_x0041_` as they come, and a spreadsheet program then
 * repairs or changes the file. Text is always text: only put_formula writes a formula, and its text
 * is made from our own tables. */
#ifndef GPUPLAN_BOOK_WRITE_H
#define GPUPLAN_BOOK_WRITE_H

#include "base/arena.h"
#include "book/format.h"

#include <stdbool.h>
#include <stdint.h>

enum { CELL_CHARACTERS = 32767, SHEET_ROWS = 1048576, KEPT_ROWS = 65536 };

/* One sheet, with its own count of rows for the check of the closed file. */
struct sheet {
    lxw_worksheet *worksheet;
    lxw_format *const *formats;
    const char *name;  /* by which the code knows it */
    const char *title; /* by which the workbook does */
    const char *kind;  /* the name, without the number of a further one */
    const struct dress *dress;
    const struct labels *labels;
    char *scratch;     /* CELL_TEXT_BYTES + LABEL_BYTES, shared by all sheets */
    bool values;       /* formulas are written as the values that they have */
    bool lists;        /* rows of the run, which nothing is worked out from */
    struct rows *bulk; /* writes rows in order and on all cores; NULL: the library does */
    uint32_t bulk_row; /* the first of them: those above have links and merged cells */
    uint64_t rows;     /* that have a cell or a height */
    uint64_t *seen;    /* a bit for each of the library's rows */
    uint64_t refused;  /* calls that a writer refused */
};

#define CELL_TEXT_BYTES (4u * CELL_CHARACTERS + 1)

/* One of our texts, which is said in the language of the workbook. */
void put_text(struct sheet *sheet, uint32_t row, uint16_t column, enum style style,
              const char *text);

/* A text that is the same in every language: a name, an id, a source, what the user wrote. */
void put_verbatim(struct sheet *sheet, uint32_t row, uint16_t column, enum style style,
                  const char *text);

/* Empty, but formatted, when `value` is negative (not given) or not finite. */
void put_number(struct sheet *sheet, uint32_t row, uint16_t column, enum style style, double value);

/* Of a catalog, where 0 means not given: empty unless above 0. */
void put_given(struct sheet *sheet, uint32_t row, uint16_t column, enum style style, double value);

/* May be negative; empty when not finite. */
void put_signed(struct sheet *sheet, uint32_t row, uint16_t column, enum style style, double value);

/* A live formula ("=A1*pue"; words in it and names of sheets as the code has them) with the value
 * that it has now, for programs that do not calculate; a value that is negative (not given) or not
 * finite is an empty text. */
void put_formula(struct sheet *sheet, uint32_t row, uint16_t column, enum style style,
                 const char *formula, double value);

/* The same; only a value that is not finite is an empty text. */
void put_signed_formula(struct sheet *sheet, uint32_t row, uint16_t column, enum style style,
                        const char *formula, double value);

/* A live formula whose result is one of our words. */
void put_text_formula(struct sheet *sheet, uint32_t row, uint16_t column, enum style style,
                      const char *formula, const char *value);

void put_empty(struct sheet *sheet, uint32_t row, uint16_t column, enum style style);

/* One text across columns first..last. */
void put_across(struct sheet *sheet, uint32_t row, uint16_t first, uint16_t last, enum style style,
                const char *text);

/* A name of the workbook for `range` ("=Assumptions!$C$5"). */
void put_defined_name(lxw_workbook *workbook, struct sheet *sheet, const char *name,
                      const char *range);

/* A text that leads to the top of another sheet of this book. `name` is ours, not the user's. */
void put_link(struct sheet *sheet, uint32_t row, uint16_t column, const char *text);

/* An id of ours that leads to a line of another sheet; plain where that sheet is not shown. */
struct line_link {
    const char *text;
    enum style style;
    const char *sheet; /* by which the code knows it */
    uint32_t row;
};
void put_line_link(struct sheet *sheet, uint32_t row, uint16_t column,
                   const struct line_link *link);

void set_height(struct sheet *sheet, uint32_t row, double points);

/* Lines that `text` takes when it is wrapped in a column of `width` characters. */
size_t text_lines(const char *text, double width);

/* A row as tall as `lines` lines; one line needs no call. */
void set_lines(struct sheet *sheet, uint32_t row, size_t lines);
enum { ROW_POINTS = 16, LINE_POINTS = 13 };

/* `text` as it may be stored: UTF-8, no control characters but line feed and tab, at most
 * CELL_CHARACTERS of UTF-16, `_x0041_` defused. In `scratch` where it differs. */
const char *safe_text(const char *text, char scratch[CELL_TEXT_BYTES]);

/* A copy cut between characters, with an ellipsis when something was lost. */
void copy_text(char *to, size_t size, const char *from);

/* `first`, and with a `second` that is not empty, `join` and it; cut where it does not fit. */
void join_texts(char *to, size_t size, const char *first, const char *join, const char *second);

#endif
