/* baseline.c -- columns of an earlier results CSV by name, in any order */
#include "plan/baseline.h"

#include "base/text.h"
#include "table/table.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

struct reading {
    struct earlier *earlier;
    const char *path;
    struct arena *arena;
    struct diag *diag;
    size_t at[SLOT_COUNT]; /* in the record; SIZE_MAX: the file has no such column */
};

/* Of a figure that is not 0. */
struct limits {
    double least;
    double most;
    bool whole;
};

static size_t slot_named(const char *name)
{
    size_t slot = 0;
    while (slot < SLOT_COUNT && strcmp(earlier_columns[slot].name, name) != 0)
        slot++;
    return slot;
}

static bool is_column(const void *context, const char *name)
{
    (void)context;
    return slot_named(name) < SLOT_COUNT;
}

static bool read_header(void *context, const struct record *record)
{
    struct reading *r = context;
    size_t before = r->diag->faults;
    bool has[SLOT_COUNT] = {false};
    for (size_t i = 0; i < SLOT_COUNT; i++)
        r->at[i] = SIZE_MAX;
    for (size_t i = 0; i < record->count; i++) {
        struct place place = record_place(record, i);
        size_t slot = slot_named(record->cells[i].text);
        if (slot == SLOT_COUNT)
            continue;
        if (has[slot])
            diag_fault(r->diag, &place, "column \"%s\" appears twice; keep one",
                       earlier_columns[slot].name);
        has[slot] = true;
        r->at[slot] = i;
    }
    for (size_t i = 0; i < SLOT_COUNT; i++) {
        struct place place = record_place(record, record->count);
        if (earlier_columns[i].needed && !has[i])
            diag_fault(r->diag, &place,
                       "column \"%s\" is missing; a baseline is what an earlier run wrote with "
                       "--results",
                       earlier_columns[i].name);
    }
    if (r->diag->faults == before)
        earlier_open(r->earlier, r->path, has, r->arena);
    return r->diag->faults == before;
}

/* What the columns of our own results can hold, and sums and ratios of which stay finite. The
 * sizes and times of absurd models are large. */
static struct limits limits_of(size_t slot)
{
    switch (slot) {
    case FIGURE_GPUS:
    case FIGURE_GPUS_HIGH:
    case FIGURE_TP:
    case FIGURE_PP:
    case FIGURE_DP:
    case FIGURE_ZERO:
    case FIGURE_PAID:
        return (struct limits){1, 1e9, true};
    case FIGURE_RENT:
    case FIGURE_PURCHASE:
        return (struct limits){1e-100, 1e18, false};
    default:
        return (struct limits){1e-100, 1e100, false};
    }
}

static void refuse_figure(struct reading *r, const struct record *record, size_t slot)
{
    const char *text = record->cells[r->at[slot]].text;
    const char *name = earlier_columns[slot].name;
    struct limits limits = limits_of(slot);
    struct place place = record_place(record, r->at[slot]);
    if (limits.whole)
        diag_fault(r->diag, &place, "%s: \"%.80s\" is not a whole number from 0 to %.0f", name,
                   text, limits.most);
    else
        diag_fault(r->diag, &place, "%s: \"%.80s\" is neither 0 nor a number from %g to %g", name,
                   text, limits.least, limits.most);
}

static double read_figure(struct reading *r, const struct record *record, size_t slot)
{
    double value;
    size_t index = r->at[slot];
    if (index == SIZE_MAX || !record->cells[index].length)
        return -1;
    struct limits limits = limits_of(slot);
    if (text_number(record->cells[index].text, &value) &&
        (value == 0 || (value >= limits.least && value <= limits.most)) &&
        (!limits.whole || value == floor(value)))
        return value;
    refuse_figure(r, record, slot);
    return -1;
}

static void read_row(void *context, const struct record *record)
{
    struct reading *r = context;
    struct earlier_row row = {.then = NULL};
    for (size_t i = 0; i < TEXT_COUNT; i++)
        row.texts[i] = r->at[i] == SIZE_MAX ? "" : record->cells[r->at[i]].text;
    for (size_t i = TEXT_COUNT; i < SLOT_COUNT; i++)
        row.figures[i - TEXT_COUNT] = read_figure(r, record, i);
    earlier_add(r->earlier, &row);
}

int baseline_read(struct earlier *earlier, const char *path, const char *encoding,
                  struct arena *arena, struct diag *diag)
{
    struct table_options options = {.encoding = encoding, .is_column = is_column};
    struct reading reading = {earlier, path, arena, diag, {0}};
    struct table_reader reader = {read_header, read_row, &reading};
    return table_read(path, &options, &reader, diag);
}
