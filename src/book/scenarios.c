/* scenarios.c -- the Scenarios sheets: every result, every column, written as they come */
#include "book/inside.h"

#include <math.h>
#include <string.h>

enum { FROZEN_COLUMNS = 4, CARRIED_WIDTH = 16, PAGES_WIDE = 4, ROWS_PER_SHEET = SHEET_ROWS - 1 };

static const enum style styles[] = {
    [RESULT_TEXT] = STYLE_ROW_TEXT, [RESULT_COUNT] = STYLE_ROW_COUNT, [RESULT_GIB] = STYLE_ROW_GIB,
    [RESULT_GB] = STYLE_ROW_GIB,    [RESULT_RATE] = STYLE_ROW_GIB,    [RESULT_USD] = STYLE_ROW_USD,
    [RESULT_KW] = STYLE_ROW_GIB};

/* Results that go to Scenarios sheet `index`. */
static uint64_t rows_of(const struct book *book, size_t index)
{
    uint64_t before = (uint64_t)index * ROWS_PER_SHEET;
    uint64_t left = book->options.scenarios > before ? book->options.scenarios - before : 0;
    return left < ROWS_PER_SHEET ? left : ROWS_PER_SHEET;
}

bool scenarios_column(size_t i, struct heading *heading)
{
    if (i >= result_column_count)
        return false;
    *heading = (struct heading){result_columns[i].title, result_columns[i].unit};
    return true;
}

/* The rows of the dress decide, in their order; what they don't name follows. */
static void choose_columns(struct book *book)
{
    const struct dress *d = book->options.dress;
    bool *taken = arena_array(&book->arena, result_column_count, sizeof *taken);
    book->results = arena_array(&book->arena, result_column_count, sizeof(struct result_column *));
    for (size_t i = 0; d && i < d->count; i++) {
        const struct dress_row *row = &d->rows[i];
        for (size_t j = 0; *row->column && j < result_column_count; j++) {
            struct heading heading = {result_columns[j].title, result_columns[j].unit};
            if (taken[j] || strcmp(row->sheet, "Scenarios") != 0 ||
                !heading_is(&heading, row->column))
                continue;
            taken[j] = true;
            if (row->show != SHOW_NO)
                book->results[book->result_count++] = &result_columns[j];
        }
    }
    for (size_t j = 0; j < result_column_count; j++)
        if (!taken[j])
            book->results[book->result_count++] = &result_columns[j];
}

void scenarios_begin(struct book *book, struct sheet *sheet, size_t index)
{
    struct table_column columns[256];
    size_t count = 0;
    if (!book->results)
        choose_columns(book);
    for (; count < book->result_count && count < 192; count++) {
        const struct result_column *c = book->results[count];
        columns[count] = (struct table_column){c->title, c->unit, c->width + 2, styles[c->kind]};
    }
    for (size_t i = 0; i < book->carried; i++)
        columns[count++] =
            (struct table_column){book->options.carried[i], "", CARRIED_WIDTH, STYLE_ROW_TEXT};
    uint32_t last_row = (uint32_t)rows_of(book, index);
    uint16_t last_column = (uint16_t)(count - 1);
    struct print_setup setup = {.last_row = last_row,
                                .last_column = last_column,
                                .frozen_columns = FROZEN_COLUMNS,
                                .pages = PAGES_WIDE,
                                .zoom = 90};
    if (!index)
        book->scenarios = sheet;
    /* before the header row, which is gone once the next one begins */
    worksheet_autofilter(sheet->worksheet, 0, 0, last_row, last_column);
    page_setup(book, sheet, &setup);
    table_header(sheet, 0, columns, count);
}

static enum style text_style(const struct result *result, const struct result_column *column)
{
    static const enum style by_status[] = {STYLE_ROW_TEXT, STYLE_BAD, STYLE_UNSUPPORTED};
    return strcmp(column->name, "status") ? STYLE_ROW_TEXT : by_status[result->answer->status];
}

void scenarios_add(struct book *book, const struct result *result)
{
    uint64_t at = book->tally.written;
    if (at / ROWS_PER_SHEET >= book->scenario_sheets)
        return;
    struct sheet *sheet = book->scenarios + at / ROWS_PER_SHEET;
    uint32_t row = (uint32_t)(at % ROWS_PER_SHEET) + 1;
    uint16_t column = 0;
    for (size_t i = 0; i < book->result_count; i++, column++) {
        const struct result_column *c = book->results[i];
        struct result_value value = c->value(result);
        if (value.text && *value.text)
            put_text(sheet, row, column, text_style(result, c), value.text);
        else if (!value.text && value.number >= 0 && isfinite(value.number))
            put_number(sheet, row, column, styles[c->kind], value.number);
    }
    for (size_t i = 0; i < book->carried; i++, column++) {
        const char *text = matrix_text(result->scenario->row, book->options.carried[i]);
        if (*text)
            put_text(sheet, row, column, STYLE_ROW_TEXT, text);
    }
    book->tally.written++;
}
