/* split.c -- the only file that knows libcsv
 *
 * libcsv keeps one cell in its buffer and tells no places. So every cell is copied, and a record
 * with quotes is parsed by itself, with its line end, and finished where there is none.
 * Without quotes, cells stand in the text as libcsv gives them: a run of records is copied and
 * parsed whole, and libcsv's lengths find the cells in the copy. Reading takes a fifth less time
 * for it: a call per record costs, and so does reading from libcsv's buffer what was just written
 * there byte by byte. */
#include "table/split.h"

#include "table/table.h"

#include <csv.h>
#include <string.h>

enum { PARSER_BLOCK_BYTES = 16 * 1024, TEXT_BYTES = 4096 };

/* Each cell of a run has a byte behind it, and each row one in it too; behind all is one more. */
enum { RUN_ROWS = SPLIT_RUN_BYTES / 2 + 1 };
_Static_assert((int)SPLIT_RUN_BYTES <= (int)TABLE_COLUMNS, "the cells of a run fit");

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
    split->run.rows = arena_array(arena, RUN_ROWS, sizeof *split->run.rows);
    split->parser = arena_take(arena, sizeof *split->parser);
    start_parser(split);
}

/* Without the apostrophe that keeps spreadsheets from taking the text for a formula (CWE-1236). */
static struct cell cell_of(const char *text, size_t length)
{
    bool is_kept = text[0] == '\'' && length > 1 && strchr("=+-@\t\r", text[1]);
    return (struct cell){.text = text + is_kept, .length = length - is_kept};
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
    if (split->count < TABLE_COLUMNS)
        split->cells[split->count] = cell_of(copy, length);
    split->count++;
    split->bytes += length;
}

/* What libcsv found wrong, with a new parser for what comes next. */
static const char *parser_error(struct split *split)
{
    const char *reason = csv_strerror(csv_error(split->parser));
    csv_free(split->parser);
    start_parser(split);
    return reason;
}

static void set_delimiter(struct split *split, char delimiter)
{
    split->delimiter = delimiter;
    csv_set_delim(split->parser, (unsigned char)delimiter);
}

const char *split_record(struct split *split, const char *raw, size_t length, bool ends,
                         char delimiter)
{
    struct csv_parser *parser = split->parser;
    split->count = split->bytes = 0;
    make_room(split, length);
    split->next = split->text;
    set_delimiter(split, delimiter);
    if (csv_parse(parser, raw, length, take_cell, NULL, split) == length &&
        (ends || csv_fini(parser, take_cell, NULL, split) == 0))
        return NULL;
    return parser_error(split);
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

static bool is_blank(char c, char delimiter)
{
    return (c == ' ' || c == '\t') && c != delimiter;
}

/* Goes over line ends and blank lines to the next row, and over the blanks of its first cell. */
static void begin_row(struct split *split)
{
    struct split_run *run = &split->run;
    const char *begin = run->at;
    for (; run->at < run->end; run->at++) {
        if (is_line_end(*run->at)) {
            begin = run->at + 1;
            run->lines += *run->at == '\n' || *begin != '\n';
        } else if (!is_blank(*run->at, split->delimiter)) {
            break;
        }
    }
    run->rows[run->count] = (struct split_row){
        .begin = (size_t)(begin - run->raw),
        .lines = run->lines,
        .cells = run->cell,
    };
    run->in_row = true;
    run->has_text = false;
}

/* From the delimiter to the cell behind it. */
static void next_cell(struct split *split)
{
    do
        split->run.at++;
    while (is_blank(*split->run.at, split->delimiter));
}

static void take_run_cell(void *text, size_t length, void *context)
{
    (void)text;
    struct split *split = context;
    struct split_run *run = &split->run;
    if (run->in_row)
        next_cell(split);
    else
        begin_row(split);
    char *copy = split->text + (run->at - run->raw);
    const char *stop = run->at + length;
    while (*stop != split->delimiter && !is_line_end(*stop))
        stop++;
    run->at = stop;
    copy[length] = '\0';
    *run->cell++ = cell_of(copy, length);
    run->has_text = run->has_text || length;
}

static void take_run_row(int end, void *context)
{
    (void)end;
    struct split *split = context;
    struct split_run *run = &split->run;
    struct split_row *row = &run->rows[run->count];
    row->length = (size_t)(run->at - run->raw) - row->begin;
    row->count = (size_t)(run->cell - row->cells);
    run->count += run->has_text;
    run->in_row = false;
}

bool split_run(struct split *split, const char *raw, size_t length, char delimiter)
{
    make_room(split, length);
    memcpy(split->text, raw, length);
    set_delimiter(split, delimiter);
    split->run = (struct split_run){
        .rows = split->run.rows, .raw = raw, .end = raw + length, .at = raw, .cell = split->cells};
    if (csv_parse(split->parser, raw, length, take_run_cell, take_run_row, split) != length) {
        parser_error(split);
        split->run.count = 0;
        return false;
    }
    begin_row(split);
    return true;
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
