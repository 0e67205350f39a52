/* price.c -- which of a card's prices a plan uses */
#include "core/price.h"

#include <string.h>

const char price_set_here[] = "set";

bool price_is_expired(const struct price *price, const struct facts *facts)
{
    return price->expires && facts->date && strcmp(price->expires, facts->date) < 0;
}

/* The order of preference; UNUSABLE: shown, never used. */
enum { RANK_SET, RANK_QUOTE, RANK_EXPIRED, RANK_MEDIAN, RANK_LIST, RANK_STREET, UNUSABLE };

static int rank_of(const struct price *price, const struct facts *facts)
{
    const char *stat = price->stat ? price->stat : "";
    bool rent = price->kind == PRICE_RENT;
    if (price->usd <= 0 || price->doubtful)
        return UNUSABLE;
    if (!strcmp(stat, price_set_here))
        return RANK_SET;
    if (price->term == PRICE_QUOTE)
        return price_is_expired(price, facts) ? RANK_EXPIRED : RANK_QUOTE;
    if (!strcmp(stat, "median"))
        return RANK_MEDIAN;
    if (!rent && !strcmp(stat, "list"))
        return RANK_LIST;
    return !rent && !strcmp(stat, "street") ? RANK_STREET : UNUSABLE;
}

/* What was set for this run holds for every term. */
static bool is_of_term(const struct price *price, enum price_term term, int rank)
{
    if (price->kind != PRICE_RENT || rank == RANK_SET)
        return true;
    if (term == PRICE_ANY)
        return price->term == PRICE_QUOTE || price->term == PRICE_ON_DEMAND;
    return price->term == (int)term;
}

const struct price *price_find(const struct facts *facts, const struct gpu *gpu,
                               enum price_kind kind, enum price_term term)
{
    const struct price *best = NULL;
    int best_rank = UNUSABLE;
    for (size_t i = 0; i < facts->price_count; i++) {
        const struct price *price = &facts->prices[i];
        if (price->kind != (int)kind || price->gpu[0] != gpu->id[0] ||
            strcmp(price->gpu, gpu->id) != 0)
            continue;
        int rank = rank_of(price, facts);
        if (rank > best_rank || rank == UNUSABLE || !is_of_term(price, term, rank))
            continue;
        if (rank == best_rank && price->usd >= best->usd)
            continue;
        best = price;
        best_rank = rank;
    }
    return best;
}
