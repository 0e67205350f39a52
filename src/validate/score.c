/* score.c -- medians, means and tails: sorted once per line of the table */
#include "validate/score.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void score_add(struct score *score, struct verdict verdict)
{
    score->verdicts = arena_grown(score->arena, score->verdicts, score->count, &score->room,
                                  sizeof *score->verdicts);
    score->verdicts[score->count++] = verdict;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The value below which a share of the sorted values lies; the middle of two at an even split. */
static double quantile(const double *sorted, size_t count, double share)
{
    double at = share * (double)(count - 1);
    size_t below = (size_t)floor(at);
    size_t above = (size_t)ceil(at);
    return sorted[below] + (at - (double)below) * (sorted[above] - sorted[below]);
}

/* The sums of one line. */
struct line {
    size_t rows;
    size_t predicted;
    size_t low;
    size_t inside;
    size_t agrees;
    size_t false_fits;
    double sum;
    double absolute;
};

static void add_verdict(struct line *line, const struct verdict *v, double *errors, double *units)
{
    line->rows++;
    if (!v->predicted)
        return;
    units[line->predicted] = fabs(v->error_units);
    errors[line->predicted++] = fabs(v->error_pct);
    line->low += v->error_pct < 0;
    line->inside += v->inside;
    line->agrees += v->agrees;
    line->false_fits += v->false_fit;
    line->sum += v->error_pct;
    line->absolute += fabs(v->error_pct);
}

static double share(size_t part, size_t whole)
{
    return whole ? 100 * (double)part / (double)whole : 0;
}

static void print_line(const struct kind *kind, const char *group, const struct line *line,
                       double *errors, double *units)
{
    double n = (double)line->predicted;
    printf("%-20s %-22.22s %5zu %5zu", kind->name, group, line->rows, line->predicted);
    if (!line->predicted) {
        puts("      -      -      -      -      -      -      -      -");
        return;
    }
    qsort(errors, line->predicted, sizeof *errors, by_value);
    qsort(units, line->predicted, sizeof *units, by_value);
    if (kind->judgement == JUDGE_YES_NO)
        printf("      -      -      -      -      -      - %6.1f",
               share(line->inside, line->predicted));
    else
        printf(" %6.3g %6.2f %6.2f %6.1f %+6.1f %6.1f %6.1f", quantile(units, line->predicted, 0.5),
               quantile(errors, line->predicted, 0.5), line->absolute / n,
               quantile(errors, line->predicted, 0.9), line->sum / n,
               share(line->low, line->predicted), share(line->inside, line->predicted));
    if (kind->judgement == JUDGE_NUMBER)
        puts("      -");
    else if (kind->judgement == JUDGE_COUNT)
        printf(" %6.1f\n", share(line->agrees, line->predicted));
    else
        printf(" %6.1f  (%zu false fits)\n", share(line->agrees, line->predicted),
               line->false_fits);
}

static void print_kind(const struct score *score, const struct kind *kind, const char *group,
                       double *errors, double *units)
{
    struct line line = {0};
    for (size_t i = 0; i < score->count; i++) {
        const struct verdict *v = &score->verdicts[i];
        if (v->kind == kind && !v->left_out && (!group || !strcmp(v->group, group)))
            add_verdict(&line, v, errors, units);
    }
    if (line.rows)
        print_line(kind, group ? group : "all", &line, errors, units);
}

static void print_left_out(const struct score *score)
{
    for (size_t i = 0; i < score->count; i++) {
        const struct verdict *v = &score->verdicts[i];
        if (v->left_out && v->kind->judgement == JUDGE_YES_NO)
            printf("left out, see column left_out: %s, %s, predicted %s\n", v->left_out,
                   v->kind->name, v->agrees ? "as measured" : "otherwise");
        else if (v->left_out)
            printf("left out, see column left_out: %s, %s, error %+.1f %%\n", v->left_out,
                   v->kind->name, v->error_pct);
    }
}

void score_print(const struct score *score, const char *by)
{
    double *errors = arena_array(score->arena, score->count + 1, sizeof *errors);
    double *units = arena_array(score->arena, score->count + 1, sizeof *units);
    printf("%-20s %-22s %5s %5s %6s %6s %6s %6s %6s %6s %6s %6s\n", "kind", by ? by : "", "rows",
           "pred.", "median", "median", "mean", "P90", "bias", "low", "inside", "agree");
    printf("%-20s %-22s %5s %5s %6s %6s %6s %6s %6s %6s %6s %6s\n", "", "", "", "", "unit", "%",
           "%", "%", "%", "%", "%", "%");
    for (size_t k = 0; k < kind_count; k++) {
        print_kind(score, &kinds[k], NULL, errors, units);
        struct names seen = {0};
        for (size_t i = 0; by && i < score->count; i++) {
            const struct verdict *v = &score->verdicts[i];
            if (v->kind != &kinds[k] || names_find(&seen, v->group))
                continue;
            names_add(&seen, score->arena, v->group, v);
            print_kind(score, &kinds[k], v->group, errors, units);
        }
    }
    print_left_out(score);
    puts("\nmedian, mean, P90: of the absolute error, in the kind's unit and in percent; "
         "bias: of the\nsigned error; low: share predicted low; inside: share within the 90 % "
         "band; agree: share of\ncounts and yes/no answers predicted right.");
}
