/* run.c -- many records at a time, where none has quotes
 *
 * Nearly all records of nearly all files. What else could be wrong with such a record is checked as
 * for any other: its text before it is split, its cells when it is handed over. */
#include "table/inside.h"

/* False: the record before us goes the longer way. */
static bool start_run(struct table *table)
{
    struct reader *reader = &table->reader;
    struct split_run *run = &table->split.run;
    size_t length = table->columns ? reader_find_plain(reader, SPLIT_RUN_BYTES) : 0;
    struct record text = table_raw_record(table, length);
    size_t bad;
    if (!length || !table_is_utf8(table, &text, &bad) ||
        !split_run(&table->split, text.raw, length, table->delimiter))
        return false;
    table->run_row = 0;
    table->run_line = reader->line;
    reader_skip_plain(reader, length, run->lines);
    return run->count;
}

bool table_next_plain(struct table *table, struct record *record)
{
    const struct split_run *run = &table->split.run;
    if (table->run_row >= run->count && !start_run(table))
        return false;
    const struct split_row *row = &run->rows[table->run_row++];
    *record = (struct record){
        .file = table->file,
        .line = table->run_line + row->lines,
        .count = row->count,
        .cells = row->cells,
        .raw = run->raw + row->begin,
        .raw_length = row->length,
        .delimiter = table->delimiter,
    };
    return true;
}
