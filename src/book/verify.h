/* verify.h -- is the closed file whole? workbook_close() returning 0 proves nothing */
#ifndef GPUPLAN_BOOK_VERIFY_H
#define GPUPLAN_BOOK_VERIFY_H

#include "book/write.h"

#include <stddef.h>

/* Re-opens the file: every member inflates with the right CRC, and each sheet begins as XML, has as
 * many rows as were written, each below the one before, and is complete. Bulk rows are read by
 * `threads` threads. False with the reason in `why`. */
bool verify_file(const char *path, const struct sheet *sheets, size_t count, size_t threads,
                 char *why, size_t size);

#endif
