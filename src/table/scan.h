/* scan.h -- where a record ends: line ends, quotes, and what is wrong with the quotes */
#ifndef GPUPLAN_TABLE_SCAN_H
#define GPUPLAN_TABLE_SCAN_H

#include <stdbool.h>
#include <stddef.h>

enum scan_fault {
    SCAN_GOOD,
    SCAN_STRAY_QUOTE, /* a quote inside an unquoted cell */
    SCAN_TEXT_BEHIND, /* text between a closing quote and the next delimiter */
    SCAN_OPEN_QUOTE,  /* no closing quote before the end of the text */
};

struct scan {
    /* Set by scan_record. */
    size_t length;   /* of the record, without its line end */
    size_t consumed; /* with its line end */
    size_t lines;    /* line ends in `consumed`: LF, CRLF or CR */
    enum scan_fault fault;
    size_t fault_at; /* offset in the record */
    bool in_quote;   /* on false: inside a quoted cell, whose quote is at fault_at */

    /* The next of each byte, so that text without quotes, or with CR only, is searched once. They
     * hold for text behind `searched`, which whoever moves the text sets to NULL. */
    const char *next_lf;
    const char *next_cr;
    const char *next_quote;
    const char *searched;
};

/* Finds the end of the record that begins at `start`, in text that ends at `end` (`is_last`: for
 * good). False: more text is needed to tell; the text may have been moved when it is asked again. A
 * record with a fault ends at the next line end behind it, so that reading can go on there. */
bool scan_record(struct scan *scan, const char *start, const char *end, bool is_last,
                 char delimiter);

/* Bytes from `start` of whole records that have no quotes and end with LF, at most `most`; 0: the
 * next record is none of them. */
size_t scan_plain(struct scan *scan, const char *start, const char *end, size_t most);

#endif
