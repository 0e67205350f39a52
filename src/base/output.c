/* output.c -- temporary names, fsync and rename; the price is room for two copies on the disk */
#define _XOPEN_SOURCE 700 /* realpath */

#include "base/output.h"

#include "base/exit.h"
#include "base/say.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINKS_MOST = 40 }; /* as many as Linux follows */

static bool fail(struct output *out, int exit_code, const char *what)
{
    out->exit_code = exit_code;
    snprintf(out->why, sizeof out->why, "%s: %s: %s",
             strcmp(out->target, "-") ? out->target : "standard output", what, strerror(errno));
    return false;
}

/* The mode of the old file, or what the umask leaves of rw-rw-rw-. */
static mode_t wanted_mode(const struct stat *old, bool exists)
{
    if (exists)
        return old->st_mode & 07777;
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

static bool make_temporary(struct output *out, const char *near, mode_t mode, struct arena *arena)
{
    if (!temporary_make(&out->part, near, mode, arena))
        return fail(out, EXIT_CANNOT_CREATE, "cannot create");
    out->path = out->part.path;
    return true;
}

static const char *temporary_stem(struct arena *arena)
{
    const char *dir = getenv("TMPDIR");
    return arena_format(arena, "%s/gpuplan", dir && *dir ? dir : "/tmp");
}

/* What a link points to, one step of the way; the name itself when it is no link. */
static const char *behind_link(const char *target, struct arena *arena)
{
    char next[PATH_MAX];
    ssize_t length = readlink(target, next, sizeof next - 1);
    if (length <= 0)
        return target;
    next[length] = '\0';
    const char *slash = strrchr(target, '/');
    if (next[0] == '/' || !slash)
        return arena_text(arena, next, (size_t)length);
    return arena_format(arena, "%.*s/%s", (int)(slash - target), target, next);
}

/* Where a file that is not there yet is to be; NULL with errno. */
static const char *behind_links(const char *target, struct arena *arena)
{
    for (int step = 0; step <= LINKS_MOST; step++) {
        const char *next = behind_link(target, arena);
        if (next == target)
            return target;
        target = next;
    }
    errno = ELOOP;
    return NULL;
}

/* Where the target really is, and whether it is a file that can be replaced. */
static bool resolve(struct output *out, struct arena *arena, struct stat *old, bool *exists)
{
    char real[PATH_MAX];
    out->real = out->target;
    *exists = stat(out->target, old) == 0;
    if (!*exists && errno != ENOENT)
        return fail(out, EXIT_CANNOT_CREATE, "cannot create");
    if (!*exists && !(out->real = behind_links(out->target, arena)))
        return fail(out, EXIT_CANNOT_CREATE, "cannot create");
    if (*exists && realpath(out->target, real))
        out->real = arena_text(arena, real, strlen(real));
    if (*exists && S_ISDIR(old->st_mode)) {
        errno = EISDIR;
        return fail(out, EXIT_CANNOT_CREATE, "cannot create");
    }
    return true;
}

bool output_reserve(struct output *out, const char *target, struct arena *arena)
{
    struct stat old;
    bool exists;
    *out = (struct output){.target = target};
    if (!resolve(out, arena, &old, &exists))
        return false;
    out->copies = exists && !S_ISREG(old.st_mode);
    const char *near = out->copies ? temporary_stem(arena) : out->real;
    mode_t mode = out->copies ? 0600 : wanted_mode(&old, exists);
    return make_temporary(out, near, mode, arena);
}

bool output_open(struct output *out, const char *target, struct arena *arena)
{
    struct stat old;
    bool exists;
    int fd;
    *out = (struct output){.target = target};
    if (!strcmp(target, "-")) {
        out->stream = stdout;
        return true;
    }
    if (!resolve(out, arena, &old, &exists))
        return false;
    if (exists && !S_ISREG(old.st_mode)) {
        out->path = out->real;
        fd = open(out->real, O_WRONLY | O_CLOEXEC);
    } else {
        if (!make_temporary(out, out->real, wanted_mode(&old, exists), arena))
            return false;
        fd = dup(out->part.lock); /* which stays when the stream is closed */
    }
    out->stream = fd < 0 ? NULL : fdopen(fd, "w");
    return out->stream ? true : fail(out, EXIT_CANNOT_CREATE, "cannot create");
}

static bool copy_to_target(struct output *out)
{
    char buffer[64 * 1024];
    int from = open(out->path, O_RDONLY | O_CLOEXEC);
    int to = open(out->real, O_WRONLY | O_CLOEXEC);
    ssize_t got = from < 0 || to < 0 ? -1 : 1;
    while (got > 0 && (got = read(from, buffer, sizeof buffer)) > 0)
        for (ssize_t done = 0, n; got > 0 && done < got; done += n)
            if ((n = write(to, buffer + done, (size_t)(got - done))) < 0) {
                got = -1;
                break;
            }
    int error = errno;
    if (from >= 0)
        close(from);
    if (to >= 0 && close(to) && got == 0)
        return fail(out, EXIT_IO, "cannot write");
    errno = error;
    return got == 0 ? true : fail(out, EXIT_IO, "cannot write");
}

static bool sync_path(struct output *out)
{
    int fd = open(out->path, O_RDONLY | O_CLOEXEC);
    bool done = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return done ? true : fail(out, EXIT_IO, "cannot write");
}

bool output_reader_left(FILE *stream)
{
    struct pollfd end = {.fd = fileno(stream), .events = POLLOUT};
    return poll(&end, 1, 0) == 1 && end.revents & POLLERR;
}

static bool close_stream(struct output *out)
{
    FILE *stream = out->stream;
    out->stream = NULL;
    if ((fflush(stream) || ferror(stream)) && output_reader_left(stream)) {
        out->exit_code = EXIT_SIGNAL + SIGPIPE;
        if (stream != stdout)
            fclose(stream);
        return false;
    }
    bool done = fflush(stream) == 0 && !ferror(stream);
    if (done && out->part.path)
        done = fsync(fileno(stream)) == 0;
    int error = errno;
    if (stream != stdout && fclose(stream) && done) {
        done = false;
        error = errno;
    }
    errno = error;
    return done ? true : fail(out, EXIT_IO, "cannot write");
}

bool output_finish(struct output *out)
{
    if (out->stream)
        return close_stream(out);
    return !out->part.path || out->copies || sync_path(out);
}

bool output_publish(struct output *out)
{
    if (!out->part.path)
        return true;
    if (out->copies) {
        bool done = copy_to_target(out);
        temporary_remove(&out->part);
        return done;
    }
    if (rename(out->path, out->real))
        return fail(out, EXIT_CANNOT_CREATE, "cannot replace");
    temporary_keep(&out->part);
    return true;
}

bool output_commit(struct output *out)
{
    return output_finish(out) && output_publish(out);
}

int output_say(const struct output *out)
{
    return *out->why ? say_error(out->exit_code, "%s", out->why) : out->exit_code;
}

/* The folder and the name in it that a file is to have which is not there yet. */
static bool find_spot(const char *target, struct stat *folder, const char **name,
                      struct arena *arena)
{
    const char *real = behind_links(target, arena);
    if (!real)
        return false;
    const char *slash = strrchr(real, '/');
    *name = slash ? slash + 1 : real;
    return !stat(slash ? arena_text(arena, real, (size_t)(*name - real)) : ".", folder);
}

static bool is_same_spot(const char *a, const char *b)
{
    struct arena arena = {0};
    struct stat of_a;
    struct stat of_b;
    const char *name_a;
    const char *name_b;
    bool same = find_spot(a, &of_a, &name_a, &arena) && find_spot(b, &of_b, &name_b, &arena) &&
                of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino && !strcmp(name_a, name_b);
    arena_free(&arena);
    return same;
}

bool output_is_same(const char *a, const char *b)
{
    struct stat of_a;
    struct stat of_b;
    if (!strcmp(a, b))
        return true;
    if (!strcmp(a, "-") || !strcmp(b, "-")) /* a stream, where the other is a file ./- */
        return false;
    bool has_a = !stat(a, &of_a);
    bool has_b = !stat(b, &of_b);
    if (!has_a && !has_b)
        return is_same_spot(a, b);
    return has_a && has_b && S_ISREG(of_a.st_mode) && of_a.st_dev == of_b.st_dev &&
           of_a.st_ino == of_b.st_ino;
}

void output_abandon(struct output *out)
{
    if (out->stream && out->stream != stdout)
        fclose(out->stream);
    out->stream = NULL;
    temporary_remove(&out->part);
}
