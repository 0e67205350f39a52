/* source.c -- raw bytes from a file, a pipe, standard input or memory
 *
 * What is not a regular file is copied into an unlinked temporary file while it is read, so that a
 * second pass sees the same bytes. Copying on the way, not beforehand, lets a fault in the first
 * lines stop an endless input; the price is disk space for one copy. */
#include "table/source.h"

#include "base/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* FNV-1a, 64 bits [Fowler, Noll, Vo], over words in independent lanes: a step per byte would slow
 * the whole reading by a third. Each step is a bijection, so one changed word changes the value. */
static const uint64_t hash_start = 14695981039346656037U;
static const uint64_t hash_prime = 1099511628211U;

static uint64_t hash_word(uint64_t hash, const char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return (hash ^ word) * hash_prime;
}

/* One variable a lane: compilers keep an array in memory. Returns the bytes of whole blocks. */
static size_t hash_blocks(struct source *source, const char *bytes, size_t count)
{
    const size_t size = sizeof source->partial;
    uint64_t *lanes = source->lanes;
    uint64_t a = lanes[0];
    uint64_t b = lanes[1];
    uint64_t c = lanes[2];
    uint64_t d = lanes[3];
    size_t at = 0;
    for (; at + size <= count; at += size) {
        a = hash_word(a, bytes + at);
        b = hash_word(b, bytes + at + 8);
        c = hash_word(c, bytes + at + 16);
        d = hash_word(d, bytes + at + 24);
    }
    lanes[0] = a;
    lanes[1] = b;
    lanes[2] = c;
    lanes[3] = d;
    return at;
}

/* Blocks are counted from the file's first byte, so that chunks do not matter. */
static void hash_bytes(struct source *source, const char *bytes, size_t count)
{
    const size_t size = sizeof source->partial;
    size_t used = (size_t)source->at % size;
    if (used) {
        size_t step = size - used < count ? size - used : count;
        memcpy(source->partial + used, bytes, step);
        if (used + step == size)
            hash_blocks(source, source->partial, size);
        bytes += step;
        count -= step;
    }
    size_t done = hash_blocks(source, bytes, count);
    memcpy(source->partial, bytes + done, count - done);
}

static void hash_restart(struct source *source)
{
    source->at = 0;
    for (size_t i = 0; i < SOURCE_LANES; i++)
        source->lanes[i] = hash_start;
}

unsigned long long source_hash(const struct source *source)
{
    struct source rest = *source;
    size_t used = (size_t)rest.at % sizeof rest.partial;
    memset(rest.partial + used, 0, sizeof rest.partial - used);
    hash_blocks(&rest, rest.partial, sizeof rest.partial);
    uint64_t hash = (hash_start ^ (uint64_t)rest.at) * hash_prime;
    for (size_t i = 0; i < SOURCE_LANES; i++)
        hash = (hash ^ rest.lanes[i]) * hash_prime;
    return hash;
}

static void fail(struct source *source, const char *what, const char *where, const char *hint)
{
    snprintf(source->failure, sizeof source->failure, "%s%s%.100s%s: %s%s", what,
             *where ? " \"" : "", where, *where ? "\"" : "", strerror(errno), hint);
    source->failed = true;
}

/* After a call that failed: a signal that asks for no stop cut it short. */
static bool is_to_repeat(void)
{
    return errno == EINTR && !interrupt_signal();
}

static const char *temporary_folder(void)
{
    const char *folder = getenv("TMPDIR");
    return folder && *folder ? folder : "/tmp";
}

static bool open_spool(struct source *source)
{
    char name[4096];
    const char *folder = temporary_folder();
    int length = snprintf(name, sizeof name, "%s/gpuplan.XXXXXX", folder);
    if ((size_t)length >= sizeof name)
        errno = ENAMETOOLONG;
    else
        source->spool = mkstemp(name);
    if (source->spool < 0) {
        fail(source, "cannot keep a temporary copy in", folder, "; set TMPDIR to another folder");
        return false;
    }
    unlink(name);
    return true;
}

static int open_file(const char *path)
{
    if (strcmp(path, "-") == 0)
        return STDIN_FILENO;
    int file;
    do
        file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    while (file < 0 && is_to_repeat());
    return file;
}

static void source_init(struct source *source, size_t chunk)
{
    *source = (struct source){.file = -1, .spool = -1};
    hash_restart(source);
    source->chunk = chunk ? chunk : SOURCE_CHUNK_BYTES;
}

enum source_opening source_open(struct source *source, const char *path, size_t chunk)
{
    source_init(source, chunk);
    source->file = open_file(path);
    struct stat status;
    if (source->file < 0 || fstat(source->file, &status)) {
        fail(source, "cannot open", "", "");
        source_close(source);
        return SOURCE_NOT_FOUND;
    }
    if (S_ISDIR(status.st_mode)) {
        snprintf(source->failure, sizeof source->failure, "is a directory; name a CSV file");
        source_close(source);
        return SOURCE_NOT_FOUND;
    }
    off_t start = S_ISREG(status.st_mode) ? lseek(source->file, 0, SEEK_CUR) : -1;
    if (start >= 0) {
        source->start = start;
    } else if (!open_spool(source)) {
        source_close(source);
        return SOURCE_NO_SPOOL;
    }
    return SOURCE_OPENED;
}

void source_open_memory(struct source *source, const char *bytes, size_t length, size_t chunk)
{
    source_init(source, chunk);
    source->memory = bytes ? bytes : "";
    source->memory_length = length;
}

static bool spool_bytes(struct source *source, const char *bytes, size_t count)
{
    while (count) {
        ssize_t done = pwrite(source->spool, bytes, count, source->spooled);
        if (done < 0 && is_to_repeat())
            continue;
        if (done < 0) {
            fail(source, "cannot keep a temporary copy in", temporary_folder(),
                 "; set TMPDIR to a folder with room");
            return false;
        }
        bytes += done;
        count -= (size_t)done;
        source->spooled += done;
    }
    return true;
}

/* One read, -1 on a failure that has been noted. */
static ssize_t read_some(struct source *source, char *to, size_t size)
{
    ssize_t done;
    bool is_copy = source->at < source->spooled;
    if (is_copy && (off_t)size > source->spooled - source->at)
        size = (size_t)(source->spooled - source->at);
    do {
        if (source->spool < 0)
            done = pread(source->file, to, size, source->start + source->at);
        else if (is_copy)
            done = pread(source->spool, to, size, source->at);
        else
            done = read(source->file, to, size);
    } while (done < 0 && is_to_repeat());
    if (done < 0)
        fail(source, "cannot read", "", "");
    else if (source->spool >= 0 && !is_copy && !spool_bytes(source, to, (size_t)done))
        done = -1;
    return done;
}

static ssize_t copy_some(const struct source *source, char *to, size_t size)
{
    size_t at = (size_t)source->at;
    size_t left = source->memory_length - at;
    size_t count = size < left ? size : left;
    if (count)
        memcpy(to, source->memory + at, count);
    return (ssize_t)count;
}

size_t source_read(struct source *source, char *to, size_t size)
{
    size_t total = 0;
    if (size > source->chunk)
        size = source->chunk;
    if (interrupt_signal()) { /* a long file is not read to its end first */
        errno = EINTR;
        fail(source, "cannot read", "", "");
    }
    while (total < size && !source->failed) {
        ssize_t done = source->memory ? copy_some(source, to + total, size - total)
                                      : read_some(source, to + total, size - total);
        if (done <= 0)
            break;
        hash_bytes(source, to + total, (size_t)done);
        source->at += done;
        total += (size_t)done;
    }
    return total;
}

void source_rewind(struct source *source)
{
    hash_restart(source);
}

void source_close(struct source *source)
{
    if (source->file > STDIN_FILENO)
        close(source->file);
    if (source->spool >= 0)
        close(source->spool);
    source->file = source->spool = -1;
}
