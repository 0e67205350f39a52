/* engines.h -- picks the generation of an engine that a version belongs to */
#ifndef GPUPLAN_ENGINES_H
#define GPUPLAN_ENGINES_H

#include "core/facts.h"

/* The row of engine `id` for this mode whose version_from is the newest not after `version`
 * ("v0.11", "transformers 4.46.0": the first number counts; NULL, a commit's name or no number: the
 * newest row). A version that is a date ("main 2025-01", "20250131") is held against the months in
 * which the rows came out, one that is a build ("b3000") against their builds. An id may be an
 * alias, and only its letters and digits count, whatever their case. One that the catalog lacks, or
 * NULL, gives the generic row and *known = (id == NULL). */
const struct engine *engine_for(const struct facts *facts, const char *id, enum engine_mode mode,
                                const char *version, bool *known);

/* True when 0.9 is asked against 0.11; what stands before the first digit does not count. */
bool version_is_before(const char *a, const char *b);

#endif
