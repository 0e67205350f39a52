/* breakdown.c -- the Breakdown sheet: where the memory of the fullest GPU goes, term by term
 *
 * First the option with the fewest GPUs of each workload, drawn as bars; then every option, under
 * the same columns. */
#include "book/inside.h"

#include "book/chart.h"
#include "book/footing.h"
#include "book/option.h"
#include "book/search.h"
#include "core/units.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    AT_OPTION,
    AT_WORKLOAD,
    AT_ENGINE,
    AT_STATUS,
    AT_NOW,
    AT_COUNT_HIGH,
    AT_COUNT_EXPECTED,
    AT_LAYOUT,
    AT_TERMS, /* one column a memory column */
    AT_UNUSED = AT_TERMS + COLUMN_COUNT,
    AT_TOTAL,
    AT_LOW,
    AT_HIGH,
    AT_USABLE,
    AT_PHASE,
    AT_SPEED, /* low, expected and high of each speed */
    AT_SPEED_LAST = AT_SPEED + 3 * SPEED_COUNT - 1,
    AT_RENT,
    AT_PURCHASE,
    AT_OWNING,
    AT_POWER,
    AT_SUM,
    AT_COUNT
};

#define TERM(title) \
    { \
        title, "GiB/GPU", 11, STYLE_GIB \
    }
#define SPEED(figure, title, unit) \
    [AT_SPEED + 3 * (figure)] = {title ", low", unit, 10, STYLE_GIB}, \
                    [AT_SPEED + 3 * (figure) + 1] = {title, unit, 10, STYLE_GIB}, \
                    [AT_SPEED + 3 * (figure) + 2] = {title ", high", unit, 10, STYLE_GIB}
static const struct table_column columns[AT_COUNT] = {
    [AT_OPTION] = {"Option", "GPUs expected", 46, STYLE_STRONG},
    [AT_WORKLOAD] = {"Workload", NULL, 30, STYLE_TEXT},
    [AT_ENGINE] = {"Engine", NULL, 13, STYLE_TEXT},
    [AT_NOW] = {"Now", NULL, 11, STYLE_TEXT},
    [AT_STATUS] = {"Status", NULL, 9, STYLE_TEXT},
    [AT_COUNT_HIGH] = {"Recom-mended", "GPUs", 10, STYLE_RESULT},
    [AT_COUNT_EXPECTED] = {"Expected", "GPUs", 9.5, STYLE_COUNT},
    [AT_LAYOUT] = {"Layout at expected", "tensor \u00D7 pipeline \u00D7 copies", 17, STYLE_TEXT},
    [AT_TERMS + COLUMN_WEIGHTS] = TERM("Weights"),
    [AT_TERMS + COLUMN_KV_CACHE] = TERM("KV cache"),
    [AT_TERMS + COLUMN_GRADIENTS] = TERM("Gradients"),
    [AT_TERMS + COLUMN_OPTIMIZER] = TERM("Optimizer states"),
    [AT_TERMS + COLUMN_ACTIVATIONS] = TERM("Activations"),
    [AT_TERMS + COLUMN_OVERHEAD] = TERM("Overhead"),
    [AT_UNUSED] = TERM("Unused"),
    [AT_TOTAL] = TERM("Total"),
    [AT_LOW] = TERM("Total, low"),
    [AT_HIGH] = TERM("Total, high"),
    [AT_USABLE] = TERM("Usable"),
    [AT_PHASE] = {"Peak in", NULL, 15, STYLE_TEXT},
    SPEED(0, "TPOT", "ms"),
    SPEED(1, "TTFT", "ms"),
    SPEED(2, "Output", "tokens/s"),
    SPEED(3, "Most output", "tokens/s"),
    SPEED(4, "Training", "tokens/s"),
    SPEED(5, "Training run", "days"),
    [AT_RENT] = {"Rent", "USD/hour", 11, STYLE_USD},
    [AT_PURCHASE] = {"Purchase", "USD", 13, STYLE_USD},
    [AT_OWNING] = {"Owning, over the horizon", "USD", 13, STYLE_USD},
    [AT_POWER] = {"Power", "kW", 9, STYLE_USD},
    [AT_SUM] = {"Sum of the terms \u2212 total", "relative", 11, STYLE_SMALL},
};

enum { HEADER_ROW = 3, MODELS_DRAWN = 12, CHART_MOST = 8, SHORT_ROWS = 45, ROW_PIXELS = 21 };

/* "4 × h100-sxm-80g, fp8" */
static void put_name(struct sheet *sheet, uint32_t row, const struct workload *w,
                     const struct option *o, bool with_workload)
{
    char name[WORKLOAD_NAME_BYTES];
    char text[2 * WORKLOAD_NAME_BYTES];
    char workload[56];
    char type[TYPE_BYTES];
    copy_text(workload, sizeof workload, workload_full_name(w, name));
    snprintf(text, sizeof text, "%s%s%.0f \u00D7 %s, %s", with_workload ? workload : "",
             with_workload ? ": " : "", o->layout.gpus, o->gpu, option_type(o, type));
    put_verbatim(sheet, row, AT_OPTION, STYLE_STRONG, text);
    put_verbatim(sheet, row, AT_WORKLOAD, STYLE_TEXT, name);
}

/* A term that does not exist in this mode is empty, never 0. */
static bool has_term(const struct option *o, size_t column)
{
    bool training = o->mode == MODE_TRAINING;
    if (column == COLUMN_KV_CACHE)
        return !training;
    return training || (column != COLUMN_GRADIENTS && column != COLUMN_OPTIMIZER);
}

/* Of the expected layout, with the band. */
static void put_speed(struct sheet *sheet, uint32_t row, const struct option *o)
{
    for (size_t i = 0; i < SPEED_COUNT; i++) {
        const struct range *range = speed_range(&o->speed_expected, i);
        uint16_t column = (uint16_t)(AT_SPEED + 3 * i);
        put_number(sheet, row, column, STYLE_GIB, range->low);
        put_number(sheet, row, (uint16_t)(column + 1), STYLE_GIB, range->expected);
        put_number(sheet, row, (uint16_t)(column + 2), STYLE_GIB, range->high);
    }
}

/* What the levers move, over the values. */
static void put_footing(const struct book *book, struct sheet *sheet, uint32_t row,
                        const struct breakdown_entry *entry)
{
    struct footing_row cells = {.book = book,
                                .footing = entry->footing,
                                .row = row,
                                .first = AT_COUNT,
                                .total = AT_TOTAL,
                                .low = AT_LOW,
                                .high = AT_HIGH,
                                .usable = AT_USABLE,
                                .unused = AT_UNUSED,
                                .now = AT_NOW};
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        cells.columns[i] = (uint16_t)(AT_TERMS + i);
    if (entry->footing)
        footing_put(&cells, sheet, entry->option.status == STATUS_OK);
    else
        put_text_formula(sheet, row, AT_NOW, STYLE_TEXT,
                         "=IF(plan_same=1,\"" STATUS_PLANNED "\",\"" STATUS_REPLAN "\")",
                         STATUS_PLANNED);
}

static void put_row(struct sheet *sheet, uint32_t row, const struct workload *w,
                    const struct option *o, bool with_workload)
{
    char text[LAYOUT_BYTES];
    double sum = 0;
    bool fits = o->status == STATUS_OK;
    put_name(sheet, row, w, o, with_workload);
    put_verbatim(sheet, row, AT_ENGINE, STYLE_TEXT, o->engine);
    put_text(sheet, row, AT_STATUS, fits ? STYLE_TEXT : STYLE_BAD, status_words[o->status]);
    put_number(sheet, row, AT_COUNT_HIGH, STYLE_RESULT,
               option_is_safe(o) ? o->gpus_high : NOT_GIVEN);
    put_number(sheet, row, AT_COUNT_EXPECTED, STYLE_COUNT, fits ? o->layout.gpus : NOT_GIVEN);
    put_text(sheet, row, AT_LAYOUT, STYLE_TEXT, option_layout(o, text));
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        sum += o->column_bytes[i];
        put_number(sheet, row, (uint16_t)(AT_TERMS + i), STYLE_GIB,
                   has_term(o, i) ? o->column_bytes[i] / GIB : NOT_GIVEN);
    }
    put_number(sheet, row, AT_UNUSED, STYLE_GIB, (o->usable_bytes - o->total_bytes) / GIB);
    put_number(sheet, row, AT_TOTAL, STYLE_GIB, o->total_bytes / GIB);
    put_number(sheet, row, AT_LOW, STYLE_GIB, o->low_bytes / GIB);
    put_number(sheet, row, AT_HIGH, STYLE_GIB, o->high_bytes / GIB);
    put_number(sheet, row, AT_USABLE, STYLE_GIB, o->usable_bytes / GIB);
    put_text(sheet, row, AT_PHASE, STYLE_TEXT, o->phase);
    put_speed(sheet, row, o);
    put_number(sheet, row, AT_RENT, STYLE_USD, fits ? o->usd_per_hour : NOT_GIVEN);
    put_number(sheet, row, AT_PURCHASE, STYLE_USD, fits ? o->money.purchase_usd : NOT_GIVEN);
    put_number(sheet, row, AT_OWNING, STYLE_USD, fits ? o->money.tco_usd : NOT_GIVEN);
    put_number(sheet, row, AT_POWER, STYLE_USD, fits ? o->money.power_kw : NOT_GIVEN);
    put_signed(sheet, row, AT_SUM, STYLE_SMALL, (sum - o->total_bytes) / o->total_bytes);
}

/* That of the same option among all of them; NULL: it was cut, or has none. */
static const struct footing *footing_of(const struct book *book, const struct workload *w,
                                        const struct option *o)
{
    const struct digest *d = &book->digest;
    for (size_t i = 0; i < d->breakdown_count; i++)
        if (d->breakdown[i]->workload == w && option_equals(&d->breakdown[i]->option, o))
            return d->breakdown[i]->footing;
    return NULL;
}

/* The options of one model that a chart shows: the smallest of its first workloads. */
struct drawn {
    const char *model;
    const struct workload *workloads[CHART_MOST];
    const struct option *options[CHART_MOST];
    size_t count;
    uint32_t row;
};

/* Series that some row fills; a series without a value would only fill the legend. */
static size_t choose_series(const struct drawn *drawn, uint16_t series[COLUMN_COUNT + 1])
{
    size_t count = 0;
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        bool filled = false;
        for (size_t j = 0; j < drawn->count; j++)
            filled |= has_term(drawn->options[j], i);
        if (filled)
            series[count++] = (uint16_t)(AT_TERMS + i);
    }
    series[count++] = AT_UNUSED;
    return count;
}

static double drawn_value(const struct option *o, uint16_t column)
{
    size_t term = (size_t)(column - AT_TERMS);
    if (column == AT_UNUSED)
        return fmax(0, o->usable_bytes - o->total_bytes) / GIB;
    return has_term(o, term) ? o->column_bytes[term] / GIB : NAN;
}

static double chart_height(const struct drawn *drawn)
{
    return 165 + 30.0 * (double)drawn->count;
}

static void draw_chart(const struct book *book, struct sheet *sheet, const struct drawn *drawn,
                       uint32_t row, bool right)
{
    uint16_t series[COLUMN_COUNT + 1];
    double *values[COLUMN_COUNT + 1];
    size_t looks[COLUMN_COUNT + 1]; /* a term looks the same in every chart */
    char title[128];
    size_t count = choose_series(drawn, series);
    for (size_t i = 0; i < count; i++) {
        looks[i] = (size_t)(series[i] - AT_TERMS);
        values[i] = arena_array(book->digest.arena, drawn->count, sizeof(double));
        for (size_t j = 0; j < drawn->count; j++)
            values[i][j] = drawn_value(drawn->options[j], series[i]);
    }
    snprintf(title, sizeof title, "%.60s: memory of the fullest GPU", drawn->model);
    struct chart_plan plan = {
        .title = title,
        .value_title = "Memory of one GPU (GiB); the bar ends at what is usable",
        .category_title = "Smallest option",
        .alt_text =
            "Stacked bar chart of weights, KV cache, gradients, optimizer states, activations, "
            "overhead and unused memory of one GPU; the numbers stand in the rows above",
        .stacked = true,
        .values = (const double *const *)values,
        .first = drawn->row,
        .last = drawn->row + (uint32_t)drawn->count - 1,
        .header_row = HEADER_ROW,
        .category = AT_OPTION,
        .columns = series,
        .looks = looks,
        .column_count = count,
        .at_row = row,
        .at_column = right ? AT_STATUS : AT_OPTION,
        .width = 620,
        .height = chart_height(drawn),
    };
    put_chart(book->workbook, sheet, &plan);
}

/* By model, in the order in which they appear. */
static size_t collect_drawn(const struct digest *d, struct drawn drawn[MODELS_DRAWN])
{
    size_t count = 0;
    for (size_t i = 0; i < d->workload_count; i++) {
        const struct workload *w = d->workloads[i];
        const struct option *o = workload_smallest(w);
        size_t at = 0;
        if (!o || !o->placed)
            continue;
        while (at < count && strcmp(drawn[at].model, w->model) != 0)
            at++;
        if (at == MODELS_DRAWN || (at < count && drawn[at].count == CHART_MOST))
            continue;
        drawn[at].model = w->model;
        drawn[at].workloads[drawn[at].count] = w;
        drawn[at].options[drawn[at].count++] = o;
        count += at == count;
    }
    return count;
}

/* Two beside each other, none torn by the end of a page. Returns the next free row. */
static uint32_t draw_charts(const struct book *book, struct sheet *sheet, uint32_t row,
                            const struct drawn *drawn, size_t count)
{
    const double page_pixels = 680; /* below the header, where two charts are as wide as A4 */
    lxw_row_t breaks[MODELS_DRAWN + 1] = {0};
    size_t pages = 0;
    double used = row * ROW_PIXELS;
    for (size_t i = 0; i < count; i += 2) {
        bool pair = i + 1 < count;
        double height = chart_height(&drawn[i]);
        if (pair && chart_height(&drawn[i + 1]) > height)
            height = chart_height(&drawn[i + 1]);
        if (used + height > page_pixels) {
            breaks[pages++] = row;
            used = 0;
        }
        draw_chart(book, sheet, &drawn[i], row, false);
        if (pair)
            draw_chart(book, sheet, &drawn[i + 1], row, true);
        uint32_t rows = (uint32_t)(height / ROW_PIXELS) + 2;
        used += rows * ROW_PIXELS;
        row += rows;
    }
    worksheet_set_h_pagebreaks(sheet->worksheet, breaks);
    return row;
}

/* The drawn rows and a chart for each model. Returns the next free row. */
static uint32_t put_best(const struct book *book, struct sheet *sheet, uint32_t row)
{
    struct drawn *drawn = arena_array(book->digest.arena, MODELS_DRAWN, sizeof *drawn);
    size_t count = collect_drawn(&book->digest, drawn);
    for (size_t i = 0; i < count; i++) {
        drawn[i].row = row;
        for (size_t j = 0; j < drawn[i].count; j++) {
            const struct workload *w = drawn[i].workloads[j];
            const struct option *o = drawn[i].options[j];
            struct breakdown_entry entry = {.option = *o, .footing = footing_of(book, w, o)};
            put_row(sheet, row, w, o, true);
            put_footing(book, sheet, row++, &entry);
        }
    }
    return count ? draw_charts(book, sheet, row + 1, drawn, count) : row;
}

bool breakdown_column(size_t i, struct heading *heading)
{
    return table_heading(columns, AT_COUNT, i, heading);
}

void breakdown_write(struct book *book, struct sheet *sheet)
{
    const struct digest *d = &book->digest;
    char text[256];
    page_title(sheet, "Breakdown",
               "GiB on the fullest GPU of the expected layout, in the phase where "
               "its memory peaks, and its speed with the 90 % band. First, drawn by model, the "
               "smallest option of "
               "each workload; then "
               "all options that were placed.");
    if (d->breakdown_cut) {
        snprintf(text, sizeof text,
                 "\u26A0 Cut after %d options; %" PRIu64 " more are on Scenarios and in "
                 "the results CSV.",
                 BREAKDOWN_MOST, d->breakdown_cut);
        put_across(sheet, 2, 0, AT_LAYOUT, STYLE_WARNING, text);
    }
    struct table_column looks[AT_COUNT + FOOTING_COLUMNS_MOST];
    memcpy(looks, columns, sizeof columns);
    size_t count = AT_COUNT + (book_is_live(book) ? footing_columns(looks + AT_COUNT) : 0);
    table_header(sheet, HEADER_ROW, looks, count);
    uint32_t row = put_best(book, sheet, HEADER_ROW + 1);
    put_text(sheet, row, 0, STYLE_SECTION, "All options");
    uint32_t titles = row + 1;
    table_titles(sheet, titles, looks, count);
    row = book->breakdown_row = titles + 1;
    for (size_t i = 0; i < d->breakdown_count; i++) {
        const struct breakdown_entry *entry = d->breakdown[i];
        put_row(sheet, row, entry->workload, &entry->option, false);
        put_footing(book, sheet, row++, entry);
    }
    worksheet_autofilter(sheet->worksheet, titles, 0, row - 1, (lxw_col_t)(count - 1));
    struct print_setup setup = {row - 1, AT_COUNT - 1, HEADER_ROW, 1, 3, 90, row < SHORT_ROWS};
    page_setup(book, sheet, &setup);
}

double breakdown_sums(const struct book *book, char parts[512], char totals[512])
{
    const struct digest *d = &book->digest;
    char range[64];
    uint32_t first = book->breakdown_row;
    uint32_t last = first + (uint32_t)(d->breakdown_count ? d->breakdown_count - 1 : 0);
    double sum = 0;
    lxw_rowcol_to_range_abs(range, first, AT_TERMS, last, AT_TERMS + COLUMN_COUNT - 1);
    snprintf(parts, 512, "=SUM(Breakdown!%s)", range);
    lxw_rowcol_to_range_abs(range, first, AT_TOTAL, last, AT_TOTAL);
    snprintf(totals, 512, "=SUM(Breakdown!%s)", range);
    for (size_t i = 0; i < d->breakdown_count; i++)
        sum += d->breakdown[i]->option.total_bytes / GIB;
    return sum;
}
