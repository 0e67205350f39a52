/* cell.h -- the grammar of one cell: a value, a list, a range, a pattern
 *
 *     a|b|c          lists               1024..131072*2   multiplies, the end included when reached
 *     * or h100*     catalog patterns    8..64+8          adds
 *     64Ki 1Mi 2Gi   binary counts; a bare 64k is refused with both readings */
#ifndef GPUPLAN_CELL_H
#define GPUPLAN_CELL_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/names.h"
#include "core/facts.h"
#include "scenario/columns.h"

#include <stdint.h>

/* The names that cells are looked up in; built once from the catalogs. */
struct lexicon {
    const struct facts *facts;
    struct names models;
    struct names gpus;
    struct names dtypes;
    struct names optimizers;
    struct names engines;
    struct names columns; /* aliases: the column of each */
};

/* False, reported: an alias names no column, or is the name of one. */
bool lexicon_build(struct lexicon *lexicon, const struct facts *facts, struct arena *arena,
                   struct diag *diag);

/* The column called `name` in a header, by its own name or an alias, or NULL. */
const struct scenario_column *lexicon_column(const struct lexicon *lexicon, const char *name,
                                             bool measured);

/* A run of values: one value, or first, first + step, ... or first, first * step, ... */
struct piece {
    double first;
    double step;
    bool multiplies;
    uint64_t count;
    const void *item; /* catalog item; NULL for words, numbers and texts */
    const char *text; /* how the value is called in the results; NULL for numbers */
};

/* The values of one cell. */
struct axis {
    const struct scenario_column *column;
    const struct piece *pieces;
    size_t piece_count;
    uint64_t count;
    size_t cell; /* of the record */
};

/* One value of an axis. */
struct value {
    double number;
    const void *item;
    const char *text;
};

/* Values beyond this in one cell are refused: no plan needs them and a typing error makes them. */
#define AXIS_MOST 1000000000000u

/* The same of what costs memory or time for each: items of a list, steps of a range that
 * multiplies. */
enum { ITEMS_MOST = 10000, MULTIPLIED_MOST = 1000 };

/* Reads the cell `record->cells[index]`, which is not empty, as `axis->column`, which the caller
 * has set. Everything taken is in `arena`. On a fault reports it and returns false. */
bool cell_read(struct axis *axis, const struct record *record, size_t index,
               const struct lexicon *lexicon, struct arena *arena, struct diag *diag);

/* Value `i` of the axis, i < axis->count. */
struct value axis_value(const struct axis *axis, uint64_t i);

/* The smallest and the largest value of an axis of numbers. */
struct extent {
    double least;
    double most;
};
struct extent axis_extent(const struct axis *axis);

/* A bare size such as 7b, 345m, 1.5t: the parameters, or 0. */
double bare_size(const char *text);

#endif
