/* test_table.c -- CSV files as people have them, and every fault with its place
 *
 * Records are compared as text: `1[a][b]` is a record of line 1 with two cells. */
#include "base/exit.h"
#include "table/table.h"

#include "random.h"

#include <CUnit/Basic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void suite_table(void);

struct outcome {
    char *cells;
    char *messages;
    enum table_step step; /* the last */
    size_t faults;
    unsigned long long hash;
};

static FILE *memory_file(char **text, size_t *size)
{
    FILE *file = open_memstream(text, size);
    if (!file)
        abort();
    return file;
}

static enum table_step read_records(struct table *table, FILE *out)
{
    struct record record;
    enum table_step step;
    size_t columns = 0;
    while ((step = table_next(table, &record)) == TABLE_RECORD || step == TABLE_FAULT) {
        if (step == TABLE_FAULT)
            continue;
        columns = columns ? columns : record.count;
        CU_ASSERT_EQUAL(record.count, columns);
        fprintf(out, "%zu", record.line);
        for (size_t i = 0; i < record.count; i++) {
            CU_ASSERT_EQUAL(strlen(record.cells[i].text), record.cells[i].length);
            fprintf(out, "[%s]", record.cells[i].text);
        }
        putc('\n', out);
    }
    return step;
}

static struct outcome read_all(const char *bytes, size_t length,
                               const struct table_options *options)
{
    struct outcome outcome = {0};
    size_t sizes[2];
    FILE *cells = memory_file(&outcome.cells, &sizes[0]);
    struct diag diag = {.out = memory_file(&outcome.messages, &sizes[1])};
    struct table *table = table_open_memory("f.csv", bytes, length, options, &diag);
    outcome.step = TABLE_BROKEN;
    if (table) {
        outcome.step = read_records(table, cells);
        outcome.hash = table_hash(table);
        table_close(table);
    }
    outcome.faults = diag.faults;
    fclose(cells);
    fclose(diag.out);
    return outcome;
}

static void outcome_free(struct outcome *outcome)
{
    free(outcome->cells);
    free(outcome->messages);
}

static void expect_text(const char *got, const char *want)
{
    if (strcmp(got, want) != 0)
        printf("\n--- got\n%s\n--- want\n%s\n", got, want);
    CU_ASSERT_STRING_EQUAL(got, want);
}

static void expect_bytes(const char *bytes, size_t length, const char *encoding, const char *cells)
{
    struct table_options options = {.encoding = encoding};
    struct outcome outcome = read_all(bytes, length, &options);
    expect_text(outcome.cells, cells);
    expect_text(outcome.messages, "");
    CU_ASSERT_EQUAL(outcome.step, TABLE_END);
    outcome_free(&outcome);
}

static void expect_cells(const char *text, const char *cells)
{
    expect_bytes(text, strlen(text), NULL, cells);
}

#define EXPECT_BYTES(literal, encoding, cells) \
    expect_bytes(literal, sizeof(literal) - 1, encoding, cells)

static void line_ends_and_blank_lines(void)
{
    expect_cells("a,b\n1,2\n", "1[a][b]\n2[1][2]\n");
    expect_cells("a,b\n1,2", "1[a][b]\n2[1][2]\n");
    expect_cells("a,b\r\n1,2\r\n", "1[a][b]\n2[1][2]\n");
    expect_cells("a,b\r1,2\r", "1[a][b]\n2[1][2]\n");
    expect_cells("\n\r\n  \n,\na,b\n\n,,,,\n\"\",\n1,2\n\n", "5[a][b]\n9[1][2]\n");
    expect_cells("a\n\"x\ny\"\n\"p\r\nq\"\r\nz\n", "1[a]\n2[x\ny]\n4[p\r\nq]\n6[z]\n");
}

static void cells_are_split(void)
{
    expect_cells("a,b\n \tx y\t , z\n", "1[a][b]\n2[x y][z]\n");
    expect_cells("a,b\n \" x \" ,\"\"\"q\"\"\"\n", "1[a][b]\n2[ x ][\"q\"]\n");
    expect_cells("a,b\n\"1,5\",\n", "1[a][b]\n2[1,5][]\n");
}

static void apostrophe_is_taken_off(void)
{
    expect_cells("a,b,c\n'=1+1,'-x,'@y\n'plain,'','\n",
                 "1[a][b][c]\n2[=1+1][-x][@y]\n3['plain][''][']\n");
    expect_cells("a,b\n\"'+1\",\"'\ty\"\n", "1[a][b]\n2[+1][\ty]\n");
}

static bool is_known(const void *context, const char *name)
{
    (void)context;
    return strcmp(name, "model") == 0 || strcmp(name, "gpu") == 0;
}

static void expect_sniffed(const char *text, char delimiter)
{
    struct diag diag = {0};
    struct table_options options = {.is_column = is_known};
    struct table *table = table_open_memory("f.csv", text, strlen(text), &options, &diag);
    CU_ASSERT_PTR_NOT_NULL_FATAL(table);
    struct record record = {0};
    CU_ASSERT_EQUAL(table_next(table, &record), TABLE_RECORD);
    CU_ASSERT_EQUAL(record.delimiter, delimiter);
    CU_ASSERT(table_rewind(table));
    CU_ASSERT_EQUAL(table_next(table, &record), TABLE_RECORD);
    CU_ASSERT_EQUAL(record.delimiter, delimiter);
    table_close(table);
}

static void delimiter_is_sniffed(void)
{
    expect_sniffed("model,gpu\n", ',');
    expect_sniffed("model;gpu\n", ';');
    expect_sniffed("model\tgpu\n", '\t');
    expect_sniffed("model;\"a,b,c\";gpu\n", ';');
    expect_sniffed("x,y;model;z,w,v\n", ';');
    expect_sniffed("x;y;z,w\n", ';');
    expect_sniffed("x;y,z\n", ',');
    expect_sniffed("one\n", ',');
    expect_sniffed(";;;\n\nmodel;gpu\n", ';');
    expect_sniffed(";;;\n,\nmodel,gpu\n", ',');
    expect_sniffed("sep=;\na,b,model,gpu\n", ';');
    expect_sniffed("\"sep=|\"\r\nmodel|gpu\n", '|');
    expect_cells("a\tb\tc\n1\t\t3\n", "1[a][b][c]\n2[1][][3]\n");
    expect_cells("sep=;\na;b\n1,5;2\n", "2[a][b]\n3[1,5][2]\n");
    expect_cells("\xef\xbb\xbfSEP=\t\na\tb\n", "2[a][b]\n");
    expect_cells("sep=\nx\n", "1[sep=]\n2[x]\n");
    expect_cells("sep=ab\nx\n", "1[sep=ab]\n2[x]\n");
}

static void encodings_are_read(void)
{
    const char *korean = "1[\xec\x9d\xb4\xeb\xa6\x84][b]\n2[\xea\xb0\x80][2]\n";
    EXPECT_BYTES("\xec\x9d\xb4\xeb\xa6\x84,b\n\xea\xb0\x80,2\n", NULL, korean);
    EXPECT_BYTES("\xef\xbb\xbf\"\xec\x9d\xb4\xeb\xa6\x84\",b\n\xea\xb0\x80,2\n", NULL, korean);
    EXPECT_BYTES("\xef\xbb\xbf\xec\x9d\xb4\xeb\xa6\x84,b\n\xea\xb0\x80,2\n", "CP949", korean);
    EXPECT_BYTES("\xc0\xcc\xb8\xa7,b\n\xb0\xa1,2\n", "CP949", korean);
    EXPECT_BYTES("\xc0\xcc\xb8\xa7,b\n\xb0\xa1,2\n", "euc-kr", korean);
    EXPECT_BYTES("\xff\xfe\x74\xc7\x84\xb9\t\0b\0\r\0\n\0\0\xac\t\0002\0\r\0\n\0", NULL, korean);
    EXPECT_BYTES("\xfe\xff\xc7\x74\xb9\x84\0,\0b\0\n\xac\0\0,\0002", NULL, korean);
    EXPECT_BYTES("\x74\xc7\x84\xb9,\0b\0\n\0\0\xac,\0002\0", "UTF-16LE", korean);
    EXPECT_BYTES("\xff\xfe\0\0a\0\0\0,\0\0\0b\0\0\0", NULL, "1[a][b]\n");
    EXPECT_BYTES("a\n\xc3\xbc\n", "utf8", "1[a]\n2[\xc3\xbc]\n");
    EXPECT_BYTES("a\n\xfc\n", "ISO-8859-1", "1[a]\n2[\xc3\xbc]\n");
    EXPECT_BYTES("\xff\xfe=\xd8\0\xde\n\0x\0", NULL, "1[\xf0\x9f\x98\x80]\n2[x]\n");
}

/* Every fault: the bytes, the options' encoding, the whole message, what could still be read. */
struct fault_case {
    const char *bytes;
    size_t length;
    const char *encoding;
    const char *message;
    const char *cells;
};

#define CASE(literal, encoding, message, cells) \
    { \
        literal, sizeof(literal) - 1, encoding, message, cells \
    }

static const struct fault_case fault_cases[] = {
    CASE("", NULL, "f.csv: error: the file is empty; expected a header and rows\n", ""),
    CASE("\xef\xbb\xbf", NULL, "f.csv: error: the file is empty; expected a header and rows\n", ""),
    CASE("\n \r\n,,\n", NULL, "f.csv: error: only blank lines; expected a header and rows\n", ""),
    CASE("a,b\n1,2\nx\0y,3\n4,5\n", NULL,
         "f.csv:3:2: error: NUL byte in the text; if the file is UTF-16, try --encoding "
         "UTF-16LE\n    3 | x\n      |  ^\n",
         "1[a][b]\n2[1][2]\n"),
    CASE("a,b\nx\xff,2\n3,4\n", NULL,
         "f.csv:2:2: error: byte 0xff is not UTF-8; save the file as UTF-8, or name its "
         "encoding with --encoding\n    2 | x?,2\n      |  ^\n",
         "1[a][b]\n3[3][4]\n"),
    CASE("a,b\n1,Z\xfcrich\n3,4\n", NULL,
         "f.csv:2:4: error: byte 0xfc is not UTF-8; save the file as UTF-8, or name its "
         "encoding with --encoding\n    2 | 1,Z?rich\n      |    ^\n",
         "1[a][b]\n3[3][4]\n"),
    CASE("a,b\n1,\xb0\xa1\xb3\xaa\n3,4\n", NULL,
         "f.csv:2:3: error: not UTF-8; the bytes are valid CP949, the encoding of Korean "
         "Excel: try --encoding CP949\n    2 | 1,????\n      |   ^\n",
         "1[a][b]\n"),
    CASE("a,\xea\xb0\x80\n1,\xb0\xa1\n3,4\n", NULL, /* not CP949: UTF-8 was seen before */
         "f.csv:2:3: error: byte 0xb0 is not UTF-8; save the file as UTF-8, or name its "
         "encoding with --encoding\n    2 | 1,??\n      |   ^\n",
         "1[a][\xea\xb0\x80]\n3[3][4]\n"),
    CASE("\xff\xfe\x61\0\n\0x", NULL,
         "f.csv:2:1: error: the file ends in the middle of a UTF-16LE character; is it "
         "complete?\n    2 | \n      | ^\n",
         "1[a]\n"),
    CASE("\xff\xfe\x61\0\n\0x\0\0\xd8y\0", NULL,
         "f.csv:2:2: error: not UTF-16LE from here; is that the file's encoding?\n"
         "    2 | x\n      |  ^\n",
         "1[a]\n"),
    CASE("a\n1\nx\xff\n", "CP949",
         "f.csv:3:2: error: not CP949 from here; is that the file's encoding?\n"
         "    3 | x\n      |  ^\n",
         "1[a]\n2[1]\n"),
    CASE("a\n", "klingon", "f.csv: error: unknown encoding \"klingon\"; see `iconv -l`\n", ""),
    CASE("a\n", "CP949//IGNORE",
         "f.csv: error: unknown encoding \"CP949//IGNORE\"; see `iconv -l`\n", ""),
    CASE("a\n", "", "f.csv: error: unknown encoding \"\"; see `iconv -l`\n", ""),
    CASE("a,b\n1,\"x\ny\n", NULL,
         "f.csv:2:3: error: this quote is never closed\n    2 | 1,\"x\n      |   ^\n", "1[a][b]\n"),
    CASE("a,b\n\"p\nq\",\"x\" y\n3,4\n", NULL,
         "f.csv:3:8: error: text after a closing quote; write \"\" for a quote inside a cell\n"
         "    3 | q\",\"x\" y\n      |        ^\n",
         "1[a][b]\n4[3][4]\n"),
    CASE("a,b\n1,x\"y\"\n3,4\n", NULL,
         "f.csv:2:4: error: quote inside an unquoted cell; put quotes around the cell and "
         "write \"\" for a quote in it\n    2 | 1,x\"y\"\n      |    ^\n",
         "1[a][b]\n3[3][4]\n"),
    CASE("a,b\"\n1,2\n", NULL,
         "f.csv:1:4: error: quote inside an unquoted cell; put quotes around the cell and "
         "write \"\" for a quote in it\n    1 | a,b\"\n      |    ^\n",
         ""),
    CASE("a,b\n1\n1,2,345\n3,4\n", NULL,
         "f.csv:2:2: error: found 1 cell, the header has 2\n    2 | 1\n      |  ^\n"
         "f.csv:3:5: error: found 3 cells, the header has 2\n"
         "    3 | 1,2,345\n      |     ^~~\n",
         "1[a][b]\n4[3][4]\n"),
};

static void faults_have_places(void)
{
    for (size_t i = 0; i < sizeof fault_cases / sizeof *fault_cases; i++) {
        struct table_options options = {.encoding = fault_cases[i].encoding};
        for (options.chunk = 0; options.chunk < 4; options.chunk++) {
            struct outcome outcome =
                read_all(fault_cases[i].bytes, fault_cases[i].length, &options);
            expect_text(outcome.messages, fault_cases[i].message);
            expect_text(outcome.cells, fault_cases[i].cells);
            outcome_free(&outcome);
        }
    }
}

static void too_many_columns(void)
{
    static const size_t counts[] = {TABLE_COLUMNS, TABLE_COLUMNS + 1};
    char header[2 * (TABLE_COLUMNS + 1) + 1];
    for (size_t i = 0; i < 2; i++) {
        for (size_t k = 0; k < counts[i]; k++)
            header[2 * k] = 'a', header[2 * k + 1] = ',';
        struct table_options options = {.is_column = is_known};
        struct outcome outcome = read_all(header, 2 * counts[i] - 1, i ? &options : NULL);
        CU_ASSERT_EQUAL(outcome.faults, i);
        CU_ASSERT_EQUAL(outcome.step, i ? TABLE_BROKEN : TABLE_END);
        const char *want = "f.csv:1:8193: error: found 4097 columns; at most 4096 can be read\n";
        CU_ASSERT_EQUAL(strncmp(outcome.messages, i ? want : "", i ? strlen(want) : 1), 0);
        outcome_free(&outcome);
    }
}

/* A header, then `length` letters between `before` and `more`. */
static struct outcome read_long_cell(size_t length, const char *before, const char *more)
{
    char *text = malloc(length + 100);
    if (!text)
        abort();
    size_t used = (size_t)sprintf(text, "a\n%s", before);
    memset(text + used, 'x', length);
    used += length;
    used += (size_t)sprintf(text + used, "%s", more);
    struct outcome outcome = read_all(text, used, NULL);
    free(text);
    return outcome;
}

static void long_records(void)
{
    struct outcome fits = read_long_cell(TABLE_RECORD_BYTES, "", "\n");
    CU_ASSERT_EQUAL(fits.faults, 0);
    CU_ASSERT_EQUAL(strlen(fits.cells), TABLE_RECORD_BYTES + strlen("1[a]\n2[]\n"));
    outcome_free(&fits);
    struct outcome over = read_long_cell(TABLE_RECORD_BYTES + 1, "", "\nb\n");
    const char *want = "f.csv:2: error: record longer than 1 MiB; is a quote left open?\n";
    CU_ASSERT_EQUAL(strncmp(over.messages, want, strlen(want)), 0);
    CU_ASSERT_EQUAL(over.step, TABLE_BROKEN);
    outcome_free(&over);
    struct outcome open = read_long_cell(2 * TABLE_RECORD_BYTES, "b\n \"\n", "\n");
    expect_text(open.messages, "f.csv:3:2: error: record longer than 1 MiB; is a quote left open?\n"
                               "    3 |  \"\n      |  ^\n");
    expect_text(open.cells, "1[a]\n2[b]\n");
    outcome_free(&open);
}

/* Longer than what is kept in memory: a quoted cell ends where it ends, not with the file. */
static void long_files_of_quoted_cells(void)
{
    static const char row[] = "\"x, y\",\"1\n2\"\n";
    const size_t length = sizeof row - 1;
    const size_t rows = 2 * TABLE_RECORD_BYTES / length;
    char *text = malloc(rows * length);
    if (!text)
        abort();
    for (size_t i = 0; i < rows; i++)
        memcpy(text + i * length, row, length);
    struct outcome outcome = read_all(text, rows * length, NULL);
    expect_text(outcome.messages, "");
    CU_ASSERT_EQUAL(outcome.step, TABLE_END);
    char last[64];
    int size = snprintf(last, sizeof last, "%zu[x, y][1\n2]\n", 2 * rows - 1);
    CU_ASSERT(strlen(outcome.cells) > (size_t)size);
    expect_text(outcome.cells + strlen(outcome.cells) - (size_t)size, last);
    outcome_free(&outcome);
    free(text);
}

struct sample {
    const char *bytes;
    size_t length;
};

#define SAMPLE(literal) \
    { \
        literal, sizeof(literal) - 1 \
    }

static const struct sample samples[] = {
    SAMPLE("\xef\xbb\xbfmodel,\"g \"\"p\"\"u\",x\r\n\r\n \"a\r\nb\" "
           ",\xec\x9d\xb4\xeb\xa6\x84,3\r\n,,\r\n4,5,6"),
    SAMPLE("sep=;\ra;b\r'=1;2\r\"x\ry\";\r"),
    SAMPLE("\xff\xfe"
           "a\0\t\0b\0\r\0\n\0\0\xac\t\0=\xd8\0\xde\n\0\"\0\n\0\"\0\t\0\n\0"),
    SAMPLE("a,b\n1\n2,x\"y\n\"p\"q,3\n4,\xff\n5,6\n"),
};

/* Chunk boundaries anywhere change nothing: cells, lines, messages, hash. */
static void split_at_every_byte(void)
{
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct outcome whole = read_all(samples[i].bytes, samples[i].length, NULL);
        CU_ASSERT_EQUAL(whole.step, TABLE_END);
        struct table_options options = {.chunk = 1};
        for (; options.chunk <= samples[i].length; options.chunk++) {
            struct outcome parts = read_all(samples[i].bytes, samples[i].length, &options);
            expect_text(parts.cells, whole.cells);
            expect_text(parts.messages, whole.messages);
            CU_ASSERT_EQUAL(parts.hash, whole.hash);
            outcome_free(&parts);
        }
        outcome_free(&whole);
    }
}

/* Text of a few bytes that matter: records of about two cells, most of them good. */
static size_t draw_text(struct dice *dice, char *text, size_t most)
{
    static const char *const pieces[] = {
        "1,2\n",
        "ab , c\r\n",
        "\n",
        " \t\n",
        ",\n",
        "x,\xec\x9d\xb4\n",
        "3,'=4\r",
        "\t5,6 \n",
        "\"a\n\"\"b\",7\n",
        "8\n",
        "9,9,9\n",
        ",\t\n",
        "\r\n",
        "\xff,1\n",
        "a\"b,1\n",
        "long enough,12345\n",
    };
    const size_t rare = 9; /* the pieces from here are quoted or faults */
    size_t length = (size_t)sprintf(text, "a,b\n");
    size_t size = dice_below(dice, most - 64);
    bool is_plain = dice_chance(dice, 50);
    while (length < size) {
        size_t count = sizeof pieces / sizeof *pieces;
        size_t piece = dice_below(dice, is_plain || dice_chance(dice, 95) ? rare - 1 : count);
        length += (size_t)sprintf(text + length, "%s", pieces[piece]);
    }
    return length;
}

/* Records without quotes are split many at a time, but byte by byte they come one by one. */
static void many_or_one_at_a_time(void)
{
    struct dice dice = {20260801};
    char text[20000];
    for (size_t i = 0; i < 200; i++) {
        size_t length = draw_text(&dice, text, i % 2 ? sizeof text : 300);
        struct table_options single = {.chunk = 1};
        struct outcome many = read_all(text, length, NULL);
        struct outcome one = read_all(text, length, &single);
        expect_text(many.cells, one.cells);
        expect_text(many.messages, one.messages);
        CU_ASSERT_EQUAL(many.step, one.step);
        CU_ASSERT_EQUAL(many.faults, one.faults);
        outcome_free(&many);
        outcome_free(&one);
    }
}

/* A run as full as can be: every byte a cell, every second byte a row. */
static void full_runs(void)
{
    static const char *const records[] = {"a\n", "a,\n", "\n", "b\r\n", ","};
    for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
        char text[3 * TABLE_COLUMNS];
        size_t length = (size_t)sprintf(text, strchr(records[i], ',') ? "a,b\n" : "a\n");
        while (length + 8 < sizeof text)
            length += (size_t)sprintf(text + length, "%s", records[i]);
        length += (size_t)sprintf(text + length, "\n");
        struct table_options single = {.chunk = 1};
        struct outcome many = read_all(text, length, NULL);
        struct outcome one = read_all(text, length, &single);
        expect_text(many.cells, one.cells);
        expect_text(many.messages, one.messages);
        outcome_free(&many);
        outcome_free(&one);
    }
}

/* A part either has a fault or gives records of the header's width (asserted in read_records), and
 * all lines but the last are those of the whole. */
static void truncated_at_every_byte(void)
{
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct outcome whole = read_all(samples[i].bytes, samples[i].length, NULL);
        for (size_t length = 0; length < samples[i].length; length++) {
            char *exact = malloc(length + 1);
            if (!exact)
                abort();
            memcpy(exact, samples[i].bytes, length);
            struct outcome part = read_all(exact, length, NULL);
            char *last = part.cells + strlen(part.cells);
            while (last > part.cells && (last[-1] == '\n' || last[-1] == ']'))
                last--;
            while (last > part.cells &&
                   !(last[-1] == '\n' && last > part.cells + 1 && last[-2] == ']'))
                last--;
            CU_ASSERT_EQUAL(strncmp(part.cells, whole.cells, (size_t)(last - part.cells)), 0);
            CU_ASSERT_EQUAL(part.faults > 0, *part.messages != '\0');
            CU_ASSERT(part.step == TABLE_END || part.faults > 0);
            outcome_free(&part);
            free(exact);
        }
        outcome_free(&whole);
    }
}

static void rewinds_and_notices_a_change(void)
{
    char text[] = "a,b\n1,2\n3,4\n5,6\n7,8\n9,0\n1,2\n3,4\n5,6\n7,8\n9,0\n";
    struct diag diag = {0};
    struct table *table = table_open_memory("f.csv", text, strlen(text), NULL, &diag);
    CU_ASSERT_PTR_NOT_NULL_FATAL(table);
    unsigned long long hashes[3];
    for (size_t pass = 0; pass < 3; pass++) {
        struct record record;
        size_t count = 0;
        while (table_next(table, &record) == TABLE_RECORD)
            count++;
        CU_ASSERT_EQUAL(count, 11);
        hashes[pass] = table_hash(table);
        if (pass == 1)
            text[strlen(text) - 2] = '9';
        CU_ASSERT(table_rewind(table));
    }
    CU_ASSERT_EQUAL(hashes[0], hashes[1]);
    CU_ASSERT_NOT_EQUAL(hashes[1], hashes[2]);
    table_close(table);
}

static void expect_not_opened(const char *path, const char *encoding, int want_code,
                              const char *message)
{
    char *text = NULL;
    size_t size = 0;
    struct diag diag = {.out = memory_file(&text, &size)};
    struct table_options options = {.encoding = encoding};
    int code = -1;
    CU_ASSERT_PTR_NULL(table_open(path, &options, &diag, &code));
    CU_ASSERT_EQUAL(code, want_code);
    fclose(diag.out);
    expect_text(text, message);
    free(text);
}

static void files_that_do_not_open(void)
{
    expect_not_opened("no/such/file.csv", NULL, EXIT_NO_INPUT,
                      "no/such/file.csv: error: cannot open: No such file or directory\n");
    expect_not_opened(".", NULL, EXIT_NO_INPUT, ".: error: is a directory; name a CSV file\n");
    expect_not_opened("/dev/null", "x-none", EXIT_USAGE,
                      "/dev/null: error: unknown encoding \"x-none\"; see `iconv -l`\n");
}

/* A pipe is read twice through its spool, also when the first pass stopped early. */
static void pipe_is_read_twice(void)
{
    int ends[2];
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    static const char text[] = "a,b\n1,2\n3,4\n";
    CU_ASSERT_EQUAL(write(ends[1], text, strlen(text)), (ssize_t)strlen(text));
    close(ends[1]);
    char path[64];
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    struct diag diag = {0};
    struct table_options options = {.chunk = 5};
    int code = 0;
    struct table *table = table_open(path, &options, &diag, &code);
    close(ends[0]);
    CU_ASSERT_PTR_NOT_NULL_FATAL(table);
    struct record record;
    CU_ASSERT_EQUAL(table_next(table, &record), TABLE_RECORD);
    for (int pass = 0; pass < 2; pass++) {
        CU_ASSERT(table_rewind(table));
        char *cells = NULL;
        size_t size = 0;
        FILE *out = memory_file(&cells, &size);
        CU_ASSERT_EQUAL(read_records(table, out), TABLE_END);
        fclose(out);
        expect_text(cells, "1[a][b]\n2[1][2]\n3[3][4]\n");
        free(cells);
    }
    CU_ASSERT(!table_read_failed(table));
    table_close(table);
}

/* A file that opens and cannot be read stays so. */
static void reading_that_failed(void)
{
    struct diag diag = {0};
    struct record record;
    int code = 0;
    if (access("/proc/self/mem", R_OK))
        return;
    struct table *table = table_open("/proc/self/mem", NULL, &diag, &code);
    CU_ASSERT_PTR_NOT_NULL_FATAL(table);
    CU_ASSERT_EQUAL(table_next(table, &record), TABLE_BROKEN);
    CU_ASSERT_EQUAL(table_next(table, &record), TABLE_BROKEN);
    CU_ASSERT(table_read_failed(table));
    CU_ASSERT(!table_rewind(table));
    CU_ASSERT_EQUAL(diag.faults, 2); /* of reading and of going back */
    table_close(table);
}

void suite_table(void)
{
    CU_pSuite suite = CU_add_suite("table", NULL, NULL);
    CU_add_test(suite, "line ends and blank lines", line_ends_and_blank_lines);
    CU_add_test(suite, "cells are split", cells_are_split);
    CU_add_test(suite, "the apostrophe is taken off", apostrophe_is_taken_off);
    CU_add_test(suite, "the delimiter is sniffed", delimiter_is_sniffed);
    CU_add_test(suite, "encodings are read", encodings_are_read);
    CU_add_test(suite, "faults have places", faults_have_places);
    CU_add_test(suite, "too many columns", too_many_columns);
    CU_add_test(suite, "long files of quoted cells", long_files_of_quoted_cells);
    CU_add_test(suite, "long records", long_records);
    CU_add_test(suite, "split at every byte", split_at_every_byte);
    CU_add_test(suite, "many or one at a time", many_or_one_at_a_time);
    CU_add_test(suite, "full runs", full_runs);
    CU_add_test(suite, "truncated at every byte", truncated_at_every_byte);
    CU_add_test(suite, "rewinds and notices a change", rewinds_and_notices_a_change);
    CU_add_test(suite, "files that do not open", files_that_do_not_open);
    CU_add_test(suite, "a pipe is read twice", pipe_is_read_twice);
    CU_add_test(suite, "reading that failed", reading_that_failed);
}
