/* book.h -- results in, workbook out: the only room that knows libxlsxwriter
 *
 * Results arrive one by one and are written to the Scenarios sheets as they come, in constant
 * memory; the other sheets are made from a bounded digest when the book is closed. */
#ifndef GPUPLAN_BOOK_H
#define GPUPLAN_BOOK_H

#include "base/arena.h"
#include "core/facts.h"
#include "core/sensitivity.h"
#include "report/columns.h"
#include "base/period.h"

#include <stdbool.h>
#include <stdint.h>

struct book;
struct earlier;
struct labels;
struct dress;

/* Which cells are live formulas: all but rows by the scenario beyond FORMULAS_AUTO_ROWS; the same
 * beyond FORMULAS_ROWS_MOST; none. Larger books take spreadsheet programs long to open. */
enum formulas { FORMULAS_AUTO, FORMULAS_ALWAYS, FORMULAS_NEVER };
enum { FORMULAS_AUTO_ROWS = 20000, FORMULAS_ROWS_MOST = 100000 };
extern const char *const formulas_words[];

/* An input that the About sheet names. */
struct book_input {
    const char *name;
    unsigned long long hash; /* of its bytes, see table_hash */
    uint64_t rows;           /* that were accepted; the header and rejected rows left out */
    uint64_t scenarios;
};

/* GPUs of one kind that are owned from one month to another. */
struct owned_lot {
    const char *gpu; /* a catalog id */
    double count;
    struct period owned; /* INT_MIN, INT_MAX: open */
};

/* All texts and facts are borrowed until the book is closed. */
struct book_options {
    const char *path;  /* written directly: the caller gives a temporary name and renames it */
    const char *title; /* of the Summary, the page headers and the document */
    const struct facts *facts;
    const struct book_input *inputs;
    size_t input_count;
    uint64_t scenarios; /* how many results will come: decides the number of Scenarios sheets */
    bool lists_later;   /* Scenarios gets its rows by book_list, not as results come */
    uint64_t rejected;  /* how many rejected rows will come; 0: no Rejected sheet */
    const char *const *carried; /* names of carried x_ columns, NULL-terminated */
    long long created;          /* seconds since 1970, for reproducible bytes (SOURCE_DATE_EPOCH) */
    const char *version;        /* of the program */
    const char *libraries;      /* that the inputs were read with: "libcsv 3.0.3" */
    const char *command;        /* how the book was made */
    const char *const *settings; /* NAME=VALUE of this run, NULL-terminated; NULL: none */
    bool has_serving;            /* some row is of serving, or of training */
    bool has_training;
    enum formulas formulas;
    size_t threads;         /* for the rows of Scenarios; bytes do not depend on it */
    bool has_period;        /* some row has one: there is a sheet Timeline */
    const char *owned_name; /* the file of owned GPUs; NULL: none was given */
    const struct owned_lot *owned;
    size_t owned_count;
    const struct dress *dress; /* sheets, columns and titles; NULL: as the code has them */
    struct labels *labels;     /* of the workbook's language; sheets add their names. Not NULL */
    struct earlier *earlier;   /* results of an earlier run, to be met and settled; NULL: none */
};

/* Rows that its sheets hold when they come with the results, and by book_list, on one sheet under a
 * line that says which they are. */
enum { BOOK_SHEETS_MOST = 4, BOOK_SHEET_ROWS = 1048576 - 1 };
enum { BOOK_ROWS_MOST = BOOK_SHEETS_MOST * BOOK_SHEET_ROWS };
enum { BOOK_LISTED_MOST = BOOK_SHEET_ROWS - 1 };

enum { BOOK_WHY_BYTES = 512 };

/* NULL with the reason in `why` when the file cannot be made. */
struct book *book_open(const struct book_options *options, char why[BOOK_WHY_BYTES]);

/* One result, in the order of the inputs, all scenarios of a row one after the other. What it
 * points to, the facts apart, may go when the call returns. */
void book_add(struct book *book, const struct result *result);

/* True while the Methods sheet still has room for this scenario's option: then the caller answers
 * it by all three methods and passes them, in the order of enum estimate. */
bool book_wants_methods(const struct book *book, const struct scenario *scenario);
void book_add_methods(struct book *book, const struct result methods[3]);

/* After the last result: what the sheet Sensitivity wants to know of workload `i`, to be worked out
 * before the book is closed; NULL: nothing. The count is bounded, whatever comes. */
size_t book_study_count(const struct book *book);
struct study *book_study(struct book *book, size_t i);

/* With lists_later, after the last result: how many rows Scenarios gets by book_list, and what it
 * says of them. */
struct book_list {
    uint64_t rows;
    const char *note; /* borrowed for the call */
    bool is_cut;      /* there are more than the sheet takes */
};
void book_list_begin(struct book *book, const struct book_list *list);
void book_list(struct book *book, const struct result *result);

/* After the last result: the numbers of the scenarios that matter, ascending: of each workload the
 * cheapest to rent and to own, the smallest and the fastest option, or one that does not fit. */
const uint64_t *book_best_numbers(struct book *book, size_t *count);

/* A row that was not planned (--keep-going). */
void book_reject(struct book *book, const char *place, const char *reason);

/* Writes the rest, closes, reads the file back and checks it. False with the reason in `why`: the
 * file is then not to be used. Frees the book in any case. */
bool book_close(struct book *book, char why[BOOK_WHY_BYTES]);

/* Frees without writing: after a failure elsewhere. */
void book_abandon(struct book *book);

#endif
