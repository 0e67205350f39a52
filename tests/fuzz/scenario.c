/* scenario.c -- one scenario to its line of the results and back */
#include "fuzz.h"

#include "base/text.h"
#include "core/evaluate.h"
#include "report/csv.h"
#include "report/notes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The reader takes an apostrophe off that the writer had not put there; no text of a cell that was
 * read begins so, but an item of a list may. */
static const char *without_apostrophe(const char *text)
{
    return text[0] == '\'' && text[1] && strchr("=+-@\t\r", text[1]) ? text + 1 : text;
}

/* A text is read back, a number is one and read back, only what is not known is empty. */
static void check_cell(const struct result_value *value, const char *name, const char *text)
{
    double number;
    if (value->text)
        fuzz_must(!strcmp(without_apostrophe(value->text), text), name);
    else if (*text)
        fuzz_must(text_number(text, &number) && number == value->number && !signbit(number), name);
    else
        fuzz_must(!(value->number >= 0), name);
}

static void check_line(const struct result *result, const struct fuzz_text *csv)
{
    struct record record;
    struct diag diag = {.out = stderr};
    struct table *table = table_open_memory("f", csv->text, csv->length, NULL, &diag);
    bool is_read = table && table_next(table, &record) == TABLE_RECORD &&
                   table_next(table, &record) == TABLE_RECORD;
    fuzz_must(is_read && record.count == result_column_count, "a line of results is read back");
    for (size_t i = 0; i < record.count; i++) {
        struct result_value value = result_columns[i].value(result);
        check_cell(&value, result_columns[i].name, record.cells[i].text);
    }
    fuzz_must(table_next(table, &record) == TABLE_END, "a scenario has one line");
    table_close(table);
}

static void check_answer(const struct answer *a)
{
    bool has_count = a->status == STATUS_OK && a->placed;
    fuzz_must(!has_count || (a->layout.gpus >= 1 && a->layout.gpus == floor(a->layout.gpus)),
              "a plan has a whole number of GPUs");
    fuzz_must(!(a->gpus_low >= 0 && a->gpus_high >= 0) || a->gpus_low <= a->gpus_high,
              "the low end is not above the high end");
    fuzz_must(a->note_count <= NOTE_MOST, "notes have room");
}

void fuzz_scenario(const struct scenario *scenario, const struct facts *facts)
{
    static const char *const none[] = {NULL};
    struct answer answer;
    char note[NOTES_BYTES];
    size_t bad;
    struct fuzz_text csv;
    struct csv_lines lines = {.length = 0};
    evaluate(&scenario->request, facts, &answer);
    check_answer(&answer);
    struct result result = {scenario, &answer, notes_text(scenario, &answer, note)};
    fuzz_must(strlen(note) < NOTES_BYTES && text_is_utf8(note, strlen(note), &bad),
              "a note is UTF-8");
    fuzz_text_open(&csv);
    csv_header(csv.file, none);
    csv_add_result(&lines, &result, none);
    fwrite(lines.bytes, 1, lines.length, csv.file);
    csv_lines_free(&lines);
    fuzz_text_close(&csv);
    check_line(&result, &csv);
    free(csv.text);
}
