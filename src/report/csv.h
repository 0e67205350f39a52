/* csv.h -- results as CSV: one header, one line per scenario
 *
 * A text cell that begins with = + - @ tab or CR gets a leading apostrophe, so that no spreadsheet
 * takes it for a formula; our own reader takes it off again. Numbers reproduce the double. */
#ifndef GPUPLAN_REPORT_CSV_H
#define GPUPLAN_REPORT_CSV_H

#include "base/arena.h"
#include "report/columns.h"

#include <stdio.h>

/* Lines in memory, for a thread that formats what another one writes. Zero-initialise. */
struct csv_lines {
    struct arena arena;
    char *bytes;
    size_t length;
    size_t room;
};

/* `carried`: names of x_ columns to append, NULL-terminated. */
void csv_header(FILE *out, const char *const *carried);
void csv_add_header(struct csv_lines *lines, const char *const *carried);
void csv_add_result(struct csv_lines *lines, const struct result *result,
                    const char *const *carried);

void csv_lines_free(struct csv_lines *lines);

/* One cell of text, quoted and defused as above. */
void csv_text(FILE *out, const char *text);

#endif
