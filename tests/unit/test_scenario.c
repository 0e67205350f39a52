/* test_scenario.c -- the grammar of cells, the lazy product, defaults and what they settle to */
#include "world.h"

#include "core/engines.h"

#include <CUnit/Basic.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void suite_scenario(void);

static const char header[] = "model,dtype,optimizer,tokens,concurrency,gpu";

/* The values of one cell of `column`, as one text: names, or numbers at 17 digits. */
static void expect_values(const char *column, const char *cell, const char *want)
{
    struct sheet sheet;
    char text[1024];
    char got[1024] = "";
    size_t used = 0;
    bool required = strstr(header, column) != NULL;
    const char *cells[] = {"llama-3.1-8b", "bf16", "none", "8", "1", "h100-sxm-80g"};
    static const char *const names[] = {"model",  "dtype",       "optimizer",
                                        "tokens", "concurrency", "gpu"};
    for (size_t i = 0; i < 6; i++)
        if (!strcmp(names[i], column))
            cells[i] = cell;
    snprintf(text, sizeof text, "%s%s%s\n%s,%s,%s,%s,%s,%s%s%s\n", header, required ? "" : ",",
             required ? "" : column, cells[0], cells[1], cells[2], cells[3], cells[4], cells[5],
             required ? "" : ",", required ? "" : cell);
    sheet_read(&sheet, text, false);
    for (size_t i = 0; sheet.count == 1 && i < sheet.rows[0].axis_count; i++) {
        const struct axis *axis = &sheet.rows[0].axes[i];
        for (uint64_t j = 0; !strcmp(axis->column->name, column) && j < axis->count; j++) {
            struct value value = axis_value(axis, j);
            const char *gap = j ? " " : "";
            if (value.text)
                used += (size_t)snprintf(got + used, sizeof got - used, "%s%s", gap, value.text);
            else
                used +=
                    (size_t)snprintf(got + used, sizeof got - used, "%s%.17g", gap, value.number);
        }
    }
    expect_text(got, want);
    expect_text(sheet.messages, "");
    sheet_free(&sheet);
}

/* The one fault that the cell gives, without place and echo. */
static void expect_fault(const char *column, const char *cell, const char *want)
{
    struct sheet sheet;
    char text[1024];
    char got[512] = "";
    snprintf(text, sizeof text, "%s,%s\nllama-3.1-8b,bf16,none,8,1,h100-sxm-80g,%s\n", header,
             column, cell);
    sheet_read(&sheet, text, false);
    const char *sentence = strstr(sheet.messages, "error: ");
    if (sentence)
        snprintf(got, sizeof got, "%.*s", (int)strcspn(sentence + 7, "\n"), sentence + 7);
    expect_text(got, want);
    CU_ASSERT_EQUAL(sheet.faults, 1);
    CU_ASSERT_EQUAL(sheet.count, 0);
    sheet_free(&sheet);
}

static void numbers_and_ranges(void)
{
    expect_values("tokens", "4096", "4096");
    expect_values("tokens", "1e3", "1000");
    expect_values("tokens", "64Ki", "65536");
    expect_values("tokens", "1Mi", "1048576");
    expect_values("train_tokens", "2Gi", "2147483648");
    expect_values("tokens", "64ki|1KI", "65536 1024");
    expect_values("tokens", "1|2|3", "1 2 3");
    expect_values("tokens", " 1 | 2 ", "1 2");
    expect_values("tokens", "1024..8192*2", "1024 2048 4096 8192");
    expect_values("tokens", "1024..8191*2", "1024 2048 4096");
    expect_values("tokens", "8..24+8", "8 16 24");
    expect_values("tokens", "8..23+8", "8 16");
    expect_values("tokens", "5..5+1", "5");
    expect_values("tokens", "1Ki..4Ki*2|7", "1024 2048 4096 7");
    expect_values("tokens", "1..1000*10", "1 10 100 1000");
    expect_values("tokens", "3..243*3", "3 9 27 81 243");
    expect_values("utilization", "0.5..0.75+0.125", "0.5 0.625 0.75");
    expect_values("zero", "0..3+1", "0 1 2 3");
}

/* Decimal steps reach their end too, although 0.1 has no exact double. */
static void decimal_ranges_reach_their_end(void)
{
    static const struct {
        const char *cell;
        double last;
        uint64_t count;
    } cases[] = {
        {"0.1..0.3+0.1", 0.3, 3},  {"0.5..0.95+0.05", 0.95, 10}, {"0.7..0.9+0.1", 0.9, 3},
        {"0.1..0.35+0.1", 0.3, 3}, {"0.1..0.9*3", 0.9, 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sheet sheet;
        char text[256];
        snprintf(text, sizeof text, "%s,utilization\nllama-3.1-8b,bf16,none,8,1,l4-24g,%s\n",
                 header, cases[i].cell);
        sheet_read(&sheet, text, false);
        CU_ASSERT_EQUAL_FATAL(sheet.count, 1);
        const struct axis *axis = &sheet.rows[0].axes[6];
        if (axis->count != cases[i].count)
            printf("\n%s has %d values\n", cases[i].cell, (int)axis->count);
        CU_ASSERT_EQUAL(axis->count, cases[i].count);
        CU_ASSERT(near(axis_value(axis, axis->count - 1).number, cases[i].last, 1e-12));
        sheet_free(&sheet);
    }
}

static void names_and_patterns(void)
{
    expect_values("gpu", "h100*", "h100-pcie-80g h100-sxm-80g h100-nvl-94g");
    expect_values("gpu", "L40?-48G", "l40s-48g");
    expect_values("gpu", "H100-SXM-80G", "h100-sxm-80g");
    expect_values("dtype", "BF16|bfloat16|awq", "bf16 bf16 awq-int4");
    expect_values("model", "7b|345m|1.5t", "7b 345m 1.5t");
    expect_values("model", "meta-llama/Llama-3.1-8B", "llama-3.1-8b");
    expect_values("optimizer", "none|adamw|NONE", "none adamw none");
    expect_values("engine", "vllm|somebody's", "vllm somebody's");
    expect_values("engine", "torchtitan*",
                  "torchtitan torchtitan-simplefsdp torchtitan-graph-trainer");
    expect_values("estimate", "Primer|rule|detailed", "primer rule detailed");
    expect_values("flash_attention", "yes|NO", "yes no");
    expect_values("lora_targets", "\"q,v|all-linear|q+v\"", "q,v all-linear q+v");
    expect_values("scenario", "a|b", "a|b");
    expect_values("period", "2027Q1|2027Q2", "2027Q1 2027Q2");
    expect_values("kv_dtype", "fp8", "fp8");
    expect_values("master_dtype", "none|fp32", "none fp32");
}

static void bad_cells_are_named(void)
{
    static const char *const cases[][3] = {
        {"tp", "0", "tp: 0 is zero; it must be at least 1"},
        {"tp", "-1", "tp: -1 is negative; it must be at least 1"},
        {"tp", "1.5", "tp: 1.5 is not a whole number"},
        {"tp", "1e7", "tp: 1e7 is too large; it must be at most 1000000"},
        {"max_model_len", "64k",
         "max_model_len: \"64k\" can mean 64000 or 65536; write 64000 or 64Ki"},
        {"max_model_len", "\"1,000\"",
         "max_model_len: \"1,000\" has thousands separators; write the digits alone"},
        {"utilization", "\"0,9\"", "utilization: \"0,9\" has a decimal comma; write a point"},
        {"utilization", "0", "utilization: 0 is zero; it must be above 0"},
        {"utilization", "1.01", "utilization: 1.01 is too large; it must be at most 1"},
        {"tp", "many", "tp: \"many\" is not a number"},
        {"tp", "1..8", "tp: range \"1..8\" has no step; write FIRST..LAST*2 or FIRST..LAST+8"},
        {"tp", "8..1*2", "tp: range \"8..1*2\" runs backwards; write the smaller number first"},
        {"tp", "1..8*1", "tp: range \"1..8*1\" never ends; multiply by more than 1"},
        {"tp", "1..8+0", "tp: range \"1..8+0\" never ends; add more than 0"},
        {"tp", "1..8+0.5", "tp: range \"1..8+0.5\" steps through fractions of tp"},
        {"tp", "1||2", "tp: the list has an empty value; write a|b without gaps"},
        {"kv_dtype", "int4", "\"int4\" is not a cache type; see gpuplan list dtypes"},
        {"kv_dtype", "fp9", "unknown cache type \"fp9\"; did you mean \"fp8\"?"},
        {"estimate", "guess", "estimate is \"guess\"; allowed are: detailed, primer, rule"},
        {"flash_attention", "true", "flash_attention is \"true\"; allowed are: no, yes"},
        {"engine", "zz*", "pattern \"zz*\" matches no engine; see gpuplan list engines"},
        {"lora_targets", "q+w",
         "lora_targets has \"w\"; allowed are: q, k, v, o, gate, up, down, embed, lm_head, "
         "attention, mlp, all-linear"},
        {"zero", "4", "zero: 4 is too large; it must be at most 3"},
        {"prompt_tokens", "9", "prompt_tokens is 9, more than tokens (8)"},
        {"gpus", "nan", "gpus: \"nan\" is not a number"},
        {"train_tokens", "1e999", "train_tokens: \"1e999\" is not a number this program can hold"},
        {"train_tokens", "1..1e15+1",
         "train_tokens: range \"1..1e15+1\" has too many values; at most 10^12"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_fault(cases[i][0], cases[i][1], cases[i][2]);
}

/* Reads one row and gives its scenario `at`; the sheet stays open for the texts. */
static void scenario_of(struct sheet *sheet, struct scenario *out, const char *columns,
                        const char *cells, uint64_t at)
{
    char text[2048];
    snprintf(text, sizeof text, "%s\n%s\n", columns, cells);
    sheet_read(sheet, text, false);
    expect_text(sheet->messages, "");
    CU_ASSERT_EQUAL_FATAL(sheet->count, 1);
    CU_ASSERT_FATAL(at < sheet->rows[0].count);
    matrix_scenario(&sheet->rows[0], at, out);
}

/* The last column varies fastest, whatever the order of the header. */
static void products_are_in_order(void)
{
    struct sheet sheet;
    struct scenario s;
    char got[512] = "";
    size_t used = 0;
    scenario_of(&sheet, &s, "gpu,tokens,concurrency,model,optimizer,dtype",
                "l4-24g|t4-16g,1..4*2,7,llama-3.1-8b,none,bf16|fp8", 0);
    CU_ASSERT_EQUAL(sheet.rows[0].count, 12);
    for (uint64_t i = 0; i < sheet.rows[0].count; i++) {
        matrix_scenario(&sheet.rows[0], i, &s);
        CU_ASSERT_STRING_EQUAL(s.gpu, s.request.gpu->id);
        used += (size_t)snprintf(got + used, sizeof got - used, "%.1s%.0f%.1s ", s.gpu,
                                 s.request.tokens, s.dtype);
    }
    expect_text(got, "l1b l1f l2b l2f l4b l4f t1b t1f t2b t2f t4b t4f ");
    sheet_free(&sheet);
}

static void huge_products(void)
{
    static const char columns[] = "model,dtype,optimizer,gpu,tokens,concurrency,grad_accum,max_usd";
    char text[512];
    struct sheet sheet;
    struct scenario s;
    scenario_of(&sheet, &s, columns,
                "llama-3.1-8b,bf16,none,l4-24g,1..1000000+1,1..1000000+1,1..1000000+1,5",
                999999999999999999u);
    CU_ASSERT_EQUAL(sheet.rows[0].count, 1000000000000000000u);
    CU_ASSERT_EQUAL(s.request.tokens, 1000000);
    CU_ASSERT_EQUAL(s.request.grad_accum, 1000000);
    matrix_scenario(&sheet.rows[0], 1000001, &s);
    CU_ASSERT_EQUAL(s.request.tokens, 1);
    CU_ASSERT_EQUAL(s.request.concurrency, 2);
    CU_ASSERT_EQUAL(s.request.grad_accum, 2);
    sheet_free(&sheet);
    snprintf(text, sizeof text, "%s\nllama-3.1-8b,bf16,none,l4-24g,%s\n", columns,
             "1..1000000+1,1..1000000+1,1..1000000+1,1..10+1");
    sheet_read(&sheet, text, false);
    CU_ASSERT_EQUAL(sheet.count, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(sheet.messages, "product of more than 2^63 scenarios"));
    sheet_free(&sheet);
}

static void blanks_take_their_defaults(void)
{
    struct request r = request_blank();
    CU_ASSERT_EQUAL(r.estimate, ESTIMATE_DETAILED);
    CU_ASSERT_EQUAL(r.tuning, TUNING_FULL);
    CU_ASSERT_EQUAL(r.recompute, RECOMPUTE_NONE);
    CU_ASSERT_EQUAL(r.loss, LOSS_FULL);
    CU_ASSERT(r.flash_attention && r.sequence_parallel && r.engine_known && !r.bare_size);
    CU_ASSERT_STRING_EQUAL(r.engine->id, "generic");
    CU_ASSERT_EQUAL(r.engine->mode, MODE_INFERENCE);
    CU_ASSERT_EQUAL(r.max_gpus, 1024);
    CU_ASSERT_EQUAL(r.lora_rank, 16);
    CU_ASSERT_EQUAL(r.lora_targets, TARGET_LINEAR);
    CU_ASSERT_PTR_NULL(r.kv_dtype);
    CU_ASSERT_PTR_NULL(r.optimizer);
    const double unset[] = {r.prompt_tokens,
                            r.output_tokens,
                            r.utilization,
                            r.zero,
                            r.tp,
                            r.pp,
                            r.dp,
                            r.ep,
                            r.cp,
                            r.vpp,
                            r.gpus,
                            r.trainable_pct,
                            r.max_usd,
                            r.gpu_usd};
    for (size_t i = 0; i < sizeof unset / sizeof *unset; i++)
        CU_ASSERT_EQUAL(unset[i], NOT_GIVEN);
}

static void values_settle(void)
{
    struct sheet sheet;
    struct scenario s;
    scenario_of(&sheet, &s, "model,dtype,optimizer,tokens,concurrency,gpu,output_tokens,gpus",
                "llama-3.1-8b,bf16,none,1000,1,l4-24g,200,2048", 0);
    CU_ASSERT_EQUAL(s.request.prompt_tokens, 800);
    CU_ASSERT_EQUAL(s.request.max_gpus, 2048);
    sheet_free(&sheet);
    scenario_of(&sheet, &s, "model,dtype,optimizer,tokens,concurrency,gpu,prompt_tokens",
                "llama-3.1-8b,bf16,none,1000,1,l4-24g,300", 0);
    CU_ASSERT_EQUAL(s.request.output_tokens, 700);
    sheet_free(&sheet);
    scenario_of(&sheet, &s, "model,dtype,optimizer,tokens,concurrency,gpu,tuning,lora_targets",
                "llama-3.1-8b,bf16,adamw,1000,1,l4-24g,qlora,\"q,v,lm_head\"", 0);
    CU_ASSERT_STRING_EQUAL(s.request.dtype->id, "nf4");
    CU_ASSERT_STRING_EQUAL(s.dtype, "nf4");
    CU_ASSERT_EQUAL(s.request.lora_targets, TARGET_Q | TARGET_V | TARGET_HEAD);
    CU_ASSERT_EQUAL(s.request.engine->mode, MODE_TRAINING);
    sheet_free(&sheet);
    scenario_of(&sheet, &s, "model,dtype,optimizer,tokens,concurrency,gpu,estimate",
                "7b,fp16,none,1000,1,l4-24g,primer", 0);
    CU_ASSERT(s.request.bare_size);
    CU_ASSERT_EQUAL(s.request.model->params_published, 7e9);
    sheet_free(&sheet);
}

static void custom_models_are_shaped(void)
{
    static const char columns[] =
        "model,dtype,optimizer,tokens,concurrency,gpu,layers,hidden,heads,"
        "kv_heads,ffn,vocab,params";
    struct sheet sheet;
    struct scenario s;
    scenario_of(&sheet, &s, columns, "custom,bf16,none,8,1,l4-24g,32,4096,32,8,14336,128256,", 0);
    CU_ASSERT_EQUAL(s.request.model->head_dim, 128);
    CU_ASSERT_EQUAL(s.request.model->full_attention_layers, 32);
    CU_ASSERT(s.request.model->ffn_gated && !s.request.model->tied_embeddings);
    CU_ASSERT_EQUAL(s.request.model->params_unlisted, 0);
    sheet_free(&sheet);
    /* GPT-3 175B: two matrices in the FFN come closest to the published count */
    scenario_of(&sheet, &s, columns,
                "custom,bf16,none,8,1,l4-24g,96,12288,96,,49152,50257,175000000000", 0);
    CU_ASSERT(!s.request.model->ffn_gated);
    CU_ASSERT_EQUAL(s.request.model->kv_heads, 96);
    CU_ASSERT(fabs(s.request.model->params_unlisted) < 1e9);
    sheet_free(&sheet);
    sheet_read(&sheet,
               "model,dtype,optimizer,tokens,concurrency,gpu\ncustom,bf16,none,8,1,l4-24g\n",
               false);
    CU_ASSERT_EQUAL(sheet.faults, 3);
    CU_ASSERT_PTR_NOT_NULL(strstr(sheet.messages, "a custom model needs layers"));
    sheet_free(&sheet);
}

static void rows_that_disagree(void)
{
    static const char *const cases[][2] = {
        {"prompt_tokens,output_tokens\nllama-3.1-8b,bf16,none,8,1,l4-24g,5,4",
         "prompt_tokens 5 + output_tokens 4 is 9, but tokens is 8; make them add up"},
        {"gpus,tp,pp\nllama-3.1-8b,bf16,none,8,1,l4-24g,6,4,1",
         "gpus 6 is not tp 4 x pp 1 x a whole number of replicas"},
        {"model\nllama-3.1-8b,bf16,none,8,1,l4-24g,7b", "column \"model\" appears twice; keep one"},
        {"layerz\nllama-3.1-8b,bf16,none,8,1,l4-24g,7",
         "unknown column \"layerz\"; did you mean \"layers\"?"},
        {"measured\nllama-3.1-8b,bf16,none,8,1,l4-24g,7", "unknown column \"measured\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sheet sheet;
        char text[512];
        snprintf(text, sizeof text, "%s,%s\n", header, cases[i][0]);
        sheet_read(&sheet, text, false);
        CU_ASSERT_EQUAL(sheet.faults, 1);
        if (!strstr(sheet.messages, cases[i][1]))
            expect_text(sheet.messages, cases[i][1]);
        sheet_free(&sheet);
    }
}

static void versions_pick_engines(void)
{
    static const struct {
        const char *id;
        enum engine_mode mode;
        const char *version;
        const char *from; /* "" is the oldest row */
        bool known;
    } cases[] = {
        {"vllm", MODE_INFERENCE, "v0.11.0", "0.9", true},
        {"vllm", MODE_INFERENCE, "0.19", "0.19", true},
        {"vllm", MODE_INFERENCE, "0.19.1rc2", "0.19", true},
        {"VLLM", MODE_INFERENCE, "0.8.5.post1", "0.8", true},
        {"vllm", MODE_INFERENCE, "0.2.1", "", true},
        {"vllm", MODE_INFERENCE, NULL, "0.19", true},
        {"vllm", MODE_INFERENCE, "nightly", "0.19", true},
        {"transformers", MODE_INFERENCE, "transformers 4.46.0, torch 2.3.1", "4.46", true},
        {"transformers", MODE_INFERENCE, "4.50.3", "4.46", true},
        {"vllm", MODE_INFERENCE, "2023-12 main+PR2031", "", true},
        {"vllm", MODE_INFERENCE, "main 2025-03", "0.8", true},
        {"vllm", MODE_INFERENCE, "main 2025-04", "0.8", true},
        {"vllm", MODE_INFERENCE, "nightly 2026-05", "0.19", true},
        {"vllm", MODE_INFERENCE, "2025", "0.9", true},
        {"vllm", MODE_INFERENCE, "2024", "", true},
        {"transformers", MODE_INFERENCE, "GPTQ-for-LLaMa 2023", "", true},
        {"llama.cpp", MODE_INFERENCE, "2023-11", "", true},
        {"llama.cpp", MODE_INFERENCE, "2025-01", "2025", true},
        {"vllm", MODE_INFERENCE, "nightly-0b8c30d62b754b57", "0.19", true},
        {"vllm", MODE_INFERENCE, "04702cc", "0.19", true},
        {"vllm", MODE_INFERENCE, "nightly-dev-20250402-d7256eb6", "0.8", true},
        {"vllm", MODE_INFERENCE, "0.8.5.dev12+g04702cc", "0.8", true},
        {"vLLM", MODE_INFERENCE, "V0", "", true},
        {"llama.cpp", MODE_INFERENCE, "b1500", "", true},
        {"llama.cpp", MODE_INFERENCE, "b3000", "2024", true},
        {"llama.cpp", MODE_INFERENCE, "build: 4567 (deadbee)", "2025", true},
        {"llama_cpp", MODE_INFERENCE, "2024-05", "2024", true},
        {"LM Studio", MODE_INFERENCE, NULL, "2025", true},
        {"TensorRT LLM", MODE_INFERENCE, "0.17", "", true},
        {"TRT-LLM", MODE_INFERENCE, NULL, "", true},
        {"Hugging Face Transformers", MODE_INFERENCE, "4.46.0", "4.46", true},
        {"Megatron-LM", MODE_TRAINING, "core_r0.8", "", true},
        {"fsdp-qlora", MODE_TRAINING, NULL, "", true},
        {"LLaMA-Factory", MODE_TRAINING, "main", "", true},
        {"vll", MODE_INFERENCE, NULL, "", false},
        {"vllmm", MODE_INFERENCE, NULL, "", false},
        {"tgi", MODE_INFERENCE, "2.0", "", false},
        {"nobody", MODE_INFERENCE, "1.0", "", false},
        {"vllm", MODE_TRAINING, NULL, "", false},
        {NULL, MODE_TRAINING, NULL, "", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool known;
        const struct engine *e =
            engine_for(&world()->facts, cases[i].id, cases[i].mode, cases[i].version, &known);
        CU_ASSERT_PTR_NOT_NULL_FATAL(e);
        CU_ASSERT_STRING_EQUAL(e->version_from ? e->version_from : "", cases[i].from);
        CU_ASSERT_EQUAL(known, cases[i].known);
        CU_ASSERT_EQUAL(e->mode, (int)cases[i].mode);
        CU_ASSERT(known || !strcmp(e->id, "generic"));
    }
}

/* No alias hides another engine, and none stands for two. */
static void engines_go_by_their_own_names(void)
{
    const struct facts *facts = &world()->facts;
    for (size_t i = 0; i < facts->engine_count; i++) {
        const struct engine *e = &facts->engines[i];
        const char *first = e->version_from ? e->version_from : "0";
        const char *from = !strcmp(e->id, "generic") ? NULL : first;
        bool known;
        CU_ASSERT_PTR_EQUAL(engine_for(facts, e->id, (enum engine_mode)e->mode, from, &known), e);
        char names[256];
        snprintf(names, sizeof names, "%s", e->aliases ? e->aliases : "");
        for (char *name = strtok(names, ";"); name; name = strtok(NULL, ";"))
            CU_ASSERT_STRING_EQUAL(
                engine_for(facts, name, (enum engine_mode)e->mode, NULL, &known)->id, e->id);
    }
}

static void carried_columns(void)
{
    struct sheet sheet;
    struct scenario s;
    scenario_of(&sheet, &s, "model,X_Owner,dtype,optimizer,tokens,concurrency,gpu,x_a",
                "llama-3.1-8b,a|b,bf16,none,8,1,l4-24g,\"x, y\"", 0);
    CU_ASSERT_EQUAL(sheet.rows[0].count, 1); /* a carried cell is text, not a list */
    CU_ASSERT_EQUAL(sheet.matrix.carried_count, 2);
    CU_ASSERT_STRING_EQUAL(matrix_text(&sheet.rows[0], "x_owner"), "a|b");
    CU_ASSERT_STRING_EQUAL(matrix_text(&sheet.rows[0], "x_a"), "x, y");
    CU_ASSERT_STRING_EQUAL(matrix_text(&sheet.rows[0], "x_none"), "");
    sheet_free(&sheet);
}

void suite_scenario(void)
{
    CU_pSuite suite = CU_add_suite("scenario", NULL, NULL);
    CU_add_test(suite, "numbers and ranges", numbers_and_ranges);
    CU_add_test(suite, "decimal ranges reach their end", decimal_ranges_reach_their_end);
    CU_add_test(suite, "names and patterns", names_and_patterns);
    CU_add_test(suite, "bad cells are named", bad_cells_are_named);
    CU_add_test(suite, "products are in order", products_are_in_order);
    CU_add_test(suite, "huge products", huge_products);
    CU_add_test(suite, "blanks take their defaults", blanks_take_their_defaults);
    CU_add_test(suite, "values settle", values_settle);
    CU_add_test(suite, "custom models are shaped", custom_models_are_shaped);
    CU_add_test(suite, "rows that disagree", rows_that_disagree);
    CU_add_test(suite, "versions pick engines", versions_pick_engines);
    CU_add_test(suite, "engines go by their own names", engines_go_by_their_own_names);
    CU_add_test(suite, "carried columns", carried_columns);
}
