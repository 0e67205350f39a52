/* columns.h -- every column of the results, in one table: the CSV, the Scenarios sheet, explain */
#ifndef GPUPLAN_REPORT_COLUMNS_H
#define GPUPLAN_REPORT_COLUMNS_H

#include "core/answer.h"
#include "scenario/matrix.h"

#include <stddef.h>

/* One scenario with its answer. `note` is its rendered text. */
struct result {
    const struct scenario *scenario;
    const struct answer *answer;
    const char *note;
};

enum result_kind {
    RESULT_TEXT,
    RESULT_COUNT,
    RESULT_GIB,
    RESULT_GB,
    RESULT_RATE,
    RESULT_USD,
    RESULT_KW
};

/* A cell: text when `text` is set, else a number, else (NOT_GIVEN) empty. */
struct result_value {
    const char *text;
    double number;
};

struct result_column {
    const char *name;  /* stable: the CSV's header */
    const char *title; /* for people */
    const char *unit;  /* "" for texts and counts */
    enum result_kind kind;
    int width; /* characters, on a sheet */
    struct result_value (*value)(const struct result *result);
};
extern const struct result_column result_columns[];
extern const size_t result_column_count;

/* The column named `name`, or NULL. */
const struct result_column *result_column_named(const char *name);

/* The words of enum answer_status and enum limit. */
extern const char *const status_words[];
extern const char *const limit_words[];

#endif
