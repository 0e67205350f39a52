/* rows.c -- finds the columns of a file of words, and hands its rows on */
#include "catalog/rows.h"

#include "base/exit.h"
#include "base/text.h"
#include "catalog/catalog.h"
#include "table/table.h"

#include <string.h>
#include <unistd.h>

struct reading {
    const struct rows_plan *plan;
    struct diag *diag;
    size_t at[ROWS_COLUMNS_MOST];
};

static size_t column_at(const struct rows_plan *plan, const char *name)
{
    size_t i = 0;
    while (i < plan->column_count && !text_equal(plan->columns[i], name))
        i++;
    return i;
}

static bool is_column(const void *context, const char *name)
{
    const struct rows_plan *plan = context;
    return column_at(plan, name) < plan->column_count;
}

static const char *name_at(const void *items, size_t index)
{
    return ((const char *const *)items)[index];
}

static void find_column(struct reading *r, const struct record *record, size_t index)
{
    const struct rows_plan *plan = r->plan;
    const char *name = record->cells[index].text;
    struct place place = record_place(record, index);
    size_t column = column_at(plan, name);
    const char *close = text_closest(name, plan->columns, plan->column_count, name_at);
    if (column == plan->column_count)
        diag_fault(r->diag, &place, "unknown column \"%.80s\" in %s.csv%s%s%s", name, plan->name,
                   close ? "; did you mean \"" : "", close ? close : "", close ? "\"?" : "");
    else if (r->at[column] < record->count)
        diag_fault(r->diag, &place, "column \"%s\" appears twice; keep one", plan->columns[column]);
    else
        r->at[column] = index;
}

static bool read_header(void *context, const struct record *record)
{
    struct reading *r = context;
    size_t before = r->diag->faults;
    for (size_t i = 0; i < ROWS_COLUMNS_MOST; i++)
        r->at[i] = record->count;
    for (size_t i = 0; i < record->count; i++)
        find_column(r, record, i);
    for (size_t i = 0; i < r->plan->needed; i++) {
        struct place place = record_place(record, record->count);
        if (r->at[i] == record->count)
            diag_fault(r->diag, &place, "column \"%s\" is missing in %s.csv", r->plan->columns[i],
                       r->plan->name);
    }
    return r->diag->faults == before;
}

static void read_row(void *context, const struct record *record)
{
    struct reading *r = context;
    r->plan->row(r->plan->context, record, r->at, r->diag);
}

const char *rows_cell(const struct record *record, const size_t *at, size_t column)
{
    return at[column] < record->count ? record->cells[at[column]].text : "";
}

int rows_read(const struct rows_plan *plan, const char *dir, struct arena *arena, struct diag *diag,
              bool *found)
{
    struct reading reading = {plan, diag, {0}};
    struct table_options options = {.is_column = is_column, .context = plan};
    struct table_reader reader = {read_header, read_row, &reading};
    const char *name = arena_format(arena, "%s.csv", plan->name);
    const struct builtin_file *file = builtin_file_named(name);
    int exit_code = EXIT_DONE;
    *found = file != NULL;
    if (file)
        exit_code = table_read_memory(file->name, file->begin, (size_t)(file->end - file->begin),
                                      &options, &reader, diag);
    if (exit_code != EXIT_DONE || !dir)
        return exit_code;
    const char *path = arena_format(arena, "%s/%s", dir, name);
    if (access(path, F_OK))
        return EXIT_DONE;
    *found = true;
    return table_read(path, &options, &reader, diag);
}
