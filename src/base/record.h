/* record.h -- one record of a CSV file, and where it stands: what table/ hands to everyone else */
#ifndef GPUPLAN_RECORD_H
#define GPUPLAN_RECORD_H

#include <stddef.h>

struct cell {
    const char *text; /* UTF-8, NUL-terminated, blanks around an unquoted cell trimmed */
    size_t length;    /* bytes, without the NUL */
};

/* Valid until the next record is read. */
struct record {
    const char *file; /* as the user named it; "-" for standard input */
    size_t line;      /* of the record's first byte, from 1 */
    size_t count;
    const struct cell *cells;
    const char *raw; /* the record in UTF-8 without its line end, to echo and to find columns */
    size_t raw_length;
    char delimiter;
};

#endif
