/* earlier.c -- keeps the rows of an earlier run, and finds each result of this one among them
 *
 * Rows that ask the same are a chain in the order of the file, and the results of this run take
 * them in their own order: inputs that repeat a row, or whose demands alone differ, still meet. */
#include "book/earlier.h"

#include "base/text.h"
#include "book/standing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct earlier_column earlier_columns[SLOT_COUNT] = {
    [ASKED_CONCURRENCY] = {"concurrency", true},
    [ASKED_TOKENS] = {"tokens", true},
    [ASKED_PROMPT] = {"prompt_tokens", false},
    [ASKED_ANSWER] = {"output_tokens", false},
    [ASKED_REQUESTS] = {"requests_per_s", false},
    [ASKED_OUTPUT] = {"asked_output_tok_s", false},
    [ASKED_TTFT] = {"asked_ttft_ms", false},
    [ASKED_TPOT] = {"asked_tpot_ms", false},
    [ASKED_RUN] = {"train_tokens", false},
    [ASKED_DEADLINE] = {"deadline_days", false},
    [ASKED_BUDGET] = {"max_usd", false},
    [ASKED_POWER] = {"max_kw", false},
    [ASKED_DTYPE] = {"dtype", true},
    [ASKED_KV_DTYPE] = {"kv_dtype", false},
    [ASKED_ENGINE_VERSION] = {"engine_version", false},
    [ASKED_ENGINE] = {"engine", false},
    [ASKED_OPTIMIZER] = {"optimizer", true},
    [ASKED_TUNING] = {"tuning", false},
    [ASKED_RECOMPUTE] = {"recompute", false},
    [ASKED_LORA_RANK] = {"lora_rank", false},
    [ASKED_LORA_TARGETS] = {"lora_targets", false},
    [ASKED_LOSS] = {"loss", false},
    [ASKED_RENT_TERM] = {"rent_term", false},
    [ASKED_GPU] = {"gpu", true},
    [ASKED_MODEL] = {"model", true},
    [ASKED_PERIOD] = {"period", false},
    [ASKED_SCENARIO] = {"scenario", false},
    [ASKED_ESTIMATE] = {"estimate", false},
    [TEXT_STATUS] = {"status", true},
    [TEXT_LIMIT] = {"limit", false},
    [FIGURE_GPUS] = {"gpus", true},
    [FIGURE_GPUS_HIGH] = {"gpus_high", false},
    [FIGURE_TOTAL] = {"total_gib", false},
    [FIGURE_TPOT] = {"tpot_ms", false},
    [FIGURE_TTFT] = {"ttft_ms", false},
    [FIGURE_OUTPUT] = {"output_tok_s", false},
    [FIGURE_TRAINING] = {"train_tok_s", false},
    [FIGURE_RENT] = {"usd_per_hour", false},
    [FIGURE_PURCHASE] = {"purchase_usd", false},
    [FIGURE_USABLE] = {"usable_gib", false},
    [FIGURE_WEIGHTS] = {"weights_gib", false},
    [FIGURE_CACHE] = {"kv_cache_gib", false},
    [FIGURE_GRADIENTS] = {"gradients_gib", false},
    [FIGURE_STATES] = {"optimizer_gib", false},
    [FIGURE_ACTIVATIONS] = {"activations_gib", false},
    [FIGURE_OVERHEAD] = {"overhead_gib", false},
    [FIGURE_TP] = {"tp", false},
    [FIGURE_PP] = {"pp", false},
    [FIGURE_DP] = {"dp", false},
    [FIGURE_ZERO] = {"zero", false},
    [FIGURE_PAID] = {"gpus_paid", false},
    [FIGURE_RUN] = {"usd_per_run", false},
};

double earlier_figure(const struct earlier_row *row, enum earlier_slot slot)
{
    return row->figures[slot - TEXT_COUNT];
}

void earlier_open(struct earlier *e, const char *name, const bool has[SLOT_COUNT],
                  struct arena *arena)
{
    *e = (struct earlier){.name = name, .arena = arena};
    memcpy(e->has, has, sizeof e->has);
    e->index = index_make(arena, EARLIER_MOST);
    side_open(&e->sides[0], arena);
    side_open(&e->sides[1], arena);
    for (size_t i = 0; i < SLOT_COUNT; i++)
        e->columns[i] = result_column_named(earlier_columns[i].name);
}

/* --- what was asked, all of it or without one column --- */

struct asked {
    const struct earlier *earlier;
    size_t without; /* a slot; ASKED_COUNT: none */
};

static uint64_t hash_asked(const struct asked *asked, const struct earlier_row *row)
{
    uint64_t hash = HASH_SEED;
    for (size_t i = 0; i < ASKED_COUNT; i++)
        if (asked->earlier->has[i] && i != asked->without)
            hash = hash_text(hash, row->texts[i]);
    return hash;
}

static bool same_asked(const void *wanted, const void *context, size_t at)
{
    const struct asked *asked = context;
    const struct earlier_row *a = wanted;
    const struct earlier_row *b = asked->earlier->rows[at];
    for (size_t i = 0; i < ASKED_COUNT; i++)
        if (asked->earlier->has[i] && i != asked->without && strcmp(a->texts[i], b->texts[i]) != 0)
            return false;
    return true;
}

/* --- keeping rows --- */

/* Texts mostly repeat from row to row. */
static struct earlier_row *keep(struct earlier *e, const struct earlier_row *row,
                                const struct earlier_row *last)
{
    struct earlier_row *kept = arena_take(e->arena, sizeof *kept);
    *kept = *row;
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        bool again = last && !strcmp(last->texts[i], row->texts[i]);
        kept->texts[i] =
            again ? last->texts[i] : arena_text(e->arena, row->texts[i], strlen(row->texts[i]));
    }
    return kept;
}

void earlier_add(struct earlier *e, const struct earlier_row *row)
{
    struct asked asked = {e, ASKED_COUNT};
    side_add(&e->sides[0], row, e->arena);
    e->total++;
    if (e->count == EARLIER_MOST)
        return;
    struct earlier_row *kept = keep(e, row, e->count ? e->rows[e->count - 1] : NULL);
    uint32_t *slot = index_slot(&e->index, hash_asked(&asked, row), same_asked, row, &asked);
    e->rows = arena_grown(e->arena, e->rows, e->count, &e->room, sizeof *e->rows);
    e->rows[e->count++] = kept;
    uint32_t at = (uint32_t)e->count;
    if (*slot)
        e->rows[e->rows[*slot - 1]->last - 1]->next = at;
    else
        *slot = kept->unmet = at;
    e->rows[*slot - 1]->last = at;
}

/* The first row of a chain that none stands for; NULL: there is none. */
static const struct earlier_row *take(struct earlier *e, uint32_t chain)
{
    struct earlier_row *first = chain ? e->rows[chain - 1] : NULL;
    if (!first || !first->unmet)
        return NULL;
    struct earlier_row *row = e->rows[first->unmet - 1];
    first->unmet = row->next;
    row->met = true;
    return row;
}

static void keep_now(struct earlier *e, const struct earlier_row *row)
{
    if (e->now_count == EARLIER_MOST) {
        e->uncompared++;
        return;
    }
    struct earlier_row *kept = keep(e, row, e->now_count ? e->now[e->now_count - 1] : NULL);
    e->now = arena_grown(e->arena, e->now, e->now_count, &e->now_room, sizeof *e->now);
    e->now[e->now_count++] = kept;
}

/* --- comparing --- */

bool figures_differ(double a, double b)
{
    const double tolerance = 1e-9; /* versions that sum in another order are not a change */
    if (a < 0 || b < 0)
        return (a < 0) != (b < 0);
    return fabs(a - b) > tolerance * fmax(a, b);
}

bool earlier_moved(const struct earlier *e, const struct earlier_row *then,
                   const struct earlier_row *now)
{
    for (size_t i = ASKED_COUNT; i < TEXT_COUNT; i++)
        if (e->has[i] && strcmp(then->texts[i], now->texts[i]) != 0)
            return true;
    for (size_t i = TEXT_COUNT; i < FIGURE_SHOWN; i++)
        if (e->has[i] &&
            figures_differ(then->figures[i - TEXT_COUNT], now->figures[i - TEXT_COUNT]))
            return true;
    return false;
}

static void read_result(const struct earlier *e, const struct result *result,
                        struct earlier_row *row, char buffers[ASKED_COUNT][TEXT_NUMBER_BYTES])
{
    *row = (struct earlier_row){.then = NULL};
    for (size_t i = 0; i < SLOT_COUNT; i++) {
        struct result_value value = e->columns[i]->value(result);
        if (i >= TEXT_COUNT)
            row->figures[i - TEXT_COUNT] = value.number;
        else if (value.text)
            row->texts[i] = value.text;
        else
            row->texts[i] = value.number >= 0 ? text_from_number(value.number, buffers[i]) : "";
    }
}

void earlier_meet(struct earlier *e, const struct result *result)
{
    struct earlier_row row;
    char buffers[ASKED_COUNT][TEXT_NUMBER_BYTES];
    struct asked asked = {e, ASKED_COUNT};
    read_result(e, result, &row, buffers);
    side_add(&e->sides[1], &row, e->arena);
    e->now_total++;
    row.then = take(e, *index_slot(&e->index, hash_asked(&asked, &row), same_asked, &row, &asked));
    if (!row.then && e->total > e->count)
        e->uncompared++; /* it may be among the rows that were not kept */
    else if (row.then && !earlier_moved(e, row.then, &row))
        e->same++;
    else
        keep_now(e, &row);
}

/* --- pairing what differs in one column --- */

/* Rows that are left over, in an index without one column; behind each the next like it. */
static void fill_index(struct earlier *e, const struct index *index, const struct asked *asked)
{
    memset(index->slots, 0, index->room * sizeof *index->slots);
    for (size_t i = e->count; i-- > 0;) { /* so that a chain is in the order of the file */
        struct earlier_row *row = e->rows[i];
        if (row->met)
            continue;
        uint32_t *slot = index_slot(index, hash_asked(asked, row), same_asked, row, asked);
        row->next = *slot;
        *slot = row->unmet = (uint32_t)i + 1;
    }
}

static size_t pair_without(struct earlier *e, const struct index *index, size_t without)
{
    struct asked asked = {e, without};
    size_t left = 0;
    fill_index(e, index, &asked);
    for (size_t i = 0; i < e->now_count; i++) {
        struct earlier_row *row = e->now[i];
        if (row->then)
            continue;
        row->then = take(e, *index_slot(index, hash_asked(&asked, row), same_asked, row, &asked));
        left += !row->then;
    }
    return left;
}

void earlier_settle(struct earlier *e)
{
    struct index index = index_make(e->arena, EARLIER_MOST);
    size_t left = 1;
    for (size_t i = 0; i < ASKED_ESTIMATE && left; i++)
        if (e->has[i])
            left = pair_without(e, &index, i);
}
