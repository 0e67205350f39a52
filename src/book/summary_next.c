/* summary_next.c -- what else a workload could take: the next best option, and the smallest */
#include "book/summary.h"

#include "book/option.h"
#include "book/search.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *summary_name(const struct option *o, char buffer[NAME_BYTES])
{
    char type[TYPE_BYTES];
    snprintf(buffer, NAME_BYTES, "%.0f \u00D7 %s, %s", option_recommended(o), o->gpu,
             option_type(o, type));
    return buffer;
}

double summary_compared(const struct option *o)
{
    if (!o)
        return NAN;
    double run = o->money.usd_per_run.expected;
    double year = o->usd_per_hour * 24 * 365;
    return run >= 0 ? run : year >= 0 ? year : NAN;
}

/* The cells of its own line that a formula names. */
static bool find_cell(const void *context, const char *name, char cell[CELL_NAME_BYTES])
{
    static const struct {
        const char *name;
        enum summary_column column;
    } names[] = {
        {"rent", AT_RENT},           {"run", AT_RUN},           {"compared", AT_COMPARED},
        {"next_rent", AT_NEXT_RENT}, {"next_run", AT_NEXT_RUN}, {"next_compared", AT_NEXT_COMPARED},
        {"saves", AT_SAVES},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!strcmp(names[i].name, name)) {
            lxw_rowcol_to_cell(cell, *(const uint32_t *)context, (lxw_col_t)names[i].column);
            return true;
        }
    }
    return false;
}

static void put_over(struct sheet *sheet, uint32_t row, uint16_t column, const char *formula,
                     double value)
{
    char text[LIVE_BYTES];
    if (live_formula(formula, find_cell, &row, text))
        put_signed_formula(sheet, row, column, summary_columns[column].style, text, value);
    else
        sheet->refused++;
}

/* A difference of a run and a year means nothing. */
static double saving_of(const struct option *o, const struct option *next)
{
    bool runs = o && o->money.usd_per_run.expected >= 0;
    if (!next || runs != (next->money.usd_per_run.expected >= 0))
        return NAN;
    return summary_compared(next) - summary_compared(o);
}

static void put_next_price(const struct book *book, struct sheet *sheet, uint32_t row,
                           const struct workload *w, const struct option *next)
{
    const struct summary_line line = {book, row, search_find(book, w, next),
                                      w->cost_rows[COST_NEXT]};
    summary_found(&line, sheet, AT_NEXT_GPUS, SEARCH_COUNTED, option_recommended(next));
    summary_price(&line, sheet, AT_NEXT_RENT, "C_h", next->usd_per_hour);
    summary_amount(&line, sheet, AT_NEXT_RUN, "C_d", next->money.usd_per_run.expected);
}

void summary_next(const struct book *book, struct sheet *sheet, uint32_t row,
                  const struct workload *w)
{
    const struct option *o = workload_recommended(w);
    const struct option *next = o ? workload_next(w) : NULL;
    char text[NAME_BYTES];
    double saving = saving_of(o, next);
    if (o)
        put_text(sheet, row, AT_NEXT, next ? STYLE_WRAP : STYLE_FAINT,
                 next ? summary_name(next, text) : "nothing else has a rent");
    if (next)
        put_next_price(book, sheet, row, w, next);
    else
        put_text(sheet, row, AT_NEXT_RENT, STYLE_COUNT, "\u2013");
    put_text(sheet, row, AT_PER, STYLE_TEXT,
             !next                                ? ""
             : o->money.usd_per_run.expected >= 0 ? "run"
                                                  : "year");
    put_over(sheet, row, AT_COMPARED, "IF(COUNT(run) > 0, run, rent * 24 * 365)",
             summary_compared(o));
    put_over(sheet, row, AT_NEXT_COMPARED,
             "IF(COUNT(next_run) > 0, next_run, next_rent * 24 * 365)", summary_compared(next));
    put_over(sheet, row, AT_SAVES,
             "IF(COUNT(run) = COUNT(next_run), next_compared - compared, \"\")", saving);
    put_over(sheet, row, AT_SHARE, "saves / next_compared", saving / summary_compared(next));
}

void summary_smallest(const struct summary_line *line, struct sheet *sheet, const struct option *o,
                      const struct option *small)
{
    char text[NAME_BYTES];
    bool same = option_equals(o, small);
    double servers = option_is_safe(small) ? small->servers_high : NOT_GIVEN;
    put_text(sheet, line->row, AT_SMALLEST, same ? STYLE_FAINT : STYLE_WRAP,
             same ? "the recommended one" : summary_name(small, text));
    summary_found(line, sheet, AT_SMALL_GPUS, SEARCH_COUNTED, option_recommended(small));
    summary_found(line, sheet, AT_SMALL_SERVERS, SEARCH_SERVERS_HIGH,
                  servers > 0 ? servers : NOT_GIVEN);
    summary_price(line, sheet, AT_SMALL_RENT, "C_h", small->usd_per_hour);
    summary_price(line, sheet, AT_SMALL_PURCHASE, "C_p", small->money.purchase_usd);
}
