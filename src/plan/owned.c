/* owned.c -- reads the file of GPUs that are owned; columns in any order, x_ columns passed over */
#include "plan/owned.h"

#include "base/text.h"
#include "table/table.h"

#include <limits.h>
#include <math.h>
#include <string.h>

enum { AT_GPU, AT_COUNT, AT_FROM, AT_UNTIL, COLUMNS, NEEDED = AT_COUNT + 1 };

static const char *const names[COLUMNS] = {"gpu", "count", "from", "until"};

struct reading {
    struct owned *owned;
    const struct lexicon *lexicon;
    struct arena *arena;
    struct diag *diag;
    size_t at[COLUMNS]; /* in the record; SIZE_MAX: the file has no such column */
};

static const char *name_at(const void *items, size_t index)
{
    return ((const char *const *)items)[index];
}

static bool is_column(const void *context, const char *name)
{
    (void)context;
    for (size_t i = 0; i < COLUMNS; i++)
        if (text_equal(names[i], name))
            return true;
    return false;
}

static void find_column(struct reading *r, const struct record *record, size_t index)
{
    const char *name = record->cells[index].text;
    struct place place = record_place(record, index);
    for (size_t i = 0; i < COLUMNS; i++) {
        if (!text_equal(names[i], name))
            continue;
        if (r->at[i] != SIZE_MAX)
            diag_fault(r->diag, &place, "column \"%s\" appears twice; keep one", names[i]);
        r->at[i] = index;
        return;
    }
    const char *close = text_closest(name, names, COLUMNS, name_at);
    if (close)
        diag_fault(r->diag, &place, "unknown column \"%.80s\"; did you mean \"%s\"?", name, close);
    else if (strncmp(name, "x_", 2) != 0)
        diag_fault(r->diag, &place,
                   "unknown column \"%.80s\"; a file of owned GPUs has gpu, count, from, until",
                   name);
}

static bool read_header(void *context, const struct record *record)
{
    struct reading *r = context;
    size_t before = r->diag->faults;
    for (size_t i = 0; i < COLUMNS; i++)
        r->at[i] = SIZE_MAX;
    for (size_t i = 0; i < record->count; i++)
        find_column(r, record, i);
    for (size_t i = 0; i < NEEDED; i++) {
        struct place place = record_place(record, record->count);
        if (r->at[i] == SIZE_MAX)
            diag_fault(r->diag, &place,
                       "column \"%s\" is missing; a file of owned GPUs has gpu, count, from, until",
                       names[i]);
    }
    return r->diag->faults == before;
}

static void read_gpu(struct reading *r, const struct record *record, struct owned_lot *lot)
{
    size_t index = r->at[AT_GPU];
    struct place place = record_place(record, index);
    struct axis axis = {.column = scenario_column_named("gpu", false)};
    if (!record->cells[index].length)
        diag_fault(r->diag, &place, "gpu: the cell is empty; see gpuplan list gpus");
    else if (!cell_read(&axis, record, index, r->lexicon, r->arena, r->diag))
        return;
    else if (axis.count != 1)
        diag_fault(r->diag, &place, "gpu: \"%.80s\" is more than one card; write a row for each",
                   record->cells[index].text);
    else
        lot->gpu = axis_value(&axis, 0).text;
}

static void read_count(struct reading *r, const struct record *record, struct owned_lot *lot)
{
    const struct cell *cell = &record->cells[r->at[AT_COUNT]];
    struct place place = record_place(record, r->at[AT_COUNT]);
    const double most = 1e9;
    if (!text_number(cell->text, &lot->count) || lot->count < 0 || lot->count > most ||
        lot->count != floor(lot->count))
        diag_fault(r->diag, &place, "count: \"%.80s\" is not a whole number from 0 to 1000000000",
                   cell->text);
}

/* The first or the last month of a cell; `open` where it is empty or the column is missing. */
static int read_month(struct reading *r, const struct record *record, size_t column, int open)
{
    size_t index = r->at[column];
    struct period period;
    if (index == SIZE_MAX || !record->cells[index].length)
        return open;
    if (period_read(record->cells[index].text, &period))
        return column == AT_FROM ? period.first : period.last;
    struct place place = record_place(record, index);
    diag_fault(r->diag, &place, "%s: \"%.80s\" is no period; write " PERIOD_FORMS, names[column],
               record->cells[index].text);
    return open;
}

static void read_lot(void *context, const struct record *record)
{
    struct reading *r = context;
    size_t before = r->diag->faults;
    struct owned *owned = r->owned;
    struct owned_lot lot = {.count = 0};
    read_gpu(r, record, &lot);
    read_count(r, record, &lot);
    lot.owned.first = read_month(r, record, AT_FROM, INT_MIN);
    lot.owned.last = read_month(r, record, AT_UNTIL, INT_MAX);
    if (lot.owned.first > lot.owned.last && r->diag->faults == before) {
        struct place place = record_place(record, r->at[AT_UNTIL]);
        diag_fault(r->diag, &place, "until %.40s is before from %.40s; swap them",
                   record->cells[r->at[AT_UNTIL]].text, record->cells[r->at[AT_FROM]].text);
    }
    owned->lots =
        arena_grown(r->arena, owned->lots, owned->count, &owned->room, sizeof *owned->lots);
    owned->lots[owned->count++] = lot;
}

int owned_read(struct owned *owned, const char *path, const char *encoding,
               const struct lexicon *lexicon, struct arena *arena, struct diag *diag)
{
    struct table_options options = {.encoding = encoding, .is_column = is_column};
    struct reading reading = {owned, lexicon, arena, diag, {0}};
    struct table_reader reader = {read_header, read_lot, &reading};
    *owned = (struct owned){.path = path};
    return table_read(path, &options, &reader, diag);
}
