/* list.c -- shows a catalog: a short table for people, every column as CSV or JSON for programs */
#include "base/exit.h"
#include "base/say.h"
#include "base/text.h"
#include "catalog/catalog.h"
#include "cli/commands.h"
#include "report/csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the table shows of each catalog; csv and json show everything. */
struct view {
    const char *catalog;
    const char *columns[9];
};

static const struct view views[] = {
    {"models",
     {"id", "layers", "hidden", "heads", "kv_heads", "attention", "experts", "max_context", NULL}},
    {"gpus", {"id", "name", "memory_gb", "memory_mib", "memory_basis", "bf16", "fp8", "fp4", NULL}},
    {"dtypes", {"id", "name", "bits_per_weight", "cache_bytes", "family", NULL}},
    {"optimizers", {"id", "name", "moments", "moment_bytes", "primer_states", "note", NULL}},
    {"engines", {"id", "mode", "version_from", "utilization", "utilization_of", "note", NULL}},
};

enum { COLUMN_WIDEST = 40 };

struct listing {
    const struct catalog_file *file;
    const char *items;
    size_t count;
    const char *pattern;
};

static const struct fact_field *field_of(const struct catalog_file *file, const char *column)
{
    for (size_t i = 0; i < *file->field_count; i++)
        if (!strcmp(file->fields[i].column, column))
            return &file->fields[i];
    return NULL;
}

static const char *item_of(const struct listing *list, size_t i)
{
    char buffer[CATALOG_TEXT_BYTES];
    const char *item = list->items + i * list->file->item_size;
    const char *id = catalog_text(item, field_of(list->file, "id"), buffer);
    return !list->pattern || text_matches(id, list->pattern) ? item : NULL;
}

static size_t width_of(const struct listing *list, const struct fact_field *field)
{
    size_t widest = strlen(field->column);
    for (size_t i = 0; i < list->count; i++) {
        char buffer[CATALOG_TEXT_BYTES];
        const char *item = item_of(list, i);
        size_t width = item ? strlen(catalog_text(item, field, buffer)) : 0;
        widest = width > widest ? width : widest;
    }
    return widest < COLUMN_WIDEST ? widest : COLUMN_WIDEST;
}

static void print_table(const struct listing *list, const struct view *view)
{
    size_t widths[sizeof view->columns / sizeof *view->columns];
    const struct fact_field *fields[sizeof view->columns / sizeof *view->columns];
    size_t columns = 0;
    for (; view->columns[columns]; columns++) {
        fields[columns] = field_of(list->file, view->columns[columns]);
        widths[columns] = width_of(list, fields[columns]);
        printf("%-*s  ", (int)widths[columns], view->columns[columns]);
    }
    putchar('\n');
    for (size_t i = 0; i < list->count; i++) {
        const char *item = item_of(list, i);
        for (size_t j = 0; item && j < columns; j++) {
            char buffer[CATALOG_TEXT_BYTES];
            const char *text = catalog_text(item, fields[j], buffer);
            printf("%-*.*s%s", (int)widths[j], (int)widths[j], text, j + 1 < columns ? "  " : "\n");
        }
    }
}

static void print_csv(const struct listing *list)
{
    const struct catalog_file *file = list->file;
    for (size_t j = 0; j < *file->field_count; j++)
        printf("%s%s", j ? "," : "", file->fields[j].column);
    putchar('\n');
    for (size_t i = 0; i < list->count; i++) {
        const char *item = item_of(list, i);
        for (size_t j = 0; item && j < *file->field_count; j++) {
            char buffer[CATALOG_TEXT_BYTES];
            if (j)
                putchar(',');
            csv_text(stdout, catalog_text(item, &file->fields[j], buffer));
        }
        if (item)
            putchar('\n');
    }
}

static void print_json_text(const char *text)
{
    putchar('"');
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c < 0x20)
            printf("\\u%04x", c);
        else
            putchar(c);
    }
    putchar('"');
}

/* Blank cells are null, numbers numbers, flags true and false. */
static void print_json_value(const char *item, const struct fact_field *field)
{
    char buffer[CATALOG_TEXT_BYTES];
    const char *text = catalog_text(item, field, buffer);
    bool number = field->kind == FACT_COUNT || field->kind == FACT_NUMBER;
    if (!*text)
        fputs("null", stdout);
    else if (field->kind == FACT_FLAG)
        fputs(strcmp(text, "yes") ? "false" : "true", stdout);
    else if (number)
        fputs(text, stdout);
    else
        print_json_text(text);
}

static void print_json(const struct listing *list)
{
    const struct catalog_file *file = list->file;
    bool first = true;
    putchar('[');
    for (size_t i = 0; i < list->count; i++) {
        const char *item = item_of(list, i);
        for (size_t j = 0; item && j < *file->field_count; j++) {
            fputs(j ? ", " : first ? "\n  {" : ",\n  {", stdout);
            first = false;
            print_json_text(file->fields[j].column);
            fputs(": ", stdout);
            print_json_value(item, &file->fields[j]);
        }
        if (item)
            putchar('}');
    }
    puts(first ? "]" : "\n]");
}

static const struct view *view_named(const char *name)
{
    for (size_t i = 0; i < sizeof views / sizeof *views; i++)
        if (!strcmp(views[i].catalog, name))
            return &views[i];
    return NULL;
}

static int print(const struct options *options, const struct facts *facts, const struct view *view)
{
    struct listing list = {.file = catalog_file_named(view->catalog),
                           .pattern = options->operands[1]};
    list.items = catalog_items(facts, list.file, &list.count);
    size_t matches = 0;
    for (size_t i = 0; i < list.count; i++)
        matches += item_of(&list, i) != NULL;
    if (!matches)
        return say_error(EXIT_BAD_DATA, "pattern \"%s\" matches none of the %zu %s",
                         options->operands[1], list.count, view->catalog);
    if (!options->format || !strcmp(options->format, "table"))
        print_table(&list, view);
    else if (!strcmp(options->format, "csv"))
        print_csv(&list);
    else
        print_json(&list);
    return EXIT_DONE;
}

int command_list(const struct options *options)
{
    const struct view *view = view_named(options->operands[0]);
    const char *format = options->format;
    struct arena arena = {0};
    struct facts facts = {0};
    struct diag diag = {.out = stderr};
    int exit_code;
    if (!view)
        return say_error(EXIT_USAGE,
                         "unknown catalog \"%.60s\"; "
                         "there are models, gpus, dtypes, optimizers, engines",
                         options->operands[0]);
    bool known =
        !format || !strcmp(format, "table") || !strcmp(format, "csv") || !strcmp(format, "json");
    if (!known)
        return say_error(EXIT_USAGE, "unknown format \"%.60s\"; there are table, csv, json",
                         format);
    if (catalog_load(&facts, &arena, options->catalog, &diag, &exit_code))
        exit_code = print(options, &facts, view);
    diag_close(&diag);
    arena_free(&arena);
    return exit_code;
}
