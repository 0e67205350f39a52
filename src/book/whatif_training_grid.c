/* whatif_training_grid.c -- the searches of What-if training as sheets: columns, cells, terms */
#include "book/whatif_training.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { COLUMN_WIDTH = 15, SMALL = 10, NARROW = 8 };

/* --- terms --- */

bool term_trains(const struct term *term)
{
    return term->phases & (1u << PHASE_FORWARD_END | 1u << PHASE_BACKWARD |
                           1u << PHASE_BACKWARD_END | 1u << PHASE_STEP);
}

static bool is_letter(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

bool term_names(const struct term *term, const char *letter)
{
    size_t length = strlen(letter);
    for (const char *at = strstr(term->formula, letter); at; at = strstr(at + 1, letter))
        if ((at == term->formula || !is_letter(at[-1])) && !is_letter(at[length]))
            return true;
    return false;
}

static const char *const of_stage[] = {"i_1", "i_p", "s_l", "s_x", "s_f", "i_3", NULL};
static const char *const of_split[] = {"i_2",   "l_in",  "N_vg", "N_gd", "N_gx", "N_gpu",
                                       "N_adp", "N_cpy", "i_w",  "Y",    "n",    "z_g",
                                       "z_o",   "D",     "p",    NULL};

const char *term_factor(const struct term *term, char factor[8])
{
    for (const char *const *letter = of_stage; *letter; letter++) {
        size_t length = strlen(*letter);
        if (!strncmp(term->formula, *letter, length) && !strncmp(term->formula + length, " * ", 3))
            return copy_text(factor, 8, *letter), factor;
    }
    return copy_text(factor, 8, ""), factor;
}

enum term_level term_level(const struct term *term)
{
    char factor[8];
    term_factor(term, factor);
    for (const char *const *letter = of_split; *letter; letter++)
        if (term_names(term, *letter))
            return TERM_OF_SPLIT;
    for (const char *const *letter = of_stage; *letter; letter++)
        if (term_names(term, *letter) && strcmp(*letter, factor) != 0)
            return TERM_OF_SPLIT;
    return TERM_OF_WAY;
}

/* --- columns --- */

void tuned_add(struct tuned_column *columns, size_t *count, struct tuned_column column)
{
    if (*count < TUNED_COLUMNS_MOST)
        columns[(*count)++] = column;
}

static int named(const struct tuned_column *columns, size_t count, const char *symbol,
                 size_t length, int stage)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(columns[i].symbol) == length && !strncmp(columns[i].symbol, symbol, length) &&
            (!columns[i].stage || columns[i].stage == stage))
            return (int)i;
    return -1;
}

int tuned_column_of(const struct tuned_column *columns, size_t count, const char *symbol, int stage)
{
    size_t length = strlen(symbol);
    int found = named(columns, count, symbol, length, stage);
    if (found < 0 && length > 1 && (symbol[length - 1] == '1' || symbol[length - 1] == '2'))
        found = named(columns, count, symbol, length - 1, symbol[length - 1] - '0');
    return found;
}

void tuned_cell(const char *sheet, int column, size_t row, char cell[CELL_NAME_BYTES])
{
    char name[LXW_MAX_CELL_NAME_LENGTH];
    lxw_rowcol_to_cell_abs(name, GRID_ROW + (uint32_t)row, (lxw_col_t)column, 0, 1);
    snprintf(cell, CELL_NAME_BYTES, sheet ? "'%s'!%s" : "%s%s", sheet ? sheet : "", name);
}

/* --- the sheet --- */

struct spot {
    const struct tuned_grid *grid;
    size_t row;
    const struct tuned_column *column;
};

static bool find_cell(const void *context, const char *symbol, char cell[CELL_NAME_BYTES])
{
    const struct spot *spot = context;
    const struct tuned_grid *grid = spot->grid;
    int column = tuned_column_of(grid->columns, grid->count, symbol, spot->column->stage);
    if (column < 0)
        return grid->find(grid->w, spot->row, spot->column, symbol, cell) ||
               whatif_cell(grid->w, symbol, cell);
    tuned_cell(NULL, column, spot->row, cell);
    return true;
}

static enum style style_of(const struct tuned_column *column)
{
    if (!column->formula)
        return STYLE_STRONG;
    if (!strcmp(column->unit, "GiB"))
        return STYLE_GIB;
    return strcmp(column->unit, "bytes") ? STYLE_NUMBER : STYLE_COUNT;
}

static void put_row(const struct tuned_grid *grid, struct sheet *sheet, size_t row)
{
    for (size_t i = 0; i < grid->count; i++) {
        const struct tuned_column *c = &grid->columns[i];
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

void tuned_put(const struct tuned_grid *grid, struct sheet *sheet)
{
    struct table_column looks[TUNED_COLUMNS_MOST];
    for (size_t i = 0; i < grid->count; i++) {
        const struct tuned_column *c = &grid->columns[i];
        bool narrow = !c->formula || !strcmp(c->unit, "GiB");
        looks[i] =
            (struct table_column){c->title, c->unit, narrow ? NARROW : COLUMN_WIDTH, STYLE_COUNT};
    }
    table_header(sheet, GRID_HEADER_ROW, looks, grid->count);
    for (size_t row = 0; row < grid->rows; row++)
        put_row(grid, sheet, row);
}
