/* split.c -- the only file that knows libcsv
 *
 * libcsv keeps one cell in its buffer and tells no places, so every cell is copied, and each record
 * is parsed by itself, with its line end, and finished where there is none. Parsing whole chunks
 * instead was measured: 5 % faster, for a second set of positions to keep in step with libcsv's. */
#include "table/split.h"

#include "table/table.h"

#include <csv.h>
#include <string.h>

enum { PARSER_BLOCK_BYTES = 16 * 1024, TEXT_BYTES = 4096 };

/* Each cell's NUL takes the place of a delimiter, the last one's that of the line end. */
static void make_room(struct split *split, size_t length)
{
    if (length < split->size)
        return;
    split->size = 2 * length + TEXT_BYTES;
    split->text = arena_take(split->arena, split->size);
}

static void start_parser(struct split *split)
{
    csv_init(split->parser, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_blk_size(split->parser, PARSER_BLOCK_BYTES);
}

void split_open(struct split *split, struct arena *arena)
{
    split->arena = arena;
    split->size = 0;
    split->cells = arena_array(arena, TABLE_COLUMNS, sizeof *split->cells);
    split->parser = arena_take(arena, sizeof *split->parser);
    start_parser(split);
}

/* Without the apostrophe that keeps spreadsheets from taking the text for a formula (CWE-1236). */
static void add_cell(struct split *split, const char *text, size_t length)
{
    if (length > 1 && text[0] == '\'' && strchr("=+-@\t\r", text[1])) {
        text++;
        length--;
    }
    if (split->count < TABLE_COLUMNS)
        split->cells[split->count] = (struct cell){.text = text, .length = length};
    split->count++;
    split->bytes += length;
}

/* Two copies of 8 or of 4 bytes, which overlap, hold most cells: a call costs as much. */
static void copy_cell(char *to, const char *from, size_t length)
{
    if (length > 16) {
        memcpy(to, from, length);
    } else if (length >= 8) {
        memcpy(to, from, 8);
        memcpy(to + length - 8, from + length - 8, 8);
    } else if (length >= 4) {
        memcpy(to, from, 4);
        memcpy(to + length - 4, from + length - 4, 4);
    } else {
        while (length--)
            to[length] = from[length];
    }
}

static void take_cell(void *text, size_t length, void *context)
{
    struct split *split = context;
    char *copy = split->next;
    copy_cell(copy, text, length);
    copy[length] = '\0';
    split->next += length + 1;
    add_cell(split, copy, length);
}

const char *split_record(struct split *split, const char *raw, size_t length, bool ends,
                         char delimiter)
{
    struct csv_parser *parser = split->parser;
    split->count = split->bytes = 0;
    make_room(split, length);
    split->next = split->text;
    csv_set_delim(parser, (unsigned char)delimiter);
    if (csv_parse(parser, raw, length, take_cell, NULL, split) == length &&
        (ends || csv_fini(parser, take_cell, NULL, split) == 0))
        return NULL;
    const char *reason = csv_strerror(csv_error(parser));
    csv_free(parser);
    start_parser(split);
    return reason;
}

void split_close(struct split *split)
{
    csv_free(split->parser);
}

#define WORD_OF(number) #number
#define WORDS_OF(major, minor, release) WORD_OF(major) "." WORD_OF(minor) "." WORD_OF(release)

const char *table_library(void)
{
    return "libcsv " WORDS_OF(CSV_MAJOR, CSV_MINOR, CSV_RELEASE);
}
