/* whatif_data.c -- the sheet of offers: what the letters of each offered catalog row are */
#include "book/whatif.h"

#include "core/support.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const struct letter *legend_find(const char *symbol)
{
    for (size_t i = 0; i < legend_count; i++)
        if (!strcmp(legend[i].symbol, symbol))
            return &legend[i];
    return NULL;
}

double legend_value(const struct letters *x, const char *symbol)
{
    const struct letter *l = legend_find(symbol);
    return l ? letter_value(x, l) : NAN;
}

double datum_value(const struct whatif *w, const struct datum *d, const struct pick *o)
{
    return d->value ? d->value(o, w->facts) : legend_value(&o->letters, d->symbol);
}

static uint16_t datum_column(const struct whatif *w, const struct datum *d)
{
    uint16_t column = 1;
    for (const struct datum *at = w->kind->data->items; at < d; at++)
        if (at->kind == d->kind)
            column++;
    return column;
}

static uint16_t columns_of(const struct whatif *w, enum offer_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < w->kind->data->count; i++)
        count += w->kind->data->items[i].kind == kind;
    return (uint16_t)count;
}

const struct pick *whatif_chosen(const struct whatif *w, enum offer_kind kind)
{
    const struct offer_table *table = &w->tables[kind];
    return &table->offers[table->chosen];
}

struct block {
    uint32_t row;
    size_t rows;
    uint16_t first;
    uint16_t last;
};

static void range_of(const struct whatif *w, struct block at, char range[CELL_NAME_BYTES])
{
    char from[LXW_MAX_CELL_NAME_LENGTH];
    char to[LXW_MAX_CELL_NAME_LENGTH];
    lxw_rowcol_to_cell_abs(from, at.row, at.first, 1, 1);
    lxw_rowcol_to_cell_abs(to, at.row + (uint32_t)at.rows - 1, at.last, 1, 1);
    snprintf(range, CELL_NAME_BYTES, "'%s'!%s:%s", w->kind->data_sheet, from, to);
}

static void name_block(const struct whatif *w, struct sheet *sheet, const char *name,
                       struct block at)
{
    char range[CELL_NAME_BYTES];
    range_of(w, at, range);
    whatif_name(w, sheet, name, range);
}

void datum_range(const struct whatif *w, const struct datum *d, char range[CELL_NAME_BYTES])
{
    const struct offer_table *table = &w->tables[d->kind];
    uint16_t column = datum_column(w, d);
    range_of(w, (struct block){table->row, table->count, column, column}, range);
}

/* --- the sheet --- */

enum { FIRST_ROW = 3, KEY_WIDTH = 40, NUMBER_WIDTH = 15 };

void whatif_place_data(struct whatif *w)
{
    uint32_t row = FIRST_ROW;
    for (int kind = 0; kind < OFFER_KINDS; kind++) {
        if (!w->tables[kind].count)
            continue;
        w->tables[kind].row = row + (row > FIRST_ROW ? 2 : 1);
        row = w->tables[kind].row + (uint32_t)w->tables[kind].count + 1;
    }
    w->runs_row = row + 2;
}

static void put_titles(const struct whatif *w, struct sheet *sheet, enum offer_kind kind)
{
    uint32_t row = w->tables[kind].row - 1;
    char text[256];
    set_height(sheet, row, 96);
    put_text(sheet, row, 0, STYLE_HEADER, w->kind->offers[kind].key);
    for (size_t i = 0; i < w->kind->data->count; i++) {
        const struct datum *d = &w->kind->data->items[i];
        const struct letter *l = legend_find(d->symbol);
        if (d->kind != kind)
            continue;
        snprintf(text, sizeof text, "%s: %s (%s)", d->symbol, d->meaning ? d->meaning : l->meaning,
                 d->unit ? d->unit : l->unit);
        put_text(sheet, row, datum_column(w, d), STYLE_HEADER, text);
    }
}

static void put_rows(const struct whatif *w, struct sheet *sheet, enum offer_kind kind)
{
    const struct offer_table *table = &w->tables[kind];
    for (size_t i = 0; i < table->count; i++) {
        uint32_t row = table->row + (uint32_t)i;
        put_verbatim(sheet, row, 0, STYLE_STRONG, table->offers[i].key);
        for (size_t j = 0; j < w->kind->data->count; j++) {
            const struct datum *d = &w->kind->data->items[j];
            if (d->kind == kind)
                put_signed(sheet, row, datum_column(w, d), STYLE_NUMBER,
                           datum_value(w, d, &table->offers[i]));
        }
    }
}

/* Whole columns have names where a formula looks for a line of its own. */
static void name_table(const struct whatif *w, struct sheet *sheet, enum offer_kind kind)
{
    const struct offer_table *table = &w->tables[kind];
    char name[64];
    name_block(w, sheet, w->kind->offers[kind].list,
               (struct block){table->row, table->count, 0, 0});
    for (size_t i = 0; i < w->kind->data->count; i++) {
        const struct datum *d = &w->kind->data->items[i];
        uint16_t column = datum_column(w, d);
        if (d->kind != kind || (kind != OFFER_CACHE && kind != OFFER_DTYPE))
            continue;
        snprintf(name, sizeof name, "col_%s", d->symbol);
        name_block(w, sheet, name, (struct block){table->row, table->count, column, column});
    }
}

static void put_table(const struct whatif *w, struct sheet *sheet, enum offer_kind kind)
{
    const struct offer_text *text = &w->kind->offers[kind];
    char title[256];
    if (kind) {
        join_texts(title, sizeof title, text->title, "; source: ", text->source);
        put_text(sheet, w->tables[kind].row - 2, 0, STYLE_SECTION, title);
    }
    put_titles(w, sheet, kind);
    put_rows(w, sheet, kind);
    name_table(w, sheet, kind);
}

/* A row per engine and type, a column per card. */
static uint32_t put_runs(const struct whatif *w, struct sheet *sheet)
{
    const struct offer_table *engines = &w->tables[OFFER_ENGINE];
    const struct offer_table *cards = &w->tables[OFFER_GPU];
    size_t rows = engines->count * w->type_count;
    uint32_t row = w->runs_row;
    char text[256];
    put_text(sheet, row - 2, 0, STYLE_SECTION,
             "What runs where: 1 where the engine runs the type on the card; source: "
             "templates/support.csv");
    set_lines(sheet, row - 1, 2); /* some ids are wider than the column */
    put_text(sheet, row - 1, 0, STYLE_HEADER, "Engine and type");
    for (size_t i = 0; i < cards->count; i++)
        put_verbatim(sheet, row - 1, (uint16_t)(1 + i), STYLE_HEADER, cards->offers[i].key);
    for (size_t i = 0; i < rows; i++, row++) {
        const struct pick *engine = &engines->offers[i / w->type_count];
        const struct dtype *type = w->types[i % w->type_count];
        join_texts(text, sizeof text, engine->key, " ", type->id);
        put_verbatim(sheet, row, 0, STYLE_STRONG, text);
        for (size_t j = 0; j < cards->count; j++) {
            enum support_how how;
            bool runs = dtype_is_supported(w->facts, type, cards->offers[j].request.gpu,
                                           engine->request.engine, &how);
            put_number(sheet, row, (uint16_t)(1 + j), STYLE_NUMBER, runs);
        }
    }
    name_block(w, sheet, "list_run", (struct block){w->runs_row, rows, 0, 0});
    name_block(w, sheet, "table_run", (struct block){w->runs_row, rows, 1, (uint16_t)cards->count});
    return row - 1;
}

/* A drop-down's words under each other; the row of the last. */
static uint32_t put_words(const struct whatif *w, struct sheet *sheet, uint32_t row,
                          const struct word_list *list)
{
    size_t count = 0;
    put_text(sheet, row, 0, STYLE_SECTION, list->title);
    for (; list->words[count]; count++)
        put_text(sheet, row + 1 + (uint32_t)count, 0, STYLE_STRONG, list->words[count]);
    name_block(w, sheet, list->name, (struct block){row + 1, count, 0, 0});
    return row + (uint32_t)count;
}

/* What the drop-down of types offers, where no table lists them, and the words. */
static uint32_t put_lists(const struct whatif *w, struct sheet *sheet, uint32_t row)
{
    const char *types[TYPES_MOST + 1] = {NULL};
    for (size_t i = 0; i < w->type_count; i++)
        types[i] = w->types[i]->id;
    if (!w->tables[OFFER_DTYPE].count)
        row = put_words(
            w, sheet, row + 2,
            &(struct word_list){"list_dtype", "Types of weights that are offered", types});
    for (size_t i = 0; i < w->kind->word_count; i++)
        row = put_words(w, sheet, row + 2, &w->kind->words[i]);
    return row;
}

void whatif_put_data(const struct whatif *w, struct book *book, struct sheet *sheet)
{
    const uint16_t last_column = 40;
    page_title(sheet, sheet->name, w ? w->kind->data_about : "");
    uint32_t last = FIRST_ROW;
    if (w) {
        worksheet_set_column(sheet->worksheet, 0, 0, KEY_WIDTH, NULL);
        worksheet_set_column(sheet->worksheet, 1, CARDS_MOST, NUMBER_WIDTH, NULL);
        for (int kind = 0; kind < OFFER_KINDS; kind++)
            if (w->tables[kind].count)
                put_table(w, sheet, (enum offer_kind)kind);
        last = put_lists(w, sheet, put_runs(w, sheet));
        worksheet_autofilter(sheet->worksheet, FIRST_ROW, 0,
                             FIRST_ROW + (uint32_t)w->tables[OFFER_MODEL].count,
                             columns_of(w, OFFER_MODEL));
    }
    struct print_setup setup = {last, last_column, FIRST_ROW, 1, 4, 90, false};
    page_setup(book, sheet, &setup);
}
