/* width.c -- a small table of widths (Unicode East Asian Width, Annex 11) */
#include "base/width.h"

#include "base/text.h"

struct range {
    unsigned long first, last;
};

static int is_in(unsigned long code, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return 1;
    return 0;
}

size_t width_of_code(unsigned long code)
{
    static const struct range wide[] = {
        {0x1100, 0x115f},   {0x2e80, 0x303e}, {0x3041, 0x4dbf},   {0x4e00, 0xa4cf},
        {0xa960, 0xa97f},   {0xac00, 0xd7a3}, {0xf900, 0xfaff},   {0xfe30, 0xfe6f},
        {0xff00, 0xff60},   {0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x1f900, 0x1f9ff},
        {0x20000, 0x3fffd},
    };
    static const struct range joining[] = {
        {0x300, 0x36f},
        {0x1160, 0x11ff},
        {0x20d0, 0x20ff},
        {0xfe00, 0xfe0f},
    };
    if (code < 0x300)
        return 1;
    if (is_in(code, joining, sizeof joining / sizeof *joining))
        return 0;
    return is_in(code, wide, sizeof wide / sizeof *wide) ? 2 : 1;
}

size_t width_of_text(const char *text)
{
    size_t width = 0;
    while (*text) {
        size_t bytes = text_sequence(text, 4);
        width += bytes ? width_of_code(text_code(text, bytes)) : 1;
        text += bytes ? bytes : 1;
    }
    return width;
}
