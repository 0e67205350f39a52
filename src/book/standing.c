/* standing.c -- the cheapest option of each workload, and their sums by period
 *
 * Ranked as on Summary: detailed before published, counts that hold in the whole band before
 * others, then the price of the run, the rent, the count. */
#include "book/standing.h"

#include "base/period.h"

#include <stdlib.h>
#include <string.h>

enum { KEY_SLOTS = 16 };

/* A workload and the best of its rows so far. */
struct best_of_workload {
    const char *key[KEY_SLOTS];
    bool detailed; /* some row asked for the detailed estimate: the others don't answer */
    bool fits;
    int rank;
    double run;
    double rent;
    double purchase;
    double gpus;
};

/* The period comes first. */
static const enum earlier_slot key_slots[KEY_SLOTS] = {
    ASKED_PERIOD, ASKED_SCENARIO, ASKED_MODEL,    ASKED_TUNING, ASKED_TOKENS, ASKED_CONCURRENCY,
    ASKED_PROMPT, ASKED_ANSWER,   ASKED_REQUESTS, ASKED_OUTPUT, ASKED_TTFT,   ASKED_TPOT,
    ASKED_RUN,    ASKED_DEADLINE, ASKED_BUDGET,   ASKED_POWER};

void side_open(struct side *side, struct arena *arena)
{
    side->best = arena_array(arena, STANDINGS_MOST, sizeof *side->best);
    side->index = index_make(arena, STANDINGS_MOST);
}

static bool same_key(const void *wanted, const void *context, size_t at)
{
    const struct best_of_workload *a = wanted;
    const struct best_of_workload *b = &((const struct side *)context)->best[at];
    for (size_t i = 0; i < KEY_SLOTS; i++)
        if (strcmp(a->key[i], b->key[i]) != 0)
            return false;
    return true;
}

static struct best_of_workload best_from(const struct earlier_row *row)
{
    const char *estimate = row->texts[ASKED_ESTIMATE];
    double high = earlier_figure(row, FIGURE_GPUS_HIGH);
    struct best_of_workload best = {
        .detailed = !*estimate || !strcmp(estimate, "detailed"),
        .fits = !strcmp(row->texts[TEXT_STATUS], "ok"),
        .run = earlier_figure(row, FIGURE_RUN),
        .rent = earlier_figure(row, FIGURE_RENT),
        .purchase = earlier_figure(row, FIGURE_PURCHASE),
        .gpus = high > 0 ? high : earlier_figure(row, FIGURE_GPUS),
    };
    best.rank = !best.detailed ? 2 + (strcmp(estimate, "rule") == 0) : !(high > 0);
    for (size_t i = 0; i < KEY_SLOTS; i++)
        best.key[i] = row->texts[key_slots[i]];
    return best;
}

/* A known number before an unknown one, the smaller before the larger. */
static int compare_known(double a, double b)
{
    if ((a >= 0) != (b >= 0))
        return a >= 0 ? -1 : 1;
    return (a > b) - (a < b);
}

static bool is_better(const struct best_of_workload *a, const struct best_of_workload *b)
{
    if (a->fits != b->fits)
        return a->fits;
    int order = a->rank - b->rank;
    if (!order)
        order = (b->rent >= 0) - (a->rent >= 0);
    if (!order)
        order = compare_known(a->run, b->run);
    if (!order)
        order = compare_known(a->rent, b->rent);
    return (order ? order : compare_known(a->gpus, b->gpus)) < 0;
}

void side_add(struct side *side, const struct earlier_row *row, struct arena *arena)
{
    uint64_t hash = HASH_SEED;
    struct best_of_workload best = best_from(row);
    for (size_t i = 0; i < KEY_SLOTS; i++)
        hash = hash_text(hash, best.key[i]);
    uint32_t *slot = index_slot(&side->index, hash, same_key, &best, side);
    if (!*slot && side->count == STANDINGS_MOST) {
        side->cut++;
        return;
    }
    if (!*slot) {
        for (size_t i = 0; i < KEY_SLOTS; i++)
            best.key[i] = arena_text(arena, best.key[i], strlen(best.key[i]));
        side->best[side->count] = best;
        *slot = (uint32_t)++side->count;
        return;
    }
    struct best_of_workload *old = &side->best[*slot - 1];
    bool better = best.detailed == old->detailed ? is_better(&best, old) : best.detailed;
    memcpy(best.key, old->key, sizeof best.key);
    if (better)
        *old = best;
}

static int compare_texts(const void *left, const void *right)
{
    const char *a = ((const struct period_standing *)left)->period;
    const char *b = ((const struct period_standing *)right)->period;
    struct period first;
    struct period second;
    bool reads = period_read(a, &first);
    if (reads != period_read(b, &second))
        return reads ? -1 : 1;
    int order = reads ? period_compare(&first, &second) : 0;
    return order ? order : strcmp(a, b);
}

static void add_best(struct standing *standing, const struct best_of_workload *best)
{
    standing->workloads++;
    if (!best->fits)
        return;
    standing->gpus += best->gpus > 0 ? best->gpus : 0;
    standing->rent += best->rent > 0 ? best->rent : 0;
    standing->purchase += best->purchase > 0 ? best->purchase : 0;
}

size_t earlier_standings(const struct earlier *e, struct period_standing **standings)
{
    size_t most = e->sides[0].count + e->sides[1].count;
    struct period_standing *all = arena_array(e->arena, most + 1, sizeof *all);
    size_t count = 0;
    for (int s = 0; s < 2; s++) {
        for (size_t i = 0; i < e->sides[s].count; i++) {
            const struct best_of_workload *best = &e->sides[s].best[i];
            size_t at = 0;
            while (at < count && strcmp(all[at].period, best->key[0]) != 0)
                at++;
            all[at].period = best->key[0];
            count += at == count;
            add_best(&all[at].sides[s], best);
        }
    }
    qsort(all, count, sizeof *all, compare_texts);
    *standings = all;
    return count;
}
