/* fuzz.h -- what the fuzz targets share: the catalogs, and what must hold whatever comes in
 *
 * A target takes any bytes. Sanitizers watch the memory; fuzz_must states the rest. */
#ifndef GPUPLAN_FUZZ_H
#define GPUPLAN_FUZZ_H

#include "scenario/matrix.h"
#include "table/table.h"

#include <stdbool.h>
#include <stddef.h>

void fuzz_table(const char *bytes, size_t length);
void fuzz_encodings(const char *bytes, size_t length);
void fuzz_matrix(const char *bytes, size_t length);
void fuzz_catalogs(const char *bytes, size_t length);
void fuzz_answer(const char *bytes, size_t length);

/* Aborts when `holds` is false. */
void fuzz_must(bool holds, const char *what);

/* The built-in catalogs and their names, loaded once. */
const struct facts *fuzz_facts(void);
const struct lexicon *fuzz_lexicon(void);

/* A text that grows: fuzz_text_close ends it, and text is then to be freed. */
struct fuzz_text {
    FILE *file;
    char *text;
    size_t length;
};
void fuzz_text_open(struct fuzz_text *out);
void fuzz_text_close(struct fuzz_text *out);

/* Reads a table in two sizes of chunk and a second time, which must all give the same records and
 * faults, and writes it as CSV, which must give the same cells. NULL: UTF-8. */
void fuzz_read_alike(const char *bytes, size_t length, const char *encoding);

/* Answers a scenario: its line of the results must have no number that is not one, and be read
 * back as it was written. */
void fuzz_scenario(const struct scenario *scenario, const struct facts *facts);

/* Some of the scenarios of a row: the ends and the middle. */
enum { FUZZ_PICKS = 3 };
size_t fuzz_picks(const struct matrix_row *row, uint64_t picks[FUZZ_PICKS]);

#endif
