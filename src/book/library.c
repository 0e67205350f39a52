/* library.c -- a call that keeps libxlsxwriter quiet, and a question to put before others */
#include "book/library.h"

#include "base/arena.h"
#include "base/temporary.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The library uses what malloc returns unseen. The bound is above what the largest of our workbooks
 * takes, however many scenarios; asking for it costs nothing, since its pages are never touched. */
void library_need_memory(void)
{
    const size_t most = (size_t)256 * 1024 * 1024;
    void *memory = malloc(most);
    if (!memory)
        arena_exhausted();
    free(memory);
}

/* A stream of memory in the place of standard error, since it needs no descriptor: those may be
 * what is lacking. */
static FILE *hush(void)
{
    enum { MESSAGE_BYTES = 16 * 1024 };
    FILE *kept = stderr;
    FILE *nowhere = fmemopen(NULL, MESSAGE_BYTES, "w");
    if (nowhere)
        stderr = nowhere;
    return kept;
}

static void unhush(FILE *kept)
{
    if (stderr != kept)
        fclose(stderr);
    stderr = kept;
}

bool library_close(lxw_workbook *workbook, char *why, size_t size)
{
    FILE *kept = hush();
    errno = 0;
    lxw_error error = workbook_close(workbook);
    int number = errno;
    unhush(kept);
    if (error && number)
        temporary_explain(number, why, size);
    else if (error)
        snprintf(why, size, "writing failed: %s", lxw_strerror(error));
    return error == LXW_NO_ERROR;
}
