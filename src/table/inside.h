/* inside.h -- struct table, for the files that share it: table.c, run.c, sniff.c and faults.c */
#ifndef GPUPLAN_TABLE_INSIDE_H
#define GPUPLAN_TABLE_INSIDE_H

#include "table/reader.h"
#include "table/split.h"
#include "table/table.h"

struct table {
    struct arena arena; /* holds the table too */
    const char *file;
    struct table_options options;
    struct diag *diag;
    struct reader reader;
    struct split split;
    char delimiter;
    bool is_decided; /* the delimiter: by the header or a sep= line */
    bool is_broken;
    bool has_utf8;   /* a record with more than ASCII was valid: the file is not in CP949 */
    size_t columns;  /* of the header; 0 before it */
    size_t run_row;  /* of the split's run, the next to hand over */
    size_t run_line; /* of the run's first byte */
};

/* sniff.c: skips a `sep=` line, and sets the delimiter by the record before us. */
void table_sniff(struct table *table);

/* run.c: the next record, when it is a plain one behind the header. Such records are split many at
 * a time. */
bool table_next_plain(struct table *table, struct record *record);

/* faults.c. Each reports what it finds; false: the record is bad. */
void table_report_failure(const struct table *table);
enum table_step table_stop(struct table *table, enum reader_found found);
struct record table_raw_record(const struct table *table, size_t length);
bool table_is_utf8(struct table *table, const struct record *record, size_t *bad);
bool table_check_text(struct table *table, const struct record *record);
bool table_split(struct table *table, const struct record *record);
bool table_check_count(struct table *table, struct record *record);

#endif
