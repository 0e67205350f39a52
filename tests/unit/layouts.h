/* layouts.h -- layouts by brute force: written from the design, not from the search */
#ifndef GPUPLAN_TEST_LAYOUTS_H
#define GPUPLAN_TEST_LAYOUTS_H

#include "world.h"

/* false: stop visiting. */
typedef bool visitor(const struct request *request, const struct layout *layout, void *context);

/* Every legal layout of low to high GPUs. */
void visit_layouts(const struct request *request, double low, double high, visitor *visit,
                   void *context);

/* The row with the layout pinned. */
struct request pinned(const struct request *request, const struct layout *layout);

#endif
