/* rows.c -- both writers of a sheet's rows at the same cells, and where the time of each goes
 *
 * rows library CELLS ROWS OUT.xlsx        libxlsxwriter alone, in its constant-memory mode
 * rows bulk CELLS ROWS OUT.xlsx THREADS   the program's writer, with the check of the closed file
 * rows stages CELLS ROWS OUT.xlsx         the same on one thread, stage by stage; and the two parts
 *                                         of the library that can be had alone. Prints lines of
 *                                         WRITER STAGE SECONDS of CPU
 *
 * CELLS is what `floor prepare` makes of results; they are repeated until there are ROWS rows.
 * Formats are as many as those of the sheet Scenarios. */
#define _POSIX_C_SOURCE 200809L
#include "base/decimal.h"
#include "book/block.h"
#include "book/rows.h"
#include "book/splice.h"
#include "book/verify.h"
#include "base/temporary.h"

#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <xlsxwriter.h>
#include <zlib.h>

/* As in floor.c. */
enum tag { TAG_NUMBER, TAG_TEXT, TAG_EMPTY, TAG_ROW };

/* The cells in memory, so that reading them is no part of what is compared. */
struct item {
    enum tag tag;
    double number;
    const char *text;
};

struct items {
    struct item *at;
    size_t count;
    uint64_t rows; /* that are wanted */
};

static void or_exit(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "rows: %s\n", what);
    exit(70);
}

static char *read_file(const char *path, size_t *length)
{
    FILE *in = fopen(path, "rb");
    or_exit(in && !fseek(in, 0, SEEK_END), path);
    *length = (size_t)ftell(in);
    rewind(in);
    char *bytes = malloc(*length + 1);
    or_exit(bytes && fread(bytes, 1, *length, in) == *length, path);
    fclose(in);
    return bytes;
}

static struct items read_items(const char *path, const char *rows)
{
    size_t length;
    const char *at = read_file(path, &length);
    const char *end = at + length;
    struct items items = {.at = calloc(length + 1, sizeof *items.at),
                          .rows = strtoull(rows, NULL, 10)};
    or_exit(items.at && items.rows, "no memory, or no rows");
    while (at < end) {
        struct item *item = &items.at[items.count++];
        item->tag = (enum tag) * at++;
        item->text = at;
        if (item->tag == TAG_NUMBER) {
            memcpy(&item->number, at, sizeof item->number);
            at += sizeof item->number;
        } else if (item->tag == TAG_TEXT) {
            at += strlen(at) + 1;
        }
    }
    return items;
}

static enum style style_of(const struct item *item)
{
    if (item->tag == TAG_TEXT)
        return STYLE_ROW_TEXT;
    return item->number == (double)(long long)item->number ? STYLE_ROW_COUNT : STYLE_ROW_GIB;
}

/* One writer or the other. */
typedef void put_item(void *context, uint32_t row, uint16_t column, const struct item *item);

static void put_all(const struct items *items, put_item *put, void *context)
{
    uint32_t row = 0;
    uint16_t column = 0;
    for (size_t i = 0; row < items->rows; i = i + 1 < items->count ? i + 1 : 0) {
        const struct item *item = &items->at[i];
        if (item->tag == TAG_NUMBER || item->tag == TAG_TEXT)
            put(context, row, column, item);
        column++;
        if (item->tag == TAG_ROW) {
            row++;
            column = 0;
        }
    }
}

static void put_by_library(void *context, uint32_t row, uint16_t column, const struct item *item)
{
    const struct sheet *sheet = context;
    lxw_format *format = sheet->formats[style_of(item)];
    if (item->tag == TAG_NUMBER)
        worksheet_write_number(sheet->worksheet, row, column, item->number, format);
    else
        worksheet_write_string(sheet->worksheet, row, column, item->text, format);
}

static void put_in_bulk(void *context, uint32_t row, uint16_t column, const struct item *item)
{
    struct sheet *sheet = context;
    if (item->tag == TAG_NUMBER)
        put_signed(sheet, row, column, style_of(item), item->number);
    else
        put_verbatim(sheet, row, column, STYLE_ROW_TEXT, item->text);
}

static lxw_workbook *make_book(const char *path, bool constant, struct sheet *sheet)
{
    static lxw_format *formats[STYLE_KINDS];
    static char scratch[CELL_TEXT_BYTES];
    lxw_workbook_options options = {.constant_memory = constant};
    lxw_workbook *book = workbook_new_opt(path, &options);
    or_exit(book != NULL, path);
    for (int i = 0; i < STYLE_KINDS; i++)
        formats[i] = workbook_add_format(book);
    format_set_num_format(formats[STYLE_ROW_COUNT], "#,##0");
    format_set_num_format(formats[STYLE_ROW_GIB], "#,##0.00");
    format_set_indent(formats[STYLE_ROW_TEXT], 1);
    *sheet = (struct sheet){.worksheet = workbook_add_worksheet(book, "Scenarios"),
                            .formats = formats,
                            .name = "Scenarios",
                            .scratch = scratch};
    return book;
}

static void write_by_library(const struct items *items, const char *path)
{
    struct sheet sheet;
    lxw_workbook *book = make_book(path, true, &sheet);
    put_all(items, put_by_library, &sheet);
    or_exit(workbook_close(book) == LXW_NO_ERROR, path);
}

/* A workbook whose rows are written in bulk. */
struct bulk_book {
    struct arena arena;
    struct temporary framed;
    struct sheet sheet;
    lxw_workbook *book;
    struct press *press;
};

static void open_bulk(struct bulk_book *b, size_t threads)
{
    *b = (struct bulk_book){.book = NULL};
    const char *name = arena_format(&b->arena, "%s/rows", temporary_folder());
    or_exit(temporary_make(&b->framed, name, 0600, &b->arena), name);
    b->book = make_book(b->framed.path, false, &b->sheet);
    b->press = press_open(threads);
    b->sheet.bulk = rows_open(&b->arena, b->press, b->sheet.worksheet, b->sheet.formats);
}

static void close_bulk(struct bulk_book *b)
{
    press_close(b->press);
    rows_close(b->sheet.bulk);
    temporary_remove(&b->framed);
    arena_free(&b->arena);
}

static void write_in_bulk(const struct items *items, const char *path, size_t threads)
{
    struct bulk_book b;
    char why[256];
    open_bulk(&b, threads);
    put_all(items, put_in_bulk, &b.sheet);
    rows_end(b.sheet.bulk);
    press_finish(b.press);
    or_exit(spool_rewind(&b.sheet.bulk->spool) && !b.sheet.refused, "rows were lost");
    or_exit(workbook_close(b.book) == LXW_NO_ERROR, b.framed.path);
    or_exit(splice_file(b.framed.path, path, &b.sheet, 1, why, sizeof why) &&
                verify_file(path, &b.sheet, 1, threads, why, sizeof why),
            why);
    close_bulk(&b);
}

/* --- stages, block by block, so that memory stays warm as it does in the program --- */

enum stage { NOTES, NUMBERS, XML, DEFLATE, JOINTS, SPOOL, SPLICE, CHECK, PRINTF, ZLIB, STAGES };

static const char *const stage_names[STAGES] = {
    [NOTES] = "ours notes",     [NUMBERS] = "ours numbers", [XML] = "ours xml",
    [DEFLATE] = "ours deflate", [JOINTS] = "ours joints",   [SPOOL] = "ours spool",
    [SPLICE] = "ours splice",   [CHECK] = "ours check",     [PRINTF] = "library printf",
    [ZLIB] = "library zlib",
};

struct stages {
    struct bytes cells;
    struct bytes xml;
    struct block block;
    struct deflater deflater;
    z_stream zlib;
    struct spool *spool;
    struct bytes numbers; /* of the block */
    uint32_t row;
    bool has_row;
    double since;
    double seconds[STAGES];
};

static double cpu_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* What was spent since the last call. */
static void spent(struct stages *s, enum stage stage)
{
    double now = cpu_seconds();
    s->seconds[stage] += now - s->since;
    s->since = now;
}

static void measure_numbers(struct stages *s)
{
    char text[DECIMAL_BYTES];
    size_t count = s->numbers.length / sizeof(double);
    const double *numbers = (const double *)(const void *)s->numbers.at;
    volatile size_t length = 0;
    for (size_t i = 0; i < count; i++)
        length = length + decimal_text(numbers[i], text);
    spent(s, NUMBERS);
    for (size_t i = 0; i < count; i++)
        length = length + (size_t)snprintf(text, sizeof text, "%.16G", numbers[i]);
    spent(s, PRINTF);
    s->numbers.length = 0;
}

static void measure_zlib(struct stages *s)
{
    s->zlib.next_in = (Bytef *)s->xml.at;
    s->zlib.avail_in = (uInt)s->xml.length;
    while (s->zlib.avail_in) {
        s->block.bytes.length = 0;
        s->zlib.next_out = (Bytef *)bytes_room(&s->block.bytes, 65536);
        s->zlib.avail_out = 65536;
        deflate(&s->zlib, Z_NO_FLUSH);
    }
    spent(s, ZLIB);
}

static void measure_block(struct stages *s)
{
    struct block *block = &s->block;
    spent(s, NOTES);
    measure_numbers(s);
    s->xml.length = 0;
    cells_xml(&s->cells, &s->xml);
    spent(s, XML);
    measure_zlib(s);
    block->text_bytes = s->xml.length;
    block->crc = libdeflate_crc32(0, s->xml.at, s->xml.length);
    block->is_whole = block_deflate(&s->deflater, &s->xml, &block->bytes);
    spent(s, JOINTS);
    spool_add(s->spool, block);
    spent(s, SPOOL);
    block->bytes.length = 0;
    size_t most = libdeflate_deflate_compress_bound(s->deflater.compressor, s->xml.length);
    libdeflate_deflate_compress(s->deflater.compressor, s->xml.at, s->xml.length,
                                bytes_room(&block->bytes, most), most);
    spent(s, DEFLATE);
    s->cells.length = 0;
}

static void note_item(void *context, uint32_t row, uint16_t column, const struct item *item)
{
    struct stages *s = context;
    struct cell_at at = {column, (uint16_t)(1 + style_of(item) - STYLE_ROW_TEXT)};
    if (!s->has_row || row != s->row) {
        if (s->cells.length >= ROWS_BLOCK_BYTES)
            measure_block(s);
        cells_row(&s->cells, row, 0);
        s->row = row;
        s->has_row = true;
    }
    if (item->tag == TAG_NUMBER) {
        cells_number(&s->cells, at, item->number);
        bytes_add(&s->numbers, &item->number, sizeof item->number);
    } else {
        cells_text(&s->cells, at, item->text);
    }
}

static void print_stages(struct stages *s)
{
    s->seconds[JOINTS] -= s->seconds[DEFLATE];
    s->seconds[XML] -= s->seconds[NUMBERS];
    for (int i = 0; i < STAGES; i++)
        printf("%s %.3f\n", stage_names[i], s->seconds[i]);
}

static void measure(const struct items *items, const char *path)
{
    struct bulk_book b;
    char why[256];
    open_bulk(&b, 1);
    struct stages s = {.spool = &b.sheet.bulk->spool};
    or_exit(deflateInit2(&s.zlib, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK,
            "zlib");
    s.since = cpu_seconds();
    put_all(items, note_item, &s);
    measure_block(&s);
    b.sheet.rows = b.sheet.bulk->count = items->rows;
    or_exit(spool_rewind(s.spool), "rows were lost");
    or_exit(workbook_close(b.book) == LXW_NO_ERROR, b.framed.path);
    s.since = cpu_seconds();
    or_exit(splice_file(b.framed.path, path, &b.sheet, 1, why, sizeof why), why);
    spent(&s, SPLICE);
    or_exit(verify_file(path, &b.sheet, 1, 1, why, sizeof why), why);
    spent(&s, CHECK);
    print_stages(&s);
    deflateEnd(&s.zlib);
    close_bulk(&b);
}

int main(int argc, char **argv)
{
    const char *usage = "usage: rows library CELLS ROWS OUT | rows bulk CELLS ROWS OUT THREADS | "
                        "rows stages CELLS ROWS OUT\n";
    bool is_bulk = argc == 6 && !strcmp(argv[1], "bulk");
    bool is_library = argc == 5 && !strcmp(argv[1], "library");
    if (!is_bulk && !is_library && (argc != 5 || strcmp(argv[1], "stages") != 0)) {
        fputs(usage, stderr);
        return 64;
    }
    struct items items = read_items(argv[2], argv[3]);
    if (is_bulk)
        write_in_bulk(&items, argv[4], strtoul(argv[5], NULL, 10));
    else if (is_library)
        write_by_library(&items, argv[4]);
    else
        measure(&items, argv[4]);
    return 0;
}
