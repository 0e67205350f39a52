/* verify.c -- reads the closed workbook back
 *
 * With a full temporary directory libxlsxwriter reports success and leaves sheets without their
 * beginning, with missing rows, or cut short; the archive itself is then valid. Costs about 8 % of
 * the writing. */
#include "book/verify.h"

#include <minizip/unzip.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 256 * 1024, EDGE_BYTES = 64 };

/* One member of the archive as it is read. */
struct member {
    char name[256];
    char head[EDGE_BYTES];
    size_t head_length;
    char tail[EDGE_BYTES];
    size_t tail_length;
    uint64_t rows;
    size_t matched; /* characters of "<row " seen at the end of the last chunk */
};

static const char row_tag[] = "<row ";

static void count_rows(struct member *m, const char *chunk, size_t length)
{
    const char *end = chunk + length;
    for (const char *s = chunk; s < end; s++) {
        if (!m->matched) {
            s = memchr(s, '<', (size_t)(end - s));
            if (!s)
                return;
        }
        m->matched = *s == row_tag[m->matched] ? m->matched + 1 : *s == '<';
        if (m->matched == sizeof row_tag - 1) {
            m->rows++;
            m->matched = 0;
        }
    }
}

static void keep_edges(struct member *m, const char *chunk, size_t length)
{
    size_t room = EDGE_BYTES - m->head_length;
    size_t take = length < room ? length : room;
    memcpy(m->head + m->head_length, chunk, take);
    m->head_length += take;
    if (length >= EDGE_BYTES) {
        memcpy(m->tail, chunk + length - EDGE_BYTES, EDGE_BYTES);
        m->tail_length = EDGE_BYTES;
        return;
    }
    size_t kept = m->tail_length + length > EDGE_BYTES ? EDGE_BYTES - length : m->tail_length;
    memmove(m->tail, m->tail + m->tail_length - kept, kept);
    memcpy(m->tail + kept, chunk, length);
    m->tail_length = kept + length;
}

/* Inflates the current member; minizip compares the CRC when it is closed. */
static bool read_member(unzFile zip, struct member *m, char *chunk)
{
    *m = (struct member){.rows = 0};
    int got;
    if (unzGetCurrentFileInfo64(zip, NULL, m->name, sizeof m->name, NULL, 0, NULL, 0) != UNZ_OK ||
        unzOpenCurrentFile(zip) != UNZ_OK)
        return false;
    while ((got = unzReadCurrentFile(zip, chunk, CHUNK_BYTES)) > 0) {
        count_rows(m, chunk, (size_t)got);
        keep_edges(m, chunk, (size_t)got);
    }
    return unzCloseCurrentFile(zip) == UNZ_OK && got == 0;
}

static bool begins(const struct member *m, const char *text)
{
    return m->head_length >= strlen(text) && !memcmp(m->head, text, strlen(text));
}

static bool ends(const struct member *m, const char *text)
{
    size_t length = strlen(text);
    return m->tail_length >= length && !memcmp(m->tail + m->tail_length - length, text, length);
}

/* The sheet that this member is, from 1; 0 for other members. */
static size_t sheet_number(const struct member *m)
{
    static const char folder[] = "xl/worksheets/sheet";
    char *end;
    if (strncmp(m->name, folder, sizeof folder - 1) != 0)
        return 0;
    unsigned long number = strtoul(m->name + sizeof folder - 1, &end, 10);
    return strcmp(end, ".xml") ? 0 : (size_t)number;
}

static const char *fault_of(const struct member *m, const struct sheet *sheet)
{
    if (!begins(m, "<?xml version=\"1.0\""))
        return "has lost its beginning";
    if (!sheet)
        return NULL;
    if (!ends(m, "</worksheet>"))
        return "is cut short";
    return m->rows != sheet->rows ? "has lost rows" : NULL;
}

static bool check_members(unzFile zip, const struct sheet *sheets, size_t count, char *chunk,
                          char *why, size_t size)
{
    size_t found = 0;
    int step = unzGoToFirstFile(zip);
    for (; step == UNZ_OK; step = unzGoToNextFile(zip)) {
        struct member m;
        if (!read_member(zip, &m, chunk)) {
            snprintf(why, size, "the workbook is damaged: %s cannot be read back", m.name);
            return false;
        }
        size_t number = sheet_number(&m);
        const struct sheet *sheet = number >= 1 && number <= count ? &sheets[number - 1] : NULL;
        const char *fault = fault_of(&m, sheet);
        found += sheet != NULL;
        if (fault) {
            snprintf(why, size,
                     "the workbook is damaged: %s %s; is the disk for temporary files full?",
                     sheet ? sheet->name : m.name, fault);
            return false;
        }
    }
    if (step == UNZ_END_OF_LIST_OF_FILE && found == count)
        return true;
    snprintf(why, size, "the workbook is damaged: %zu of %zu sheets can be read back", found,
             count);
    return false;
}

bool verify_file(const char *path, const struct sheet *sheets, size_t count, char *why, size_t size)
{
    char chunk[CHUNK_BYTES];
    unzFile zip = unzOpen64(path);
    if (!zip) {
        snprintf(why, size, "the workbook cannot be opened again");
        return false;
    }
    bool whole = check_members(zip, sheets, count, chunk, why, size);
    unzClose(zip);
    return whole;
}
