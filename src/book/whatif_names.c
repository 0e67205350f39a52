/* whatif_names.c -- symbols of the formulas to names of the workbook and ranges */
#include "book/whatif.h"

#include <stdio.h>
#include <string.h>

/* Names do not tell f from F: these have another letter that differs in case only. */
static const char *plain_name(const char *symbol)
{
    static const char *const plain[][2] = {{"F", "F_growing"}, {"E", "experts"}, {"K", "K_bytes"},
                                           {"A", "A_bytes"},   {"P", "P_all"},   {"D", "D_ways"}};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (!strcmp(symbol, plain[i][0]))
            return plain[i][1];
    return symbol;
}

void whatif_name(const struct whatif *w, struct sheet *sheet, const char *name, const char *range)
{
    char full[64];
    char formula[CELL_NAME_BYTES + 1] = "=";
    snprintf(full, sizeof full, "%s%.50s", w->kind->prefix, plain_name(name));
    copy_text(formula + 1, CELL_NAME_BYTES, range);
    put_defined_name(w->book->workbook, sheet, full, formula);
}

static bool is_quantity(const struct quantity_list *list, const char *symbol)
{
    for (size_t i = 0; list && i < list->count; i++)
        if (list->lines[i].symbol && live_is(list->lines[i].symbol, symbol))
            return true;
    return false;
}

static bool is_choice(const struct whatif_kind *kind, const char *symbol)
{
    for (size_t i = 0; i < kind->choice_count; i++)
        if (live_is(kind->choices[i].symbol, symbol))
            return true;
    return false;
}

static bool is_datum(const struct whatif_kind *kind, const char *symbol)
{
    for (size_t i = 0; i < kind->data->count; i++)
        if (live_is(kind->data->items[i].symbol, symbol))
            return true;
    return false;
}

static bool begins(const char *symbol, const char *with)
{
    return !strncmp(symbol, with, strlen(with));
}

static bool is_range(const char *symbol)
{
    static const char *const others[] = {"table_run", "run_from", "run_gib", "terms_before"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (live_is(others[i], symbol))
            return true;
    return begins(symbol, "list_") || begins(symbol, "col_") || begins(symbol, "of_");
}

static bool is_named(const struct whatif_kind *kind, const char *symbol)
{
    return is_range(symbol) || is_datum(kind, symbol) || is_choice(kind, symbol) ||
           is_quantity(kind->positions, symbol) || is_quantity(kind->rest, symbol) ||
           is_quantity(kind->placed, symbol) || is_quantity(kind->answers, symbol);
}

bool whatif_cell(const struct whatif *w, const char *symbol, char cell[CELL_NAME_BYTES])
{
    size_t length = strlen(symbol);
    char base[64];
    if (begins(symbol, "all_") || begins(symbol, "each_") || begins(symbol, "by_"))
        return w->kind->range(w, symbol, cell);
    copy_text(base, sizeof base, symbol);
    if (length > 2 && length < sizeof base && !strcmp(symbol + length - 2, "_0"))
        base[length - 2] = '\0'; /* as released */
    if (!is_named(w->kind, base))
        return false;
    snprintf(cell, CELL_NAME_BYTES, "%s%s", w->kind->prefix, plain_name(symbol));
    return true;
}

bool whatif_range(const char *sheet, int column, size_t rows, char range[CELL_NAME_BYTES])
{
    char from[LXW_MAX_CELL_NAME_LENGTH];
    char to[LXW_MAX_CELL_NAME_LENGTH];
    if (column < 0)
        return false;
    lxw_rowcol_to_cell_abs(from, GRID_ROW, (lxw_col_t)column, 1, 1);
    lxw_rowcol_to_cell_abs(to, GRID_ROW + (uint32_t)rows - 1, (lxw_col_t)column, 1, 1);
    snprintf(range, CELL_NAME_BYTES, "'%s'!%s:%s", sheet, from, to);
    return true;
}
