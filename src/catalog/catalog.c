/* catalog.c -- the table of catalogs, and where their rows come from: built in, then --catalog */
#include "catalog/catalog.h"

#include "base/exit.h"
#include "base/text.h"
#include "catalog/fields.h"
#include "catalog/shelf.h"
#include "core/model_fields.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
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
static const char *const key_accuracy[] = {"kind", "use", NULL};
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
    CATALOG("accuracy", accuracy, accuracies, key_accuracy),
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

/* The files that were read. */
struct stamps {
    struct catalog_stamp *items;
    size_t count;
    size_t room;
};

static void add_stamp(struct stamps *stamps, struct arena *arena, const char *name,
                      const struct table *table)
{
    stamps->items =
        arena_grown(arena, stamps->items, stamps->count, &stamps->room, sizeof *stamps->items);
    stamps->items[stamps->count++] = (struct catalog_stamp){name, table_hash(table)};
}

static bool read_builtin(struct shelf *shelf, struct stamps *stamps, struct diag *diag)
{
    struct table_options options = {.is_column = shelf_is_field, .context = shelf->file};
    char name[64];
    snprintf(name, sizeof name, "%s.csv", shelf->file->name);
    const struct builtin_file *file = builtin_file_named(name);
    struct table *table = table_open_memory(file->name, file->begin,
                                            (size_t)(file->end - file->begin), &options, diag);
    bool done = table && shelf_read(shelf, table, diag);
    if (done)
        add_stamp(stamps, shelf->arena, file->name, table);
    if (table)
        table_close(table);
    return done;
}

static bool read_override(struct shelf *shelf, struct stamps *stamps, const char *dir,
                          struct diag *diag, int *exit_code)
{
    struct table_options options = {.is_column = shelf_is_field, .context = shelf->file};
    const char *path = arena_format(shelf->arena, "%s/%s.csv", dir, shelf->file->name);
    if (access(path, F_OK))
        return true;
    struct table *table = table_open(path, &options, diag, exit_code);
    if (!table)
        return false;
    bool done = shelf_read(shelf, table, diag);
    add_stamp(stamps, shelf->arena, path, table);
    if (!done)
        *exit_code = table_read_failed(table) ? EXIT_IO : EXIT_BAD_DATA;
    table_close(table);
    return done;
}

static bool is_readable(const char *dir, struct diag *diag)
{
    struct place place = {.file = dir};
    struct stat about;
    if (!stat(dir, &about) && !S_ISDIR(about.st_mode))
        diag_fault(
            diag, &place,
            "is not a directory; --catalog takes the one that holds gpus.csv, prices.csv and "
            "so on");
    else if (access(dir, R_OK | X_OK))
        diag_fault(diag, &place, "cannot read the catalog directory: %s", strerror(errno));
    else
        return true;
    return false;
}

bool catalog_load(struct facts *facts, struct arena *arena, const char *dir, struct diag *diag,
                  int *exit_code)
{
    bool done = true;
    struct stamps stamps = {0};
    *exit_code = EXIT_INTERNAL;
    if (dir && !is_readable(dir, diag)) {
        *exit_code = EXIT_NO_INPUT;
        return false;
    }
    for (size_t i = 0; i < catalog_file_count; i++) {
        struct shelf shelf = {.file = &catalog_files[i], .arena = arena};
        if (!read_builtin(&shelf, &stamps, diag))
            return false;
        if (dir && !read_override(&shelf, &stamps, dir, diag, exit_code))
            done = false;
        shelf_put(&shelf, facts);
    }
    facts->stamps = stamps.items;
    facts->stamp_count = stamps.count;
    return done;
}
