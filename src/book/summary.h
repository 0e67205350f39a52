/* summary.h -- the columns of the Summary sheet, for the files that fill its parts
 *
 * One line a workload. The columns up to ANSWER_LAST are the answer: they fit a screen and a page;
 * the others are what the answer and its neighbours are made of, grouped behind it. */
#ifndef GPUPLAN_BOOK_SUMMARY_H
#define GPUPLAN_BOOK_SUMMARY_H

#include "book/inside.h"
#include "book/search.h"

enum summary_column {
    AT_WORKLOAD,
    AT_GPU,
    AT_DTYPE,
    AT_RECOMMENDED,
    AT_NOW,
    AT_SERVERS,
    AT_EXPECTED,
    AT_LOW,
    AT_BOUND,
    AT_RENT,
    AT_PURCHASE,
    AT_OWNING,
    AT_NEXT,
    AT_SAVES,
    AT_PER,
    AT_SHARE,
    AT_SMALLEST,
    ANSWER_LAST = AT_SMALLEST,
    AT_MODEL,
    AT_MODE,
    AT_PERIOD,
    AT_TOKENS,
    AT_CONCURRENCY,
    AT_ENGINE,
    AT_LAYOUT,
    AT_TOTAL,
    AT_USABLE,
    AT_MEMORY,
    AT_TPOT,
    AT_TTFT,
    AT_OUTPUT,
    AT_DAYS,
    AT_BASIS,
    AT_POWER,
    AT_MILLION,
    AT_RUN,
    AT_COMPARED,
    AT_NEXT_GPUS,
    AT_NEXT_RENT,
    AT_NEXT_RUN,
    AT_NEXT_COMPARED,
    AT_SMALL_GPUS,
    AT_SMALL_SERVERS,
    AT_SMALL_RENT,
    AT_SMALL_PURCHASE,
    AT_FIT,
    AT_ASKED,
    AT_NOTE,
    SUMMARY_COLUMNS
};

enum { SUMMARY_HEADER = 7, SUMMARY_FIRST = SUMMARY_HEADER + 1 };

extern const struct table_column summary_columns[SUMMARY_COLUMNS];

/* A line of the table, and where its option's figures are worked out. */
struct summary_line {
    const struct book *book;
    uint32_t row;
    const struct search_option *search; /* NULL: its counts are values */
    uint32_t cost_row;                  /* of its money on Cost */
};

/* A count or an amount that Search finds, else as planned. */
void summary_found(const struct summary_line *line, struct sheet *sheet, uint16_t column,
                   enum search_column at, double value);

/* An amount that Cost works out; a price that is not known is seen to be missing. */
void summary_price(const struct summary_line *line, struct sheet *sheet, uint16_t column,
                   const char *letter, double value);

/* The same, where it is no fault when there is none. */
void summary_amount(const struct summary_line *line, struct sheet *sheet, uint16_t column,
                    const char *letter, double value);

/* summary_next.c: the columns of the next best option, and of the smallest. */
void summary_next(const struct book *book, struct sheet *sheet, uint32_t row,
                  const struct workload *w);
void summary_smallest(const struct summary_line *line, struct sheet *sheet, const struct option *o,
                      const struct option *small);

/* "4 × h100-sxm-80g, fp8" */
enum { NAME_BYTES = 192 };
const char *summary_name(const struct option *option, char buffer[NAME_BYTES]);

/* The last row of the lines; SUMMARY_HEADER without any. */
uint32_t summary_last(const struct book *book);

/* summary_head.c: rows 0 to SUMMARY_HEADER - 1. */
void summary_head(struct book *book, struct sheet *sheet);

/* summary_chart.c: under a short table, right of a long one. Returns the last row to print. */
uint32_t summary_charts(const struct book *book, struct sheet *sheet);

/* A rent that two options are compared by: of a run that ends its price, else of a year. */
double summary_compared(const struct option *option);

#endif
