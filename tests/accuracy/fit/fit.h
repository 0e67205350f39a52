/* fit.h -- finds the speed coefficients of templates/ from tests/accuracy/serving.csv, and those of
 * training from training.csv
 *
 * Every filled cell of a fitted column is one coefficient, in logarithms: priors.c says which
 * columns those are. Predictions come from the program's own functions (validate/speeds.h). */
#ifndef GPUPLAN_FIT_PROGRAM_H
#define GPUPLAN_FIT_PROGRAM_H

#include "base/arena.h"
#include "base/diag.h"
#include "validate/speeds.h"

#include <stddef.h>

enum { ABSENT = -1 };

/* One measured row. */
struct fit_row {
    struct load load;
    struct measurement measurement;
    const struct speed_kind *kind;
    double measured;
    double weight; /* of its residual in the loss */
    unsigned fold; /* the fold in which it is left out */
    const char *id;
    const char *source; /* what the id begins with */
    double error;       /* ln(predicted / measured), in sample */
    double left_out;
};

struct rows {
    struct fit_row *items;
    size_t count;
    size_t room;
    struct arena arena;
    struct facts facts;
};

/* One coefficient. */
struct parameter {
    const char *catalog; /* "gpu_speeds" */
    const char *column;
    size_t item;   /* row of the catalog */
    double *value; /* in the catalog as loaded */
    double prior;  /* ln; used where parent is ABSENT */
    long parent;   /* the coefficient it shrinks towards, or ABSENT */
    double sigma;  /* how far from there, in ln */
    size_t *rows;  /* that depend on it */
    size_t row_count;
};

struct parameters {
    struct parameter *items;
    size_t count;
    size_t room;
};

/* What to leave out together: whole configurations (model, gpu, engine, t), gpus or engines. */
enum leave { LEAVE_CONFIGURATION, LEAVE_GPU, LEAVE_ENGINE, LEAVE_MODEL };

/* Reads measured speeds, and the catalogs; false, reported, when they are faulty. */
bool rows_read(struct rows *rows, const char *path, enum leave leave, unsigned folds);

/* ln(predicted / measured) of one row with the coefficients as they stand. */
double row_error(struct fit_row *row);

/* Collects the coefficients and which rows each moves; sets all to their priors. */
void parameters_collect(struct parameters *p, struct rows *rows, enum engine_mode mode);

/* Minimises the loss over rows whose fold is not `left_out` (ABSENT: over all). */
void solve(struct parameters *p, struct rows *rows, long left_out);

/* The two tables of residuals. */
void print_residuals(const struct rows *rows, bool crossed);
void print_groups(const struct rows *rows, const char *by, bool crossed);

/* One line per row: id, then error and left-out error as ln(predicted / measured). */
bool print_details(const struct rows *rows, const char *path);

/* Rewrites DIR/gpu_speeds.csv and so on with the coefficients, rows counted, and errors. */
int write_catalogs(const char *dir, const struct parameters *p, const struct rows *rows);

#endif
