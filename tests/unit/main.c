/* main.c -- runs every suite; CUnit's own exit status does not tell that a test failed */
#include "world.h"

#include <CUnit/Basic.h>
#include <stdlib.h>

void suite_arena(void);
void suite_catalog(void);
void suite_cells(void);
void suite_core_golden(void);
void suite_decimal(void);
void suite_demand(void);
void suite_evaluate(void);
void suite_fit(void);
void suite_frontier(void);
void suite_load(void);
void suite_labels(void);
void suite_live(void);
void suite_lexicon(void);
void suite_money(void);
void suite_plan(void);
void suite_report(void);
void suite_rows(void);
void suite_rules(void);
void suite_scenario(void);
void suite_sensitivity(void);
void suite_ground(void);
void suite_smallest(void);
void suite_source(void);
void suite_speed(void);
void suite_table(void);
void suite_terms(void);
void suite_text(void);
void suite_verify(void);

static void (*const suites[])(void) = {
    suite_text,     suite_table,  suite_catalog,     suite_scenario, suite_core_golden,
    suite_terms,    suite_fit,    suite_smallest,    suite_demand,   suite_speed,
    suite_money,    suite_report, suite_sensitivity, suite_verify,   suite_labels,
    suite_load,     suite_ground, suite_cells,       suite_plan,     suite_lexicon,
    suite_source,   suite_rules,  suite_evaluate,    suite_decimal,  suite_rows,
    suite_frontier, suite_live,   suite_arena,
};

int main(void)
{
    if (CU_initialize_registry() != CUE_SUCCESS)
        return EXIT_FAILURE;
    for (size_t i = 0; i < sizeof suites / sizeof *suites; i++)
        suites[i]();
    bool is_whole = CU_get_error() == CUE_SUCCESS;
    CU_basic_set_mode(CU_BRM_NORMAL);
    is_whole = is_whole && CU_basic_run_tests() == CUE_SUCCESS;
    unsigned failures = CU_get_number_of_failures();
    CU_cleanup_registry();
    world_free();
    return is_whole && failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
