/* cells.c -- one note per cell: a head, and what its kind adds to it */
#include "book/cells.h"

#include "base/decimal.h"
#include "book/live.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum kind { ROW, BLANK, NUMBER, TEXT, NUMBER_FORMULA, TEXT_FORMULA };

struct head {
    uint16_t kind;
    struct cell_at cell;
};

static void note(struct bytes *cells, enum kind kind, struct cell_at cell)
{
    struct head head = {(uint16_t)kind, cell};
    bytes_add(cells, &head, sizeof head);
}

static void note_text(struct bytes *cells, const char *text)
{
    uint32_t length = (uint32_t)strlen(text);
    bytes_add(cells, &length, sizeof length);
    bytes_add(cells, text, length);
}

void cells_row(struct bytes *cells, uint32_t row, double points)
{
    note(cells, ROW, (struct cell_at){.column = 0});
    bytes_add(cells, &row, sizeof row);
    bytes_add(cells, &points, sizeof points);
}

void cells_blank(struct bytes *cells, struct cell_at cell)
{
    note(cells, BLANK, cell);
}

void cells_number(struct bytes *cells, struct cell_at cell, double value)
{
    note(cells, NUMBER, cell);
    bytes_add(cells, &value, sizeof value);
}

void cells_text(struct bytes *cells, struct cell_at cell, const char *text)
{
    note(cells, TEXT, cell);
    note_text(cells, text);
}

void cells_number_formula(struct bytes *cells, struct cell_at cell, const char *formula,
                          double value)
{
    note(cells, NUMBER_FORMULA, cell);
    note_text(cells, formula + 1);
    bytes_add(cells, &value, sizeof value);
}

void cells_text_formula(struct bytes *cells, struct cell_at cell, const char *formula,
                        const char *value)
{
    note(cells, TEXT_FORMULA, cell);
    note_text(cells, formula + 1);
    note_text(cells, value);
}

/* --- notes to XML --- */

/* What is read, and the row that it is in. */
struct reading {
    const char *at;
    const char *end;
    char row[DECIMAL_BYTES]; /* its number */
    size_t row_length;
};

static void take(struct reading *r, void *to, size_t size)
{
    memcpy(to, r->at, size);
    r->at += size;
}

static const char *take_text(struct reading *r, size_t *length)
{
    uint32_t count;
    take(r, &count, sizeof count);
    const char *text = r->at;
    r->at += count;
    *length = count;
    return text;
}

static double take_number(struct reading *r)
{
    double value;
    take(r, &value, sizeof value);
    return value;
}

static char *put(char *to, const char *text, size_t length)
{
    memcpy(to, text, length);
    return to + length;
}
#define PUT(to, literal) put(to, literal, sizeof(literal) - 1)

static char *put_escaped(char *to, const char *text, size_t length)
{
    for (const char *end = text + length; text < end; text++) {
        if (*text == '&')
            to = PUT(to, "&amp;");
        else if (*text == '<')
            to = PUT(to, "&lt;");
        else if (*text == '>')
            to = PUT(to, "&gt;");
        else
            *to++ = *text;
    }
    return to;
}

static char *put_number(char *to, double value)
{
    to = PUT(to, "<v>");
    to += decimal_text(value, to);
    return PUT(to, "</v></c>");
}

/* What a cell takes beside its texts, each of whose characters may take five. */
enum { CELL_XML_BYTES = 128, ESCAPED_BYTES = 5 };

static bool has_blank_ends(const char *text, size_t length)
{
    return length && (isspace((unsigned char)text[0]) || isspace((unsigned char)text[length - 1]));
}

static void add_text(struct reading *r, struct bytes *xml)
{
    size_t length;
    const char *text = take_text(r, &length);
    char *to = bytes_room(xml, CELL_XML_BYTES + ESCAPED_BYTES * length);
    to = PUT(to, " t=\"inlineStr\"><is><t");
    if (has_blank_ends(text, length))
        to = PUT(to, " xml:space=\"preserve\"");
    *to++ = '>';
    to = put_escaped(to, text, length);
    to = PUT(to, "</t></is></c>");
    xml->length = (size_t)(to - xml->at);
}

static void add_formula(struct reading *r, struct bytes *xml, bool is_text)
{
    size_t length;
    size_t value_length = 0;
    const char *formula = take_text(r, &length);
    const char *value = is_text ? take_text(r, &value_length) : NULL;
    char *to = bytes_room(xml, CELL_XML_BYTES + ESCAPED_BYTES * (length + value_length));
    to = is_text ? PUT(to, " t=\"str\"><f>") : PUT(to, "><f>");
    to = put_escaped(to, formula, length);
    to = PUT(to, "</f>");
    if (is_text) {
        to = PUT(to, "<v>");
        to = put_escaped(to, value, value_length);
        to = PUT(to, "</v></c>");
    } else {
        to = put_number(to, take_number(r));
    }
    xml->length = (size_t)(to - xml->at);
}

static void add_row(struct reading *r, struct bytes *xml, bool is_first)
{
    uint32_t row;
    take(r, &row, sizeof row);
    double points = take_number(r);
    r->row_length = decimal_text((double)row + 1, r->row);
    char *to = bytes_room(xml, CELL_XML_BYTES);
    if (!is_first)
        to = PUT(to, "</row>");
    to = PUT(to, "<row r=\"");
    to = put(to, r->row, r->row_length);
    if (points > 0) {
        to = PUT(to, "\" ht=\"");
        to += decimal_text(points, to);
        to = PUT(to, "\" customHeight=\"1");
    }
    to = PUT(to, "\">");
    xml->length = (size_t)(to - xml->at);
}

/* <c r="A1" s="4", and what ends a cell of so few characters. */
static void add_cell(struct reading *r, struct bytes *xml, const struct head *head)
{
    char *to = bytes_room(xml, CELL_XML_BYTES);
    to = PUT(to, "<c r=\"");
    to = live_column_name(to, head->cell.column);
    to = put(to, r->row, r->row_length);
    *to++ = '"';
    if (head->cell.format) {
        to = PUT(to, " s=\"");
        to += decimal_text(head->cell.format, to);
        *to++ = '"';
    }
    if (head->kind == BLANK)
        to = PUT(to, "/>");
    if (head->kind == NUMBER) {
        *to++ = '>';
        to = put_number(to, take_number(r));
    }
    xml->length = (size_t)(to - xml->at);
}

void cells_xml(const struct bytes *cells, struct bytes *xml)
{
    struct reading r = {.at = cells->at, .end = cells->at + cells->length};
    while (r.at < r.end) {
        struct head head;
        take(&r, &head, sizeof head);
        if (head.kind == ROW) {
            add_row(&r, xml, !r.row_length);
            continue;
        }
        add_cell(&r, xml, &head);
        if (head.kind == TEXT)
            add_text(&r, xml);
        else if (head.kind == NUMBER_FORMULA || head.kind == TEXT_FORMULA)
            add_formula(&r, xml, head.kind == TEXT_FORMULA);
    }
    if (r.row_length)
        bytes_add(xml, "</row>", 6);
}
