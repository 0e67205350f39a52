/* checks.c -- the Checks sheet: what was compared, what came out, and one line for all of it */
#include "book/inside.h"
#include "book/search.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Sums in another order differ in the last bits only. */
static const double SUM_TOLERANCE = 1e-12;

/* Spreadsheet programs keep fifteen digits. */
static const double LIVE_TOLERANCE = 1e-9;

/* One line of the sheet. */
struct check {
    const char *title;
    const char *meaning;
    double expected;
    double found;
    const char *unit;
    bool holds;
    double tolerance; /* of the difference, relative to what is expected and at least to 1 */
};

static double of_inputs(const struct book *book, bool rows)
{
    double sum = 0;
    for (size_t i = 0; i < book->options.input_count; i++)
        sum += (double)(rows ? book->options.inputs[i].rows : book->options.inputs[i].scenarios);
    return sum;
}

/* Numeric columns, GPU counts and ratios aside, whose unit is not stated. */
static double columns_without_unit(void)
{
    double count = 0;
    for (size_t i = 0; i < result_column_count; i++)
        count += result_columns[i].kind > RESULT_COUNT && !*result_columns[i].unit;
    return count;
}

static struct check equal(const char *title, const char *meaning, double expected, double found,
                          const char *unit)
{
    return (struct check){title, meaning, expected, found, unit, expected == found, 0};
}

/* False where a card in use does not say where its memory was read. */
static bool count_sourced(const struct book *book, double *cards, double *sourced)
{
    const struct digest *d = &book->digest;
    for (size_t i = 0; i < d->facts->gpu_count; i++) {
        const struct gpu *gpu = &d->facts->gpus[i];
        bool known = gpu->memory_mib > 0 && gpu->source && *gpu->source && gpu->checked;
        *cards += d->gpu_used[i];
        *sourced += d->gpu_used[i] && known;
    }
    return *cards == *sourced;
}

enum { CHECK_COUNT = 14 };

static void make_checks(const struct book *book, struct check checks[CHECK_COUNT])
{
    const struct tally *t = &book->tally;
    const struct book_options *o = &book->options;
    struct check *c = checks;
    *c++ = equal("Rows in = rows planned",
                 "rows of the inputs that were accepted, and rows that the "
                 "results came from",
                 of_inputs(book, true), (double)t->input_rows, "rows");
    *c++ =
        equal("Rejected rows listed", "rows refused while reading, and lines of the Rejected sheet",
              (double)o->rejected, (double)t->rejected, "rows");
    *c++ = equal("Scenarios in = results out",
                 "the product of the inputs' cells, and results received", of_inputs(book, false),
                 (double)t->results, "scenarios");
    if (o->lists_later)
        *c++ = equal("Results on the Scenarios sheets",
                     "results that the first line of Scenarios speaks of, counted when they were "
                     "planned, and lines written",
                     (double)book->list.rows, (double)t->written, "scenarios");
    else
        *c++ = equal("Results on the Scenarios sheets", "results received, and lines written",
                     (double)t->results, (double)t->written, "scenarios");
    *c++ = equal("Every result has a status", "ok + no_fit + unsupported", (double)t->results,
                 (double)(t->by_status[0] + t->by_status[1] + t->by_status[2]), "scenarios");
    *c++ = (struct check){"Memory columns add up to the total",
                          "largest relative difference over all "
                          "placed rows; sums in another order differ in the last bits",
                          0,
                          t->worst_sum,
                          "relative",
                          t->worst_sum <= SUM_TOLERANCE,
                          SUM_TOLERANCE};
    *c++ =
        equal("Low \u2264 expected \u2264 high, memory and GPU counts", "rows that break the order",
              0, (double)(t->out_of_band + t->out_of_order), "rows");
    *c++ = equal("Rows called ok fit their card",
                 "rows whose expected total exceeds the usable memory", 0, (double)t->over_usable,
                 "rows");
    *c++ = equal("Capacity rests on a figure with its source",
                 "cards in use, and those whose row says where their memory was read and when", 0,
                 0, "cards");
    c[-1].holds = count_sourced(book, &c[-1].expected, &c[-1].found);
    *c++ = equal("No number is missing its value", "NaN or infinite numbers among the results", 0,
                 (double)t->not_finite, "numbers");
    *c++ = equal("Every amount has a unit", "memory and money columns without one", 0,
                 columns_without_unit(), "columns");
    *c++ = equal("Search finds what the program found",
                 "options searched in cells whose first layout that holds, at the low end, as "
                 "expected and at the high end, is another than the program's",
                 0, book->search ? (double)book->search->differing : 0, "options");
    *c = equal("What-if finds what the search finds",
               "GPUs by the search, and by the lowest rank among all layouts; the layout and both "
               "ends of the band are compared too",
               0, 0, "GPUs");
    c->holds = whatif_agrees(book, &c->expected, &c->found);
    *++c = equal("What-if training finds what the search finds",
                 "the same of the training scenario; its ZeRO stage is compared too", 0, 0, "GPUs");
    c->holds = training_agrees(book, &c->expected, &c->found);
}

bool checks_hold(const struct book *book)
{
    struct check checks[CHECK_COUNT];
    make_checks(book, checks);
    for (int i = 0; i < CHECK_COUNT; i++)
        if (!checks[i].holds)
            return false;
    return true;
}

#define HOLDS "\u2714 OK: all checks hold (sheet Checks)"
#define FAILS "\u2718 NOT OK: a check fails; do not use this plan before reading the sheet Checks"

const char *checks_words(const struct book *book)
{
    return checks_hold(book) ? HOLDS : FAILS;
}

void checks_put_verdict(const struct book *book, struct sheet *sheet, uint32_t row, uint16_t last,
                        const char *formula)
{
    bool holds = checks_hold(book);
    lxw_conditional_format fails = {.type = LXW_CONDITIONAL_TYPE_TEXT,
                                    .criteria = LXW_CONDITIONAL_CRITERIA_TEXT_BEGINS_WITH,
                                    .value_string = "\u2718",
                                    .format = book->formats[STYLE_BAD]};
    put_across(sheet, row, 0, last, STYLE_GOOD, "");
    put_text_formula(sheet, row, 0, STYLE_GOOD, formula, holds ? HOLDS : FAILS);
    if (worksheet_conditional_format_range(sheet->worksheet, row, 0, row, (lxw_col_t)last, &fails))
        sheet->refused++;
}

static const struct table_column columns[] = {
    {"Check", NULL, 46, STYLE_STRONG},   {"What is compared", NULL, 62, STYLE_WRAP},
    {"Expected", NULL, 14, STYLE_COUNT}, {"Found", NULL, 14, STYLE_COUNT},
    {"Unit", NULL, 12, STYLE_TEXT},      {"Tolerance", "relative", 11, STYLE_SMALL},
    {"Fails", "1: yes", 9, STYLE_COUNT}, {"Result", NULL, 14, STYLE_GOOD},
};
enum {
    AT_CHECK,
    AT_MEANING,
    AT_EXPECTED,
    AT_FOUND,
    AT_UNIT,
    AT_TOLERANCE,
    AT_FAILS,
    AT_RESULT,
    COLUMN_TOTAL
};
enum { HEADER_ROW = 4, FORMULA_TEXT = 512 };

/* A line that the spreadsheet program works out; NULL: a number of the run. */
struct live_check {
    const char *expected;
    const char *found;
};

static void put_figure(struct sheet *sheet, uint32_t row, uint16_t column, const char *formula,
                       double value)
{
    enum style style = value > 0 && value < 1 ? STYLE_SMALL : STYLE_COUNT;
    if (formula)
        put_formula(sheet, row, column, style, formula, value);
    else
        put_number(sheet, row, column, style, value);
}

/* Whether it fails is worked out in the cells, whatever is typed over them. */
static uint32_t put_check(struct sheet *sheet, uint32_t row, const struct check *c,
                          const struct live_check *live)
{
    char formula[128];
    put_text(sheet, row, AT_CHECK, STYLE_STRONG, c->title);
    set_lines(sheet, row, text_lines(c->meaning, columns[AT_MEANING].width));
    put_text(sheet, row, AT_MEANING, STYLE_WRAP, c->meaning);
    put_figure(sheet, row, AT_EXPECTED, live ? live->expected : NULL, c->expected);
    put_figure(sheet, row, AT_FOUND, live ? live->found : NULL, c->found);
    put_text(sheet, row, AT_UNIT, STYLE_TEXT, c->unit);
    put_number(sheet, row, AT_TOLERANCE, STYLE_SMALL, c->tolerance);
    snprintf(formula, sizeof formula, "=IF(ABS(D%u-C%u)<=F%u*MAX(1,ABS(C%u)),0,1)", row + 1,
             row + 1, row + 1, row + 1);
    /* what a tolerance alone does not allow may still hold: rows beyond the sheets are said */
    if (c->holds == (c->expected == c->found || c->tolerance > 0))
        put_formula(sheet, row, AT_FAILS, STYLE_COUNT, formula, !c->holds);
    else
        put_number(sheet, row, AT_FAILS, STYLE_COUNT, !c->holds);
    snprintf(formula, sizeof formula, "=IF(G%u=0,\"\u2714 OK\",\"\u2718 NOT OK\")", row + 1);
    put_text_formula(sheet, row, AT_RESULT, STYLE_GOOD, formula,
                     c->holds ? "\u2714 OK" : "\u2718 NOT OK");
    return row + 1;
}

/* An error in any cell of a range makes its sum one; in every program alike. */
static uint32_t put_error_checks(const struct book *book, struct sheet *sheet, uint32_t row)
{
    for (size_t i = 0; i < book->sheet_count; i++) {
        const struct sheet *s = &book->sheets[i];
        const lxw_worksheet *ws = s->worksheet;
        char range[64];
        char formula[FORMULA_TEXT];
        char title[96];
        if (s->lists || s == sheet || s->values || !ws->dim_rowmax)
            continue;
        /* the verdict itself stands above the lines of Summary */
        lxw_rowcol_to_range_abs(range, strcmp(s->name, "Summary") != 0 ? 0 : SUMMARY_SUMS, 0,
                                ws->dim_rowmax, ws->dim_colmax);
        snprintf(formula, sizeof formula, "=IF(ISERROR(SUM('%s'!%s)),1,0)", s->name, range);
        snprintf(title, sizeof title, "No error value on %.40s", s->name);
        struct check check =
            equal(title, "1 when some cell of the sheet holds an error", 0, 0, "sheets");
        row = put_check(sheet, row, &check, &(struct live_check){NULL, formula});
    }
    return row;
}

/* The cells of Scenarios are counted, not the calls that wrote them. */
static uint32_t put_counted_rows(const struct book *book, struct sheet *sheet, uint32_t row)
{
    char formula[FORMULA_TEXT] = "=";
    double written = (double)book->tally.written;
    for (size_t i = 0; i < book->scenario_sheets; i++) {
        size_t used = strlen(formula);
        snprintf(formula + used, sizeof formula - used, "%sCOUNTA('%s'!$A$%u:$A$%d)", i ? "+" : "",
                 book->scenarios[i].name, scenarios_header(book) + 2, SHEET_ROWS);
    }
    struct check check = equal("Rows that stand on Scenarios",
                               "lines that were written, and cells that are there now", written,
                               written, "scenarios");
    return put_check(sheet, row, &check, &(struct live_check){NULL, formula});
}

static uint32_t put_sums(const struct book *book, struct sheet *sheet, uint32_t row)
{
    char parts[FORMULA_TEXT];
    char totals[FORMULA_TEXT];
    double sum = breakdown_sums(book, parts, totals);
    const struct check check = {"Memory terms on Breakdown add up",
                                "the sum of all totals, and of all terms, as they stand there now",
                                sum,
                                sum,
                                "GiB",
                                true,
                                LIVE_TOLERANCE};
    return put_check(sheet, row, &check, &(struct live_check){totals, parts});
}

/* Of what was planned and what was refused: lines 1 and 2. */
static uint32_t put_rows_in(const struct book *book, struct sheet *sheet, uint32_t row)
{
    char formula[64];
    const struct tally *t = &book->tally;
    struct check check = equal("Rows in = rows planned + rows rejected",
                               "rows that were read, and the two lines above added up",
                               of_inputs(book, true) + (double)book->options.rejected,
                               (double)(t->input_rows + t->rejected), "rows");
    snprintf(formula, sizeof formula, "=D%d+D%d", HEADER_ROW + 2, HEADER_ROW + 3);
    return put_check(sheet, row, &check, &(struct live_check){NULL, formula});
}

void checks_write(struct book *book, struct sheet *sheet)
{
    struct check checks[CHECK_COUNT];
    char formula[FORMULA_TEXT];
    make_checks(book, checks);
    page_title(sheet, "Checks",
               "What was compared before this file was released, and what its formulas compare "
               "now. The Summary repeats the line below.");
    table_header(sheet, HEADER_ROW, columns, COLUMN_TOTAL);
    uint32_t row = HEADER_ROW + 1;
    for (uint32_t i = 0; i < CHECK_COUNT; i++)
        row = put_check(sheet, row, &checks[i], NULL);
    row = put_rows_in(book, sheet, row);
    row = put_counted_rows(book, sheet, row);
    row = put_sums(book, sheet, row);
    row = put_error_checks(book, sheet, row);
    snprintf(formula, sizeof formula, "=IF(SUM(G%d:G%u)=0,\"" HOLDS "\",\"" FAILS "\")",
             HEADER_ROW + 2, row);
    checks_put_verdict(book, sheet, 2, COLUMN_TOTAL - 1, formula);
    lxw_conditional_format fails = {.type = LXW_CONDITIONAL_TYPE_TEXT,
                                    .criteria = LXW_CONDITIONAL_CRITERIA_TEXT_BEGINS_WITH,
                                    .value_string = "\u2718",
                                    .format = book->formats[STYLE_BAD]};
    if (worksheet_conditional_format_range(sheet->worksheet, HEADER_ROW + 1, AT_RESULT, row - 1,
                                           AT_RESULT, &fails))
        sheet->refused++;
    put_paragraph(
        sheet, row + 1, COLUMN_TOTAL - 1, table_width(columns, COLUMN_TOTAL),
        "After writing, the closed file is opened again: every part is read back with its "
        "checksum, and every sheet is compared with the number of rows that were written. A "
        "file that fails is not kept.");
    struct print_setup setup = {row + 1, COLUMN_TOTAL - 1, HEADER_ROW, 1, 1, 100, false};
    page_setup(book, sheet, &setup);
}
