/* provenance.c -- catalogs by their fingerprint, libraries by their version, the model by its error
 */
#include "book/provenance.h"

#include <stdio.h>
#include <zlib.h>

const char *provenance_libraries(const struct book *book, char buffer[LIBRARIES_BYTES])
{
    snprintf(buffer, LIBRARIES_BYTES, "libxlsxwriter %s, zlib %s, %s", lxw_version(), zlibVersion(),
             book->options.libraries);
    return buffer;
}

uint32_t provenance_catalogs(const struct book *book, struct sheet *sheet, uint32_t row)
{
    static const struct table_column columns[] = {
        {"Catalog", NULL, 40, STYLE_TEXT},
        {"Fingerprint", "64 bit, hexadecimal", 34, STYLE_TEXT},
    };
    const struct facts *facts = book->digest.facts;
    table_titles(sheet, row++, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < facts->stamp_count; i++, row++) {
        char hash[32];
        snprintf(hash, sizeof hash, "%016llx", facts->stamps[i].hash);
        put_verbatim(sheet, row, 0, STYLE_TEXT, facts->stamps[i].name);
        put_verbatim(sheet, row, 1, STYLE_TEXT, hash);
    }
    return row + 1;
}

static const char *or_dash(const char *text)
{
    return text ? text : "\u2013";
}

uint32_t provenance_accuracy(const struct book *book, struct sheet *sheet, uint32_t row)
{
    static const struct table_column columns[] = {
        {"Predicted against public measurements", NULL, 40, STYLE_TEXT},
        {"Absolute error: median, 90th percentile", "%", 34, STYLE_TEXT},
        {"Measurements", "rows", 24, STYLE_COUNT},
        {"In the 90 % band, answers right", "% of rows", 34, STYLE_TEXT},
    };
    const struct facts *facts = book->digest.facts;
    put_text(sheet, row++, 0, STYLE_SECTION, "How far off it is");
    table_titles(sheet, row++, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < facts->accuracy_count; i++, row++) {
        const struct accuracy *a = &facts->accuracies[i];
        char text[96];
        snprintf(text, sizeof text, "%.40s, %.40s", a->kind, a->use);
        put_text(sheet, row, 0, STYLE_TEXT, text);
        snprintf(text, sizeof text, "%.20s, %.20s", or_dash(a->median_pct), or_dash(a->p90_pct));
        put_verbatim(sheet, row, 1, STYLE_TEXT, text);
        put_number(sheet, row, 2, STYLE_COUNT, a->rows);
        snprintf(text, sizeof text, "%.20s, %.20s", a->inside_pct, or_dash(a->agree_pct));
        put_verbatim(sheet, row, 3, STYLE_TEXT, text);
    }
    return row + 1;
}
