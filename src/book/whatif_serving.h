/* whatif_serving.h -- the What-if sheets of serving: splits, layouts, and their tables
 *
 * What-if splits has a row for every way to cut a replica, since all but the cache is the same
 * however many replicas there are; What-if layouts has the same rows and a column for each number
 * of replicas, up to WHATIF_GPUS_MOST GPUs. Only engines are offered whose cache is a pool that
 * prompts enter in chunks: for those the first and the last stage hold the same cache, so that the
 * fullest stage and phase do not depend on the replicas.
 */
#ifndef GPUPLAN_BOOK_WHATIF_SERVING_H
#define GPUPLAN_BOOK_WHATIF_SERVING_H

#include "book/whatif.h"

#define WHATIF_SHEET "What-if"
#define LAYOUTS_SHEET "What-if layouts"
#define SPLITS_SHEET "What-if splits"
#define DATA_SHEET "What-if data"

extern const struct whatif_kind serving_kind;

/* whatif_facts.c, whatif_letters.c, whatif_answer.c */
extern const struct datum_list serving_data;
extern const struct quantity_list serving_positions;
extern const struct quantity_list serving_rest;
extern const struct quantity_list serving_answers;

/* One layout. */
struct spread {
    struct layout layout;
    struct letters at;
    struct footprint footprint;
};

/* One way to cut a replica, with nothing in its cache: at[] by stage, of[] by stage and phase. */
struct split {
    double t;
    double p;
    bool legal_heads;
    bool legal;
    struct letters at[2];
    struct footprint of[4];
    int tight;              /* index into of: where the least is left for the cache */
    struct spread *spreads; /* by R - 1 */
    size_t spread_count;
    double most;      /* R */
    double fewest[3]; /* R by enum margin; 0: none fits */
};

/* The plan of a book; NULL: there is nothing to offer. */
const struct whatif *serving_of(const struct book *book);

/* True for terms that are zero on every engine that is offered. */
bool term_is_idle(const struct term *term);

/* The columns of the splits, before any sheet is written. */
void whatif_place_splits(struct whatif *w);
void whatif_place_layouts(struct whatif *w);

/* The range of a column of the layouts or of the splits; false: no such column. Of the splits, a
 * symbol may end in its stage, 1 or 2. */
bool layouts_range(const struct whatif *w, const char *symbol, char range[CELL_NAME_BYTES]);
bool splits_range(const struct whatif *w, const char *symbol, char range[CELL_NAME_BYTES]);

/* The cell of a column in the row of a split, for formulas on other sheets. */
bool splits_cell(const struct whatif *w, const char *symbol, size_t split,
                 char cell[CELL_NAME_BYTES]);

#endif
