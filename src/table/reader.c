/* reader.c -- keeps one window of decoded text, in which scan finds the records
 *
 * An unfinished record moves to the front of the window before more text is read. The window
 * doubles for a record that does not fit, up to TABLE_RECORD_BYTES; most files never need it. */
#include "table/reader.h"

#include "table/table.h"

#include <stdint.h>
#include <string.h>

enum { WINDOW_BYTES = 2 * SOURCE_CHUNK_BYTES };

static void reset(struct reader *reader)
{
    reader->scan = (struct scan){0};
    reader->start = reader->end = 0;
    reader->line = 1;
    reader->begun = false;
}

bool reader_open(struct reader *reader, const char *encoding, struct arena *arena)
{
    reset(reader);
    reader->arena = arena;
    reader->size = WINDOW_BYTES;
    reader->data = arena_take(arena, reader->size);
    return decode_open(&reader->decode, &reader->source, encoding);
}

/* In blocks that the compiler turns into vector instructions: most files have nothing else. */
static bool is_ascii(const char *text, size_t length)
{
    enum { BLOCK_BYTES = 64 };
    size_t at = 0;
    for (; at + BLOCK_BYTES <= length; at += BLOCK_BYTES) {
        uint64_t words[BLOCK_BYTES / sizeof(uint64_t)];
        uint64_t all = 0;
        memcpy(words, text + at, sizeof words);
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            all |= words[i];
        if (all & 0x8080808080808080U)
            return false;
    }
    unsigned rest = 0;
    for (; at < length; at++)
        rest |= (unsigned char)text[at];
    return rest < 0x80;
}

static void fill(struct reader *reader)
{
    size_t left = reader->end - reader->start;
    char *unfinished = reader->data + reader->start;
    if (reader->size - left < SOURCE_CHUNK_BYTES) {
        reader->size *= 2;
        reader->data = arena_take(reader->arena, reader->size);
    }
    memmove(reader->data, unfinished, left);
    reader->start = 0;
    reader->scan.searched = NULL;
    size_t count = decode_read(&reader->decode, reader->data + left, SOURCE_CHUNK_BYTES);
    reader->end = left + count;
    reader->is_ascii = (!left || reader->is_ascii) && is_ascii(reader->data + left, count);
}

static void skip_mark(struct reader *reader)
{
    static const char mark[] = "\xef\xbb\xbf";
    const size_t length = sizeof mark - 1;
    while (reader->end < length && reader->decode.stop == DECODE_GOES_ON)
        fill(reader);
    if (reader->end >= length && memcmp(reader->data, mark, length) == 0)
        reader->start = length;
    reader->begun = true;
}

enum reader_found reader_find(struct reader *reader, char delimiter)
{
    if (!reader->begun)
        skip_mark(reader);
    for (;;) {
        const char *start = reader->data + reader->start;
        const char *end = reader->data + reader->end;
        enum decode_stop stop = reader->decode.stop;
        if (start == end && stop == DECODE_END)
            return READER_END;
        if (scan_record(&reader->scan, start, end, stop == DECODE_END, delimiter))
            return reader->scan.length > TABLE_RECORD_BYTES ? READER_TOO_LONG : READER_RECORD;
        if (end - start > TABLE_RECORD_BYTES)
            return READER_TOO_LONG;
        if (stop != DECODE_GOES_ON) /* at the end, every record is found */
            return READER_STOPPED;
        fill(reader);
    }
}

void reader_skip(struct reader *reader)
{
    reader->start += reader->scan.consumed;
    reader->line += reader->scan.lines;
}

size_t reader_find_plain(struct reader *reader, size_t most)
{
    const char *start = reader->data + reader->start;
    return scan_plain(&reader->scan, start, reader->data + reader->end, most);
}

void reader_skip_plain(struct reader *reader, size_t length, size_t lines)
{
    reader->start += length;
    reader->line += lines;
}

void reader_rewind(struct reader *reader)
{
    decode_rewind(&reader->decode);
    reset(reader);
}

void reader_close(struct reader *reader)
{
    decode_close(&reader->decode);
    source_close(&reader->source);
}
