/* dress.h -- how a company wants its workbook: sheets in their order, columns, titles, its name
 *
 * Formulas refer to cells by their place, so a column of a calculated sheet may be hidden or called
 * otherwise, and stays where it is; only on Scenarios, which no formula refers to, columns may be
 * left out and moved. A sheet that others' formulas need may be hidden, and not left out. */
#ifndef GPUPLAN_BOOK_DRESS_H
#define GPUPLAN_BOOK_DRESS_H

#include <stdbool.h>
#include <stddef.h>

enum show { SHOW_YES, SHOW_HIDDEN, SHOW_NO };

/* A sheet (`column` is empty) or a column of one. */
struct dress_row {
    const char *sheet;  /* as the code calls it */
    const char *column; /* its title as the code has it, or `title (unit)` */
    enum show show;
    const char *title; /* in place of ours; empty: ours */
};

/* Rows in the order of preference; sheets that they don't name follow. Zero: as the code has it. */
struct dress {
    const char *title;   /* of the workbook; NULL: ours */
    const char *company; /* NULL: none */
    struct dress_row *rows;
    size_t count;
    size_t room;
};

/* The row of a sheet, or of its column with this title and unit (NULL: none); NULL: none says
 * so. */
const struct dress_row *dress_sheet(const struct dress *dress, const char *sheet);
const struct dress_row *dress_column(const struct dress *dress, const char *sheet,
                                     const char *title, const char *unit);

/* True for a sheet that is neither hidden nor left out. */
bool dress_shows(const struct dress *dress, const char *sheet);

/* A column's heading. */
struct heading {
    const char *title;
    const char *unit; /* NULL or empty: none */
};
bool heading_is(const struct heading *heading, const char *name);

/* What may be asked of the sheets, for checks when a dress is read. */
size_t book_sheet_count(void);
const char *book_sheet_name(size_t index);
bool book_sheet_is_needed(size_t index);   /* cannot be left out */
bool book_sheet_has_columns(size_t index); /* that may be named */
bool book_sheet_is_free(size_t index);     /* its columns may be left out and moved */
bool book_sheet_column(size_t index, size_t column, struct heading *heading);

#endif
