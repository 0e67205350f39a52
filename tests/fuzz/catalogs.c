/* catalogs.c -- the first line names a catalog, the rest are rows added to it; then some scenarios
 * are planned with the newest of its rows */
#include "fuzz.h"

#include "catalog/shelf.h"

#include <string.h>

static const char matrix_text_of_ours[] =
    "model,dtype,optimizer,tokens,concurrency,gpu,engine,output_tok_s,train_tokens,max_usd\n"
    "llama-3.1-8b,fp8,none,4096,8,h100-sxm-80g,vllm,1000,,\n"
    "mixtral-8x7b,mxfp4,none,8192,4,a100-sxm-80g,sglang,,,\n"
    "llama-3.1-8b,bf16,adamw,4096,2,h100-sxm-80g,,,1e9,100000\n"
    "llama-3.1-8b,gguf-q4_k_m,none,4096,1,rtx4090-24g,llama.cpp,,,\n";

/* The newest row of the catalog in place of what the scenario names. */
static void use_newest(struct request *request, const struct shelf *shelf)
{
    const char *name = shelf->file->name;
    const void *newest = shelf->items + (shelf->count - 1) * shelf->file->item_size;
    if (!strcmp(name, "models"))
        request->model = newest;
    else if (!strcmp(name, "gpus"))
        request->gpu = newest;
    else if (!strcmp(name, "dtypes"))
        request->dtype = newest;
    else if (!strcmp(name, "optimizers") && request->optimizer)
        request->optimizer = newest;
    else if (!strcmp(name, "engines") &&
             ((const struct engine *)newest)->mode == request->engine->mode)
        request->engine = newest;
    else if (!strcmp(name, "engine_speeds") &&
             ((const struct engine_speed *)newest)->mode == request->engine->mode)
        request->engine_speed = newest;
}

static void plan_with(const struct shelf *shelf, struct arena *arena)
{
    struct facts facts = *fuzz_facts();
    struct lexicon lexicon = *fuzz_lexicon();
    struct diag diag = {.out = NULL};
    struct table_options options = {.is_column = matrix_is_column};
    struct matrix matrix;
    struct record record;
    shelf_put(shelf, &facts);
    lexicon.facts = &facts;
    struct table *table = table_open_memory("f", matrix_text_of_ours,
                                            sizeof matrix_text_of_ours - 1, &options, &diag);
    fuzz_must(table_next(table, &record) == TABLE_RECORD &&
                  matrix_header(&matrix, &record, &lexicon, false, arena, &diag),
              "our own matrix is good");
    while (table_next(table, &record) == TABLE_RECORD) {
        struct matrix_row row;
        struct scenario scenario;
        fuzz_must(matrix_row_read(&row, &matrix, &record, arena, &diag), "our own rows are good");
        matrix_scenario(&row, 0, &scenario);
        use_newest(&scenario.request, shelf);
        fuzz_scenario(&scenario, &facts);
    }
    table_close(table);
}

/* What is built in, with room for more. */
static void fill(struct shelf *shelf)
{
    const void *items = catalog_items(fuzz_facts(), shelf->file, &shelf->count);
    shelf->room = 2 * shelf->count + 1;
    shelf->items = arena_array(shelf->arena, shelf->room, shelf->file->item_size);
    memcpy(shelf->items, items, shelf->count * shelf->file->item_size);
}

void fuzz_catalogs(const char *bytes, size_t length)
{
    char name[32] = "";
    const char *end = memchr(bytes, '\n', length);
    if (!end || end - bytes >= (long)sizeof name)
        return;
    memcpy(name, bytes, (size_t)(end - bytes));
    struct arena arena = {0};
    struct shelf shelf = {.file = catalog_file_named(name), .arena = &arena};
    if (!shelf.file)
        return;
    fill(&shelf);
    struct diag diag = {.out = NULL};
    struct table_options options = {.is_column = shelf_is_field, .context = shelf.file};
    struct table *table =
        table_open_memory("f", end + 1, length - (size_t)(end + 1 - bytes), &options, &diag);
    bool is_good = shelf_read(&shelf, table, &diag);
    table_close(table);
    fuzz_must(is_good == (diag.faults == 0), "what is refused has a fault");
    if (is_good)
        plan_with(&shelf, &arena);
    arena_free(&arena);
}
