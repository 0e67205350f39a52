/* formula.c -- a small recursive evaluator of formulas as a spreadsheet would write them */
#include "formula.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A formula while it is evaluated. */
struct formula {
    const char *at;
    const struct alphabet *alphabet;
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

/* MAX(a, b), MIN(a, b) or IF(a, b, c), the bracket taken. */
static double call(struct formula *f, const char *name)
{
    double first = expression(f);
    need(f, ',');
    double second = expression(f);
    double value = strcmp(name, "MAX") ? fmin(first, second) : fmax(first, second);
    if (!strcmp(name, "IF")) {
        need(f, ',');
        double third = expression(f);
        value = first > 0 ? second : third;
    }
    need(f, ')');
    return value;
}

static double letter_value(struct formula *f, const char *name)
{
    double value;
    for (size_t i = 0; i < f->alphabet->count; i++) {
        if (!strcmp(f->alphabet->legend[i].symbol, name)) {
            memcpy(&value, (const char *)f->alphabet->letters + f->alphabet->legend[i].offset,
                   sizeof value);
            return value;
        }
    }
    return fail(f, "a letter is not in the legend");
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
    if (!take(f, '('))
        return letter_value(f, name);
    if (strcmp(name, "MAX") != 0 && strcmp(name, "MIN") != 0 && strcmp(name, "IF") != 0)
        return fail(f, "unknown function");
    return call(f, name);
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

double formula_value(const char *text, const struct alphabet *alphabet, const char **fault)
{
    struct formula f = {text, alphabet, NULL};
    double value = expression(&f);
    if (!f.fault && *f.at)
        fail(&f, "text after the end");
    *fault = f.fault;
    return value;
}
