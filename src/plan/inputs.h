/* inputs.h -- the inputs of a run: opened once, read twice, first to find every fault */
#ifndef GPUPLAN_INPUTS_H
#define GPUPLAN_INPUTS_H

#include "base/arena.h"
#include "base/diag.h"
#include "scenario/matrix.h"
#include "table/table.h"

#include <stdint.h>

/* A run beyond this would take days on any machine, and a typing error makes it. */
#define INPUT_SCENARIOS_MOST UINT64_C(1000000000000)

/* Far below the columns of a sheet. */
enum { CARRIED_MOST = TABLE_COLUMNS };

struct input {
    const char *path;
    struct table *table;
    struct matrix matrix;
    uint64_t rows;     /* good ones */
    uint64_t rejected; /* bad ones */
    uint64_t scenarios;
    bool has_serving; /* some good row is of serving, or of training */
    bool has_training;
    bool has_period; /* some good row has one */
    unsigned long long hash;
};

/* What a pass does with each row. A NULL function skips it. Return false to stop the pass. */
struct row_visitor {
    bool (*good)(void *context, const struct matrix_row *row);
    bool (*bad)(void *context, const struct diag *diag);
    void *context;
};

/* Opens `path` and reads all of it once, reporting every fault and counting rows and scenarios. The
 * exit code is EXIT_DONE when the file can be planned (perhaps without its bad rows). */
int input_check(struct input *input, const char *path, const char *encoding,
                const struct lexicon *lexicon, struct arena *arena, struct diag *diag);

/* Reads the file again and visits each row. `row_arena` holds the row; the visitor may keep rows
 * until it resets that arena itself. False when the file changed since it was checked, reading
 * failed, or a visitor stopped; the reason is reported unless a visitor stopped. */
bool input_visit(struct input *input, const struct row_visitor *visitor, struct arena *row_arena,
                 struct diag *diag);

/* Columns that begin with x_, over all inputs, once each as the first spells them, NULL-terminated;
 * NULL, reported: there are too many. */
const char *const *inputs_carried(const struct input *inputs, size_t count, struct arena *arena,
                                  struct diag *diag);

void input_close(struct input *input);

#endif
