/* timeline.c -- the Timeline sheet: per period what is needed, owned and to be bought
 *
 * Totals per period above, their lines per GPU below. Growth is put in above, owned GPUs below;
 * every other number is a live formula over these, the prices on Cost and the cells of
 * Assumptions. */
#include "book/inside.h"

#include "book/chart.h"
#include "book/pools.h"
#include "book/prices.h"
#include "book/search.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    AT_PERIOD,
    AT_GPU,
    AT_FIRST,
    HEADER_ROW = 3,
    CHART_MOST = 24,
    CHART_ROWS = 15,
    PAGE_LINES = 8
};

/* A column of numbers. Letters as on Cost; those with before_ stand in the line of the same GPU in
 * an earlier period. */
static const struct number_column {
    const char *letter;
    const char *formula; /* of a line; NULL: the number is put in */
    bool summed;         /* a period has the sum of its lines */
    size_t offset;       /* of the value in struct pool */
    struct table_column look;
} columns[] = {
    {"w", NULL, true, offsetof(struct pool, workloads), {"Workloads", NULL, 10.5, STYLE_COUNT}},
    {"n_0", NULL, true, offsetof(struct pool, planned), {"Planned", "GPUs", 9, STYLE_COUNT}},
    {"f_g", "f_p", false, 0, {"Growth", "factor", 9, STYLE_NUMBER}},
    {"n",
     "ROUNDUP(ROUND(n_0 * f_g, 6), 0)",
     true,
     offsetof(struct pool, needed),
     {"Needed, with growth", "GPUs", 10, STYLE_COUNT}},
    {"n_s",
     "IF(n > 0, n + x_g + ROUNDUP(x_p * n / 100, 0) + x_s * g, 0)",
     true,
     offsetof(struct pool, spared),
     {"With spare ones", "GPUs", 9, STYLE_COUNT}},
    {"n_o", NULL, true, offsetof(struct pool, owned), {"Owned", "GPUs", 9, STYLE_INPUT}},
    {"n_b",
     "before_b + before_p",
     true,
     offsetof(struct pool, bought),
     {"Bought before", "GPUs", 9, STYLE_COUNT}},
    {"n_t",
     "MAX(0, n_s - n_o - n_b)",
     true,
     offsetof(struct pool, to_buy),
     {"To buy", "GPUs", 9, STYLE_RESULT}},
    {"n_p",
     "IF(i_w > 0, ROUNDUP(n_t / g, 0) * g, n_t)",
     true,
     offsetof(struct pool, sold),
     {"To buy, as sold", "GPUs", 9, STYLE_COUNT}},
    {"p_g",
     "IF(COUNT(p_s) > 0, p_s / g, p_c * f_s)",
     false,
     offsetof(struct pool, unit_usd),
     {"A GPU with its share of the server", "USD", 14, STYLE_USD}},
    {"H",
     "IF(n_p > 0, n_p * p_g * (1 - d), 0)",
     true,
     offsetof(struct pool, hardware_usd),
     {"Hardware, discounted", "USD", 15, STYLE_USD}},
    {"C_p",
     "IF(n_p > 0, H * (1 + k_n + k_o) * (1 + v), 0)",
     true,
     offsetof(struct pool, purchase_usd),
     {"Spend", "USD", 15, STYLE_USD}},
    {"n_u",
     "IF(COUNT(C_p) > 0, 0, n_p)",
     true,
     offsetof(struct pool, unpriced),
     {"Price unknown, not in the spend", "GPUs", 11, STYLE_COUNT}},
    {"n_r",
     "MAX(0, n_s - n_o)",
     true,
     offsetof(struct pool, rented),
     {"To rent instead", "GPUs", 9, STYLE_COUNT}},
    {"C_h",
     "IF(n_r > 0, n_r * c_r * (1 + v), 0)",
     true,
     offsetof(struct pool, rent_usd_per_hour),
     {"Rent instead", "USD/hour", 11, STYLE_USD}},
    {"C_q",
     "C_h * 24 * 365 / 12 * m",
     true,
     offsetof(struct pool, rent_usd),
     {"Rent instead", "USD/period", 15, STYLE_USD}},
    {"E_k",
     "n_s * W * f_w * u * PUE / 1000",
     true,
     offsetof(struct pool, power_kw),
     {"Power, average at the wall", "kW", 11, STYLE_USD}},
};
enum {
    NUMBERS = sizeof columns / sizeof *columns,
    AT_MONTHS = AT_FIRST + NUMBERS,
    AT_SPENT,
    AT_NOTE,
    AT_COUNT
};

struct timeline {
    const struct book *book;
    struct pools pools;
    struct table_column looks[AT_COUNT];
    const struct span *span; /* of the line that is written */
    const struct pool *pool;
    size_t price; /* its entry of prices on Cost */
};

static void choose_columns(struct timeline *t)
{
    t->looks[AT_PERIOD] = (struct table_column){"Period", NULL, 14, STYLE_STRONG};
    t->looks[AT_GPU] = (struct table_column){"GPU", NULL, 19, STYLE_STRONG};
    for (size_t i = 0; i < NUMBERS; i++)
        t->looks[AT_FIRST + i] = columns[i].look;
    t->looks[AT_MONTHS] = (struct table_column){"Length", "months", 9, STYLE_COUNT};
    t->looks[AT_SPENT] = (struct table_column){"Spent so far", "USD", 15, STYLE_USD};
    t->looks[AT_NOTE] = (struct table_column){"Workloads and notes", NULL, 70, STYLE_WRAP};
}

static uint16_t column_of(const char *letter)
{
    for (size_t i = 0; i < NUMBERS; i++)
        if (!strcmp(columns[i].letter, letter))
            return (uint16_t)(AT_FIRST + i);
    return 0;
}

static bool cell_at(char cell[CELL_NAME_BYTES], uint32_t row, uint16_t column)
{
    lxw_rowcol_to_cell(cell, row, column);
    return column > 0;
}

/* In the line, in that of an earlier period, in the period's, among the prices, on Assumptions. */
static bool find_cell(const void *context, const char *name, char cell[CELL_NAME_BYTES])
{
    const struct timeline *t = context;
    const struct pool *before = t->pool->before;
    char price[CELL_NAME_BYTES];
    if (!strcmp(name, "f_p"))
        return cell_at(cell, t->span->row, column_of("f_g"));
    if (!strcmp(name, "m"))
        return cell_at(cell, t->span->row, AT_MONTHS);
    if (!strcmp(name, "before_b"))
        return before && cell_at(cell, before->row, column_of("n_b"));
    if (!strcmp(name, "before_p"))
        return before && cell_at(cell, before->row, column_of("n_p"));
    if (column_of(name))
        return cell_at(cell, t->pool->row, column_of(name));
    if (prices_cell(t->book->prices, t->price, name, price)) {
        join_texts(cell, CELL_NAME_BYTES, "Cost", "!", price);
        return true;
    }
    return assumption_of_letter(t->book, name, cell);
}

static const char *period_text(const struct span *span)
{
    return *span->text ? span->text : "(none)";
}

/* The sum of the workloads' counts on Cost, unless one is to be planned again. Too many for a
 * formula: their sum as planned. */
static void put_planned(const struct timeline *t, struct sheet *sheet)
{
    const struct pool *pool = t->pool;
    const uint16_t column = column_of("n_0");
    char cells[LIVE_BYTES / 2] = "";
    char formula[2 * LIVE_BYTES];
    char wanted[CELL_NAME_BYTES];
    size_t used = 0;
    if (pool->workloads > POOL_ROWS_MOST) {
        put_number(sheet, pool->row, column, STYLE_COUNT, pool->planned);
        return;
    }
    for (size_t i = 0; i < (size_t)pool->workloads; i++) {
        char cell[CELL_NAME_BYTES];
        cost_cell("n", pool->cost_rows[i], cell);
        used += (size_t)snprintf(cells + used, sizeof cells - used, "%s%s", i ? "," : "", cell);
    }
    lxw_rowcol_to_cell(wanted, pool->row, column_of("w"));
    snprintf(formula, sizeof formula, "=IF(COUNT(%s)<%s,\"" STATUS_REPLAN "\",SUM(%s))", cells,
             wanted, cells);
    put_formula(sheet, pool->row, column, STYLE_COUNT, formula, pool->planned);
}

static void put_line(const struct timeline *t, struct sheet *sheet)
{
    const struct pool *pool = t->pool;
    char text[LIVE_BYTES];
    put_text(sheet, pool->row, AT_PERIOD, STYLE_STRONG, period_text(t->span));
    put_verbatim(sheet, pool->row, AT_GPU, STYLE_STRONG, pool->option->gpu);
    for (size_t i = 0; i < NUMBERS; i++) {
        const struct number_column *c = &columns[i];
        double value = 1;
        const char *formula = c->formula;
        if (c->offset)
            memcpy(&value, (const char *)pool + c->offset, sizeof value);
        if (!strcmp(c->letter, "n_b") && !pool->before)
            formula = "0";
        if (!strcmp(c->letter, "n_0"))
            put_planned(t, sheet);
        else if (!formula)
            put_number(sheet, pool->row, (uint16_t)(AT_FIRST + i), c->look.style, value);
        else if (live_formula(formula, find_cell, t, text))
            put_formula(sheet, pool->row, (uint16_t)(AT_FIRST + i), c->look.style, text, value);
        else
            sheet->refused++;
    }
    put_text(sheet, pool->row, AT_MONTHS, STYLE_TEXT, "");
    put_text(sheet, pool->row, AT_SPENT, STYLE_TEXT, "");
    set_lines(sheet, pool->row, text_lines(pool->note, t->looks[AT_NOTE].width));
    put_text(sheet, pool->row, AT_NOTE, STYLE_WRAP, pool->note);
}

/* NaN where no line has a value. */
static double sum_of(const struct span *span, const struct number_column *column)
{
    double sum = NAN;
    for (size_t i = 0; i < span->pool_count; i++) {
        double value;
        memcpy(&value, (const char *)&span->pools[i] + column->offset, sizeof value);
        if (isfinite(value))
            sum = isfinite(sum) ? sum + value : value;
    }
    return sum;
}

static void put_sum(struct sheet *sheet, const struct span *span, size_t at)
{
    const struct number_column *c = &columns[at];
    enum style style = c->look.style == STYLE_INPUT ? STYLE_COUNT : c->look.style;
    uint16_t column = (uint16_t)(AT_FIRST + at);
    char range[2 * LXW_MAX_CELL_NAME_LENGTH + 2];
    char formula[128];
    if (!span->pool_count) {
        put_number(sheet, span->row, column, STYLE_COUNT, 0);
        return;
    }
    lxw_rowcol_to_range(range, span->pools->row, column, span->pools[span->pool_count - 1].row,
                        column);
    snprintf(formula, sizeof formula, "=IF(COUNT(%s)>0,SUM(%s),\"\")", range, range);
    put_formula(sheet, span->row, column, style, formula, sum_of(span, c));
}

/* Of the periods up to this one; `before` is NULL for the first. Returns the sum. */
static double put_spent(struct sheet *sheet, const struct span *span, const struct span *before,
                        double spent)
{
    const uint16_t column = column_of("C_p");
    char cell[LXW_MAX_CELL_NAME_LENGTH];
    char sum[LXW_MAX_CELL_NAME_LENGTH] = "0";
    char formula[64];
    double value = sum_of(span, &columns[column - AT_FIRST]);
    if (!span->readable) {
        put_text(sheet, span->row, AT_SPENT, STYLE_UNSUPPORTED, "\u2013");
        return spent;
    }
    lxw_rowcol_to_cell(cell, span->row, column);
    if (before)
        lxw_rowcol_to_cell(sum, before->row, AT_SPENT);
    snprintf(formula, sizeof formula, "=SUM(%s,%s)", sum, cell);
    spent += isfinite(value) ? value : 0;
    put_formula(sheet, span->row, AT_SPENT, STYLE_USD, formula, spent);
    return spent;
}

static void put_span(const struct timeline *t, struct sheet *sheet, const struct span *span)
{
    put_text(sheet, span->row, AT_PERIOD, STYLE_STRONG, period_text(span));
    put_text(sheet, span->row, AT_GPU, STYLE_TEXT, "all");
    for (size_t i = 0; i < NUMBERS; i++) {
        if (columns[i].summed)
            put_sum(sheet, span, i);
        else if (!strcmp(columns[i].letter, "f_g"))
            put_number(sheet, span->row, (uint16_t)(AT_FIRST + i), STYLE_INPUT, 1);
        else
            put_empty(sheet, span->row, (uint16_t)(AT_FIRST + i), STYLE_TEXT);
    }
    if (span->readable)
        put_number(sheet, span->row, AT_MONTHS, STYLE_COUNT, period_months(&span->period));
    else
        put_text(sheet, span->row, AT_MONTHS, STYLE_UNSUPPORTED, "\u2013");
    set_lines(sheet, span->row, text_lines(span->note, t->looks[AT_NOTE].width));
    put_text(sheet, span->row, AT_NOTE, *span->note ? STYLE_WARNING : STYLE_WRAP, span->note);
}

static void put_periods(const struct timeline *t, struct sheet *sheet)
{
    double spent = 0;
    for (size_t i = 0; i < t->pools.span_count; i++) {
        const struct span *span = &t->pools.spans[i];
        put_span(t, sheet, span);
        spent = put_spent(sheet, span, i ? span - 1 : NULL, spent);
    }
}

static void draw_chart(const struct timeline *t, struct sheet *sheet, uint32_t row)
{
    static const char *const letters[] = {"n", "n_o", "n_t"};
    uint16_t series[3];
    double numbers[3][CHART_MOST];
    const double *const values[] = {numbers[0], numbers[1], numbers[2]};
    size_t count = t->pools.span_count < CHART_MOST ? t->pools.span_count : CHART_MOST;
    for (int i = 0; i < 3; i++) {
        series[i] = column_of(letters[i]);
        for (size_t j = 0; j < count; j++) {
            double sum = sum_of(&t->pools.spans[j], &columns[series[i] - AT_FIRST]);
            numbers[i][j] = isfinite(sum) ? sum : 0;
        }
    }
    struct chart_plan plan = {
        .title = count < t->pools.span_count ? "GPUs by period: the first ones" : "GPUs by period",
        .value_title = "GPUs",
        .category_title = "Period",
        .alt_text =
            "Column chart: for each period the GPUs that are needed, owned and to be bought; "
            "the numbers stand in the table above",
        .labels = true,
        .upright = true,
        .values = values,
        .first = HEADER_ROW + 1,
        .last = HEADER_ROW + (uint32_t)count,
        .header_row = HEADER_ROW,
        .category = AT_PERIOD,
        .columns = series,
        .column_count = 3,
        .at_row = row,
        .width = 900,
        .height = 296,
    };
    put_chart(t->book->workbook, sheet, &plan);
}

/* Rows are known before they are written: formulas above refer to lines below. Returns the row of
 * the lines' title. */
static uint32_t place_rows(struct timeline *t)
{
    uint32_t row = HEADER_ROW + 1;
    for (size_t i = 0; i < t->pools.span_count; i++)
        t->pools.spans[i].row = row++;
    uint32_t title = row + 1 + CHART_ROWS;
    for (size_t i = 0; i < t->pools.pool_count; i++)
        t->pools.pools[i].row = title + 2 + (uint32_t)i;
    return title;
}

static void put_head(const struct timeline *t, struct sheet *sheet)
{
    const struct book_options *o = &t->book->options;
    char text[768];
    int used;
    page_title(sheet, "Timeline",
               "What each period needs, pooled by GPU: of every workload the option that is "
               "cheapest to rent (to own without a rent, the smallest without a price).");
    if (o->owned_name)
        used = snprintf(text, sizeof text,
                        "Owned from %.200s: a card counts where it is owned through all of a "
                        "period.",
                        o->owned_name);
    else
        used = snprintf(text, sizeof text,
                        "Nothing is owned: give --owned FILE.csv (gpu, count, from, until), or "
                        "type counts in the lower table.");
    snprintf(
        text + used, sizeof text - (size_t)used,
        " Type over the pale cells and everything follows. A growth factor other than 1 "
        "multiplies counts that were planned for another load: an extrapolation, to be planned "
        "again.%s",
        t->book->digest.workload_cut ? " \u26A0 Cut: only the first 5,000 workloads are here."
                                     : "");
    set_lines(sheet, 2, 2);
    put_across(sheet, 2, 0, AT_FIRST + 11, STYLE_PARAGRAPH, text);
}

/* Kinds that are owned and that no workload uses. Returns the last row. */
static uint32_t put_idle(const struct timeline *t, struct sheet *sheet, uint32_t row)
{
    char text[POOL_NOTE_BYTES];
    if (!pools_idle(&t->pools, &t->book->options, text))
        return row;
    put_text(sheet, row + 1, 0, STYLE_SUBTITLE, text);
    return row + 1;
}

bool timeline_column(size_t i, struct heading *heading)
{
    struct timeline t;
    choose_columns(&t);
    return table_heading(t.looks, AT_COUNT, i, heading);
}

void timeline_write(struct book *book, struct sheet *sheet)
{
    struct timeline *t = arena_take(&book->arena, sizeof *t);
    t->book = book;
    pools_make(&t->pools, &book->digest, &book->options, &book->arena);
    choose_columns(t);
    uint32_t row = place_rows(t);
    put_head(t, sheet);
    table_header(sheet, HEADER_ROW, t->looks, AT_COUNT);
    put_periods(t, sheet);
    draw_chart(t, sheet, HEADER_ROW + 2 + (uint32_t)t->pools.span_count);
    put_text(sheet, row, 0, STYLE_SECTION, "By period and GPU");
    table_titles(sheet, row + 1, t->looks, AT_COUNT);
    for (size_t i = 0; i < t->pools.span_count; i++) {
        t->span = &t->pools.spans[i];
        for (size_t j = 0; j < t->span->pool_count; j++) {
            t->pool = &t->span->pools[j];
            if (!prices_find(book->prices, t->pool->option, &t->price))
                sheet->refused++;
            put_line(t, sheet);
        }
    }
    uint32_t last = row + 1 + (uint32_t)t->pools.pool_count;
    if (t->pools.pool_count)
        worksheet_autofilter(sheet->worksheet, row + 1, 0, last, AT_COUNT - 1);
    if (t->pools.span_count + t->pools.pool_count > PAGE_LINES) { /* not a table torn at its head */
        lxw_row_t breaks[] = {row, 0};
        worksheet_set_h_pagebreaks(sheet->worksheet, breaks);
    }
    last = put_idle(t, sheet, last);
    struct print_setup setup = {last, AT_COUNT - 1, HEADER_ROW, 2, 2, 90, false};
    page_setup(book, sheet, &setup);
}
