/* merge.c -- reads the marks, proves that they make one whole run, and copies what they end
 *
 * Rows are copied as bytes and never parsed, so the result is what one run writes. The hash of each
 * shard is checked while it is copied; nothing gets its name before all were right. */
#include "plan/merge.h"

#include "base/exit.h"
#include "base/interrupt.h"
#include "base/output.h"
#include "base/say.h"
#include "plan/shard.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct part {
    const char *path;
    struct mark mark;
};

struct merge {
    const struct merge_options *options;
    struct arena arena;
    struct part *parts;
    size_t count;
    char *header; /* of the first shard */
    struct output output;
};

enum { COPY_BYTES = 64 * 1024 };

/* The last line of the file, with its line feed; false: there is none that could be a mark. */
static bool last_line(FILE *file, char line[MARK_BYTES + 1])
{
    if (fseeko(file, 0, SEEK_END))
        return false;
    off_t size = ftello(file);
    off_t from = size > MARK_BYTES ? size - MARK_BYTES : 0;
    if (size < 0 || fseeko(file, from, SEEK_SET))
        return false;
    size_t length = fread(line, 1, MARK_BYTES, file);
    line[length] = '\0';
    if (!length || line[length - 1] != '\n' || strlen(line) != length)
        return false;
    size_t begin = length - 1;
    while (begin && line[begin - 1] != '\n')
        begin--;
    memmove(line, line + begin, length - begin + 1);
    return true;
}

static int say_changed(const struct part *part)
{
    return say_error(EXIT_BAD_DATA,
                     "%s was changed since it was written; plan shard %" PRIu64 "/%" PRIu64
                     " again",
                     part->path, part->mark.shard, part->mark.shards);
}

static int read_part(struct part *part)
{
    char line[MARK_BYTES + 1];
    struct stat about;
    FILE *file = fopen(part->path, "rb");
    if (!file)
        return say_error(EXIT_NO_INPUT, "%s: cannot open: %s", part->path, strerror(errno));
    bool regular = !fstat(fileno(file), &about) && S_ISREG(about.st_mode);
    bool found = regular && last_line(file, line) && mark_read(&part->mark, line);
    bool failed = ferror(file) != 0;
    fclose(file);
    if (failed)
        return say_error(EXIT_IO, "%s: cannot read: %s", part->path, strerror(errno));
    if (!regular)
        return say_error(EXIT_BAD_DATA, "%s is no regular file; merge reads the end of each first",
                         part->path);
    if (!found)
        return say_error(EXIT_BAD_DATA,
                         "%s does not end with the mark of a shard; it was not written by gpuplan "
                         "plan --shard, or is cut short",
                         part->path);
    return part->mark.bytes + strlen(line) == (uint64_t)about.st_size ? EXIT_DONE
                                                                      : say_changed(part);
}

static int compare_parts(const void *a, const void *b)
{
    uint64_t x = ((const struct part *)a)->mark.shard;
    uint64_t y = ((const struct part *)b)->mark.shard;
    return (x > y) - (x < y);
}

/* Of one run: then first and count follow from the place. */
static int check_same(const struct part *first, const struct part *part)
{
    const struct mark *a = &first->mark;
    const struct mark *b = &part->mark;
    struct mark placed = *b;
    if (strcmp(a->version, b->version) != 0)
        return say_error(EXIT_BAD_DATA, "%s is of gpuplan %s, %s of %s; plan both again with one",
                         first->path, a->version, part->path, b->version);
    if (a->shards != b->shards)
        return say_error(EXIT_BAD_DATA,
                         "%s is one of %" PRIu64 " shards, %s one of %" PRIu64
                         "; shards of one run have one N",
                         first->path, a->shards, part->path, b->shards);
    if (a->run != b->run || a->of != b->of)
        return say_error(EXIT_BAD_DATA,
                         "%s and %s are of different runs: their inputs, --encoding, catalogs, "
                         "--set, --where or the quotes that had expired differ",
                         first->path, part->path);
    shard_place(&placed, b->of);
    if (placed.first != b->first || placed.count != b->count)
        return say_changed(part);
    return EXIT_DONE;
}

static int say_missing(const struct merge *m)
{
    char list[256];
    size_t used = 0;
    uint64_t missing = 0;
    uint64_t next = 1;
    for (size_t i = 0; i <= m->count; i++) {
        uint64_t to = i < m->count ? m->parts[i].mark.shard : m->parts[0].mark.shards + 1;
        for (; next < to; next++, missing++)
            if (used + 32 < sizeof list)
                used += (size_t)snprintf(list + used, sizeof list - used, "%s%" PRIu64,
                                         missing ? ", " : "", next);
        next = to + 1;
    }
    return say_error(EXIT_BAD_DATA,
                     "%" PRIu64 " of %" PRIu64 " shards %s missing: %s%s; plan and name them too",
                     missing, m->parts[0].mark.shards, missing == 1 ? "is" : "are", list,
                     used + 32 < sizeof list ? "" : ", ...");
}

static int check_parts(struct merge *m)
{
    int exit_code = EXIT_DONE;
    for (size_t i = 0; i < m->count && exit_code == EXIT_DONE; i++)
        exit_code = read_part(&m->parts[i]);
    for (size_t i = 0; i < m->count && exit_code == EXIT_DONE; i++)
        exit_code = check_same(&m->parts[0], &m->parts[i]);
    if (exit_code != EXIT_DONE)
        return exit_code;
    qsort(m->parts, m->count, sizeof *m->parts, compare_parts);
    for (size_t i = 1; i < m->count; i++) {
        const struct part *a = &m->parts[i - 1];
        const struct part *b = &m->parts[i];
        if (a->mark.shard == b->mark.shard)
            return say_error(EXIT_BAD_DATA,
                             "%s and %s are both shard %" PRIu64 "/%" PRIu64 "; name one of them",
                             a->path, b->path, b->mark.shard, b->mark.shards);
    }
    return m->count < m->parts[0].mark.shards ? say_missing(m) : EXIT_DONE;
}

/* Lines that end outside quotes: what a row carries may hold line feeds. */
struct line_count {
    uint64_t lines;
    bool quoted;
};

static void count_lines(struct line_count *c, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        c->quoted ^= bytes[i] == '"';
        c->lines += bytes[i] == '\n' && !c->quoted;
    }
}

/* Copies bytes up to the mark; the header is kept of the first shard and compared in the others. */
static bool copy_part(struct merge *m, const struct part *part, FILE *file)
{
    char block[COPY_BYTES];
    const struct mark *mark = &part->mark;
    uint64_t hash = HASH_SEED;
    struct line_count count = {0};
    bool is_first = !m->header;
    if (mark->header > mark->bytes || mark->header != m->parts[0].mark.header)
        return false;
    if (is_first)
        m->header = arena_take(&m->arena, (size_t)mark->header + 1);
    for (uint64_t at = 0; at < mark->bytes && !interrupt_signal();) {
        bool in_header = at < mark->header;
        uint64_t left = (in_header ? mark->header : mark->bytes) - at;
        size_t wanted = left < sizeof block ? (size_t)left : sizeof block;
        if (fread(block, 1, wanted, file) != wanted)
            return false;
        hash = hash_bytes(hash, block, wanted);
        count_lines(&count, block, wanted);
        if (in_header && is_first)
            memcpy(m->header + at, block, wanted);
        if (in_header && memcmp(m->header + at, block, wanted) != 0)
            return false;
        if (!in_header || is_first)
            fwrite(block, 1, wanted, m->output.stream);
        at += wanted;
    }
    return (hash == mark->hash && count.lines == mark->rows + 1) || interrupt_signal();
}

static int copy_all(struct merge *m)
{
    for (size_t i = 0; i < m->count; i++) {
        const struct part *part = &m->parts[i];
        FILE *file = fopen(part->path, "rb");
        bool right = file && copy_part(m, part, file);
        if (file)
            fclose(file);
        if (interrupt_signal())
            return EXIT_SIGNAL + interrupt_signal();
        if (!right)
            return say_changed(part);
        if (ferror(m->output.stream))
            break;
    }
    return output_commit(&m->output) ? EXIT_DONE : output_say(&m->output);
}

static int merge(struct merge *m)
{
    uint64_t rows = 0;
    for (size_t i = 0; i < m->count; i++)
        if (output_is_same(m->options->results, m->parts[i].path))
            return say_error(EXIT_USAGE, "%s is an input; name another output",
                             m->options->results);
    int exit_code = check_parts(m);
    if (exit_code == EXIT_DONE && !output_open(&m->output, m->options->results, &m->arena))
        exit_code = output_say(&m->output);
    if (exit_code == EXIT_DONE)
        exit_code = copy_all(m);
    for (size_t i = 0; i < m->count; i++)
        rows += m->parts[i].mark.rows;
    bool to_file = strcmp(m->options->results, "-") != 0;
    if (exit_code == EXIT_DONE && !m->options->quiet)
        fprintf(stderr, "%s%s%" PRIu64 " row%s of %zu shard%s\n",
                to_file ? m->options->results : "", to_file ? ": " : "", rows, rows == 1 ? "" : "s",
                m->count, m->count == 1 ? "" : "s");
    return exit_code;
}

int merge_run(const struct merge_options *options)
{
    struct merge m = {.options = options};
    while (options->shards[m.count])
        m.count++;
    m.parts = arena_array(&m.arena, m.count, sizeof *m.parts);
    for (size_t i = 0; i < m.count; i++)
        m.parts[i].path = options->shards[i];
    int exit_code = merge(&m);
    output_abandon(&m.output);
    arena_free(&m.arena);
    return exit_code;
}
