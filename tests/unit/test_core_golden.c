/* test_core_golden.c -- published and measured numbers, row by row from tests/golden
 *
 * A golden file is a scenario matrix with five more columns: name, quantity (what is compared),
 * expected, tolerance (relative) and how; source says who printed it. Layouts are taken as they
 * stand, as `validate` does, so that legality does not hide a number. */
#include "world.h"

#include "base/text.h"
#include "core/evaluate.h"
#include "core/memory/groups.h"
#include "report/columns.h"
#include "table/table.h"

#include <CUnit/Basic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void suite_core_golden(void);

static const double GIB = 1073741824.0;

/* A scenario measured at its pinned layout. */
struct measured {
    const struct scenario *scenario;
    struct subject subject;
    struct layout layout;
    struct footprint footprint;
};

static double kv_bytes(struct measured *m)
{
    return m->footprint.column_bytes[COLUMN_KV_CACHE];
}

static double kv_gib(struct measured *m)
{
    return kv_bytes(m) / GIB;
}

static double kv_bytes_per_token(struct measured *m)
{
    return sequence_bytes(&m->subject.letters) / m->scenario->request.tokens;
}

static double kv_pool_gib(struct measured *m)
{
    return (m->footprint.usable_bytes - m->footprint.total_bytes + kv_bytes(m)) / GIB;
}

static double weights_gib(struct measured *m)
{
    return m->footprint.column_bytes[COLUMN_WEIGHTS] / GIB;
}

static double activation_gib(struct measured *m)
{
    return m->footprint.column_bytes[COLUMN_ACTIVATIONS] / GIB;
}

/* What torch prints: the runtime and the CUDA context are left out. */
static double allocated_gib(struct measured *m)
{
    return (m->footprint.total_bytes - m->footprint.column_bytes[COLUMN_OVERHEAD]) / GIB;
}

static double states_gib(struct measured *m)
{
    const double *column = m->footprint.column_bytes;
    return (column[COLUMN_WEIGHTS] + column[COLUMN_GRADIENTS] + column[COLUMN_OPTIMIZER]) / GIB;
}

/* Weights, gradients and optimizer are all alive in the optimizer's step. */
static double state_bytes_per_param(struct measured *m)
{
    double sum = 0;
    for (size_t i = 0; i < TERM_COUNT; i++)
        if (terms[i].phases & 1u << PHASE_STEP && terms[i].column != COLUMN_ACTIVATIONS &&
            terms[i].column != COLUMN_OVERHEAD)
            sum += terms[i].bytes(&m->subject.letters);
    return sum / m->subject.letters.P;
}

static double adapter_bytes_per_param(struct measured *m)
{
    const struct letters *x = &m->subject.letters;
    return (weights_adapters(x) + training_gradients(x) + training_optimizer(x)) / x->N_adp;
}

static double adapter_parameters(struct measured *m)
{
    return m->subject.letters.N_adp;
}

static double base_gib(struct measured *m)
{
    return weights_gib(m) - weights_adapters(&m->subject.letters) / GIB;
}

static double kept_units(struct measured *m)
{
    return m->subject.letters.K / (2 * m->subject.letters.h);
}

static double kept_bytes(struct measured *m)
{
    return m->subject.letters.K;
}

static double working_bytes_per_token(struct measured *m)
{
    const struct letters *x = &m->subject.letters;
    return training_working_set(x) / x->T_m;
}

static double gathered_bytes(struct measured *m)
{
    return training_gather_backward(&m->subject.letters);
}

static const struct quantity {
    const char *name;
    double (*value)(struct measured *measured);
} quantities[] = {
    {"kv_bytes", kv_bytes},
    {"kv_gib", kv_gib},
    {"kv_bytes_per_token", kv_bytes_per_token},
    {"kv_pool_gib", kv_pool_gib},
    {"weights_gib", weights_gib},
    {"activation_gib", activation_gib},
    {"allocated_gib", allocated_gib},
    {"states_gib", states_gib},
    {"state_bytes_per_param", state_bytes_per_param},
    {"adapter_bytes_per_param", adapter_bytes_per_param},
    {"adapter_parameters", adapter_parameters},
    {"base_gib", base_gib},
    {"kept_units", kept_units},
    {"kept_bytes", kept_bytes},
    {"working_bytes_per_token", working_bytes_per_token},
    {"gathered_bytes", gathered_bytes},
};

/* A quantity of the table above at the pinned layout, else a column of the results. */
static double value_of(const char *name, const struct scenario *scenario)
{
    struct answer answer;
    for (size_t i = 0; i < sizeof quantities / sizeof *quantities; i++) {
        if (strcmp(quantities[i].name, name) != 0)
            continue;
        struct measured m = {.scenario = scenario};
        subject_bind(&m.subject, &scenario->request, &world()->facts);
        evaluate_pinned(&m.subject, &m.layout, &m.footprint);
        return quantities[i].value(&m);
    }
    const struct result_column *column = result_column_named(name);
    CU_ASSERT_PTR_NOT_NULL_FATAL(column);
    evaluate(&scenario->request, &world()->facts, &answer);
    CU_ASSERT_EQUAL(answer.status, STATUS_OK);
    struct result result = {scenario, &answer, ""};
    return column->value(&result).number;
}

enum { NAME, QUANTITY, EXPECTED, TOLERANCE, SOURCE, HOW, OWN_COUNT, COLUMNS_MOST = 40 };
static const char *const own_names[OWN_COUNT] = {"name",      "quantity", "expected",
                                                 "tolerance", "source",   "how"};

/* A golden file while it is read. */
struct golden {
    const char *file;
    struct matrix matrix;
    size_t own[OWN_COUNT]; /* where its own columns stand */
    struct arena arena;
    struct diag diag;
    size_t vectors;
};

/* The record without the columns of the golden file itself. */
static struct record inputs_of(const struct golden *golden, const struct record *record,
                               struct cell cells[COLUMNS_MOST])
{
    struct record inputs = *record;
    inputs.cells = cells;
    inputs.count = 0;
    for (size_t i = 0; i < record->count && i < COLUMNS_MOST; i++) {
        bool own = false;
        for (size_t j = 0; j < OWN_COUNT; j++)
            own |= golden->own[j] == i;
        if (!own)
            cells[inputs.count++] = record->cells[i];
    }
    return inputs;
}

static void read_header(struct golden *golden, const struct record *record)
{
    struct cell cells[COLUMNS_MOST];
    for (size_t j = 0; j < OWN_COUNT; j++) {
        golden->own[j] = record->count;
        for (size_t i = 0; i < record->count; i++)
            if (!strcmp(record->cells[i].text, own_names[j]))
                golden->own[j] = i;
        CU_ASSERT_FATAL(golden->own[j] < record->count);
    }
    struct record inputs = inputs_of(golden, record, cells);
    CU_ASSERT_FATAL(matrix_header(&golden->matrix, &inputs, &world()->lexicon, false,
                                  &golden->arena, &golden->diag));
}

static void check_vector(struct golden *golden, const struct record *record)
{
    struct cell cells[COLUMNS_MOST];
    struct record inputs = inputs_of(golden, record, cells);
    struct matrix_row row;
    struct scenario scenario;
    const char *text[OWN_COUNT];
    double expected;
    double tolerance;
    for (size_t j = 0; j < OWN_COUNT; j++)
        text[j] = record->cells[golden->own[j]].text;
    CU_ASSERT_FATAL(text_number(text[EXPECTED], &expected));
    CU_ASSERT_FATAL(text_number(text[TOLERANCE], &tolerance));
    CU_ASSERT(*text[NAME] && *text[SOURCE] && *text[HOW]);
    CU_ASSERT_FATAL(matrix_row_read(&row, &golden->matrix, &inputs, &golden->arena, &golden->diag));
    CU_ASSERT_EQUAL_FATAL(row.count, 1);
    matrix_scenario(&row, 0, &scenario);
    CU_ASSERT(scenario.request.engine_known);
    double got = value_of(text[QUANTITY], &scenario);
    bool holds = near(got, expected, tolerance);
    if (!holds)
        printf("\n%s:%zu: %s: %s is %.12g, expected %.12g within %g (off by %.3g)\n", golden->file,
               record->line, text[NAME], text[QUANTITY], got, expected, tolerance,
               (got - expected) / expected);
    CU_ASSERT(holds);
    golden->vectors++;
}

static char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    char *text = malloc(1 << 20);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    *length = fread(text, 1, 1 << 20, file);
    fclose(file);
    return text;
}

/* Checks every vector of the file, and that there are as many as there were. */
static void check_file(const char *path, size_t vectors)
{
    struct golden golden = {.file = path, .diag = {.out = stdout}};
    struct record record;
    size_t length;
    char *text = read_file(path, &length);
    struct table *table = table_open_memory(path, text, length, NULL, &golden.diag);
    CU_ASSERT_PTR_NOT_NULL_FATAL(table);
    CU_ASSERT_EQUAL_FATAL(table_next(table, &record), TABLE_RECORD);
    read_header(&golden, &record);
    while (table_next(table, &record) == TABLE_RECORD)
        check_vector(&golden, &record);
    CU_ASSERT_EQUAL(golden.diag.faults, 0);
    CU_ASSERT_EQUAL(golden.vectors, vectors);
    table_close(table);
    arena_free(&golden.arena);
    free(text);
}

static void cache_vectors(void)
{
    check_file("tests/golden/kv.csv", 59);
}

static void serving_vectors(void)
{
    check_file("tests/golden/serving.csv", 22);
}

static void published_vectors(void)
{
    check_file("tests/golden/published.csv", 40);
}

static void korthikanti_vectors(void)
{
    check_file("tests/golden/korthikanti.csv", 12);
}

static void state_vectors(void)
{
    check_file("tests/golden/states.csv", 43);
}

static void activation_vectors(void)
{
    check_file("tests/golden/activations.csv", 6);
}

static void adapter_vectors(void)
{
    check_file("tests/golden/adapters.csv", 10);
}

void suite_core_golden(void)
{
    CU_pSuite suite = CU_add_suite("golden vectors", NULL, NULL);
    CU_add_test(suite, "KV cache", cache_vectors);
    CU_add_test(suite, "serving engines", serving_vectors);
    CU_add_test(suite, "the published methods", published_vectors);
    CU_add_test(suite, "Korthikanti 2022", korthikanti_vectors);
    CU_add_test(suite, "bytes per trained parameter", state_vectors);
    CU_add_test(suite, "activation widths", activation_vectors);
    CU_add_test(suite, "adapters", adapter_vectors);
}
