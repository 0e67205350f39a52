/* whatif.h -- one scenario to play with: what the What-if sheets of serving and training share
 *
 * A What-if sheet holds drop-downs, the answer, its memory term by term, and the letters; further
 * sheets hold the search over layouts and the catalog rows that are offered. Each formula is the
 * core's own text (terms[].formula) or written in the same letters, and each cached value is the
 * core's. What differs between serving and training is a struct whatif_kind of tables. */
#ifndef GPUPLAN_BOOK_WHATIF_H
#define GPUPLAN_BOOK_WHATIF_H

#include "book/inside.h"
#include "core/fit.h"

enum {
    WHATIF_GPUS_MOST = 64,
    MODELS_MOST = 60,
    TYPES_MOST = 24,
    ENGINES_MOST = 16,
    CARDS_MOST = 60
};

/* A catalog row to choose, or a model with a type; what a request with it binds. */
struct pick {
    char key[160];
    struct request request;
    struct engine engine; /* of the request: keeps what a model may need on any engine */
    struct letters letters;
};

enum offer_kind {
    OFFER_MODEL,
    OFFER_TYPE, /* a model with a type of weights */
    OFFER_ENGINE,
    OFFER_GPU,
    OFFER_CACHE, /* types of the cache, serving only */
    OFFER_DTYPE, /* types of weights: the rest of training only */
    OFFER_OPTIMIZER,
    OFFER_TARGETS, /* sets of matrices with adapters */
    OFFER_KINDS
};

struct offer_table {
    struct pick *offers;
    size_t count;
    size_t chosen; /* in the scenario as released */
    bool has_chosen;
    uint32_t row; /* of the first one, on the data sheet */
};

struct whatif;

/* A column of the data sheet. */
struct datum {
    enum offer_kind kind;
    const char *symbol;
    const char *meaning; /* NULL: the legend's */
    const char *unit;
    double (*value)(const struct pick *o, const struct facts *facts); /* NULL: the letter */
};

/* A line of What-if: a number or a word, as a formula over symbols. */
struct quantity {
    const char *symbol; /* its name is the kind's prefix and this; NULL: it has none */
    const char *label;
    const char *unit;
    const char *formula; /* NULL: the number itself */
    const char *source;
    enum style style;
    double (*value)(const struct whatif *w);
    const char *(*text)(const struct whatif *w); /* instead of value */
    double number;                               /* where neither is given */
};

struct quantity_list {
    const struct quantity *lines;
    size_t count;
};

struct datum_list {
    const struct datum *items;
    size_t count;
};

/* A cell to choose in: a drop-down, or a number between two bounds. */
struct choice_cell {
    const char *symbol;
    const char *label;
    const char *unit;
    const char *list; /* name of the drop-down's range; NULL: a number */
    double least;
    double most;
    const char *remark;
    const char *(*text)(const struct whatif *w); /* as released: of a drop-down of words */
    double (*number)(const struct whatif *w);    /* of the others; not finite: empty */
};

/* A table of the data sheet. */
struct offer_text {
    const char *title;
    const char *key;
    const char *list; /* name of the column of keys */
    const char *source;
    const char *at; /* symbol of the chosen line; NULL: whole columns are named */
};

/* A drop-down of words that no catalog holds. */
struct word_list {
    const char *name;
    const char *title;
    const char *const *words; /* NULL-terminated */
};

struct whatif_kind {
    const char *prefix; /* of names in the workbook */
    const char *sheet;
    const char *data_sheet;
    const char *about; /* under the title of the sheet */
    const char *data_about;
    const char *left_out; /* terms that are zero for all that is offered */
    const struct choice_cell *choices;
    size_t choice_count;
    const struct datum_list *data;
    const struct offer_text *offers; /* by enum offer_kind */
    const struct word_list *words;   /* NULL: none */
    size_t word_count;
    const struct quantity_list *positions; /* of the choice; the catalogs' letters come next */
    const struct quantity_list *rest;
    const struct quantity_list *answers;
    const struct quantity_list *placed; /* letters of the layout shown; NULL: none */
    bool (*range)(const struct whatif *w, const char *symbol, char range[CELL_NAME_BYTES]);
    bool (*shows)(const struct term *term);
    void (*term_formula)(const struct term *term, char text[512]);
    const struct footprint *(*footprint)(const struct whatif *w); /* of the layout shown */
};

struct split;
struct spread;
struct split_column;
struct grid_column;
struct tuned;

struct whatif {
    struct book *book;
    const struct whatif_kind *kind;
    const struct facts *facts;
    struct request request; /* as released */
    struct subject subject;
    const struct dtype *types[TYPES_MOST];
    size_t type_count;
    double per_server;
    struct offer_table tables[OFFER_KINDS];
    uint32_t runs_row;
    struct fit expected, low, high;
    /* serving, see whatif_serving.h */
    struct split *splits;
    size_t split_count;
    const struct spread *shown; /* the smallest that fits, else the nearest */
    size_t shown_row;           /* its split */
    struct split_column *split_columns;
    size_t split_column_count;
    struct grid_column *layout_columns;
    size_t layout_column_count;
    /* training, see whatif_training.h */
    struct tuned *tuned;
};

/* The legend's row, or NULL; the letter's value. */
const struct letter *legend_find(const char *symbol);
double legend_value(const struct letters *x, const char *symbol);

double datum_value(const struct whatif *w, const struct datum *d, const struct pick *o);
void datum_range(const struct whatif *w, const struct datum *d, char range[CELL_NAME_BYTES]);

/* whatif_facts.c, for the tables of both kinds: what t must divide, see tp_divides_heads; what
 * frameworks see of a card; GPUs per server. */
double split_heads(const struct pick *o, const struct facts *facts);
double split_kv_heads(const struct pick *o, const struct facts *facts);
double split_window_heads(const struct pick *o, const struct facts *facts);
double split_window_kv_heads(const struct pick *o, const struct facts *facts);
double card_bytes(const struct pick *o, const struct facts *facts);
double card_server(const struct pick *o, const struct facts *facts);

/* The line that is chosen as released. */
const struct pick *whatif_chosen(const struct whatif *w, enum offer_kind kind);

/* The cell, name or range behind a symbol that is the same in every row of the search. */
bool whatif_cell(const struct whatif *w, const char *symbol, char cell[CELL_NAME_BYTES]);

/* A name of the workbook: the kind's prefix and `name`. */
void whatif_name(const struct whatif *w, struct sheet *sheet, const char *name, const char *range);

/* The range of `rows` rows of a search's column on its sheet; false: `column` is negative. */
bool whatif_range(const char *sheet, int column, size_t rows, char range[CELL_NAME_BYTES]);

/* Where the tables stand on the data sheet, before any sheet is written. */
void whatif_place_data(struct whatif *w);

/* The sheets that both kinds have; w is NULL where there is nothing to choose from. */
void whatif_put(const struct whatif *w, struct book *book, struct sheet *sheet);
void whatif_put_data(const struct whatif *w, struct book *book, struct sheet *sheet);

/* whatif_offers.c: what is offered of the catalogs, beside what the rows use. */
struct offer_rule {
    bool (*engine)(const struct engine *engine);
    bool (*type)(const struct dtype *type);
    const char *const *engines; /* common ones, NULL-terminated */
    const char *const *types;
};
void whatif_offer_engines(struct whatif *w, const struct offer_rule *rule);
void whatif_offer_cards(struct whatif *w);
void whatif_offer_models(struct whatif *w);
void whatif_choose_types(struct whatif *w, const struct offer_rule *rule);
bool whatif_take_default(struct whatif *w, const struct offer_rule *rule);

/* NULL: there is no room; the last place is the chosen one's. */
struct pick *whatif_offer(struct whatif *w, enum offer_kind kind, size_t most, bool chosen);
void whatif_bind(struct whatif *w, enum offer_kind kind, struct pick *o, const char *key);
bool whatif_any_model_splits(const struct whatif *w, double t);

/* Bytes that the fullest GPU lacks at that end of the band; 0 or less: it fits. */
double whatif_lacks(const struct footprint *f, enum margin margin);

/* True when the model is a catalog's. */
bool whatif_is_listed(const struct facts *facts, const struct model *model);

/* A column of a search; of a staged one stage is 1 or 2, of a block by ranks or replicas their
 * number. */
struct grid_column {
    const char *symbol;
    int stage;
    const char *title;
    const char *unit;
    const char *formula;                                            /* NULL: the number itself */
    double (*value)(const struct whatif *w, size_t row, int stage); /* NULL: a letter or a term */
};

/* Index of the column with this symbol and stage, also with the stage behind the symbol; -1. */
int grid_column_of(const struct grid_column *columns, size_t count, const char *symbol, int stage);

/* A search as a sheet. */
struct grid {
    const struct whatif *w;
    const struct grid_column *columns;
    size_t count;
    size_t rows;
    /* the cell or text behind a symbol that is no column of the row's */
    bool (*find)(const struct whatif *w, size_t row, const struct grid_column *column,
                 const char *symbol, char cell[CELL_NAME_BYTES]);
    double (*letter)(const struct whatif *w, size_t row, const struct grid_column *column);
    bool (*is_empty)(const struct whatif *w, size_t row, const struct grid_column *column);
};
void grid_put(const struct grid *grid, struct sheet *sheet);

/* Adds a column to columns that have room for COLUMNS_MOST. */
enum { GRID_COLUMNS_MOST = 256 };
void grid_add(struct grid_column *columns, size_t *count, struct grid_column column);

/* The cell in a row of another search's sheet, or of the own where `sheet` is NULL. */
void grid_cell(const char *sheet, int column, size_t row, char cell[CELL_NAME_BYTES]);

/* Columns `from` to `to` of a row; of a row above the table (`to` 0: one cell that follows its
 * column); of all rows. */
bool grid_row_range(const char *sheet, int from, int to, size_t row, char range[CELL_NAME_BYTES]);
bool grid_head(uint32_t row, int from, int to, char cell[CELL_NAME_BYTES]);
bool grid_block(const char *sheet, int from, int to, size_t rows, char range[CELL_NAME_BYTES]);

/* Fills the cells of those columns, down to row `last`, where the rule of the first one holds. */
void grid_mark(struct sheet *sheet, int from, int to, uint32_t last, const char *rule);

/* Shares of the model on the fullest stage of a split: of all layers, MoE layers, dense FFNs. */
#define GRID_SHARES \
    {"s_l", 0, "s_l", "share of layers", "l_s / L", NULL}, \
        {"s_x", 0, "s_x", "share of MoE layers", "IF(L_x > 0, MIN(L_x, l_s) / L_x, s_l)", NULL}, \
    { \
        "s_f", 0, "s_f", "share of dense FFNs", \
            "IF(L_x * (L - L_x) > 0, MIN(L - L_x, IF(p > 1, l_s - MIN(L_x, l_s), L - L_x)) / " \
            "(L - L_x), s_l)", \
            NULL \
    }

/* Formulas of an answer: empty while no layout is shown; GPUs of the lowest rank of a margin, the
 * range `copies` holding how often the layout is repeated. */
#define WHATIF_SHOWN(formula) "IF(at_row = \"\", \"\", " formula ")"
#define WHATIF_FEWEST(copies, margin) \
    "INDEX(all_t, MATCH(MIN(" margin "), " margin ", 0)) * INDEX(all_p, MATCH(MIN(" margin \
    "), " margin ", 0)) * INDEX(" copies ", MATCH(MIN(" margin "), " margin ", 0))"

/* True when `same`, asked at both ends of the band and as expected, finds the search's layouts;
 * GPUs as searched and as listed. True without a scenario, which is NULL. */
typedef bool same_layout_of(const struct whatif *w, enum margin margin, const struct fit *fit,
                            double *gpus);
bool whatif_is_searched(const struct whatif *w, same_layout_of *same, double *searched,
                        double *listed);

/* Where the rows of a search begin on their sheets. */
enum { GRID_HEADER_ROW = 3, GRID_ROW = 4 };

#endif
