/* test_verify.c -- workbooks as a full disk or a lost part leaves them are found out */
#define _XOPEN_SOURCE 700 /* P_tmpdir */

#include "book/verify.h"

#include <CUnit/Basic.h>
#include <minizip/zip.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void suite_verify(void);

/* A member of the archive, NULL-terminated lists of them. */
struct part {
    const char *name;
    const char *text;
};

#define PROLOG "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define ONE "xl/worksheets/sheet1.xml"
#define TWO "xl/worksheets/sheet2.xml"
#define ROWS "<row r=\"1\"><c/></row><row r=\"2\"></row>"
#define MORE "<row r=\"7\" ht=\"5\"><c/></row><row r=\"1000000\"/>"

static const struct part types = {"[Content_Types].xml", PROLOG "<Types></Types>"};
static const struct part one = {ONE, PROLOG "<worksheet>" ROWS "</worksheet>"};
static const struct part two = {TWO, PROLOG "<worksheet>" ROWS MORE "</worksheet>"};

static void write_parts(const char *path, const struct part *const *parts)
{
    zipFile zip = zipOpen64(path, APPEND_STATUS_CREATE);
    CU_ASSERT_PTR_NOT_NULL_FATAL(zip);
    for (; *parts; parts++) {
        zip_fileinfo info = {.dosDate = 0};
        CU_ASSERT_EQUAL(zipOpenNewFileInZip(zip, (*parts)->name, &info, NULL, 0, NULL, 0, NULL, 0,
                                            Z_DEFAULT_COMPRESSION),
                        ZIP_OK);
        CU_ASSERT_EQUAL(zipWriteInFileInZip(zip, (*parts)->text, (unsigned)strlen((*parts)->text)),
                        ZIP_OK);
        zipCloseFileInZip(zip);
    }
    CU_ASSERT_EQUAL(zipClose(zip, NULL), ZIP_OK);
}

static void make_path(char path[64])
{
    const char *folder = getenv("TMPDIR");
    snprintf(path, 64, "%.40s/verify-XXXXXX", folder && *folder ? folder : P_tmpdir);
    int fd = mkstemp(path);
    CU_ASSERT_FATAL(fd >= 0);
    close(fd);
}

static void expect_verdict(const char *path, const char *want)
{
    const struct sheet sheets[] = {{.name = "First", .rows = 2}, {.name = "Second", .rows = 4}};
    char why[512] = "";
    bool whole = verify_file(path, sheets, 2, 1, why, sizeof why);
    CU_ASSERT_EQUAL(whole, !*want);
    if (strcmp(why, want) != 0)
        printf("\n--- got\n%s\n--- want\n%s\n", why, want);
    CU_ASSERT_STRING_EQUAL(why, want);
}

static void expect_parts(const struct part *const *parts, const char *want)
{
    char path[64];
    make_path(path);
    write_parts(path, parts);
    expect_verdict(path, want);
    unlink(path);
}

static void whole_workbooks_pass(void)
{
    const struct part *const both[] = {&types, &one, &two, NULL};
    const struct part *const turned[] = {&two, &one, &types, NULL};
    expect_parts(both, "");
    expect_parts(turned, "");
}

static void lost_parts_are_named(void)
{
    static const struct part headless = {ONE, "row r=\"1\">" ROWS "</worksheet>"};
    static const struct part cut = {TWO, PROLOG "<worksheet>" ROWS MORE "</workshe"};
    static const struct part fewer = {TWO, PROLOG "<worksheet>" ROWS "</worksheet>"};
    static const struct part turned = {TWO, PROLOG "<worksheet>" MORE ROWS "</worksheet>"};
    static const struct part doubled = {TWO, PROLOG "<worksheet>" ROWS ROWS "</worksheet>"};
    static const struct part empty = {ONE, ""};
    static const struct part blank = {"xl/styles.xml", ""};
    static const struct part other = {"xl/worksheets/sheet3.xml.rels", PROLOG "<Relationships/>"};
    const struct part *const cases[][5] = {
        {&types, &headless, &two}, {&types, &one, &cut},     {&types, &one, &fewer},
        {&types, &empty, &two},    {&blank, &one, &two},     {&types, &one, &other},
        {&types, &one, &turned},   {&types, &one, &doubled},
    };
    static const char *const wants[] = {
        "the workbook is damaged: First has lost its beginning; is the disk for temporary files "
        "full?",
        "the workbook is damaged: Second is cut short; is the disk for temporary files full?",
        "the workbook is damaged: Second has lost rows; is the disk for temporary files full?",
        "the workbook is damaged: First has lost its beginning; is the disk for temporary files "
        "full?",
        "the workbook is damaged: xl/styles.xml has lost its beginning; is the disk for temporary "
        "files full?",
        "the workbook is damaged: 1 of 2 sheets can be read back",
        "the workbook is damaged: Second has rows out of order; is the disk for temporary files "
        "full?",
        "the workbook is damaged: Second has rows out of order; is the disk for temporary files "
        "full?",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_parts(cases[i], wants[i]);
}

/* A row tag may lie on the border of two chunks of reading. */
static void rows_are_counted_across_chunks(void)
{
    enum { PADDING = 256 * 1024 };
    static char text[PADDING + 1024];
    const struct part padded = {ONE, text};
    const struct part *const parts[] = {&padded, &two, NULL};
    for (int shift = 0; shift < 24; shift++) {
        size_t used = (size_t)sprintf(text, PROLOG "<worksheet>");
        size_t end = PADDING - (size_t)shift;
        memset(text + used, '<', end - used);
        sprintf(text + end, ROWS "</worksheet>");
        expect_parts(parts, "");
    }
}

/* One byte of the archive turned: found by its checksum, or by what cannot be read. */
static void a_changed_byte_is_found(void)
{
    const struct part *const parts[] = {&one, &two, NULL};
    const struct sheet sheets[] = {{.name = "First", .rows = 2}, {.name = "Second", .rows = 4}};
    char path[64];
    char why[512];
    make_path(path);
    write_parts(path, parts);
    FILE *file = fopen(path, "r+b");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    long data = 30 + (long)strlen(ONE); /* behind the local header of a zip member */
    for (long at = data; at < data + 40; at++) {
        fseek(file, at, SEEK_SET);
        int byte = getc(file);
        fseek(file, at, SEEK_SET);
        putc(byte ^ 0x55, file);
        fflush(file);
        CU_ASSERT(!verify_file(path, sheets, 2, 1, why, sizeof why));
        fseek(file, at, SEEK_SET);
        putc(byte, file);
        fflush(file);
    }
    fclose(file);
    expect_verdict(path, "");
    CU_ASSERT_EQUAL(truncate(path, data + 10), 0);
    expect_verdict(path, "the workbook cannot be opened again");
    unlink(path);
    expect_verdict(path, "the workbook cannot be opened again");
}

void suite_verify(void)
{
    CU_pSuite suite = CU_add_suite("verify", NULL, NULL);
    CU_add_test(suite, "whole workbooks pass", whole_workbooks_pass);
    CU_add_test(suite, "lost parts are named", lost_parts_are_named);
    CU_add_test(suite, "rows are counted across chunks", rows_are_counted_across_chunks);
    CU_add_test(suite, "a changed byte is found", a_changed_byte_is_found);
}
