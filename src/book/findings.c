/* findings.c -- what the studies found, in words and shares, the closest first */
#include "book/findings.h"

#include "book/best.h"
#include "book/option.h"
#include "book/write.h"

#include <math.h>
#include <stdio.h>

enum { FINDINGS_PER_STUDY = KNOB_COUNT + 3 };

/* --- what a study found --- */

double finding_change(const struct finding *finding, enum effect effect)
{
    return finding->spots[effect].value / finding->present - 1;
}

static struct finding *add_finding(struct findings *found, const struct workload *w,
                                   const struct option *o)
{
    struct finding *finding = &found->all[found->count++];
    *finding = (struct finding){.workload = w, .option = o, .nearest = INFINITY};
    for (int i = 0; i < EFFECT_COUNT; i++)
        finding->spots[i].value = NOT_GIVEN;
    return finding;
}

static void settle(struct finding *finding)
{
    for (int i = 0; i < EFFECT_COUNT; i++)
        if (finding->spots[i].value >= 0)
            finding->nearest =
                fmin(finding->nearest, fabs(finding_change(finding, (enum effect)i)));
}

/* The nearer one, where both sides do the same. */
static void take_edge(struct finding *finding, const struct study *study, const struct edge *edge)
{
    if (edge->value < 0)
        return;
    bool rises = recommended_compare(&edge->count, &study->now) > 0;
    struct spot *spot = &finding->spots[rises ? EFFECT_RISES : EFFECT_FALLS];
    struct spot before = *spot;
    if (before.value < 0 ||
        fabs(edge->value - finding->present) < fabs(before.value - finding->present))
        *spot = (struct spot){edge->value, edge->count};
}

static const char *note_of(const struct finding *finding, const struct recommended *now)
{
    const struct spot *more = &finding->spots[EFFECT_RISES];
    const struct spot *fewer = &finding->spots[EFFECT_FALLS];
    if (more->value < 0 && fewer->value < 0)
        return "the count stays within the bounds that were tried";
    if (more->value >= 0 && more->count.gpus < 0)
        return "more: no count that is allowed fits there";
    if (more->value >= 0 && !more->count.safe && now->safe)
        return "more: the count there holds as expected only";
    if (fewer->value >= 0 && fewer->count.safe && !now->safe)
        return "fewer: the count there holds in the whole band";
    return "";
}

static const char *title_of(enum knob knob, const struct option *o)
{
    if (knob == KNOB_CONCURRENCY && o->mode == MODE_TRAINING)
        return "micro-batch";
    if (knob == KNOB_TOKENS && o->mode == MODE_TRAINING)
        return "sequence length";
    return knob_rows[knob].title;
}

static void add_knob(struct findings *found, const struct workload *w, const struct option *o,
                     enum knob knob)
{
    const struct sensitivity *s = &w->study->knobs[knob];
    if (!s->applies)
        return;
    struct finding *finding = add_finding(found, w, o);
    copy_text(finding->title, sizeof finding->title, title_of(knob, o));
    finding->unit = knob_rows[knob].unit;
    finding->present = s->present;
    take_edge(finding, w->study, &s->below);
    take_edge(finding, w->study, &s->above);
    finding->note = note_of(finding, &w->study->now);
    settle(finding);
}

/* Another option takes over at `value`. */
static struct finding *add_takeover(struct findings *found, const struct workload *w,
                                    const struct option *o, const struct option *rival,
                                    double present, double value)
{
    struct finding *finding = add_finding(found, w, o);
    finding->rival = rival;
    finding->present = present;
    finding->spots[EFFECT_OTHER].value = value;
    settle(finding);
    return finding;
}

static double rent_cost(const struct option *o)
{
    return o->money.usd_per_run.expected >= 0 ? o->money.usd_per_run.expected : o->usd_per_hour;
}

static void add_rent(struct findings *found, const struct workload *w)
{
    const struct option *o = workload_cheapest(w);
    if (!o || !best_is_rival(o, w->rival))
        return;
    double value = rent_of_equal_cost(o->bill.c_r, rent_cost(o), rent_cost(w->rival));
    if (value < 0)
        return;
    struct finding *finding = add_takeover(found, w, o, w->rival, o->bill.c_r, value);
    snprintf(finding->title, sizeof finding->title, "rent of %s", o->gpu);
    finding->unit = "USD/GPU-hour";
    finding->note = "to rent; the other's rent as it is";
}

static void add_price(struct findings *found, const struct workload *w)
{
    const struct option *o = workload_owned(w);
    if (!o || o->estimate != ESTIMATE_DETAILED || !best_is_rival(o, w->rival_owned))
        return;
    bool by_server = isfinite(o->bill.p_s);
    double price = by_server ? o->bill.p_s : o->bill.p_c;
    double value = price_of_equal_owning(&o->bill, w->rival_owned->money.tco_usd);
    if (value < 0 || price <= 0)
        return;
    struct finding *finding = add_takeover(found, w, o, w->rival_owned, price, value);
    snprintf(finding->title, sizeof finding->title, "price of %s %s",
             by_server ? "a server of" : "a", o->gpu);
    finding->unit = by_server ? "USD/server" : "USD/card";
    finding->note = "to own; the other's price as it is";
}

static void add_growth(struct findings *found, const struct workload *w)
{
    const struct study *study = w->study;
    struct request grown;
    if (!study->rival || !request_grown(study->chosen, 1, &grown))
        return;
    struct finding *finding =
        add_takeover(found, w, workload_cheapest(w), w->rival, 1, study->growth);
    copy_text(finding->title, sizeof finding->title,
              finding->option->mode == MODE_TRAINING ? "growth: tokens to train on"
                                                     : "growth: requests and demands");
    finding->unit = "\u00D7 now";
    finding->note = study->growth > 0 ? "to rent; factors 1.25, 1.5, 2, 3 and 4 were tried"
                                      : "to rent; the other is not cheaper up to \u00D7 4";
}

/* --- in order of closeness --- */

void findings_sort(struct finding *found, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct finding finding = found[i];
        size_t at = i;
        for (; at > 0 && found[at - 1].nearest > finding.nearest; at--)
            found[at] = found[at - 1];
        found[at] = finding;
    }
}

void findings_collect(const struct digest *d, struct findings *found)
{
    found->all = arena_array(d->arena, STUDIES_MOST * FINDINGS_PER_STUDY, sizeof *found->all);
    for (size_t i = 0; i < d->workload_count; i++) {
        const struct workload *w = d->workloads[i];
        size_t first = found->count;
        if (!w->study)
            continue;
        const struct option *cheap = workload_cheapest(w);
        for (int knob = 0; knob < KNOB_COUNT; knob++)
            add_knob(found, w, cheap ? cheap : workload_smallest(w), (enum knob)knob);
        add_rent(found, w);
        add_price(found, w);
        add_growth(found, w);
        findings_sort(found->all + first, found->count - first);
    }
}
