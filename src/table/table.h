/* table.h -- CSV files as people have them: bytes in any of the usual encodings -> records of cells
 *
 * Reads a file, a pipe or standard input in constant memory (the longest record, at most
 * TABLE_RECORD_BYTES). Understands UTF-8 with or without BOM, UTF-16 and UTF-32 with BOM, and any
 * encoding that iconv knows by name; comma, semicolon or tab, sniffed on the header; a `sep=;`
 * first line; CRLF, LF, CR; blank lines; quoted newlines. Blanks and tabs around an unquoted cell
 * are trimmed, those inside quotes kept. libcsv splits the cells; this room adds the places. */
#ifndef GPUPLAN_TABLE_H
#define GPUPLAN_TABLE_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/record.h"

#include <stdbool.h>

enum { TABLE_RECORD_BYTES = 1024 * 1024, TABLE_COLUMNS = 4096 };

struct table;

/* What came out of table_next. */
enum table_step {
    TABLE_RECORD, /* *record is filled */
    TABLE_END,    /* no more records */
    TABLE_FAULT,  /* the record was bad and has been reported; the next call goes on behind it */
    TABLE_BROKEN  /* reading failed or the file cannot be read on; reported */
};

struct table_options {
    const char *encoding; /* iconv name, or NULL: UTF-8. A BOM, being certain, outranks both */
    /* True when `name` is a known column: the delimiter is the one whose header has most of them.
     * NULL: comma unless another splits the header into more cells. */
    bool (*is_column)(const void *context, const char *name);
    const void *context;
    size_t chunk; /* most bytes of one read; 0: 64 KiB. For tests of chunk boundaries */
};

/* Opens `path` ("-": standard input). A pipe is copied to an unlinked temporary file in $TMPDIR or
 * /tmp while it is read, so that it can be read twice. On failure reports through `diag`, sets
 * *exit_code (EXIT_NO_INPUT; EXIT_IO: no temporary file; EXIT_USAGE: unknown encoding) and returns
 * NULL. `path` and the strings in `options` must outlive the table; faults in the text, an empty
 * file included, come from table_next. */
struct table *table_open(const char *path, const struct table_options *options, struct diag *diag,
                         int *exit_code);

/* What is done with a file that is read once: its header, then every good record. */
struct table_reader {
    bool (*header)(void *context, const struct record *record); /* false: reported, read no more */
    void (*row)(void *context, const struct record *record);
    void *context;
};

/* Reads the whole of `path`. Returns EXIT_DONE, or how to exit: some fault was reported, by the
 * reader or by the table. */
int table_read(const char *path, const struct table_options *options,
               const struct table_reader *reader, struct diag *diag);

/* The same of `length` bytes in memory under the name `file`. */
int table_read_memory(const char *file, const char *bytes, size_t length,
                      const struct table_options *options, const struct table_reader *reader,
                      struct diag *diag);

/* Opens `length` bytes in memory under the name `file`; the bytes must outlive the table. NULL,
 * reported: unknown encoding. */
struct table *table_open_memory(const char *file, const char *bytes, size_t length,
                                const struct table_options *options, struct diag *diag);

/* The first record is the header, and a bad header is TABLE_BROKEN. Every later record has been
 * checked to have as many cells. An unclosed quote, a NUL, a record over TABLE_RECORD_BYTES,
 * bytes that iconv refuses and CP949 without --encoding are TABLE_BROKEN; a bad cell count, other
 * bad quotes and other bad UTF-8 are TABLE_FAULT.
 * Text cells that begin with an apostrophe before = + - @ tab or CR lose the apostrophe: our own
 * results CSV writes it. Records whose cells are all empty are blank lines and are skipped. */
enum table_step table_next(struct table *table, struct record *record);

/* Back to the first record (the header), for a second pass. False, reported, when it cannot. */
bool table_rewind(struct table *table);

/* The library that splits cells, with its version: "libcsv 3.0.3". */
const char *table_library(void);

/* A hash of the bytes read since the start or the last rewind: after TABLE_END, of the whole file.
 * A second pass over a file that was changed meanwhile gives another value. */
unsigned long long table_hash(const struct table *table);

/* True when a read failed (as opposed to bad data): the run ends with EXIT_IO. */
bool table_read_failed(const struct table *table);

void table_close(struct table *table);

#endif
