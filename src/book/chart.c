/* chart.c -- the one kind of chart: bars in the order of the rows, lying or upright
 *
 * In the library a lying bar chart's x axis carries the values, and its y axis the categories. */
#include "book/chart.h"

#include "base/labels.h"
#include "book/format.h"

#include <math.h>
#include <stdlib.h>

enum { SERIES_LOOKS = 8, DEFAULT_WIDTH = 480, DEFAULT_HEIGHT = 288 };

/* Okabe-Ito colours, dark to light by turns, every other one with a pattern. */
static const struct series_look {
    lxw_color_t fill;
    lxw_color_t ground;
    uint8_t pattern;
} looks[SERIES_LOOKS] = {
    {0x0072B2, 0x0072B2, LXW_CHART_PATTERN_NONE},
    {0xE69F00, 0xFFFFFF, LXW_CHART_PATTERN_WIDE_UPWARD_DIAGONAL},
    {0x009E73, 0x009E73, LXW_CHART_PATTERN_NONE},
    {0xD55E00, 0xFFFFFF, LXW_CHART_PATTERN_DARK_HORIZONTAL},
    {0x56B4E9, 0x56B4E9, LXW_CHART_PATTERN_NONE},
    {0x555555, 0xFFFFFF, LXW_CHART_PATTERN_SMALL_GRID},
    {0xBFBFBF, 0xFFFFFF, LXW_CHART_PATTERN_DOTTED_GRID},
    {0xCC79A7, 0xCC79A7, LXW_CHART_PATTERN_NONE},
};

static char *font_of(const struct sheet *sheet)
{
    return (char *)labels_word(sheet->labels, BOOK_FONT);
}

static void set_look(lxw_chart_series *series, const struct series_look *look)
{
    lxw_chart_line line = {.color = 0x404040, .width = 0.5};
    if (look->pattern) {
        lxw_chart_pattern pattern = {
            .fg_color = look->fill, .bg_color = look->ground, .type = look->pattern};
        chart_series_set_pattern(series, &pattern);
    } else {
        lxw_chart_fill fill = {.color = look->fill};
        chart_series_set_fill(series, &fill);
    }
    chart_series_set_line(series, &line);
}

/* The library knows the values of literal cells only and would keep zeros for formulas, which
 * viewers that do not calculate then draw. It frees the points. */
static void fill_cache(struct sheet *sheet, lxw_series_range *range, const double *values,
                       size_t count)
{
    range->ignore_cache = LXW_TRUE;
    for (size_t i = 0; i < count; i++) {
        lxw_series_data_point *point = calloc(1, sizeof *point);
        if (!point) {
            sheet->refused++;
            return;
        }
        if (!isfinite(values[i]))
            point->no_data = LXW_TRUE;
        point->number = values[i];
        STAILQ_INSERT_TAIL(range->data_cache, point, list_pointers);
        range->num_data_points++;
    }
}

static void add_series(lxw_chart *chart, struct sheet *sheet, const struct chart_plan *plan,
                       size_t at)
{
    lxw_chart_font small = {.name = font_of(sheet), .size = 8};
    uint16_t column = plan->columns[at];
    lxw_chart_series *series = chart_add_series(chart, NULL, NULL);
    chart_series_set_categories(series, sheet->title, plan->first, plan->category, plan->last,
                                plan->category);
    chart_series_set_values(series, sheet->title, plan->first, column, plan->last, column);
    chart_series_set_name_range(series, sheet->title, plan->header_row, column);
    if (plan->values)
        fill_cache(sheet, series->values, plan->values[at], plan->last - plan->first + 1);
    set_look(series, &looks[(plan->looks ? plan->looks[at] : at) % SERIES_LOOKS]);
    if (plan->labels) {
        chart_series_set_labels(series);
        chart_series_set_labels_font(series, &small);
    }
}

static void set_axes(lxw_chart *chart, const struct sheet *sheet, const struct chart_plan *plan)
{
    lxw_chart_font small = {.name = font_of(sheet), .size = 9};
    lxw_chart_line faint = {.color = 0xD9D9D9, .width = 0.5};
    char text[LABEL_BYTES];
    lxw_chart_axis *value = plan->upright ? chart->y_axis : chart->x_axis;
    lxw_chart_axis *category = plan->upright ? chart->x_axis : chart->y_axis;
    chart_axis_set_name(value, labels_text(sheet->labels, plan->value_title, text));
    chart_axis_set_name(category, labels_text(sheet->labels, plan->category_title, text));
    chart_axis_set_name_font(value, &small);
    chart_axis_set_name_font(category, &small);
    chart_axis_set_num_font(value, &small);
    chart_axis_set_num_font(category, &small);
    if (!plan->upright) {
        chart_axis_set_reverse(category);      /* the first row on top, */
        chart_axis_set_crossing_max(category); /* and the values below the last */
    }
    if (!plan->tornado)
        chart_axis_set_num_format(value, "[>=1000]#,##0;General");
    if (plan->tornado)
        chart_axis_set_label_position(category, LXW_CHART_AXIS_LABEL_POSITION_LOW);
    else
        chart_axis_set_min(value, 0);
    chart_axis_major_gridlines_set_line(value, &faint);
}

void put_chart(lxw_workbook *workbook, struct sheet *sheet, const struct chart_plan *plan)
{
    char text[LABEL_BYTES];
    lxw_chart_font heading = {.name = font_of(sheet), .size = 11, .bold = LXW_TRUE};
    lxw_chart_font small = {.name = font_of(sheet), .size = 9};
    lxw_chart *chart = workbook_add_chart(workbook, plan->upright   ? LXW_CHART_COLUMN
                                                    : plan->stacked ? LXW_CHART_BAR_STACKED
                                                                    : LXW_CHART_BAR);
    for (size_t i = 0; i < plan->column_count; i++)
        add_series(chart, sheet, plan, i);
    set_axes(chart, sheet, plan);
    chart_title_set_name(chart, labels_text(sheet->labels, plan->title, text));
    chart_title_set_name_font(chart, &heading);
    chart_legend_set_position(chart, LXW_CHART_LEGEND_BOTTOM);
    chart_legend_set_font(chart, &small);
    chart_set_series_gap(chart, 60);
    if (plan->tornado)
        chart_set_series_overlap(chart, 100);
    lxw_chart_options options = {.x_offset = 4,
                                 .y_offset = 4,
                                 .x_scale = plan->width / DEFAULT_WIDTH,
                                 .y_scale = plan->height / DEFAULT_HEIGHT,
                                 .description =
                                     (char *)labels_text(sheet->labels, plan->alt_text, text)};
    if (worksheet_insert_chart_opt(sheet->worksheet, plan->at_row, plan->at_column, chart,
                                   &options))
        sheet->refused++;
}
