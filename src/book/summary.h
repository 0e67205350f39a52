/* summary.h -- the columns of the Summary sheet, for the files that fill its parts
 *
 * One line a workload. The columns up to ANSWER_LAST are the answer: they fit a screen and a page;
 * the others are what the answer and its neighbours are made of, grouped behind it. */
#ifndef GPUPLAN_BOOK_SUMMARY_H
#define GPUPLAN_BOOK_SUMMARY_H

#include "book/inside.h"

enum summary_column {
    AT_WORKLOAD,
    AT_GPU,
    AT_DTYPE,
    AT_RECOMMENDED,
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

/* The last row of the lines; SUMMARY_HEADER without any. */
uint32_t summary_last(const struct book *book);

/* summary_head.c: rows 0 to SUMMARY_HEADER - 1. */
void summary_head(struct book *book, struct sheet *sheet);

/* summary_chart.c: under a short table, right of a long one. Returns the last row to print. */
uint32_t summary_charts(const struct book *book, struct sheet *sheet);

/* A rent that two options are compared by: of a run that ends its price, else of a year. */
double summary_compared(const struct option *option);

#endif
