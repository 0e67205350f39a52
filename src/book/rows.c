/* rows.c -- rows to blocks: one ends with the row that fills it, wherever threads stand */
#include "book/rows.h"

struct rows *rows_open(struct arena *arena, struct press *press, lxw_worksheet *worksheet,
                       lxw_format *const *formats)
{
    struct rows *rows = arena_take(arena, sizeof *rows);
    *rows = (struct rows){.press = press, .worksheet = worksheet, .formats = formats};
    for (int i = 0; i < STYLE_KINDS; i++)
        rows->numbers[i] = -1;
    return rows;
}

static bool begin_row(struct rows *rows, uint32_t row, double points)
{
    if (rows->count && row <= rows->row)
        return false;
    if (rows->cells.length >= ROWS_BLOCK_BYTES)
        press_add(rows->press, &rows->cells, &rows->spool);
    if (row < rows->worksheet->dim_rowmin)
        rows->worksheet->dim_rowmin = row;
    rows->worksheet->dim_rowmax = row;
    rows->count++;
    rows->row = row;
    rows->column = 0;
    cells_row(&rows->cells, row, points);
    return true;
}

bool rows_height(struct rows *rows, uint32_t row, double points)
{
    return begin_row(rows, row, points);
}

/* As the library keeps it, for the range that it writes. */
static void widen(lxw_worksheet *worksheet, uint16_t column)
{
    if (column < worksheet->dim_colmin)
        worksheet->dim_colmin = column;
    if (column > worksheet->dim_colmax)
        worksheet->dim_colmax = column;
}

bool rows_place(struct rows *rows, uint32_t row, uint16_t column, enum style style,
                struct cell_at *cell)
{
    bool is_new = !rows->count || row != rows->row;
    if (is_new && !begin_row(rows, row, rows->points))
        return false;
    if (column < rows->column)
        return false;
    if (rows->numbers[style] < 0)
        rows->numbers[style] = lxw_format_get_xf_index(rows->formats[style]);
    rows->column = column + UINT32_C(1);
    widen(rows->worksheet, column);
    *cell = (struct cell_at){column, (uint16_t)rows->numbers[style]};
    return true;
}

void rows_end(struct rows *rows)
{
    if (rows->cells.length)
        press_add(rows->press, &rows->cells, &rows->spool);
}

void rows_close(struct rows *rows)
{
    bytes_free(&rows->cells);
    spool_close(&rows->spool);
}
