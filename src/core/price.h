/* price.h -- which of a card's prices a plan uses
 *
 * Usable is a price that is known and not doubtful. The best kind wins: one set for this run, a
 * quote that holds, a quote that has expired (flagged in the note), the median over public lists, a
 * list price, a street price. Rents know no list or street price: one cloud's list says little of
 * the market. Other statistics (min, max, server_share) are shown and never used. Of several prices
 * of the best kind the lowest is taken. */
#ifndef GPUPLAN_PRICE_H
#define GPUPLAN_PRICE_H

#include "core/facts.h"

#include <stdbool.h>

/* The price of one card of this kind: USD per card, per server of `gpus` cards, or per GPU-hour.
 * `term` matters for rents only; PRICE_ANY: a quote where there is one, else on demand. NULL: not
 * known. */
const struct price *price_find(const struct facts *facts, const struct gpu *gpu,
                               enum price_kind kind, enum price_term term);

/* A quote whose last day lies before the plan's date. */
bool price_is_expired(const struct price *price, const struct facts *facts);

/* The statistic of a price that was set on the command line. */
extern const char price_set_here[];

#endif
