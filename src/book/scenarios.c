/* scenarios.c -- the Scenarios sheets: every result, every column, written as they come */
#include "book/inside.h"

#include "book/capacity.h"
#include "book/search.h"
#include "core/demand.h"

#include <math.h>
#include <string.h>

enum {
    FROZEN_COLUMNS = 4,
    CARRIED_WIDTH = 16,
    NOW_WIDTH = 12,
    PAGES_WIDE = 4,
    ROWS_PER_SHEET = BOOK_SHEET_ROWS
};

static const enum style styles[] = {
    [RESULT_TEXT] = STYLE_ROW_TEXT, [RESULT_COUNT] = STYLE_ROW_COUNT, [RESULT_GIB] = STYLE_ROW_GIB,
    [RESULT_GB] = STYLE_ROW_GIB,    [RESULT_RATE] = STYLE_ROW_GIB,    [RESULT_USD] = STYLE_ROW_USD,
    [RESULT_KW] = STYLE_ROW_GIB};

/* Results that go to Scenarios sheet `index`. */
static uint64_t rows_of(const struct book *book, size_t index)
{
    if (book->options.lists_later)
        return book->list.rows;
    uint64_t before = (uint64_t)index * ROWS_PER_SHEET;
    uint64_t left = book->options.scenarios > before ? book->options.scenarios - before : 0;
    return left < ROWS_PER_SHEET ? left : ROWS_PER_SHEET;
}

uint32_t scenarios_header(const struct book *book)
{
    return book->list.note ? 1 : 0;
}

bool scenarios_are_cut(const struct book *book)
{
    const struct tally *t = &book->tally;
    return book->options.lists_later ? book->list.is_cut : t->written < t->results;
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

static struct table_column *columns_of(struct book *book, size_t *count)
{
    size_t most = book->result_count + book->carried + 1u;
    struct table_column *columns = arena_array(&book->arena, most, sizeof *columns);
    size_t at = 0;
    for (; at < book->result_count; at++) {
        const struct result_column *c = book->results[at];
        columns[at] = (struct table_column){c->title, c->unit, c->width + 2, styles[c->kind]};
    }
    for (size_t i = 0; i < book->carried; i++)
        columns[at++] =
            (struct table_column){book->options.carried[i], "", CARRIED_WIDTH, STYLE_ROW_TEXT};
    if (book_rows_are_live(book))
        columns[at++] = (struct table_column){"Now", "", NOW_WIDTH, STYLE_ROW_TEXT};
    *count = at;
    return columns;
}

/* Of rows that are known at the end, the sheet is begun when they are. */
void scenarios_begin(struct book *book, struct sheet *sheet, size_t index)
{
    size_t count = 0;
    uint32_t top = scenarios_header(book);
    if (!index)
        book->scenarios = sheet;
    if (book->options.lists_later && !top)
        return;
    if (!book->results)
        choose_columns(book);
    struct table_column *columns = columns_of(book, &count);
    uint32_t last_row = top + (uint32_t)rows_of(book, index);
    uint16_t last_column = (uint16_t)(count - 1);
    struct print_setup setup = {.last_row = last_row,
                                .last_column = last_column,
                                .header_row = top,
                                .frozen_columns = FROZEN_COLUMNS,
                                .pages = PAGES_WIDE,
                                .zoom = 90};
    if (top)
        put_text(sheet, 0, 0, STYLE_WARNING, book->list.note);
    /* before the header row, which is gone once the next one begins */
    worksheet_autofilter(sheet->worksheet, top, 0, last_row, last_column);
    page_setup(book, sheet, &setup);
    table_header(sheet, top, columns, count);
}

/* Our words; the other texts are ids and the user's own. */
static bool is_spoken(const struct result_column *column)
{
    static const char *const spoken[] = {"status", "limit",     "mode",        "estimate",
                                         "tuning", "recompute", "speed_basis", "rent_term",
                                         "loss",   "phase",     "note"};
    for (size_t i = 0; i < sizeof spoken / sizeof *spoken; i++)
        if (!strcmp(spoken[i], column->name))
            return true;
    return false;
}

static enum style text_style(const struct result *result, const struct result_column *column)
{
    static const enum style by_status[] = {STYLE_ROW_TEXT, STYLE_BAD, STYLE_UNSUPPORTED};
    return strcmp(column->name, "status") ? STYLE_ROW_TEXT : by_status[result->answer->status];
}

/* --- what the levers move: the total of its terms, what may be used, and whether it holds --- */

struct spot {
    const struct book *book;
    uint32_t row;
    int capacity;
};

static const char *const shown[][2] = {
    {"weights", "weights_gib"},     {"cache", "kv_cache_gib"},  {"gradients", "gradients_gib"},
    {"optimizer", "optimizer_gib"}, {"act", "activations_gib"}, {"over", "overhead_gib"},
    {"total", "total_gib"},         {"usable", "usable_gib"}};
enum { SHOWN = sizeof shown / sizeof *shown };

/* Where the column of results stands here; false: it was left out. */
static bool place_of(const struct book *book, const char *name, uint16_t *column)
{
    for (*column = 0; *column < book->result_count; ++*column)
        if (!strcmp(book->results[*column]->name, name))
            return true;
    return false;
}

/* Rows are live where all that their formulas refer to is there. */
static bool has_terms(const struct book *book)
{
    uint16_t column;
    for (size_t i = 0; i < SHOWN; i++)
        if (!place_of(book, shown[i][1], &column))
            return false;
    return true;
}

static bool find_cell(const void *context, const char *name, char cell[CELL_NAME_BYTES])
{
    const struct spot *spot = context;
    uint16_t column;
    for (size_t i = 0; i < SHOWN; i++) {
        if (!strcmp(shown[i][0], name) && place_of(spot->book, shown[i][1], &column)) {
            lxw_rowcol_to_cell(cell, spot->row, column);
            return true;
        }
    }
    copy_text(cell, CELL_NAME_BYTES, name);
    return !strncmp(name, "plan_", 5) || capacity_cell(spot->capacity, name, cell);
}

/* The formula of a column; NULL: it is a value. */
static const char *live_column(const struct result_column *column)
{
    if (!strcmp(column->name, "total_gib"))
        return "SUM(weights, cache, gradients, optimizer, act, over)";
    return strcmp(column->name, "usable_gib") ? NULL : CAPACITY_USABLE;
}

/* Growth moves the cache, which is a value here. */
static const char *now_formula(const struct result *result)
{
    const struct request *r = &result->scenario->request;
    if (demands_of(r) || result->answer->status != STATUS_OK)
        return "IF(plan_same = 1, \"" STATUS_PLANNED "\", \"" STATUS_REPLAN "\")";
    return r->optimizer ? "IF(total > usable, \"" STATUS_REPLAN "\", \"" STATUS_PLANNED "\")"
                        : "IF(OR(total > usable, NOT(plan_growth = 1)), \"" STATUS_REPLAN
                          "\", \"" STATUS_PLANNED "\")";
}

static void put_live(const struct spot *spot, struct sheet *sheet, uint16_t column,
                     const char *formula, const struct result_value *value)
{
    char text[LIVE_BYTES];
    if (!live_text(formula, find_cell, spot, text))
        sheet->refused++;
    else if (value)
        put_signed_formula(sheet, spot->row, column, STYLE_ROW_GIB, text, value->number);
    else
        put_text_formula(sheet, spot->row, column, STYLE_ROW_TEXT, text, STATUS_PLANNED);
}

/* Placed by the detailed method, in a book whose rows are live; CAPACITY_NONE: its row is not. */
static int capacity_of(struct book *book, const struct result *result)
{
    const struct request *r = &result->scenario->request;
    bool live = book_rows_are_live(book) && r->estimate == ESTIMATE_DETAILED &&
                result->answer->placed && result->answer->status != STATUS_UNSUPPORTED;
    return live ? capacity_take(book, r) : CAPACITY_NONE;
}

void scenarios_add(struct book *book, const struct result *result)
{
    uint64_t at = book->tally.written;
    if (at / ROWS_PER_SHEET >= book->scenario_sheets)
        return;
    struct sheet *sheet = book->scenarios + at / ROWS_PER_SHEET;
    uint32_t row = (uint32_t)(at % ROWS_PER_SHEET) + scenarios_header(book) + 1;
    uint16_t column = 0;
    struct spot spot = {book, row, capacity_of(book, result)};
    bool live = spot.capacity != CAPACITY_NONE && has_terms(book);
    for (size_t i = 0; i < book->result_count; i++, column++) {
        const struct result_column *c = book->results[i];
        struct result_value value = c->value(result);
        const char *formula = live ? live_column(c) : NULL;
        if (formula)
            put_live(&spot, sheet, column, formula, &value);
        else if (value.text && *value.text && is_spoken(c))
            put_text(sheet, row, column, text_style(result, c), value.text);
        else if (value.text && *value.text)
            put_verbatim(sheet, row, column, STYLE_ROW_TEXT, value.text);
        else if (!value.text && value.number >= 0 && isfinite(value.number))
            put_number(sheet, row, column, styles[c->kind], value.number);
    }
    size_t from = 0;
    for (size_t i = 0; i < book->carried; i++, column++) {
        const char *text = matrix_carried(result->scenario->row, book->options.carried[i], &from);
        if (*text)
            put_verbatim(sheet, row, column, STYLE_ROW_TEXT, text);
    }
    if (live)
        put_live(&spot, sheet, column, now_formula(result), NULL);
    book->tally.written++;
}
