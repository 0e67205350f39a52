/* csv.h -- results as CSV: one header, one line per scenario
 *
 * A text cell that begins with = + - @ tab or CR gets a leading apostrophe, so that no spreadsheet
 * takes it for a formula; our own reader takes it off again. Numbers reproduce the double. */
#ifndef GPUPLAN_REPORT_CSV_H
#define GPUPLAN_REPORT_CSV_H

#include "report/columns.h"

#include <stdio.h>

/* `carried`: names of x_ columns to append, NULL-terminated. */
void csv_header(FILE *out, const char *const *carried);
void csv_result(FILE *out, const struct result *result, const char *const *carried);

/* One cell of text, quoted and defused as above. */
void csv_text(FILE *out, const char *text);

#endif
