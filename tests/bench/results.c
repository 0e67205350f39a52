/* results.c -- where a sweep's time goes, and its results against their formatting alone
 *
 * results INPUT.csv: up to SCENARIOS of them on one thread, CPU seconds of decoding, evaluating,
 * notes and formatting; then of formatting the same values again from memory into the same bytes
 * with the same routine, as a share of all, and of what the CSV adds: notes and formatting. */
#include "base/text.h"
#include "catalog/catalog.h"
#include "core/evaluate.h"
#include "plan/inputs.h"
#include "report/csv.h"
#include "report/notes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SCENARIOS = 20000, BLOCK = 128, GROUNDS = 48 };
enum { DECODE, EVALUATE, NOTES, FORMAT, STEPS };

struct outcome {
    struct scenario scenario;
    struct answer answer;
    char note[NOTES_BYTES];
};

struct bench {
    const struct facts *facts;
    struct grounds grounds;
    struct outcome *block;
    size_t count;
    size_t bytes;
    double seconds[STEPS];
    struct csv_lines lines;
    struct result_value *cells; /* with texts of their own */
    struct arena arena;
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* A text with the quotes that it needs in the file. */
static const char *quoted(struct arena *arena, const char *text)
{
    char *bytes;
    size_t size;
    FILE *out = open_memstream(&bytes, &size);
    if (!out)
        exit(70);
    csv_text(out, text);
    fclose(out);
    char *copy = arena_text(arena, bytes, size);
    free(bytes);
    return copy;
}

static void keep_cells(struct bench *bench, const struct result *result)
{
    for (size_t i = 0; i < result_column_count; i++) {
        struct result_value value = result_columns[i].value(result);
        if (value.text)
            value.text = quoted(&bench->arena, value.text);
        bench->cells[bench->count * result_column_count + i] = value;
    }
    bench->count++;
}

static void do_block(struct bench *bench, const struct matrix_row *row, uint64_t first,
                     uint64_t count)
{
    static const char *const none[] = {NULL};
    struct outcome *out = bench->block;
    double at[STEPS + 1];
    at[0] = now();
    for (uint64_t i = 0; i < count; i++)
        matrix_scenario(row, first + i, &out[i].scenario);
    at[1] = now();
    for (uint64_t i = 0; i < count; i++)
        evaluate_among(&bench->grounds, &out[i].scenario.request, bench->facts, &out[i].answer);
    at[2] = now();
    for (uint64_t i = 0; i < count; i++)
        notes_text(&out[i].scenario, &out[i].answer, out[i].note);
    at[3] = now();
    bench->lines.length = 0;
    for (uint64_t i = 0; i < count; i++)
        csv_add_result(&bench->lines,
                       &(struct result){&out[i].scenario, &out[i].answer, out[i].note}, none);
    at[4] = now();
    bench->bytes += bench->lines.length;
    for (int i = 0; i < STEPS; i++)
        bench->seconds[i] += at[i + 1] - at[i];
    for (uint64_t i = 0; i < count; i++)
        keep_cells(bench, &(struct result){&out[i].scenario, &out[i].answer, out[i].note});
}

static bool take_row(void *context, const struct matrix_row *row)
{
    struct bench *bench = context;
    for (uint64_t i = 0; i < row->count && bench->count + BLOCK <= SCENARIOS; i += BLOCK)
        do_block(bench, row, i, row->count - i < BLOCK ? row->count - i : BLOCK);
    return true;
}

/* The floor: the same cells, formatted from memory into as many bytes. */
static double format_again(struct bench *bench)
{
    char buffer[TEXT_NUMBER_BYTES];
    char *line = arena_take(&bench->arena, 64 * 1024);
    size_t bytes = 0;
    double start = now();
    for (size_t i = 0; i < bench->count; i++) {
        char *at = line;
        for (size_t j = 0; j < result_column_count; j++) {
            const struct result_value *value = &bench->cells[i * result_column_count + j];
            const char *text = value->text          ? value->text
                               : value->number >= 0 ? text_from_number(value->number, buffer)
                                                    : "";
            size_t length = strlen(text);
            memcpy(at, text, length);
            at += length;
            *at++ = j + 1 < result_column_count ? ',' : '\n';
        }
        bytes += (size_t)(at - line);
    }
    double took = now() - start;
    if (bytes != bench->bytes)
        exit(70);
    return took;
}

int main(int argc, char **argv)
{
    struct facts facts;
    struct arena arena = {0};
    struct lexicon lexicon;
    struct diag diag = {.out = stderr};
    struct input input;
    struct bench bench = {.facts = &facts};
    struct row_visitor visitor = {take_row, NULL, &bench};
    int exit_code;
    if (argc != 2 || !catalog_load(&facts, &arena, NULL, &diag, &exit_code))
        return 64;
    bench.grounds = (struct grounds){.items = arena_array(&arena, GROUNDS, sizeof(struct ground)),
                                     .count = GROUNDS};
    bench.block = arena_array(&arena, BLOCK, sizeof *bench.block);
    bench.cells = arena_array(&arena, SCENARIOS * result_column_count, sizeof *bench.cells);
    if (!lexicon_build(&lexicon, &facts, &arena, &diag) ||
        input_check(&input, argv[1], NULL, &lexicon, &arena, &diag) ||
        !input_visit(&input, &visitor, &bench.arena, &diag))
        return 65;
    double all = 0;
    for (int i = 0; i < STEPS; i++)
        all += bench.seconds[i];
    double again = format_again(&bench);
    printf("%zu %.1f %.0f %.0f %.0f %.0f %.3f %.3f\n", bench.count, (double)bench.bytes / 1048576,
           100 * bench.seconds[DECODE] / all, 100 * bench.seconds[EVALUATE] / all,
           100 * bench.seconds[NOTES] / all, 100 * bench.seconds[FORMAT] / all, again / all,
           again / (bench.seconds[NOTES] + bench.seconds[FORMAT]));
    return 0;
}
