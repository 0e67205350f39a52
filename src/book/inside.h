/* inside.h -- struct book, for the files of this folder: book.c assembles, one file per sheet */
#ifndef GPUPLAN_BOOK_INSIDE_H
#define GPUPLAN_BOOK_INSIDE_H

#include "book/book.h"
#include "book/digest.h"
#include "book/live.h"
#include "book/page.h"
#include "book/write.h"
#include "base/temporary.h"

/* What Checks compares; counted as results come. */
struct tally {
    uint64_t results;
    uint64_t input_rows; /* that the results came from */
    uint64_t row_left;   /* results of the current row still to come */
    uint64_t by_status[3];
    uint64_t by_estimate[3];
    uint64_t written; /* to Scenarios */
    uint64_t rejected;
    uint64_t rejected_written;
    uint64_t placed;                   /* results with a footprint */
    uint64_t by_limit[2][LIMIT_COUNT]; /* of no_fit and unsupported */
    double worst_sum;                  /* relative difference between the columns and the total */
    uint64_t out_of_band;              /* not low <= expected <= high */
    uint64_t out_of_order;             /* GPU counts not low <= expected <= high */
    uint64_t over_usable;              /* called ok, but more than a card holds */
    uint64_t not_finite;               /* numbers that are none */
};

struct price_table;
struct search;
struct press;
struct capacity_table;

struct book {
    struct book_options options;
    struct arena arena;
    lxw_workbook *workbook;
    struct temporary framed; /* the library's workbook, without bulk rows */
    struct press *press;
    lxw_format *formats[STYLE_KINDS];
    struct sheet *sheets;
    size_t sheet_count;
    struct sheet *scenarios; /* the first Scenarios sheet; the others follow */
    size_t scenario_sheets;
    struct book_list list;  /* of what Scenarios has when it is not everything; rows is 0 before */
    struct sheet *rejected; /* NULL: no such sheet */
    uint16_t carried;
    const struct result_column **results; /* the columns of Scenarios */
    size_t result_count;
    struct digest digest;
    struct tally tally;
    struct request serving_request; /* the first row that What-if can begin with */
    bool serving_given;
    struct whatif *serving;          /* NULL: not planned yet */
    struct request training_request; /* likewise What-if training */
    bool training_given;
    struct whatif *training;
    struct price_table *prices;        /* under Cost, once that sheet is written */
    uint32_t breakdown_row;            /* of the first of all options on Breakdown */
    struct search *search;             /* NULL: not planned yet */
    struct capacity_table *capacities; /* NULL: none taken yet */
};

/* The columns of a sheet that workbook.csv may name. */
bool summary_column(size_t i, struct heading *heading);
bool breakdown_column(size_t i, struct heading *heading);
bool cost_column(size_t i, struct heading *heading);
bool sensitivity_column(size_t i, struct heading *heading);
bool timeline_column(size_t i, struct heading *heading);
bool methods_column(size_t i, struct heading *heading);
bool scenarios_column(size_t i, struct heading *heading);
bool assumptions_column(size_t i, struct heading *heading);
bool models_column(size_t i, struct heading *heading);
bool gpus_column(size_t i, struct heading *heading);

/* True when the book has formulas at all; when rows by the scenario have them too. */
bool book_is_live(const struct book *book);
bool book_rows_are_live(const struct book *book);

/* Where the levers, and after them the assumptions, stand on their sheet, for other sheets. */
enum { ASSUMPTIONS_ROW = 4, ASSUMPTIONS_COLUMN = 2 };

/* cost.c: where each workload's options will stand on Cost, before any sheet is written; and the
 * cell of a letter in such a row, for formulas on other sheets. */
void cost_place(struct book *book);
void cost_cell(const char *letter, uint32_t row, char cell[CELL_NAME_BYTES]);

/* Scenarios and Rejected are begun when the book is opened and filled as results come. */
bool scenarios_are_cut(const struct book *book);
uint32_t scenarios_header(const struct book *book); /* row; below a line that says which rows */
void scenarios_begin(struct book *book, struct sheet *sheet, size_t index);
void scenarios_add(struct book *book, const struct result *result);
void rejected_begin(struct book *book, struct sheet *sheet, size_t index);
void rejected_add(struct book *book, const char *place, const char *reason);

/* The first row of Summary that does not repeat the verdict of Checks. */
enum { SUMMARY_SUMS = 4 };

/* The others are written from the digest when it is closed. */
void summary_write(struct book *book, struct sheet *sheet);
void minimum_write(struct book *book, struct sheet *sheet);
void breakdown_write(struct book *book, struct sheet *sheet);
void cost_write(struct book *book, struct sheet *sheet);
void sensitivity_write(struct book *book, struct sheet *sheet);
void timeline_write(struct book *book, struct sheet *sheet);
void changes_write(struct book *book, struct sheet *sheet);
void methods_write(struct book *book, struct sheet *sheet);
void whatif_write(struct book *book, struct sheet *sheet);
void whatif_layouts_write(struct book *book, struct sheet *sheet);
void whatif_splits_write(struct book *book, struct sheet *sheet);
void whatif_data_write(struct book *book, struct sheet *sheet);
void training_write(struct book *book, struct sheet *sheet);
void training_layouts_write(struct book *book, struct sheet *sheet);
void training_splits_write(struct book *book, struct sheet *sheet);
void training_ways_write(struct book *book, struct sheet *sheet);
void training_data_write(struct book *book, struct sheet *sheet);
void search_write(struct book *book, struct sheet *sheet);
void search_lines_write(struct book *book, struct sheet *sheet);
void capacity_write(struct book *book, struct sheet *sheet);
void assumptions_write(struct book *book, struct sheet *sheet);
void models_write(struct book *book, struct sheet *sheet);
void gpus_write(struct book *book, struct sheet *sheet);
void checks_write(struct book *book, struct sheet *sheet);
void about_write(struct book *book, struct sheet *sheet);

/* whatif_serving.c, whatif_training.c: remember the first row that the What-if sheets can begin
 * with; plan them. */
void serving_consider(struct book *book, const struct result *result);
void serving_plan(struct book *book);
void training_consider(struct book *book, const struct result *result);
void training_plan(struct book *book);

/* whatif_layouts.c, whatif_training_layouts.c: GPUs by the search and by the list of layouts, 0:
 * none; false: they differ, at any end of the band or in the layout. */
bool whatif_agrees(const struct book *book, double *searched, double *listed);
bool training_agrees(const struct book *book, double *searched, double *listed);

/* named.c: cells of Assumptions in formulas. An assumption's cell has its name where a spreadsheet
 * allows it, and is written as Assumptions!$C$12 where not; false: there is no such assumption. */
bool assumption_is_named(const struct assumption *assumption);
void assumption_cell(const struct book *book, size_t index, char cell[CELL_NAME_BYTES]);
bool assumption_named(const struct book *book, const char *name, char cell[CELL_NAME_BYTES]);

/* The assumption that a letter of the bill is bound from (or that has its name). */
bool assumption_of_letter(const struct book *book, const char *letter, char cell[CELL_NAME_BYTES]);

/* The card's own, NAME.ID, else the one for all cards. */
bool assumption_of_card(const struct book *book, const char *name, const char *gpu,
                        char cell[CELL_NAME_BYTES]);

/* True when formulas follow the assumption's cell. */
bool assumption_is_live(const struct assumption *assumption);

/* tally.c, checks.c */
void tally_add(struct tally *tally, const struct result *result);
bool checks_hold(const struct book *book);
const char *checks_words(const struct book *book); /* the master check in one line */

/* The same in a row of `sheet`, columns 0 to `last`, as a formula; what fails looks so. */
void checks_put_verdict(const struct book *book, struct sheet *sheet, uint32_t row, uint16_t last,
                        const char *formula);

/* summary.c: the row of the line of one of digest.workloads. */
uint32_t summary_row(size_t workload);

/* breakdown.c: formulas of the sums of all terms and of all totals there; returns GiB. */
double breakdown_sums(const struct book *book, char parts[512], char totals[512]);

/* about.c: "2026-11-22 04:36 UTC" */
enum { TIME_BYTES = 32 };
const char *created_text(const struct book *book, char buffer[TIME_BYTES]);

#endif
