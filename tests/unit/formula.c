/* formula.c -- a small recursive evaluator of formulas in letters, as a spreadsheet writes them */
#include "formula.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A formula while it is evaluated. */
struct formula {
    const char *at;
    formula_find *find;
    const void *letters;
    const char *fault; /* NULL: none so far */
};

static double expression(struct formula *f);

static bool take(struct formula *f, char wanted)
{
    while (*f->at == ' ')
        f->at++;
    if (*f->at != wanted)
        return false;
    f->at++;
    return true;
}

static double fail(struct formula *f, const char *fault)
{
    f->fault = f->fault ? f->fault : fault;
    return NAN;
}

static void need(struct formula *f, char wanted)
{
    if (!take(f, wanted))
        fail(f, "a bracket or comma is missing");
}

/* The arguments of a function, up to three, the bracket taken. */
static size_t arguments(struct formula *f, double values[3])
{
    size_t count = 0;
    do
        values[count++] = expression(f);
    while (count < 3 && take(f, ','));
    need(f, ')');
    return count;
}

static double call(struct formula *f, const char *name)
{
    double v[3] = {0};
    size_t count = arguments(f, v);
    if (!strcmp(name, "MAX") && count == 2)
        return fmax(v[0], v[1]);
    if (!strcmp(name, "MIN") && count == 2)
        return fmin(v[0], v[1]);
    if (!strcmp(name, "IF") && count == 3)
        return v[0] > 0 ? v[1] : v[2];
    if (!strcmp(name, "ROUNDUP") && count == 2 && v[1] == 0)
        return ceil(v[0]);
    if (!strcmp(name, "COUNT") && count == 1)
        return isfinite(v[0]);
    return fail(f, "unknown function, or not its number of arguments");
}

static double word(struct formula *f)
{
    char name[16] = "";
    size_t length = 0;
    while (isalnum((unsigned char)f->at[length]) || f->at[length] == '_')
        length++;
    if (length == 0 || length >= sizeof name)
        return fail(f, "a name was expected");
    memcpy(name, f->at, length);
    f->at += length;
    if (take(f, '('))
        return call(f, name);
    double value;
    return f->find(f->letters, name, &value) ? value : fail(f, "a letter is not in the legend");
}

static double factor(struct formula *f)
{
    if (f->fault)
        return NAN;
    if (take(f, '(')) {
        double value = expression(f);
        need(f, ')');
        return value;
    }
    if (take(f, '-'))
        return -factor(f);
    if (isdigit((unsigned char)*f->at)) {
        char *end;
        double value = strtod(f->at, &end);
        f->at = end;
        return value;
    }
    return word(f);
}

static double power(struct formula *f)
{
    double value = factor(f);
    while (!f->fault && take(f, '^'))
        value = pow(value, factor(f));
    return value;
}

static double product(struct formula *f)
{
    double value = power(f);
    while (!f->fault) {
        if (take(f, '*'))
            value *= power(f);
        else if (take(f, '/'))
            value /= power(f);
        else
            break;
    }
    return value;
}

static double sum(struct formula *f)
{
    double value = product(f);
    while (!f->fault) {
        if (take(f, '+'))
            value += product(f);
        else if (take(f, '-'))
            value -= product(f);
        else
            break;
    }
    return value;
}

static double expression(struct formula *f)
{
    double value = sum(f);
    while (!f->fault) {
        if (take(f, '>'))
            value = take(f, '=') ? value >= sum(f) : value > sum(f);
        else if (take(f, '<'))
            value = take(f, '=') ? value <= sum(f) : value < sum(f);
        else if (take(f, '='))
            value = value == sum(f);
        else
            break;
    }
    return value;
}

double formula_value(const char *text, formula_find *find, const void *letters, const char **fault)
{
    struct formula f = {text, find, letters, NULL};
    double value = expression(&f);
    if (!f.fault && *f.at)
        fail(&f, "text after the end");
    *fault = f.fault;
    return value;
}
