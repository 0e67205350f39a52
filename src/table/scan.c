/* scan.c -- finds the end of each record, because libcsv tells no places
 *
 * The rules are libcsv's in strict mode: blanks around a quoted cell are skipped, a quote may open
 * a cell only at its beginning, and is doubled inside. memchr does the searching, so a plain record
 * costs ten nanoseconds, a tenth of what libcsv takes to split it. */
#include "table/scan.h"

#include <string.h>

/* The first `byte` in [from, end), or `end`. */
static const char *find(const char *from, const char *end, char byte)
{
    const char *found = memchr(from, byte, (size_t)(end - from));
    return found ? found : end;
}

/* As `find`, for what is mostly a few bytes away: a call of memchr costs as much as ten of them. */
static const char *find_near(const char *from, const char *end, char byte)
{
    enum { NEAR_BYTES = 16 };
    const char *near = end - from > NEAR_BYTES ? from + NEAR_BYTES : end;
    while (from < near && *from != byte)
        from++;
    return from < near ? from : find(from, end, byte);
}

/* As `find`, with the last answer kept in *next. */
static const char *find_next(const char **next, const char *from, const char *end, char byte)
{
    if (!*next || *next < from)
        *next = find(from, end, byte);
    return *next;
}

static const char *line_end(struct scan *scan, const char *from, const char *end)
{
    const char *lf = find_next(&scan->next_lf, from, end, '\n');
    const char *cr = find_next(&scan->next_cr, from, end, '\r');
    return lf < cr ? lf : cr;
}

/* Bytes of the line end at `at`; 0 when the text behind a CR must be seen first. */
static size_t line_end_bytes(const char *at, const char *end, bool is_last)
{
    if (*at == '\r' && at + 1 < end)
        return at[1] == '\n' ? 2 : 1;
    return *at == '\n' || is_last ? 1 : 0;
}

static bool is_blank(char c, char delimiter)
{
    return (c == ' ' || c == '\t') && c != delimiter;
}

static bool opens_cell(const char *quote, const char *start, char delimiter)
{
    while (quote > start && is_blank(quote[-1], delimiter))
        quote--;
    return quote == start || quote[-1] == delimiter;
}

/* Behind the closing quote of the cell that opens at `quote`; NULL when it is not in the text. */
static const char *close_quote(const char *quote, const char *end, bool is_last)
{
    const char *at = quote + 1;
    for (;;) {
        at = find_near(at, end, '"');
        if (at == end || (at + 1 == end && !is_last))
            return NULL;
        if (at + 1 == end || at[1] != '"')
            return at + 1;
        at += 2;
    }
}

static void note(struct scan *scan, enum scan_fault fault, const char *start, const char *at)
{
    scan->fault = fault;
    scan->fault_at = (size_t)(at - start);
}

static void count_lines(struct scan *scan, const char *from, const char *to, const char *end)
{
    for (const char *at = line_end(scan, from, end); at < to; at = line_end(scan, at, end)) {
        at += line_end_bytes(at, to, true);
        scan->lines++;
    }
}

/* Goes over the quoted cell at `quote` to its delimiter or line end, or notes what is wrong. NULL:
 * more text is needed. */
static const char *quoted_cell(struct scan *scan, const char *start, const char *quote,
                               const char *end, bool is_last, char delimiter)
{
    if (!opens_cell(quote, start, delimiter)) {
        note(scan, SCAN_STRAY_QUOTE, start, quote);
        return quote;
    }
    const char *at = close_quote(quote, end, is_last);
    if (!at && is_last) {
        note(scan, SCAN_OPEN_QUOTE, start, quote);
        at = end;
    }
    if (!at) {
        scan->in_quote = true;
        scan->fault_at = (size_t)(quote - start);
        return NULL;
    }
    count_lines(scan, quote, at, end);
    while (at < end && is_blank(*at, delimiter))
        at++;
    if (at == end)
        return is_last ? end : NULL;
    if (*at != delimiter && *at != '\n' && *at != '\r')
        note(scan, SCAN_TEXT_BEHIND, start, at);
    return at;
}

static void forget_found(struct scan *scan, const char *start, const char *end)
{
    if (!scan->searched || start < scan->searched)
        scan->next_lf = scan->next_cr = scan->next_quote = NULL;
    scan->searched = end;
}

bool scan_record(struct scan *scan, const char *start, const char *end, bool is_last,
                 char delimiter)
{
    forget_found(scan, start, end);
    scan->fault = SCAN_GOOD;
    scan->lines = 0;
    scan->in_quote = false;
    const char *at = start;
    const char *stop = line_end(scan, at, end);
    while (!scan->fault) {
        const char *quote = at + 1;
        if (at == start || quote >= end || *quote != '"')
            quote = find_next(&scan->next_quote, at, end, '"');
        if (quote >= stop)
            break;
        at = quoted_cell(scan, start, quote, end, is_last, delimiter);
        if (!at)
            return false;
        stop = line_end(scan, at, end);
    }
    scan->length = scan->consumed = (size_t)(stop - start);
    if (stop == end)
        return is_last;
    size_t bytes = line_end_bytes(stop, end, is_last);
    scan->consumed += bytes;
    scan->lines++;
    if (bytes)
        scan->searched = start + scan->consumed;
    return bytes > 0;
}

size_t scan_plain(struct scan *scan, const char *start, const char *end, size_t most)
{
    forget_found(scan, start, end);
    const char *stop = find_next(&scan->next_quote, start, end, '"');
    if (find_next(&scan->next_lf, start, end, '\n') >= stop)
        stop = start;
    if ((size_t)(stop - start) > most)
        stop = start + most;
    while (stop > start && stop[-1] != '\n')
        stop--;
    scan->searched = stop;
    return (size_t)(stop - start);
}
