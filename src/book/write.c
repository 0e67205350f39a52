/* write.c -- safe cells */
#include "book/write.h"

#include "base/labels.h"
#include "base/text.h"
#include "base/width.h"
#include "book/dress.h"
#include "book/speech.h"

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

/* Counts the row, once; false when the sheet cannot take it. */
static bool touch(struct sheet *sheet, uint32_t row)
{
    if (row >= (sheet->streamed ? SHEET_ROWS : KEPT_ROWS)) {
        sheet->refused++;
        return false;
    }
    if (sheet->streamed) {
        if (row >= sheet->rows)
            sheet->rows = (uint64_t)row + 1;
        return true;
    }
    uint64_t bit = UINT64_C(1) << (row % 64);
    sheet->rows += !(sheet->seen[row / 64] & bit);
    sheet->seen[row / 64] |= bit;
    return true;
}

static void note(struct sheet *sheet, lxw_error error, size_t bytes)
{
    sheet->refused += error != LXW_NO_ERROR;
    sheet->xml_bytes += bytes;
}

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
    if (!*safe)
        put_empty(sheet, row, column, style);
    else if (touch(sheet, row))
        note(sheet,
             worksheet_write_string(sheet->worksheet, row, column, safe, sheet->formats[style]),
             64 + strlen(safe));
}

void put_signed(struct sheet *sheet, uint32_t row, uint16_t column, enum style style, double value)
{
    if (!isfinite(value))
        put_empty(sheet, row, column, style);
    else if (touch(sheet, row))
        note(sheet,
             worksheet_write_number(sheet->worksheet, row, column, value, sheet->formats[style]),
             48);
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
    if (sheet->values)
        put_signed(sheet, row, column, style, value);
    else if (!isfinite(value))
        put_text_formula(sheet, row, column, style, formula, "");
    else if (!spoken)
        sheet->refused++;
    else if (touch(sheet, row))
        note(sheet,
             worksheet_write_formula_num(sheet->worksheet, row, column, spoken,
                                         sheet->formats[style], value),
             96 + strlen(spoken));
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
    if (sheet->values)
        put_text(sheet, row, column, style, value);
    else if (!spoken)
        sheet->refused++;
    else if (touch(sheet, row))
        note(sheet,
             worksheet_write_formula_str(sheet->worksheet, row, column, spoken,
                                         sheet->formats[style], text),
             96 + strlen(spoken) + strlen(text));
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
    if (touch(sheet, row))
        note(sheet, worksheet_write_blank(sheet->worksheet, row, column, sheet->formats[style]),
             24);
}

void put_across(struct sheet *sheet, uint32_t row, uint16_t first, uint16_t last, enum style style,
                const char *text)
{
    if (first < last && touch(sheet, row))
        note(sheet,
             worksheet_merge_range(sheet->worksheet, row, first, row, last, "",
                                   sheet->formats[style]),
             24);
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
    note(sheet,
         worksheet_write_url_opt(sheet->worksheet, row, column, target, sheet->formats[STYLE_LINK],
                                 title, NULL),
         128);
}

void set_height(struct sheet *sheet, uint32_t row, double points)
{
    if (touch(sheet, row))
        note(sheet, worksheet_set_row(sheet->worksheet, row, points, NULL), 0);
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
