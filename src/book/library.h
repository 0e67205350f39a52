/* library.h -- what libxlsxwriter lacks: it prints its own errors, and crashes without memory */
#ifndef GPUPLAN_BOOK_LIBRARY_H
#define GPUPLAN_BOOK_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>
#include <xlsxwriter.h>

/* arena_exhausted, unless there is memory for all that the library takes for a workbook of ours. */
void library_need_memory(void);

/* Closes and frees the workbook, in silence. False with the reason in `why`. */
bool library_close(lxw_workbook *workbook, char *why, size_t size);

#endif
