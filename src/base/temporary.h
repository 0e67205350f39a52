/* temporary.h -- files that exist only while the program runs, beside what they are to become
 *
 * NAME.gpuplan-part-XXXXXX is locked for as long as it is ours. A run that is killed leaves it, and
 * the next run for the same NAME takes it away, since nobody holds its lock. */
#ifndef GPUPLAN_TEMPORARY_H
#define GPUPLAN_TEMPORARY_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

/* Zero-initialise: then there is no file. */
struct temporary {
    const char *path; /* NULL: none */
    int lock;         /* an open descriptor of it */
    struct temporary *next;
};

/* Makes an empty file and takes away what killed runs left. False with errno. The program's end, by
 * exit too, takes it away; `file` must stay where it is until it is kept or removed. */
bool temporary_make(struct temporary *file, const char *name, mode_t mode, struct arena *arena);

/* $TMPDIR or, where nothing can be written there, the usual one. */
const char *temporary_folder(void);

/* A file without a name in that folder, to be written and read; NULL with errno. */
FILE *temporary_stream(void);

/* Says that nothing can be kept in that folder, and what might help. */
void temporary_explain(int error, char *why, size_t size);

/* It has another name now. */
void temporary_keep(struct temporary *file);

/* Takes it away; nothing where there is none. */
void temporary_remove(struct temporary *file);

#endif
