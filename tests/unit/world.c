/* world.c -- loads the built-in catalogs once; reads small matrices out of texts */
#include "world.h"

#include "catalog/catalog.h"
#include "core/engines.h"
#include "core/support.h"
#include "table/table.h"

#include <CUnit/Basic.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct world built_in;
static bool is_loaded;

const struct world *world(void)
{
    struct diag diag = {.out = stderr};
    int exit_code = 0;
    if (is_loaded)
        return &built_in;
    if (!catalog_load(&built_in.facts, &built_in.arena, NULL, &diag, &exit_code))
        exit(EXIT_FAILURE);
    lexicon_build(&built_in.lexicon, &built_in.facts, &built_in.arena, &diag);
    is_loaded = true;
    return &built_in;
}

void world_free(void)
{
    arena_free(&built_in.arena);
    is_loaded = false;
}

static const void *known(const struct names *names, const char *id)
{
    const void *item = names_find(names, id);
    if (!item) {
        fprintf(stderr, "the tests name \"%s\", which no catalog has\n", id);
        exit(EXIT_FAILURE);
    }
    return item;
}

const struct model *model_of(const char *id)
{
    return known(&world()->lexicon.models, id);
}

const struct gpu *gpu_of(const char *id)
{
    return known(&world()->lexicon.gpus, id);
}

const struct dtype *dtype_of(const char *id)
{
    return known(&world()->lexicon.dtypes, id);
}

const struct engine *engine_of(const char *id, enum engine_mode mode, const char *version)
{
    bool is_known;
    known(&world()->lexicon.engines, id);
    return engine_for(&world()->facts, id, mode, version, &is_known);
}

static void read_sheet(struct sheet *sheet, const char *text, const struct lexicon *lexicon,
                       bool measured)
{
    size_t size;
    struct record record;
    *sheet = (struct sheet){0};
    struct diag diag = {.out = open_memstream(&sheet->messages, &size)};
    struct table_options options = {.is_column = matrix_is_column};
    options.context = lexicon;
    struct table *table = table_open_memory("m.csv", text, strlen(text), &options, &diag);
    if (!diag.out || !table)
        abort();
    bool is_open = table_next(table, &record) == TABLE_RECORD &&
                   matrix_header(&sheet->matrix, &record, lexicon, measured, &sheet->arena, &diag);
    while (is_open && sheet->count < SHEET_ROWS) {
        enum table_step step = table_next(table, &record);
        if (step == TABLE_END || step == TABLE_BROKEN)
            break;
        if (step == TABLE_RECORD && matrix_row_read(&sheet->rows[sheet->count], &sheet->matrix,
                                                    &record, &sheet->arena, &diag))
            sheet->count++;
    }
    table_close(table);
    sheet->faults = diag.faults;
    fclose(diag.out);
}

void sheet_read(struct sheet *sheet, const char *text, bool measured)
{
    read_sheet(sheet, text, &world()->lexicon, measured);
}

void sheet_read_with(struct sheet *sheet, const char *text, const struct lexicon *lexicon)
{
    read_sheet(sheet, text, lexicon, false);
}

void sheet_free(struct sheet *sheet)
{
    arena_free(&sheet->arena);
    free(sheet->messages);
}

struct request request_blank(void)
{
    static struct request blank;
    static bool is_read;
    if (!is_read) {
        struct sheet sheet;
        struct scenario scenario;
        sheet_read(&sheet,
                   "model,dtype,optimizer,tokens,concurrency,gpu\n"
                   "llama-3.1-8b,bf16,none,1,1,h100-sxm-80g\n",
                   false);
        if (sheet.count != 1)
            abort();
        matrix_scenario(&sheet.rows[0], 0, &scenario);
        blank = scenario.request;
        sheet_free(&sheet);
        is_read = true;
    }
    return blank;
}

bool request_runs(const struct request *request)
{
    enum support_how how;
    return dtype_is_supported(&world()->facts, request->dtype, request->gpu, request->engine, &how);
}

void expect_text(const char *got, const char *want)
{
    if (strcmp(got, want) != 0)
        printf("\n--- got\n%s\n--- want\n%s\n", got, want);
    CU_ASSERT_STRING_EQUAL(got, want);
}

bool near(double got, double want, double relative)
{
    return fabs(got - want) <= relative * fmax(fabs(got), fabs(want));
}
