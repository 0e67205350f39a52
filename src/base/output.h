/* output.h -- files that are whole or not there: written beside their target, then renamed
 *
 * A failed or killed run leaves the old file as it was. Links are resolved; the old file's mode is
 * kept. A target that is not a regular file (a pipe, /dev/full) is written, never replaced. */
#ifndef GPUPLAN_OUTPUT_H
#define GPUPLAN_OUTPUT_H

#include "base/arena.h"
#include "base/temporary.h"

#include <stdbool.h>
#include <stdio.h>

enum { OUTPUT_WHY_BYTES = 512 };

struct output {
    const char *target; /* as the user named it; "-": standard output */
    const char *path; /* what is written: a temporary name, or the target itself; NULL for stdout */
    const char *real; /* what is renamed to or copied to */
    FILE *stream;     /* NULL when somebody else writes to `path` */
    struct temporary part; /* what is to be renamed or copied; path is its name then */
    bool copies;           /* the target is no regular file: path is copied into it */
    char why[OUTPUT_WHY_BYTES];
    int exit_code; /* of a failure: EXIT_CANNOT_CREATE, EXIT_IO, or as by SIGPIPE (then no `why`) */
};

/* Opens for writing through `stream`. False with `why` and `exit_code`. */
bool output_open(struct output *out, const char *target, struct arena *arena);

/* Makes an empty file at out->path, for a writer that wants a name. */
bool output_reserve(struct output *out, const char *target, struct arena *arena);

/* Flushes and syncs what was written. False with `why` and `exit_code`: the old file is intact. */
bool output_finish(struct output *out);

/* Gives a finished output its name. */
bool output_publish(struct output *out);

/* Both, for a single output. */
bool output_commit(struct output *out);

/* Says why an output failed; nothing when its reader only left. Returns out->exit_code. */
int output_say(const struct output *out);

/* True when the two names lead to one file, through links too, be it there or yet to be made; "-"
 * is a stream and only the same as itself. */
bool output_is_same(const char *a, const char *b);

/* True when nobody reads the pipe that `stream` writes to any more, as after `| head`. That is no
 * error: the run ends quietly, as by SIGPIPE. */
bool output_reader_left(FILE *stream);

/* Removes what was written; the old file is intact. Safe to call twice and after output_commit. */
void output_abandon(struct output *out);

#endif
