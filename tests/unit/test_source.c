/* test_source.c -- text that comes late, not at all, twice, or to a reader without memory */
#define _XOPEN_SOURCE 700 /* setitimer, mkdtemp */

#include "base/exit.h"
#include "table/inside.h"
#include "world.h"

#include <CUnit/Basic.h>
#include <csv.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void suite_source(void);

static volatile sig_atomic_t alarms;

static void count_alarm(int signal)
{
    (void)signal;
    alarms++;
}

static void wait_ms(long ms)
{
    struct timespec left = {.tv_nsec = ms * 1000000};
    while (nanosleep(&left, &left) && errno == EINTR)
        continue;
}

/* A pipe whose writer lets the reader wait, first before it opens it, then before it writes. */
static pid_t write_late(const char *pipe)
{
    enum { PAUSE_MS = 100 };
    static const char text[] = "a,b\n1,2\n";
    pid_t child = fork();
    if (child)
        return child;
    wait_ms(PAUSE_MS);
    int file = open(pipe, O_WRONLY | O_CLOEXEC);
    wait_ms(PAUSE_MS);
    _exit(write(file, text, sizeof text - 1) == sizeof text - 1 ? 0 : 1);
}

static void every_ms(long ms)
{
    struct sigaction action = {.sa_handler = count_alarm}; /* without SA_RESTART */
    struct itimerval timer = {.it_interval = {.tv_usec = 1000 * ms},
                              .it_value = {.tv_usec = 1000 * ms}};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &timer, NULL);
}

/* Signals that ask for no stop cut system calls short; nothing of the text is lost. */
static void signals_lose_nothing(void)
{
    const char *folder = getenv("TMPDIR");
    char place[512];
    char path[600];
    struct record record;
    struct diag diag = {.out = stderr};
    int exit_code = EXIT_DONE;
    int status = 1;
    snprintf(place, sizeof place, "%s/gpuplan-test.XXXXXX", folder && *folder ? folder : P_tmpdir);
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(place));
    snprintf(path, sizeof path, "%s/pipe", place);
    CU_ASSERT_EQUAL_FATAL(mkfifo(path, 0600), 0);
    alarms = 0;
    pid_t child = write_late(path);
    every_ms(10);
    struct table *table = table_open(path, NULL, &diag, &exit_code);
    CU_ASSERT_PTR_NOT_NULL_FATAL(table);
    CU_ASSERT_EQUAL(table_next(table, &record), TABLE_RECORD);
    CU_ASSERT_STRING_EQUAL(record.cells[1].text, "b");
    CU_ASSERT_EQUAL(table_next(table, &record), TABLE_RECORD);
    CU_ASSERT_STRING_EQUAL(record.cells[1].text, "2");
    CU_ASSERT_EQUAL(table_next(table, &record), TABLE_END);
    every_ms(0);
    CU_ASSERT(alarms > 1);
    CU_ASSERT_EQUAL(diag.faults, 0);
    table_close(table);
    waitpid(child, &status, 0);
    CU_ASSERT_EQUAL(status, 0);
    unlink(path);
    rmdir(place);
}

/* What cannot be read twice is kept in a temporary file; without room there, nothing is guessed. */
static void a_copy_without_room(void)
{
    enum { ROOM_BYTES = 4096, TEXT_BYTES = 30000 };
    struct rlimit before;
    struct record record;
    char *messages;
    size_t size;
    char path[64];
    char want[256];
    char text[TEXT_BYTES];
    int ends[2];
    int exit_code = EXIT_DONE;
    const char *folder = getenv("TMPDIR");
    struct diag diag = {.out = open_memstream(&messages, &size)};
    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = '\n';
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    CU_ASSERT_EQUAL(write(ends[1], text, sizeof text), (ssize_t)sizeof text);
    close(ends[1]);
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    struct table *table = table_open(path, NULL, &diag, &exit_code);
    CU_ASSERT_PTR_NOT_NULL_FATAL(table);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){ROOM_BYTES, before.rlim_max});
    CU_ASSERT_EQUAL(table_next(table, &record), TABLE_BROKEN);
    setrlimit(RLIMIT_FSIZE, &before);
    CU_ASSERT(table_read_failed(table));
    CU_ASSERT_FALSE(table_rewind(table));
    table_close(table);
    close(ends[0]);
    fclose(diag.out);
    snprintf(want, sizeof want,
             "%s: error: cannot keep a temporary copy in \"%s\": %s; "
             "set TMPDIR to a folder with room\n",
             path, folder && *folder ? folder : P_tmpdir, strerror(EFBIG));
    CU_ASSERT_EQUAL(strncmp(messages, want, strlen(want)), 0);
    CU_ASSERT_EQUAL(diag.faults, 2); /* reading, and reading again */
    free(messages);
}

static void *no_memory(void *memory, size_t size)
{
    (void)memory;
    (void)size;
    return NULL;
}

/* A record that libcsv has no memory for is a fault of its own; the next one is read again. */
static void a_record_too_large_for_memory(void)
{
    enum { LONG_BYTES = 100000 };
    char *messages;
    size_t size;
    struct record record;
    struct diag diag = {.out = open_memstream(&messages, &size)};
    char *text = malloc(LONG_BYTES + 32);
    if (!text || !diag.out)
        abort();
    memcpy(text, "a\n1\n", 4);
    memset(text + 4, 'x', LONG_BYTES);
    strcpy(text + 4 + LONG_BYTES, "\n2\n");
    struct table *table = table_open_memory("f.csv", text, strlen(text), NULL, &diag);
    CU_ASSERT_PTR_NOT_NULL_FATAL(table);
    CU_ASSERT_EQUAL(table_next(table, &record), TABLE_RECORD);
    CU_ASSERT_EQUAL(table_next(table, &record), TABLE_RECORD);
    csv_set_realloc_func(table->split.parser, no_memory);
    CU_ASSERT_EQUAL(table_next(table, &record), TABLE_FAULT);
    csv_set_realloc_func(table->split.parser, no_memory); /* many records at a time, then one */
    CU_ASSERT_EQUAL(table_next(table, &record), TABLE_RECORD);
    CU_ASSERT_EQUAL(record.line, 4);
    CU_ASSERT_STRING_EQUAL(record.cells[0].text, "2");
    CU_ASSERT_EQUAL(table_next(table, &record), TABLE_END);
    table_close(table);
    fclose(diag.out);
    messages[strcspn(messages, "\n")] = '\0';
    expect_text(messages, "f.csv:3:1: error: cannot split the record: "
                          "memory exhausted while increasing buffer size");
    CU_ASSERT_EQUAL(diag.faults, 1);
    free(messages);
    free(text);
}

/* The end stays the end, and a stop stays what it was. */
static void nothing_comes_behind_the_end(void)
{
    static const struct {
        const char *bytes;
        size_t length;
        const char *encoding;
        enum decode_stop stop;
    } cases[] = {
        {"ab", 2, NULL, DECODE_END},        {"ab", 2, "CP949", DECODE_END},
        {"ab\0cd", 5, NULL, DECODE_NUL},    {"ab\xff", 3, "CP949", DECODE_BAD},
        {"ab\xb0", 3, "CP949", DECODE_CUT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        static struct decode decode;
        struct source source;
        char text[64];
        size_t length = 0;
        source_open_memory(&source, cases[i].bytes, cases[i].length, 0);
        CU_ASSERT(decode_open(&decode, &source, cases[i].encoding));
        while (decode.stop == DECODE_GOES_ON)
            length += decode_read(&decode, text + length, sizeof text - length);
        CU_ASSERT_EQUAL(length, 2);
        CU_ASSERT_EQUAL(memcmp(text, "ab", 2), 0);
        CU_ASSERT_EQUAL(decode.stop, cases[i].stop);
        CU_ASSERT_EQUAL(decode_read(&decode, text, sizeof text), 0);
        CU_ASSERT_EQUAL(decode.stop, cases[i].stop);
        decode_close(&decode);
        source_close(&source);
    }
}

static bool take_any_header(void *context, const struct record *record)
{
    (void)context;
    return record->count == 1;
}

static void count_row(void *context, const struct record *record)
{
    (void)record;
    ++*(size_t *)context;
}

static void memory_is_read_as_files_are(void)
{
    static const struct {
        const char *bytes;
        const char *encoding;
        int exit_code;
        size_t rows;
        const char *message;
    } cases[] = {
        {"a\n1\n2\n", NULL, EXIT_DONE, 2, ""},
        {"a,b\n1,2\n", NULL, EXIT_BAD_DATA, 0, ""}, /* the header is refused */
        {NULL, NULL, EXIT_BAD_DATA, 0,
         "m.csv: error: the file is empty; expected a header and rows\n"},
        {"a\n", "klingon", EXIT_USAGE, 0,
         "m.csv: error: unknown encoding \"klingon\"; see `iconv -l`\n"},
        {"a\n1\nx,y\n2\n", NULL, EXIT_BAD_DATA, 2,
         "m.csv:3:3: error: found 2 cells, the header has 1\n    3 | x,y\n      |   ^\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *messages;
        size_t size;
        size_t rows = 0;
        struct diag diag = {.out = open_memstream(&messages, &size)};
        struct table_options options = {.encoding = cases[i].encoding};
        struct table_reader reader = {take_any_header, count_row, &rows};
        size_t length = cases[i].bytes ? strlen(cases[i].bytes) : 0;
        CU_ASSERT_EQUAL(
            table_read_memory("m.csv", cases[i].bytes, length, &options, &reader, &diag),
            cases[i].exit_code);
        CU_ASSERT_EQUAL(rows, cases[i].rows);
        fclose(diag.out);
        expect_text(messages, cases[i].message);
        free(messages);
    }
}

void suite_source(void)
{
    CU_pSuite suite = CU_add_suite("source", NULL, NULL);
    CU_add_test(suite, "signals lose nothing", signals_lose_nothing);
    CU_add_test(suite, "a copy without room", a_copy_without_room);
    CU_add_test(suite, "a record too large for memory", a_record_too_large_for_memory);
    CU_add_test(suite, "nothing comes behind the end", nothing_comes_behind_the_end);
    CU_add_test(suite, "memory is read as files are", memory_is_read_as_files_are);
}
