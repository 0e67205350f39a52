/* csv.c -- writes results cell by cell through the column table */
#include "report/csv.h"

#include "base/text.h"

#include <string.h>

/* Makes room for `more` bytes; what was there stays in the arena until all is freed, which is no
 * more than what is used. */
static void make_room(struct csv_lines *lines, size_t more)
{
    enum { LEAST_BYTES = 16 * 1024 };
    if (lines->room - lines->length >= more)
        return;
    size_t room = 2 * (lines->length + more);
    char *larger = arena_take(&lines->arena, room < LEAST_BYTES ? LEAST_BYTES : room);
    if (lines->length)
        memcpy(larger, lines->bytes, lines->length);
    lines->bytes = larger;
    lines->room = room < LEAST_BYTES ? LEAST_BYTES : room;
}

static void add_byte(struct csv_lines *lines, char byte)
{
    make_room(lines, 1);
    lines->bytes[lines->length++] = byte;
}

static void add_bytes(struct csv_lines *lines, const char *bytes, size_t length)
{
    if (!length)
        return; /* nothing may have been taken yet */
    make_room(lines, length);
    memcpy(lines->bytes + lines->length, bytes, length);
    lines->length += length;
}

static void add_text(struct csv_lines *lines, const char *text)
{
    size_t length = strlen(text);
    bool armed = length && strchr("=+-@\t\r", text[0]);
    bool blank_edge = length && (text[0] == ' ' || text[length - 1] == ' ');
    if (!armed && !blank_edge && strcspn(text, ",\"\r\n;\t") == length) {
        add_bytes(lines, text, length);
        return;
    }
    add_bytes(lines, "\"'", armed ? 2 : 1);
    for (; *text; text++) {
        if (*text == '"')
            add_byte(lines, '"');
        add_byte(lines, *text);
    }
    add_byte(lines, '"');
}

void csv_text(FILE *out, const char *text)
{
    struct csv_lines cell = {.length = 0};
    add_text(&cell, text);
    if (cell.length)
        fwrite(cell.bytes, 1, cell.length, out);
    csv_lines_free(&cell);
}

void csv_add_header(struct csv_lines *lines, const char *const *carried)
{
    for (size_t i = 0; i < result_column_count; i++) {
        if (i)
            add_byte(lines, ',');
        add_text(lines, result_columns[i].name);
    }
    for (; *carried; carried++) {
        add_byte(lines, ',');
        add_text(lines, *carried);
    }
    add_byte(lines, '\n');
}

void csv_header(FILE *out, const char *const *carried)
{
    struct csv_lines lines = {.length = 0};
    csv_add_header(&lines, carried);
    fwrite(lines.bytes, 1, lines.length, out);
    csv_lines_free(&lines);
}

void csv_add_result(struct csv_lines *lines, const struct result *result,
                    const char *const *carried)
{
    char buffer[TEXT_NUMBER_BYTES];
    for (size_t i = 0; i < result_column_count; i++) {
        struct result_value value = result_columns[i].value(result);
        if (i)
            add_byte(lines, ',');
        if (value.text) {
            add_text(lines, value.text);
        } else if (value.number >= 0) {
            const char *digits = text_from_number(value.number, buffer);
            add_bytes(lines, digits, strlen(digits));
        }
    }
    size_t at = 0;
    for (; *carried; carried++) {
        add_byte(lines, ',');
        add_text(lines, matrix_carried(result->scenario->row, *carried, &at));
    }
    add_byte(lines, '\n');
}

void csv_lines_free(struct csv_lines *lines)
{
    arena_free(&lines->arena);
    *lines = (struct csv_lines){.length = 0};
}
