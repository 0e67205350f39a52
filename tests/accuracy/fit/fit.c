/* fit.c -- finds the speed coefficients: fit [--of serving|training] [--cross K] [--leave WHAT]
 * [--by GROUP] [--write DIR]
 *
 * --cross K leaves out one of K parts at a time and prints the errors of what was left out beside
 * those in sample; --leave says what stays together in one part: configuration (model, gpu,
 * engine, tensor ways), gpu, engine or model. --write rewrites the CSV files of DIR. */
#include "tests/accuracy/fit/fit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
    const char *write;
    const char *by;
    const char *details;
    unsigned folds;
    enum leave leave;
    enum engine_mode mode;
};

static const char *const leaves[] = {"configuration", "gpu", "engine", "model"};

static bool read_options(struct options *o, int count, char **words)
{
    for (int i = 1; i < count; i += 2) {
        const char *value = i + 1 < count ? words[i + 1] : NULL;
        if (!value)
            return false;
        if (!strcmp(words[i], "--cross"))
            o->folds = (unsigned)strtoul(value, NULL, 10);
        else if (!strcmp(words[i], "--by"))
            o->by = value;
        else if (!strcmp(words[i], "--details"))
            o->details = value;
        else if (!strcmp(words[i], "--write"))
            o->write = value;
        else if (!strcmp(words[i], "--of"))
            o->mode = strcmp(value, "training") ? MODE_INFERENCE : MODE_TRAINING;
        else if (!strcmp(words[i], "--leave")) {
            for (size_t j = 0; j < sizeof leaves / sizeof *leaves; j++)
                if (!strcmp(value, leaves[j]))
                    o->leave = (enum leave)j;
        } else
            return false;
    }
    return true;
}

static void cross(struct parameters *p, struct rows *rows, unsigned folds)
{
    for (unsigned k = 0; k < folds; k++) {
        solve(p, rows, (long)k);
        for (size_t i = 0; i < rows->count; i++)
            if (rows->items[i].fold == k)
                rows->items[i].left_out = row_error(&rows->items[i]);
    }
}

int main(int count, char **words)
{
    struct options o = {.mode = MODE_INFERENCE};
    struct rows rows = {0};
    struct parameters p = {0};
    if (!read_options(&o, count, words)) {
        fputs("usage: fit [--of MODE] [--cross K] [--leave WHAT] [--by GROUP] [--details FILE]"
              " [--write DIR]\n",
              stderr);
        return 64;
    }
    const char *path =
        o.mode == MODE_TRAINING ? "tests/accuracy/training.csv" : "tests/accuracy/serving.csv";
    if (!rows_read(&rows, path, o.leave, o.folds ? o.folds : 1))
        return 65;
    parameters_collect(&p, &rows, o.mode);
    if (o.folds)
        cross(&p, &rows, o.folds);
    solve(&p, &rows, ABSENT);
    for (size_t i = 0; i < rows.count; i++)
        rows.items[i].error = row_error(&rows.items[i]);
    print_residuals(&rows, o.folds > 0);
    if (o.by)
        print_groups(&rows, o.by, o.folds > 0);
    if (o.details && !print_details(&rows, o.details))
        perror(o.details);
    int exit_code = o.write ? write_catalogs(o.write, &p, &rows) : 0;
    arena_free(&rows.arena);
    return exit_code;
}
