/* summary_chart.c -- the Summary's charts: GPUs and money of its first lines */
#include "book/summary.h"

#include "book/chart.h"
#include "book/option.h"

#include <math.h>

enum { CHART_MOST = 12, BELOW_MOST = 400, SERIES = 2, ROW_PIXELS = 21, TITLE_PIXELS = 150 };

/* What the drawn cells hold; NaN where they are empty. */
struct drawn {
    double gpus[SERIES][CHART_MOST];
    double money[SERIES][CHART_MOST];
    size_t count;
};

static void collect(const struct digest *d, struct drawn *drawn)
{
    for (size_t i = 0; i < d->workload_count && i < CHART_MOST; i++) {
        const struct workload *w = d->workloads[i];
        const struct option *o = workload_recommended(w);
        drawn->gpus[0][i] = o ? option_recommended(o) : NAN;
        drawn->gpus[1][i] = o ? option_recommended(workload_smallest(w)) : NAN;
        drawn->money[0][i] = summary_compared(o);
        drawn->money[1][i] = summary_compared(o ? workload_next(w) : NULL);
        drawn->count = i + 1;
    }
}

static void draw(const struct book *book, struct sheet *sheet, const struct chart_plan *look,
                 const double *const values[SERIES], size_t count)
{
    struct chart_plan plan = *look;
    plan.values = values;
    plan.labels = true;
    plan.first = SUMMARY_FIRST;
    plan.last = SUMMARY_FIRST + (uint32_t)count - 1;
    plan.header_row = SUMMARY_HEADER;
    plan.category = AT_WORKLOAD;
    plan.category_title = "Workload";
    plan.column_count = SERIES;
    put_chart(book->workbook, sheet, &plan);
}

uint32_t summary_charts(const struct book *book, struct sheet *sheet)
{
    static const uint16_t gpus[SERIES] = {AT_RECOMMENDED, AT_SMALL_GPUS};
    static const uint16_t money[SERIES] = {AT_COMPARED, AT_NEXT_COMPARED};
    struct drawn *drawn = arena_take(book->digest.arena, sizeof *drawn);
    uint32_t last = summary_last(book);
    collect(&book->digest, drawn);
    if (!drawn->count)
        return last;
    bool all = drawn->count == book->digest.workload_count;
    bool below = book->digest.workload_count <= BELOW_MOST;
    double height = TITLE_PIXELS + 34.0 * (double)drawn->count;
    uint32_t at = below ? last + 2 : SUMMARY_FIRST;
    uint16_t column = below ? 0 : SUMMARY_COLUMNS + 1;
    const struct chart_plan counts = {
        .title = all ? "GPUs to plan with" : "GPUs to plan with: the first workloads",
        .value_title = "Recommended count (GPUs)",
        .alt_text =
            "Bar chart of the recommended number of GPUs of each workload, for the option to plan "
            "with and for the smallest; the numbers stand in the table",
        .columns = gpus,
        .at_row = at,
        .at_column = column,
        .width = 775,
        .height = height,
    };
    const struct chart_plan costs = {
        .title =
            all ? "A year's rent, or the run" : "A year's rent, or the run: the first workloads",
        .value_title = "USD: rent of a year; of a run that ends, its price",
        .alt_text =
            "Bar chart of what the recommended option of each workload costs to rent for a year, "
            "or for its run, beside the next best option; the numbers stand in the table",
        .columns = money,
        .at_row = at,
        .at_column = below ? AT_BOUND : column + 12,
        .width = 860,
        .height = height,
    };
    draw(book, sheet, &counts, (const double *const[]){drawn->gpus[0], drawn->gpus[1]},
         drawn->count);
    draw(book, sheet, &costs, (const double *const[]){drawn->money[0], drawn->money[1]},
         drawn->count);
    if (below && drawn->count < book->digest.workload_count) {
        /* a chart is not torn by a page's end */
        lxw_row_t breaks[] = {at, 0};
        worksheet_set_h_pagebreaks(sheet->worksheet, breaks);
    }
    return below ? at + (uint32_t)(height / ROW_PIXELS) + 1 : last;
}
