/* sensitivity.c -- the Sensitivity sheet: which assumption changes the answer, and at what value
 *
 * The values were found by the core's own search (core/sensitivity.h) for the best option of each
 * of the first workloads; here they are sorted by how little it takes, and drawn. */
#include "book/inside.h"

#include "book/chart.h"
#include "book/findings.h"
#include "book/option.h"

#include <math.h>
#include <stdio.h>

enum {
    AT_WORKLOAD,
    AT_OPTION,
    AT_NOW,
    AT_KNOB,
    AT_UNIT,
    AT_PRESENT,
    AT_NEAREST,
    AT_FALLS, /* value, change and count */
    AT_RISES = AT_FALLS + 3,
    AT_OTHER = AT_RISES + 3, /* value and change */
    AT_RIVAL = AT_OTHER + 2,
    AT_NOTE,
    AT_COUNT,
    AT_CHART = AT_COUNT + 1
};

static const struct table_column columns[AT_COUNT] = {
    [AT_WORKLOAD] = {"Workload", NULL, 38, STYLE_STRONG},
    [AT_OPTION] = {"Option", NULL, 46, STYLE_TEXT},
    [AT_NOW] = {"Plan with", "GPUs", 8, STYLE_RESULT},
    [AT_KNOB] = {"What changes", NULL, 36, STYLE_STRONG},
    [AT_UNIT] = {"Unit", NULL, 15, STYLE_TEXT},
    [AT_PRESENT] = {"Now", "in that unit", 18, STYLE_NUMBER},
    [AT_NEAREST] = {"Least change that matters", "%", 14, STYLE_GIB},
    [AT_FALLS] = {"Fewer GPUs at", "in that unit", 18, STYLE_NUMBER},
    [AT_FALLS + 1] = {"Fewer: change", "%", 11, STYLE_PERCENT},
    [AT_FALLS + 2] = {"Fewer: count there", "GPUs", 10, STYLE_COUNT},
    [AT_RISES] = {"More GPUs at", "in that unit", 18, STYLE_NUMBER},
    [AT_RISES + 1] = {"More: change", "%", 11, STYLE_PERCENT},
    [AT_RISES + 2] = {"More: count there", "GPUs", 10, STYLE_COUNT},
    [AT_OTHER] = {"Another option takes over at", "in that unit", 18, STYLE_NUMBER},
    [AT_OTHER + 1] = {"Another: change", "%", 13, STYLE_PERCENT},
    [AT_RIVAL] = {"That option, and its count now", NULL, 46, STYLE_TEXT},
    [AT_NOTE] = {"Note", NULL, 56, STYLE_WRAP},
};

enum { HEADER_ROW = 3, CHART_MOST = 12, SHORT_ROWS = 45 };

static const char *const effect_words[EFFECT_COUNT] = {"fewer GPUs", "more GPUs, or none fit",
                                                       "another option takes over"};

/* --- the table --- */

/* "4 × h100-sxm-80g, fp8, vllm" */
static void put_option(struct sheet *sheet, uint32_t row, uint16_t column, const struct option *o)
{
    char type[TYPE_BYTES];
    char text[256];
    snprintf(text, sizeof text, "%.0f \u00D7 %s, %s, %s", option_recommended(o), o->gpu,
             option_type(o, type), o->engine);
    put_verbatim(sheet, row, column, STYLE_TEXT, text);
}

/* As many digits as the size asks for. */
static void put_value(struct sheet *sheet, uint32_t row, uint16_t column, double value)
{
    bool whole = value == floor(value) || value >= 1000;
    put_number(sheet, row, column,
               whole        ? STYLE_COUNT
               : value >= 1 ? STYLE_GIB
                            : STYLE_NUMBER,
               value);
}

static void put_spot(struct sheet *sheet, uint32_t row, uint16_t column,
                     const struct finding *finding, enum effect effect)
{
    const struct spot *spot = &finding->spots[effect];
    bool given = spot->value >= 0;
    put_value(sheet, row, column, spot->value);
    put_signed(sheet, row, (uint16_t)(column + 1), STYLE_PERCENT,
               given ? 100 * finding_change(finding, effect) : NAN);
    if (effect == EFFECT_OTHER)
        return;
    if (given && spot->count.gpus < 0)
        put_text(sheet, row, (uint16_t)(column + 2), STYLE_TEXT, "\u2013 none");
    else
        put_number(sheet, row, (uint16_t)(column + 2), STYLE_COUNT,
                   given ? spot->count.gpus : NOT_GIVEN);
}

static void put_line(struct sheet *sheet, uint32_t row, const struct finding *finding)
{
    char text[WORKLOAD_NAME_BYTES];
    bool given = isfinite(finding->nearest);
    put_verbatim(sheet, row, AT_WORKLOAD, STYLE_STRONG,
                 workload_full_name(finding->workload, text));
    put_option(sheet, row, AT_OPTION, finding->option);
    put_number(sheet, row, AT_NOW, STYLE_RESULT, option_recommended(finding->option));
    put_text(sheet, row, AT_KNOB, STYLE_STRONG, finding->title);
    put_text(sheet, row, AT_UNIT, STYLE_TEXT, finding->unit);
    put_value(sheet, row, AT_PRESENT, finding->present);
    put_number(sheet, row, AT_NEAREST, STYLE_GIB, given ? 100 * finding->nearest : NOT_GIVEN);
    put_spot(sheet, row, AT_FALLS, finding, EFFECT_FALLS);
    put_spot(sheet, row, AT_RISES, finding, EFFECT_RISES);
    put_spot(sheet, row, AT_OTHER, finding, EFFECT_OTHER);
    if (finding->rival)
        put_option(sheet, row, AT_RIVAL, finding->rival);
    else
        put_empty(sheet, row, AT_RIVAL, STYLE_TEXT);
    set_lines(sheet, row, text_lines(finding->note, columns[AT_NOTE].width));
    put_text(sheet, row, AT_NOTE, STYLE_WRAP, finding->note);
}

/* --- the closest of all, and their chart --- */

/* A change that dwarfs the others is left out of the drawing, unless it is its line's nearest. */
static bool is_drawn(const struct finding *finding, enum effect effect)
{
    double share = fabs(finding_change(finding, effect));
    return finding->spots[effect].value >= 0 && (share <= 1 || share == finding->nearest);
}

/* Beside the line: visible, not printed. */
static void put_chart_cells(struct sheet *sheet, uint32_t row, const struct finding *finding)
{
    char name[WORKLOAD_NAME_BYTES];
    char label[48];
    char text[sizeof label + FINDING_TITLE_BYTES + 2];
    copy_text(label, sizeof label, workload_full_name(finding->workload, name));
    snprintf(text, sizeof text, "%s: %s", label, finding->title);
    put_text(sheet, row, AT_CHART, STYLE_TEXT, text);
    for (int effect = 0; effect < EFFECT_COUNT; effect++)
        if (is_drawn(finding, (enum effect)effect))
            put_signed(sheet, row, (uint16_t)(AT_CHART + 1 + effect), STYLE_PERCENT,
                       100 * finding_change(finding, (enum effect)effect));
}

/* Returns the row behind the chart. */
static uint32_t draw_chart(struct book *book, struct sheet *sheet, uint32_t first, uint32_t end)
{
    static const uint16_t series[EFFECT_COUNT] = {AT_CHART + 1, AT_CHART + 2, AT_CHART + 3};
    static const size_t looks[EFFECT_COUNT] = {CHART_SOLID, CHART_STRIPED, CHART_LINED};
    struct chart_plan plan = {
        .title = "The smallest changes that change the answer",
        .value_title = "Change of one assumption, the others as they are (%)",
        .category_title = "Workload: what changes",
        .alt_text =
            "Bar chart of the assumptions closest to changing the recommended count or option: "
            "lower values to the left, higher ones to the right; the numbers stand in the rows "
            "above",
        .labels = true,
        .tornado = true,
        .first = first,
        .last = end - 1,
        .header_row = HEADER_ROW,
        .category = AT_CHART,
        .columns = series,
        .column_count = EFFECT_COUNT,
        .looks = looks,
        .at_row = end + 1,
        .at_column = 0,
        .width = 1080,
        .height = 110 + 20.0 * (end - first),
    };
    worksheet_set_column(sheet->worksheet, AT_CHART, AT_CHART, 50, NULL);
    worksheet_set_column(sheet->worksheet, AT_CHART + 1, AT_CHART + EFFECT_COUNT, 12, NULL);
    put_text(sheet, HEADER_ROW, AT_CHART, STYLE_HEADER, "Chart: workload: what changes");
    for (int i = 0; i < EFFECT_COUNT; i++)
        put_text(sheet, HEADER_ROW, series[i], STYLE_HEADER, effect_words[i]);
    put_chart(book->workbook, sheet, &plan);
    uint32_t next = plan.at_row + (uint32_t)(plan.height / 20) + 2;
    lxw_row_t breaks[] = {next, 0};
    worksheet_set_h_pagebreaks(sheet->worksheet, breaks);
    return next;
}

/* Returns the next free row. */
static uint32_t put_closest(struct book *book, struct sheet *sheet, const struct findings *found)
{
    struct finding *sorted = arena_array(&book->arena, found->count + 1, sizeof *sorted);
    uint32_t first = HEADER_ROW + 1;
    uint32_t row = first;
    for (size_t i = 0; i < found->count; i++)
        sorted[i] = found->all[i];
    findings_sort(sorted, found->count);
    for (size_t i = 0; i < found->count && i < CHART_MOST && isfinite(sorted[i].nearest); i++) {
        put_chart_cells(sheet, row, &sorted[i]);
        put_line(sheet, row++, &sorted[i]);
    }
    return row > first ? draw_chart(book, sheet, first, row) : row;
}

static void put_head(const struct book *book, struct sheet *sheet, const struct findings *found)
{
    char text[400];
    page_title(sheet, "Sensitivity",
               "How far one assumption may move before the answer is another one: the closest of "
               "all, then all by workload. How the values were found stands at the end.");
    if (book->digest.workload_count > STUDIES_MOST) {
        snprintf(text, sizeof text,
                 "\u26A0 The first %d of %zu workloads, so that a sweep stays "
                 "fast; ask for others in a plan of their own.",
                 STUDIES_MOST, book->digest.workload_count);
        put_across(sheet, 2, 0, AT_PRESENT, STYLE_WARNING, text);
    } else if (!found->count) {
        put_across(sheet, 2, 0, AT_PRESENT, STYLE_WARNING,
                   "\u26A0 No workload has an option of the detailed method that fits.");
    }
}

static const char *const paragraphs[] = {
    "Each line is of the workload's cheapest option to rent, or the smallest where no rent is "
    "known; the price of a card or server, of the cheapest to own. The values were found by "
    "planning that option again with one number changed, at its own card, type and engine: from a "
    "quarter of it "
    "to four times (utilization from 0.5 to 0.98), to within a thousandth for tokens and "
    "sequences, a hundredth for demands and prices, 0.01 for utilization. The count is the one to "
    "plan with, which holds at the safe end of the band; where none does, the expected one.",
    "Tokens keep their split into prompt and answer. Where a count need not grow with the number "
    "(tokens under a demand of speed; training, where batches must divide), eight values on "
    "each side are tried first, and a change between two of them that is undone is not seen.",
    "Another option: the next-best one with another price, of the same workload, everything about "
    "it as it is. A rent at which both cost the same is the present one times the ratio of their "
    "costs; of a price, only purchase and support follow it. Growth multiplies the requests at "
    "once with the demands of tokens/s and requests/s (in training the tokens to train on, under "
    "a deadline), and both options are planned again.",
};

bool sensitivity_column(size_t i, struct heading *heading)
{
    return table_heading(columns, AT_COUNT, i, heading);
}

void sensitivity_write(struct book *book, struct sheet *sheet)
{
    struct findings found = {0};
    findings_collect(&book->digest, &found);
    put_head(book, sheet, &found);
    table_header(sheet, HEADER_ROW, columns, AT_COUNT);
    uint32_t row = put_closest(book, sheet, &found);
    put_text(sheet, row++, 0, STYLE_SECTION, "By workload, the closest first");
    uint32_t titles = row++;
    table_titles(sheet, titles, columns, AT_COUNT);
    for (size_t i = 0; i < found.count; i++)
        put_line(sheet, row++, &found.all[i]);
    worksheet_autofilter(sheet->worksheet, titles, 0, row - 1, AT_COUNT - 1);
    put_text(sheet, ++row, 0, STYLE_SECTION, "How the values were found");
    for (size_t i = 0; i < sizeof paragraphs / sizeof *paragraphs; i++)
        put_paragraph(sheet, ++row, AT_NEAREST, table_width(columns, AT_NEAREST + 1),
                      paragraphs[i]);
    struct print_setup setup = {row, AT_COUNT - 1, HEADER_ROW, 1, 2, 90, row < SHORT_ROWS};
    page_setup(book, sheet, &setup);
}
