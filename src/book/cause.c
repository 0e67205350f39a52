/* cause.c -- why a row of the results moved, as far as two rows of results tell
 *
 * The results repeat what was asked but for pinned layouts, the engine's settings and the settings
 * of the run; a row whose printed inputs are equal may differ in one of these, and in a demand when
 * the earlier version did not print it. */
#include "book/earlier.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

static void append(char cause[CAUSE_BYTES], const char *text)
{
    size_t used = strlen(cause);
    if (used + strlen(text) + 3 < CAUSE_BYTES)
        snprintf(cause + used, CAUSE_BYTES - used, "%s%s", used ? "; " : "", text);
}

static void append_numbers(char cause[CAUSE_BYTES], const char *what, double then, double now,
                           const char *unit)
{
    char text[160];
    snprintf(text, sizeof text, "%s %.6g \u2192 %.6g %s", what, then, now, unit);
    append(cause, text);
}

static void append_words(char cause[CAUSE_BYTES], const char *what, const char *words)
{
    char text[96];
    snprintf(text, sizeof text, "%s %s", what, words);
    append(cause, text);
}

/* The one printed input that differs; true when it explains the figures: names explain none. */
static bool find_input(const struct earlier *e, const struct earlier_row *then,
                       const struct earlier_row *now, char cause[CAUSE_BYTES])
{
    for (size_t i = 0; i < ASKED_COUNT; i++) {
        char text[256];
        const char *before = then->texts[i];
        const char *after = now->texts[i];
        if (!e->has[i] || !strcmp(before, after))
            continue;
        snprintf(text, sizeof text, "%s %.80s \u2192 %.80s", earlier_columns[i].name,
                 *before ? before : "(empty)", *after ? after : "(empty)");
        append(cause, text);
        return i != ASKED_PERIOD && i != ASKED_SCENARIO;
    }
    return false;
}

static bool same_layout(const struct earlier *e, const struct earlier_row *then,
                        const struct earlier_row *now)
{
    for (enum earlier_slot i = FIGURE_TP; i <= FIGURE_ZERO; i++)
        if (!e->has[i] || figures_differ(earlier_figure(then, i), earlier_figure(now, i)))
            return false;
    return earlier_figure(now, FIGURE_TP) > 0;
}

static bool moved(const struct earlier *e, const struct earlier_row *then,
                  const struct earlier_row *now, enum earlier_slot slot)
{
    double before = earlier_figure(then, slot);
    double after = earlier_figure(now, slot);
    return e->has[slot] && before >= 0 && after >= 0 && figures_differ(before, after);
}

/* Amounts over counts, where both rows have both. */
static void find_prices(const struct earlier *e, const struct earlier_row *then,
                        const struct earlier_row *now, char cause[CAUSE_BYTES])
{
    static const struct {
        enum earlier_slot amount;
        enum earlier_slot count;
        const char *what;
        const char *unit;
    } prices[] = {
        {FIGURE_RENT, FIGURE_GPUS_HIGH, "rent per planned GPU", "USD/hour"},
        {FIGURE_PURCHASE, FIGURE_PAID, "purchase per bought GPU", "USD"},
    };
    for (size_t i = 0; i < sizeof prices / sizeof *prices; i++) {
        double gpus_then = earlier_figure(then, prices[i].count);
        double gpus_now = earlier_figure(now, prices[i].count);
        double before = earlier_figure(then, prices[i].amount);
        double after = earlier_figure(now, prices[i].amount);
        if (!e->has[prices[i].amount] || !e->has[prices[i].count] || !(gpus_then > 0) ||
            !(gpus_now > 0) || (before < 0 && after < 0))
            continue;
        if (before < 0 || after < 0)
            append_words(cause, prices[i].what, before < 0 ? "now known" : "no longer known");
        else if (figures_differ(before / gpus_then, after / gpus_now))
            append_numbers(cause, prices[i].what, before / gpus_then, after / gpus_now,
                           prices[i].unit);
    }
}

/* What moved per GPU although the inputs and the layout are the same. */
static void find_facts(const struct earlier *e, const struct earlier_row *then,
                       const struct earlier_row *now, char cause[CAUSE_BYTES])
{
    static const struct {
        enum earlier_slot slot;
        const char *what;
        const char *unit;
        bool of_layout; /* comparable in the same layout only */
    } facts[] = {
        {FIGURE_USABLE, "usable memory of a GPU", "GiB (its row, the engine's, utilization)",
         false},
        {FIGURE_WEIGHTS, "weights", "GiB (the model's row, the type's, the program)", true},
        {FIGURE_CACHE, "KV cache", "GiB (the model's row, the program)", true},
        {FIGURE_GRADIENTS, "gradients", "GiB (the model's row, the engine's, the program)", true},
        {FIGURE_STATES, "optimizer states", "GiB (the optimizer's row, the engine's, the program)",
         true},
        {FIGURE_ACTIVATIONS, "activations", "GiB (the engine's row or settings, the program)",
         true},
        {FIGURE_OVERHEAD, "overhead", "GiB (the engine's row, the program)", true},
        {FIGURE_TPOT, "TPOT", "ms (rates of the card or engine, the split of tokens)", true},
        {FIGURE_TRAINING, "training", "tokens/s (rates of the card or engine)", true},
    };
    bool same = same_layout(e, then, now);
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        if ((same || !facts[i].of_layout) && moved(e, then, now, facts[i].slot))
            append_numbers(cause, facts[i].what, earlier_figure(then, facts[i].slot),
                           earlier_figure(now, facts[i].slot), facts[i].unit);
}

const char *earlier_cause(const struct earlier *e, const struct earlier_row *then,
                          const struct earlier_row *now, char cause[CAUSE_BYTES])
{
    cause[0] = '\0';
    bool other_card =
        e->has[ASKED_GPU] && strcmp(then->texts[ASKED_GPU], now->texts[ASKED_GPU]) != 0;
    if (!find_input(e, then, now, cause))
        find_facts(e, then, now, cause);
    if (!other_card)
        find_prices(e, then, now, cause);
    if (!*cause)
        snprintf(cause, CAUSE_BYTES,
                 "no printed input differs: %sa pinned layout, a setting of the engine or of the "
                 "run, a row of the catalogs, or the program",
                 e->has[ASKED_TPOT] ? "" : "a demand, ");
    return cause;
}
