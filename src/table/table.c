/* table.c -- CSV files as people have them: bytes -> checked records of cells
 *
 * source (bytes) -> decode (UTF-8) -> scan in reader (raw records) -> split (cells, by libcsv). */
#include "table/table.h"

#include "base/exit.h"
#include "table/inside.h"

static struct table *table_new(const char *file, const struct table_options *options,
                               struct diag *diag)
{
    struct arena arena = {0};
    struct table *table = arena_take(&arena, sizeof *table);
    table->arena = arena;
    table->file = file;
    table->diag = diag;
    if (options)
        table->options = *options;
    return table;
}

static void table_delete(struct table *table)
{
    struct arena arena = table->arena;
    arena_free(&arena);
}

static bool start_reading(struct table *table)
{
    if (reader_open(&table->reader, table->options.encoding, &table->arena)) {
        split_open(&table->split, &table->arena);
        return true;
    }
    diag_fault(table->diag, &(struct place){.file = table->file},
               "unknown encoding \"%s\"; see `iconv -l`", table->options.encoding);
    reader_close(&table->reader);
    table_delete(table);
    return false;
}

struct table *table_open(const char *path, const struct table_options *options, struct diag *diag,
                         int *exit_code)
{
    struct table *table = table_new(path, options, diag);
    struct source *source = &table->reader.source;
    enum source_opening opening = source_open(source, path, table->options.chunk);
    if (opening != SOURCE_OPENED) {
        table_report_failure(table);
        *exit_code = opening == SOURCE_NO_SPOOL ? EXIT_IO : EXIT_NO_INPUT;
        table_delete(table);
        return NULL;
    }
    if (start_reading(table))
        return table;
    *exit_code = EXIT_USAGE;
    return NULL;
}

struct table *table_open_memory(const char *file, const char *bytes, size_t length,
                                const struct table_options *options, struct diag *diag)
{
    struct table *table = table_new(file, options, diag);
    source_open_memory(&table->reader.source, bytes, length, table->options.chunk);
    return start_reading(table) ? table : NULL;
}

/* The record before us, checked. A record without text in any cell is good and has no cells. */
static bool take_record(struct table *table, struct record *record)
{
    *record = table_raw_record(table, table->reader.scan.length);
    bool is_good = table_check_text(table, record) && table_split(table, record);
    reader_skip(&table->reader);
    if (!is_good || !table->split.bytes)
        return is_good;
    record->cells = table->split.cells;
    record->count = table->split.count;
    return table_check_count(table, record);
}

static void take_header(struct table *table, const struct record *header)
{
    table->columns = header->count;
    table->is_decided = true;
}

enum table_step table_next(struct table *table, struct record *record)
{
    while (!table->is_broken) {
        if (table_next_plain(table, record))
            return table_check_count(table, record) ? TABLE_RECORD : TABLE_FAULT;
        if (!table->columns)
            table_sniff(table);
        enum reader_found found = reader_find(&table->reader, table->delimiter);
        if (found != READER_RECORD)
            return table_stop(table, found);
        if (!take_record(table, record)) {
            table->is_broken = table->is_broken || !table->columns;
            return table->is_broken ? TABLE_BROKEN : TABLE_FAULT;
        }
        if (!record->count)
            continue;
        if (!table->columns)
            take_header(table, record);
        return TABLE_RECORD;
    }
    return TABLE_BROKEN;
}

bool table_rewind(struct table *table)
{
    if (table->reader.source.failed) {
        table_report_failure(table);
        return false;
    }
    reader_rewind(&table->reader);
    table->columns = 0;
    table->is_decided = false; /* blank lines before the header are blank with another delimiter */
    table->is_broken = false;
    table->split.run.count = 0;
    return true;
}

unsigned long long table_hash(const struct table *table)
{
    return source_hash(&table->reader.source);
}

bool table_read_failed(const struct table *table)
{
    return table->reader.source.failed;
}

void table_close(struct table *table)
{
    reader_close(&table->reader);
    split_close(&table->split);
    table_delete(table);
}

/* True when there is a header and reading came to the file's end. */
static bool read_records(struct table *table, const struct table_reader *reader)
{
    struct record record;
    bool has_header = false;
    for (enum table_step step; (step = table_next(table, &record)) != TABLE_END;) {
        if (step == TABLE_BROKEN)
            return false;
        if (step == TABLE_FAULT)
            continue;
        if (has_header)
            reader->row(reader->context, &record);
        else if (!reader->header(reader->context, &record))
            return false;
        has_header = true;
    }
    return has_header;
}

static int read_and_close(struct table *table, const struct table_reader *reader, struct diag *diag)
{
    size_t before = diag->faults;
    bool read = read_records(table, reader);
    int exit_code = table_read_failed(table) ? EXIT_IO : EXIT_BAD_DATA;
    table_close(table);
    return read && diag->faults == before ? EXIT_DONE : exit_code;
}

int table_read(const char *path, const struct table_options *options,
               const struct table_reader *reader, struct diag *diag)
{
    int exit_code;
    struct table *table = table_open(path, options, diag, &exit_code);
    return table ? read_and_close(table, reader, diag) : exit_code;
}

int table_read_memory(const char *file, const char *bytes, size_t length,
                      const struct table_options *options, const struct table_reader *reader,
                      struct diag *diag)
{
    struct table *table = table_open_memory(file, bytes, length, options, diag);
    return table ? read_and_close(table, reader, diag) : EXIT_USAGE;
}
