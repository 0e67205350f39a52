/* test_lexicon.c -- names that a customer's own catalogs bring: aliases of columns, cards without a
 * name, ids that look like sizes or are too long to be listed */
#include "world.h"

#include <CUnit/Basic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void suite_lexicon(void);

/* The built-in facts with some of a test's own, and what was said of them. */
struct own {
    struct arena arena;
    struct facts facts;
    struct lexicon lexicon;
    bool is_good;
    char *messages;
};

static struct own own_open(void)
{
    return (struct own){.facts = world()->facts};
}

static void own_build(struct own *own)
{
    size_t size;
    struct diag diag = {.out = open_memstream(&own->messages, &size)};
    if (!diag.out)
        abort();
    own->is_good = lexicon_build(&own->lexicon, &own->facts, &own->arena, &diag);
    fclose(diag.out);
}

static void own_close(struct own *own)
{
    arena_free(&own->arena);
    free(own->messages);
}

/* What the lexicon says of one alias; "" when it takes it. */
static void expect_alias(const char *alias, const char *column, const char *message)
{
    struct own own = own_open();
    struct alias row = {.alias = alias, .column = column};
    own.facts.aliases = &row;
    own.facts.alias_count = 1;
    own_build(&own);
    expect_text(own.messages, message);
    CU_ASSERT_EQUAL(own.is_good, !*message);
    const struct scenario_column *found = names_find(&own.lexicon.columns, alias);
    CU_ASSERT_EQUAL(found != NULL, !*message);
    CU_ASSERT_PTR_EQUAL(found, *message ? NULL : scenario_column_named(column, true));
    own_close(&own);
}

static void aliases_name_columns(void)
{
    expect_alias("Modell", "model", "");
    expect_alias("Quelle", "source", "");
    expect_alias("GPU", "model",
                 "columns.csv: error: alias \"GPU\" is the name of a column; choose another\n");
    expect_alias(
        "measured", "model",
        "columns.csv: error: alias \"measured\" is the name of a column; choose another\n");
    expect_alias("Karte", "graphics card",
                 "columns.csv: error: alias \"Karte\": there is no column \"graphics card\"\n");
    expect_alias("Karte", "mode",
                 "columns.csv: error: alias \"Karte\": there is no column \"mode\"; "
                 "did you mean \"model\"?\n");
}

/* A plan does not know the columns of measurements, whatever they are called. */
static void aliases_keep_measurements_apart(void)
{
    struct own own = own_open();
    struct alias row = {.alias = "Quelle", .column = "source"};
    own.facts.aliases = &row;
    own.facts.alias_count = 1;
    own_build(&own);
    const struct scenario_column *source = lexicon_column(&own.lexicon, "quelle", true);
    CU_ASSERT_PTR_NOT_NULL_FATAL(source);
    CU_ASSERT_STRING_EQUAL(source->name, "source");
    CU_ASSERT_PTR_NULL(lexicon_column(&own.lexicon, "quelle", false));
    CU_ASSERT_PTR_NULL(lexicon_column(&own.lexicon, "source", false));
    own_close(&own);
}

static void blanks_are_no_names(void)
{
    struct own own = own_open();
    struct gpu cards[] = {{.id = "own-1"}, {.id = "own-2", .name = "Second card"}};
    struct dtype types[] = {{.id = "own", .aliases = ";first;;second;"}};
    own.facts.gpus = cards;
    own.facts.gpu_count = 2;
    own.facts.dtypes = types;
    own.facts.dtype_count = 1;
    own_build(&own);
    CU_ASSERT_PTR_EQUAL(names_find(&own.lexicon.gpus, "own-1"), &cards[0]);
    CU_ASSERT_PTR_EQUAL(names_find(&own.lexicon.gpus, "second card"), &cards[1]);
    CU_ASSERT_PTR_EQUAL(names_find(&own.lexicon.dtypes, "first"), &types[0]);
    CU_ASSERT_PTR_EQUAL(names_find(&own.lexicon.dtypes, "second"), &types[0]);
    CU_ASSERT_PTR_NULL(names_find(&own.lexicon.dtypes, ""));
    own_close(&own);
}

/* One row with this model: its fault, or "" and the row in *sheet. */
static void read_model(struct own *own, struct sheet *sheet, const char *model)
{
    char text[512];
    snprintf(text, sizeof text,
             "model,dtype,optimizer,tokens,concurrency,gpu\n%s,bf16,none,8,1,h100-sxm-80g\n",
             model);
    sheet_read_with(sheet, text, &own->lexicon);
}

static void an_id_outranks_a_size(void)
{
    struct own own = own_open();
    struct sheet sheet;
    struct scenario s;
    struct model model = *model_of("llama-3.1-8b");
    model.id = "7b";
    own.facts.models = &model;
    own.facts.model_count = 1;
    own_build(&own);
    read_model(&own, &sheet, "7B|8b");
    CU_ASSERT_EQUAL_FATAL(sheet.count, 1);
    matrix_scenario(&sheet.rows[0], 0, &s);
    CU_ASSERT_PTR_EQUAL(s.request.model, &model);
    CU_ASSERT_FALSE(s.request.bare_size);
    matrix_scenario(&sheet.rows[0], 1, &s);
    CU_ASSERT(s.request.bare_size);
    CU_ASSERT_EQUAL(s.request.model->params_published, 8e9);
    sheet_free(&sheet);
    own_close(&own);
}

/* Versions of an engine need not stand together: a customer's come behind all others. */
static void versions_count_once(void)
{
    struct own own = own_open();
    struct sheet sheet;
    struct engine engines[] = {{.id = "vllm"}, {.id = "vllm"}, {.id = "vlm"}, {.id = "vllm"}};
    own.facts.engines = engines;
    own.facts.engine_count = 4;
    own_build(&own);
    sheet_read_with(&sheet,
                    "model,dtype,optimizer,tokens,concurrency,gpu,engine\n"
                    "7b,bf16,none,8,1,h100-sxm-80g,v*\n",
                    &own.lexicon);
    CU_ASSERT_EQUAL_FATAL(sheet.count, 1);
    const struct axis *axis = &sheet.rows[0].axes[6];
    CU_ASSERT_EQUAL_FATAL(axis->count, 2);
    expect_text(axis_value(axis, 0).text, "vllm");
    expect_text(axis_value(axis, 1).text, "vlm");
    sheet_free(&sheet);
    own_close(&own);
}

/* Ids for which a message has no room are left out, not cut. */
static void long_ids_are_left_out(void)
{
    enum { LONG_BYTES = 230 };
    static const char *const ends[] = {"-a", "", "-b"};
    char ids[3][LONG_BYTES + 8];
    struct own own = own_open();
    struct sheet sheet;
    struct model models[3];
    for (size_t i = 0; i < 3; i++) {
        size_t length = *ends[i] ? 8 : LONG_BYTES;
        memset(ids[i], 'o', length);
        strcpy(ids[i] + length, ends[i]);
        models[i] = *model_of("llama-3.1-8b");
        models[i].id = ids[i];
    }
    own.facts.models = models;
    own.facts.model_count = 3;
    own_build(&own);
    read_model(&own, &sheet, "ooo");
    char *sentence = strstr(sheet.messages, "unknown");
    CU_ASSERT_PTR_NOT_NULL_FATAL(sentence);
    sentence[strcspn(sentence, "\n")] = '\0';
    expect_text(sentence, "unknown model \"ooo\"; ids that begin so: oooooooo-a, oooooooo-b");
    sheet_free(&sheet);
    own_close(&own);
}

void suite_lexicon(void)
{
    CU_pSuite suite = CU_add_suite("lexicon", NULL, NULL);
    CU_add_test(suite, "aliases name columns", aliases_name_columns);
    CU_add_test(suite, "aliases keep measurements apart", aliases_keep_measurements_apart);
    CU_add_test(suite, "blanks are no names", blanks_are_no_names);
    CU_add_test(suite, "an id outranks a size", an_id_outranks_a_size);
    CU_add_test(suite, "versions count once", versions_count_once);
    CU_add_test(suite, "long ids are left out", long_ids_are_left_out);
}
