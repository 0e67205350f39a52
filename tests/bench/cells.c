/* cells.c -- the cells of a finished workbook, written again by libxlsxwriter alone
 *
 * cells keep BOOK.xlsx TAPE    once, not measured: every cell of every sheet, with its format
 * cells write TAPE OUT.xlsx    the same cells, through the library and nothing else
 * cells count BOOK.xlsx        numbers, texts, formulas of numbers, of texts, blanks, sheets
 * cells read BOOK.xlsx         every member inflated, as the program does with a finished workbook
 *
 * The least that a workbook of these cells can take: the texts of formulas lie ready, nothing is
 * planned, and no chart, validation or conditional format is written. A sheet whose texts stand in
 * its cells was written in constant memory, and is so again. TAPE holds, cell after cell, a struct
 * head and its texts with their NUL. Only the XML that libxlsxwriter writes is understood. */
#include <minizip/unzip.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

enum kind { NUMBER, TEXT, FORMULA, TEXT_FORMULA, BLANK, KINDS, SHEET = KINDS, STREAMED_SHEET };

struct head {
    double number;
    uint32_t row;
    uint16_t column;
    uint16_t format;
    uint32_t kind;
    uint32_t formula_bytes; /* with its NUL; for a sheet 0 */
    uint32_t text_bytes;
};

/* A member of the archive, or a list of texts in one piece. */
struct piece {
    char *bytes;
    size_t length;
};

struct strings {
    char **texts;
    size_t count;
};

static void or_exit(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "cells: %s failed\n", what);
    exit(70);
}

static struct piece read_member(unzFile zip, const char *name)
{
    unz_file_info64 info;
    struct piece piece = {NULL, 0};
    if (unzLocateFile(zip, name, 1) != UNZ_OK)
        return piece;
    or_exit(unzGetCurrentFileInfo64(zip, &info, NULL, 0, NULL, 0, NULL, 0) == UNZ_OK &&
                unzOpenCurrentFile(zip) == UNZ_OK,
            name);
    piece.length = info.uncompressed_size;
    piece.bytes = malloc(piece.length + 1);
    or_exit(piece.bytes != NULL, "memory");
    for (size_t at = 0; at < piece.length;) {
        int got = unzReadCurrentFile(zip, piece.bytes + at, 1 << 20);
        or_exit(got > 0, name);
        at += (size_t)got;
    }
    unzCloseCurrentFile(zip);
    piece.bytes[piece.length] = '\0';
    return piece;
}

/* Ends the text at its closing tag, and makes its five entities characters. */
static char *take_text(char *text, const char *end)
{
    static const struct {
        const char *entity;
        char character;
    } entities[] = {
        {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
    char *to = text;
    for (char *from = text; from < end; to++) {
        *to = *from++;
        for (size_t i = 0; *to == '&' && i < sizeof entities / sizeof *entities; i++) {
            size_t length = strlen(entities[i].entity);
            if (strncmp(from - 1, entities[i].entity, length) == 0) {
                *to = entities[i].character;
                from += length - 1;
                break;
            }
        }
    }
    *to = '\0';
    return text;
}

/* What stands in the first `open` of [from, to), a tag without its `>`; NULL: no such tag. */
static char *inside(char *from, char *to, const char *open, const char *close)
{
    char *tag = strstr(from, open);
    if (!tag || tag >= to)
        return NULL;
    char *begin = strchr(tag, '>') + 1;
    char *end = strstr(begin, close);
    return begin[-2] == '/' || !end ? NULL : take_text(begin, end);
}

static struct strings read_strings(struct piece xml)
{
    struct strings strings = {NULL, 0};
    size_t room = 0;
    for (char *at = xml.bytes; at && (at = strstr(at, "<si>"));) {
        char *end = strstr(at, "</si>");
        or_exit(end != NULL, "shared strings");
        if (strings.count == room) {
            room = room ? 2 * room : 1024;
            strings.texts = realloc(strings.texts, room * sizeof *strings.texts);
            or_exit(strings.texts != NULL, "memory");
        }
        char *text = inside(at, end, "<t", "</t>");
        strings.texts[strings.count++] = text ? text : end;
        at = end + 1;
    }
    return strings;
}

static char *attribute(char *tag, char *end, const char *name)
{
    char *at = strstr(tag, name);
    return at && at < end ? at + strlen(name) : NULL;
}

/* What a cell is and says. `reference`: "B12". */
struct cell {
    struct head head;
    const char *formula;
    const char *text;
};

static void place_cell(struct cell *cell, const char *reference)
{
    unsigned column = 0;
    for (; *reference >= 'A'; reference++)
        column = column * 26 + (unsigned)(*reference - 'A') + 1;
    cell->head.column = (uint16_t)(column - 1);
    cell->head.row = (uint32_t)strtoul(reference, NULL, 10) - 1;
}

/* The cell at `<c `; returns behind it. */
static char *read_cell(char *at, const struct strings *strings, struct cell *cell)
{
    *cell = (struct cell){.formula = NULL};
    char *tag_end = strchr(at, '>');
    char *type = attribute(at, tag_end, " t=\"");
    char *format = attribute(at, tag_end, " s=\"");
    place_cell(cell, attribute(at, tag_end, " r=\""));
    cell->head.format = format ? (uint16_t)strtoul(format, NULL, 10) : 0;
    cell->head.kind = BLANK;
    if (tag_end[-1] == '/')
        return tag_end;
    char *end = strstr(tag_end, "</c>");
    char *value = inside(tag_end, end, "<v", "</v>");
    cell->formula = inside(tag_end, end, "<f", "</f>");
    bool is_text = type && *type != 'n';
    if (type && *type == 's' && type[1] == '"' && strings->texts)
        cell->text = strings->texts[strtoul(value, NULL, 10)];
    else if (type && *type == 'i')
        cell->text = inside(tag_end, end, "<t", "</t>");
    else if (type && *type == 'b')
        cell->text = *value == '1' ? "TRUE" : "FALSE";
    else if (is_text)
        cell->text = value ? value : "";
    else
        cell->head.number = value ? strtod(value, NULL) : 0;
    cell->head.kind =
        cell->formula ? (is_text ? TEXT_FORMULA : FORMULA) : (is_text ? TEXT : NUMBER);
    return end;
}

/* Each cell of the book; `visit` has a NULL cell where a sheet begins, streamed or not. */
static void visit_cells(const char *path,
                        void (*visit)(void *context, const struct cell *cell, bool streamed),
                        void *context)
{
    unzFile zip = unzOpen64(path);
    or_exit(zip != NULL, path);
    struct piece shared = read_member(zip, "xl/sharedStrings.xml");
    struct strings strings = read_strings(shared);
    for (int number = 1;; number++) {
        char name[64];
        snprintf(name, sizeof name, "xl/worksheets/sheet%d.xml", number);
        struct piece sheet = read_member(zip, name);
        if (!sheet.bytes)
            break;
        visit(context, NULL, strstr(sheet.bytes, "t=\"inlineStr\"") != NULL);
        struct cell cell;
        for (char *at = sheet.bytes; (at = strstr(at, "<c ")); at++) {
            at = read_cell(at, &strings, &cell);
            visit(context, &cell, false);
        }
        free(sheet.bytes);
    }
    free(strings.texts);
    free(shared.bytes);
    unzClose(zip);
}

static void keep_cell(void *tape, const struct cell *cell, bool streamed)
{
    struct head head = {.kind = streamed ? STREAMED_SHEET : SHEET};
    if (cell) {
        head = cell->head;
        head.formula_bytes = cell->formula ? (uint32_t)strlen(cell->formula) + 1 : 0;
        head.text_bytes = cell->text ? (uint32_t)strlen(cell->text) + 1 : 0;
    }
    fwrite(&head, sizeof head, 1, tape);
    if (cell && cell->formula)
        fwrite(cell->formula, 1, head.formula_bytes, tape);
    if (cell && cell->text)
        fwrite(cell->text, 1, head.text_bytes, tape);
}

static void count_cell(void *counts, const struct cell *cell, bool streamed)
{
    (void)streamed;
    ((size_t *)counts)[cell ? cell->head.kind : SHEET]++;
}

static void count(const char *path)
{
    size_t counts[KINDS + 1] = {0};
    visit_cells(path, count_cell, counts);
    for (int kind = 0; kind <= SHEET; kind++)
        printf("%zu%c", counts[kind], kind < SHEET ? ' ' : '\n');
}

static void read_all(const char *path)
{
    static char chunk[256 * 1024];
    unzFile zip = unzOpen64(path);
    or_exit(zip != NULL, path);
    for (int step = unzGoToFirstFile(zip); step == UNZ_OK; step = unzGoToNextFile(zip)) {
        int got;
        or_exit(unzOpenCurrentFile(zip) == UNZ_OK, path);
        while ((got = unzReadCurrentFile(zip, chunk, sizeof chunk)) > 0)
            ;
        or_exit(unzCloseCurrentFile(zip) == UNZ_OK && got == 0, path);
    }
    unzClose(zip);
}

static void keep(const char *path, const char *to)
{
    FILE *tape = fopen(to, "wb");
    or_exit(tape != NULL, to);
    visit_cells(path, keep_cell, tape);
    or_exit(fclose(tape) == 0, to);
}

/* Formats that differ, as many as a cell asks for. */
static lxw_format *format_of(lxw_workbook *book, unsigned number)
{
    static lxw_format *formats[UINT16_MAX + 1];
    static unsigned made;
    for (; made < number; made++) {
        lxw_format *format = formats[made + 1] = workbook_add_format(book);
        format_set_font_size(format, 4 + 0.25 * made);
    }
    return formats[number];
}

static void write_cell(lxw_worksheet *sheet, const struct head *head, lxw_format *format,
                       const char *formula, const char *text)
{
    lxw_error error = LXW_NO_ERROR;
    if (head->kind == NUMBER)
        error = worksheet_write_number(sheet, head->row, head->column, head->number, format);
    else if (head->kind == TEXT)
        error = worksheet_write_string(sheet, head->row, head->column, text, format);
    else if (head->kind == FORMULA)
        error = worksheet_write_formula_num(sheet, head->row, head->column, formula, format,
                                            head->number);
    else if (head->kind == TEXT_FORMULA)
        error = worksheet_write_formula_str(sheet, head->row, head->column, formula, format, text);
    else
        error = worksheet_write_blank(sheet, head->row, head->column, format);
    or_exit(error == LXW_NO_ERROR, "writing a cell");
}

static void write_cells(lxw_workbook *book, const char *at, const char *end)
{
    lxw_worksheet *sheet = NULL;
    while (at < end) {
        struct head head;
        memcpy(&head, at, sizeof head);
        const char *formula = at + sizeof head;
        const char *text = formula + head.formula_bytes;
        at = text + head.text_bytes;
        if (head.kind >= SHEET) {
            book->options.constant_memory = head.kind == STREAMED_SHEET;
            sheet = workbook_add_worksheet(book, NULL);
            book->options.constant_memory = 0;
        } else {
            write_cell(sheet, &head, format_of(book, head.format), formula, text);
        }
    }
}

static void write_book(const char *tape, const char *path)
{
    FILE *in = fopen(tape, "rb");
    or_exit(in && fseek(in, 0, SEEK_END) == 0, tape);
    size_t length = (size_t)ftell(in);
    char *bytes = malloc(length + 1);
    or_exit(bytes != NULL, "memory");
    rewind(in);
    or_exit(fread(bytes, 1, length, in) == length, tape);
    fclose(in);
    lxw_workbook *book = workbook_new(path);
    or_exit(book != NULL, path);
    write_cells(book, bytes, bytes + length);
    or_exit(workbook_close(book) == LXW_NO_ERROR, path);
    free(bytes);
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "keep") == 0)
        keep(argv[2], argv[3]);
    else if (argc == 4 && strcmp(argv[1], "write") == 0)
        write_book(argv[2], argv[3]);
    else if (argc == 3 && strcmp(argv[1], "count") == 0)
        count(argv[2]);
    else if (argc == 3 && strcmp(argv[1], "read") == 0)
        read_all(argv[2]);
    else
        or_exit(false, "reading the arguments");
    return 0;
}
