/* scan.h -- what the check of a closed workbook looks for in the XML of a sheet */
#ifndef GPUPLAN_BOOK_SCAN_H
#define GPUPLAN_BOOK_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The rows of a sheet, or of a part of it. Zero-initialise. */
struct scan {
    uint64_t rows;
    uint64_t first;     /* the number of the first row, from 1; 0: there is none */
    uint64_t last;      /* of the last one */
    bool is_disordered; /* some row does not stand below the one before */
};

/* Adds the rows that begin in `text`. Returns how much of it is done with: what is left, a few
 * bytes, has to come again before the text that follows it; nothing is left when it `ends` here. */
size_t scan_rows(struct scan *scan, const char *text, size_t length, bool ends);

/* Adds what was found in the part behind. */
void scan_join(struct scan *scan, const struct scan *behind);

#endif
