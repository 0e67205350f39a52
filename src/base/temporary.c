/* temporary.c -- the list of files to be taken away is a mutable global: exit handlers, which run
 * when memory has run out in the middle, take no argument */
#define _DEFAULT_SOURCE /* flock: its locks outlive another close of the file, fcntl's do not */

#include "base/temporary.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static struct temporary *unfinished;

/* No suffix that anybody gives to a file of his own: what bears it may be taken away. */
static const char suffix[] = ".gpuplan-part-XXXXXX";
static const char random_part[] = "XXXXXX";

static void forget(struct temporary *file)
{
    struct temporary **at = &unfinished;
    while (*at && *at != file)
        at = &(*at)->next;
    if (*at)
        *at = file->next;
    file->path = NULL;
}

static void remove_all(void)
{
    for (const struct temporary *file = unfinished; file; file = file->next)
        unlink(file->path);
}

/* Nobody holds its lock: whoever made it is gone. */
static void remove_stale(const char *path)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return;
    if (!fstat(fd, &status) && S_ISREG(status.st_mode) && !flock(fd, LOCK_EX | LOCK_NB))
        unlink(path);
    close(fd);
}

/* Begins as `pattern` does and ends in six characters that mkstemp takes. */
static bool is_made_from(const char *name, const char *pattern)
{
    size_t length = strlen(random_part);
    size_t fixed = strlen(pattern) - length;
    return !strncmp(name, pattern, fixed) && strlen(name + fixed) == length &&
           strspn(name + fixed, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789") == length;
}

/* What killed runs left for the same `pattern`, which ends in random_part. */
static void sweep(const char *pattern, struct arena *arena)
{
    const char *slash = strrchr(pattern, '/');
    size_t folder = slash ? (size_t)(slash - pattern) + 1 : 0;
    DIR *entries = opendir(folder ? arena_text(arena, pattern, folder) : ".");
    /* cppcheck-suppress readdirCalled ; its other form is deprecated, and the folder our own */
    for (const struct dirent *entry; entries && (entry = readdir(entries));)
        if (is_made_from(entry->d_name, pattern + folder))
            remove_stale(arena_format(arena, "%.*s%s", (int)folder, pattern, entry->d_name));
    if (entries)
        closedir(entries);
}

/* False when another run has swept it away before it was locked. */
static bool is_locked(int fd)
{
    struct stat status;
    flock(fd, LOCK_EX); /* not everywhere possible; then nobody else takes it for stale, either */
    return fstat(fd, &status) || status.st_nlink > 0;
}

/* NAME and the suffix. What would be too long for the file system is cut at a character; other long
 * names may be cut to the same, and whoever comes next takes away what killed runs left of both. */
static char *make_pattern(const char *name, struct arena *arena)
{
    const char *slash = strrchr(name, '/');
    size_t folder = slash ? (size_t)(slash - name) + 1 : 0;
    size_t length = strlen(name);
    long allowed = pathconf(folder ? arena_text(arena, name, folder) : ".", _PC_NAME_MAX);
    size_t most = allowed > (long)sizeof suffix && allowed < NAME_MAX ? (size_t)allowed : NAME_MAX;
    size_t room = folder + most - strlen(suffix);
    if (length > room)
        for (length = room; length > folder && ((unsigned char)name[length] & 0xC0) == 0x80;)
            length--;
    return arena_format(arena, "%.*s%s", (int)length, name, suffix);
}

bool temporary_make(struct temporary *file, const char *name, mode_t mode, struct arena *arena)
{
    char *path = make_pattern(name, arena);
    size_t fixed = strlen(path) - strlen(random_part);
    int fd;
    sweep(path, arena);
    while ((fd = mkstemp(path)) >= 0 && !is_locked(fd)) {
        close(fd);
        memcpy(path + fixed, random_part, sizeof random_part);
    }
    if (fd < 0)
        return false;
    if (!unfinished)
        atexit(remove_all);
    fchmod(fd, mode);
    *file = (struct temporary){path, fd, unfinished};
    unfinished = file;
    return true;
}

void temporary_keep(struct temporary *file)
{
    close(file->lock);
    forget(file);
}

void temporary_remove(struct temporary *file)
{
    if (!file->path)
        return;
    unlink(file->path);
    temporary_keep(file);
}

const char *temporary_folder(void)
{
    const char *folder = getenv("TMPDIR");
    return folder && *folder && !access(folder, W_OK | X_OK) ? folder : "/tmp";
}

void temporary_explain(int error, char *why, size_t size)
{
    snprintf(why, size, "cannot keep a temporary copy in \"%.100s\": %s%s", temporary_folder(),
             strerror(error), error == ENOSPC ? "; set TMPDIR to a folder with room" : "");
}

FILE *temporary_stream(void)
{
    char name[PATH_MAX];
    int length = snprintf(name, sizeof name, "%s/gpuplan.%s", temporary_folder(), random_part);
    if (length < 0 || (size_t)length >= sizeof name) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    int fd = mkstemp(name);
    if (fd < 0)
        return NULL;
    unlink(name);
    FILE *stream = fdopen(fd, "w+b");
    if (!stream)
        close(fd);
    return stream;
}
