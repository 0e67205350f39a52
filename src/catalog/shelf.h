/* shelf.h -- the items of one catalog while its rows are read */
#ifndef GPUPLAN_CATALOG_SHELF_H
#define GPUPLAN_CATALOG_SHELF_H

#include "catalog/catalog.h"
#include "table/table.h"

struct shelf {
    const struct catalog_file *file;
    struct arena *arena; /* of the items and their texts */
    char *items;
    size_t count;
    size_t room;
};

/* For table/'s sniffing: is `name` a column of the struct catalog_file in `context`? */
bool shelf_is_field(const void *context, const char *name);

/* Adds the rows of `table`; one whose key is there already replaces that item. False: some fault
 * was reported, and what was added is not to be used. */
bool shelf_read(struct shelf *shelf, struct table *table, struct diag *diag);

/* Makes the items those of `facts`. */
void shelf_put(const struct shelf *shelf, struct facts *facts);

#endif
