/* reader.h -- a source of bytes -> raw records in UTF-8, one after the other */
#ifndef GPUPLAN_TABLE_READER_H
#define GPUPLAN_TABLE_READER_H

#include "base/arena.h"
#include "table/decode.h"
#include "table/scan.h"
#include "table/source.h"

#include <stdbool.h>
#include <stddef.h>

enum reader_found {
    READER_RECORD,   /* scan tells its length, lines and faults */
    READER_END,      /* no more text */
    READER_TOO_LONG, /* over TABLE_RECORD_BYTES */
    READER_STOPPED,  /* decode.stop tells why */
};

struct reader {
    struct source source;
    struct decode decode;
    struct scan scan;
    struct arena *arena;
    char *data; /* the text in memory; the next record begins at data + start */
    size_t size;
    size_t start;
    size_t end;
    size_t line;   /* of data + start, from 1 */
    bool is_ascii; /* all text in memory is, so no record need be checked */
    bool begun;    /* the byte order mark is behind us */
};

/* Memory comes from `arena`, which is borrowed until reader_close. The source must be open.
 * False: no such encoding. */
bool reader_open(struct reader *reader, const char *encoding, struct arena *arena);

/* Looks at the next record as `delimiter` divides it, and stays before it. */
enum reader_found reader_find(struct reader *reader, char delimiter);

/* Goes behind the record found last. Its text stays in memory until the next reader_find. */
void reader_skip(struct reader *reader);

/* Bytes of whole records before us that have no quotes, at most `most`; 0: the next record must be
 * found by itself. Going behind them keeps their text too. */
size_t reader_find_plain(struct reader *reader, size_t most);
void reader_skip_plain(struct reader *reader, size_t length, size_t lines);

void reader_rewind(struct reader *reader);

void reader_close(struct reader *reader);

#endif
