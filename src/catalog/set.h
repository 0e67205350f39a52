/* set.h -- values of one run in place of the catalogs': --set NAME=VALUE
 *
 * NAME is an assumption, or rent.GPU (USD per GPU-hour), card.GPU (USD per card) or server.GPU (USD
 * per server) with the id of a card. What was set stands in the facts like any other row, with the
 * command line as its source. */
#ifndef GPUPLAN_SET_H
#define GPUPLAN_SET_H

#include "base/arena.h"
#include "core/facts.h"

/* Applies each text of `settings` (NULL-terminated; NULL: none), the last one of a name winning,
 * and dates the facts: quotes that have expired by then are flagged. Returns EXIT_DONE, or
 * EXIT_USAGE after saying what is wrong. Everything taken is in `arena`. */
int catalog_set(struct facts *facts, const char *const *settings, struct arena *arena);

#endif
