/* splice.c -- members are copied deflated, and a sheet's frame is small: the rows are not touched
 *
 * A spliced member is the frame up to its empty sheet data, the spooled blocks, the rest of the
 * frame, each deflated by itself, and an empty last piece. */
#include "book/splice.h"

#include "book/block.h"
#include "book/rows.h"

#include <errno.h>
#include <minizip/unzip.h>
#include <minizip/zip.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 64 * 1024 };

/* Both archives, and the member of `from` that is in turn. */
struct splice {
    unzFile from;
    zipFile to;
    unz_file_info64 info;
    char name[256];
    struct deflater deflater;
};

size_t splice_sheet(const char *member)
{
    static const char folder[] = "xl/worksheets/sheet";
    char *end;
    if (strncmp(member, folder, sizeof folder - 1) != 0)
        return 0;
    unsigned long number = strtoul(member + sizeof folder - 1, &end, 10);
    return strcmp(end, ".xml") ? 0 : (size_t)number;
}

/* Zip64 only where it must be: some readers refuse it, and without it a larger sheet is broken. */
static bool begin_member(struct splice *s, uint64_t bytes)
{
    enum { LEVEL = 6, RAW = 1 };
    const uint64_t most = UINT32_MAX - UINT64_C(65536);
    zip_fileinfo info = {.dosDate = s->info.dosDate,
                         .internal_fa = s->info.internal_fa,
                         .external_fa = s->info.external_fa};
    return zipOpenNewFileInZip2_64(s->to, s->name, &info, NULL, 0, NULL, 0, NULL, Z_DEFLATED, LEVEL,
                                   RAW, bytes > most) == ZIP_OK;
}

static bool put(struct splice *s, const char *bytes, size_t length)
{
    return zipWriteInFileInZip(s->to, bytes, (unsigned)length) == ZIP_OK;
}

static bool end_member(struct splice *s, uint64_t text_bytes, uint32_t crc)
{
    return zipCloseFileInZipRaw64(s->to, text_bytes, crc) == ZIP_OK;
}

static bool copy_member(struct splice *s)
{
    char chunk[CHUNK_BYTES];
    int method;
    int level;
    int got;
    if (unzOpenCurrentFile2(s->from, &method, &level, 1) != UNZ_OK || method != Z_DEFLATED ||
        !begin_member(s, s->info.uncompressed_size))
        return false;
    while ((got = unzReadCurrentFile(s->from, chunk, sizeof chunk)) > 0)
        if (!put(s, chunk, (size_t)got))
            return false;
    return got == 0 && unzCloseCurrentFile(s->from) == UNZ_OK &&
           end_member(s, s->info.uncompressed_size, (uint32_t)s->info.crc);
}

/* The member, inflated, with a NUL behind it. */
static bool read_member(struct splice *s, struct bytes *text)
{
    int got = 0;
    if (unzOpenCurrentFile(s->from) != UNZ_OK)
        return false;
    do {
        text->length += (size_t)got;
        bytes_room(text, CHUNK_BYTES);
        got = unzReadCurrentFile(s->from, text->at + text->length, CHUNK_BYTES - 1);
    } while (got > 0);
    text->at[text->length] = '\0';
    return unzCloseCurrentFile(s->from) == UNZ_OK && got == 0;
}

/* The bytes of a spool, as they are. */
static bool put_spool(struct splice *s, struct spool *spool)
{
    char chunk[CHUNK_BYTES];
    size_t got;
    uint64_t left = spool->bytes;
    while (left && (got = fread(chunk, 1, sizeof chunk, spool->file)) > 0 && put(s, chunk, got))
        left -= got;
    return !left;
}

/* Text as a block like those of the rows. */
static bool make_block(struct splice *s, const struct bytes *text, struct block *block)
{
    block->text_bytes = text->length;
    block->crc = (uint32_t)crc32_z(0, (const Bytef *)text->at, text->length);
    block->is_whole = block_deflate(&s->deflater, text, &block->bytes);
    return block->is_whole;
}

/* What stands for the rows in a frame without any, and around them. */
static const char empty_data[] = "<sheetData/>";
#define DATA_BEGIN "<sheetData>"
#define DATA_END "</sheetData>"

/* The frame before and behind its rows. */
struct frame {
    struct block head;
    struct block tail;
};

static bool split_frame(struct splice *s, struct bytes *text, struct frame *frame)
{
    struct bytes head = {.length = 0};
    struct bytes tail = {.length = 0};
    const char *empty = strstr(text->at, empty_data);
    const char *data = empty ? empty : strstr(text->at, DATA_END);
    if (!data)
        return false;
    bytes_add(&head, text->at, (size_t)(data - text->at));
    if (empty)
        bytes_add(&head, DATA_BEGIN, strlen(DATA_BEGIN));
    const char *behind = data + (empty ? strlen(empty_data) : strlen(DATA_END));
    bytes_add(&tail, DATA_END, strlen(DATA_END));
    bytes_add(&tail, behind, strlen(behind));
    bool good = make_block(s, &head, &frame->head) && make_block(s, &tail, &frame->tail);
    bytes_free(&head);
    bytes_free(&tail);
    return good;
}

static bool put_sheet(struct splice *s, struct rows *rows, const struct frame *frame)
{
    const struct block *head = &frame->head;
    const struct block *tail = &frame->tail;
    struct spool *spool = &rows->spool;
    uint64_t text_bytes = head->text_bytes + spool->text_bytes + tail->text_bytes;
    uLong crc = crc32_combine(head->crc, spool->crc, (z_off_t)spool->text_bytes);
    crc = crc32_combine(crc, tail->crc, (z_off_t)tail->text_bytes);
    rows->head = (struct block_size){head->bytes.length, head->text_bytes};
    rows->tail = (struct block_size){tail->bytes.length, tail->text_bytes};
    return begin_member(s, text_bytes) && put(s, head->bytes.at, head->bytes.length) &&
           put_spool(s, spool) && put(s, tail->bytes.at, tail->bytes.length) &&
           put(s, BLOCK_END, BLOCK_END_BYTES) && end_member(s, text_bytes, (uint32_t)crc);
}

static bool splice_member(struct splice *s, const struct sheet *sheet)
{
    struct bytes text = {.length = 0};
    struct frame frame = {.head = {.crc = 0}};
    if (!sheet || !sheet->bulk || !sheet->bulk->count)
        return copy_member(s);
    bool good =
        read_member(s, &text) && split_frame(s, &text, &frame) && put_sheet(s, sheet->bulk, &frame);
    bytes_free(&frame.head.bytes);
    bytes_free(&frame.tail.bytes);
    bytes_free(&text);
    return good;
}

static bool splice_members(struct splice *s, const struct sheet *sheets, size_t count)
{
    int step = unzGoToFirstFile(s->from);
    for (; step == UNZ_OK; step = unzGoToNextFile(s->from)) {
        if (unzGetCurrentFileInfo64(s->from, &s->info, s->name, sizeof s->name, NULL, 0, NULL, 0) !=
            UNZ_OK)
            return false;
        size_t number = splice_sheet(s->name);
        if (!splice_member(s, number >= 1 && number <= count ? &sheets[number - 1] : NULL))
            return false;
    }
    return step == UNZ_END_OF_LIST_OF_FILE;
}

bool splice_file(const char *from, const char *to, const struct sheet *sheets, size_t count,
                 char *why, size_t size)
{
    struct splice s = {.from = unzOpen64(from)};
    errno = 0;
    s.to = s.from ? zipOpen64(to, APPEND_STATUS_CREATE) : NULL;
    bool good = s.to && splice_members(&s, sheets, count);
    int error = errno;
    if (s.to && zipClose(s.to, NULL) != ZIP_OK && good) {
        good = false;
        error = errno;
    }
    if (s.from)
        unzClose(s.from);
    deflater_free(&s.deflater);
    if (!good)
        snprintf(why, size, error ? "writing failed: %s" : "the workbook is damaged: %s",
                 error ? strerror(error) : "its sheets cannot be put together");
    return good;
}
