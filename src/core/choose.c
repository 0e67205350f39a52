/* choose.c -- searches: as expected, for memory alone, at the ends of the band; what bound them */
#include "core/choose.h"

#include "core/advice.h"
#include "core/allowed.h"
#include "core/fit.h"

#include <math.h>

/* A scenario while its layouts are searched. */
struct choice {
    struct subject *subject;
    struct replica_speed *replica;
    struct replica_speed *replica_high;
    const struct bill *bill;
    const struct request *request;
    const struct facts *facts;
    demand_set demands;
    struct recall *recall;
    struct frontier *frontier; /* NULL: it cannot answer */
    bool is_shared;            /* other scenarios follow */
    bool is_pinned_down;       /* only one layout is allowed */
    bool is_seen;              /* the frontier told the layout */
    struct answer *answer;
};

static bool search(struct choice *choice, enum margin margin, demand_set demands, double most,
                   struct fit *out)
{
    return fit_find(choice->subject, margin, demands, 0, most, out);
}

static void speed_at(struct replica_speed *replica, const struct layout *layout, struct speed *out)
{
    replica_speed_place(replica, layout, true);
    speed_of(replica, layout, out);
}

static void place(struct choice *choice, const struct layout *layout)
{
    struct answer *answer = choice->answer;
    answer->placed = true;
    answer->layout = *layout;
    footprint_totals(choice->subject, layout, &answer->footprint);
}

static void take_layout(struct choice *choice, const struct layout *layout)
{
    struct answer *answer = choice->answer;
    place(choice, layout);
    if (answer->footprint.total_bytes <= answer->footprint.usable_bytes)
        speed_at(choice->replica, layout, &answer->speed);
}

/* The demand without which `gpus` GPUs would do, cost before speed; else `otherwise`. */
static enum limit binding_demand(struct choice *choice, double gpus, enum limit otherwise)
{
    static const enum limit order[] = {LIMIT_POWER,      LIMIT_BUDGET, LIMIT_DEADLINE,
                                       LIMIT_THROUGHPUT, LIMIT_TPOT,   LIMIT_TTFT};
    struct fit fit;
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        demand_set bit = 1u << order[i];
        if (choice->demands & bit &&
            search(choice, MARGIN_EXPECTED, choice->demands & ~bit, gpus, &fit))
            return order[i];
    }
    return otherwise;
}

/* What the best layout misses; what cannot be worked out is another matter. */
static void note_demand(struct choice *choice, const struct miss *miss)
{
    struct note_value note = {.note = NOTE_DEMAND_MISSED,
                              .limit = miss->limit,
                              .value = miss->reached,
                              .value2 = miss->asked};
    bool cost = (1u << miss->limit & DEMANDS_OF_COST) != 0;
    if (miss->reached < 0) {
        note.note = cost ? NOTE_PRICE_UNKNOWN : NOTE_SPEED_UNKNOWN;
        note.value = miss->limit;
    }
    answer_note(choice->answer, note);
}

/* Replaces the miss by that of the least layout which only costs too much. */
static void miss_cost(struct choice *choice, struct fit *fit)
{
    struct fit least;
    struct speed speed;
    search(choice, MARGIN_EXPECTED, choice->demands & DEMANDS_OF_SPEED, choice->request->max_gpus,
           &least); /* finds: without its costs, something meets the demands */
    speed_at(choice->replica, &least.layout, &speed);
    struct offer offer = {choice->request, choice->facts, &least.layout, &speed, choice->bill};
    demands_missed(&offer, choice->demands & DEMANDS_OF_COST, MARGIN_EXPECTED, &fit->miss);
    fit->missing = least.layout;
}

/* Some layout fits in memory, but none meets the demands. */
static void refuse_demand(struct choice *choice, struct fit *fit)
{
    struct answer *answer = choice->answer;
    answer->limit = binding_demand(choice, choice->request->max_gpus, fit->miss.limit);
    if (1u << answer->limit & DEMANDS_OF_COST)
        miss_cost(choice, fit);
    if (fit->miss.reached < 0) {
        answer->status = STATUS_UNSUPPORTED;
        answer->limit = fit->miss.limit;
        note_demand(choice, &fit->miss);
        return;
    }
    take_layout(choice, &fit->missing);
    if (answer->limit == fit->miss.limit)
        note_demand(choice, &fit->miss);
    advise(choice->subject, choice->frontier, answer);
}

static void refuse(struct choice *choice, struct fit *fit)
{
    struct answer *answer = choice->answer;
    const struct request *r = choice->request;
    answer->status = STATUS_NO_FIT;
    if (fit->miss.limit != LIMIT_NONE) {
        refuse_demand(choice, fit);
        return;
    }
    fit_nearest(choice->subject, choice->demands, r->max_gpus, fit);
    if (fit->nearest_known)
        take_layout(choice, &fit->nearest);
    else
        answer->limit = LIMIT_LAYOUT;
    if (!fit->nearest_known && r->ep > 1)
        answer_note(answer, (struct note_value){.note = NOTE_LAYOUT_EXPERTS,
                                                .value = r->ep,
                                                .value2 = r->model->experts});
    if (!fit->nearest_known && r->global_batch > 0)
        answer_note(answer, (struct note_value){.note = NOTE_LAYOUT_GLOBAL_BATCH,
                                                .value = r->global_batch});
    advise(choice->subject, choice->frontier, answer);
}

/* The count for memory alone, and what made the chosen one larger. */
static void name_limit(struct choice *choice)
{
    struct answer *answer = choice->answer;
    struct fit memory;
    answer->gpus_memory = answer->layout.gpus;
    if (!choice->demands)
        return;
    search(choice, MARGIN_EXPECTED, 0, answer->layout.gpus, &memory); /* finds the chosen one */
    answer->gpus_memory = memory.layout.gpus;
    if (memory.layout.gpus < answer->layout.gpus) {
        struct miss miss;
        struct speed speed;
        speed_at(choice->replica, &memory.layout, &speed);
        struct offer offer = {choice->request, choice->facts, &memory.layout, &speed, NULL};
        demands_missed(&offer, choice->demands & DEMANDS_OF_SPEED, MARGIN_EXPECTED, &miss);
        answer->limit = binding_demand(choice, answer->layout.gpus - 1, miss.limit);
    }
}

/* Prompts that follow from the row, as letters_phase takes them. */
static double prompt_of(const struct request *r)
{
    return r->prompt_tokens >= 0 ? r->prompt_tokens : r->tokens - fmax(0, r->output_tokens);
}

/* True when every layout takes at least as many bytes as for `asked`, and the same ones are legal.
 * Engines that prefill a whole context work in chunks once it is long, and then need less. */
static bool is_larger_load(const struct request *r, const struct request *asked)
{
    bool same_pins = r->tp == asked->tp && r->pp == asked->pp && r->dp == asked->dp &&
                     r->gpus == asked->gpus && r->max_gpus == asked->max_gpus &&
                     r->zero == asked->zero;
    bool same_tokens = r->tokens == asked->tokens && r->prompt_tokens == asked->prompt_tokens &&
                       r->output_tokens == asked->output_tokens;
    bool grows = r->engine->prefill != PREFILL_CONTEXT && r->tokens >= asked->tokens &&
                 prompt_of(r) >= prompt_of(asked);
    bool batched = r->optimizer && r->global_batch > 0; /* then the micro-batch decides on ways */
    return same_pins && !batched && r->concurrency >= asked->concurrency && (same_tokens || grows);
}

static enum sight look(struct choice *choice, enum margin margin, double most, struct layout *out)
{
    return choice->frontier && choice->is_shared
               ? frontier_find(choice->frontier, choice->subject, margin, most, out)
               : SIGHT_UNSURE;
}

/* True when the row pins the whole layout, which is allowed, and asks for nothing but room. */
static bool is_pinned_down(const struct choice *choice)
{
    const struct request *r = choice->request;
    return !choice->demands && is_pinned(r->tp) && is_pinned(r->pp) && is_pinned(r->dp) &&
           (!r->optimizer || r->zero >= 0) && ways_allowed(r, r->tp, r->dp);
}

/* The only layout, if it fits. */
static bool take_pinned(struct choice *choice)
{
    const struct request *r = choice->request;
    const struct answer *answer = choice->answer;
    struct layout layout =
        allowed_layout(choice->subject, r->tp, r->pp, r->dp, r->optimizer ? r->zero : 0);
    place(choice, &layout);
    return answer->footprint.total_bytes <= answer->footprint.usable_bytes;
}

/* The layout as expected: the only one, the frontier's, the last scenario's, or a search's. */
static bool find_layout(struct choice *choice, struct fit *out)
{
    struct layout seen;
    if (choice->is_pinned_down && take_pinned(choice)) {
        choice->recall->is_given = false;
        return true;
    }
    enum sight sight = look(choice, MARGIN_EXPECTED, choice->request->max_gpus, &seen);
    if (sight != SIGHT_UNSURE) {
        choice->is_seen = true;
        choice->recall->is_given = false;
        if (sight == SIGHT_FOUND)
            place(choice, &seen);
        else
            *out = (struct fit){.found = false};
        return sight == SIGHT_FOUND;
    }
    struct recall *recall = choice->recall;
    struct answer *answer = choice->answer;
    bool is_larger =
        !choice->demands && recall->is_given && is_larger_load(choice->request, &recall->asked);
    recall->is_given = false;
    if (is_larger) {
        place(choice, &recall->ends[MARGIN_EXPECTED].layout);
        recall->is_given = answer->footprint.total_bytes <= answer->footprint.usable_bytes;
    }
    if (recall->is_given)
        return true;
    fit_search(choice->subject, MARGIN_EXPECTED, choice->demands, choice->request->max_gpus, out);
    if (out->found)
        place(choice, &out->layout);
    return out->found;
}

/* At the high end nothing holds that does not as expected: no fewer GPUs than were chosen. */
static double least_at(const struct choice *choice, enum margin margin)
{
    return margin == MARGIN_HIGH && !choice->demands ? choice->answer->layout.gpus : 0;
}

static void search_end(struct choice *choice, enum margin margin, double most, struct recalled *out)
{
    struct fit edge = {.found = false};
    if (most >= 1)
        fit_find(choice->subject, margin, choice->demands, least_at(choice, margin), most, &edge);
    *out = (struct recalled){edge.found, !edge.is_close, edge.layout};
}

/* The best of at most `most` GPUs at an end of the band. */
static bool find_end(struct choice *choice, enum margin margin, double most, struct layout *out)
{
    struct recalled *last = &choice->recall->ends[margin];
    if (choice->is_pinned_down)
        return false;
    /* At the low end the chosen layout holds, so one more is sure to be found. */
    enum sight sight = look(choice, margin, margin == MARGIN_LOW ? most + 1 : most, out);
    if (sight != SIGHT_UNSURE) {
        last->is_sure = false;
        return sight == SIGHT_FOUND;
    }
    bool is_known = choice->recall->is_given && last->is_sure &&
                    (!last->found || fit_in_memory(choice->subject, &last->layout, margin));
    if (!is_known)
        search_end(choice, margin, most, last);
    *out = last->layout;
    return last->found;
}

/* True when the chosen layout holds at the high end, too. */
static bool holds_high(struct choice *choice)
{
    const struct answer *answer = choice->answer;
    const struct footprint *f = &answer->footprint;
    return f->high_bytes - f->usable_bytes <= 0 &&
           (!choice->demands ||
            fit_holds(choice->subject, MARGIN_HIGH, choice->demands, &answer->layout));
}

/* The counts at both ends of the band. At the low end the chosen layout holds; where it holds at
 * the high end, that needs no search. */
static void choose_ends(struct choice *choice)
{
    struct answer *answer = choice->answer;
    struct layout low;
    struct layout high = answer->layout;
    bool fewer = find_end(choice, MARGIN_LOW, answer->layout.gpus - 1, &low);
    bool same = holds_high(choice);
    bool safe = same || find_end(choice, MARGIN_HIGH, choice->request->max_gpus, &high);
    if (same)
        choice->recall->ends[MARGIN_HIGH].is_sure = false; /* nothing was looked at */
    answer->gpus_low = fewer ? low.gpus : answer->layout.gpus;
    answer->gpus_high = safe ? high.gpus : NOT_GIVEN;
    answer->servers_high = safe ? high.servers : NOT_GIVEN;
    answer->layout_high = safe ? high : answer->layout;
    if (same || !safe)
        answer->speed_high = answer->speed;
    else
        speed_at(choice->replica_high, &answer->layout_high, &answer->speed_high);
}

/* Keeps what this scenario adds for one that has to search. */
static void remember(struct choice *choice)
{
    struct recall *recall = choice->recall;
    if (choice->is_seen)
        return;
    recall->ends[MARGIN_EXPECTED].layout = choice->answer->layout;
    recall->asked = *choice->request;
    recall->is_given = !choice->demands;
}

void choose(struct ground *ground, struct answer *answer)
{
    const struct request *request = &ground->request;
    struct choice choice = {.subject = &ground->subject,
                            .replica = &ground->replica,
                            .replica_high = &ground->replica_high,
                            .bill = &ground->bill,
                            .request = request,
                            .facts = ground->facts,
                            .recall = &ground->recall,
                            .frontier = frontier_serves(request) ? &ground->frontier : NULL,
                            .is_shared = ground->is_shared,
                            .demands = demands_of(request),
                            .answer = answer};
    struct fit expected;
    choice.is_pinned_down = is_pinned_down(&choice);
    answer->limit = LIMIT_MEMORY;
    if (!find_layout(&choice, &expected)) {
        refuse(&choice, &expected);
        return;
    }
    speed_at(choice.replica, &answer->layout, &answer->speed);
    if (!request->optimizer)
        answer->max_concurrency = choice.replica->holds * answer->layout.ways;
    name_limit(&choice);
    choose_ends(&choice);
    remember(&choice);
}

void choose_recommended(const struct request *request, const struct facts *facts,
                        struct recommended *out)
{
    struct subject subject;
    struct choice choice = {
        .subject = &subject, .request = request, .facts = facts, .demands = demands_of(request)};
    struct fit fit;
    subject_bind(&subject, request, facts);
    out->safe = search(&choice, MARGIN_HIGH, choice.demands, request->max_gpus, &fit);
    bool found =
        out->safe || search(&choice, MARGIN_EXPECTED, choice.demands, request->max_gpus, &fit);
    out->gpus = found ? fit.layout.gpus : NOT_GIVEN;
}

bool choose_keeps(const struct request *request, const struct facts *facts,
                  const struct recommended *now)
{
    struct subject subject;
    struct choice choice = {
        .subject = &subject, .request = request, .facts = facts, .demands = demands_of(request)};
    struct fit fit;
    double most = now->gpus < 0 ? request->max_gpus : now->gpus;
    subject_bind(&subject, request, facts);
    if (!now->safe && search(&choice, MARGIN_HIGH, choice.demands, request->max_gpus, &fit))
        return false;
    bool found =
        search(&choice, now->safe ? MARGIN_HIGH : MARGIN_EXPECTED, choice.demands, most, &fit);
    return found ? fit.layout.gpus == now->gpus : now->gpus < 0;
}

int recommended_compare(const struct recommended *a, const struct recommended *b)
{
    int a_level = a->gpus < 0 ? 2 : !a->safe;
    int b_level = b->gpus < 0 ? 2 : !b->safe;
    if (a_level != b_level)
        return a_level - b_level;
    return (a->gpus > b->gpus) - (a->gpus < b->gpus);
}
