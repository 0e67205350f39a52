/* diag.c -- prints faults with their place, and makes user text harmless before it meets a terminal
 *
 * Sentences and lines carry bytes of strangers' files: control characters, escape sequences, marks
 * that turn the writing direction. A sentence shows them as \xNN, an echoed line as `?`, so that
 * one character stays one character for the caret. */
#include "base/diag.h"

#include "base/text.h"
#include "base/width.h"

#include <stdarg.h>
#include <string.h>

enum { FILE_BYTES = 4096, SENTENCE_BYTES = 2048, DOTS = 3, NUMBER_COLUMNS = 5 };

struct glyph {
    size_t bytes;
    size_t columns;
    bool visible; /* can be shown as it is */
};

struct range {
    unsigned long first, last;
};

static bool is_in(unsigned long code, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    return false;
}

/* Controls, zero-width characters, line separators and direction marks (Unicode Cc, Cf, Zl, Zp). */
static bool is_hidden(unsigned long code)
{
    static const struct range hidden[] = {
        {0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},     {0x61c, 0x61c},   {0x200b, 0x200f},
        {0x2028, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f},
    };
    return is_in(code, hidden, sizeof hidden / sizeof *hidden);
}

/* The character at `text`; a byte that is not UTF-8 is one invisible character. */
static struct glyph glyph_at(const char *text, size_t left)
{
    unsigned char lead = (unsigned char)*text;
    size_t bytes = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    size_t bad;
    if (bytes > left || !text_is_utf8(text, bytes, &bad))
        return (struct glyph){.bytes = 1, .columns = 1};
    unsigned long code = text_code(text, bytes);
    if (is_hidden(code))
        return (struct glyph){.bytes = bytes, .columns = 1};
    return (struct glyph){.bytes = bytes, .columns = width_of_code(code), .visible = true};
}

/* `from` with invisible bytes as \xNN, cut between characters when `to` is too small. */
static void clean(char *to, size_t size, const char *from, size_t length)
{
    size_t used = 0;
    for (size_t i = 0; i < length;) {
        struct glyph glyph = glyph_at(from + i, length - i);
        size_t need = glyph.visible ? glyph.bytes : 4 * glyph.bytes;
        if (used + need >= size)
            break;
        if (glyph.visible)
            memcpy(to + used, from + i, need);
        for (size_t k = 0; !glyph.visible && k < glyph.bytes; k++)
            snprintf(to + used + 4 * k, 5, "\\x%02x", (unsigned char)from[i + k]);
        used += need;
        i += glyph.bytes;
    }
    to[used] = '\0';
}

/* The part of an echoed line that is shown, and where in the line the caret stands, in columns. */
struct view {
    size_t from, to;
    size_t caret, caret_end;
    size_t total;
};

static struct view measure(const struct place *place)
{
    struct view view = {0};
    size_t width = place->width ? place->width : 1;
    size_t character = 1;
    for (size_t i = 0; i < place->echo_length; character++) {
        struct glyph glyph = glyph_at(place->echo + i, place->echo_length - i);
        if (character == place->column)
            view.caret = view.total;
        view.total += glyph.columns;
        if (character >= place->column && character - place->column < width)
            view.caret_end = view.total;
        i += glyph.bytes;
    }
    if (place->column >= character)
        view.caret = view.total;
    if (view.caret_end <= view.caret)
        view.caret_end = view.caret + 1;
    return view;
}

/* All of a short line; else its beginning when the caret is in there, else a window around it. */
static void choose_window(struct view *view)
{
    const size_t shown = DIAG_ECHO_COLUMNS;
    view->to = view->total;
    if (view->total <= shown)
        return;
    if (view->caret < shown * 3 / 4) {
        view->to = shown - DOTS;
    } else if (view->total - view->caret < shown / 2) {
        view->from = view->total - (shown - DOTS);
    } else {
        view->from = view->caret - shown / 2;
        view->to = view->from + shown - 2 * DOTS;
    }
}

static void show_echo(FILE *out, const struct place *place, const struct view *view)
{
    if (view->from)
        fputs("...", out);
    size_t column = 0;
    for (size_t i = 0; i < place->echo_length && column < view->to;) {
        struct glyph glyph = glyph_at(place->echo + i, place->echo_length - i);
        const char *text = place->echo + i;
        size_t end = column + glyph.columns;
        if (column >= view->from && end <= view->to) {
            if (glyph.visible)
                fwrite(text, 1, glyph.bytes, out);
            else
                putc(*text == '\t' ? ' ' : '?', out);
        } else if (end > view->from) {
            putc(' ', out);
        }
        column = end;
        i += glyph.bytes;
    }
    fputs(view->to < view->total ? "...\n" : "\n", out);
}

static void show_line(FILE *out, const struct place *place)
{
    struct view view = measure(place);
    choose_window(&view);
    int digits = fprintf(out, "%*zu | ", NUMBER_COLUMNS, place->line);
    show_echo(out, place, &view);
    if (!place->column || digits < 0)
        return;
    fprintf(out, "%*s | ", digits - DOTS, "");
    size_t indent = view.caret - view.from + (view.from ? DOTS : 0);
    for (size_t i = 0; i < indent; i++)
        putc(' ', out);
    putc('^', out);
    size_t end = view.caret_end < view.to ? view.caret_end : view.to;
    for (size_t i = view.caret + 1; i < end; i++)
        putc('~', out);
    putc('\n', out);
}

static void show(FILE *out, const struct place *place, const char *kind, const char *sentence)
{
    char file[FILE_BYTES];
    clean(file, sizeof file, place->file, strlen(place->file));
    fputs(file, out);
    if (place->line)
        fprintf(out, ":%zu", place->line);
    if (place->line && place->column)
        fprintf(out, ":%zu", place->column);
    fprintf(out, ": %s: %s\n", kind, sentence);
    if (place->line && place->echo)
        show_line(out, place);
}

/* The sentence made from `format`, cleaned; `size` is below SENTENCE_BYTES, so clean cuts. */
__attribute__((format(printf, 3, 0))) static void word(char *to, size_t size, const char *format,
                                                       va_list args)
{
    char sentence[SENTENCE_BYTES] = "";
    vsnprintf(sentence, sizeof sentence, format, args);
    clean(to, size, sentence, strlen(sentence));
}

void diag_fault(struct diag *diag, const struct place *place, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    word(diag->last, sizeof diag->last, format, args);
    va_end(args);
    diag->last_place = *place;
    if (diag->out && diag->faults < DIAG_SHOWN)
        show(diag->out, place, "error", diag->last);
    diag->faults++;
}

void diag_warn(struct diag *diag, const struct place *place, const char *format, ...)
{
    char sentence[sizeof diag->last];
    va_list args;
    va_start(args, format);
    word(sentence, sizeof sentence, format, args);
    va_end(args);
    if (diag->out && diag->warnings < DIAG_SHOWN)
        show(diag->out, place, "warning", sentence);
    diag->warnings++;
}

static void count_rest(FILE *out, size_t count, const char *noun)
{
    if (!out || count <= DIAG_SHOWN)
        return;
    size_t rest = count - DIAG_SHOWN;
    fprintf(out, "gpuplan: %zu more %s%s not shown; %zu in all\n", rest, noun, rest == 1 ? "" : "s",
            count);
}

void diag_close(struct diag *diag)
{
    count_rest(diag->out, diag->faults, "fault");
    count_rest(diag->out, diag->warnings, "warning");
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

static bool is_blank(const struct record *record, size_t at)
{
    char c = record->raw[at];
    return (c == ' ' || c == '\t') && c != record->delimiter;
}

/* The offset behind the cell that begins at `at`: its delimiter's, or the record's end. */
static size_t cell_end(const struct record *record, size_t at)
{
    const char *raw = record->raw;
    while (at < record->raw_length && is_blank(record, at))
        at++;
    if (at < record->raw_length && raw[at] == '"') {
        for (at++; at < record->raw_length; at++) {
            if (raw[at] != '"')
                continue;
            if (at + 1 == record->raw_length || raw[at + 1] != '"')
                break;
            at++;
        }
    }
    while (at < record->raw_length && raw[at] != record->delimiter)
        at++;
    return at;
}

struct place record_place(const struct record *record, size_t index)
{
    size_t from = index < record->count ? 0 : record->raw_length;
    size_t to = cell_end(record, from);
    for (; index < record->count && index && to < record->raw_length; index--) {
        from = to + 1;
        to = cell_end(record, from);
    }
    while (from < to && is_blank(record, from))
        from++;
    while (to > from && is_blank(record, to - 1))
        to--;
    const char *raw = record->raw;
    struct place place = {.file = record->file, .line = record->line};
    size_t begin = 0;
    for (size_t i = 0; i < from; i++) {
        if (!is_line_end(raw[i]))
            continue;
        place.line += raw[i] == '\n' || i + 1 == from || raw[i + 1] != '\n';
        begin = i + 1;
    }
    size_t end = from;
    while (end < record->raw_length && !is_line_end(raw[end]))
        end++;
    place.echo = raw + begin;
    place.echo_length = end - begin;
    place.column = text_characters(raw + begin, from - begin) + 1;
    place.width = text_characters(raw + from, (to < end ? to : end) - from);
    return place;
}
