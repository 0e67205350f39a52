/* alike.c -- a table read in several ways gives the same records and faults */
#include "fuzz.h"

#include "base/text.h"
#include "report/csv.h"

#include <stdlib.h>
#include <string.h>

struct story {
    struct fuzz_text cells;
    struct fuzz_text messages;
    struct fuzz_text csv; /* the records again, as our own writer writes them */
    enum table_step step;
    size_t columns;
    size_t faults;
    unsigned long long hash;
};

static void check_place(const struct record *record, size_t index)
{
    struct place place = record_place(record, index);
    fuzz_must(place.line >= record->line && place.column > 0, "a place is in its record");
    fuzz_must(place.echo >= record->raw &&
                  place.echo + place.echo_length <= record->raw + record->raw_length,
              "an echo is of its record");
}

/* A first column of our own keeps a lone cell from being a `sep=` line or a byte order mark. */
static void tell_record(struct story *story, const struct record *record)
{
    size_t bad;
    story->columns = story->columns ? story->columns : record->count;
    fuzz_must(record->count == story->columns, "records have as many cells as the header");
    fprintf(story->cells.file, "%zu", record->line);
    fputs("k", story->csv.file);
    for (size_t i = 0; i < record->count; i++) {
        const struct cell *cell = &record->cells[i];
        fuzz_must(strlen(cell->text) == cell->length, "a cell has no NUL");
        fuzz_must(text_is_utf8(cell->text, cell->length, &bad), "a cell is UTF-8");
        fprintf(story->cells.file, "[%s]", cell->text);
        putc(',', story->csv.file);
        csv_text(story->csv.file, cell->text);
    }
    putc('\n', story->cells.file);
    putc('\n', story->csv.file);
    check_place(record, 0);
    check_place(record, record->count - 1);
    check_place(record, record->count);
}

static void tell_all(struct story *story, struct table *table, struct diag *diag)
{
    struct record record;
    for (;;) {
        size_t before = diag->faults;
        story->step = table_next(table, &record);
        bool is_good = story->step == TABLE_RECORD || story->step == TABLE_END;
        fuzz_must(is_good == (diag->faults == before), "every fault is reported");
        if (story->step == TABLE_END || story->step == TABLE_BROKEN)
            break;
        if (story->step == TABLE_RECORD)
            tell_record(story, &record);
    }
    story->faults = diag->faults;
    story->hash = table_hash(table);
}

static void check_messages(const char *text)
{
    size_t bad;
    fuzz_must(text_is_utf8(text, strlen(text), &bad), "messages are UTF-8");
    for (; *text; text++)
        fuzz_must(*text == '\n' || (unsigned char)*text >= ' ', "messages have no controls");
}

static void open_story(struct story *story)
{
    *story = (struct story){.step = TABLE_BROKEN};
    fuzz_text_open(&story->cells);
    fuzz_text_open(&story->messages);
    fuzz_text_open(&story->csv);
}

static void close_story(struct story *story)
{
    fuzz_text_close(&story->cells);
    fuzz_text_close(&story->messages);
    fuzz_text_close(&story->csv);
    check_messages(story->messages.text);
}

static void free_story(struct story *story)
{
    free(story->cells.text);
    free(story->messages.text);
    free(story->csv.text);
}

/* `again`: reads up to the header, goes back, and then tells all. */
static void read_story(struct story *story, const char *bytes, size_t length,
                       const struct table_options *options, bool again)
{
    open_story(story);
    struct diag diag = {.out = NULL};
    struct table *table = table_open_memory("f", bytes, length, options, &diag);
    if (table) {
        struct record record;
        if (again) {
            table_next(table, &record);
            table_next(table, &record);
            fuzz_must(table_rewind(table), "memory can be read again");
        }
        diag = (struct diag){.out = story->messages.file};
        tell_all(story, table, &diag);
        table_close(table);
    }
    close_story(story);
}

static void check_alike(const struct story *a, const struct story *b)
{
    fuzz_must(a->step == b->step && a->faults == b->faults, "chunks change no fault");
    fuzz_must(!strcmp(a->cells.text, b->cells.text), "chunks change no cell");
    fuzz_must(!strcmp(a->messages.text, b->messages.text), "chunks change no message");
    if (a->step == TABLE_END)
        fuzz_must(a->hash == b->hash, "chunks change no hash");
}

/* Behind the line number and the column of our own. */
static void check_written(const struct story *story)
{
    struct story back;
    struct record record;
    struct diag diag = {.out = NULL};
    struct table *table = table_open_memory("f", story->csv.text, story->csv.length, NULL, &diag);
    const char *told = story->cells.text;
    open_story(&back);
    while (table && table_next(table, &record) == TABLE_RECORD) {
        told += strspn(told, "0123456789");
        for (size_t i = 1; i < record.count; i++) {
            size_t cell = record.cells[i].length;
            fuzz_must(*told == '[' && !memcmp(told + 1, record.cells[i].text, cell) &&
                          told[cell + 1] == ']',
                      "what is written is read back");
            told += cell + 2;
        }
        fuzz_must(*told++ == '\n', "what is written is read back");
    }
    fuzz_must(!*told && !diag.faults, "all that is written is read back");
    if (table)
        table_close(table);
    close_story(&back);
    free_story(&back);
}

void fuzz_read_alike(const char *bytes, size_t length, const char *encoding)
{
    struct story whole;
    struct story parts;
    struct story again;
    struct table_options options = {.encoding = encoding};
    read_story(&whole, bytes, length, &options, false);
    options.chunk = 1 + length % 7;
    read_story(&parts, bytes, length, &options, false);
    read_story(&again, bytes, length, &options, true);
    check_alike(&whole, &parts);
    check_alike(&whole, &again);
    if (*whole.csv.text)
        check_written(&whole);
    free_story(&whole);
    free_story(&parts);
    free_story(&again);
}
