/* inside.h -- cells of a result, for the files that fill columns */
#ifndef GPUPLAN_REPORT_INSIDE_H
#define GPUPLAN_REPORT_INSIDE_H

#include "report/columns.h"

#include <math.h>

static inline struct result_value text(const char *value)
{
    return (struct result_value){value ? value : "", NOT_GIVEN};
}

/* A figure beyond what a double holds, as from a catalog row without a rate, is not known. */
static inline struct result_value number(double value)
{
    return (struct result_value){NULL, isfinite(value) ? value : NOT_GIVEN};
}

static const struct result_value empty = {NULL, NOT_GIVEN};

static inline bool is_detailed(const struct result *r)
{
    return r->scenario->request.estimate == ESTIMATE_DETAILED;
}

/* The layout and its memory are printed for a fit and for the nearest miss, not for a refusal. */
static inline bool is_placed(const struct result *r)
{
    return r->answer->placed && r->answer->status != STATUS_UNSUPPORTED;
}

static inline bool is_ok(const struct result *r)
{
    return r->answer->status == STATUS_OK;
}

#endif
