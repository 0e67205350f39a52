/* catalog.c -- reads catalog rows through their field tables: one reader for every catalog
 *
 * Items are read into a growing list, then laid out as one array per catalog. A later row with the
 * same key replaces an earlier one, in its place, so that a customer's row keeps the sort order. */
#include "catalog/catalog.h"

#include "base/exit.h"
#include "base/text.h"
#include "catalog/fields.h"
#include "core/model_fields.h"
#include "table/table.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const key_id[] = {"id", NULL};
static const char *const key_name[] = {"name", NULL};
static const char *const key_alias[] = {"alias", NULL};
static const char *const key_mix[] = {"recipe", "model", "tensor", "layers", NULL};
static const char *const key_support[] = {
    "dtype_family", "dtype", "engine", "vendor", "needs", "min_compute_capability", "how", NULL};
static const char *const key_engine[] = {"id", "mode", "version_from", NULL};
static const char *const key_gpu_speed[] = {"gpus", "engines", "version_named", NULL};
static const char *const key_engine_speed[] = {"engine",        "mode",   "version_from",
                                               "version_named", "vendor", NULL};
static const char *const key_price[] = {"gpu",      "kind", "stat", "provider",
                                        "supplier", "term", NULL};

/* clang-format off */
#define CATALOG(label, type, array, keys) \
    {label, type##_fields, &type##_field_count, sizeof(struct type), \
     offsetof(struct facts, array), offsetof(struct facts, type##_count), keys}
/* clang-format on */

const struct catalog_file catalog_files[] = {
    CATALOG("models", model, models, key_id),
    CATALOG("gpus", gpu, gpus, key_id),
    CATALOG("dtypes", dtype, dtypes, key_id),
    CATALOG("mixes", mix, mixes, key_mix),
    CATALOG("support", support, supports, key_support),
    CATALOG("optimizers", optimizer, optimizers, key_id),
    CATALOG("engines", engine, engines, key_engine),
    CATALOG("gpu_speeds", gpu_speed, gpu_speeds, key_gpu_speed),
    CATALOG("engine_speeds", engine_speed, engine_speeds, key_engine_speed),
    CATALOG("prices", price, prices, key_price),
    CATALOG("assumptions", assumption, assumptions, key_name),
    CATALOG("columns", alias, aliases, key_alias),
};
const size_t catalog_file_count = sizeof catalog_files / sizeof *catalog_files;

const struct catalog_file *catalog_file_named(const char *name)
{
    for (size_t i = 0; i < catalog_file_count; i++)
        if (!strcmp(catalog_files[i].name, name))
            return &catalog_files[i];
    return NULL;
}

const void *catalog_items(const struct facts *facts, const struct catalog_file *file, size_t *count)
{
    const char *base = (const char *)facts;
    const void *items;
    memcpy(&items, base + file->items_offset, sizeof items);
    memcpy(count, base + file->count_offset, sizeof *count);
    return items;
}

/* The items of one catalog while it is read. */
struct shelf {
    const struct catalog_file *file;
    struct arena *arena;
    char *items;
    size_t count;
    size_t room;
};

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

const char *catalog_text(const void *item, const struct fact_field *field,
                         char buffer[CATALOG_TEXT_BYTES])
{
    const char *at = (const char *)item + field->offset;
    const char *text;
    double number;
    bool flag;
    int word;
    switch (field->kind) {
    case FACT_TEXT:
        memcpy(&text, at, sizeof text);
        return text ? text : "";
    case FACT_FLAG:
        memcpy(&flag, at, sizeof flag);
        return flag ? "yes" : "no";
    case FACT_WORD:
        memcpy(&word, at, sizeof word);
        return field->words[word];
    default:
        memcpy(&number, at, sizeof number);
        return number == 0 ? "" : text_from_number(number, buffer);
    }
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

static void put_number(char *item, const struct fact_field *field, const struct record *record,
                       size_t cell, struct diag *diag)
{
    const char *text = record->cells[cell].text;
    struct place place = record_place(record, cell);
    double value = 0;
    bool bounded = field->least != 0 || field->most != 0;
    if (!text_number(text, &value))
        diag_fault(diag, &place, "%s is \"%s\", not a number", field->column, text);
    else if (field->kind == FACT_COUNT && (value < 0 || value != floor(value)))
        diag_fault(diag, &place, "%s is %s; a whole number of 0 or more is needed", field->column,
                   text);
    else if (bounded && (value < field->least || value > field->most))
        diag_fault(diag, &place, "%s is %s; it must be between %g and %g", field->column, text,
                   field->least, field->most);
    memcpy(item + field->offset, &value, sizeof value);
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
    struct place place = record_place(record, cell);
    if (!yes && !text_equal(text, "no"))
        diag_fault(diag, &place, "%s is \"%s\"; allowed are: yes, no", field->column, text);
    memcpy(item + field->offset, &yes, sizeof yes);
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
        struct place place = record_place(record, record->count);
        if (field->required && !is_given(columns, record, field) && diag->faults == faults)
            diag_fault(diag, &place, "%s is empty; every row of %s.csv needs it", field->column,
                       file->name);
    }
    if (file->item_size == sizeof(struct model) && !strcmp(file->name, "models"))
        model_complete((struct model *)(void *)item);
    settle_newest(shelf);
}

static bool is_field(const void *context, const char *name)
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

static bool read_table(struct shelf *shelf, struct table *table, struct diag *diag)
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

static bool read_builtin(struct shelf *shelf, struct diag *diag)
{
    struct table_options options = {.is_column = is_field, .context = shelf->file};
    char name[64];
    snprintf(name, sizeof name, "%s.csv", shelf->file->name);
    const struct builtin_file *file = builtin_file_named(name);
    struct table *table = table_open_memory(file->name, file->begin,
                                            (size_t)(file->end - file->begin), &options, diag);
    bool done = table && read_table(shelf, table, diag);
    if (table)
        table_close(table);
    return done;
}

static bool read_override(struct shelf *shelf, const char *dir, struct diag *diag, int *exit_code)
{
    struct table_options options = {.is_column = is_field, .context = shelf->file};
    const char *path = arena_format(shelf->arena, "%s/%s.csv", dir, shelf->file->name);
    if (access(path, F_OK))
        return true;
    struct table *table = table_open(path, &options, diag, exit_code);
    if (!table)
        return false;
    bool done = read_table(shelf, table, diag);
    if (!done)
        *exit_code = table_read_failed(table) ? EXIT_IO : EXIT_BAD_DATA;
    table_close(table);
    return done;
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

bool catalog_load(struct facts *facts, struct arena *arena, const char *dir, struct diag *diag,
                  int *exit_code)
{
    bool done = true;
    *exit_code = EXIT_INTERNAL;
    if (dir && access(dir, R_OK | X_OK)) {
        struct place place = {.file = dir};
        diag_fault(diag, &place, "cannot read the catalog directory: %s", strerror(errno));
        *exit_code = EXIT_NO_INPUT;
        return false;
    }
    for (size_t i = 0; i < catalog_file_count; i++) {
        struct shelf shelf = {.file = &catalog_files[i], .arena = arena};
        char *base = (char *)facts;
        if (!read_builtin(&shelf, diag))
            return false;
        if (dir && !read_override(&shelf, dir, diag, exit_code))
            done = false;
        memcpy(base + shelf.file->items_offset, &shelf.items, sizeof shelf.items);
        memcpy(base + shelf.file->count_offset, &shelf.count, sizeof shelf.count);
    }
    order_assumptions(facts, arena);
    return done;
}
