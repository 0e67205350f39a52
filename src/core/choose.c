/* choose.c -- searches: as expected, for memory alone, at the ends of the band; what bound them */
#include "core/choose.h"

#include "core/advice.h"
#include "core/fit.h"

/* A scenario while its layouts are searched. */
struct choice {
    struct subject subject;
    const struct request *request;
    const struct facts *facts;
    demand_set demands;
    struct replica_speed replica;
    struct answer *answer;
};

static bool search(struct choice *choice, enum margin margin, demand_set demands, double most,
                   struct fit *out)
{
    fit_search(&choice->subject, margin, demands, most, out);
    return out->found;
}

static void speed_at(struct choice *choice, const struct layout *layout, struct speed *out)
{
    replica_speed_place(&choice->replica, layout, true);
    speed_of(&choice->replica, layout, out);
}

static void take_layout(struct choice *choice, const struct layout *layout)
{
    struct answer *answer = choice->answer;
    answer->placed = true;
    answer->layout = *layout;
    footprint_of(&choice->subject, layout, &answer->footprint);
    if (answer->footprint.total_bytes <= answer->footprint.usable_bytes)
        speed_at(choice, layout, &answer->speed);
}

/* The demand without which `gpus` GPUs would do, cost before speed; `otherwise` where none is
 * alone. */
static enum limit binding_demand(struct choice *choice, double gpus, enum limit otherwise)
{
    struct fit fit;
    for (int limit = LIMIT_LAYOUT; limit > LIMIT_NONE; limit--) {
        demand_set bit = 1u << limit;
        if (choice->demands & bit &&
            search(choice, MARGIN_EXPECTED, choice->demands & ~bit, gpus, &fit))
            return (enum limit)limit;
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
    struct bill bill;
    struct speed speed;
    if (!search(choice, MARGIN_EXPECTED, choice->demands & DEMANDS_OF_SPEED,
                choice->request->max_gpus, &least))
        return;
    bill_bind(&bill, choice->request, choice->facts);
    speed_at(choice, &least.layout, &speed);
    struct offer offer = {choice->request, choice->facts, &least.layout, &speed, &bill};
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
    advise(choice->request, choice->facts, answer);
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
    advise(r, choice->facts, answer);
}

/* The count for memory alone, and what made the chosen one larger. */
static void name_limit(struct choice *choice)
{
    struct answer *answer = choice->answer;
    struct fit memory;
    answer->gpus_memory = answer->layout.gpus;
    if (!choice->demands || !search(choice, MARGIN_EXPECTED, 0, answer->layout.gpus, &memory))
        return;
    answer->gpus_memory = memory.layout.gpus;
    if (memory.layout.gpus < answer->layout.gpus) {
        struct miss miss;
        struct speed speed;
        speed_at(choice, &memory.layout, &speed);
        struct offer offer = {choice->request, choice->facts, &memory.layout, &speed, NULL};
        demands_missed(&offer, choice->demands & DEMANDS_OF_SPEED, MARGIN_EXPECTED, &miss);
        answer->limit = binding_demand(choice, answer->layout.gpus - 1, miss.limit);
    }
}

/* The counts at both ends of the band. What holds at the high end in the chosen layout needs no
 * search. */
static void choose_ends(struct choice *choice)
{
    struct answer *answer = choice->answer;
    struct fit edge;
    bool low = search(choice, MARGIN_LOW, choice->demands, answer->layout.gpus, &edge);
    answer->gpus_low = low ? edge.layout.gpus : NOT_GIVEN;
    bool same = fit_holds(&choice->subject, MARGIN_HIGH, choice->demands, &answer->layout);
    if (same)
        edge = (struct fit){.found = true, .layout = answer->layout};
    else
        search(choice, MARGIN_HIGH, choice->demands, choice->request->max_gpus, &edge);
    answer->gpus_high = edge.found ? edge.layout.gpus : NOT_GIVEN;
    answer->servers_high = edge.found ? edge.layout.servers : NOT_GIVEN;
    answer->layout_high = edge.found ? edge.layout : answer->layout;
    if (same)
        answer->speed_high = answer->speed;
    else
        speed_at(choice, &answer->layout_high, &answer->speed_high);
}

void choose(const struct request *request, const struct facts *facts, struct answer *answer)
{
    struct choice choice = {
        .request = request, .facts = facts, .demands = demands_of(request), .answer = answer};
    struct fit expected;
    subject_bind(&choice.subject, request, facts);
    replica_speed_bind(&choice.replica, request, facts);
    answer->limit = LIMIT_MEMORY;
    if (!search(&choice, MARGIN_EXPECTED, choice.demands, request->max_gpus, &expected)) {
        refuse(&choice, &expected);
        return;
    }
    take_layout(&choice, &expected.layout);
    if (!request->optimizer)
        answer->max_concurrency = choice.replica.holds * answer->layout.ways;
    name_limit(&choice);
    choose_ends(&choice);
}
