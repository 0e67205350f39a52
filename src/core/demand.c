/* demand.c -- latency and deadline from above, throughput from below, at one end of the band */
#include "core/demand.h"

#include <math.h>

demand_set demands_of(const struct request *r)
{
    demand_set set = 0;
    if (r->optimizer)
        return r->train_tokens >= 0 && r->deadline_days >= 0 ? 1u << LIMIT_DEADLINE : 0;
    if (r->requests_per_s >= 0 || r->output_tok_s >= 0)
        set |= 1u << LIMIT_THROUGHPUT;
    if (r->ttft_ms >= 0)
        set |= 1u << LIMIT_TTFT;
    if (r->tpot_ms >= 0)
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

static void take(struct miss *out, enum limit limit, double ratio, double reached, double asked)
{
    if (reached < 0)
        ratio = INFINITY;
    if (ratio > 1 && (out->limit == LIMIT_NONE || ratio > out->ratio))
        *out = (struct miss){limit, ratio, reached, asked};
}

void demands_missed(const struct request *r, const struct facts *facts, demand_set demands,
                    const struct speed *speed, enum margin margin, struct miss *out)
{
    double tpot = end_of(&speed->tpot_ms, margin, true);
    double ttft = end_of(&speed->ttft_ms, margin, true);
    double days = end_of(&speed->days, margin, true);
    double rate = end_of(&speed->max_output_tok_s, margin, false);
    *out = (struct miss){LIMIT_NONE, 1, NOT_GIVEN, NOT_GIVEN};
    if (demands & 1u << LIMIT_TPOT)
        take(out, LIMIT_TPOT, tpot / r->tpot_ms, tpot, r->tpot_ms);
    if (demands & 1u << LIMIT_TTFT)
        take(out, LIMIT_TTFT, ttft / r->ttft_ms, ttft, r->ttft_ms);
    if (demands & 1u << LIMIT_DEADLINE)
        take(out, LIMIT_DEADLINE, days / r->deadline_days, days, r->deadline_days);
    if (demands & 1u << LIMIT_THROUGHPUT) {
        double prompt;
        double output;
        request_tokens(r, facts, &prompt, &output);
        double asked = fmax(r->output_tok_s, r->requests_per_s * output);
        take(out, LIMIT_THROUGHPUT, asked / rate, rate, asked);
    }
}
