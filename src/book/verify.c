/* verify.c -- reads the closed workbook back
 *
 * With a full temporary directory libxlsxwriter reports success and leaves sheets without their
 * beginning, with missing rows, or cut short; the archive itself is then valid. */
#include "book/verify.h"

#include "book/pieces.h"
#include "book/splice.h"

#include <minizip/unzip.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 256 * 1024, EDGE_BYTES = 64 };

/* What is held against what. */
struct verify {
    const char *path;
    const struct sheet *sheets;
    size_t count;
    size_t threads;
};

/* One member of the archive as it is read. */
struct member {
    const struct sheet *sheet; /* that it is; NULL: none */
    char name[256];
    unz_file_info64 info;
    char head[EDGE_BYTES];
    size_t head_length;
    char tail[EDGE_BYTES];
    size_t tail_length;
    struct scan scan;
};

static void keep_edges(struct member *m, const char *chunk, size_t length)
{
    size_t room = EDGE_BYTES - m->head_length;
    size_t take = length < room ? length : room;
    if (!length)
        return;
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
    int got;
    size_t kept = 0;
    if (unzOpenCurrentFile(zip) != UNZ_OK)
        return false;
    while ((got = unzReadCurrentFile(zip, chunk + kept, (unsigned)(CHUNK_BYTES - kept))) > 0) {
        keep_edges(m, chunk + kept, (size_t)got);
        size_t length = kept + (size_t)got;
        size_t done = scan_rows(&m->scan, chunk, length, false);
        kept = length - done;
        memmove(chunk, chunk + done, kept);
    }
    scan_rows(&m->scan, chunk, kept, true);
    return unzCloseCurrentFile(zip) == UNZ_OK && got == 0;
}

/* The same of a sheet of bulk rows. */
static bool read_bulk(unzFile zip, struct member *m, const struct verify *v,
                      const struct rows *rows)
{
    struct pieces_found found;
    struct pieces pieces = {.path = v->path, .rows = rows, .bytes = m->info.compressed_size};
    if (unzOpenCurrentFile2(zip, NULL, NULL, 1) != UNZ_OK)
        return false;
    pieces.at = unzGetCurrentFileZStreamPos64(zip);
    unzCloseCurrentFile(zip);
    bool good = pieces_read(&pieces, v->threads, &found) && found.crc == m->info.crc;
    m->scan = found.scan;
    keep_edges(m, found.head.at, found.head.length);
    keep_edges(m, found.tail.at, found.tail.length);
    bytes_free(&found.head);
    bytes_free(&found.tail);
    return good;
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

static const char *fault_of(const struct member *m)
{
    const struct sheet *sheet = m->sheet;
    if (!begins(m, "<?xml version=\"1.0\""))
        return "has lost its beginning";
    if (!sheet)
        return NULL;
    if (!ends(m, "</worksheet>"))
        return "is cut short";
    if (m->scan.is_disordered)
        return "has rows out of order";
    return m->scan.rows != sheet->rows ? "has lost rows" : NULL;
}

static bool read_any(const struct verify *v, unzFile zip, struct member *m, char *chunk)
{
    *m = (struct member){.head_length = 0};
    if (unzGetCurrentFileInfo64(zip, &m->info, m->name, sizeof m->name, NULL, 0, NULL, 0) != UNZ_OK)
        return false;
    size_t number = splice_sheet(m->name);
    m->sheet = number >= 1 && number <= v->count ? &v->sheets[number - 1] : NULL;
    bool is_bulk = m->sheet && m->sheet->bulk && m->sheet->bulk->count;
    return is_bulk ? read_bulk(zip, m, v, m->sheet->bulk) : read_member(zip, m, chunk);
}

static bool check_members(const struct verify *v, unzFile zip, char *why, size_t size)
{
    char chunk[CHUNK_BYTES];
    size_t found = 0;
    int step = unzGoToFirstFile(zip);
    for (; step == UNZ_OK; step = unzGoToNextFile(zip)) {
        struct member m;
        if (!read_any(v, zip, &m, chunk)) {
            snprintf(why, size, "the workbook is damaged: %s cannot be read back", m.name);
            return false;
        }
        const char *fault = fault_of(&m);
        found += m.sheet != NULL;
        if (fault) {
            snprintf(why, size,
                     "the workbook is damaged: %s %s; is the disk for temporary files full?",
                     m.sheet ? m.sheet->name : m.name, fault);
            return false;
        }
    }
    if (step == UNZ_END_OF_LIST_OF_FILE && found == v->count)
        return true;
    snprintf(why, size, "the workbook is damaged: %zu of %zu sheets can be read back", found,
             v->count);
    return false;
}

bool verify_file(const char *path, const struct sheet *sheets, size_t count, size_t threads,
                 char *why, size_t size)
{
    struct verify verify = {path, sheets, count, threads};
    unzFile zip = unzOpen64(path);
    if (!zip) {
        snprintf(why, size, "the workbook cannot be opened again");
        return false;
    }
    bool whole = check_members(&verify, zip, why, size);
    unzClose(zip);
    return whole;
}
