/* faults.c -- what can be wrong with a file or a record, and where
 *
 * Places are exact without parsing twice: scan knows where a record and each bad quote stands, and
 * a column is counted only when a fault names it. */
#include "base/interrupt.h"
#include "base/text.h"
#include "table/inside.h"

/* The place of a byte of the record. */
static struct place place_at(const struct record *record, size_t offset)
{
    struct record before = *record;
    before.count = 0;
    before.raw_length = offset;
    struct place place = record_place(&before, 0);
    const char *end = record->raw + record->raw_length;
    const char *stop = place.echo + place.echo_length;
    while (stop < end && *stop != '\n' && *stop != '\r')
        stop++;
    place.echo_length = (size_t)(stop - place.echo);
    return place;
}

/* `length` bytes of text before us as a record without cells. */
struct record table_raw_record(const struct table *table, size_t length)
{
    const struct reader *reader = &table->reader;
    return (struct record){
        .file = table->file,
        .line = reader->line,
        .raw = reader->data + reader->start,
        .raw_length = length,
        .delimiter = table->delimiter,
    };
}

/* What the source could not do; a signal that asked for a stop needs no words. */
void table_report_failure(const struct table *table)
{
    if (!interrupt_signal())
        diag_fault(table->diag, &(struct place){.file = table->file}, "%s",
                   table->reader.source.failure);
}

/* Reading cannot go on: why, and where in the text that is left. */
static enum table_step report_stop(struct table *table)
{
    const struct decode *decode = &table->reader.decode;
    struct record rest = table_raw_record(table, table->reader.end - table->reader.start);
    struct place place = place_at(&rest, rest.raw_length);
    if (decode->stop == DECODE_NUL)
        diag_fault(table->diag, &place,
                   "NUL byte in the text; if the file is UTF-16, try --encoding UTF-16LE");
    else if (decode->stop == DECODE_BAD)
        diag_fault(table->diag, &place, "not %s from here; is that the file's encoding?",
                   decode->encoding);
    else if (decode->stop == DECODE_CUT)
        diag_fault(table->diag, &place,
                   "the file ends in the middle of a %s character; is it complete?",
                   decode->encoding);
    else
        table_report_failure(table);
    return TABLE_BROKEN;
}

static enum table_step report_too_long(struct table *table)
{
    struct record rest = table_raw_record(table, table->reader.end - table->reader.start);
    const struct scan *scan = &table->reader.scan;
    struct place place = place_at(&rest, scan->in_quote ? scan->fault_at : 0);
    if (!scan->in_quote)
        place.column = 0;
    diag_fault(table->diag, &place, "record longer than %d MiB; is a quote left open?",
               TABLE_RECORD_BYTES / (1024 * 1024));
    return TABLE_BROKEN;
}

static enum table_step report_end(struct table *table)
{
    if (table->columns)
        return TABLE_END;
    bool has_lines = table->reader.line > 1 || table->reader.scan.consumed;
    diag_fault(table->diag, &(struct place){.file = table->file}, "%s; expected a header and rows",
               has_lines ? "only blank lines" : "the file is empty");
    return TABLE_BROKEN;
}

enum table_step table_stop(struct table *table, enum reader_found found)
{
    enum table_step step = found == READER_END        ? report_end(table)
                           : found == READER_TOO_LONG ? report_too_long(table)
                                                      : report_stop(table);
    table->is_broken = step == TABLE_BROKEN;
    return step;
}

/* False: `*bad` is the first bad byte. */
bool table_is_utf8(struct table *table, const struct record *record, size_t *bad)
{
    if (table->reader.is_ascii)
        return true;
    if (!text_is_utf8(record->raw, record->raw_length, bad))
        return false;
    table->has_utf8 |= text_characters(record->raw, record->raw_length) < record->raw_length;
    return true;
}

/* Reading goes on behind a broken record, unless the whole file is in another encoding. */
static bool check_utf8(struct table *table, const struct record *record)
{
    size_t bad;
    if (table_is_utf8(table, record, &bad))
        return true;
    struct place place = place_at(record, bad);
    if (!table->has_utf8 && decode_is_korean(record->raw, record->raw_length)) {
        diag_fault(table->diag, &place,
                   "not UTF-8; the bytes are valid CP949, the encoding of Korean Excel: "
                   "try --encoding CP949");
        table->is_broken = true;
    } else {
        diag_fault(table->diag, &place,
                   "byte 0x%02x is not UTF-8; save the file as UTF-8, or name its encoding with "
                   "--encoding",
                   (unsigned char)record->raw[bad]);
    }
    return false;
}

static bool check_quotes(struct table *table, const struct record *record)
{
    const struct scan *scan = &table->reader.scan;
    if (scan->fault == SCAN_GOOD)
        return true;
    struct place place = place_at(record, scan->fault_at);
    if (scan->fault == SCAN_STRAY_QUOTE)
        diag_fault(table->diag, &place,
                   "quote inside an unquoted cell; put quotes around the cell and write \"\" for a "
                   "quote in it");
    else if (scan->fault == SCAN_TEXT_BEHIND)
        diag_fault(table->diag, &place,
                   "text after a closing quote; write \"\" for a quote inside a cell");
    else
        diag_fault(table->diag, &place, "this quote is never closed");
    table->is_broken = scan->fault == SCAN_OPEN_QUOTE;
    return false;
}

bool table_check_text(struct table *table, const struct record *record)
{
    return check_utf8(table, record) && check_quotes(table, record);
}

bool table_check_count(struct table *table, struct record *record)
{
    size_t count = record->count;
    size_t limit = table->columns ? table->columns : TABLE_COLUMNS;
    if (count == limit || (!table->columns && count < limit))
        return true;
    struct place place = record_place(record, limit);
    if (table->columns)
        diag_fault(table->diag, &place, "found %zu cell%s, the header has %zu", count,
                   count == 1 ? "" : "s", limit);
    else
        diag_fault(table->diag, &place, "found %zu columns; at most %zu can be read", count, limit);
    record->count = count < TABLE_COLUMNS ? count : TABLE_COLUMNS;
    return false;
}

bool table_split(struct table *table, const struct record *record)
{
    const struct scan *scan = &table->reader.scan;
    const char *reason = split_record(&table->split, record->raw, scan->consumed,
                                      scan->consumed > scan->length, record->delimiter);
    if (!reason)
        return true;
    struct place place = place_at(record, 0);
    diag_fault(table->diag, &place, "cannot split the record: %s", reason);
    return false;
}
