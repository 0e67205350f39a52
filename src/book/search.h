/* search.h -- the search for GPU counts in cells: a line for each option, one for each layout
 *
 * Search lists options that other sheets show, Search layouts every layout of each of them in the
 * order in which the program prefers them: the count is that of the first line that holds. Options
 * with demands of speed, budget or power are not searched: speed is no formula. */
#ifndef GPUPLAN_BOOK_SEARCH_H
#define GPUPLAN_BOOK_SEARCH_H

#include "book/inside.h"
#include "core/load.h"

enum { SEARCH_OPTIONS_MOST = 300, SEARCH_LINES_MOST = 40000, SEARCH_LINES_EACH = 600 };

#define SEARCH_SHEET "Search"
#define SEARCH_LAYOUTS_SHEET "Search layouts"

/* A layout on the stage and in the phase that may be its tightest; layouts where several may be
 * have several lines, one after the other. */
struct search_line {
    struct layout layout;
    struct load load;
    double servers_sold;
    size_t first; /* of the layout's lines, and how many */
    size_t count;
    /* as released */
    double sequences;
    double cache_bytes;
    double activation_bytes;
    double total_bytes;
    double usable_bytes;
    double half_bytes;
    bool legal;
    bool tightest;
};

struct search_option {
    const struct workload *workload;
    const struct option *option;
    int capacity;
    double window; /* GPUs of the largest layout in the list */
    size_t first;  /* its lines */
    size_t count;
    size_t found[3]; /* by enum margin: the line that holds as released; count: none */
};

struct search {
    struct search_option *options;
    size_t count;
    struct search_line *lines;
    size_t line_count;
    size_t differing; /* options for which the list and the program differ */
};

/* Before any sheet is written. */
void search_plan(struct book *book);

/* The option's place on the sheet Search, or NULL: it is not searched live. */
const struct search_option *search_find(const struct book *book, const struct workload *w,
                                        const struct option *option);

/* The columns of Search, in order. */
enum search_column {
    SEARCH_WORKLOAD,
    SEARCH_GPU,
    SEARCH_TYPE,
    SEARCH_ENGINE,
    SEARCH_TOKENS,
    SEARCH_PLANNED,
    SEARCH_REQUESTS,
    SEARCH_OWN,
    SEARCH_STATUS,
    SEARCH_COUNTED, /* GPUs that cost money */
    SEARCH_GPUS,    /* expected */
    SEARCH_GPUS_LOW,
    SEARCH_GPUS_HIGH,
    SEARCH_SERVERS,
    SEARCH_SERVERS_HIGH,
    SEARCH_SOLD, /* servers of the counted GPUs, as they are sold */
    SEARCH_SOLD_EXPECTED,
    SEARCH_LAYOUT,
    SEARCH_TOTAL,
    SEARCH_USABLE,
    SEARCH_SPARE,
    SEARCH_SAME, /* 1: the counted layout and the memory are as released */
    SEARCH_OUTPUT,
    SEARCH_OUTPUT_LOW,
    SEARCH_OUTPUT_HIGH,
    SEARCH_DAYS,
    SEARCH_DAYS_LOW,
    SEARCH_DAYS_HIGH,
    SEARCH_WINDOW,
    SEARCH_AT,
    SEARCH_AT_LOW,
    SEARCH_AT_HIGH,
    SEARCH_AT_COUNTED,
    SEARCH_AT_RELEASED,
    SEARCH_COLUMNS
};

/* The cell of a column in an option's row, with its sheet, for formulas on others. */
void search_cell(const struct book *book, const struct search_option *at, enum search_column column,
                 char cell[CELL_NAME_BYTES]);

/* The range of a column of Search layouts over an option's lines; false: no such column. */
bool search_range(const struct search_option *at, const char *symbol, char range[CELL_NAME_BYTES]);

/* The line of a released count: what costs money. */
const struct search_line *search_counted(const struct search *search,
                                         const struct search_option *at);

/* Rows of the two sheets. */
enum { SEARCH_HEADER_ROW = 4, SEARCH_ROW, SEARCH_LAYOUTS_HEADER_ROW = 3, SEARCH_LAYOUTS_ROW };

/* The words of the status. */
#define STATUS_PLANNED "as planned"
#define STATUS_CHANGED "changed"
#define STATUS_OWN "your count"
#define STATUS_REPLAN "re-plan"

#endif
