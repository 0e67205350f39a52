/* validate.h -- predictions held against measurements */
#ifndef GPUPLAN_VALIDATE_H
#define GPUPLAN_VALIDATE_H

#include "scenario/matrix.h"

struct validate_options {
    const char *path;
    const char *catalog;
    const char *const *settings; /* NAME=VALUE, NULL-terminated; NULL: none */
    const char *encoding;
    const char *by;      /* a column to group by, or NULL */
    const char *details; /* CSV of every row, or NULL */
};

/* Prints the table on stdout; returns an exit code of base/exit.h. */
int validate_run(const struct validate_options *options);

/* Fills what a measurement leaves open, so that the record reads as a scenario: a card, one
 * request, one token. The kinds that such rows have do not depend on it. True: concurrency is
 * "max". */
bool measured_record(const struct matrix *matrix, struct record *record, struct arena *arena);

#endif
