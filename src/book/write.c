/* write.c -- safe cells */
#include "book/write.h"

#include "base/labels.h"
#include "base/text.h"
#include "base/width.h"
#include "book/dress.h"
#include "book/rows.h"
#include "book/speech.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* `_xHHHH_` is how the file format writes a character; as text it must not be read as one. */
static bool is_escape(const char *s)
{
    return s[0] == '_' && s[1] == 'x' && is_hex(s[2]) && is_hex(s[3]) && is_hex(s[4]) &&
           is_hex(s[5]) && s[6] == '_';
}

/* Characters that XML 1.0 has no way to write. */
static bool is_lost(const unsigned char *s)
{
    bool control = s[0] < 0x20 && s[0] != '\n' && s[0] != '\t';
    return control || s[0] == 0x7F || (s[0] == 0xEF && s[1] == 0xBF && s[2] >= 0xBE);
}

static bool is_plain(const char *text)
{
    const char *s = text;
    for (; *s >= 0x20 && *s < 0x7F; s++)
        if (*s == '_' && s[1] == 'x')
            return false;
    return !*s && s - text <= CELL_CHARACTERS;
}

const char *safe_text(const char *text, char scratch[CELL_TEXT_BYTES])
{
    size_t used = 0;
    size_t units = 0;
    if (is_plain(text))
        return text;
    for (const char *s = text; *s;) {
        size_t length = text_sequence(s, 4);
        const char *out = s;
        size_t bytes = length;
        size_t wide = length == 4 ? 2 : 1;
        if (!length) {
            out = "\uFFFD";
            bytes = 3;
        } else if (is_lost((const unsigned char *)s)) {
            bytes = wide = 0;
        } else if (is_escape(s)) {
            out = "_x005F_";
            bytes = wide = 7;
        }
        if (units + wide > CELL_CHARACTERS)
            break;
        memcpy(scratch + used, out, bytes);
        used += bytes;
        units += wide;
        s += length ? length : 1;
    }
    scratch[used] = '\0';
    return scratch;
}

void copy_text(char *to, size_t size, const char *from)
{
    size_t length = from ? strlen(from) : 0;
    if (length < size) {
        memcpy(to, from ? from : "", length);
        to[length] = '\0';
        return;
    }
    length = size - sizeof "\u2026";
    while (length > 0 && ((unsigned char)from[length] & 0xC0) == 0x80)
        length--;
    memcpy(to, from, length);
    memcpy(to + length, "\u2026", sizeof "\u2026");
}

void join_texts(char *to, size_t size, const char *first, const char *join, const char *second)
{
    char text[512];
    bool more = second && *second;
    snprintf(text, sizeof text, "%.200s%s%.200s", first, more ? join : "", more ? second : "");
    copy_text(to, size, text);
}

/* --- the five kinds of cell, by either writer --- */

/* Where a cell goes. */
struct spot {
    struct sheet *sheet;
    uint32_t row;
    uint16_t column;
    enum style style;
};

static bool is_bulk(const struct sheet *sheet, uint32_t row)
{
    return sheet->bulk && row >= sheet->bulk_row;
}

/* Counts a row of the library's, once; false when it cannot take it. */
static bool touch(struct sheet *sheet, uint32_t row)
{
    if (is_bulk(sheet, row) || row >= KEPT_ROWS) {
        sheet->refused++;
        return false;
    }
    uint64_t bit = UINT64_C(1) << (row % 64);
    sheet->rows += !(sheet->seen[row / 64] & bit);
    sheet->seen[row / 64] |= bit;
    return true;
}

static void note(struct sheet *sheet, lxw_error error)
{
    sheet->refused += error != LXW_NO_ERROR;
}

/* True for a row in bulk, which has `cell` in its notes next, unless it is refused. */
static bool in_bulk(const struct spot *at, struct bytes **cells, struct cell_at *cell)
{
    struct sheet *sheet = at->sheet;
    *cells = NULL;
    if (!is_bulk(sheet, at->row))
        return false;
    uint64_t before = sheet->bulk->count;
    if (at->row < SHEET_ROWS && rows_place(sheet->bulk, at->row, at->column, at->style, cell))
        *cells = &sheet->bulk->cells;
    sheet->refused += !*cells;
    sheet->rows += sheet->bulk->count - before;
    return true;
}

static void write_blank(const struct spot *at)
{
    struct bytes *cells;
    struct cell_at cell;
    struct sheet *s = at->sheet;
    if (!in_bulk(at, &cells, &cell) && touch(s, at->row))
        note(s, worksheet_write_blank(s->worksheet, at->row, at->column, s->formats[at->style]));
    if (cells)
        cells_blank(cells, cell);
}

static void write_number(const struct spot *at, double value)
{
    struct bytes *cells;
    struct cell_at cell;
    struct sheet *s = at->sheet;
    if (!in_bulk(at, &cells, &cell) && touch(s, at->row))
        note(s, worksheet_write_number(s->worksheet, at->row, at->column, value,
                                       s->formats[at->style]));
    if (cells)
        cells_number(cells, cell, value);
}

static void write_text(const struct spot *at, const char *text)
{
    struct bytes *cells;
    struct cell_at cell;
    struct sheet *s = at->sheet;
    if (!in_bulk(at, &cells, &cell) && touch(s, at->row))
        note(s, worksheet_write_string(s->worksheet, at->row, at->column, text,
                                       s->formats[at->style]));
    if (cells)
        cells_text(cells, cell, text);
}

static void write_number_formula(const struct spot *at, const char *formula, double value)
{
    struct bytes *cells;
    struct cell_at cell;
    struct sheet *s = at->sheet;
    if (!in_bulk(at, &cells, &cell) && touch(s, at->row))
        note(s, worksheet_write_formula_num(s->worksheet, at->row, at->column, formula,
                                            s->formats[at->style], value));
    if (cells)
        cells_number_formula(cells, cell, formula, value);
}

static void write_text_formula(const struct spot *at, const char *formula, const char *text)
{
    struct bytes *cells;
    struct cell_at cell;
    struct sheet *s = at->sheet;
    if (!in_bulk(at, &cells, &cell) && touch(s, at->row))
        note(s, worksheet_write_formula_str(s->worksheet, at->row, at->column, formula,
                                            s->formats[at->style], text));
    if (cells)
        cells_text_formula(cells, cell, formula, text);
}

/* --- what the sheets put --- */

/* In the workbook's language, until the next call. */
static const char *said(const struct sheet *sheet, const char *text)
{
    return labels_text(sheet->labels, text, sheet->scratch + CELL_TEXT_BYTES);
}

void put_text(struct sheet *sheet, uint32_t row, uint16_t column, enum style style,
              const char *text)
{
    put_verbatim(sheet, row, column, style, said(sheet, text));
}

void put_verbatim(struct sheet *sheet, uint32_t row, uint16_t column, enum style style,
                  const char *name)
{
    const char *safe = safe_text(name ? name : "", sheet->scratch);
    struct spot at = {sheet, row, column, style};
    if (*safe)
        write_text(&at, safe);
    else
        write_blank(&at);
}

void put_signed(struct sheet *sheet, uint32_t row, uint16_t column, enum style style, double value)
{
    struct spot at = {sheet, row, column, style};
    if (isfinite(value))
        write_number(&at, value);
    else
        write_blank(&at);
}

void put_number(struct sheet *sheet, uint32_t row, uint16_t column, enum style style, double value)
{
    put_signed(sheet, row, column, style, value < 0 ? NAN : value);
}

void put_given(struct sheet *sheet, uint32_t row, uint16_t column, enum style style, double value)
{
    put_signed(sheet, row, column, style, value > 0 ? value : NAN);
}

void put_signed_formula(struct sheet *sheet, uint32_t row, uint16_t column, enum style style,
                        const char *formula, double value)
{
    char buffer[FORMULA_BYTES];
    const char *spoken = formula_said(sheet->labels, formula, buffer);
    struct spot at = {sheet, row, column, style};
    if (sheet->values)
        put_signed(sheet, row, column, style, value);
    else if (!isfinite(value))
        put_text_formula(sheet, row, column, style, formula, "");
    else if (!spoken)
        sheet->refused++;
    else
        write_number_formula(&at, spoken, value);
}

void put_formula(struct sheet *sheet, uint32_t row, uint16_t column, enum style style,
                 const char *formula, double value)
{
    put_signed_formula(sheet, row, column, style, formula, value < 0 ? NAN : value);
}

void put_text_formula(struct sheet *sheet, uint32_t row, uint16_t column, enum style style,
                      const char *formula, const char *value)
{
    char buffer[FORMULA_BYTES];
    const char *spoken = formula_said(sheet->labels, formula, buffer);
    const char *text = said(sheet, value);
    struct spot at = {sheet, row, column, style};
    if (sheet->values)
        put_text(sheet, row, column, style, value);
    else if (!spoken)
        sheet->refused++;
    else
        write_text_formula(&at, spoken, text);
}

void put_defined_name(lxw_workbook *workbook, struct sheet *sheet, const char *name,
                      const char *range)
{
    char buffer[FORMULA_BYTES];
    const char *spoken = formula_said(sheet->labels, range, buffer);
    sheet->refused += !spoken || workbook_define_name(workbook, name, spoken);
}

void put_empty(struct sheet *sheet, uint32_t row, uint16_t column, enum style style)
{
    struct spot at = {sheet, row, column, style};
    write_blank(&at);
}

void put_across(struct sheet *sheet, uint32_t row, uint16_t first, uint16_t last, enum style style,
                const char *text)
{
    if (first < last && touch(sheet, row))
        note(sheet, worksheet_merge_range(sheet->worksheet, row, first, row, last, "",
                                          sheet->formats[style]));
    put_text(sheet, row, first, style, text);
}

void put_link(struct sheet *sheet, uint32_t row, uint16_t column, const char *name)
{
    char target[160];
    const char *title = labels_sheet(sheet->labels, name);
    if (!dress_shows(sheet->dress, name)) {
        const struct dress_row *dress = dress_sheet(sheet->dress, name);
        put_verbatim(sheet, row, column, STYLE_TEXT, dress->show == SHOW_HIDDEN ? title : "");
        return;
    }
    if (!touch(sheet, row))
        return;
    snprintf(target, sizeof target, "internal:'%s'!A1", title);
    note(sheet, worksheet_write_url_opt(sheet->worksheet, row, column, target,
                                        sheet->formats[STYLE_LINK], title, NULL));
}

void put_line_link(struct sheet *sheet, uint32_t row, uint16_t column, const struct line_link *link)
{
    char target[160];
    if (!dress_shows(sheet->dress, link->sheet)) {
        put_verbatim(sheet, row, column, link->style, link->text);
        return;
    }
    if (!touch(sheet, row))
        return;
    snprintf(target, sizeof target, "internal:'%s'!A%" PRIu32,
             labels_sheet(sheet->labels, link->sheet), link->row + 1);
    note(sheet,
         worksheet_write_url_opt(sheet->worksheet, row, column, target, sheet->formats[link->style],
                                 safe_text(link->text, sheet->scratch), NULL));
}

void set_height(struct sheet *sheet, uint32_t row, double points)
{
    if (is_bulk(sheet, row) && rows_height(sheet->bulk, row, points))
        sheet->rows++;
    else if (touch(sheet, row))
        note(sheet, worksheet_set_row(sheet->worksheet, row, points, NULL));
}

/* Widths count digits of the default font; letters are narrower on average. */
size_t text_lines(const char *text, double width)
{
    size_t length = text ? width_of_text(text) : 0;
    double lines = ceil((double)length / (width * 1.05));
    return lines > 1 ? (size_t)lines : 1;
}

void set_lines(struct sheet *sheet, uint32_t row, size_t lines)
{
    if (lines > 1)
        set_height(sheet, row, ROW_POINTS + LINE_POINTS * (double)(lines < 20 ? lines - 1 : 19));
}
