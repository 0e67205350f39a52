/* block.c -- libdeflate makes whole streams only: the last of its blocks is marked as such
 *
 * Where that block begins, only inflating tells. It costs a fifth of the deflating, and has every
 * piece read back by another library before it is kept. */
#include "book/block.h"

#include "base/arena.h"

#include <libdeflate.h>
#include <string.h>
#include <zlib.h>

/* Of libdeflate. Its 6 leaves as much of our sheets and takes 40 % longer; its 7 as much as zlib's
 * 6 does, in the same time. */
enum { LEVEL = 5 };

/* An empty stored block as zlib's Z_SYNC_FLUSH writes it, behind the three bits of its head. */
static const char join[] = {0, 0, (char)0xFF, (char)0xFF};

/* Bits of a stream before its last block, and before its end. */
struct marks {
    size_t last;
    size_t end;
};

static bool find_marks(z_stream *z, struct marks *marks)
{
    enum { AT_BORDER = 128, IN_LAST = 64, UNUSED_BITS = 7 };
    for (marks->last = 0; inflate(z, Z_BLOCK) == Z_OK; marks->last = marks->end) {
        if (!(z->data_type & AT_BORDER))
            return false;
        marks->end = z->total_in * 8 - (size_t)(z->data_type & UNUSED_BITS);
        if (z->data_type & IN_LAST)
            return true;
    }
    return false;
}

/* Inflates all of `block` to `again`. */
static bool read_back(const struct bytes *block, size_t length, struct bytes *again,
                      struct marks *marks)
{
    z_stream z = {.next_in = (Bytef *)block->at, .avail_in = (uInt)block->length};
    again->length = 0;
    z.next_out = (Bytef *)bytes_room(again, length + 1);
    z.avail_out = (uInt)length + 1;
    if (inflateInit2(&z, -MAX_WBITS) != Z_OK)
        arena_exhausted();
    bool whole = find_marks(&z, marks) && z.total_out == length;
    inflateEnd(&z);
    return whole;
}

bool block_deflate(struct deflater *deflater, const struct bytes *text, struct bytes *block)
{
    struct marks marks;
    if (!deflater->compressor)
        deflater->compressor = libdeflate_alloc_compressor(LEVEL);
    if (!deflater->compressor)
        arena_exhausted();
    size_t most = libdeflate_deflate_compress_bound(deflater->compressor, text->length);
    block->length = 0;
    bytes_room(block, most + 1 + sizeof join);
    block->length =
        libdeflate_deflate_compress(deflater->compressor, text->at, text->length, block->at, most);
    if (!read_back(block, text->length, &deflater->again, &marks) ||
        memcmp(deflater->again.at, text->at, text->length) != 0)
        return false;
    block->at[marks.last / 8] &= (char)~(1 << marks.last % 8);
    if (block->length * 8 - marks.end < 3)
        block->at[block->length++] = 0; /* the head of the stored block has no room */
    bytes_add(block, join, sizeof join);
    return true;
}

void deflater_free(struct deflater *deflater)
{
    libdeflate_free_compressor(deflater->compressor);
    bytes_free(&deflater->again);
    *deflater = (struct deflater){.compressor = NULL};
}
