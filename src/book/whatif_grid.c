/* whatif_grid.c -- a search as a sheet: its columns, and a row of cells for each layout or split */
#include "book/whatif.h"

#include <string.h>

enum { COLUMN_WIDTH = 15, SMALL = 10, NARROW = 11 };

/* --- columns --- */

void grid_add(struct grid_column *columns, size_t *count, struct grid_column column)
{
    if (*count < GRID_COLUMNS_MOST)
        columns[(*count)++] = column;
}

static int named(const struct grid_column *columns, size_t count, const char *symbol, size_t length,
                 int stage)
{
    for (size_t i = 0; i < count; i++)
        if (*columns[i].symbol == *symbol && !strncmp(columns[i].symbol, symbol, length) &&
            !columns[i].symbol[length] && (!columns[i].stage || columns[i].stage == stage))
            return (int)i;
    return -1;
}

int grid_column_of(const struct grid_column *columns, size_t count, const char *symbol, int stage)
{
    size_t length = strlen(symbol);
    int found = named(columns, count, symbol, length, stage);
    if (found < 0 && length > 1 && (symbol[length - 1] == '1' || symbol[length - 1] == '2'))
        found = named(columns, count, symbol, length - 1, symbol[length - 1] - '0');
    return found;
}

/* Nothing for the same sheet, else its name in quotes; returns the end. */
static char *put_sheet(char *to, const char *sheet)
{
    if (!sheet)
        return to;
    *to++ = '\'';
    while (*sheet)
        *to++ = *sheet++;
    *to++ = '\'';
    *to++ = '!';
    return to;
}

void grid_cell(const char *sheet, int column, size_t row, char cell[CELL_NAME_BYTES])
{
    live_place(put_sheet(cell, sheet), GRID_ROW + (uint32_t)row, (unsigned)column, false, true);
}

bool grid_row_range(const char *sheet, int from, int to, size_t row, char range[CELL_NAME_BYTES])
{
    uint32_t at = GRID_ROW + (uint32_t)row;
    char *end = live_place(put_sheet(range, sheet), at, (unsigned)from, false, true);
    *end++ = ':';
    live_place(end, at, (unsigned)to, false, true);
    return true;
}

bool grid_head(uint32_t row, int from, int to, char cell[CELL_NAME_BYTES])
{
    char *end = live_place(cell, row, (unsigned)from, true, to > 0);
    if (!to)
        return true;
    *end++ = ':';
    live_place(end, row, (unsigned)to, true, true);
    return true;
}

bool grid_block(const char *sheet, int from, int to, size_t rows, char range[CELL_NAME_BYTES])
{
    char *end = live_place(put_sheet(range, sheet), GRID_ROW, (unsigned)from, true, true);
    *end++ = ':';
    live_place(end, GRID_ROW + (uint32_t)rows - 1, (unsigned)to, true, true);
    return true;
}

/* --- the sheet --- */

struct spot {
    const struct grid *grid;
    size_t row;
    const struct grid_column *column;
};

static bool find_cell(const void *context, const char *symbol, char cell[CELL_NAME_BYTES])
{
    const struct spot *spot = context;
    const struct grid *grid = spot->grid;
    int column = grid_column_of(grid->columns, grid->count, symbol, spot->column->stage);
    if (column < 0)
        return grid->find(grid->w, spot->row, spot->column, symbol, cell) ||
               whatif_cell(grid->w, symbol, cell);
    grid_cell(NULL, column, spot->row, cell);
    return true;
}

static enum style style_of(const struct grid_column *column)
{
    if (!column->formula)
        return STYLE_STRONG;
    if (!strcmp(column->unit, "GiB"))
        return STYLE_GIB;
    return strcmp(column->unit, "bytes") ? STYLE_NUMBER : STYLE_COUNT;
}

static void put_row(const struct grid *grid, struct sheet *sheet, size_t row)
{
    for (size_t i = 0; i < grid->count; i++) {
        const struct grid_column *c = &grid->columns[i];
        struct spot spot = {grid, row, c};
        uint32_t at = GRID_ROW + (uint32_t)row;
        char text[LIVE_BYTES];
        if (grid->is_empty && grid->is_empty(grid->w, row, c))
            continue;
        double value = c->value ? c->value(grid->w, row, c->stage) : grid->letter(grid->w, row, c);
        if (!c->formula)
            put_number(sheet, at, (uint16_t)i, style_of(c), value);
        else if (live_text(c->formula, find_cell, &spot, text))
            put_signed_formula(sheet, at, (uint16_t)i, style_of(c), text, value);
        else
            sheet->refused++;
    }
}

void grid_put(const struct grid *grid, struct sheet *sheet)
{
    struct table_column looks[GRID_COLUMNS_MOST];
    for (size_t i = 0; i < grid->count; i++) {
        const struct grid_column *c = &grid->columns[i];
        bool narrow = !c->formula || !strcmp(c->unit, "GiB");
        looks[i] =
            (struct table_column){c->title, c->unit, narrow ? NARROW : COLUMN_WIDTH, STYLE_COUNT};
    }
    table_header(sheet, GRID_HEADER_ROW, looks, grid->count);
    for (size_t row = 0; row < grid->rows; row++)
        put_row(grid, sheet, row);
}

void grid_mark(struct sheet *sheet, int from, int to, uint32_t last, const char *rule)
{
    char text[256];
    lxw_conditional_format fits = {0};
    copy_text(text, sizeof text, rule);
    fits.type = LXW_CONDITIONAL_TYPE_FORMULA;
    fits.value_string = text;
    fits.format = sheet->formats[STYLE_GOOD];
    if (worksheet_conditional_format_range(sheet->worksheet, GRID_ROW, (lxw_col_t)from, last,
                                           (lxw_col_t)to, &fits))
        sheet->refused++;
}
