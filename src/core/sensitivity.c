/* sensitivity.c -- turns one knob at a time until the recommended count is another one */
#include "core/sensitivity.h"

#include "core/evaluate.h"
#include "core/letters.h"

#include <math.h>
#include <string.h>

enum { SERVING = 1 << MODE_INFERENCE, TRAINING = 1 << MODE_TRAINING, BOTH = SERVING | TRAINING };
enum { LOOKS = 8 };

/* A quarter to four times; utilization from a half to what engines still start with. */
#define LEAST 0.25
#define MOST 4.0
#define FINE (1.0 / 1024)
#define COARSE (1.0 / 128)
#define AT(field) offsetof(struct request, field)

const struct knob_row knob_rows[KNOB_COUNT] = {
    [KNOB_UTILIZATION] = {"utilization", "share", AT(utilization), 0.5, 0.98, 0.01, false, SERVING},
    [KNOB_TOKENS] = {"tokens of a request", "tokens", AT(tokens), LEAST, MOST, FINE, true, BOTH},
    [KNOB_CONCURRENCY] = {"requests at once", "sequences", AT(concurrency), LEAST, MOST, FINE, true,
                          BOTH},
    [KNOB_OUTPUT] = {"output wanted", "tokens/s", AT(output_tok_s), LEAST, MOST, COARSE, false,
                     SERVING},
    [KNOB_REQUESTS] = {"requests wanted", "requests/s", AT(requests_per_s), LEAST, MOST, COARSE,
                       false, SERVING},
    [KNOB_TTFT] = {"TTFT allowed", "ms", AT(ttft_ms), LEAST, MOST, COARSE, false, SERVING},
    [KNOB_TPOT] = {"TPOT allowed", "ms", AT(tpot_ms), LEAST, MOST, COARSE, false, SERVING},
    [KNOB_TRAIN_TOKENS] = {"tokens to train on", "tokens", AT(train_tokens), LEAST, MOST, COARSE,
                           false, TRAINING},
    [KNOB_DEADLINE] = {"days allowed", "days", AT(deadline_days), LEAST, MOST, COARSE, false,
                       TRAINING},
    [KNOB_BUDGET] = {"budget", "USD", AT(max_usd), LEAST, MOST, COARSE, false, BOTH},
    [KNOB_POWER] = {"power allowed", "kW", AT(max_kw), LEAST, MOST, COARSE, false, BOTH},
    [KNOB_RENT] = {"rent, under the budget", "USD/GPU-hour", AT(usd_per_gpu_hour), LEAST, MOST,
                   COARSE, false, BOTH},
    [KNOB_SERVER] = {"server price, under the budget", "USD/server", AT(server_usd), LEAST, MOST,
                     COARSE, false, BOTH},
    [KNOB_CARD] = {"card price, under the budget", "USD/card", AT(gpu_usd), LEAST, MOST, COARSE,
                   false, BOTH},
};

static double *knob_of(struct request *request, enum knob knob)
{
    return (double *)(void *)((char *)request + knob_rows[knob].offset);
}

/* A price that a budget looks at; NOT_GIVEN: none does. A rack's price is per rack in the catalog
 * and per server in a row, so it is not turned. */
static double present_price(const struct request *r, const struct facts *facts, enum knob knob)
{
    struct bill bill;
    bool run = money_is_of_run(r);
    if (r->max_usd <= 0)
        return NOT_GIVEN;
    bill_bind(&bill, r, facts);
    bool by_server = isfinite(bill.p_s);
    double price = NAN;
    if (knob == KNOB_RENT && run)
        price = bill.c_r;
    if (knob == KNOB_SERVER && !run && by_server && bill.r_s == 1)
        price = bill.p_s;
    if (knob == KNOB_CARD && !run && !by_server)
        price = bill.p_c;
    return isfinite(price) ? price : NOT_GIVEN;
}

static double present_value(const struct request *r, const struct facts *facts, enum knob knob)
{
    struct request copy = *r;
    unsigned mode = r->optimizer ? TRAINING : SERVING;
    if (!(knob_rows[knob].modes & mode))
        return NOT_GIVEN;
    if (knob == KNOB_UTILIZATION)
        return request_utilization(r);
    if (knob == KNOB_RENT || knob == KNOB_SERVER || knob == KNOB_CARD)
        return present_price(r, facts, knob);
    bool timed = r->deadline_days > 0 || r->max_usd > 0;
    if ((knob == KNOB_TRAIN_TOKENS && !timed) || (knob == KNOB_DEADLINE && r->train_tokens <= 0))
        return NOT_GIVEN;
    return *knob_of(&copy, knob);
}

static bool is_monotone(const struct request *r, enum knob knob)
{
    if (knob == KNOB_CONCURRENCY)
        return !r->optimizer;
    return knob != KNOB_TOKENS || (!r->optimizer && !(demands_of(r) & DEMANDS_OF_SPEED));
}

void knob_turn(struct request *ask, const struct request *present, enum knob knob, double value)
{
    *ask = *present;
    if (knob == KNOB_TOKENS)
        request_take_tokens(ask, value);
    else
        *knob_of(ask, knob) = value;
}

/* --- one side of one knob --- */

struct dial {
    const struct request *request;
    const struct facts *facts;
    const struct recommended *now;
    enum knob knob;
    struct sensitivity *out;
};

/* Rounded, so that hundredths print as such. */
static double value_at(const struct dial *dial, double steps)
{
    double value = dial->out->present + steps * dial->out->step;
    return dial->knob == KNOB_UTILIZATION ? floor(value * 1e9 + 0.5) / 1e9 : value;
}

static void turn(const struct dial *dial, double steps, struct request *ask)
{
    knob_turn(ask, dial->request, dial->knob, value_at(dial, steps));
    dial->out->searches++;
}

static bool changes(const struct dial *dial, double steps)
{
    struct request ask;
    turn(dial, steps, &ask);
    return !choose_keeps(&ask, dial->facts, dial->now);
}

/* The first change within `far` steps, which has a sign. */
static void find_edge(const struct dial *dial, double far, struct edge *edge)
{
    struct request ask;
    double same = 0;
    double other = 0;
    int looks = is_monotone(dial->request, dial->knob) ? 1 : LOOKS;
    edge->value = NOT_GIVEN;
    for (int i = 1; i <= looks && other == 0; i++) {
        double at = trunc(far * i / looks);
        if (at != same && changes(dial, at))
            other = at;
        else
            same = at;
    }
    if (other == 0)
        return;
    while (fabs(other - same) > 1) {
        double middle = trunc((same + other) / 2);
        if (changes(dial, middle))
            other = middle;
        else
            same = middle;
    }
    edge->value = value_at(dial, other);
    turn(dial, other, &ask);
    choose_recommended(&ask, dial->facts, &edge->count);
}

/* Steps from the present value to the least (`below`) or most that is tried. */
static double steps_to_bound(const struct sensitivity *s, enum knob knob, bool below)
{
    const struct knob_row *row = &knob_rows[knob];
    double bound = below ? row->least : row->most;
    double slack = 1e-9; /* of a step: 0.98 is eight hundredths from 0.9 */
    if (knob != KNOB_UTILIZATION)
        bound *= s->present;
    if (row->whole)
        bound = fmax(1, bound);
    double steps = (bound - s->present) / s->step;
    return below ? fmin(0, ceil(steps - slack)) : fmax(0, floor(steps + slack));
}

static double step_of(double present, const struct knob_row *row, enum knob knob)
{
    if (knob == KNOB_UTILIZATION)
        return row->step;
    return row->whole ? exp2(fmax(0, ceil(log2(present * row->step)))) : present * row->step;
}

void sensitivity_of(const struct request *request, const struct facts *facts,
                    const struct recommended *now, enum knob knob, struct sensitivity *out)
{
    struct dial dial = {request, facts, now, knob, out};
    *out = (struct sensitivity){.present = present_value(request, facts, knob)};
    out->below.value = out->above.value = NOT_GIVEN;
    out->applies = out->present > 0 && now->gpus > 0;
    if (!out->applies)
        return;
    out->step = step_of(out->present, &knob_rows[knob], knob);
    find_edge(&dial, steps_to_bound(out, knob, true), &out->below);
    find_edge(&dial, steps_to_bound(out, knob, false), &out->above);
}

size_t sensitivity_most(const struct request *request, enum knob knob)
{
    const struct knob_row *row = &knob_rows[knob];
    int looks = is_monotone(request, knob) ? 1 : LOOKS;
    double widths[2] = {(1 - row->least) / row->step, (row->most - 1) / row->step};
    double most = 0;
    if (knob == KNOB_UTILIZATION)
        widths[0] = widths[1] = (row->most - row->least) / row->step;
    for (int i = 0; i < 2; i++)
        most += looks + ceil(log2(widths[i] / looks + 1)) + 1;
    return (size_t)most;
}

/* --- the load that grows, and the option that takes over --- */

const double growth_factors[GROWTH_FACTORS] = {1.25, 1.5, 2, 3, 4};

bool request_grown(const struct request *r, double factor, struct request *out)
{
    *out = *r;
    if (r->optimizer) {
        out->train_tokens = r->train_tokens * factor;
        return r->train_tokens > 0 && r->deadline_days > 0;
    }
    out->concurrency = ceil(r->concurrency * factor);
    if (r->output_tok_s > 0)
        out->output_tok_s = r->output_tok_s * factor;
    if (r->requests_per_s > 0)
        out->requests_per_s = r->requests_per_s * factor;
    return true;
}

/* As options are ranked: what fits, what holds in the whole band, then the cost. */
static bool is_cheaper(const struct answer *a, const struct answer *b)
{
    bool a_run = a->money.usd_per_run.expected >= 0;
    bool b_run = b->money.usd_per_run.expected >= 0;
    if (a->status != STATUS_OK || b->status != STATUS_OK)
        return a->status == STATUS_OK;
    if ((a->gpus_high > 0) != (b->gpus_high > 0))
        return a->gpus_high > 0;
    if (a_run != b_run)
        return a_run;
    return a_run ? a->money.usd_per_run.expected < b->money.usd_per_run.expected
                 : a->usd_per_hour < b->usd_per_hour;
}

static double growth_until(const struct request *chosen, const struct request *rival,
                           const struct facts *facts)
{
    for (int i = 0; i < GROWTH_FACTORS; i++) {
        struct request asks[2];
        struct answer answers[2];
        if (!request_grown(chosen, growth_factors[i], &asks[0]) ||
            !request_grown(rival, growth_factors[i], &asks[1]))
            return NOT_GIVEN;
        for (int j = 0; j < 2; j++)
            evaluate(&asks[j], facts, &answers[j]);
        if (is_cheaper(&answers[1], &answers[0]))
            return growth_factors[i];
        if (answers[1].status != STATUS_OK)
            return NOT_GIVEN; /* nor does it fit a larger load */
    }
    return NOT_GIVEN;
}

void study_work_out(struct study *study, const struct facts *facts)
{
    choose_recommended(study->chosen, facts, &study->now);
    study->searches = 1;
    for (int i = 0; i < KNOB_COUNT; i++) {
        sensitivity_of(study->chosen, facts, &study->now, (enum knob)i, &study->knobs[i]);
        study->searches += study->knobs[i].searches;
    }
    study->growth = study->rival ? growth_until(study->chosen, study->rival, facts) : NOT_GIVEN;
}

double rent_of_equal_cost(double rent, double cost, double rival_cost)
{
    return rent > 0 && cost > 0 && rival_cost > 0 ? rent * rival_cost / cost : NOT_GIVEN;
}

double price_of_equal_owning(const struct bill *x, double rival_tco)
{
    double price = isfinite(x->p_s) ? x->p_s : x->p_c;
    double value = price * (1 + (rival_tco - x->C_t) / (x->C_p + x->Y * x->C_u));
    return rival_tco >= 0 && isfinite(value) ? value : NOT_GIVEN;
}
