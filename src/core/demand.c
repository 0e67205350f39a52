/* demand.c -- latency, deadline and cost from above, throughput from below, at one end of the band
 */
#include "core/demand.h"

#include <math.h>

demand_set demands_of(const struct request *r)
{
    demand_set set = 0;
    if (r->max_usd >= 0)
        set |= 1u << LIMIT_BUDGET;
    if (r->max_kw >= 0)
        set |= 1u << LIMIT_POWER;
    if (r->optimizer)
        return r->train_tokens >= 0 && r->deadline_days >= 0 ? set | 1u << LIMIT_DEADLINE : set;
    if (r->requests_per_s >= 0 || r->output_tok_s >= 0)
        set |= 1u << LIMIT_THROUGHPUT;
    if (r->ttft_ms >= 0)
        set |= 1u << LIMIT_TTFT;
    if (r->tpot_ms >= 0 && r->output_tokens != 1) /* one token has none after it */
        set |= 1u << LIMIT_TPOT;
    return set;
}

/* The end of a range that a margin looks at: what is large is bad, or good. */
static double end_of(const struct range *range, enum margin margin, bool large_is_bad)
{
    if (margin == MARGIN_EXPECTED)
        return range->expected;
    return (margin == MARGIN_HIGH) == large_is_bad ? range->high : range->low;
}

/* The larger `value / most` is, the more is missed; NOT_GIVEN misses by any measure. */
static void take(struct miss *out, enum limit limit, double ratio, double reached, double asked)
{
    if (reached < 0)
        ratio = INFINITY;
    if (ratio > 1 && (out->limit == LIMIT_NONE || ratio > out->ratio))
        *out = (struct miss){limit, ratio, reached, asked};
}

static void take_most(struct miss *out, enum limit limit, double reached, double most)
{
    take(out, limit, reached / most, reached, most);
}

static double asked_rate(const struct offer *offer)
{
    double prompt;
    double output;
    request_tokens(offer->request, offer->facts, &prompt, &output);
    return request_output_rate(offer->request, output);
}

/* The price that max_usd limits, a run's at the margin's end of its days. */
static double price_of(const struct offer *offer, enum margin margin)
{
    struct speed speed = *offer->speed;
    speed.days.expected = end_of(&speed.days, margin, true);
    return money_budgeted_usd(offer->bill, offer->request, offer->layout, &speed);
}

void demands_missed(const struct offer *offer, demand_set demands, enum margin margin,
                    struct miss *out)
{
    const struct request *r = offer->request;
    const struct speed *speed = offer->speed;
    *out = (struct miss){LIMIT_NONE, 1, NOT_GIVEN, NOT_GIVEN};
    if (demands & 1u << LIMIT_TPOT)
        take_most(out, LIMIT_TPOT, end_of(&speed->tpot_ms, margin, true), r->tpot_ms);
    if (demands & 1u << LIMIT_TTFT)
        take_most(out, LIMIT_TTFT, end_of(&speed->ttft_ms, margin, true), r->ttft_ms);
    if (demands & 1u << LIMIT_DEADLINE)
        take_most(out, LIMIT_DEADLINE, end_of(&speed->days, margin, true), r->deadline_days);
    if (demands & 1u << LIMIT_BUDGET)
        take_most(out, LIMIT_BUDGET, price_of(offer, margin), r->max_usd);
    if (demands & 1u << LIMIT_POWER)
        take_most(out, LIMIT_POWER, money_power_kw(offer->bill, offer->layout), r->max_kw);
    if (demands & 1u << LIMIT_THROUGHPUT) {
        double rate = end_of(&speed->max_output_tok_s, margin, false);
        double asked = asked_rate(offer);
        take(out, LIMIT_THROUGHPUT, asked / rate, rate, asked);
    }
}
