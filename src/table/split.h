/* split.h -- raw records -> cells, by libcsv */
#ifndef GPUPLAN_TABLE_SPLIT_H
#define GPUPLAN_TABLE_SPLIT_H

#include "base/arena.h"
#include "base/record.h"

#include <stdbool.h>
#include <stddef.h>

struct csv_parser;

/* A record of a run that has text in some cell. */
struct split_row {
    size_t begin;  /* of its text in the run */
    size_t length; /* without its line end */
    size_t lines;  /* of the run before it */
    const struct cell *cells;
    size_t count;
};

enum { SPLIT_RUN_BYTES = 4096 };

/* What split_run found. */
struct split_run {
    struct split_row *rows;
    size_t count;
    size_t lines;
    const char *raw; /* the rest is for the time of splitting: the text, and where we are in it */
    const char *end;
    const char *at;
    struct cell *cell; /* the next to be filled */
    bool in_row;
    bool has_text; /* the row */
};

struct split {
    struct csv_parser *parser;
    char delimiter;
    struct cell *cells; /* the first TABLE_COLUMNS cells; their text is in `text` */
    size_t count;       /* all cells, also those that `cells` has no room for */
    size_t bytes;       /* in all cells */
    struct arena *arena;
    size_t size; /* of `text` */
    char *text;
    char *next; /* in `text`: where the next cell goes */
    struct split_run run;
};

/* Memory comes from `arena`, which is borrowed until split_close; libcsv has its own. */
void split_open(struct split *split, struct arena *arena);

/* Splits a record; `ends`: its line end is part of `length`. NULL, or what libcsv found wrong. The
 * cells hold until the next call. A record of blanks only has no cells. */
const char *split_record(struct split *split, const char *raw, size_t length, bool ends,
                         char delimiter);

/* Splits whole records at once, which are at most SPLIT_RUN_BYTES, have no quotes and end with LF:
 * `split->run`, which holds until the next call of either. False: libcsv had no memory. */
bool split_run(struct split *split, const char *raw, size_t length, char delimiter);

void split_close(struct split *split);

#endif
