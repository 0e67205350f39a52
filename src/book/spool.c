/* spool.c -- what goes wrong is kept until the workbook is closed, and said then */
#include "book/spool.h"

#include "base/temporary.h"

#include <errno.h>
#include <zlib.h>

static void fail(struct spool *spool, int error)
{
    if (spool->is_broken)
        return;
    spool->is_broken = true;
    spool->error = error;
}

void spool_add(struct spool *spool, const struct block *block)
{
    if (!block->is_whole)
        fail(spool, 0);
    if (!spool->file && !spool->is_broken && !(spool->file = temporary_stream()))
        fail(spool, errno);
    if (spool->is_broken)
        return;
    if (fwrite(block->bytes.at, 1, block->bytes.length, spool->file) != block->bytes.length)
        fail(spool, errno);
    struct block_size piece = {block->bytes.length, block->text_bytes};
    bytes_add(&spool->pieces, &piece, sizeof piece);
    spool->crc = (uint32_t)crc32_combine(spool->crc, block->crc, (z_off_t)block->text_bytes);
    spool->bytes += block->bytes.length;
    spool->text_bytes += block->text_bytes;
}

bool spool_rewind(struct spool *spool)
{
    if (spool->file && !spool->is_broken &&
        (fflush(spool->file) || fseek(spool->file, 0, SEEK_SET)))
        fail(spool, errno);
    return !spool->is_broken;
}

void spool_close(struct spool *spool)
{
    if (spool->file)
        fclose(spool->file);
    spool->file = NULL;
    bytes_free(&spool->pieces);
}
