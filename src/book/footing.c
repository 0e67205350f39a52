/* footing.c -- live memory of a row of Breakdown, in the letters of Search layouts */
#include "book/footing.h"

#include "book/capacity.h"
#include "book/levers.h"
#include "book/search.h"
#include "core/fit.h"
#include "core/layout.h"
#include "core/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* False where several stages or phases may be the tightest: then nothing is said live. */
static bool hold(struct gauge *gauge, const struct layout *layout, struct held_layout *out)
{
    struct load loads[LOADS_MOST];
    const struct request *r = &gauge->ask;
    size_t count = gauge_loads(gauge, layout, loads);
    *out = (struct held_layout){.layout = *layout, .load = loads[0], .sequences = 1};
    if (!r->optimizer)
        out->sequences = layout_sequences(r, layout);
    footprint_stage(&gauge->subject, layout, loads[0].last_stage, loads[0].phase, &out->footprint);
    return count == 1;
}

static bool find_smaller(struct gauge *gauge, double gpus, struct held_layout *out)
{
    struct fit fit;
    if (gpus <= 1)
        return false;
    fit_search(&gauge->subject, MARGIN_EXPECTED, 0, gpus - 1, &fit);
    if (!fit.found)
        fit_nearest(&gauge->subject, 0, gpus - 1, &fit);
    return fit.nearest_known && hold(gauge, &fit.nearest, out);
}

struct footing *footing_make(struct book *book, const struct result *result)
{
    const struct request *r = &result->scenario->request;
    const struct answer *a = result->answer;
    struct gauge gauge;
    if (!book_is_live(book) || !a->placed || r->estimate != ESTIMATE_DETAILED)
        return NULL;
    struct footing *f = arena_take(&book->arena, sizeof *f);
    *f = (struct footing){.capacity = capacity_take(book, r)};
    f->requests = r->optimizer ? NAN : r->concurrency;
    gauge_bind(&gauge, r, book->digest.facts);
    f->moves = hold(&gauge, &a->layout, &f->chosen) && !demands_of(r);
    f->has_smaller =
        a->status == STATUS_OK && f->moves && find_smaller(&gauge, a->layout.gpus, &f->smaller);
    return f->capacity == CAPACITY_NONE ? NULL : f;
}

/* --- columns --- */

enum side { OF_ROW, OF_CHOSEN, OF_SMALLER };

struct footing_column {
    const char *symbol;
    const char *formula; /* NULL: the number itself */
    enum side side;
    double (*value)(const struct footing *f, const struct held_layout *l);
    struct table_column look;
};

#define OF_LAYOUT(name, what) \
    static double name(const struct footing *f, const struct held_layout *l) \
    { \
        (void)f; \
        (void)l; \
        return what; \
    }
OF_LAYOUT(requests, f->requests)
OF_LAYOUT(gpus, l->layout.gpus)
OF_LAYOUT(ways, l->layout.ways)
OF_LAYOUT(sequences, l->sequences)
OF_LAYOUT(cache_each, l->load.cache_bytes / GIB)
OF_LAYOUT(step_each, l->load.step_bytes / GIB)
OF_LAYOUT(beyond, l->load.beyond_tokens)
OF_LAYOUT(step, l->load.step_tokens)
OF_LAYOUT(act_fixed, l->load.activation_bytes / GIB)
OF_LAYOUT(act_each, l->load.activation_each_bytes / GIB)
OF_LAYOUT(states, l->load.states_bytes / GIB)
OF_LAYOUT(over, l->load.overhead_bytes / GIB)
OF_LAYOUT(cache, l->footprint.column_bytes[COLUMN_KV_CACHE] / GIB)
OF_LAYOUT(act, l->footprint.column_bytes[COLUMN_ACTIVATIONS] / GIB)
OF_LAYOUT(total, l->footprint.total_bytes / GIB)
OF_LAYOUT(usable, l->footprint.usable_bytes / GIB)
OF_LAYOUT(half, (l->footprint.high_bytes - l->footprint.total_bytes) / GIB)

#define SEQUENCES "IF(COUNT(now) > 0, ROUNDUP(now / R, 0), 1)"
#define CACHE "S * c + MIN(B, S * e) * b"
#define ACTIVATIONS "A + S * a"
#define LETTERS(side) \
    {"R", NULL, side, ways, {"R", "copies", 8, STYLE_COUNT}}, \
        {"S", SEQUENCES, side, sequences, {"S", "sequences", 10, STYLE_COUNT}}, \
        {"c", NULL, side, cache_each, {"c, cache of a sequence", "GiB", 12, STYLE_NUMBER}}, \
        {"b", NULL, side, step_each, {"b, cache of a step's token", "GiB", 12, STYLE_NUMBER}}, \
        {"e", NULL, side, beyond, {"e, beyond the window", "tokens", 11, STYLE_COUNT}}, \
        {"B", NULL, side, step, {"B, of one step", "tokens", 10, STYLE_COUNT}}, \
        {"A", NULL, side, act_fixed, {"A, activations", "GiB", 12, STYLE_NUMBER}}, \
    { \
        "a", NULL, side, act_each, \
        { \
            "a, of a sequence", "GiB", 12, STYLE_NUMBER \
        } \
    }

static const struct footing_column columns[] = {
    {"planned",
     NULL,
     OF_ROW,
     requests,
     {"Behind the memory: planned for", "requests", 13, STYLE_COUNT}},
    {"now", LEVER_REQUESTS, OF_ROW, requests, {"With growth", "requests", 10, STYLE_COUNT}},
    LETTERS(OF_CHOSEN),
    {"states",
     "SUM(weights, gradients, optimizer)",
     OF_CHOSEN,
     states,
     {"Weights and states", "GiB", 11, STYLE_GIB}},
    {"half", CAPACITY_HALF, OF_CHOSEN, half, {"Half of the band", "GiB", 10, STYLE_GIB}},
    {"n", NULL, OF_SMALLER, gpus, {"Next smaller layout: GPUs", NULL, 13, STYLE_COUNT}},
    LETTERS(OF_SMALLER),
    {"states", NULL, OF_SMALLER, states, {"Weights and states", "GiB", 11, STYLE_GIB}},
    {"over", NULL, OF_SMALLER, over, {"Overhead", "GiB", 10, STYLE_GIB}},
    {"cache", CACHE, OF_SMALLER, cache, {"Cache", "GiB", 10, STYLE_GIB}},
    {"act", ACTIVATIONS, OF_SMALLER, act, {"Activations", "GiB", 11, STYLE_GIB}},
    {"total", "states + cache + act + over", OF_SMALLER, total, {"Total", "GiB", 10, STYLE_GIB}},
    {"usable", CAPACITY_USABLE, OF_SMALLER, usable, {"Usable there", "GiB", 10, STYLE_GIB}},
};
enum { COLUMNS = sizeof columns / sizeof *columns };

size_t footing_columns(struct table_column *looks)
{
    for (size_t i = 0; i < COLUMNS; i++)
        looks[i] = columns[i].look;
    return COLUMNS;
}

struct spot {
    const struct footing_row *row;
    enum side side;
};

static int find_column(const char *symbol, enum side side)
{
    for (int i = 0; i < COLUMNS; i++)
        if ((columns[i].side == side || columns[i].side == OF_ROW) &&
            live_is(columns[i].symbol, symbol))
            return i;
    return -1;
}

/* Of the chosen layout, some letters stand among the other columns. */
static int find_shown(const struct footing_row *row, const char *symbol)
{
    const struct {
        const char *symbol;
        int column;
    } shown[] = {{"weights", row->columns[COLUMN_WEIGHTS]},
                 {"gradients", row->columns[COLUMN_GRADIENTS]},
                 {"optimizer", row->columns[COLUMN_OPTIMIZER]},
                 {"cache", row->columns[COLUMN_KV_CACHE]},
                 {"act", row->columns[COLUMN_ACTIVATIONS]},
                 {"over", row->columns[COLUMN_OVERHEAD]},
                 {"total", row->total},
                 {"usable", row->usable}};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        if (live_is(shown[i].symbol, symbol))
            return shown[i].column;
    return -1;
}

static bool find_cell(const void *context, const char *symbol, char cell[CELL_NAME_BYTES])
{
    const struct spot *spot = context;
    const struct footing_row *row = spot->row;
    bool other = !strncmp(symbol, "smaller_", 8);
    int column = find_column(other ? symbol + 8 : symbol, other ? OF_SMALLER : spot->side);
    int shown = spot->side == OF_CHOSEN && !other ? find_shown(row, symbol) : -1;
    if (column >= 0 || shown >= 0) {
        live_cell(cell, row->row, (unsigned)(shown >= 0 ? shown : row->first + column));
        return true;
    }
    if (!strncmp(symbol, "plan_", 5)) {
        copy_text(cell, CELL_NAME_BYTES, symbol);
        return true;
    }
    return capacity_cell(row->footing->capacity, symbol, cell);
}

static void put_live(const struct spot *spot, struct sheet *sheet, uint16_t column,
                     const char *formula, double value)
{
    char text[LIVE_BYTES];
    if (live_text(formula, find_cell, spot, text))
        put_signed_formula(sheet, spot->row->row, column, STYLE_GIB, text, value);
    else
        sheet->refused++;
}

static void put_behind(const struct footing_row *row, struct sheet *sheet)
{
    const struct footing *f = row->footing;
    for (int i = 0; i < COLUMNS; i++) {
        const struct footing_column *c = &columns[i];
        struct spot spot = {row, c->side == OF_SMALLER ? OF_SMALLER : OF_CHOSEN};
        const struct held_layout *l = c->side == OF_SMALLER ? &f->smaller : &f->chosen;
        uint16_t at = (uint16_t)(row->first + i);
        char text[LIVE_BYTES];
        bool training = isnan(f->requests) && !strcmp(c->symbol, "now");
        if (c->side == OF_SMALLER && !f->has_smaller)
            continue;
        double value = c->value(f, l);
        if (!c->formula || training)
            put_signed(sheet, row->row, at, c->look.style, value);
        else if (live_text(c->formula, find_cell, &spot, text))
            put_signed_formula(sheet, row->row, at, c->look.style, text, value);
        else
            sheet->refused++;
    }
}

/* As planned while the layout holds and no smaller one is known to; what cannot be said live is to
 * be planned again as soon as anything moves. */
static void put_now(const struct footing_row *row, struct sheet *sheet, bool fits)
{
    const struct footing *f = row->footing;
    struct spot spot = {row, OF_CHOSEN};
    const char *again = !f->moves        ? "plan_same = 0"
                        : !fits          ? "AND(plan_same = 0, total <= usable)"
                        : f->has_smaller ? "OR(total > usable, smaller_total <= smaller_usable)"
                                         : "total > usable";
    char formula[256];
    char text[LIVE_BYTES];
    snprintf(formula, sizeof formula, "IF(%s, \"" STATUS_REPLAN "\", \"" STATUS_PLANNED "\")",
             again);
    if (live_text(formula, find_cell, &spot, text))
        put_text_formula(sheet, row->row, row->now, STYLE_TEXT, text, STATUS_PLANNED);
    else
        sheet->refused++;
}

void footing_put(const struct footing_row *row, struct sheet *sheet, bool fits)
{
    const struct footprint *f = &row->footing->chosen.footprint;
    struct spot spot = {row, OF_CHOSEN};
    double spare = f->usable_bytes - f->total_bytes;
    put_behind(row, sheet);
    if (isfinite(row->footing->requests)) {
        put_live(&spot, sheet, row->columns[COLUMN_KV_CACHE], CACHE,
                 f->column_bytes[COLUMN_KV_CACHE] / GIB);
        put_live(&spot, sheet, row->columns[COLUMN_ACTIVATIONS], ACTIVATIONS,
                 f->column_bytes[COLUMN_ACTIVATIONS] / GIB);
    }
    put_live(&spot, sheet, row->total, "SUM(weights, cache, gradients, optimizer, act, over)",
             f->total_bytes / GIB);
    put_live(&spot, sheet, row->low, "MAX(0, total - half)", f->low_bytes / GIB);
    put_live(&spot, sheet, row->high, "total + half", f->high_bytes / GIB);
    put_live(&spot, sheet, row->usable, CAPACITY_USABLE, f->usable_bytes / GIB);
    put_live(&spot, sheet, row->unused, "IF(total <= usable, usable - total, \"\")",
             spare >= 0 ? spare / GIB : NAN);
    put_now(row, sheet, fits);
}
