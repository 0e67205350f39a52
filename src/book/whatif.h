/* whatif.h -- one scenario to play with: what the four What-if sheets share
 *
 * What-if holds drop-downs, the answer and the letters; What-if layouts has a row for every layout
 * of up to WHATIF_GPUS_MOST GPUs; What-if splits has one for every way to cut a replica, since all
 * but the cache is the same however many replicas there are; What-if data has the catalogs. Each
 * formula is the core's own text (terms[].formula) or written in the same letters, and each cached
 * value is the core's. Only serving is offered, on engines whose cache is a pool that prompts enter
 * in chunks: for those the first and the last stage hold the same cache, so that the fullest stage
 * and phase do not depend on the replicas. */
#ifndef GPUPLAN_BOOK_WHATIF_H
#define GPUPLAN_BOOK_WHATIF_H

#include "book/inside.h"
#include "core/fit.h"

enum {
    WHATIF_GPUS_MOST = 64,
    MODELS_MOST = 60,
    TYPES_MOST = 24,
    ENGINES_MOST = 12,
    CARDS_MOST = 60
};

#define WHATIF_SHEET "What-if"
#define LAYOUTS_SHEET "What-if layouts"
#define SPLITS_SHEET "What-if splits"
#define DATA_SHEET "What-if data"

/* A catalog row to choose, or a model with a type; what a request with it binds. */
struct pick {
    char key[160];
    struct request request;
    struct engine engine; /* of the request: keeps what a model may need on any engine */
    struct letters letters;
};

enum offer_kind { OFFER_MODEL, OFFER_TYPE, OFFER_ENGINE, OFFER_GPU, OFFER_CACHE, OFFER_KINDS };

struct offer_table {
    struct pick *offers;
    size_t count;
    size_t chosen; /* in the scenario as released */
    bool has_chosen;
    uint32_t row; /* of the first one, on the data sheet */
};

/* A column of the data sheet. */
struct datum {
    enum offer_kind kind;
    const char *symbol;
    const char *meaning; /* NULL: the legend's */
    const char *unit;
    double (*value)(const struct pick *o, const struct facts *facts); /* NULL: the letter */
};
extern const struct datum whatif_data[];
extern const size_t whatif_datum_count;

/* One way to cut a replica, with nothing in its cache: at[] by stage, of[] by stage and phase. */
struct split {
    double t;
    double p;
    bool legal_heads;
    bool legal;
    struct letters at[2];
    struct footprint of[4];
    int tight; /* index into of: where the least is left for the cache */
};

/* One layout. */
struct spread {
    const struct split *split;
    struct layout layout;
    struct letters at;
    struct footprint footprint;
    bool legal;
};

struct grid_column;

struct whatif {
    struct book *book;
    const struct facts *facts;
    struct request request; /* as released */
    struct subject subject;
    const struct dtype *types[TYPES_MOST];
    size_t type_count;
    double per_server;
    struct offer_table tables[OFFER_KINDS];
    uint32_t runs_row;
    struct split *splits;
    size_t split_count;
    struct spread *spreads;
    size_t spread_count;
    struct fit expected, low, high;
    const struct spread *shown; /* the smallest that fits, else the nearest */
    size_t shown_row;           /* its place among the spreads */
    struct grid_column *split_columns;
    size_t split_column_count;
};

/* The plan of a book; NULL: there is nothing to offer. */
const struct whatif *whatif_of(const struct book *book);

/* True for terms that are zero on every engine that is offered. */
bool term_is_idle(const struct term *term);
bool term_serves(const struct term *term);

/* The legend's row, or NULL; the letter's value. */
const struct letter *legend_find(const char *symbol);
double legend_value(const struct letters *x, const char *symbol);

double datum_value(const struct whatif *w, const struct datum *d, const struct pick *o);
void datum_range(const struct whatif *w, const struct datum *d, char range[CELL_NAME_BYTES]);

/* The cell, name or range behind a symbol that is the same in every row of the search. */
bool whatif_cell(const struct whatif *w, const char *symbol, char cell[CELL_NAME_BYTES]);

/* The columns of the splits, before any sheet is written. */
void whatif_place_splits(struct whatif *w);

/* The range of a column of the layouts or of the splits; false: no such column. Of the splits, a
 * symbol may end in its stage, 1 or 2. */
bool layouts_range(const struct whatif *w, const char *symbol, char range[CELL_NAME_BYTES]);
bool splits_range(const struct whatif *w, const char *symbol, char range[CELL_NAME_BYTES]);

/* The range of `rows` rows of a search's column on its sheet; false: `column` is negative. */
bool whatif_range(const char *sheet, int column, size_t rows, char range[CELL_NAME_BYTES]);

/* The cell of a column in the row of a split, for formulas on other sheets. */
bool splits_cell(const struct whatif *w, const char *symbol, size_t split,
                 char cell[CELL_NAME_BYTES]);

/* Where the tables stand on the data sheet, before any sheet is written. */
void whatif_place_data(struct whatif *w);

/* A line of What-if: a number or a word, as a formula over symbols. */
struct quantity {
    const char *symbol; /* its name is wi_SYMBOL; NULL: it has none */
    const char *label;
    const char *unit;
    const char *formula; /* NULL: the number itself */
    const char *source;
    enum style style;
    double (*value)(const struct whatif *w);
    const char *(*text)(const struct whatif *w); /* instead of value */
    double number;                               /* where neither is given */
};

/* whatif_letters.c: bound from the choice; the catalogs' come between the two. */
extern const struct quantity letter_positions[];
extern const size_t letter_position_count;
extern const struct quantity letter_rest[];
extern const size_t letter_rest_count;

/* whatif_answer.c */
extern const struct quantity answer_lines[];
extern const size_t answer_line_count;

/* What may be chosen, on What-if. */
extern const char *const input_symbols[];

/* A name of the workbook: wi_NAME. */
void whatif_name(struct book *book, struct sheet *sheet, const char *name, const char *range);

/* Where the layouts and splits begin on their sheets. */
enum { GRID_HEADER_ROW = 3, GRID_ROW = 4 };

#endif
