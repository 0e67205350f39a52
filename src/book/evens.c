/* evens.c -- under the prices of Cost: what buying costs against renting, and after how many months
 * it is the cheaper of the two
 *
 * All of it is worked out from the lines above, for each workload's recommended option; a price
 * that is not known there is seen to be missing here. */
#include "book/evens.h"

#include "book/chart.h"
#include "book/live.h"
#include "book/option.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { DRAWN_MOST = 12, LINES_MOST_SHOWN = 200, ROW_PIXELS = 20 };
enum { AT_WORKLOAD, AT_ADVICE, AT_GPU };

static double running(const struct bill *x)
{
    return (x->C_e + x->C_l + x->C_u) / 12;
}

static double rent(const struct bill *x)
{
    return x->C_h * 24 * 365 / 12;
}

static double purchase(const struct bill *x)
{
    return x->C_p;
}

static double months(const struct bill *x)
{
    return x->M;
}

static double horizon(const struct bill *x)
{
    return x->Y * 12;
}

/* A column; its formula is over the letters of the line above and the named assumptions. */
enum { RUNNING, RENTED, BOUGHT, MONTHS, HORIZON, FIGURES };
static const struct figure {
    const char *title;
    uint16_t at; /* from the first number on */
    const char *formula;
    double (*value)(const struct bill *x);
} figures[FIGURES] = {
    [RUNNING] = {"Running what is owned (USD/month)", 6, "(C_e + C_l + C_u) / 12", running},
    [RENTED] = {"Rent (USD/month)", 7, "C_h * 24 * 365 / 12", rent},
    [BOUGHT] = {"Purchase (USD)", 8, "C_p", purchase},
    [MONTHS] = {"Owning is cheaper after (months)", 9, "M", months},
    [HORIZON] = {"Horizon (months)", 10, "Y * 12", horizon},
};

#define NOT_KNOWN "\u2013 a price is not known"
#define TO_OWN "own: cheaper within the horizon"
#define TO_RENT "rent: owning is not cheaper by then"

struct evens {
    const struct book *book;
    uint16_t first;    /* column of the first number */
    uint32_t cost_row; /* of the option's line */
};

static bool find_cell(const void *context, const char *name, char cell[CELL_NAME_BYTES])
{
    const struct evens *e = context;
    char place[CELL_NAME_BYTES];
    cost_cell(name, e->cost_row, place);
    const char *own = strchr(place, '!') + 1; /* without the sheet's name: it is this one */
    snprintf(cell, CELL_NAME_BYTES, "%s", own);
    return *own || assumption_of_letter(e->book, name, cell);
}

static void put_live(const struct evens *e, struct sheet *sheet, uint32_t row,
                     const struct figure *figure, double value)
{
    char text[LIVE_BYTES];
    if (live_formula(figure->formula, find_cell, e, text))
        put_formula(sheet, row, (uint16_t)(e->first + figure->at), STYLE_COUNT, text, value);
    else
        sheet->refused++;
}

static void put_advice(const struct evens *e, struct sheet *sheet, uint32_t row,
                       const struct bill *x)
{
    static const char *const formula = "IF(COUNT(C_p, C_h) < 2, \"" NOT_KNOWN
                                       "\", IF(M <= Y * 12, \"" TO_OWN "\", \"" TO_RENT "\"))";
    char text[LIVE_BYTES];
    bool known = isfinite(x->C_p) && isfinite(x->C_h);
    if (live_formula(formula, find_cell, e, text))
        put_text_formula(sheet, row, AT_ADVICE, STYLE_STRONG, text,
                         !known               ? NOT_KNOWN
                         : x->M <= horizon(x) ? TO_OWN
                                              : TO_RENT);
    else
        sheet->refused++;
}

static void put_titles(const struct evens *e, struct sheet *sheet, uint32_t row)
{
    put_text(sheet, row, AT_WORKLOAD, STYLE_HEADER, "Recommended option of");
    put_text(sheet, row, AT_ADVICE, STYLE_HEADER, "Cheaper at these prices");
    put_text(sheet, row, AT_GPU, STYLE_HEADER, "GPU");
    for (int i = 0; i < FIGURES; i++)
        put_text(sheet, row, (uint16_t)(e->first + figures[i].at), STYLE_HEADER, figures[i].title);
    set_height(sheet, row, 45);
}

static void put_line(struct evens *e, struct sheet *sheet, uint32_t row, const struct workload *w)
{
    const struct option *o = workload_recommended(w);
    char text[WORKLOAD_NAME_BYTES];
    e->cost_row = w->cost_rows[workload_role(w)];
    put_text(sheet, row, AT_WORKLOAD, STYLE_STRONG, workload_full_name(w, text));
    put_verbatim(sheet, row, AT_GPU, STYLE_STRONG, o->gpu);
    put_advice(e, sheet, row, &o->bill);
    for (int i = 0; i < FIGURES; i++)
        put_live(e, sheet, row, &figures[i], figures[i].value(&o->bill));
}

/* Under the table. Returns the last row that it covers. */
static uint32_t draw(const struct evens *e, struct sheet *sheet, uint32_t first, uint32_t last,
                     const double *const values[2])
{
    uint16_t series[] = {(uint16_t)(e->first + figures[MONTHS].at),
                         (uint16_t)(e->first + figures[HORIZON].at)};
    uint32_t drawn = last - first + 1 < DRAWN_MOST ? last - first + 1 : DRAWN_MOST;
    struct chart_plan plan = {
        .title = "Months after which owning is cheaper than renting",
        .value_title = "Months; no bar: never, or a price is not known",
        .category_title = "Workload",
        .alt_text = "Bar chart of the months after which owning a workload's recommended option is "
                    "cheaper than renting it, beside the horizon; the numbers stand above",
        .values = values,
        .labels = true,
        .first = first,
        .last = first + drawn - 1,
        .header_row = first - 1,
        .category = AT_WORKLOAD,
        .columns = series,
        .column_count = 2,
        .at_row = last + 2,
        .width = 900,
        .height = 150 + 34.0 * drawn,
    };
    put_chart(e->book->workbook, sheet, &plan);
    return plan.at_row + (uint32_t)(plan.height / ROW_PIXELS) + 1;
}

uint32_t evens_write(const struct book *book, struct sheet *sheet, uint16_t first, uint32_t row)
{
    const struct digest *d = &book->digest;
    struct evens e = {.book = book, .first = first};
    double *values[2] = {arena_array(d->arena, DRAWN_MOST, sizeof(double)),
                         arena_array(d->arena, DRAWN_MOST, sizeof(double))};
    uint32_t line = row + 2;
    for (size_t i = 0; i < d->workload_count && line < row + 2 + LINES_MOST_SHOWN; i++) {
        const struct workload *w = d->workloads[i];
        const struct option *o = workload_recommended(w);
        if (!o)
            continue;
        if (line < row + 2 + DRAWN_MOST) {
            values[0][line - row - 2] = months(&o->bill);
            values[1][line - row - 2] = horizon(&o->bill);
        }
        put_line(&e, sheet, line++, w);
    }
    if (line == row + 2)
        return row;
    put_text(sheet, row, AT_WORKLOAD, STYLE_SECTION,
             "Buying against renting (purchase and running costs, against renting all the time)");
    put_titles(&e, sheet, row + 1);
    lxw_row_t breaks[] = {row, 0}; /* the chart is not torn */
    worksheet_set_h_pagebreaks(sheet->worksheet, breaks);
    return draw(&e, sheet, row + 2, line - 1, (const double *const *)values);
}
