/* floor.c -- the least that bare libcsv and libxlsxwriter can take for the same cells
 *
 * floor prepare RESULTS.csv CELLS     once, not measured: numbers become doubles
 * floor write INPUT.csv CELLS OUT.xlsx  parses the input, writes the cells in one sheet, row by row
 *
 * Two steps, because a program that computed the cells need not parse them. CELLS holds, cell after
 * cell, a tag and what it says: a double, a text with its NUL, nothing, or the end of the row. */
#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

enum tag { TAG_NUMBER, TAG_TEXT, TAG_EMPTY, TAG_ROW };
enum { CHUNK_BYTES = 64 * 1024, TEXT_BYTES = 32 * 1024 };

static void or_exit(int good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "floor: %s failed\n", what);
    exit(70);
}

static void parse(const char *path, void (*cell)(void *, size_t, void *), void (*row)(int, void *),
                  void *context)
{
    static char chunk[CHUNK_BYTES];
    struct csv_parser parser;
    FILE *in = fopen(path, "rb");
    or_exit(in && csv_init(&parser, CSV_APPEND_NULL) == 0, path);
    size_t count;
    while ((count = fread(chunk, 1, sizeof chunk, in)) > 0)
        or_exit(csv_parse(&parser, chunk, count, cell, row, context) == count, path);
    csv_fini(&parser, cell, row, context);
    csv_free(&parser);
    fclose(in);
}

static void keep_cell(void *bytes, size_t length, void *out)
{
    char *end;
    double number = length ? strtod(bytes, &end) : 0;
    if (!length) {
        putc(TAG_EMPTY, out);
    } else if (!*end) {
        putc(TAG_NUMBER, out);
        fwrite(&number, sizeof number, 1, out);
    } else {
        putc(TAG_TEXT, out);
        fwrite(bytes, 1, length + 1, out);
    }
}

static void keep_row(int end, void *out)
{
    (void)end;
    putc(TAG_ROW, out);
}

static void prepare(const char *results, const char *cells)
{
    FILE *out = fopen(cells, "wb");
    or_exit(out != NULL, cells);
    parse(results, keep_cell, keep_row, out);
    or_exit(fclose(out) == 0, cells);
}

static void count_cell(void *bytes, size_t length, void *count)
{
    (void)bytes;
    (void)length;
    ++*(size_t *)count;
}

static void count_row(int end, void *count)
{
    (void)end;
    ++*(size_t *)count;
}

static void read_text(FILE *in, char *text)
{
    int c;
    size_t used = 0;
    while ((c = getc(in)) > 0 && used < TEXT_BYTES - 1)
        text[used++] = (char)c;
    text[used] = '\0';
}

static void write_sheet(FILE *in, lxw_worksheet *sheet)
{
    static char text[TEXT_BYTES];
    lxw_row_t row = 0;
    lxw_col_t column = 0;
    for (int tag; (tag = getc(in)) != EOF; column++) {
        double number;
        if (tag == TAG_NUMBER) {
            or_exit(fread(&number, sizeof number, 1, in) == 1, "reading a number");
            worksheet_write_number(sheet, row, column, number, NULL);
        } else if (tag == TAG_TEXT) {
            read_text(in, text);
            worksheet_write_string(sheet, row, column, text, NULL);
        } else if (tag == TAG_ROW) {
            row++;
            column = (lxw_col_t)-1; /* the loop adds one */
        }
    }
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "prepare") == 0) {
        prepare(argv[2], argv[3]);
        return 0;
    }
    if (argc != 5 || strcmp(argv[1], "write") != 0) {
        fputs("usage: floor prepare RESULTS CELLS | floor write INPUT CELLS OUT\n", stderr);
        return 64;
    }
    size_t count = 0;
    parse(argv[2], count_cell, count_row, &count);
    FILE *in = fopen(argv[3], "rb");
    or_exit(in && count, argv[3]);
    lxw_workbook_options options = {.constant_memory = 1};
    lxw_workbook *book = workbook_new_opt(argv[4], &options);
    or_exit(book != NULL, argv[4]);
    write_sheet(in, workbook_add_worksheet(book, "Scenarios"));
    fclose(in);
    or_exit(workbook_close(book) == LXW_NO_ERROR, argv[4]);
    return 0;
}
