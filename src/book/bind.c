/* bind.c -- what was refused or lost on the way is a failure, however whole the file looks */
#include "book/bind.h"

#include "book/inside.h"
#include "book/library.h"
#include "book/press.h"
#include "book/rows.h"
#include "book/splice.h"
#include "book/verify.h"

#include <stdio.h>
#include <string.h>

static uint64_t count_refused(const struct book *book)
{
    uint64_t refused = 0;
    for (size_t i = 0; i < book->sheet_count; i++)
        refused += book->sheets[i].refused;
    return refused;
}

/* Waits for the last blocks; false: rows could not be kept. */
static bool finish_rows(struct book *book, char why[BOOK_WHY_BYTES])
{
    for (size_t i = 0; i < book->sheet_count; i++)
        if (book->sheets[i].bulk)
            rows_end(book->sheets[i].bulk);
    press_finish(book->press);
    for (size_t i = 0; i < book->sheet_count; i++) {
        struct rows *bulk = book->sheets[i].bulk;
        if (bulk && !spool_rewind(&bulk->spool)) {
            if (bulk->spool.error)
                temporary_explain(bulk->spool.error, why, BOOK_WHY_BYTES);
            else
                snprintf(why, BOOK_WHY_BYTES, "rows do not read back; this is a bug");
            return false;
        }
    }
    return true;
}

bool bind_file(struct book *book, char why[BOOK_WHY_BYTES])
{
    const struct sheet *sheets = book->sheets;
    size_t count = book->sheet_count;
    uint64_t refused = count_refused(book);
    bool is_kept = finish_rows(book, why);
    bool is_written = is_kept && library_close(book->workbook, why, BOOK_WHY_BYTES);
    if (is_kept)
        book->workbook = NULL;
    if (is_written && refused)
        snprintf(why, BOOK_WHY_BYTES, "%llu cells could not be written",
                 (unsigned long long)refused);
    return is_written && !refused &&
           splice_file(book->framed.path, book->options.path, sheets, count, why, BOOK_WHY_BYTES) &&
           verify_file(book->options.path, sheets, count, book->options.threads, why,
                       BOOK_WHY_BYTES);
}
