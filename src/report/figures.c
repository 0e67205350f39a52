/* figures.c -- speed, demands and money of a result, as cells */
#include "report/figures.h"

#include "core/words.h"
#include "report/inside.h"

struct result_value usd_per_hour_of(const struct result *r)
{
    return number(r->answer->usd_per_hour);
}

#define ASKED(name) \
    struct result_value name##_of(const struct result *r) \
    { \
        return number(r->scenario->request.name); \
    }
ASKED(prompt_tokens)
ASKED(output_tokens)
ASKED(requests_per_s)
ASKED(output_tok_s)
ASKED(ttft_ms)
ASKED(tpot_ms)
ASKED(train_tokens)
ASKED(deadline_days)
ASKED(max_usd)
ASKED(max_kw)

#define HIGH_LAYOUT(name, field) \
    struct result_value name##_high_of(const struct result *r) \
    { \
        bool given = is_placed(r) && is_ok(r) && r->answer->gpus_high > 0; \
        return given ? number(r->answer->layout_high.field) : empty; \
    }
HIGH_LAYOUT(tp, tp)
HIGH_LAYOUT(pp, pp)
HIGH_LAYOUT(dp, ways)

struct result_value in_flight_of(const struct result *r)
{
    return number(r->answer->speed.in_flight);
}

#define RANGE_COLUMNS(name, field) \
    struct result_value name##_of(const struct result *r) \
    { \
        return number(r->answer->speed.field.expected); \
    } \
    struct result_value name##_low_of(const struct result *r) \
    { \
        return number(r->answer->speed.field.low); \
    } \
    struct result_value name##_high_of(const struct result *r) \
    { \
        return number(r->answer->speed.field.high); \
    }
RANGE_COLUMNS(tpot, tpot_ms)
RANGE_COLUMNS(ttft, ttft_ms)
RANGE_COLUMNS(output_rate, output_tok_s)
RANGE_COLUMNS(most_rate, max_output_tok_s)
RANGE_COLUMNS(train_rate, train_tok_s)
RANGE_COLUMNS(mfu, mfu_pct)
RANGE_COLUMNS(days, days)

struct result_value gpus_memory_of(const struct result *r)
{
    return is_ok(r) ? number(r->answer->gpus_memory) : empty;
}

struct result_value speed_basis_of(const struct result *r)
{
    const struct speed *speed = &r->answer->speed;
    bool given = speed->tpot_ms.expected >= 0 || speed->train_tok_s.expected >= 0;
    return text(given ? speed_basis_words[speed->basis] : NULL);
}
struct result_value rent_term_of(const struct result *r)
{
    int term = r->scenario->request.rent_term;
    return text(term == PRICE_ANY ? NULL : rent_term_words[term]);
}

#define MONEY(name, field) \
    struct result_value name##_of(const struct result *r) \
    { \
        return is_ok(r) ? number(r->answer->money.field) : empty; \
    }
MONEY(purchase_usd, purchase_usd)
MONEY(power_kw, power_kw)
MONEY(energy_usd_per_year, energy_usd_per_year)
MONEY(tco_usd, tco_usd)
MONEY(break_even_months, break_even_months)
MONEY(usd_per_million_tokens, usd_per_million_tokens.expected)
MONEY(usd_per_million_tokens_low, usd_per_million_tokens.low)
MONEY(usd_per_million_tokens_high, usd_per_million_tokens.high)
MONEY(usd_per_run, usd_per_run.expected)
MONEY(usd_per_run_low, usd_per_run.low)
MONEY(usd_per_run_high, usd_per_run.high)
MONEY(gpus_paid, gpus)
MONEY(servers_paid, servers)

#define MONEY_EXPECTED(name, field) \
    struct result_value name##_of(const struct result *r) \
    { \
        return is_ok(r) ? number(answer_money_expected(r->answer)->field) : empty; \
    }
MONEY_EXPECTED(purchase_expected_usd, purchase_usd)
MONEY_EXPECTED(usd_per_hour_expected, rent_usd_per_hour)
