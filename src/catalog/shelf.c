/* shelf.c -- reads catalog rows through their field tables: one reader for every catalog
 *
 * Items are read into a growing list, then laid out as one array per catalog. A later row with the
 * same key replaces an earlier one, in its place, so that a customer's row keeps the sort order. */
#include "catalog/shelf.h"

#include "base/text.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct fact_field *field_named(const struct catalog_file *file, const char *name)
{
    for (size_t i = 0; i < *file->field_count; i++)
        if (!strcmp(file->fields[i].column, name))
            return &file->fields[i];
    return NULL;
}

static char *shelf_add(struct shelf *shelf)
{
    size_t size = shelf->file->item_size;
    shelf->items = arena_grown(shelf->arena, shelf->items, shelf->count, &shelf->room, size);
    return shelf->items + shelf->count++ * size;
}

static bool same_key(const struct catalog_file *file, const void *a, const void *b)
{
    for (size_t i = 0; file->keys[i]; i++) {
        char buffer_a[CATALOG_TEXT_BYTES];
        char buffer_b[CATALOG_TEXT_BYTES];
        const struct fact_field *field = field_named(file, file->keys[i]);
        if (!text_equal(catalog_text(a, field, buffer_a), catalog_text(b, field, buffer_b)))
            return false;
    }
    return true;
}

static void refuse_number(const struct fact_field *field, const char *text, double value,
                          const struct place *place, struct diag *diag)
{
    bool whole = field->kind == FACT_COUNT;
    if (whole && (value < field->least || value != floor(value)))
        diag_fault(diag, place, "%s is %s; a whole number of %g or more is needed", field->column,
                   text, field->least);
    else if (value != 0 && fabs(value) < FACT_LEAST)
        diag_fault(diag, place, "%s is %s; it must be 0, or %g or more", field->column, text,
                   FACT_LEAST);
    else if (field->least == field->most)
        diag_fault(diag, place, "%s is %s; it must be at most %g", field->column, text, FACT_MOST);
    else
        diag_fault(diag, place, "%s is %s; it must be between %g and %g", field->column, text,
                   field->least, field->most);
}

static void put_number(char *item, const struct fact_field *field, const struct record *record,
                       size_t cell, struct diag *diag)
{
    const char *text = record->cells[cell].text;
    double value = 0;
    bool is_number = text_number(text, &value);
    bool whole = field->kind != FACT_COUNT || (value >= 0 && value == floor(value));
    bool bounded = field->least != field->most;
    bool inside =
        bounded ? value >= field->least && value <= field->most : fabs(value) <= FACT_MOST;
    inside = inside && (value == 0 || fabs(value) >= FACT_LEAST);
    memcpy(item + field->offset, &value, sizeof value);
    if (is_number && whole && inside)
        return;
    struct place place = record_place(record, cell);
    if (!is_number)
        diag_fault(diag, &place, "%s is \"%s\", %s", field->column, text, text_number_fault(text));
    else
        refuse_number(field, text, value, &place, diag);
}

static void put_word(char *item, const struct fact_field *field, const struct record *record,
                     size_t cell, struct diag *diag)
{
    const char *text = record->cells[cell].text;
    char allowed[256] = "";
    size_t used = 0;
    for (int i = 0; field->words[i]; i++) {
        if (text_equal(text, field->words[i])) {
            memcpy(item + field->offset, &i, sizeof i);
            return;
        }
        if (used + strlen(field->words[i]) + 3 < sizeof allowed)
            used += (size_t)snprintf(allowed + used, sizeof allowed - used, "%s%s",
                                     used ? ", " : "", field->words[i]);
    }
    struct place place = record_place(record, cell);
    diag_fault(diag, &place, "%s is \"%s\"; allowed are: %s", field->column, text, allowed);
}

static void put_flag(char *item, const struct fact_field *field, const struct record *record,
                     size_t cell, struct diag *diag)
{
    const char *text = record->cells[cell].text;
    bool yes = text_equal(text, "yes");
    memcpy(item + field->offset, &yes, sizeof yes);
    if (yes || text_equal(text, "no"))
        return;
    struct place place = record_place(record, cell);
    diag_fault(diag, &place, "%s is \"%s\"; allowed are: yes, no", field->column, text);
}

static void put_cell(struct shelf *shelf, char *item, const struct fact_field *field,
                     const struct record *record, size_t cell, struct diag *diag)
{
    const struct cell *from = &record->cells[cell];
    if (!from->length)
        return;
    if (field->kind == FACT_TEXT) {
        const char *text = arena_text(shelf->arena, from->text, from->length);
        memcpy(item + field->offset, &text, sizeof text);
    } else if (field->kind == FACT_FLAG) {
        put_flag(item, field, record, cell, diag);
    } else if (field->kind == FACT_WORD) {
        put_word(item, field, record, cell, diag);
    } else {
        put_number(item, field, record, cell, diag);
    }
}

/* Replaces the row with the same key, or keeps the new one at the end. */
static void settle_newest(struct shelf *shelf)
{
    char *newest = shelf->items + (shelf->count - 1) * shelf->file->item_size;
    for (char *item = shelf->items; item < newest; item += shelf->file->item_size) {
        if (same_key(shelf->file, item, newest)) {
            memcpy(item, newest, shelf->file->item_size);
            shelf->count--;
            return;
        }
    }
}

static bool is_given(const struct fact_field *const *columns, const struct record *record,
                     const struct fact_field *field)
{
    for (size_t i = 0; i < record->count; i++)
        if (columns[i] == field)
            return record->cells[i].length > 0;
    return false;
}

static void read_row(struct shelf *shelf, const struct fact_field *const *columns,
                     const struct record *record, struct diag *diag)
{
    const struct catalog_file *file = shelf->file;
    size_t faults = diag->faults;
    char *item = shelf_add(shelf);
    memset(item, 0, file->item_size);
    for (size_t i = 0; i < record->count; i++)
        put_cell(shelf, item, columns[i], record, i, diag);
    for (size_t i = 0; i < *file->field_count; i++) {
        const struct fact_field *field = &file->fields[i];
        if (!field->required || is_given(columns, record, field) || diag->faults != faults)
            continue;
        struct place place = record_place(record, record->count);
        diag_fault(diag, &place, "%s is empty; every row of %s.csv needs it", field->column,
                   file->name);
    }
    if (file->item_size == sizeof(struct model) && !strcmp(file->name, "models"))
        model_complete((struct model *)(void *)item);
    settle_newest(shelf);
}

bool shelf_is_field(const void *context, const char *name)
{
    return field_named(context, name) != NULL;
}

static const char *field_name(const void *items, size_t index)
{
    return ((const struct fact_field *)items)[index].column;
}

static const struct fact_field **read_header(struct shelf *shelf, const struct record *record,
                                             struct diag *diag)
{
    const struct catalog_file *file = shelf->file;
    const struct fact_field **columns = arena_array(shelf->arena, record->count, sizeof *columns);
    for (size_t i = 0; i < record->count; i++) {
        struct place place = record_place(record, i);
        const char *name = record->cells[i].text;
        columns[i] = field_named(file, name);
        const char *close = text_closest(name, file->fields, *file->field_count, field_name);
        if (!columns[i])
            diag_fault(diag, &place, "unknown column \"%s\" in %s.csv%s%s%s", name, file->name,
                       close ? "; did you mean \"" : "", close ? close : "", close ? "\"?" : "");
    }
    return columns;
}

bool shelf_read(struct shelf *shelf, struct table *table, struct diag *diag)
{
    struct record record;
    const struct fact_field **columns = NULL;
    size_t before = diag->faults;
    for (enum table_step step; (step = table_next(table, &record)) != TABLE_END;) {
        if (step == TABLE_BROKEN)
            return false;
        if (step == TABLE_FAULT)
            continue;
        if (columns)
            read_row(shelf, columns, &record, diag);
        else if (!(columns = read_header(shelf, &record, diag)) || diag->faults > before)
            return false;
    }
    return diag->faults == before;
}

struct ordered {
    const char *name;
    size_t index;
};

static int by_name(const void *a, const void *b)
{
    const struct ordered *x = a;
    const struct ordered *y = b;
    return strcmp(x->name, y->name);
}

/* The core looks assumptions up by name, many times a scenario. */
static void order_assumptions(struct facts *facts, struct arena *arena)
{
    size_t count = facts->assumption_count;
    struct ordered *ordered = arena_array(arena, count + 1, sizeof *ordered);
    size_t *order = arena_array(arena, count + 1, sizeof *order);
    for (size_t i = 0; i < count; i++)
        ordered[i] = (struct ordered){facts->assumptions[i].name, i};
    qsort(ordered, count, sizeof *ordered, by_name);
    for (size_t i = 0; i < count; i++)
        order[i] = ordered[i].index;
    facts->assumption_order = order;
}

void shelf_put(const struct shelf *shelf, struct facts *facts)
{
    const struct catalog_file *file = shelf->file;
    char *base = (char *)facts;
    memcpy(base + file->items_offset, &shelf->items, sizeof shelf->items);
    memcpy(base + file->count_offset, &shelf->count, sizeof shelf->count);
    if (file->items_offset == offsetof(struct facts, assumptions))
        order_assumptions(facts, shelf->arena);
}
