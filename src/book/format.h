/* format.h -- the looks of a cell, by name: one font, few colours, none of them the only signal */
#ifndef GPUPLAN_BOOK_FORMAT_H
#define GPUPLAN_BOOK_FORMAT_H

#include <xlsxwriter.h>

enum style {
    STYLE_TITLE,
    STYLE_SUBTITLE,
    STYLE_SECTION,
    STYLE_HEADER,
    STYLE_TEXT,
    STYLE_STRONG,
    STYLE_NAME,  /* strong and wrapped */
    STYLE_FAINT, /* says that there is nothing to say */
    STYLE_WRAP,
    STYLE_PARAGRAPH,
    STYLE_LINK,
    STYLE_COUNT,
    STYLE_GIB,
    STYLE_GB,
    STYLE_USD,
    STYLE_PERCENT,
    STYLE_SHARE,
    STYLE_NUMBER,   /* as many digits as it needs */
    STYLE_SMALL,    /* differences near the last bit */
    STYLE_ROW_TEXT, /* of the streamed sheets, where gridlines do for rules */
    STYLE_ROW_COUNT,
    STYLE_ROW_GIB,
    STYLE_ROW_USD,
    STYLE_LABEL, /* above a tile */
    STYLE_TILE,
    STYLE_PERIOD, /* a text to change: formulas follow */
    STYLE_SUM,
    STYLE_SUM_TEXT,
    STYLE_RESULT, /* the count to plan with */
    STYLE_INPUT,  /* a number to change: formulas follow */
    STYLE_GOOD,
    STYLE_BAD,
    STYLE_WARNING,
    /* where a placement lives: fill and symbol together */
    STYLE_ONE_CARD,
    STYLE_ONE_SERVER,
    STYLE_SERVERS,
    STYLE_TIGHT,
    STYLE_NO_FIT,
    STYLE_UNSUPPORTED,
    STYLE_ONE_CARD_KEY,
    STYLE_ONE_SERVER_KEY,
    STYLE_SERVERS_KEY,
    STYLE_TIGHT_KEY,
    STYLE_KINDS
};

#define BOOK_FONT "Arial"

struct labels;

/* The workbook owns the formats. The font is a label as well: not every one has all letters. */
void formats_make(lxw_workbook *workbook, lxw_format *formats[STYLE_KINDS],
                  const struct labels *labels);

#endif
