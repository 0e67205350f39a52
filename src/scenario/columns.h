/* columns.h -- every column a scenario matrix may have, in one table */
#ifndef GPUPLAN_COLUMNS_H
#define GPUPLAN_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

/* What a cell of the column holds. */
enum cell_kind {
    CELL_LABEL,     /* text, taken as it stands */
    CELL_TEXT,      /* text, lists allowed */
    CELL_COUNT,     /* whole numbers of at least `least` */
    CELL_NUMBER,    /* numbers of at least `least`; 0 is refused when least is 0 and open */
    CELL_WORD,      /* one of `words` */
    CELL_FLAG,      /* yes or no */
    CELL_MODEL,     /* catalog id, bare size, custom */
    CELL_DTYPE,     /* catalog id of a weight type; `none` where allowed */
    CELL_CACHE,     /* catalog id of a cache type */
    CELL_GPU,       /* catalog id */
    CELL_OPTIMIZER, /* catalog id, or none */
    CELL_ENGINE,    /* any name; unknown ones are planned with generic defaults */
    CELL_TARGETS    /* LoRA targets: q,v or all-linear */
};

/* Columns that the code must find by name; the rest are reached through their offset alone. */
enum column_id {
    COL_OTHER,
    COL_SCENARIO,
    COL_PERIOD,
    COL_MODEL,
    COL_DTYPE,
    COL_KV_DTYPE,
    COL_OPTIMIZER,
    COL_TOKENS,
    COL_CONCURRENCY,
    COL_GPU,
    COL_ENGINE,
    COL_ENGINE_VERSION,
    COL_CLIENT,
    COL_PROMPT,
    COL_OUTPUT,
    COL_TUNING,
    COL_MASTER,
    COL_GRAD,
    COL_TP,
    COL_PP,
    COL_DP,
    COL_CP,
    COL_GPUS,
    COL_TARGETS,
    COL_SHAPE /* a dimension of a custom model: offset is into struct model */
};

struct scenario_column {
    const char *name;
    enum cell_kind kind;
    enum column_id id;
    bool required;
    bool measured_only; /* known to `validate` only */
    size_t offset;      /* of the double, int, bool or pointer in struct request */
    double least;
    double most;
    const char *const *words;
    const char *fallback; /* what an empty cell means, for people */
    const char *help;
};

extern const struct scenario_column scenario_columns[];
extern const size_t scenario_column_count;

/* The column named `name` without case, or NULL. `measured`: measured_only columns count too. */
const struct scenario_column *scenario_column_named(const char *name, bool measured);

#endif
