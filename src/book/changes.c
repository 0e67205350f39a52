/* changes.c -- the Changes sheet: what moved since an earlier run, by how much, and why
 *
 * First the net change per period, of the cheapest option of each workload; then every row that
 * moved, is new or is gone, the largest effect on cost first. */
#include "book/inside.h"

#include "base/text.h"
#include "book/earlier.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER_ROW = 3, SHOWN_MOST = 5000, NETS_MOST = 100, NETS_NAMED = 6, HOURS = 24 * 365 };

enum {
    AT_CHANGE,
    AT_SCENARIO,
    AT_PERIOD,
    AT_MODEL,
    AT_DTYPE,
    AT_OPTIMIZER,
    AT_TOKENS,
    AT_CONCURRENCY,
    AT_GPU,
    AT_ENGINE,
    AT_CAUSE,
    AT_STATUS,
    AT_STATUS_NOW,
    AT_LIMIT,
    AT_LIMIT_NOW,
    AT_FIGURES
};

static const struct table_column text_columns[AT_FIGURES] = {
    [AT_CHANGE] = {"Change", NULL, 10, STYLE_STRONG},
    [AT_SCENARIO] = {"Scenario", NULL, 24, STYLE_STRONG},
    [AT_PERIOD] = {"Period", NULL, 10, STYLE_TEXT},
    [AT_MODEL] = {"Model", NULL, 22, STYLE_TEXT},
    [AT_DTYPE] = {"Type", NULL, 14, STYLE_TEXT},
    [AT_OPTIMIZER] = {"Optimizer", NULL, 11, STYLE_TEXT},
    [AT_TOKENS] = {"Tokens", NULL, 10, STYLE_COUNT},
    [AT_CONCURRENCY] = {"At once", "sequences", 11, STYLE_COUNT},
    [AT_GPU] = {"GPU", NULL, 18, STYLE_STRONG},
    [AT_ENGINE] = {"Engine", NULL, 16, STYLE_TEXT},
    [AT_CAUSE] = {"Cause", NULL, 56, STYLE_WRAP},
    [AT_STATUS] = {"Status before", NULL, 12, STYLE_TEXT},
    [AT_STATUS_NOW] = {"Status now", NULL, 12, STYLE_TEXT},
    [AT_LIMIT] = {"Bound by, before", NULL, 11, STYLE_TEXT},
    [AT_LIMIT_NOW] = {"Bound by, now", NULL, 11, STYLE_TEXT},
};

/* Each takes four columns: before, now, the difference, the same in percent. */
static const struct {
    const char *title;
    const char *unit;
    enum style style;
    enum earlier_slot slot;
} figures[] = {
    {"Expected", "GPUs", STYLE_COUNT, FIGURE_GPUS},
    {"Plan with", "GPUs", STYLE_COUNT, FIGURE_GPUS_HIGH},
    {"Rent", "USD/hour", STYLE_USD, FIGURE_RENT},
    {"Purchase", "USD", STYLE_USD, FIGURE_PURCHASE},
    {"Memory", "GiB/GPU", STYLE_GIB, FIGURE_TOTAL},
    {"TPOT", "ms", STYLE_GIB, FIGURE_TPOT},
    {"TTFT", "ms", STYLE_GIB, FIGURE_TTFT},
    {"Output", "tokens/s", STYLE_GIB, FIGURE_OUTPUT},
    {"Training", "tokens/s", STYLE_GIB, FIGURE_TRAINING},
};
enum { FIGURES = sizeof figures / sizeof *figures, COLUMNS = AT_FIGURES + 4 * FIGURES };

/* A row of the sheet; one of the two may be NULL. */
struct change {
    const struct earlier_row *then;
    const struct earlier_row *now;
    double effect;
    size_t at;
};

static void choose_columns(struct table_column looks[COLUMNS],
                           char titles[4 * FIGURES][HEADER_BYTES])
{
    memcpy(looks, text_columns, sizeof text_columns);
    for (size_t i = 0; i < FIGURES; i++) {
        static const char *const parts[] = {"before", "now", "difference", "difference"};
        for (size_t j = 0; j < 4; j++) {
            char *title = titles[4 * i + j];
            join_texts(title, HEADER_BYTES, figures[i].title, ", ", parts[j]);
            looks[AT_FIGURES + 4 * i + j] =
                (struct table_column){title, j == 3 ? "%" : figures[i].unit, 13, figures[i].style};
        }
    }
}

/* Of a cost that both rows know, or that one has and the other does not need; else 0. */
static double moved_by(const struct earlier_row *then, const struct earlier_row *now,
                       enum earlier_slot slot)
{
    double before = then ? earlier_figure(then, slot) : 0;
    double after = now ? earlier_figure(now, slot) : 0;
    bool same_status = then && now && !strcmp(then->texts[TEXT_STATUS], now->texts[TEXT_STATUS]);
    if (same_status && (before < 0 || after < 0))
        return 0;
    return fabs(fmax(0, after) - fmax(0, before));
}

/* In USD: on the purchase, or on a year's rent where the purchase is the same or not known. */
static double effect_of(const struct earlier *e, const struct earlier_row *then,
                        const struct earlier_row *now)
{
    double purchase = e->has[FIGURE_PURCHASE] ? moved_by(then, now, FIGURE_PURCHASE) : 0;
    return purchase > 0 ? purchase : moved_by(then, now, FIGURE_RENT) * HOURS;
}

static int compare_changes(const void *left, const void *right)
{
    const struct change *a = left;
    const struct change *b = right;
    if (a->effect != b->effect)
        return a->effect > b->effect ? -1 : 1;
    return (a->at > b->at) - (a->at < b->at);
}

/* What the first line counts. */
struct counts {
    size_t moved;
    size_t fresh;
    size_t gone;
};

static size_t collect(const struct earlier *e, struct change *changes, struct counts *counts)
{
    size_t count = 0;
    *counts = (struct counts){0, 0, 0};
    for (size_t i = 0; i < e->now_count; i++) {
        const struct earlier_row *now = e->now[i];
        changes[count] = (struct change){now->then, now, effect_of(e, now->then, now), count};
        count++;
        counts->moved += now->then != NULL;
        counts->fresh += now->then == NULL;
    }
    for (size_t i = 0; i < e->count && !e->uncompared; i++) {
        const struct earlier_row *then = e->rows[i];
        if (then->met)
            continue;
        changes[count] = (struct change){then, NULL, effect_of(e, then, NULL), count};
        count++;
        counts->gone++;
    }
    qsort(changes, count, sizeof *changes, compare_changes);
    return count;
}

/* Before, now, and where both are known the differences. */
static void put_figure(struct sheet *sheet, uint32_t row, size_t at, double before, double after)
{
    uint16_t column = (uint16_t)(AT_FIGURES + 4 * at);
    bool both = before >= 0 && after >= 0;
    put_number(sheet, row, column, figures[at].style, before);
    put_number(sheet, row, (uint16_t)(column + 1), figures[at].style, after);
    put_signed(sheet, row, (uint16_t)(column + 2), STYLE_PERCENT,
               both ? after - before : (double)NAN);
    put_signed(sheet, row, (uint16_t)(column + 3), STYLE_PERCENT,
               both && before > 0 ? 100 * (after - before) / before : (double)NAN);
}

static void put_count(struct sheet *sheet, uint32_t row, uint16_t column, const char *text)
{
    double value;
    put_number(sheet, row, column, STYLE_COUNT, text_number(text, &value) ? value : NOT_GIVEN);
}

static void put_asked(struct sheet *sheet, uint32_t row, const struct earlier_row *r)
{
    char text[200];
    put_verbatim(sheet, row, AT_SCENARIO, STYLE_STRONG, r->texts[ASKED_SCENARIO]);
    put_verbatim(sheet, row, AT_PERIOD, STYLE_TEXT, r->texts[ASKED_PERIOD]);
    put_verbatim(sheet, row, AT_MODEL, STYLE_TEXT, r->texts[ASKED_MODEL]);
    join_texts(text, sizeof text, r->texts[ASKED_DTYPE], ", KV ", r->texts[ASKED_KV_DTYPE]);
    put_verbatim(sheet, row, AT_DTYPE, STYLE_TEXT, text);
    put_verbatim(sheet, row, AT_OPTIMIZER, STYLE_TEXT, r->texts[ASKED_OPTIMIZER]);
    put_count(sheet, row, AT_TOKENS, r->texts[ASKED_TOKENS]);
    put_count(sheet, row, AT_CONCURRENCY, r->texts[ASKED_CONCURRENCY]);
    put_verbatim(sheet, row, AT_GPU, STYLE_STRONG, r->texts[ASKED_GPU]);
    join_texts(text, sizeof text, r->texts[ASKED_ENGINE], " ", r->texts[ASKED_ENGINE_VERSION]);
    put_verbatim(sheet, row, AT_ENGINE, STYLE_TEXT, text);
}

static void put_change(const struct earlier *e, struct sheet *sheet, uint32_t row,
                       const struct change *change)
{
    const struct earlier_row *then = change->then;
    const struct earlier_row *now = change->now;
    char cause[CAUSE_BYTES];
    const char *why = !then ? "asked for the first time" : !now ? "no longer asked" : NULL;
    why = why ? why : earlier_cause(e, then, now, cause);
    if (now || then)
        put_asked(sheet, row, now ? now : then);
    put_text(sheet, row, AT_CHANGE, STYLE_STRONG, !then ? "new" : !now ? "gone" : "moved");
    set_lines(sheet, row, text_lines(why, text_columns[AT_CAUSE].width));
    put_text(sheet, row, AT_CAUSE, STYLE_WRAP, why);
    put_text(sheet, row, AT_STATUS, STYLE_TEXT, then ? then->texts[TEXT_STATUS] : "");
    put_text(sheet, row, AT_STATUS_NOW, STYLE_TEXT, now ? now->texts[TEXT_STATUS] : "");
    put_text(sheet, row, AT_LIMIT, STYLE_TEXT, then ? then->texts[TEXT_LIMIT] : "");
    put_text(sheet, row, AT_LIMIT_NOW, STYLE_TEXT, now ? now->texts[TEXT_LIMIT] : "");
    for (size_t i = 0; i < FIGURES; i++)
        put_figure(sheet, row, i, then ? earlier_figure(then, figures[i].slot) : NOT_GIVEN,
                   now ? earlier_figure(now, figures[i].slot) : NOT_GIVEN);
}

static void put_net(const struct earlier *e, struct sheet *sheet, uint32_t row,
                    const struct period_standing *net)
{
    const struct standing *then = &net->sides[0];
    const struct standing *now = &net->sides[1];
    char text[128];
    snprintf(text, sizeof text,
             "the cheapest option of each workload: %.0f before, %.0f now; unknown prices left out",
             then->workloads, now->workloads);
    for (int i = 0; i < AT_FIGURES; i++)
        put_empty(sheet, row, (uint16_t)i, STYLE_STRONG);
    put_text(sheet, row, AT_CHANGE, STYLE_STRONG, "net");
    put_text(sheet, row, AT_SCENARIO, STYLE_STRONG, "(all workloads)");
    put_verbatim(sheet, row, AT_PERIOD, STYLE_TEXT, net->period);
    set_lines(sheet, row, text_lines(text, text_columns[AT_CAUSE].width));
    put_text(sheet, row, AT_CAUSE, STYLE_WRAP, text);
    for (size_t i = 0; i < FIGURES; i++) {
        if (figures[i].slot == FIGURE_GPUS_HIGH)
            put_figure(sheet, row, i, then->gpus, now->gpus);
        else if (figures[i].slot == FIGURE_RENT && e->has[FIGURE_RENT])
            put_figure(sheet, row, i, then->rent, now->rent);
        else if (figures[i].slot == FIGURE_PURCHASE && e->has[FIGURE_PURCHASE])
            put_figure(sheet, row, i, then->purchase, now->purchase);
        else
            put_figure(sheet, row, i, NOT_GIVEN, NOT_GIVEN);
    }
}

/* "2027Q2: 3 → 4 GPUs, rent +2.00 USD/hour, purchase +0 USD" */
static int net_words(const struct earlier *e, const struct period_standing *net, char *text,
                     size_t size)
{
    const struct standing *then = &net->sides[0];
    const struct standing *now = &net->sides[1];
    int used = snprintf(text, size, "%s%.40s%s%.0f \u2192 %.0f GPUs", *net->period ? " " : "",
                        net->period, *net->period ? ": " : " ", then->gpus, now->gpus);
    if (e->has[FIGURE_RENT])
        used += snprintf(text + used, size - (size_t)used, ", rent %+.2f USD/hour",
                         now->rent - then->rent);
    if (e->has[FIGURE_PURCHASE])
        used += snprintf(text + used, size - (size_t)used, ", purchase %+.0f USD",
                         now->purchase - then->purchase);
    return used;
}

/* What was left out, and what that means. */
static void add_limits(const struct earlier *e, size_t changes, char *text, size_t size)
{
    int used = 0;
    text[0] = '\0';
    if (e->uncompared || e->total > e->count)
        used +=
            snprintf(text, size,
                     " \u26A0 Only the first %d rows of either run are kept: %" PRIu64
                     " rows of this run are left out%s.",
                     EARLIER_MOST, e->uncompared, e->uncompared ? ", and none is called gone" : "");
    if (changes > SHOWN_MOST)
        used += snprintf(text + used, size - (size_t)used,
                         " \u26A0 The %d largest changes are shown.", SHOWN_MOST);
    if (e->sides[0].cut || e->sides[1].cut)
        snprintf(text + used, size - (size_t)used,
                 " \u26A0 The net change is that of the first %d workloads.", STANDINGS_MOST);
}

static void put_head(const struct earlier *e, struct sheet *sheet, const struct counts *counts,
                     const struct period_standing *nets, size_t net_count)
{
    enum { ROOM = 2048 };
    char text[ROOM];
    size_t changes = counts->moved + counts->fresh + counts->gone;
    snprintf(text, sizeof text,
             "Against %.200s (%" PRIu64 " rows then, %" PRIu64
             " now). The largest effect on cost stands first: on the purchase, or on a year's rent "
             "where the purchase stays. Rows are alternatives: never add them up.",
             e->name, e->total, e->now_total);
    page_title(sheet, "Changes", text);
    int used = snprintf(text, ROOM,
                        "%zu moved, %zu new, %zu gone, %" PRIu64
                        " the same. Net, each workload by its cheapest option:",
                        counts->moved, counts->fresh, counts->gone, e->same);
    for (size_t i = 0; i < net_count && i < NETS_NAMED; i++) {
        used += snprintf(text + used, ROOM - (size_t)used, "%s", i ? ";" : "");
        used += net_words(e, &nets[i], text + used, ROOM - (size_t)used);
    }
    used += snprintf(text + used, ROOM - (size_t)used, "%s",
                     net_count > NETS_NAMED ? "; and more below." : ".");
    add_limits(e, changes, text + used, ROOM - (size_t)used);
    set_lines(sheet, 2, text_lines(text, table_width(text_columns, AT_CAUSE)));
    put_across(sheet, 2, 0, AT_CAUSE - 1, STYLE_PARAGRAPH, text); /* what the first page holds */
}

void changes_write(struct book *book, struct sheet *sheet)
{
    struct earlier *e = book->options.earlier;
    struct table_column looks[COLUMNS];
    char titles[4 * FIGURES][HEADER_BYTES];
    struct period_standing *nets;
    struct counts counts;
    earlier_settle(e);
    struct change *changes =
        arena_array(&book->arena, e->now_count + e->count + 1, sizeof *changes);
    size_t count = collect(e, changes, &counts);
    size_t net_count = earlier_standings(e, &nets);
    uint32_t row = HEADER_ROW + 1;
    choose_columns(looks, titles);
    put_head(e, sheet, &counts, nets, net_count);
    table_header(sheet, HEADER_ROW, looks, COLUMNS);
    for (size_t i = 0; i < net_count && i < NETS_MOST; i++)
        put_net(e, sheet, row++, &nets[i]);
    for (size_t i = 0; i < count && i < SHOWN_MOST; i++)
        put_change(e, sheet, row++, &changes[i]);
    worksheet_autofilter(sheet->worksheet, HEADER_ROW, 0, row - 1, COLUMNS - 1);
    struct print_setup setup = {row - 1, COLUMNS - 1, HEADER_ROW, 2, 4, 90, false};
    page_setup(book, sheet, &setup);
}
