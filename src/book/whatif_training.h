/* whatif_training.h -- the What-if sheets of training: ways, splits, layouts, and their tables
 *
 * What-if training layouts has a row for each t, p and ZeRO stage and a column for each number D of
 * data-parallel ranks, up to WHATIF_GPUS_MOST GPUs. A split is such a row: of its bytes some are
 * divided by D and the rest are not, so that one formula gives the total for each D. What depends
 * on t alone stands once per t, on the ways. At D = 1 nothing is divided nor gathered, whatever the
 * stage. Context- and expert-parallel ways and interleaved stages are not offered. */
#ifndef GPUPLAN_BOOK_WHATIF_TRAINING_H
#define GPUPLAN_BOOK_WHATIF_TRAINING_H

#include "book/whatif.h"

#define TRAINING_SHEET "What-if training"
#define TRAINING_LAYOUTS "Training layouts"
#define TRAINING_SPLITS "Training splits"
#define TRAINING_WAYS "Training ways"
#define TRAINING_DATA "Training data"

extern const struct whatif_kind training_kind;

/* whatif_training_facts.c, _letters.c, _answer.c */
extern const struct datum_list training_data;
extern const struct quantity_list training_positions;
extern const struct quantity_list training_rest;
extern const struct quantity_list training_answers;
extern const struct quantity_list training_placed;

/* One t: letters with all layers on one stage. */
struct way {
    double t;
    bool legal_heads;
    struct letters at;
};

/* One number of ranks: GiB on the fullest GPU, where it is, and half of the band. */
struct rank {
    struct layout layout;
    struct footprint footprint;
    double half_bytes;
    int place;
};

/* One t, p and ZeRO stage; slot 1..3 is the stage unless the scenario names one. */
struct cut {
    const struct way *way;
    double p;
    int slot;
    double zero;
    bool legal;
    struct letters at[2]; /* first and last stage, one rank; i_3, i_w and N_gpu of more */
    struct rank *ranks;   /* by D - 1; of slots 2 and 3 the first is not used */
    size_t rank_count;
    double nearest;   /* D */
    double fewest[3]; /* D by enum margin; 0: none fits */
};

struct tuned {
    struct way *ways;
    size_t way_count;
    struct cut *cuts;
    size_t cut_count;
    size_t shown_cut;
    const struct rank *shown;
    struct footprint footprint; /* of what is shown, with its terms */
    struct letters letters;     /* of the same; Y is before the reserve */
    struct grid_column *way_columns, *cut_columns, *layout_columns;
    size_t way_column_count, cut_column_count, layout_column_count;
};

/* The plan of a book; NULL: there is nothing to offer. */
const struct whatif *training_of(const struct book *book);

/* Flags of a ZeRO stage with more than one rank. */
struct shards {
    double weights, gradients, optimizer; /* 1: divided by D */
    double gathers;                       /* i_3 */
    double keeps;                         /* i_w */
};
struct shards shards_of(const struct request *request, double zero);

/* whatif_training_ways.c, _splits.c, _layouts.c: the columns, before any sheet is written. */
void training_place_ways(struct whatif *w);
void training_place_splits(struct whatif *w);
void training_place_layouts(struct whatif *w);

/* The range of a column: by_SYMBOL, each_SYMBOL, all_SYMBOL; false: no such column. */
bool ways_range(const struct whatif *w, const char *symbol, char range[CELL_NAME_BYTES]);
bool cuts_range(const struct whatif *w, const char *symbol, char range[CELL_NAME_BYTES]);
bool tuned_range(const struct whatif *w, const char *symbol, char range[CELL_NAME_BYTES]);

/* The cell of a column in the row of a t or of a split, for formulas on other sheets. */
bool ways_cell(const struct whatif *w, const char *symbol, size_t way, char cell[CELL_NAME_BYTES]);
bool cuts_cell(const struct whatif *w, const char *symbol, size_t cut, char cell[CELL_NAME_BYTES]);

/* Where a term stands: on the ways where t is all it needs of the layout, times at most one letter
 * of the stage that its formula begins with; else on the splits. */
enum term_level { TERM_OF_WAY, TERM_OF_SPLIT };
enum term_level term_level(const struct term *term);
bool term_trains(const struct term *term);
bool term_names(const struct term *term, const char *letter);

/* That letter of the stage, or "". */
const char *term_factor(const struct term *term, char factor[8]);

/* whatif_training_sums.c: sums over the term table, on a stage of a split before ZeRO divides. */
enum sum {
    SUM_WEIGHTS,
    SUM_KEPT, /* gradients in forward and backward */
    SUM_GRADIENTS,
    SUM_OPTIMIZER,
    SUM_FORWARD, /* activations, one rank alone */
    SUM_BACKWARD,
    SUM_END,
    SUM_STEP,
    SUM_FORWARD_GATHER, /* what more than one rank adds to them */
    SUM_BACKWARD_GATHER,
    SUM_END_GATHER,
    SUM_STEP_GATHER,
    SUM_RESERVED_OF, /* overhead that the reserve is a share of */
    SUM_OVERHEAD     /* the rest of it, NCCL left out */
};
double training_sum(const struct cut *cut, int stage, enum sum sum);
const char *training_sum_text(struct whatif *w, enum sum sum);

#endif
