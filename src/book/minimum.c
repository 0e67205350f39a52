/* minimum.c -- the Minimum GPUs sheet: workload and type down, cards across, counts inside
 *
 * Where several rows of the input meet in one cell, the smallest count stands. Fill and symbol say
 * the same thing, so that the sheet reads in black and white. */
#include "book/inside.h"

#include "book/option.h"
#include "core/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEGEND_ROW = 3, HEADER_ROW = 5, FIXED_MOST = 10 };

/* The columns before the cards; some are shown only when they differ between lines. */
enum fixed {
    FIXED_WORKLOAD,
    FIXED_MODEL,
    FIXED_TOKENS,
    FIXED_CONCURRENCY,
    FIXED_PERIOD,
    FIXED_DTYPE,
    FIXED_ENGINE,
    FIXED_TUNING,
    FIXED_OPTIMIZER,
    FIXED_METHOD
};

static const struct table_column fixed_columns[FIXED_MOST] = {
    [FIXED_WORKLOAD] = {"Workload", NULL, 28, STYLE_STRONG},
    [FIXED_MODEL] = {"Model", NULL, 20, STYLE_TEXT},
    [FIXED_TOKENS] = {"Tokens", "per sequence", 10, STYLE_COUNT},
    [FIXED_CONCURRENCY] = {"At once", "sequences", 10.5, STYLE_COUNT},
    [FIXED_PERIOD] = {"Period", NULL, 9, STYLE_TEXT},
    [FIXED_DTYPE] = {"Weights type", NULL, 13, STYLE_TEXT},
    [FIXED_ENGINE] = {"Engine", NULL, 14, STYLE_TEXT},
    [FIXED_TUNING] = {"Tuning", NULL, 8, STYLE_TEXT},
    [FIXED_OPTIMIZER] = {"Optimizer", NULL, 11, STYLE_TEXT},
    [FIXED_METHOD] = {"Method", NULL, 10, STYLE_TEXT},
};

/* What the sheet shows: which fixed columns, which cards, in which order. */
struct plan {
    const struct digest *digest;
    bool shown[FIXED_MOST];
    struct table_column columns[FIXED_MOST + 256];
    char titles[256][HEADER_BYTES];
    size_t fixed;
    size_t cards[256]; /* indices in the facts */
    size_t card_count;
    bool cut; /* more cards than columns */
};

/* Published lines don't answer where the detailed estimate was asked too. */
static bool is_shown(const struct matrix_line *line)
{
    return line->estimate == ESTIMATE_DETAILED || !workload_is_detailed(line->workload);
}

static void choose_columns(struct plan *plan)
{
    const struct digest *d = plan->digest;
    const struct matrix_line *first = NULL;
    plan->shown[FIXED_WORKLOAD] = plan->shown[FIXED_MODEL] = plan->shown[FIXED_TOKENS] = true;
    plan->shown[FIXED_CONCURRENCY] = plan->shown[FIXED_DTYPE] = true;
    plan->shown[FIXED_PERIOD] = d->has_period;
    for (size_t i = 0; i < d->line_count; i++) {
        const struct matrix_line *line = d->lines[i];
        if (!is_shown(line))
            continue;
        first = first ? first : line;
        plan->shown[FIXED_ENGINE] |= strcmp(line->engine, first->engine) != 0;
        plan->shown[FIXED_OPTIMIZER] |= strcmp(line->optimizer, first->optimizer) != 0;
        plan->shown[FIXED_TUNING] |= line->workload->mode == MODE_TRAINING;
        plan->shown[FIXED_METHOD] |= line->estimate != ESTIMATE_DETAILED;
    }
    plan->shown[FIXED_OPTIMIZER] |= plan->shown[FIXED_TUNING];
    for (size_t i = 0; i < FIXED_MOST; i++)
        if (plan->shown[i])
            plan->columns[plan->fixed++] = fixed_columns[i];
}

static bool card_precedes(const struct gpu *a, const struct gpu *b)
{
    return a->memory_mib < b->memory_mib ||
           (a->memory_mib == b->memory_mib && strcmp(a->id, b->id) < 0);
}

/* The cards in use, by memory. */
static void choose_cards(struct plan *plan)
{
    const struct facts *facts = plan->digest->facts;
    for (size_t i = 0; i < facts->gpu_count; i++) {
        if (!plan->digest->gpu_used[i])
            continue;
        if (plan->card_count == 256) {
            plan->cut = true;
            continue;
        }
        size_t at = plan->card_count++;
        for (; at > 0 && card_precedes(&facts->gpus[i], &facts->gpus[plan->cards[at - 1]]); at--)
            plan->cards[at] = plan->cards[at - 1];
        plan->cards[at] = i;
    }
    for (size_t i = 0; i < plan->card_count; i++) {
        const struct gpu *gpu = &facts->gpus[plan->cards[i]];
        snprintf(plan->titles[i], HEADER_BYTES, "%.80s\n(%.1f GiB)", gpu->id,
                 gpu->memory_mib / 1024);
        plan->columns[plan->fixed + i] =
            (struct table_column){plan->titles[i], NULL, 14, STYLE_COUNT};
    }
}

static void put_fixed(const struct plan *plan, struct sheet *sheet, uint32_t row,
                      const struct matrix_line *line)
{
    const struct workload *w = line->workload;
    char name[WORKLOAD_NAME_BYTES];
    const char *const texts[FIXED_MOST] = {
        [FIXED_WORKLOAD] = workload_name(w, name),
        [FIXED_MODEL] = w->model,
        [FIXED_PERIOD] = w->period,
        [FIXED_DTYPE] = line->dtype,
        [FIXED_ENGINE] = line->engine,
        [FIXED_TUNING] = w->mode == MODE_TRAINING ? tuning_words[w->tuning] : "",
        [FIXED_OPTIMIZER] = line->optimizer,
        [FIXED_METHOD] = estimate_words[line->estimate],
    };
    const double numbers[FIXED_MOST] = {
        [FIXED_TOKENS] = w->tokens, [FIXED_CONCURRENCY] = w->concurrency};
    uint16_t column = 0;
    for (size_t i = 0; i < FIXED_MOST; i++) {
        if (!plan->shown[i])
            continue;
        if (texts[i])
            put_text(sheet, row, column, fixed_columns[i].style, texts[i]);
        else
            put_number(sheet, row, column, fixed_columns[i].style, numbers[i]);
        column++;
    }
}

static void put_entry(struct sheet *sheet, uint32_t row, uint16_t column,
                      const struct matrix_entry *entry)
{
    switch (entry->state) {
    case ENTRY_OK:
        put_number(sheet, row, column,
                   entry->gpus <= 1 ? STYLE_ONE_CARD
                   : !entry->spans  ? STYLE_ONE_SERVER
                                    : STYLE_SERVERS,
                   entry->gpus);
        break;
    case ENTRY_TIGHT:
        put_number(sheet, row, column, STYLE_TIGHT, entry->gpus);
        break;
    case ENTRY_NO_FIT:
        put_text(sheet, row, column, STYLE_NO_FIT, "\u2013");
        break;
    case ENTRY_UNSUPPORTED:
        put_text(sheet, row, column, STYLE_UNSUPPORTED, "\u2715");
        break;
    case ENTRY_NONE:
        break;
    }
}

static void put_legend(struct sheet *sheet)
{
    static const struct {
        enum style style;
        const char *text;
    } keys[] = {
        {STYLE_ONE_CARD_KEY, "\u25CF one card"},
        {STYLE_ONE_SERVER_KEY, "\u25D0 within one server"},
        {STYLE_SERVERS_KEY, "\u25CB several servers"},
        {STYLE_TIGHT_KEY, "\u25B3 fits as expected only"},
        {STYLE_NO_FIT, "\u2013 no fit"},
        {STYLE_UNSUPPORTED, "\u2715 unsupported"},
        {STYLE_LABEL, "(empty) not asked"},
    };
    set_height(sheet, LEGEND_ROW, 30);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        put_text(sheet, LEGEND_ROW, (uint16_t)i, keys[i].style, keys[i].text);
}

static void put_subtitle(const struct plan *plan, struct sheet *sheet)
{
    const struct digest *d = plan->digest;
    const char *only = d->line_count && !plan->shown[FIXED_ENGINE] ? d->lines[0]->engine : NULL;
    char text[512];
    int used = snprintf(text, sizeof text,
                        "Recommended count of GPUs (holds at the high end of the band)"
                        ", the smallest where several rows meet in a cell");
    if (only)
        snprintf(text + used, sizeof text - (size_t)used, "; engine: %s", only);
    page_title(sheet, "Minimum GPUs", text);
    if (d->line_cut || d->workload_cut || plan->cut)
        put_across(
            sheet, 2, 0, (uint16_t)(plan->fixed + plan->card_count - 1), STYLE_WARNING,
            "\u26A0 Cut: only the first lines are here; everything is on Scenarios and in the "
            "results CSV.");
}

void minimum_write(struct book *book, struct sheet *sheet)
{
    struct plan *plan = arena_take(&book->arena, sizeof *plan);
    uint32_t row = HEADER_ROW + 1;
    plan->digest = &book->digest;
    choose_columns(plan);
    choose_cards(plan);
    size_t count = plan->fixed + plan->card_count;
    put_subtitle(plan, sheet);
    put_legend(sheet);
    table_header(sheet, HEADER_ROW, plan->columns, count);
    for (size_t i = 0; i < plan->digest->line_count; i++) {
        const struct matrix_line *line = plan->digest->lines[i];
        if (!is_shown(line))
            continue;
        put_fixed(plan, sheet, row, line);
        for (size_t j = 0; j < plan->card_count; j++)
            put_entry(sheet, row, (uint16_t)(plan->fixed + j), &line->entries[plan->cards[j]]);
        row++;
    }
    worksheet_autofilter(sheet->worksheet, HEADER_ROW, 0, row - 1, (uint16_t)(count - 1));
    struct print_setup setup = {row - 1,     (uint16_t)(count > 6 ? count - 1 : 5),     HEADER_ROW,
                                (uint16_t)2, (uint16_t)(plan->card_count > 30 ? 3 : 1), 90,
                                false};
    page_setup(book, sheet, &setup);
}
