/* catalog.h -- what the program knows: the CSV files of templates/, built in and overridable
 *
 * A row of DIR/models.csv (and so on) with an id that is built in replaces that row; any other adds
 * one. Files that DIR lacks are not an error. Columns may stand in any order; blank cells take the
 * documented reading; an unknown column is a fault. */
#ifndef GPUPLAN_CATALOG_H
#define GPUPLAN_CATALOG_H

#include "base/arena.h"
#include "base/diag.h"
#include "core/facts.h"

#include <stdbool.h>

/* Nearer to 0 or farther from it no fact of any unit is meant, and what is worked out with it would
 * overflow. Fields may have narrower limits. */
#define FACT_LEAST 1e-9
#define FACT_MOST 1e18

/* Loads the built-in catalogs, then those of `dir` (NULL: none). Everything is in `arena`. False
 * when a row is faulty (reported; *exit_code says how to leave). */
bool catalog_load(struct facts *facts, struct arena *arena, const char *dir, struct diag *diag,
                  int *exit_code);

/* A catalog as the user names it: `models`, `gpus`, `dtypes`, ... */
struct catalog_file {
    const char *name; /* "models"; the file is models.csv */
    const struct fact_field *fields;
    const size_t *field_count;
    size_t item_size;
    size_t items_offset;     /* of the array in struct facts */
    size_t count_offset;     /* of its count */
    const char *const *keys; /* columns that together identify a row, NULL-terminated */
};
extern const struct catalog_file catalog_files[];
extern const size_t catalog_file_count;

/* The file named `name`, or NULL. */
const struct catalog_file *catalog_file_named(const char *name);

/* The items of a catalog in `facts`. */
const void *catalog_items(const struct facts *facts, const struct catalog_file *file,
                          size_t *count);

/* The value of a field as text ("" when not given), in `buffer` where it is a number. */
enum { CATALOG_TEXT_BYTES = 64 };
const char *catalog_text(const void *item, const struct fact_field *field,
                         char buffer[CATALOG_TEXT_BYTES]);

/* Built-in texts: catalogs and scenario forms, by name ("models.csv", "scenarios/lora.csv"). */
struct builtin_file {
    const char *name;
    const char *begin;
    const char *end;
};
extern const struct builtin_file builtin_files[];
extern const size_t builtin_file_count;
const struct builtin_file *builtin_file_named(const char *name);

#endif
