/* matrix.h -- a scenario matrix: header, rows, and the lazy cross product of each row's cells
 *
 * Nothing is ever materialised: scenario i of a row is decoded from i, the last column varying
 * fastest, so a row of 10^12 scenarios costs what its cells cost. */
#ifndef GPUPLAN_MATRIX_H
#define GPUPLAN_MATRIX_H

#include "core/request.h"
#include "scenario/cell.h"

/* A column of this input: a known one, or one that begins with x_ and is carried through. */
struct matrix_column {
    const struct scenario_column *column; /* NULL: carried */
    const char *name;                     /* as the header spells it */
};

struct matrix {
    const struct lexicon *lexicon;
    bool measured; /* `validate` reads it: the columns of measurements are known too */
    struct matrix_column *columns;
    size_t column_count;
    size_t carried_count;
};

/* One record, parsed. */
struct matrix_row {
    const struct matrix *matrix;
    const char *file;
    size_t line;
    const char *source; /* "file:line" */
    struct axis *axes;  /* of the cells that are not empty */
    size_t axis_count;
    const char **texts; /* every cell's text, by column of the matrix */
    uint64_t count;     /* scenarios, at most 2^63 - 1 */
    uint64_t before;    /* scenarios of the rows before it, which the planner counts; else 0 */
};

/* One scenario: the request and the names the results print. Points into the row and the facts. */
struct scenario {
    struct request request;
    struct model own_model; /* of a bare size or a custom shape; request.model points here then */
    const char *label;
    const char *period;
    const char *model;
    const char *dtype;
    const char *kv_dtype;
    const char *optimizer;
    const char *gpu;
    const char *engine;
    const char *engine_version;
    const char *lora_targets;
    const struct matrix_row *row; /* for the carried columns */
    uint64_t number;              /* among all scenarios, from 0, where the row's `before` is set */
};

/* Reads the header. False, with every fault reported, on unknown, duplicate or missing columns. */
bool matrix_header(struct matrix *matrix, const struct record *record,
                   const struct lexicon *lexicon, bool measured, struct arena *arena,
                   struct diag *diag);

/* For table/'s sniffing: is `name` a column, of measurements too? `context` is the lexicon, or NULL
 * for no aliases. */
bool matrix_is_column(const void *context, const char *name);

/* Reads one record; everything taken is in `arena`, which may be reset when the row is done. False
 * when a cell or the row as a whole is faulty; all of its faults are reported. */
bool matrix_row_read(struct matrix_row *row, const struct matrix *matrix,
                     const struct record *record, struct arena *arena, struct diag *diag);

/* A copy that lives as long as `arena`, whatever becomes of the row's own. */
const struct matrix_row *matrix_row_copy(const struct matrix_row *row, struct arena *arena);

/* Sets what some scenario of the row is: serving, without an optimizer, or training. */
void matrix_modes(const struct matrix_row *row, bool *serves, bool *trains);

/* Scenario `i` of the row, i < row->count. */
void matrix_scenario(const struct matrix_row *row, uint64_t i, struct scenario *out);

/* The text of the cell named `column` (a name in scenario_columns); "" when absent or empty. */
const char *matrix_text(const struct matrix_row *row, const char *column);

/* The same of a column that begins with x_. It is looked for from *at on, which moves behind it, so
 * that thousands that are asked for in their order are found at once. */
const char *matrix_carried(const struct matrix_row *row, const char *column, size_t *at);

#endif
