/* plan.h -- the pipeline: load, check, evaluate, write */
#ifndef GPUPLAN_PLAN_H
#define GPUPLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>

/* What the command line asked for. Texts are borrowed. */
struct plan_options {
    const char *const *inputs;   /* NULL-terminated paths; "-" is standard input */
    const char *output;          /* workbook; NULL: outputs/<stem of the first input>.xlsx */
    const char *results;         /* CSV; NULL: none; "-": standard output */
    const char *catalog;         /* directory of overrides, or NULL */
    const char *encoding;        /* iconv name, or NULL */
    const char *baseline;        /* results CSV of an earlier run, or NULL */
    const char *owned;           /* CSV of owned GPUs, or NULL */
    const char *language;        /* of the workbook: "en", "ko", ... */
    const char *const *settings; /* NAME=VALUE, NULL-terminated; NULL: none */
    const char *formulas;        /* auto, always or never; NULL: auto */
    const char *const *where;    /* COLUMN OP VALUE, NULL-terminated; NULL: none */
    const char *sort;            /* COLUMN, COLUMN:desc; NULL: in the order of the inputs */
    double top;                  /* rows that are listed; NOT_GIVEN: all */
    double scenario_rows;        /* the most on Scenarios; NOT_GIVEN: what its sheets hold */
    const char *shard;           /* K/N; NULL: all scenarios */
    bool no_workbook;
    bool keep_going;
    bool exit_status;
    bool quiet;
    bool check_only;
    double jobs;         /* threads; NOT_GIVEN: one per core */
    const char *command; /* how the program was called, for the About sheet */
};

/* Runs; returns an exit code of base/exit.h. */
int plan_run(const struct plan_options *options);

#endif
