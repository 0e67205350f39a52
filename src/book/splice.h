/* splice.h -- libxlsxwriter's workbook with the rows of rows.c put into its sheets */
#ifndef GPUPLAN_BOOK_SPLICE_H
#define GPUPLAN_BOOK_SPLICE_H

#include "book/write.h"

#include <stddef.h>

/* Writes the workbook `from` again as `to`: members of the archive as they are, sheets that have
 * rows with them. False with the reason in `why`. */
bool splice_file(const char *from, const char *to, const struct sheet *sheets, size_t count,
                 char *why, size_t size);

/* The sheet, from 1, that a member of a workbook's archive is; 0 for other members. */
size_t splice_sheet(const char *member);

#endif
