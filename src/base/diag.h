/* diag.h -- faults: all of them are found, the first 50 are shown with place, line and caret */
#ifndef GPUPLAN_DIAG_H
#define GPUPLAN_DIAG_H

#include "base/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { DIAG_SHOWN = 50, DIAG_ECHO_COLUMNS = 200 };

/* A place in an input file. line 0: the whole file; column 0: the whole line. */
struct place {
    const char *file;
    size_t line;
    size_t column;    /* in characters (code points) of the line, from 1 */
    size_t width;     /* characters to underline; 0 counts as 1 */
    const char *echo; /* the line, UTF-8, without line end; NULL: not echoed */
    size_t echo_length;
};

/* Where faults go. `out` may be NULL: faults are then only counted and kept in `last`. */
struct diag {
    FILE *out;
    size_t faults;
    size_t warnings;
    char last[512]; /* the newest fault's sentence, for a Rejected sheet */
    struct place last_place;
};

/* One fault: `FILE:LINE:COLUMN: error: SENTENCE`, then the line and a caret. The sentence says what
 * was found, what is allowed and what to do; lower case, no full stop. */
void diag_fault(struct diag *diag, const struct place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with `warning:`; does not count as a fault. */
void diag_warn(struct diag *diag, const struct place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Prints how many more faults there were than were shown; nothing when all were shown. */
void diag_close(struct diag *diag);

/* The place of cell `index` of `record`; index >= record->count: the end of the record. */
struct place record_place(const struct record *record, size_t index);

#endif
