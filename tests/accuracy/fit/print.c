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
        double band = log(
            speed_band(&rows[i]->load.request, rows[i]->measurement.facts, rows[i]->kind->band));
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
        snprintf(name, size, "%s", r->model->id ? r->model->id : "custom");
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

/* One figure to compare fits by: the weighted mean of |ln(predicted / measured)|. */
static void print_mean(const struct rows *rows)
{
    double weights = 0;
    double inside = 0;
    double outside = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const struct fit_row *row = &rows->items[i];
        weights += row->weight;
        inside += row->weight * fmin(1, fabs(row->error));
        outside += row->weight * fmin(1, fabs(row->left_out));
    }
    printf(
        "weighted mean of |ln(predicted / measured)|, at most 1: in sample %.4f, left out %.4f\n\n",
        inside / weights, outside / weights);
}

void print_residuals(const struct rows *rows, bool crossed)
{
    print_mean(rows);
    print_groups(rows, "kind", crossed);
    print_groups(rows, "mixture", crossed);
}

bool print_details(const struct rows *rows, const char *path)
{
    FILE *out = fopen(path, "w");
    if (!out)
        return false;
    fputs("id,kind,measured,error,left_out\n", out);
    for (size_t i = 0; i < rows->count; i++) {
        const struct fit_row *row = &rows->items[i];
        fprintf(out, "%s,%s,%g,%.4f,%.4f\n", row->id, row->kind->name, row->measured, row->error,
                row->left_out);
    }
    return !fclose(out);
}
