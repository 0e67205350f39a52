/* best.c -- the options that a workload keeps: the smallest, the cheapest, and who comes next
 *
 * The first workloads are studied: their best options keep the request that they answer, and the
 * best option at another price beside them, found in one pass: what is beaten by an offer of its
 * own price goes, what is beaten by another becomes the rival. */
#include "book/best.h"

#include "book/option.h"
#include "book/write.h"

#include <stdlib.h>
#include <string.h>

/* The slot's own request stays with the slot. */
static void keep(struct digest *d, struct option **kept, const struct option *option)
{
    if (!*kept)
        *kept = arena_take(d->arena, sizeof **kept);
    struct kept_request *asked = (*kept)->asked;
    **kept = *option;
    (*kept)->asked = asked;
}

/* The engine's name as the row wrote it goes with the row. */
static void keep_request(struct digest *d, struct option *kept, const struct scenario *scenario)
{
    if (!kept->asked)
        kept->asked = arena_take(d->arena, sizeof *kept->asked);
    struct kept_request *asked = kept->asked;
    asked->request = scenario->request;
    copy_text(asked->engine_name, sizeof asked->engine_name, scenario->request.engine_name);
    asked->request.engine_name = asked->engine_name;
    if (scenario->request.model != &scenario->own_model)
        return;
    asked->own_model = scenario->own_model;
    asked->request.model = &asked->own_model;
}

static void copy_request(struct digest *d, struct option *to, const struct option *from)
{
    if (!from->asked)
        return;
    if (!to->asked)
        to->asked = arena_take(d->arena, sizeof *to->asked);
    *to->asked = *from->asked;
    to->asked->request.engine_name = to->asked->engine_name;
    if (from->asked->request.model == &from->asked->own_model)
        to->asked->request.model = &to->asked->own_model;
}

/* With the letters of its price, and with the request where the workload is studied. */
static void keep_priced(struct digest *d, const struct workload *w, struct option **kept,
                        const struct option *option, const struct result *result)
{
    const struct answer *a = result->answer;
    keep(d, kept, option);
    bill_bind(&(*kept)->bill, &result->scenario->request, d->facts);
    bill_place(&(*kept)->bill, answer_recommended(a), &option->speed);
    if (w->studied)
        keep_request(d, *kept, result->scenario);
}

static bool differs(const struct option *a, const struct option *b, enum next_best in)
{
    if (strcmp(a->gpu, b->gpu) != 0)
        return true;
    return in == NEXT_NAME &&
           (strcmp(a->dtype, b->dtype) != 0 || strcmp(a->engine, b->engine) != 0 ||
            strcmp(a->optimizer, b->optimizer) != 0);
}

/* Before the cheapest is replaced: the best that differs from the best, in one pass. What the best
 * was is better than all that differed from it. */
static void take_next(struct digest *d, struct workload *w, const struct option *o,
                      const struct result *result)
{
    const struct option *best = w->cheapest;
    for (int i = 0; best && i < NEXT_COUNT; i++) {
        if (!differs(o, best, (enum next_best)i))
            continue;
        if (option_compare_cost(o, best) < 0) {
            keep(d, &w->next[i], best);
            copy_request(d, w->next[i], best);
        } else if (!w->next[i] || option_compare_cost(o, w->next[i]) < 0)
            keep_priced(d, w, &w->next[i], o, result);
    }
}

/* Offers of one card and one price move together. */
static bool same_rent(const struct request *a, const struct request *b)
{
    return a->gpu == b->gpu && a->usd_per_gpu_hour == b->usd_per_gpu_hour &&
           a->rent_term == b->rent_term;
}

static bool same_price(const struct request *a, const struct request *b)
{
    return a->gpu == b->gpu && a->gpu_usd == b->gpu_usd && a->server_usd == b->server_usd;
}

/* A ranking with its first option and, where the workload is studied, its first rival. */
struct ranking {
    struct option **best;
    struct option **rival;
    int (*compare)(const struct option *a, const struct option *b);
    bool (*same)(const struct request *a, const struct request *b);
};

static void rank(struct digest *d, const struct workload *w, const struct ranking *ranking,
                 const struct option *o, const struct result *result)
{
    struct option *best = *ranking->best;
    const struct request *request = &result->scenario->request;
    bool other = best && best->asked && !ranking->same(&best->asked->request, request);
    if (!best || ranking->compare(o, best) < 0) {
        if (other) {
            *ranking->best = *ranking->rival;
            *ranking->rival = best;
        }
        keep_priced(d, w, ranking->best, o, result);
    } else if (other && (!*ranking->rival || ranking->compare(o, *ranking->rival) < 0)) {
        keep_priced(d, w, ranking->rival, o, result);
    }
}

static void take_fastest(struct workload *w, const struct option *o)
{
    const struct speed *speed = &o->speed_expected; /* which the results show */
    double tok_s =
        o->mode == MODE_TRAINING ? speed->train_tok_s.expected : speed->output_tok_s.expected;
    double gpus = option_recommended(o);
    struct quickest *best = &w->fastest;
    if (o->estimate == ESTIMATE_DETAILED &&
        (tok_s > best->tok_s || (tok_s == best->tok_s && gpus < best->gpus)))
        *best = (struct quickest){tok_s, gpus, o->number};
}

void best_take(struct digest *d, struct workload *w, const struct option *o,
               const struct result *result)
{
    const struct ranking rented = {&w->cheapest, &w->rival, option_compare_cost, same_rent};
    const struct ranking owned = {&w->owned, &w->rival_owned, option_compare_owned, same_price};
    bool detailed = o->estimate == ESTIMATE_DETAILED;
    w->asked[o->estimate][o->status]++;
    if (o->status != STATUS_OK) {
        /* a detailed miss explains more than a published one, a near miss more than a refusal */
        bool better = !w->missing || w->missing->estimate > o->estimate ||
                      (w->missing->estimate == o->estimate && w->missing->status > o->status);
        if (better)
            keep(d, &w->missing, o);
        return;
    }
    if (!w->smallest || option_compare_size(o, w->smallest) < 0)
        keep_priced(d, w, &w->smallest, o, result);
    take_fastest(w, o);
    if (o->usd_per_hour < 0) {
        w->unpriced += detailed;
    } else {
        take_next(d, w, o, result);
        rank(d, w, &rented, o, result);
    }
    if (o->money.tco_usd < 0)
        w->unpriced_owned += detailed;
    else
        rank(d, w, &owned, o, result);
}

bool best_is_rival(const struct option *o, const struct option *rival)
{
    return rival && rival->estimate == ESTIMATE_DETAILED &&
           option_is_safe(o) == option_is_safe(rival) &&
           (o->money.usd_per_run.expected >= 0) == (rival->money.usd_per_run.expected >= 0);
}

static size_t add_numbers(uint64_t *numbers, size_t count, const struct workload *w)
{
    const struct option *kept[] = {workload_smallest(w), workload_cheapest(w), workload_owned(w)};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (kept[i])
            numbers[count++] = kept[i]->number;
    if (w->fastest.tok_s > 0)
        numbers[count++] = w->fastest.number;
    if (!w->smallest && w->missing)
        numbers[count++] = w->missing->number;
    return count;
}

static int compare_numbers(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

const uint64_t *best_numbers(struct digest *d, size_t *count)
{
    enum { NUMBERS_EACH = 5 };
    uint64_t *numbers =
        arena_array(d->arena, NUMBERS_EACH * d->workload_count + 1, sizeof *numbers);
    size_t found = 0;
    for (size_t i = 0; i < d->workload_count; i++)
        found = add_numbers(numbers, found, d->workloads[i]);
    qsort(numbers, found, sizeof *numbers, compare_numbers);
    *count = 0;
    for (size_t i = 0; i < found; i++)
        if (!i || numbers[i] != numbers[*count - 1])
            numbers[(*count)++] = numbers[i];
    return numbers;
}

struct study *best_study(struct digest *d, struct workload *w)
{
    const struct option *cheap = workload_cheapest(w);
    const struct option *chosen = cheap ? cheap : workload_smallest(w);
    if (!w->studied || !chosen || chosen->estimate != ESTIMATE_DETAILED || !chosen->asked)
        return NULL;
    w->study = arena_take(d->arena, sizeof *w->study);
    w->study->chosen = &chosen->asked->request;
    if (cheap && best_is_rival(cheap, w->rival))
        w->study->rival = &w->rival->asked->request;
    return w->study;
}
