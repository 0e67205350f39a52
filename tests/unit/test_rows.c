/* test_rows.c -- bulk rows: the XML that libxlsxwriter writes, all blocks in order, any threads */
#define _POSIX_C_SOURCE 200809L

#include "base/temporary.h"
#include "book/block.h"
#include "book/press.h"
#include "book/rows.h"
#include "book/splice.h"
#include "book/verify.h"
#include "random.h"

#include <CUnit/Basic.h>
#include <libdeflate.h>
#include <minizip/unzip.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void suite_rows(void);

/* A workbook of one sheet, by one writer or the other. */
struct fixture {
    struct arena arena;
    struct temporary framed;
    struct temporary whole;
    lxw_workbook *book;
    lxw_format *formats[STYLE_KINDS];
    struct sheet sheet;
    struct press *press;
    char scratch[CELL_TEXT_BYTES];
    char why[256];
};

static struct fixture *open_fixture(bool in_bulk, size_t threads)
{
    struct fixture *f = calloc(1, sizeof *f);
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    const char *name = arena_format(&f->arena, "%s/rows", temporary_folder());
    CU_ASSERT_FATAL(temporary_make(&f->framed, name, 0600, &f->arena));
    CU_ASSERT_FATAL(temporary_make(&f->whole, name, 0600, &f->arena));
    lxw_workbook_options options = {.constant_memory = !in_bulk};
    f->book = workbook_new_opt(f->framed.path, &options);
    CU_ASSERT_PTR_NOT_NULL_FATAL(f->book);
    for (int i = 0; i < STYLE_KINDS; i++) {
        f->formats[i] = workbook_add_format(f->book);
        format_set_font_size(f->formats[i], 5 + i);
    }
    f->sheet = (struct sheet){.worksheet = workbook_add_worksheet(f->book, "Rows"),
                              .formats = f->formats,
                              .name = "Rows",
                              .scratch = f->scratch,
                              .seen = arena_array(&f->arena, KEPT_ROWS / 64, sizeof(uint64_t))};
    f->press = press_open(threads);
    if (in_bulk)
        f->sheet.bulk = rows_open(&f->arena, f->press, f->sheet.worksheet, f->formats);
    return f;
}

static void finish_rows(struct fixture *f)
{
    rows_end(f->sheet.bulk);
    press_finish(f->press);
    CU_ASSERT(spool_rewind(&f->sheet.bulk->spool));
}

static bool splice(struct fixture *f)
{
    CU_ASSERT_EQUAL(workbook_close(f->book), LXW_NO_ERROR);
    return splice_file(f->framed.path, f->whole.path, &f->sheet, 1, f->why, sizeof f->why);
}

static bool verify(struct fixture *f, size_t threads)
{
    return verify_file(f->whole.path, &f->sheet, 1, threads, f->why, sizeof f->why);
}

static void close_fixture(struct fixture *f)
{
    press_close(f->press);
    if (f->sheet.bulk)
        rows_close(f->sheet.bulk);
    temporary_remove(&f->framed);
    temporary_remove(&f->whole);
    arena_free(&f->arena);
    free(f);
}

/* A member, inflated. */
static struct bytes read_member(const char *path, const char *name)
{
    struct bytes text = {.length = 0};
    unzFile zip = unzOpen64(path);
    int got = 0;
    CU_ASSERT_FATAL(zip && unzLocateFile(zip, name, 1) == UNZ_OK &&
                    unzOpenCurrentFile(zip) == UNZ_OK);
    do
        text.length += (size_t)got;
    while ((got = unzReadCurrentFile(zip, bytes_room(&text, 65536), 65536)) > 0);
    CU_ASSERT_EQUAL(unzCloseCurrentFile(zip), UNZ_OK); /* the checksum */
    unzClose(zip);
    return text;
}

/* --- the same cells by both writers --- */

typedef void put_cells(struct sheet *sheet);

static void expect_same_xml(put_cells *put)
{
    static const char name[] = "xl/worksheets/sheet1.xml";
    struct fixture *one = open_fixture(false, 1);
    struct fixture *other = open_fixture(true, 2);
    put(&one->sheet);
    put(&other->sheet);
    finish_rows(other);
    CU_ASSERT_EQUAL(one->sheet.rows, other->sheet.rows);
    CU_ASSERT_EQUAL(one->sheet.refused + other->sheet.refused, 0);
    CU_ASSERT_EQUAL(workbook_close(one->book), LXW_NO_ERROR);
    CU_ASSERT(splice(other) && verify(other, 2));
    struct bytes want = read_member(one->framed.path, name);
    struct bytes got = read_member(other->whole.path, name);
    CU_ASSERT_EQUAL(want.length, got.length);
    CU_ASSERT(want.length == got.length && !memcmp(want.at, got.at, got.length));
    bytes_free(&want);
    bytes_free(&got);
    want = read_member(one->framed.path, "xl/styles.xml");
    got = read_member(other->whole.path, "xl/styles.xml");
    CU_ASSERT(want.length == got.length && !memcmp(want.at, got.at, got.length));
    bytes_free(&want);
    bytes_free(&got);
    close_fixture(one);
    close_fixture(other);
}

static void put_each_kind(struct sheet *sheet)
{
    worksheet_autofilter(sheet->worksheet, 0, 0, 9, 3);
    worksheet_freeze_panes(sheet->worksheet, 1, 1);
    set_height(sheet, 0, 30);
    put_verbatim(sheet, 0, 0, STYLE_HEADER, "a<b>&\"c\"'d'\n\te");
    put_verbatim(sheet, 0, 2, STYLE_HEADER, " before");
    put_verbatim(sheet, 0, 3, STYLE_HEADER, "behind ");
    put_verbatim(sheet, 0, 4, STYLE_HEADER, "\n");
    put_verbatim(sheet, 0, 5, STYLE_ROW_TEXT, "\u00A0\uD55C\uAD6D\uC5B4 \U0001F600");
    put_verbatim(sheet, 0, 6, STYLE_ROW_TEXT, "=1+1 _x0041_ ]]> &amp; <!--");
    put_verbatim(sheet, 0, 7, STYLE_ROW_TEXT, "");
    put_signed(sheet, 1, 0, STYLE_ROW_COUNT, 12);
    put_signed(sheet, 1, 25, STYLE_ROW_COUNT, -0.125);
    put_signed(sheet, 1, 26, STYLE_ROW_GIB, 1234567.89);
    put_signed(sheet, 1, 701, STYLE_ROW_GIB, 0);
    put_signed(sheet, 1, 702, STYLE_ROW_GIB, 1e14);
    put_signed(sheet, 1, 16383, STYLE_ROW_GIB, NAN);
    set_height(sheet, 3, 14.5);
    put_empty(sheet, 3, 3, STYLE_ROW_TEXT);
    put_signed(sheet, 56000, 1, STYLE_ROW_USD, 99);
}

static void each_kind_of_cell(void)
{
    expect_same_xml(put_each_kind);
}

static void put_random_texts(struct sheet *sheet)
{
    static const char *const bits[] = {"<",  ">",  "&",        "\"",      "'",      "_x0041_",
                                       "_x", "\n", "\t",       " ",       "\r",     "\x01",
                                       "a",  "=",  "\xff\xfe", "\u00e9",  "\uffff", "\U0001F600",
                                       "7",  ";",  "]]>",      "&amp;lt;"};
    struct dice dice = {5};
    for (uint32_t row = 0; row < 3000; row++) {
        for (uint16_t column = 0; column < 4; column++) {
            char text[256] = "";
            for (uint64_t left = dice_next(&dice) % 20; left; left--)
                strcat(text, bits[dice_next(&dice) % (sizeof bits / sizeof *bits)]);
            put_verbatim(sheet, row, column, STYLE_ROW_TEXT, text);
        }
    }
}

static void random_texts(void)
{
    expect_same_xml(put_random_texts);
}

/* The longest text of the worst character, beside a block's end. */
static void put_long_texts(struct sheet *sheet)
{
    char *text = malloc(CELL_CHARACTERS + 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    memset(text, '&', CELL_CHARACTERS);
    text[CELL_CHARACTERS] = '\0';
    for (uint32_t row = 0; row < 60; row++)
        put_verbatim(sheet, row, 0, STYLE_ROW_TEXT, text);
    free(text);
}

static void long_texts(void)
{
    expect_same_xml(put_long_texts);
}

static void disorder_is_refused(void)
{
    struct fixture *f = open_fixture(true, 1);
    struct sheet *sheet = &f->sheet;
    put_signed(sheet, 5, 3, STYLE_ROW_GIB, 1);
    CU_ASSERT_EQUAL(sheet->refused, 0);
    put_signed(sheet, 5, 3, STYLE_ROW_GIB, 1); /* twice */
    put_signed(sheet, 5, 2, STYLE_ROW_GIB, 1);
    put_signed(sheet, 4, 9, STYLE_ROW_GIB, 1);
    set_height(sheet, 5, 20); /* begun without one */
    put_across(sheet, 6, 0, 1, STYLE_ROW_GIB, "");
    put_signed(sheet, SHEET_ROWS, 0, STYLE_ROW_GIB, 1);
    CU_ASSERT_EQUAL(sheet->refused, 6);
    put_signed(sheet, SHEET_ROWS - 1, 0, STYLE_ROW_GIB, 1);
    CU_ASSERT_EQUAL(sheet->refused, 6);
    CU_ASSERT_EQUAL(sheet->rows, 3);
    finish_rows(f);
    CU_ASSERT(splice(f) && verify(f, 1));
    close_fixture(f);
}

/* What a sheet's data of `f` is, between its tags; `text` is its member. */
static char *read_data(struct fixture *f, struct bytes *text)
{
    *text = read_member(f->whole.path, "xl/worksheets/sheet1.xml");
    *bytes_room(text, 1) = '\0';
    char *begin = strstr(text->at, "<sheetData>");
    char *end = strstr(text->at, "</sheetData>");
    CU_ASSERT_FATAL(begin && end && !strstr(end + 1, "<row"));
    *end = '\0';
    return begin + strlen("<sheetData>");
}

/* A title of merged cells by the library, also when it comes last, and rows in bulk below it. */
static void rows_follow_a_title(void)
{
    static const char below[] = "<row r=\"4\" ht=\"20\" customHeight=\"1\"><c r=\"B4\" s=\"1\">"
                                "<v>7</v></c></row><row r=\"6\" ht=\"16\" customHeight=\"1\">"
                                "<c r=\"A6\" s=\"1\"><v>8</v></c></row>";
    struct fixture *f = open_fixture(true, 2);
    struct sheet *sheet = &f->sheet;
    struct bytes text;
    sheet->bulk_row = 3;
    sheet->bulk->points = 16;
    put_across(sheet, 0, 0, 2, STYLE_ROW_TEXT, "title");
    set_height(sheet, 3, 20);
    put_signed(sheet, 3, 1, STYLE_ROW_GIB, 7);
    put_signed(sheet, 5, 0, STYLE_ROW_GIB, 8);
    put_verbatim(sheet, 2, 1, STYLE_ROW_TEXT, "last");
    CU_ASSERT_EQUAL(sheet->refused, 0);
    CU_ASSERT_EQUAL(sheet->rows, 4);
    finish_rows(f);
    CU_ASSERT(splice(f) && verify(f, 2));
    const char *data = read_data(f, &text);
    CU_ASSERT(strlen(data) > strlen(below) && !strncmp(data, "<row r=\"1\"", 10));
    CU_ASSERT_PTR_NOT_NULL(strstr(data, "<row r=\"3\""));
    CU_ASSERT_STRING_EQUAL(data + strlen(data) - strlen(below), below);
    CU_ASSERT_PTR_NOT_NULL(strstr(text.at, "<dimension ref=\"A1:C6\"/>"));
    bytes_free(&text);
    sheet->rows--;
    CU_ASSERT(!verify(f, 2));
    close_fixture(f);
}

/* --- blocks --- */

/* Texts that deflate well, badly and not at all: pieces end at every bit of a byte. */
static void blocks_are_joined(void)
{
    struct dice dice = {11};
    struct deflater deflater = {.compressor = NULL};
    struct bytes all = {.length = 0};
    struct bytes stream = {.length = 0};
    struct bytes block = {.length = 0};
    for (int i = 0; i < 300; i++) {
        struct bytes text = {.length = 0};
        uint64_t length = i < 3 ? 300000 : dice_next(&dice) % 2000;
        for (uint64_t j = 0; j < length; j++) {
            char c = (char)(dice_next(&dice) % (i % 3 == 2 ? 256 : 1 + (unsigned)i % 26));
            bytes_add(&text, &c, 1);
        }
        CU_ASSERT(block_deflate(&deflater, &text, &block));
        bytes_add(&stream, block.at, block.length);
        bytes_add(&all, text.at, text.length);
        bytes_free(&text);
    }
    bytes_add(&stream, BLOCK_END, BLOCK_END_BYTES);
    struct libdeflate_decompressor *inflater = libdeflate_alloc_decompressor();
    char *again = malloc(all.length);
    CU_ASSERT_EQUAL(
        libdeflate_deflate_decompress(inflater, stream.at, stream.length, again, all.length, NULL),
        LIBDEFLATE_SUCCESS);
    CU_ASSERT(!memcmp(again, all.at, all.length));
    free(again);
    libdeflate_free_decompressor(inflater);
    deflater_free(&deflater);
    bytes_free(&all);
    bytes_free(&stream);
    bytes_free(&block);
}

/* Many small blocks of unlike sizes, in two spools by turns; the sums of both. */
static void press_blocks(size_t threads, uint32_t crcs[2], struct bytes files[2])
{
    enum { BLOCKS = 3000 };
    struct spool spools[2] = {{.file = NULL}, {.file = NULL}};
    struct bytes cells = {.length = 0};
    struct press *press = press_open(threads);
    struct dice dice = {3};
    for (uint32_t block = 0; block < BLOCKS; block++) {
        for (uint64_t row = dice_next(&dice) % 40; row < 41; row++) {
            cells_row(&cells, 64 * block + (uint32_t)row, 0);
            cells_number(&cells, (struct cell_at){7, 3}, (double)dice_next(&dice) / 1e9);
        }
        press_add(press, &cells, &spools[block % 7 == 0]);
    }
    press_finish(press);
    for (int i = 0; i < 2; i++) {
        CU_ASSERT(spool_rewind(&spools[i]));
        files[i] = (struct bytes){.length = 0};
        CU_ASSERT_EQUAL(
            fread(bytes_room(&files[i], spools[i].bytes), 1, spools[i].bytes, spools[i].file),
            spools[i].bytes);
        files[i].length = spools[i].bytes;
        crcs[i] = spools[i].crc;
        spool_close(&spools[i]);
    }
    press_close(press);
    bytes_free(&cells);
}

static void same_bytes_on_any_threads(void)
{
    static const size_t threads[] = {1, 2, 3, 8, 8, 8, 8, 64};
    uint32_t want_crcs[2];
    struct bytes want[2];
    press_blocks(1, want_crcs, want);
    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
        uint32_t crcs[2];
        struct bytes got[2];
        press_blocks(threads[i], crcs, got);
        for (int j = 0; j < 2; j++) {
            CU_ASSERT_EQUAL(crcs[j], want_crcs[j]);
            CU_ASSERT(got[j].length == want[j].length &&
                      !memcmp(got[j].at, want[j].at, want[j].length));
            bytes_free(&got[j]);
        }
    }
    bytes_free(&want[0]);
    bytes_free(&want[1]);
}

/* --- the check of the closed file --- */

/* Blocks of ten rows each, in the spool in this order, all sums agreeing with it. */
static void spool_blocks(struct fixture *f, const char *order)
{
    struct deflater deflater = {.compressor = NULL};
    struct block block = {.crc = 0};
    for (; *order; order++) {
        struct bytes cells = {.length = 0};
        struct bytes xml = {.length = 0};
        for (uint32_t row = 0; row < 10; row++) {
            cells_row(&cells, 10 * (uint32_t)(*order - '0') + row, 0);
            cells_number(&cells, (struct cell_at){0, 1}, row);
        }
        cells_xml(&cells, &xml);
        block.text_bytes = xml.length;
        block.crc = libdeflate_crc32(0, xml.at, xml.length);
        block.is_whole = block_deflate(&deflater, &xml, &block.bytes);
        spool_add(&f->sheet.bulk->spool, &block);
        bytes_free(&cells);
        bytes_free(&xml);
    }
    f->sheet.rows = f->sheet.bulk->count = 40;
    CU_ASSERT(spool_rewind(&f->sheet.bulk->spool));
    bytes_free(&block.bytes);
    deflater_free(&deflater);
}

static void wrong_blocks_are_found(void)
{
    static const char *const cases[][2] = {
        {"0123", NULL},
        {"013", "has lost rows"},
        {"012", "has lost rows"},
        {"123", "has lost rows"},
        {"01233", "has rows out of order"},
        {"0113", "has rows out of order"},
        {"0132", "has rows out of order"},
        {"0223", "has rows out of order"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture *f = open_fixture(true, 1);
        spool_blocks(f, cases[i][0]);
        CU_ASSERT(splice(f));
        CU_ASSERT_EQUAL(verify(f, 1 + i % 3), !cases[i][1]);
        if (cases[i][1])
            CU_ASSERT_PTR_NOT_NULL(strstr(f->why, cases[i][1]));
        /* the same as a reader sees it who knows nothing of blocks */
        struct rows *bulk = f->sheet.bulk;
        f->sheet.bulk = NULL;
        CU_ASSERT_EQUAL(verify(f, 1), !cases[i][1]);
        if (cases[i][1])
            CU_ASSERT_PTR_NOT_NULL(strstr(f->why, cases[i][1]));
        f->sheet.bulk = bulk;
        close_fixture(f);
    }
}

/* A byte turned anywhere in the rows, and sizes that are not those of the pieces. */
static void damage_is_found(void)
{
    struct fixture *f = open_fixture(true, 1);
    spool_blocks(f, "0123");
    CU_ASSERT(splice(f) && verify(f, 2));
    FILE *file = fopen(f->whole.path, "r+b");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    unzFile zip = unzOpen64(f->whole.path);
    CU_ASSERT_FATAL(unzLocateFile(zip, "xl/worksheets/sheet1.xml", 1) == UNZ_OK &&
                    unzOpenCurrentFile2(zip, NULL, NULL, 1) == UNZ_OK);
    long begin = (long)unzGetCurrentFileZStreamPos64(zip);
    long end = begin + (long)(f->sheet.bulk->head.bytes + f->sheet.bulk->spool.bytes +
                              f->sheet.bulk->tail.bytes + BLOCK_END_BYTES);
    unzClose(zip);
    for (long at = begin; at < end; at++) {
        fseek(file, at, SEEK_SET);
        int byte = getc(file);
        fseek(file, at, SEEK_SET);
        putc(byte ^ 0x55, file);
        fflush(file);
        CU_ASSERT(!verify(f, 2));
        fseek(file, at, SEEK_SET);
        putc(byte, file);
        fflush(file);
    }
    fclose(file);
    CU_ASSERT(verify(f, 2));
    f->sheet.bulk->head.bytes--;
    CU_ASSERT(!verify(f, 2));
    f->sheet.bulk->tail.bytes++;
    CU_ASSERT(!verify(f, 2));
    close_fixture(f);
}

void suite_rows(void)
{
    CU_pSuite suite = CU_add_suite("rows", NULL, NULL);
    CU_add_test(suite, "each kind of cell", each_kind_of_cell);
    CU_add_test(suite, "random texts", random_texts);
    CU_add_test(suite, "long texts", long_texts);
    CU_add_test(suite, "disorder is refused", disorder_is_refused);
    CU_add_test(suite, "rows follow a title", rows_follow_a_title);
    CU_add_test(suite, "blocks are joined", blocks_are_joined);
    CU_add_test(suite, "same bytes on any threads", same_bytes_on_any_threads);
    CU_add_test(suite, "wrong blocks are found", wrong_blocks_are_found);
    CU_add_test(suite, "damage is found", damage_is_found);
}
