/* format.c -- every named look as one row of a table
 *
 * Fills are a blue to orange ramp that differs in luminance too (ColorBrewer RdBu, safe for the
 * common kinds of colour blindness); text on them keeps a contrast of at least 7 to 1. */
#include "book/format.h"

#include "base/labels.h"

#include <stdbool.h>
#include <string.h>

#define NAVY 0x1F3864
#define GREY 0x595959
#define RULE 0xD0D7E0
#define WHOLE "#,##0"
#define TWO "#,##0.00"

enum {
    BOLD = 1,
    ITALIC = 2,
    WRAP = 4,
    CENTER = 8,
    RIGHT = 16,
    LINED = 32, /* a hairline below: a row of a table */
    BOXED = 64,
    UNDERLINED = 128,
    TOP = 256,
    INDENT = 512
};

struct look {
    const char *number;
    unsigned flags;
    double size;
    lxw_color_t ink;
    lxw_color_t fill; /* 0: none */
};

static const struct look looks[STYLE_KINDS] = {
    [STYLE_TITLE] = {NULL, BOLD, 16, NAVY, 0},
    [STYLE_SUBTITLE] = {NULL, ITALIC, 10, GREY, 0},
    [STYLE_SECTION] = {NULL, BOLD, 12, NAVY, 0},
    [STYLE_HEADER] = {NULL, BOLD | WRAP | CENTER | BOXED, 10, 0xFFFFFF, NAVY},
    [STYLE_TEXT] = {NULL, INDENT | LINED | TOP, 10, 0, 0},
    [STYLE_STRONG] = {NULL, INDENT | LINED | TOP | BOLD, 10, 0, 0},
    [STYLE_NAME] = {NULL, INDENT | LINED | TOP | BOLD | WRAP, 10, 0, 0},
    [STYLE_FAINT] = {NULL, INDENT | LINED | TOP | ITALIC, 10, GREY, 0},
    [STYLE_WRAP] = {NULL, INDENT | LINED | TOP | WRAP, 10, 0, 0},
    [STYLE_PARAGRAPH] = {NULL, TOP | WRAP, 10, 0, 0},
    [STYLE_LINK] = {NULL, INDENT | UNDERLINED | LINED | TOP, 10, 0x0B5394, 0},
    [STYLE_COUNT] = {WHOLE, LINED | TOP | RIGHT | INDENT, 10, 0, 0},
    [STYLE_GIB] = {TWO, LINED | TOP | RIGHT | INDENT, 10, 0, 0},
    [STYLE_GB] = {TWO, LINED | TOP | RIGHT | INDENT, 10, 0, 0},
    [STYLE_USD] = {TWO, LINED | TOP | RIGHT | INDENT, 10, 0, 0},
    [STYLE_PERCENT] = {"+0.00;-0.00;0.00", LINED | TOP | RIGHT | INDENT, 10, 0, 0},
    [STYLE_SHARE] = {"0%", LINED | TOP | RIGHT | INDENT, 10, 0, 0},
    [STYLE_NUMBER] = {"General", LINED | TOP | RIGHT | INDENT, 10, 0, 0},
    [STYLE_SMALL] = {"0.0E+00;-0.0E+00;0", LINED | TOP | RIGHT | INDENT, 10, 0, 0},
    [STYLE_ROW_TEXT] = {NULL, INDENT, 10, 0, 0},
    [STYLE_ROW_COUNT] = {WHOLE, RIGHT | INDENT, 10, 0, 0},
    [STYLE_ROW_GIB] = {TWO, RIGHT | INDENT, 10, 0, 0},
    [STYLE_ROW_USD] = {TWO, RIGHT | INDENT, 10, 0, 0},
    [STYLE_LABEL] = {NULL, CENTER | BOXED | WRAP, 9, GREY, 0xF2F5F9},
    [STYLE_TILE] = {WHOLE, BOLD | CENTER | BOXED, 14, NAVY, 0xF2F5F9},
    [STYLE_PERIOD] = {NULL, BOLD | CENTER | BOXED, 12, 0x1A4D00, 0xFFF9DB},
    [STYLE_SUM] = {WHOLE, BOLD | LINED | RIGHT | INDENT, 10, NAVY, 0xF2F5F9},
    [STYLE_SUM_TEXT] = {NULL, BOLD | LINED | INDENT, 10, NAVY, 0xF2F5F9},
    [STYLE_RESULT] = {WHOLE, BOLD | LINED | TOP | RIGHT | INDENT, 10, NAVY, 0xD9E6F5},
    [STYLE_INPUT] = {"General", LINED | TOP | RIGHT | INDENT, 10, 0x1A4D00, 0xFFF9DB},
    [STYLE_GOOD] = {NULL, INDENT | BOLD | LINED | TOP, 10, 0x0B4F8A, 0xDCEAF7},
    [STYLE_BAD] = {NULL, INDENT | BOLD | LINED | TOP, 10, 0x7F2704, 0xFBD3B4},
    [STYLE_WARNING] = {NULL, INDENT | LINED | TOP | WRAP, 10, 0x663C00, 0xFFF1D0},
    [STYLE_ONE_CARD] = {"#,##0\" \u25CF\"", BOLD | CENTER | BOXED, 10, 0x06223D, 0x92C5DE},
    [STYLE_ONE_SERVER] = {"#,##0\" \u25D0\"", CENTER | BOXED, 10, 0x06223D, 0xD6E8F3},
    [STYLE_SERVERS] = {"#,##0\" \u25CB\"", CENTER | BOXED, 10, 0x4A1A00, 0xFCE3D1},
    [STYLE_TIGHT] = {"#,##0\" \u25B3\"", CENTER | BOXED, 10, 0x4A1A00, 0xF4B183},
    [STYLE_NO_FIT] = {NULL, CENTER | BOXED, 10, 0x333333, 0xD9D9D9},
    [STYLE_UNSUPPORTED] = {NULL, CENTER | BOXED, 10, GREY, 0xF5F5F5},
    [STYLE_ONE_CARD_KEY] = {NULL, CENTER | BOXED | WRAP, 9, 0x06223D, 0x92C5DE},
    [STYLE_ONE_SERVER_KEY] = {NULL, CENTER | BOXED | WRAP, 9, 0x06223D, 0xD6E8F3},
    [STYLE_SERVERS_KEY] = {NULL, CENTER | BOXED | WRAP, 9, 0x4A1A00, 0xFCE3D1},
    [STYLE_TIGHT_KEY] = {NULL, CENTER | BOXED | WRAP, 9, 0x4A1A00, 0xF4B183},
};

static void set_alignment(lxw_format *format, unsigned flags)
{
    if (flags & WRAP)
        format_set_text_wrap(format);
    if (flags & CENTER)
        format_set_align(format, LXW_ALIGN_CENTER);
    if (flags & RIGHT)
        format_set_align(format, LXW_ALIGN_RIGHT);
    if (flags & INDENT && !(flags & RIGHT))
        format_set_align(format, LXW_ALIGN_LEFT);
    if (flags & INDENT)
        format_set_indent(format, 1);
    format_set_align(format, flags & TOP ? LXW_ALIGN_VERTICAL_TOP : LXW_ALIGN_VERTICAL_CENTER);
}

static void set_lines(lxw_format *format, unsigned flags)
{
    if (flags & BOXED) {
        format_set_border(format, LXW_BORDER_THIN);
        format_set_border_color(format, RULE);
    } else if (flags & LINED) {
        format_set_bottom(format, LXW_BORDER_THIN);
        format_set_bottom_color(format, RULE);
    }
}

static void set_look(lxw_format *format, const struct look *look)
{
    format_set_font_size(format, look->size);
    if (look->ink)
        format_set_font_color(format, look->ink);
    if (look->fill)
        format_set_bg_color(format, look->fill);
    if (look->number)
        format_set_num_format(format, look->number);
    if (look->flags & BOLD)
        format_set_bold(format);
    if (look->flags & ITALIC)
        format_set_italic(format);
    if (look->flags & UNDERLINED)
        format_set_underline(format, LXW_UNDERLINE_SINGLE);
    set_alignment(format, look->flags);
    set_lines(format, look->flags);
}

static bool is_same_number(const char *a, const char *b)
{
    return a && b ? !strcmp(a, b) : a == b;
}

static bool is_same_look(const struct look *a, const struct look *b)
{
    return a->flags == b->flags && a->size == b->size && a->ink == b->ink && a->fill == b->fill &&
           is_same_number(a->number, b->number);
}

/* Styles of one look share a format: of two that are alike the library numbers the first one used,
 * and hashes the other again for every cell, which took a twelfth of all time. */
void formats_make(lxw_workbook *workbook, lxw_format *formats[STYLE_KINDS],
                  const struct labels *labels)
{
    for (int i = 0; i < STYLE_KINDS; i++) {
        int first = 0;
        while (!is_same_look(&looks[first], &looks[i]))
            first++;
        if (first < i) {
            formats[i] = formats[first];
            continue;
        }
        formats[i] = workbook_add_format(workbook);
        format_set_font_name(formats[i], labels_word(labels, BOOK_FONT));
        set_look(formats[i], &looks[i]);
    }
}
