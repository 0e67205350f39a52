/* option.h -- one option: copied from a result, compared with others, described in a few words */
#ifndef GPUPLAN_BOOK_OPTION_H
#define GPUPLAN_BOOK_OPTION_H

#include "book/digest.h"

/* All of it, and only what names it. */
void option_copy(struct option *option, const struct result *result);
void option_names(struct option *option, const struct scenario *scenario);

/* Order of preference: detailed before published, then counts that hold in the whole band; then
 * fewest recommended GPUs, least memory bought and name; or the lowest rent (of a training run with
 * an end: the lowest price of the run), or the lowest cost of owning, before these three. */
int option_compare_size(const struct option *a, const struct option *b);
int option_compare_cost(const struct option *a, const struct option *b);
int option_compare_owned(const struct option *a, const struct option *b);
bool option_equals(const struct option *a, const struct option *b);

/* "8 × 1 × 2": tensor × pipeline × replicas or data-parallel ranks, with the ZeRO stage. */
enum { LAYOUT_BYTES = 64 };
const char *option_layout(const struct option *option, char buffer[LAYOUT_BYTES]);

/* "bf16", "fp8, KV fp8", "bf16, adamw": what tells options on the same card apart. */
enum { TYPE_BYTES = 96 };
const char *option_type(const struct option *option, char buffer[TYPE_BYTES]);

/* "memory: KV cache": what bound the count, with the largest part of the memory. */
enum { BOUND_BYTES = 64 };
const char *option_bound(const struct option *option, char buffer[BOUND_BYTES]);

extern const char *const column_titles[COLUMN_COUNT];

#endif
