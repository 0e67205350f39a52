/* checks.c -- the Checks sheet: what was compared, what came out, and one line for all of it */
#include "book/inside.h"
#include "book/search.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

/* Sums in another order differ in the last bits only. */
static const double SUM_TOLERANCE = 1e-12;

static double sum_difference(const struct footprint *f)
{
    double sum = 0;
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        sum += f->column_bytes[i];
    return f->total_bytes > 0 ? fabs(sum - f->total_bytes) / f->total_bytes : fabs(sum);
}

static void tally_footprint(struct tally *t, const struct answer *a)
{
    const struct footprint *f = &a->footprint;
    double difference = sum_difference(f);
    t->placed++;
    if (!(difference <= t->worst_sum))
        t->worst_sum = difference;
    t->out_of_band += !(f->low_bytes <= f->total_bytes && f->total_bytes <= f->high_bytes);
    t->over_usable += a->status == STATUS_OK && !(f->total_bytes <= f->usable_bytes);
}

static void tally_row(struct tally *t, const struct matrix_row *row)
{
    if (!t->row_left) {
        t->input_rows++;
        t->row_left = row ? row->count : 1;
    }
    t->row_left--;
}

void tally_add(struct tally *t, const struct result *result)
{
    const struct answer *a = result->answer;
    const struct published *p = &a->published;
    t->results++;
    t->by_status[a->status]++;
    t->by_estimate[result->scenario->request.estimate]++;
    tally_row(t, result->scenario->row);
    for (size_t i = 0; i < result_column_count; i++) {
        struct result_value value = result_columns[i].value(result);
        t->not_finite += !value.text && !isfinite(value.number);
    }
    if (a->status == STATUS_UNSUPPORTED)
        return;
    if (a->placed)
        tally_footprint(t, a);
    if (p->given)
        t->out_of_band += !(p->low_bytes <= p->total_bytes && p->total_bytes <= p->high_bytes);
    if (a->status == STATUS_OK) {
        bool low = a->gpus_low < 0 || a->gpus_low <= a->layout.gpus;
        bool high = a->gpus_high < 0 || a->layout.gpus <= a->gpus_high;
        t->out_of_order += !low || !high;
    }
}

/* One line of the sheet. */
struct check {
    const char *title;
    const char *meaning;
    double expected;
    double found;
    const char *unit;
    bool holds;
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
    return (struct check){title, meaning, expected, found, unit, expected == found};
}

enum { CHECK_COUNT = 12 };

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
    *c++ = equal("Results on the Scenarios sheets",
                 "results received, and lines written; the rest is "
                 "in the results CSV",
                 (double)t->results, (double)t->written, "scenarios");
    c[-1].holds |= t->written == (uint64_t)book->scenario_sheets * (SHEET_ROWS - 1);
    *c++ = equal("Every result has a status", "ok + no_fit + unsupported", (double)t->results,
                 (double)(t->by_status[0] + t->by_status[1] + t->by_status[2]), "scenarios");
    *c++ = (struct check){"Memory columns add up to the total",
                          "largest relative difference over all "
                          "placed rows; sums in another order differ in the last bits",
                          SUM_TOLERANCE,
                          t->worst_sum,
                          "relative",
                          t->worst_sum <= SUM_TOLERANCE};
    *c++ =
        equal("Low \u2264 expected \u2264 high, memory and GPU counts", "rows that break the order",
              0, (double)(t->out_of_band + t->out_of_order), "rows");
    *c++ = equal("Rows called ok fit their card",
                 "rows whose expected total exceeds the usable memory", 0, (double)t->over_usable,
                 "rows");
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

const char *checks_words(const struct book *book)
{
    return checks_hold(book)
               ? "\u2714 OK: all checks hold (sheet Checks)"
               : "\u2718 NOT OK: a check fails; do not use this plan before reading the "
                 "sheet Checks";
}

static const struct table_column columns[] = {
    {"Check", NULL, 44, STYLE_STRONG},    {"What is compared", NULL, 62, STYLE_WRAP},
    {"Expected", NULL, 14, STYLE_NUMBER}, {"Found", NULL, 14, STYLE_NUMBER},
    {"Unit", NULL, 12, STYLE_TEXT},       {"Result", NULL, 14, STYLE_GOOD},
};
enum { HEADER_ROW = 4, COLUMN_TOTAL = sizeof columns / sizeof *columns };

void checks_write(struct book *book, struct sheet *sheet)
{
    struct check checks[CHECK_COUNT];
    make_checks(book, checks);
    bool holds = checks_hold(book);
    page_title(sheet, "Checks",
               "What was compared before this file was released. The Summary repeats "
               "the line below.");
    put_across(sheet, 2, 0, COLUMN_TOTAL - 1, holds ? STYLE_GOOD : STYLE_BAD, checks_words(book));
    table_header(sheet, HEADER_ROW, columns, COLUMN_TOTAL);
    for (uint32_t i = 0; i < CHECK_COUNT; i++) {
        const struct check *c = &checks[i];
        uint32_t row = HEADER_ROW + 1 + i;
        bool tiny = c->expected == SUM_TOLERANCE;
        put_text(sheet, row, 0, STYLE_STRONG, c->title);
        set_lines(sheet, row, text_lines(c->meaning, columns[1].width));
        put_text(sheet, row, 1, STYLE_WRAP, c->meaning);
        put_number(sheet, row, 2, tiny ? STYLE_SMALL : STYLE_COUNT, c->expected);
        put_number(sheet, row, 3, tiny ? STYLE_SMALL : STYLE_COUNT, c->found);
        put_text(sheet, row, 4, STYLE_TEXT, c->unit);
        put_text(sheet, row, 5, c->holds ? STYLE_GOOD : STYLE_BAD,
                 c->holds ? "\u2714 OK" : "\u2718 NOT OK");
    }
    uint32_t last = HEADER_ROW + CHECK_COUNT;
    put_paragraph(
        sheet, last + 2, COLUMN_TOTAL - 1, table_width(columns, COLUMN_TOTAL),
        "After writing, the closed file is opened again: every part is read back with its "
        "checksum, and every sheet is compared with the number of rows that were written. A "
        "file that fails is not kept.");
    struct print_setup setup = {last + 2, COLUMN_TOTAL - 1, HEADER_ROW, 1, 1, 100, false};
    page_setup(book, sheet, &setup);
}
