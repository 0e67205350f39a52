/* reading.c -- a CSV file through the table reader, against libcsv's own bulk parse: reading FILE
 *
 * Both touch every cell: libcsv is fed blocks of 64 KiB and counts cells and bytes, the reader
 * hands over checked records. In turn, CPU seconds, best of ROUNDS each. Then, once, what a plan
 * does with the file before it computes: all of it checked, read again, and decoded to scenarios.
 * rows, MiB, reader seconds, libcsv seconds, the reader's share of libcsv's throughput, seconds of
 * checking, of reading again and decoding. */
#include "catalog/catalog.h"
#include "plan/inputs.h"
#include "table/table.h"

#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 7, BLOCK_BYTES = 64 * 1024 };

struct counts {
    size_t rows;
    size_t cells;
    size_t bytes;
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void count_cell(void *bytes, size_t length, void *context)
{
    struct counts *counts = context;
    (void)bytes;
    counts->cells++;
    counts->bytes += length;
}

static void count_row(int end, void *context)
{
    (void)end;
    ((struct counts *)context)->rows++;
}

static struct counts read_bulk(const char *path)
{
    static char block[BLOCK_BYTES];
    struct counts counts = {0};
    struct csv_parser parser;
    FILE *in = fopen(path, "rb");
    if (!in || csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL))
        exit(66);
    for (size_t count; (count = fread(block, 1, sizeof block, in)) > 0;)
        if (csv_parse(&parser, block, count, count_cell, count_row, &counts) != count)
            exit(65);
    csv_fini(&parser, count_cell, count_row, &counts);
    csv_free(&parser);
    fclose(in);
    return counts;
}

static struct counts read_table(const char *path)
{
    struct counts counts = {0};
    struct diag diag = {.out = stderr};
    struct record record;
    int exit_code;
    struct table *table = table_open(path, NULL, &diag, &exit_code);
    if (!table)
        exit(exit_code);
    while (table_next(table, &record) == TABLE_RECORD) {
        counts.rows++;
        counts.cells += record.count;
        for (size_t i = 0; i < record.count; i++)
            counts.bytes += record.cells[i].length;
    }
    table_close(table);
    return counts;
}

struct decoded {
    struct arena rows;
    struct scenario scenario;
    size_t count;
};

static bool decode_row(void *context, const struct matrix_row *row)
{
    struct decoded *decoded = context;
    for (uint64_t i = 0; i < row->count; i++)
        matrix_scenario(row, i, &decoded->scenario);
    decoded->count += row->count;
    arena_reset(&decoded->rows);
    return true;
}

/* Sets the seconds of both passes. */
static void read_scenarios(const char *path, double seconds[2])
{
    struct facts facts;
    struct arena arena = {0};
    struct lexicon lexicon;
    struct diag diag = {.out = stderr};
    struct input input;
    struct decoded decoded = {.count = 0};
    struct row_visitor visitor = {decode_row, NULL, &decoded};
    int exit_code;
    if (!catalog_load(&facts, &arena, NULL, &diag, &exit_code) ||
        !lexicon_build(&lexicon, &facts, &arena, &diag))
        exit(70);
    double start = now();
    if (input_check(&input, path, NULL, &lexicon, &arena, &diag))
        exit(65);
    double middle = now();
    if (!input_visit(&input, &visitor, &decoded.rows, &diag) || decoded.count != input.scenarios)
        exit(65);
    seconds[0] = middle - start;
    seconds[1] = now() - middle;
    input_close(&input);
    arena_free(&decoded.rows);
    arena_free(&arena);
}

static double least(double a, double b)
{
    return a < b ? a : b;
}

int main(int argc, char **argv)
{
    double ours = 1e9;
    double bare = 1e9;
    struct counts a = {0};
    struct counts b = {0};
    for (int i = 0; argc > 1 && i < ROUNDS; i++) {
        double start = now();
        a = read_table(argv[1]);
        double middle = now();
        b = read_bulk(argv[1]);
        ours = least(ours, middle - start);
        bare = least(bare, now() - middle);
    }
    if (a.rows != b.rows || a.cells != b.cells || a.bytes != b.bytes)
        return 70;
    double scenarios[2];
    read_scenarios(argv[1], scenarios);
    printf("%zu %.1f %.4f %.4f %.3f %.3f %.3f\n", a.rows, (double)a.bytes / 1048576, ours, bare,
           bare / ours, scenarios[0], scenarios[1]);
    return 0;
}
