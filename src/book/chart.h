/* chart.h -- bar charts that read without colour: distinct luminance, patterns, labels, alt text */
#ifndef GPUPLAN_BOOK_CHART_H
#define GPUPLAN_BOOK_CHART_H

#include "book/write.h"

/* Looks that differ in their pattern, for charts of few series. */
enum { CHART_SOLID, CHART_STRIPED, CHART_LINED = 3 };

/* A bar chart over cells of `sheet`: one category per row first..last. */
struct chart_plan {
    const char *title;
    const char *value_title; /* with its unit */
    const char *category_title;
    const char *alt_text;
    bool stacked;
    bool upright;                /* columns, for what goes on in time; else horizontal bars */
    const double *const *values; /* of each series: its cells are formulas; NULL: they are not.
                                  * NaN: the cell is empty */
    bool labels;                 /* the value at the end of each bar */
    bool tornado;                /* values of both signs: bars to both sides of 0, one line a row */
    uint32_t first;
    uint32_t last;
    uint32_t header_row; /* its cells name the series */
    uint16_t category;
    const uint16_t *columns; /* of the series */
    size_t column_count;
    const size_t *looks; /* of the series; NULL: one after the other */
    uint32_t at_row;
    uint16_t at_column;
    double width; /* pixels */
    double height;
};
void put_chart(lxw_workbook *workbook, struct sheet *sheet, const struct chart_plan *plan);

#endif
