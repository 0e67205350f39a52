/* page.c -- the frame of a sheet, the same on all of them */
#include "book/page.h"

#include "base/labels.h"
#include "base/width.h"
#include "book/inside.h"

#include <stdio.h>
#include <string.h>

/* The way back stands where no title reaches, and stays in sight above the frozen panes. */
enum { BACK_COLUMN = 3 };

void page_title(struct sheet *sheet, const char *title, const char *subtitle)
{
    if (!strcmp(title, sheet->kind))
        put_verbatim(sheet, 0, 0, STYLE_TITLE, sheet->title);
    else
        put_text(sheet, 0, 0, STYLE_TITLE, title);
    put_text(sheet, 1, 0, STYLE_SUBTITLE, subtitle);
    if (strcmp(sheet->kind, "Summary") != 0)
        put_link(sheet, 0, BACK_COLUMN, "Summary");
    set_height(sheet, 0, 24);
}

const char *header_text(const char *title, const char *unit, char buffer[HEADER_BYTES])
{
    if (unit && *unit)
        snprintf(buffer, HEADER_BYTES, "%s (%s)", title, unit);
    else
        copy_text(buffer, HEADER_BYTES, title);
    return buffer;
}

/* Words and unit are said apart, so that neither depends on the other. */
static const char *said_header(const struct sheet *sheet, const struct table_column *column,
                               char buffer[HEADER_BYTES])
{
    char text[LABEL_BYTES];
    const struct dress_row *dress =
        dress_column(sheet->dress, sheet->kind, column->title, column->unit);
    const char *title =
        dress && *dress->title ? dress->title : labels_text(sheet->labels, column->title, text);
    const char *unit = labels_word(sheet->labels, column->unit);
    const bool breaks = title != column->title && unit && *unit;
    header_text(title, unit, buffer);
    char *bracket = breaks ? strrchr(buffer, '(') : NULL;
    if (bracket > buffer && (double)width_of_text(buffer) > column->width)
        bracket[-1] = '\n'; /* or a bracket stands alone: Hangul is broken anywhere */
    return buffer;
}

void table_titles(struct sheet *sheet, uint32_t row, const struct table_column *columns,
                  size_t count)
{
    char buffer[HEADER_BYTES];
    double lines = 1;
    for (size_t i = 0; i < count; i++) {
        const char *text = said_header(sheet, &columns[i], buffer);
        double needed = (double)width_of_text(text) / (columns[i].width * 0.78) +
                        (strchr(text, '\n') && !strchr(columns[i].title, '\n'));
        lines = needed > lines ? needed : lines;
    }
    lines = lines > 5 ? 5 : (double)(int)(lines + 0.999);
    if (!sheet->lists || row == 0)
        set_height(sheet, row, 6 + 13 * lines);
    for (size_t i = 0; i < count; i++)
        put_verbatim(sheet, row, (uint16_t)i, STYLE_HEADER,
                     said_header(sheet, &columns[i], buffer));
}

bool column_is_hidden(const struct sheet *sheet, const struct table_column *column)
{
    const struct dress_row *dress =
        dress_column(sheet->dress, sheet->kind, column->title, column->unit);
    return dress && dress->show == SHOW_HIDDEN;
}

void table_header(struct sheet *sheet, uint32_t row, const struct table_column *columns,
                  size_t count)
{
    for (size_t i = 0; i < count; i++) {
        lxw_row_col_options options = {.hidden = column_is_hidden(sheet, &columns[i])};
        worksheet_set_column_opt(sheet->worksheet, (uint16_t)i, (uint16_t)i, columns[i].width, NULL,
                                 &options);
    }
    table_titles(sheet, row, columns, count);
}

void put_paragraph(struct sheet *sheet, uint32_t row, uint16_t last, double width, const char *text)
{
    char buffer[LABEL_BYTES];
    const char *said = labels_text(sheet->labels, text, buffer);
    set_height(sheet, row, 5 + LINE_POINTS * (double)text_lines(said, width * 1.05));
    put_across(sheet, row, 0, last, STYLE_PARAGRAPH, text);
}

/* `&` begins a code in page headers, so it is doubled. At most 255 characters in all. */
static void set_page_texts(const struct book *book, struct sheet *sheet)
{
    char title[96];
    char doubled[2 * sizeof title];
    char text[255];
    size_t used = 0;
    copy_text(title, sizeof title, labels_word(sheet->labels, book->options.title));
    for (const char *s = safe_text(title, sheet->scratch); *s && used + 2 < sizeof doubled; s++) {
        doubled[used++] = *s;
        if (*s == '&')
            doubled[used++] = '&';
    }
    doubled[used] = '\0';
    snprintf(text, sizeof text, "&L&8 %s&R&8 &A", doubled);
    worksheet_set_header(sheet->worksheet, text);
    snprintf(text, sizeof text, "&L&8 gpuplan %.40s&R&8 %.80s", book->options.version,
             labels_word(sheet->labels, "Page &P of &N"));
    worksheet_set_footer(sheet->worksheet, text);
}

void page_setup(const struct book *book, struct sheet *sheet, const struct print_setup *setup)
{
    lxw_worksheet *ws = sheet->worksheet;
    worksheet_set_landscape(ws);
    worksheet_set_paper(ws, 9); /* A4 */
    worksheet_set_margins(ws, 0.3, 0.3, 0.6, 0.6);
    worksheet_fit_to_pages(ws, setup->pages ? setup->pages : 1, 0);
    /* not both: Gnumeric warns of print titles that have both rows and columns */
    if (setup->names)
        worksheet_repeat_columns(ws, 0, 0);
    else
        worksheet_repeat_rows(ws, setup->header_row, setup->header_row);
    worksheet_print_area(ws, 0, 0, setup->last_row, setup->last_column);
    worksheet_freeze_panes(ws, setup->header_row + 1, setup->frozen_columns);
    worksheet_gridlines(ws, sheet->lists ? LXW_SHOW_SCREEN_GRIDLINES : LXW_HIDE_ALL_GRIDLINES);
    worksheet_set_default_row(ws, ROW_POINTS, LXW_FALSE);
    worksheet_set_zoom(ws, setup->zoom ? setup->zoom : 100);
    set_page_texts(book, sheet);
}

bool table_heading(const struct table_column *columns, size_t count, size_t i,
                   struct heading *heading)
{
    if (i >= count)
        return false;
    *heading = (struct heading){columns[i].title, columns[i].unit};
    return true;
}

double table_width(const struct table_column *columns, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += columns[i].width;
    return sum;
}
