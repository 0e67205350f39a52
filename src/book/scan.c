/* scan.c -- rows by their tags; "w" is rare in a sheet, so that is what is looked for */
#include "book/scan.h"

#include <string.h>

static const char tag[] = "<row r=\"";
enum { TAG_BYTES = sizeof tag - 1, W_AT = 3, NUMBER_BYTES = 8 };

static void add_row(struct scan *scan, const char *digits, const char *end)
{
    uint64_t number = 0;
    for (; digits < end && *digits >= '0' && *digits <= '9'; digits++)
        number = 10 * number + (uint64_t)(*digits - '0');
    struct scan row = {.rows = 1, .first = number, .last = number, .is_disordered = !number};
    scan_join(scan, &row);
}

void scan_join(struct scan *scan, const struct scan *behind)
{
    if (!behind->rows)
        return;
    scan->is_disordered |= behind->is_disordered || behind->first <= scan->last;
    if (!scan->rows)
        scan->first = behind->first;
    scan->rows += behind->rows;
    scan->last = behind->last;
}

size_t scan_rows(struct scan *scan, const char *text, size_t length, bool ends)
{
    const char *end = text + length;
    size_t kept = ends ? 0 : TAG_BYTES + NUMBER_BYTES;
    size_t done = length > kept ? length - kept : 0; /* tags that begin before it are whole */
    const char *at = text + W_AT;
    while (at < end && (at = memchr(at, 'w', (size_t)(end - at))) && at - W_AT < text + done) {
        const char *begin = at++ - W_AT;
        if ((size_t)(end - begin) > TAG_BYTES && !memcmp(begin, tag, TAG_BYTES))
            add_row(scan, begin + TAG_BYTES, end);
    }
    return done;
}
