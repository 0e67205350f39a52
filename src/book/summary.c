/* summary.c -- the Summary sheet: for each workload what to buy, on one line or two */
#include "book/inside.h"

#include "book/chart.h"
#include "book/option.h"
#include "book/search.h"
#include "core/units.h"
#include "core/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    AT_WORKLOAD,
    AT_MODEL,
    AT_MODE,
    AT_TOKENS,
    AT_CONCURRENCY,
    AT_OPTION,
    AT_GPU,
    AT_DTYPE,
    AT_ENGINE,
    AT_RECOMMENDED,
    AT_NOW,
    AT_EXPECTED,
    AT_LOW,
    AT_SERVERS,
    AT_LAYOUT,
    AT_TOTAL,
    AT_USABLE,
    AT_MEMORY,
    AT_TPOT,
    AT_TTFT,
    AT_OUTPUT,
    AT_DAYS,
    AT_BASIS,
    AT_RENT,
    AT_PURCHASE,
    AT_OWNING,
    AT_POWER,
    AT_MILLION,
    AT_RUN,
    AT_BOUND,
    AT_FIT,
    AT_ASKED,
    AT_NOTE,
    AT_COUNT,
    AT_CHART = AT_COUNT + 1
};

static const struct table_column columns[AT_COUNT] = {
    [AT_WORKLOAD] = {"Workload", NULL, 34, STYLE_STRONG},
    [AT_MODEL] = {"Model", NULL, 24, STYLE_TEXT},
    [AT_MODE] = {"Mode", NULL, 13, STYLE_TEXT},
    [AT_TOKENS] = {"Tokens", "each", 10.5, STYLE_COUNT},
    [AT_CONCURRENCY] = {"At once", "sequences", 11, STYLE_COUNT},
    [AT_OPTION] = {"Option", NULL, 11, STYLE_STRONG},
    [AT_GPU] = {"GPU", NULL, 17, STYLE_STRONG},
    [AT_DTYPE] = {"Type, optimizer", NULL, 17, STYLE_TEXT},
    [AT_ENGINE] = {"Engine", NULL, 15, STYLE_TEXT},
    [AT_RECOMMENDED] = {"Plan with", "GPUs", 8, STYLE_RESULT},
    [AT_NOW] = {"Now", NULL, 11, STYLE_TEXT},
    [AT_EXPECTED] = {"Expected", "GPUs", 9.5, STYLE_COUNT},
    [AT_LOW] = {"Low", "GPUs", 7, STYLE_COUNT},
    [AT_SERVERS] = {"In servers", "servers", 9, STYLE_COUNT},
    [AT_LAYOUT] = {"Layout", "as expected", 17, STYLE_TEXT},
    [AT_TOTAL] = {"Memory", "GiB/GPU", 9.5, STYLE_GIB},
    [AT_USABLE] = {"of usable", "GiB/GPU", 9.5, STYLE_GIB},
    [AT_MEMORY] = {"Memory alone", "GPUs", 9.5, STYLE_COUNT},
    [AT_TPOT] = {"TPOT as planned", "ms", 9, STYLE_GIB},
    [AT_TTFT] = {"TTFT as planned", "ms", 10, STYLE_GIB},
    [AT_OUTPUT] = {"Most output as planned", "tokens/s", 12, STYLE_COUNT},
    [AT_DAYS] = {"Training run", "days", 9, STYLE_GIB},
    [AT_BASIS] = {"Speed from", NULL, 10, STYLE_TEXT},
    [AT_RENT] = {"Rent", "USD/hour", 10, STYLE_USD},
    [AT_PURCHASE] = {"Purchase", "USD", 13, STYLE_USD},
    [AT_OWNING] = {"Owning, over the horizon", "USD", 13, STYLE_USD},
    [AT_POWER] = {"Power", "kW", 9, STYLE_USD},
    [AT_MILLION] = {"A million tokens", "USD", 10, STYLE_USD},
    [AT_RUN] = {"The training run", "USD", 13, STYLE_USD},
    [AT_BOUND] = {"Bound by", NULL, 23, STYLE_TEXT},
    [AT_FIT] = {"Options that fit", NULL, 8.5, STYLE_COUNT},
    [AT_ASKED] = {"Options asked", NULL, 8.5, STYLE_COUNT},
    [AT_NOTE] = {"Note", NULL, 38, STYLE_WRAP},
};

enum { TILE_ROW = 4, HEADER_ROW = 7, CHART_MOST = 12, BELOW_MOST = 400, PAGE_ROWS = 20 };

static void put_tiles(const struct book *book, struct sheet *sheet)
{
    const struct tally *t = &book->tally;
    const struct {
        uint16_t column;
        const char *label;
        uint64_t value;
    } tiles[] = {
        {AT_WORKLOAD, "workloads", book->digest.workload_count},
        {AT_MODEL, "scenarios planned", t->results},
        {AT_MODE, "fit (ok)", t->by_status[STATUS_OK]},
        {AT_TOKENS, "no fit", t->by_status[STATUS_NO_FIT]},
        {AT_CONCURRENCY, "unsupported", t->by_status[STATUS_UNSUPPORTED]},
        {AT_OPTION, "rows rejected", t->rejected},
    };
    set_height(sheet, TILE_ROW, 26);
    for (size_t i = 0; i < sizeof tiles / sizeof *tiles; i++) {
        put_text(sheet, TILE_ROW, tiles[i].column, STYLE_LABEL, tiles[i].label);
        put_number(sheet, TILE_ROW + 1, tiles[i].column, STYLE_TILE, (double)tiles[i].value);
    }
}

/* The way to the sheets that explain the answer, beside the tiles. */
static void put_links(const struct book *book, struct sheet *sheet)
{
    put_link(sheet, TILE_ROW, AT_GPU, "Minimum GPUs");
    put_link(sheet, TILE_ROW, AT_DTYPE, "Breakdown");
    put_link(sheet, TILE_ROW + 1, AT_GPU, "Scenarios");
    put_link(sheet, TILE_ROW + 1, AT_DTYPE, "Assumptions");
    put_link(sheet, TILE_ROW, AT_ENGINE, "Cost");
    put_link(sheet, TILE_ROW + 1, AT_ENGINE, "Sensitivity");
    if (book->options.has_period)
        put_link(sheet, TILE_ROW + 1, AT_EXPECTED, "Timeline");
    if (book->options.earlier)
        put_link(sheet, TILE_ROW, AT_RECOMMENDED, "Changes");
}

/* A line of the table. */
struct line {
    const struct book *book;
    uint32_t row;
    const struct search_option *search; /* NULL: its counts are values */
    uint32_t cost_row;                  /* of its money on Cost */
};

static void put_workload(struct sheet *sheet, uint32_t row, const struct workload *w)
{
    char name[WORKLOAD_NAME_BYTES];
    char text[WORKLOAD_NAME_BYTES];
    bool training = w->mode == MODE_TRAINING;
    uint64_t fitting;
    uint64_t asked = workload_asked(w, &fitting);
    join_texts(text, sizeof text, workload_name(w, name), ", ", w->period);
    put_verbatim(sheet, row, AT_WORKLOAD, STYLE_STRONG, text);
    put_verbatim(sheet, row, AT_MODEL, STYLE_TEXT, w->model);
    join_texts(text, sizeof text, mode_words[w->mode], ", ",
               training ? tuning_words[w->tuning] : NULL);
    put_text(sheet, row, AT_MODE, STYLE_TEXT, text);
    put_number(sheet, row, AT_TOKENS, STYLE_COUNT, w->tokens);
    put_number(sheet, row, AT_CONCURRENCY, STYLE_COUNT, w->concurrency);
    put_number(sheet, row, AT_FIT, STYLE_COUNT, (double)fitting);
    put_number(sheet, row, AT_ASKED, STYLE_COUNT, (double)asked);
}

static void put_note(struct sheet *sheet, uint32_t row, const struct workload *w,
                     const struct option *o)
{
    char text[1024];
    int used = 0;
    text[0] = '\0';
    if (o->estimate != ESTIMATE_DETAILED)
        used +=
            snprintf(text, sizeof text, "method %s, whole model; ", estimate_words[o->estimate]);
    else if (o->status == STATUS_OK && !option_is_safe(o))
        used += snprintf(text, sizeof text,
                         "fits as expected, but no count that was allowed holds at "
                         "the high end of the band; ");
    if (w->unpriced && o->status == STATUS_OK)
        used += snprintf(text + used, sizeof text - (size_t)used,
                         "%" PRIu64 " option%s without a rent left out of the cheapest; ",
                         w->unpriced, w->unpriced == 1 ? "" : "s");
    snprintf(text + used, sizeof text - (size_t)used, "%s", o->note);
    size_t length = strlen(text);
    if (length >= 2 && !strcmp(text + length - 2, "; "))
        text[length - 2] = '\0';
    set_lines(sheet, row, text_lines(text, columns[AT_NOTE].width));
    put_text(sheet, row, AT_NOTE, STYLE_WRAP, text);
}

/* What the sheet Cost works out, in its cells; an unknown price is an empty text. */
static void put_money(struct sheet *sheet, uint32_t row, const struct option *o, uint32_t cost_row)
{
    const struct money *m = &o->money;
    const struct {
        uint16_t column;
        const char *letter;
        double value;
    } figures[] = {
        {AT_RENT, "C_h", o->usd_per_hour},
        {AT_PURCHASE, "C_p", m->purchase_usd},
        {AT_OWNING, "C_t", m->tco_usd},
        {AT_POWER, "E_k", m->power_kw},
        {AT_MILLION, "C_m", m->usd_per_million_tokens.expected},
        {AT_RUN, "C_d", m->usd_per_run.expected},
    };
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        char formula[CELL_NAME_BYTES + 1] = "=";
        cost_cell(figures[i].letter, cost_row, formula + 1);
        put_formula(sheet, row, figures[i].column, STYLE_USD, formula, figures[i].value);
    }
}

/* A count or an amount that Search finds, else as planned. */
static void put_found(const struct line *line, struct sheet *sheet, uint16_t column,
                      enum search_column at, double value)
{
    char formula[CELL_NAME_BYTES + 1] = "=";
    if (!line->search) {
        put_number(sheet, line->row, column, columns[column].style, value);
        return;
    }
    search_cell(line->book, line->search, at, formula + 1);
    put_formula(sheet, line->row, column, columns[column].style, formula, value);
}

static void put_words(const struct line *line, struct sheet *sheet, uint16_t column,
                      enum search_column at, const char *words)
{
    char formula[CELL_NAME_BYTES + 1] = "=";
    if (!line->search) {
        put_text(sheet, line->row, column, columns[column].style, words);
        return;
    }
    search_cell(line->book, line->search, at, formula + 1);
    put_text_formula(sheet, line->row, column, columns[column].style, formula, words);
}

/* Whether the line is still what the program planned. */
static void put_now(const struct line *line, struct sheet *sheet)
{
    if (line->search)
        put_words(line, sheet, AT_NOW, SEARCH_STATUS, STATUS_PLANNED);
    else
        put_text_formula(sheet, line->row, AT_NOW, STYLE_TEXT,
                         "=IF(plan_same=1,\"" STATUS_PLANNED "\",\"" STATUS_REPLAN "\")",
                         STATUS_PLANNED);
}

/* Of the recommended layout, as expected. */
static void put_speed(const struct line *line, struct sheet *sheet, const struct option *o)
{
    uint32_t row = line->row;
    const struct speed *s = &o->speed;
    put_found(line, sheet, AT_MEMORY, SEARCH_GPUS, o->gpus_memory);
    put_number(sheet, row, AT_TPOT, STYLE_GIB, s->tpot_ms.expected);
    put_number(sheet, row, AT_TTFT, STYLE_GIB, s->ttft_ms.expected);
    put_number(sheet, row, AT_OUTPUT, STYLE_COUNT, s->max_output_tok_s.expected);
    put_number(sheet, row, AT_DAYS, STYLE_GIB, s->days.expected);
    if (s->tpot_ms.expected >= 0 || s->train_tok_s.expected >= 0)
        put_text(sheet, row, AT_BASIS, STYLE_TEXT, speed_basis_words[s->basis]);
}

static void put_option(const struct line *line, struct sheet *sheet, const char *role,
                       const struct option *o)
{
    uint32_t row = line->row;
    char text[TYPE_BYTES];
    bool fits = o->status == STATUS_OK;
    double recommended = option_is_safe(o) ? o->gpus_high : NOT_GIVEN;
    double servers = option_is_safe(o) ? o->servers_high : NOT_GIVEN;
    put_text(sheet, row, AT_OPTION, fits ? STYLE_STRONG : STYLE_BAD, role);
    put_verbatim(sheet, row, AT_GPU, STYLE_STRONG, o->gpu);
    put_verbatim(sheet, row, AT_DTYPE, STYLE_TEXT, option_type(o, text));
    put_verbatim(sheet, row, AT_ENGINE, STYLE_TEXT, o->engine);
    put_found(line, sheet, AT_RECOMMENDED, SEARCH_COUNTED, recommended);
    put_now(line, sheet);
    put_found(line, sheet, AT_EXPECTED, SEARCH_GPUS, fits ? o->layout.gpus : NOT_GIVEN);
    put_found(line, sheet, AT_LOW, SEARCH_GPUS_LOW, fits ? o->gpus_low : NOT_GIVEN);
    put_found(line, sheet, AT_SERVERS, SEARCH_SERVERS_HIGH, servers > 0 ? servers : NOT_GIVEN);
    put_words(line, sheet, AT_LAYOUT, SEARCH_LAYOUT, option_layout(o, text));
    put_found(line, sheet, AT_TOTAL, SEARCH_TOTAL, o->placed ? o->total_bytes / GIB : NOT_GIVEN);
    put_found(line, sheet, AT_USABLE, SEARCH_USABLE, o->placed ? o->usable_bytes / GIB : NOT_GIVEN);
    put_text(sheet, row, AT_BOUND, STYLE_TEXT, option_bound(o, text));
    if (fits) {
        put_speed(line, sheet, o);
        put_money(sheet, row, o, line->cost_row);
    }
}

/* One workload: a line for what is cheapest, a line for what is smallest, or why nothing fits. */
static uint32_t put_lines(const struct book *book, struct sheet *sheet, uint32_t row,
                          const struct workload *w)
{
    const struct option *small = workload_smallest(w);
    const struct option *cheap = workload_cheapest(w);
    const struct option *lines[] = {cheap, small ? small : w->missing};
    bool one = cheap && small && option_equals(cheap, small);
    const char *const roles[] = {one ? "both" : "cheapest",
                                 small ? "smallest"
                                 : w->missing && w->missing->status == STATUS_NO_FIT
                                     ? "\u2013 no fit"
                                     : "\u2715 unsupported"};
    for (int i = 0; i < (one ? 1 : 2); i++) {
        if (!lines[i])
            continue;
        put_workload(sheet, row, w);
        struct line line = {book, row, search_find(book, w, lines[i]),
                            w->cost_rows[i ? COST_SMALLEST : COST_CHEAPEST]};
        put_option(&line, sheet, roles[i], lines[i]);
        put_note(sheet, row, w, lines[i]);
        row++;
    }
    return row;
}

/* The count of an option, where Cost has it. */
static void put_bar(struct sheet *sheet, uint32_t row, uint16_t column, uint32_t cost_row,
                    double value)
{
    char formula[CELL_NAME_BYTES + 1] = "=";
    cost_cell("n", cost_row, formula + 1);
    put_formula(sheet, row, column, STYLE_COUNT, formula, value);
}

/* Cells that the chart is drawn from, beside the table: visible, not printed. */
static uint32_t put_chart_cells(const struct book *book, struct sheet *sheet,
                                double numbers[2][CHART_MOST])
{
    const struct digest *d = &book->digest;
    uint32_t row = HEADER_ROW + 1;
    put_text(sheet, HEADER_ROW, AT_CHART, STYLE_HEADER, "Chart: workload");
    put_text(sheet, HEADER_ROW, AT_CHART + 1, STYLE_HEADER, "Cheapest option");
    put_text(sheet, HEADER_ROW, AT_CHART + 2, STYLE_HEADER, "Smallest option");
    worksheet_set_column(sheet->worksheet, AT_CHART, AT_CHART, 34, NULL);
    worksheet_set_column(sheet->worksheet, AT_CHART + 1, AT_CHART + 2, 11, NULL);
    for (size_t i = 0; i < d->workload_count && row <= HEADER_ROW + CHART_MOST; i++) {
        char name[WORKLOAD_NAME_BYTES];
        char label[64];
        const struct workload *w = d->workloads[i];
        const struct option *small = workload_smallest(w);
        const struct option *cheap = workload_cheapest(w);
        if (!small)
            continue;
        copy_text(label, sizeof label, workload_full_name(w, name));
        put_verbatim(sheet, row, AT_CHART, STYLE_TEXT, label);
        double *counts[2] = {&numbers[0][row - HEADER_ROW - 1], &numbers[1][row - HEADER_ROW - 1]};
        *counts[0] = cheap ? option_recommended(cheap) : 0;
        *counts[1] = option_recommended(small);
        if (cheap)
            put_bar(sheet, row, AT_CHART + 1, w->cost_rows[COST_CHEAPEST], *counts[0]);
        put_bar(sheet, row++, AT_CHART + 2, w->cost_rows[COST_SMALLEST], *counts[1]);
    }
    return row;
}

/* Under a short table, beside a long one. Returns the last row it covers. */
static uint32_t draw_chart(const struct book *book, struct sheet *sheet, uint32_t last)
{
    static const uint16_t series[] = {AT_CHART + 1, AT_CHART + 2};
    double numbers[2][CHART_MOST];
    const double *const values[] = {numbers[0], numbers[1]};
    uint32_t end = put_chart_cells(book, sheet, numbers);
    bool below = last < HEADER_ROW + BELOW_MOST;
    uint32_t bars = end - (HEADER_ROW + 1);
    if (!bars)
        return last;
    double height = 130 + 34.0 * bars;
    struct chart_plan plan = {
        .title = bars < book->digest.workload_count
                     ? "GPUs to plan with: the first workloads that fit"
                     : "GPUs to plan with, by workload",
        .value_title = "Recommended count (GPUs)",
        .category_title = "Workload",
        .alt_text =
            "Bar chart of the recommended number of GPUs of each workload, for its cheapest and "
            "its smallest option; the numbers stand in the table",
        .labels = true,
        .values = values,
        .first = HEADER_ROW + 1,
        .last = end - 1,
        .header_row = HEADER_ROW,
        .category = AT_CHART,
        .columns = series,
        .column_count = 2,
        .at_row = below ? last + 2 : HEADER_ROW + 2 + CHART_MOST,
        .at_column = below ? 1 : AT_CHART,
        .width = 880,
        .height = height,
    };
    put_chart(book->workbook, sheet, &plan);
    if (below && last > HEADER_ROW + PAGE_ROWS) { /* a chart is not torn by a page's end */
        lxw_row_t breaks[] = {plan.at_row, 0};
        worksheet_set_h_pagebreaks(sheet->worksheet, breaks);
    }
    return below ? plan.at_row + (uint32_t)(height / 20) + 1 : last;
}

static void put_head(const struct book *book, struct sheet *sheet)
{
    char text[512];
    char time[TIME_BYTES];
    snprintf(
        text, sizeof text,
        "The fewest GPUs that hold each workload and meet its demands. Plan with the recommended "
        "count: it does so at the safe end of a 90 %% band. Lines of one workload are "
        "alternatives; "
        "never add "
        "them up. Layout: tensor \u00D7 pipeline \u00D7 copies. Made %s.",
        created_text(book, time));
    page_title(sheet, book->options.title, text);
    put_across(sheet, 2, 0, AT_GPU, checks_hold(book) ? STYLE_GOOD : STYLE_BAD, checks_words(book));
    if (book->digest.workload_cut || book->tally.written < book->tally.results)
        put_across(
            sheet, 2, AT_DTYPE, AT_NOTE, STYLE_WARNING,
            "\u26A0 More than this workbook holds: this sheet covers the first 5,000 workloads, "
            "Scenarios what its rows allow; everything is in the results CSV.");
    put_tiles(book, sheet);
    put_links(book, sheet);
}

bool summary_column(size_t i, struct heading *heading)
{
    return table_heading(columns, AT_COUNT, i, heading);
}

void summary_write(struct book *book, struct sheet *sheet)
{
    uint32_t row = HEADER_ROW + 1;
    put_head(book, sheet);
    table_header(sheet, HEADER_ROW, columns, AT_COUNT);
    for (size_t i = 0; i < book->digest.workload_count; i++)
        row = put_lines(book, sheet, row, book->digest.workloads[i]);
    worksheet_autofilter(sheet->worksheet, HEADER_ROW, 0, row - 1, AT_COUNT - 1);
    uint32_t last = draw_chart(book, sheet, row - 1);
    struct print_setup setup = {last, AT_COUNT - 1, HEADER_ROW, 1, 2, 90, last < PAGE_ROWS * 3};
    page_setup(book, sheet, &setup);
    worksheet_activate(sheet->worksheet);
}
