/* test_catalog.c -- every built-in row, and rows that a user adds, overrides or gets wrong */
#include "world.h"

#include "base/exit.h"
#include "base/text.h"
#include "catalog/catalog.h"
#include "core/letters.h"
#include "core/memory/tensors.h"
#include "table/table.h"

#include <CUnit/Basic.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void suite_catalog(void);

/* Models whose published count says something else than tensors_total: see published_note. */
enum { MODELS_EXPLAINED = 30, RULES_UNHEARD = 1 };

static const struct fact_field *field_of(const struct catalog_file *file, const char *column)
{
    for (size_t i = 0; i < *file->field_count; i++)
        if (!strcmp(file->fields[i].column, column))
            return &file->fields[i];
    return NULL;
}

/* Records of a built-in file, the header left out. */
static size_t built_in_records(const struct catalog_file *file)
{
    char name[64];
    struct record record;
    struct diag diag = {0};
    size_t count = 0;
    snprintf(name, sizeof name, "%s.csv", file->name);
    const struct builtin_file *text = builtin_file_named(name);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    struct table *table =
        table_open_memory(name, text->begin, (size_t)(text->end - text->begin), NULL, &diag);
    while (table_next(table, &record) == TABLE_RECORD)
        count++;
    table_close(table);
    CU_ASSERT_EQUAL(diag.faults, 0);
    return count - 1;
}

/* A later row replaces one with the same key, so equal counts mean that no key appears twice. */
static void keys_are_unique(void)
{
    for (size_t i = 0; i < catalog_file_count; i++) {
        size_t count;
        catalog_items(&world()->facts, &catalog_files[i], &count);
        CU_ASSERT(count > 0);
        CU_ASSERT_EQUAL(count, built_in_records(&catalog_files[i]));
    }
}

static bool is_date(const char *text)
{
    static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = 0;
    int month = 0;
    int day = 0;
    if (strlen(text) != 10 || strspn(text, "0123456789-") != 10 || text[4] != '-' || text[7] != '-')
        return false;
    if (sscanf(text, "%4d-%2d-%2d", &year, &month, &day) != 3)
        return false;
    return year >= 2020 && year < 2100 && month >= 1 && month <= 12 && day >= 1 &&
           day <= days[month - 1];
}

static void every_row_has_source_and_date(void)
{
    char buffer[CATALOG_TEXT_BYTES];
    for (size_t i = 0; i < catalog_file_count; i++) {
        const struct catalog_file *file = &catalog_files[i];
        const struct fact_field *source = field_of(file, "source");
        const struct fact_field *checked = field_of(file, "checked");
        if (!strcmp(file->name, "columns")) /* names that we chose: no facts */
            continue;
        CU_ASSERT_PTR_NOT_NULL_FATAL(source);
        CU_ASSERT_PTR_NOT_NULL_FATAL(checked);
        size_t count;
        const char *items = catalog_items(&world()->facts, file, &count);
        for (size_t j = 0; j < count; j++) {
            const char *item = items + j * file->item_size;
            CU_ASSERT(strlen(catalog_text(item, source, buffer)) >= 4);
            CU_ASSERT(is_date(catalog_text(item, checked, buffer)));
        }
    }
}

/* Every number of every row is finite, and not negative but for the signed params_unlisted. */
static void numbers_are_in_range(void)
{
    for (size_t i = 0; i < catalog_file_count; i++) {
        const struct catalog_file *file = &catalog_files[i];
        size_t count;
        const char *items = catalog_items(&world()->facts, file, &count);
        for (size_t j = 0; j < count * *file->field_count; j++) {
            const struct fact_field *field = &file->fields[j % *file->field_count];
            const char *item = items + j / *file->field_count * file->item_size;
            double value;
            if (field->kind != FACT_COUNT && field->kind != FACT_NUMBER)
                continue;
            memcpy(&value, item + field->offset, sizeof value);
            CU_ASSERT(isfinite(value));
            CU_ASSERT(value >= 0 || !strcmp(field->column, "params_unlisted"));
            CU_ASSERT(field->kind == FACT_NUMBER || value == floor(value));
        }
    }
}

static void expect_model_shape(const struct model *m)
{
    double attend = m->full_attention_layers + m->windowed_layers + m->cross_attention_layers;
    bool shape = attend <= m->layers && m->linear_layers <= m->layers &&
                 m->dense_ffn_layers + m->moe_layers <= m->layers &&
                 m->kv_shared_layers < m->layers && m->experts_per_token <= m->experts;
    bool heads = m->attention == ATTENTION_NONE || m->heads >= 1;
    bool latent = m->attention != ATTENTION_MLA || (m->mla_kv_lora_rank > 0 && m->mla_nope_dim > 0);
    bool grouped = m->attention != ATTENTION_HEADS || fmod(m->heads, m->kv_heads) == 0;
    bool windowed = m->windowed_layers == 0 || m->window > 0;
    bool mixes = (m->linear_layers > 0) == (m->mixer != MIXER_NONE);
    if (!(shape && heads && latent && grouped && windowed && mixes))
        printf("\n%s: shape %d heads %d latent %d grouped %d windowed %d mixes %d\n", m->id, shape,
               heads, latent, grouped, windowed, mixes);
    CU_ASSERT(shape && heads && latent && grouped && windowed && mixes);
}

static bool is_explained(const struct model *m)
{
    return (m->note && *m->note) || (m->published_note && *m->published_note);
}

/* P is met within 1.5 %, towers counted or not; what is not met says why. */
static void models_have_their_parameters(void)
{
    const struct facts *facts = &world()->facts;
    size_t explained = 0;
    for (size_t i = 0; i < facts->model_count; i++) {
        const struct model *m = &facts->models[i];
        struct tensors tensors;
        model_tensors(m, &tensors);
        double total = tensors_total(&tensors);
        double active = model_active_params(m);
        expect_model_shape(m);
        CU_ASSERT(total > 0 && active > 0 && active <= total);
        if (m->params_published <= 0 || near(total, m->params_published, 0.015) ||
            near(total + m->params_vision, m->params_published, 0.015))
            continue;
        explained++;
        if (!is_explained(m))
            printf("\n%s: %.4g computed, %.4g published, and no note says why\n", m->id, total,
                   m->params_published);
        CU_ASSERT(is_explained(m));
    }
    CU_ASSERT_EQUAL(explained, MODELS_EXPLAINED);
}

/* Checkpoints whose published counts are exact, one at least for every kind of tensor: met to the
 * parameter, since 1.5 % would hide a whole kind. */
static void parameters_are_met_exactly(void)
{
    static const struct {
        const char *id;
        double params;
    } models[] = {
        {"llama-3.1-8b", 8030261248},
        {"mixtral-8x7b", 46702792704},
        {"deepseek-v2-lite", 15706484224},
        {"deepseek-v2", 235741434880},
        {"kimi-linear-48b-a3b", 49122681728},
        {"qwen3-coder-next-80b-a3b", 79674391296},
        {"falcon-h1-0.5b", 521411104},
        {"jamba-v0.1-52b", 51570323328},
        {"falcon-mamba-7b", 7272665088},
        {"mamba-130m", 129135360},
        {"lfm2-1.2b", 1170340608},
        {"gemma-2-9b", 9241705984},
        {"gemma-3-1b", 999885952},
        {"gpt-oss-20b", 20914757184},
        {"olmo-3-7b", 7298011136},
        {"olmo-2-7b", 7298617344},
        {"opt-125m", 125239296},
        {"bloom-560m", 559214592},
        {"phi-2", 2779683840},
        {"starcoder2-3b", 3030371328},
        {"qwen2.5-0.5b", 494032768},
        {"qwen1.5-moe-a2.7b", 14315784192},
        {"phi-mini-moe", 7647632704},
        {"minimax-m2", 228689764864},
        {"stablelm-2-1.6b", 1644515328},
        {"nemotron-3-nano-30b-a3b", 31577937344},
        {"santacoder-1.1b", 1124886528},
        {"command-r-plus", 103810674688},
    };
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        struct tensors tensors;
        model_tensors(model_of(models[i].id), &tensors);
        if (tensors_total(&tensors) != models[i].params)
            printf("\n%s: %.0f computed, %.0f published\n", models[i].id, tensors_total(&tensors),
                   models[i].params);
        CU_ASSERT_EQUAL(tensors_total(&tensors), models[i].params);
    }
}

static void cards_are_consistent(void)
{
    const struct facts *facts = &world()->facts;
    for (size_t i = 0; i < facts->gpu_count; i++) {
        const struct gpu *g = &facts->gpus[i];
        bool nvidia = g->vendor && !strcmp(g->vendor, "NVIDIA");
        bool memory = g->memory_mib > 0 && g->visible_mib <= g->memory_mib;
        bool shares = g->vendor && !strcmp(g->vendor, "Apple"); /* memory with the processor */
        bool near_box =
            shares || g->memory_gb <= 0 || near(g->memory_mib * 1.048576e-3, g->memory_gb, 0.14);
        bool types = !nvidia || (g->bf16 == (g->compute_capability >= 8.0) &&
                                 g->fp8 == (g->compute_capability >= 8.9) &&
                                 g->fp4 == (g->compute_capability >= 10.0));
        bool named = g->name && *g->name && g->vendor && nvidia == (g->compute_capability > 0);
        if (!(memory && near_box && types && named))
            printf("\n%s: memory %d near %d types %d named %d (cc %g)\n", g->id, memory, near_box,
                   types, named, g->compute_capability);
        CU_ASSERT(memory && near_box && types && named);
        CU_ASSERT(gpu_of(g->id) == g);
    }
}

static void prices_name_known_cards(void)
{
    const struct facts *facts = &world()->facts;
    for (size_t i = 0; i < facts->price_count; i++) {
        const struct price *p = &facts->prices[i];
        CU_ASSERT_PTR_NOT_NULL(names_find(&world()->lexicon.gpus, p->gpu));
        CU_ASSERT(p->usd > 0);
        CU_ASSERT(p->kind != PRICE_SERVER || p->gpus >= 1);
        CU_ASSERT(p->unit && *p->unit);
        CU_ASSERT(p->term != PRICE_QUOTE); /* an offer to one customer is not ours to ship */
        CU_ASSERT(p->kind == PRICE_RENT || p->term == PRICE_ON_DEMAND);
    }
}

static void engines_are_consistent(void)
{
    const struct facts *facts = &world()->facts;
    bool generic[2] = {false, false};
    for (size_t i = 0; i < facts->engine_count; i++) {
        const struct engine *e = &facts->engines[i];
        CU_ASSERT(e->utilization > 0 && e->utilization <= 1);
        CU_ASSERT(e->band_weights_pct + e->band_cache_pct + e->band_total_pct > 0);
        CU_ASSERT(e->mode == MODE_TRAINING || e->block_tokens >= 1);
        CU_ASSERT(e->mode == MODE_INFERENCE || e->reserved_factor >= 1);
        generic[e->mode] |= !strcmp(e->id, "generic");
    }
    CU_ASSERT(generic[MODE_INFERENCE] && generic[MODE_TRAINING]);
    static const char *const needed[] = {"max_gpus",         "gpus_per_server", "large_card_gib",
                                         "visible_gap_gib",  "reserved_share",  "lora_rank",
                                         "visible_gap_share"};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        CU_ASSERT(assumption_value(facts, needed[i]) > 0);
    for (size_t i = 0; i < facts->assumption_count; i++) {
        const struct assumption *a = &facts->assumptions[i];
        CU_ASSERT(a->least < a->most && a->least <= a->value && a->value <= a->most);
    }
}

/* Types name a recipe that exists, and every family and type of support.csv exists. Its rules for
 * engines that engines.csv lacks say nothing, since such an engine is planned as generic. */
static void references_hold(void)
{
    const struct facts *facts = &world()->facts;
    size_t unheard = 0;
    for (size_t i = 0; i < facts->dtype_count; i++) {
        const struct dtype *d = &facts->dtypes[i];
        bool found = !d->mix;
        for (size_t j = 0; j < facts->mix_count; j++)
            found |= d->mix && !strcmp(facts->mixes[j].recipe, d->mix);
        CU_ASSERT(found);
        CU_ASSERT(d->embedding_bits >= d->bits_per_weight);
        CU_ASSERT(dtype_of(d->id) == d);
    }
    for (size_t i = 0; i < facts->support_count; i++) {
        const struct support *s = &facts->supports[i];
        bool family = false;
        for (size_t j = 0; j < facts->dtype_count; j++)
            family |= !strcmp(facts->dtypes[j].family, s->dtype_family);
        CU_ASSERT(family);
        CU_ASSERT(!s->dtype || names_find(&world()->lexicon.dtypes, s->dtype) != NULL);
        unheard += s->engine && !names_find(&world()->lexicon.engines, s->engine);
    }
    CU_ASSERT_EQUAL(unheard, RULES_UNHEARD);
}

/* A folder with one catalog file, loaded over the built-in ones. */
struct overlay {
    struct facts facts;
    struct arena arena;
    char *messages;
    int exit_code;
    bool loaded;
};

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs(text, file);
    fclose(file);
}

static struct overlay load_over(const char *name, const char *text)
{
    const char *root = getenv("TMPDIR");
    char dir[512];
    char path[600];
    size_t size;
    struct overlay out = {0};
    snprintf(dir, sizeof dir, "%s/gpuplan-test-XXXXXX", root && *root ? root : "/var/tmp");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/%s", dir, name);
    write_text(path, text);
    struct diag diag = {.out = open_memstream(&out.messages, &size)};
    out.loaded = catalog_load(&out.facts, &out.arena, dir, &diag, &out.exit_code);
    fclose(diag.out);
    unlink(path);
    rmdir(dir);
    return out;
}

static void overlay_free(struct overlay *overlay)
{
    arena_free(&overlay->arena);
    free(overlay->messages);
}

static void a_row_overrides_and_adds(void)
{
    struct overlay over = load_over(
        "gpus.csv",
        "memory_mib,id,vendor,source,checked\n"
        "12345,H100-SXM-80G,NVIDIA,a quote,2026-01-02\n5000,ours-5g,Us,a quote,2026-01-02\n");
    const struct facts *built_in = &world()->facts;
    CU_ASSERT(over.loaded);
    CU_ASSERT_STRING_EQUAL(over.messages, "");
    CU_ASSERT_EQUAL(over.facts.gpu_count, built_in->gpu_count + 1);
    for (size_t i = 0; i < built_in->gpu_count; i++) {
        bool is_ours = text_equal(built_in->gpus[i].id, "h100-sxm-80g");
        CU_ASSERT(text_equal(over.facts.gpus[i].id, built_in->gpus[i].id));
        CU_ASSERT_EQUAL(over.facts.gpus[i].memory_mib,
                        is_ours ? 12345 : built_in->gpus[i].memory_mib);
        CU_ASSERT(!is_ours ||
                  over.facts.gpus[i].gpus_per_node == 0); /* the whole row is replaced */
    }
    const struct gpu *added = &over.facts.gpus[built_in->gpu_count];
    CU_ASSERT_STRING_EQUAL(added->id, "ours-5g");
    CU_ASSERT_EQUAL(added->memory_mib, 5000);
    CU_ASSERT_EQUAL(over.facts.model_count, built_in->model_count);
    overlay_free(&over);
}

static void a_short_model_row_is_completed(void)
{
    struct overlay over = load_over(
        "models.csv", "id,layers,hidden,vocab,attention,heads,ffn,ffn_gated,source,checked\n"
                      "ours,4,64,100,heads,8,128,yes,us,2026-01-02\n");
    CU_ASSERT(over.loaded);
    const struct model *m = &over.facts.models[over.facts.model_count - 1];
    CU_ASSERT_STRING_EQUAL(m->id, "ours");
    CU_ASSERT_EQUAL(m->kv_heads, 8);
    CU_ASSERT_EQUAL(m->head_dim, 8);
    CU_ASSERT_EQUAL(m->full_attention_layers, 4);
    CU_ASSERT_EQUAL(m->dense_ffn_layers, 4);
    struct tensors tensors;
    model_tensors(m, &tensors);
    /* 2 V h + L (4 h h + 3 h f + 2 h) + h */
    CU_ASSERT_EQUAL(tensors_total(&tensors), 2 * 6400 + 4 * (4 * 4096 + 3 * 64 * 128 + 128) + 64);
    overlay_free(&over);
}

static void faulty_rows_are_refused(void)
{
    static const struct {
        const char *file;
        const char *text;
        const char *says;
    } cases[] = {
        {"gpus.csv", "id,memory_mib,source,checked\nx,lots,s,2026-01-02\n", "not a number"},
        {"gpus.csv", "id,memory_mib,source,checked\nx,0,s,2026-01-02\n", "between 1 and"},
        {"gpus.csv", "id,memory_mib,source,checked\nx,,s,2026-01-02\n", "memory_mib is empty"},
        {"gpus.csv", "id,memory_mib,source,checked\nx,10,,2026-01-02\n", "source is empty"},
        {"gpus.csv", "id,memory_mib,compute_capabilty,source,checked\nx,10,8,s,2026-01-02\n",
         "did you mean \"compute_capability\"?"},
        {"gpus.csv", "id,memory_mib,bf16,source,checked\nx,10,maybe,s,2026-01-02\n",
         "allowed are: yes, no"},
        {"models.csv",
         "id,layers,hidden,vocab,attention,source,checked\nx,2.5,64,9,heads,s,2026-01-02\n",
         "whole number"},
        {"models.csv",
         "id,layers,hidden,vocab,attention,source,checked\nx,2,64,9,some,s,2026-01-02\n",
         "allowed are: none, heads, mla"},
        {"engines.csv", "id,mode,utilization,source,checked\nx,inference,1.5,s,2026-01-02\n",
         "between 0 and 1"},
        {"prices.csv", "gpu,kind,usd,source,checked\nl4-24g,gift,1,s,2026-01-02\n", "allowed are:"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct overlay over = load_over(cases[i].file, cases[i].text);
        bool said = strstr(over.messages, cases[i].says) != NULL;
        if (!said)
            printf("\nexpected \"%s\" in: %s\n", cases[i].says, over.messages);
        CU_ASSERT(said);
        CU_ASSERT(!over.loaded);
        CU_ASSERT_EQUAL(over.exit_code, EXIT_BAD_DATA);
        overlay_free(&over);
    }
}

static void a_folder_that_is_not_there(void)
{
    struct facts facts;
    struct arena arena = {0};
    struct diag diag = {0};
    int exit_code = 0;
    CU_ASSERT(!catalog_load(&facts, &arena, "no/such/folder", &diag, &exit_code));
    CU_ASSERT_EQUAL(exit_code, EXIT_NO_INPUT);
    CU_ASSERT_EQUAL(diag.faults, 1);
    arena_free(&arena);
}

void suite_catalog(void)
{
    CU_pSuite suite = CU_add_suite("catalog", NULL, NULL);
    CU_add_test(suite, "keys are unique", keys_are_unique);
    CU_add_test(suite, "every row has source and date", every_row_has_source_and_date);
    CU_add_test(suite, "numbers are in range", numbers_are_in_range);
    CU_add_test(suite, "models have their parameters", models_have_their_parameters);
    CU_add_test(suite, "parameters are met exactly", parameters_are_met_exactly);
    CU_add_test(suite, "cards are consistent", cards_are_consistent);
    CU_add_test(suite, "prices name known cards", prices_name_known_cards);
    CU_add_test(suite, "engines are consistent", engines_are_consistent);
    CU_add_test(suite, "references hold", references_hold);
    CU_add_test(suite, "a row overrides and adds", a_row_overrides_and_adds);
    CU_add_test(suite, "a short model row is completed", a_short_model_row_is_completed);
    CU_add_test(suite, "faulty rows are refused", faulty_rows_are_refused);
    CU_add_test(suite, "a folder that is not there", a_folder_that_is_not_there);
}
