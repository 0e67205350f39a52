/* print.c -- the residuals by kind and by group, in sample and left out */
#include "tests/accuracy/fit/fit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(const double *sorted, size_t count, double share)
{
    double at = share * (double)(count - 1);
    size_t below = (size_t)floor(at);
    size_t above = (size_t)ceil(at);
    return sorted[below] + (at - (double)below) * (sorted[above] - sorted[below]);
}

/* Median, P90 and bias in percent, and the share inside the band. */
static void print_errors(const struct fit_row *const *rows, size_t count, bool left_out)
{
    double *errors = calloc(2 * count, sizeof *errors);
    double inside = 0;
    if (!errors)
        exit(70);
    for (size_t i = 0; i < count; i++) {
        double error = left_out ? rows[i]->left_out : rows[i]->error;
        double band = log(1 + assumption_value(rows[i]->measurement.facts, rows[i]->kind->band));
        errors[i] = 100 * fabs(exp(error) - 1);
        errors[count + i] = 100 * (exp(error) - 1);
        inside += fabs(error) <= band;
    }
    qsort(errors, count, sizeof *errors, by_value);
    qsort(errors + count, count, sizeof *errors, by_value);
    printf("  %6.1f %6.1f %+6.1f %6.1f", quantile(errors, count, 0.5), quantile(errors, count, 0.9),
           quantile(errors + count, count, 0.5), 100 * inside / (double)count);
    free(errors);
}

static const char *mixture(const struct fit_row *row)
{
    return row->load.request.model->experts > 0 ? "MoE" : "dense";
}

static void group(const struct fit_row *row, const char *by, char *name, size_t size)
{
    const struct request *r = &row->load.request;
    const char *kind = row->kind->name;
    if (!strcmp(by, "gpu"))
        snprintf(name, size, "%s", r->gpu->id);
    else if (!strcmp(by, "engine"))
        snprintf(name, size, "%s %s %s", r->engine_name,
                 r->engine_speed->version_from ? r->engine_speed->version_from : "",
                 r->engine_speed->version_named ? r->engine_speed->version_named : "");
    else if (!strcmp(by, "model"))
        snprintf(name, size, "%s", r->model->id);
    else if (!strcmp(by, "source"))
        snprintf(name, size, "%s %s", row->source, kind);
    else if (!strcmp(by, "mixture"))
        snprintf(name, size, "%s, %s", kind, mixture(row));
    else
        snprintf(name, size, "%s%s", kind, row->measurement.is_most ? ", max" : "");
}

void print_groups(const struct rows *rows, const char *by, bool crossed)
{
    enum { NAME = 80 };
    char(*names)[NAME] = calloc(rows->count, sizeof *names);
    const struct fit_row **members = calloc(rows->count, sizeof(struct fit_row *));
    if (!names || !members)
        exit(70);
    for (size_t i = 0; i < rows->count; i++)
        group(&rows->items[i], by, names[i], NAME);
    printf("%-34s %5s  %6s %6s %6s %6s", by, "rows", "median", "P90", "bias", "inside");
    puts(crossed ? "   left out: the same" : "");
    for (size_t i = 0; i < rows->count; i++) {
        size_t count = 0;
        bool seen = false;
        for (size_t j = 0; j < rows->count; j++)
            if (!strcmp(names[i], names[j])) {
                seen |= j < i;
                members[count++] = &rows->items[j];
            }
        if (seen)
            continue;
        printf("%-34s %5zu", names[i], count);
        print_errors(members, count, false);
        if (crossed)
            print_errors(members, count, true);
        putchar('\n');
    }
    putchar('\n');
    free(names);
    free(members);
}

void print_residuals(const struct rows *rows, bool crossed)
{
    print_groups(rows, "kind", crossed);
    print_groups(rows, "mixture", crossed);
}
