/* search.c -- lists the layouts of each option, in the program's order, with what the program finds
 *
 * Layouts that cannot hold one request on an empty card are left out: no lever reaches them. The
 * list ends at twice the released count, or eight GPUs more, or earlier where it grows too long;
 * what lies beyond is not found, and says so. */
#include "book/search.h"

#include "book/capacity.h"
#include "book/option.h"
#include "core/fit.h"
#include "core/layout.h"
#include "core/units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct layouts {
    struct layout *items; /* NULL: only count */
    size_t count;
};

static void take_layout(void *context, const struct layout *layout)
{
    struct layouts *layouts = context;
    if (layouts->items)
        layouts->items[layouts->count] = *layout;
    layouts->count++;
}

static int by_preference(const void *left, const void *right)
{
    const struct layout *a = left;
    const struct layout *b = right;
    return layout_precedes(a, b) ? -1 : layout_precedes(b, a) ? 1 : 0;
}

/* How far the list goes, and how long it is. */
static double window_of(const struct request *r, const struct facts *facts, double counted,
                        size_t *count)
{
    double window = fmin(r->max_gpus, fmax(2 * counted, counted + 8));
    for (;;) {
        struct layouts layouts = {NULL, 0};
        fit_layouts(r, facts, window, take_layout, &layouts);
        *count = layouts.count;
        if (layouts.count <= SEARCH_LINES_EACH || window == counted)
            return window;
        window = fmax(counted, floor((window + counted) / 2));
    }
}

/* True when one request on each replica fits on the whole card, at the low end of the band. */
static bool can_ever_hold(struct gauge *gauge, const struct layout *layout)
{
    struct footprint f;
    double asked = gauge->ask.concurrency;
    double card = fmax(gauge->subject.visible_bytes, gauge->ask.gpu->memory_mib * MIB);
    if (!gauge->ask.optimizer)
        gauge_ask(gauge, layout->ways);
    footprint_totals(&gauge->subject, layout, &f);
    if (!gauge->ask.optimizer)
        gauge_ask(gauge, asked);
    return f.low_bytes <= card;
}

static double sold_servers(const struct option *o, const struct layout *layout)
{
    struct bill bill = o->bill;
    bill_place(&bill, layout, NULL);
    return bill.s;
}

static void fill_line(struct gauge *gauge, const struct option *o, struct search_line *line)
{
    struct footprint f;
    const struct request *r = &gauge->ask;
    footprint_stage(&gauge->subject, &line->layout, line->load.last_stage, line->load.phase, &f);
    line->servers_sold = sold_servers(o, &line->layout);
    line->sequences = r->optimizer ? 1 : layout_sequences(r, &line->layout);
    line->cache_bytes = f.column_bytes[COLUMN_KV_CACHE];
    line->activation_bytes = f.column_bytes[COLUMN_ACTIVATIONS];
    line->total_bytes = f.total_bytes;
    line->usable_bytes = f.usable_bytes;
    line->half_bytes = f.high_bytes - f.total_bytes;
    line->legal = r->optimizer || r->gpus > 0 || r->dp > 0 || line->layout.ways <= r->concurrency;
}

static void mark_tightest(struct search_line *lines, size_t count)
{
    double most = -INFINITY;
    for (size_t i = 0; i < count; i++)
        most = fmax(most, lines[i].total_bytes - lines[i].usable_bytes);
    for (size_t i = 0; i < count; i++)
        lines[i].tightest = lines[i].total_bytes - lines[i].usable_bytes == most;
}

static void add_lines(struct search *search, struct gauge *gauge, const struct option *o,
                      const struct layout *layout)
{
    struct load loads[LOADS_MOST];
    size_t first = search->line_count;
    size_t count = gauge_loads(gauge, layout, loads);
    for (size_t i = 0; i < count; i++) {
        struct search_line *line = &search->lines[search->line_count++];
        *line = (struct search_line){.layout = *layout, .load = loads[i], .first = first};
        line->count = count;
        fill_line(gauge, o, line);
    }
    mark_tightest(&search->lines[first], count);
}

static bool holds(const struct search_line *line, enum margin margin)
{
    double half = margin == MARGIN_LOW    ? -line->half_bytes
                  : margin == MARGIN_HIGH ? line->half_bytes
                                          : 0;
    return line->legal && line->tightest && line->total_bytes + half <= line->usable_bytes;
}

/* What the first line that holds says, against the released answer. */
static bool finds_the_same(const struct search *search, struct search_option *at)
{
    const struct option *o = at->option;
    const struct search_line *lines = &search->lines[at->first];
    for (int margin = MARGIN_LOW; margin <= MARGIN_HIGH; margin++) {
        size_t i = 0;
        while (i < at->count && !holds(&lines[i], (enum margin)margin))
            i++;
        at->found[margin] = i;
        if (i == at->count)
            return false;
    }
    const struct layout *found = &lines[at->found[MARGIN_EXPECTED]].layout;
    const struct layout *high = &lines[at->found[MARGIN_HIGH]].layout;
    return found->tp == o->layout.tp && found->pp == o->layout.pp &&
           found->ways == o->layout.ways && found->zero == o->layout.zero &&
           lines[at->found[MARGIN_LOW]].layout.gpus == o->gpus_low && high->gpus == o->gpus_high &&
           high->servers == o->servers_high;
}

static bool is_searched(const struct option *o)
{
    if (!o || o->estimate != ESTIMATE_DETAILED || !o->asked || !option_is_safe(o))
        return false;
    const struct request *r = &o->asked->request;
    return !demands_of(r) && !(r->ep > 1);
}

static void add_option(struct book *book, const struct workload *w, const struct option *o)
{
    struct search *search = book->search;
    const struct facts *facts = book->digest.facts;
    struct search_option at = {.workload = w, .option = o, .first = search->line_count};
    struct layouts layouts = {NULL, 0};
    size_t most;
    if (!is_searched(o) || search_find(book, w, o) || search->count == SEARCH_OPTIONS_MOST)
        return;
    const struct request *r = &o->asked->request;
    at.window = window_of(r, facts, o->gpus_high, &most);
    at.capacity = capacity_take(book, r);
    if (at.capacity == CAPACITY_NONE ||
        search->line_count + most * LOADS_MOST > SEARCH_LINES_MOST + SEARCH_LINES_EACH * LOADS_MOST)
        return;
    struct gauge *gauge = arena_take(&book->arena, sizeof *gauge);
    layouts.items = arena_array(&book->arena, most + 1, sizeof *layouts.items);
    fit_layouts(r, facts, at.window, take_layout, &layouts);
    qsort(layouts.items, layouts.count, sizeof *layouts.items, by_preference);
    gauge_bind(gauge, r, facts);
    for (size_t i = 0; i < layouts.count; i++)
        if (can_ever_hold(gauge, &layouts.items[i]))
            add_lines(search, gauge, o, &layouts.items[i]);
    at.count = search->line_count - at.first;
    search->differing += !finds_the_same(search, &at);
    search->options[search->count++] = at;
}

void search_plan(struct book *book)
{
    const struct digest *d = &book->digest;
    struct search *search = book->search = arena_take(&book->arena, sizeof *search);
    if (!book_is_live(book))
        return;
    search->options = arena_array(&book->arena, SEARCH_OPTIONS_MOST, sizeof *search->options);
    search->lines = arena_array(&book->arena, SEARCH_LINES_MOST + SEARCH_LINES_EACH * LOADS_MOST,
                                sizeof *search->lines);
    for (size_t i = 0; i < d->workload_count; i++) {
        const struct workload *w = d->workloads[i];
        add_option(book, w, workload_cheapest(w));
        add_option(book, w, workload_next(w));
        add_option(book, w, workload_owned(w));
        add_option(book, w, workload_smallest(w));
    }
}

const struct search_option *search_find(const struct book *book, const struct workload *w,
                                        const struct option *option)
{
    const struct search *search = book->search;
    for (size_t i = 0; search && option && i < search->count; i++) {
        const struct search_option *at = &search->options[i];
        if (at->workload == w && option_equals(at->option, option))
            return at;
    }
    return NULL;
}

const struct search_line *search_counted(const struct search *search,
                                         const struct search_option *at)
{
    return &search->lines[at->first + at->found[MARGIN_HIGH]];
}
