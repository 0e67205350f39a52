/* solve.c -- Gauss-Newton on the logarithms, reweighted towards the mean absolute error
 *
 * Loss: sum of weight sqrt(error^2 + SOFT^2) / SPREAD over the rows, plus half of
 * ((value - expected) / sigma)^2 over the coefficients. Steps that do not lower it are damped.
 * The loss has several valleys: SOFT, below which an error counts by its square, begins wide. */
#include "tests/accuracy/fit/fit.h"

#include <math.h>
#include <string.h>

static const double SPREAD = 0.2; /* errors that rows are expected to keep */

struct system {
    size_t size;
    double *matrix;
    double *right;
    double *slopes; /* by row: count, then pairs of coefficient and slope */
    size_t stride;
    double soft;
};

static double expected(const struct parameters *p, size_t i)
{
    long parent = p->items[i].parent;
    return parent == ABSENT ? p->items[i].prior : log(*p->items[parent].value);
}

static double loss(const struct parameters *p, struct rows *rows, long left_out, double soft,
                   double *errors)
{
    double sum = 0;
    for (size_t i = 0; i < rows->count; i++) {
        struct fit_row *row = &rows->items[i];
        if ((long)row->fold == left_out)
            continue;
        errors[i] = row_error(row);
        sum += row->weight * sqrt(errors[i] * errors[i] + soft * soft) / SPREAD;
    }
    for (size_t i = 0; i < p->count; i++) {
        double off = (log(*p->items[i].value) - expected(p, i)) / p->items[i].sigma;
        sum += off * off / 2;
    }
    return sum;
}

/* Slopes of every row's error by each coefficient that moves it. */
static void find_slopes(struct system *s, const struct parameters *p, struct rows *rows,
                        long left_out, const double *errors)
{
    const double step = 1e-4;
    for (size_t i = 0; i < rows->count; i++)
        s->slopes[i * s->stride] = 0;
    for (size_t j = 0; j < p->count; j++) {
        double old = *p->items[j].value;
        *p->items[j].value = old * exp(step);
        for (size_t k = 0; k < p->items[j].row_count; k++) {
            size_t i = p->items[j].rows[k];
            if ((long)rows->items[i].fold == left_out)
                continue;
            double *at = &s->slopes[i * s->stride];
            size_t n = (size_t)(*at += 1);
            at[2 * n - 1] = (double)j;
            at[2 * n] = (row_error(&rows->items[i]) - errors[i]) / step;
        }
        *p->items[j].value = old;
    }
}

static void add_row(struct system *s, const double *at, double weight, double error)
{
    for (size_t a = 1; a <= (size_t)at[0]; a++) {
        size_t i = (size_t)at[2 * a - 1];
        s->right[i] -= weight * at[2 * a] * error;
        for (size_t b = 1; b <= (size_t)at[0]; b++)
            s->matrix[i * s->size + (size_t)at[2 * b - 1]] += weight * at[2 * a] * at[2 * b];
    }
}

static void assemble(struct system *s, const struct parameters *p, const struct rows *rows,
                     long left_out, const double *errors)
{
    memset(s->matrix, 0, s->size * s->size * sizeof *s->matrix);
    memset(s->right, 0, s->size * sizeof *s->right);
    for (size_t i = 0; i < rows->count; i++) {
        double soft = sqrt(errors[i] * errors[i] + s->soft * s->soft);
        if ((long)rows->items[i].fold != left_out)
            add_row(s, &s->slopes[i * s->stride], rows->items[i].weight / soft / SPREAD, errors[i]);
    }
    for (size_t i = 0; i < p->count; i++) {
        double weight = 1 / (p->items[i].sigma * p->items[i].sigma);
        double off = log(*p->items[i].value) - expected(p, i);
        const double own[] = {1, (double)i, 1};
        const double both[] = {2, (double)i, 1, (double)p->items[i].parent, -1};
        add_row(s, p->items[i].parent == ABSENT ? own : both, weight, off);
    }
}

/* Cholesky, in place; the answer is left in `right`. */
static void eliminate(struct system *s, double damping)
{
    size_t n = s->size;
    double *m = s->matrix;
    for (size_t j = 0; j < n; j++) {
        double pivot = m[j * n + j] * (1 + damping);
        for (size_t k = 0; k < j; k++)
            pivot -= m[j * n + k] * m[j * n + k];
        m[j * n + j] = sqrt(fmax(pivot, 1e-12));
        for (size_t i = j + 1; i < n; i++) {
            for (size_t k = 0; k < j; k++)
                m[i * n + j] -= m[i * n + k] * m[j * n + k];
            m[i * n + j] /= m[j * n + j];
        }
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++)
            s->right[i] -= m[i * n + k] * s->right[k];
        s->right[i] /= m[i * n + i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++)
            s->right[i] -= m[k * n + i] * s->right[k];
        s->right[i] /= m[i * n + i];
    }
}

static void move(const struct parameters *p, const double *by, double sign)
{
    for (size_t i = 0; i < p->count; i++)
        *p->items[i].value *= exp(sign * fmax(-0.5, fmin(0.5, by[i])));
}

/* Steps until one of them gains next to nothing. */
static void descend(struct system *s, struct parameters *p, struct rows *rows, long left_out,
                    double *errors)
{
    double best = loss(p, rows, left_out, s->soft, errors);
    double damping = 0.01;
    for (int step = 0; step < 60 && damping < 1e4; step++) {
        find_slopes(s, p, rows, left_out, errors);
        assemble(s, p, rows, left_out, errors);
        eliminate(s, damping);
        move(p, s->right, 1);
        double now = loss(p, rows, left_out, s->soft, errors);
        bool better = now < best;
        if (!better) {
            move(p, s->right, -1);
            loss(p, rows, left_out, s->soft, errors);
        }
        damping = better ? damping / 4 : damping * 8;
        bool still = better && best - now < 1e-5 * best;
        best = fmin(best, now);
        if (still)
            break;
    }
}

void solve(struct parameters *p, struct rows *rows, long left_out)
{
    static const double softness[] = {0.5, 0.2, 0.1, 0.05};
    const size_t stride = 2 * 64 + 1;
    struct arena arena = {0};
    struct system s = {.size = p->count, .stride = stride};
    s.matrix = arena_array(&arena, s.size * s.size, sizeof *s.matrix);
    s.right = arena_array(&arena, s.size, sizeof *s.right);
    s.slopes = arena_array(&arena, rows->count * stride, sizeof *s.slopes);
    double *errors = arena_array(&arena, rows->count, sizeof *errors);
    for (size_t i = 0; i < p->count; i++)
        *p->items[i].value = exp(p->items[i].prior);
    for (size_t i = 0; i < sizeof softness / sizeof *softness; i++) {
        s.soft = softness[i];
        descend(&s, p, rows, left_out, errors);
    }
    arena_free(&arena);
}
