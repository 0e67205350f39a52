/* allowed.h -- which layouts a row allows, whatever they hold */
#ifndef GPUPLAN_ALLOWED_H
#define GPUPLAN_ALLOWED_H

#include "core/footprint.h"

/* True when a number of the row is given, so that there is no choice. */
static inline bool is_pinned(double value)
{
    return value > 0;
}

/* Context- and expert-parallel ways: the row's, else 1. */
double context_ways(const struct request *request);
double expert_ways(const struct request *request);

/* The layout with these ways and that stage, its servers counted. */
struct layout allowed_layout(const struct subject *subject, double t, double p, double ways,
                             double zero);

/* A data-parallel count must split the global batch into whole micro-batches, and expert-parallel
 * ways must divide the GPUs of a stage. */
bool ways_allowed(const struct request *request, double t, double ways);

/* The ZeRO stages that are worth trying with p pipeline stages. */
bool zero_allowed(const struct request *request, double p, double zero);

/* True when the stages of p are as long as those of p - 1: with as many ways they take as many
 * bytes in serving, and in training no fewer, as expected. */
bool pipeline_is_wasted(const struct subject *subject, double p);

#endif
