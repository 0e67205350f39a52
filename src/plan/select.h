/* select.h -- which results are listed, and in which order: --where, --sort and --top
 *
 * They choose the rows of the results CSV and of Scenarios. What is planned, and what the other
 * sheets count, stays the same. */
#ifndef GPUPLAN_PLAN_SELECT_H
#define GPUPLAN_PLAN_SELECT_H

#include "base/arena.h"
#include "report/columns.h"

#include <stdbool.h>
#include <stdint.h>

/* The most rows that are sorted: each is kept in memory, with its input row. */
enum { PICKS_MOST = 100000 };

/* A column of the results, or a carried one. */
struct field {
    const struct result_column *column; /* NULL: carried */
    const char *carried;
};

enum comparison { IS, IS_NOT, BELOW, AT_MOST, ABOVE, AT_LEAST, LIKE };

/* COLUMN OP VALUE */
struct condition {
    struct field field;
    enum comparison comparison;
    const char *value;
    double number; /* of the value, where the column holds numbers */
};

/* A cell to sort by: numbers before texts before empty cells, whatever the direction. */
struct key {
    enum { KEY_NUMBER, KEY_TEXT, KEY_EMPTY } kind;
    double number;
    const char *text;
};

/* A result that is to be listed. */
struct pick {
    uint64_t number; /* of its scenario */
    struct key key;
    char *text; /* of the key, in `room` bytes */
    size_t room;
    const struct matrix_row *row; /* once it has been read again; NULL before */
};

struct selection {
    struct condition *conditions;
    size_t condition_count;
    struct field by;
    bool sorts;
    bool descends;
    uint64_t top;       /* 0: all */
    struct pick *picks; /* the worst of them first, until they are sorted */
    size_t pick_count;
    size_t pick_room;
    struct arena *arena;
};

/* What the command line asked for; texts are borrowed. */
struct wishes {
    const char *const *where; /* NULL-terminated; NULL: none */
    const char *sort;         /* NULL: not */
    double top;               /* NOT_GIVEN: all */
};

/* Reads them; says what is wrong with them. `carried`: the names of carried columns,
 * NULL-terminated. Returns an exit code. */
int selection_read(struct selection *selection, const struct wishes *wishes,
                   const char *const *carried, struct arena *arena);

/* True when the result meets every condition. */
bool selection_takes(const struct selection *selection, const struct result *result);

/* Keeps the result while it is among the first `top` by the order asked for. */
void selection_pick(struct selection *selection, const struct result *result);

/* When all have come: the picks in the order asked for, or by number. */
void selection_sort(struct selection *selection);
struct pick **selection_by_number(const struct selection *selection);

/* field.c: the column of that name; both NULL when there is none, which is said as of `option`. */
struct field field_named(const char *name, const char *const *carried, const char *option);
struct key field_key(const struct field *field, const struct result *result);

/* The numbers of two keys when both are numbers, else their texts; empty ones last. */
int key_compare(const struct key *a, const struct key *b);

#endif
