/* split.h -- one raw record -> cells, by libcsv */
#ifndef GPUPLAN_TABLE_SPLIT_H
#define GPUPLAN_TABLE_SPLIT_H

#include "base/arena.h"
#include "base/record.h"

#include <stdbool.h>
#include <stddef.h>

struct csv_parser;

struct split {
    struct csv_parser *parser;
    struct cell *cells; /* the first TABLE_COLUMNS cells; their text is in `text` */
    size_t count;       /* all cells, also those that `cells` has no room for */
    size_t bytes;       /* in all cells */
    struct arena *arena;
    size_t size; /* of `text` */
    char *text;
    char *next; /* in `text`: where the next cell goes */
};

/* Memory comes from `arena`, which is borrowed until split_close; libcsv has its own. */
void split_open(struct split *split, struct arena *arena);

/* Splits a record; `ends`: its line end is part of `length`. NULL, or what libcsv found wrong. The
 * cells hold until the next call. A record of blanks only has no cells. */
const char *split_record(struct split *split, const char *raw, size_t length, bool ends,
                         char delimiter);

void split_close(struct split *split);

#endif
