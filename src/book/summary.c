/* summary.c -- the Summary sheet: for each workload what to buy, what else there is, on one line */
#include "book/summary.h"

#include "book/option.h"
#include "core/units.h"
#include "core/words.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct table_column columns[SUMMARY_COLUMNS] = {
    [AT_WORKLOAD] = {"Workload", NULL, 36, STYLE_NAME},
    [AT_GPU] = {"Recommended GPU", "cheapest to rent", 18, STYLE_STRONG},
    [AT_DTYPE] = {"Type, optimizer", NULL, 15, STYLE_WRAP},
    [AT_RECOMMENDED] = {"Plan with = high", "GPUs", 8.5, STYLE_RESULT},
    [AT_SERVERS] = {"In", "servers", 8, STYLE_COUNT},
    [AT_EXPECTED] = {"Ex-pected", "GPUs", 7.5, STYLE_COUNT},
    [AT_LOW] = {"Low", "GPUs", 7, STYLE_COUNT},
    [AT_BOUND] = {"Bound by", NULL, 22.5, STYLE_TEXT},
    [AT_RENT] = {"Rent", "USD/hour", 9.5, STYLE_USD},
    [AT_PURCHASE] = {"Purchase", "USD", 12, STYLE_COUNT},
    [AT_OWNING] = {"Owning, over the horizon", "USD", 12, STYLE_COUNT},
    [AT_NEXT] = {"Next best (GPUs \u00D7 card, type)", NULL, 30, STYLE_WRAP},
    [AT_SAVES] = {"Saves against it", "USD", 11, STYLE_COUNT},
    [AT_PER] = {"per", NULL, 6, STYLE_TEXT},
    [AT_SHARE] = {"Saves", "share", 7.5, STYLE_SHARE},
    [AT_SMALLEST] = {"Smallest (GPUs \u00D7 card, type)", NULL, 30, STYLE_WRAP},
    [AT_MODEL] = {"Model", NULL, 24, STYLE_TEXT},
    [AT_MODE] = {"Mode", NULL, 13, STYLE_TEXT},
    [AT_PERIOD] = {"Period", NULL, 9, STYLE_TEXT},
    [AT_TOKENS] = {"Tokens", "each", 10.5, STYLE_COUNT},
    [AT_CONCURRENCY] = {"At once", "sequences", 11, STYLE_COUNT},
    [AT_ENGINE] = {"Engine", NULL, 15, STYLE_TEXT},
    [AT_LAYOUT] = {"Layout, expected", "tensor \u00D7 pipeline \u00D7 copies", 24, STYLE_TEXT},
    [AT_TOTAL] = {"Memory", "GiB/GPU", 9.5, STYLE_GIB},
    [AT_USABLE] = {"of usable", "GiB/GPU", 9.5, STYLE_GIB},
    [AT_MEMORY] = {"Memory alone", "GPUs", 9.5, STYLE_COUNT},
    [AT_TPOT] = {"TPOT as planned", "ms", 9, STYLE_GIB},
    [AT_TTFT] = {"TTFT as planned", "ms", 10, STYLE_GIB},
    [AT_OUTPUT] = {"Most output as planned", "tokens/s", 14, STYLE_COUNT},
    [AT_DAYS] = {"Training run", "days", 9, STYLE_GIB},
    [AT_BASIS] = {"Speed from", NULL, 10, STYLE_TEXT},
    [AT_POWER] = {"Power", "kW", 9, STYLE_USD},
    [AT_MILLION] = {"A million tokens", "USD", 10, STYLE_USD},
    [AT_RUN] = {"The training run", "USD", 13, STYLE_COUNT},
    [AT_COMPARED] = {"Recommended: a year's rent, or the run", "USD", 20, STYLE_COUNT},
    [AT_NEXT_GPUS] = {"Next best", "GPUs", 8.5, STYLE_COUNT},
    [AT_NEXT_RENT] = {"Next best, rent", "USD/hour", 10, STYLE_USD},
    [AT_NEXT_RUN] = {"Next best, the run", "USD", 13, STYLE_COUNT},
    [AT_NEXT_COMPARED] = {"Next best: a year's rent, or the run", "USD", 20, STYLE_COUNT},
    [AT_SMALL_GPUS] = {"Smallest", "GPUs", 9.5, STYLE_COUNT},
    [AT_SMALL_SERVERS] = {"Smallest, in", "servers", 9.5, STYLE_COUNT},
    [AT_SMALL_RENT] = {"Smallest, rent", "USD/hour", 10, STYLE_USD},
    [AT_SMALL_PURCHASE] = {"Smallest, purchase", "USD", 13, STYLE_COUNT},
    [AT_FIT] = {"Options that fit", NULL, 9.5, STYLE_COUNT},
    [AT_ASKED] = {"Options asked", NULL, 9.5, STYLE_COUNT},
    [AT_NOTE] = {"Note", NULL, 70, STYLE_WRAP},
};

enum { NAME_BYTES = 192 };

/* "4 × h100-sxm-80g, fp8" */
static const char *name_of(const struct option *o, char buffer[NAME_BYTES])
{
    char type[TYPE_BYTES];
    snprintf(buffer, NAME_BYTES, "%.0f \u00D7 %s, %s", option_recommended(o), o->gpu,
             option_type(o, type));
    return buffer;
}

/* A price that is not known is seen to be missing. */
static void put_price(struct sheet *sheet, uint32_t row, uint16_t column, double value)
{
    if (value >= 0)
        put_number(sheet, row, column, columns[column].style, value);
    else
        put_text(sheet, row, column, STYLE_COUNT, "\u2013");
}

static void put_workload(struct sheet *sheet, uint32_t row, const struct workload *w)
{
    char name[WORKLOAD_NAME_BYTES];
    char text[WORKLOAD_NAME_BYTES];
    bool training = w->mode == MODE_TRAINING;
    uint64_t fitting;
    uint64_t asked = workload_asked(w, &fitting);
    workload_full_name(w, name);
    put_text(sheet, row, AT_WORKLOAD, STYLE_NAME, name);
    put_text(sheet, row, AT_MODEL, STYLE_TEXT, w->model);
    join_texts(text, sizeof text, mode_words[w->mode], ", ",
               training ? tuning_words[w->tuning] : NULL);
    put_text(sheet, row, AT_MODE, STYLE_TEXT, text);
    put_text(sheet, row, AT_PERIOD, STYLE_TEXT, w->period);
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
    put_text(sheet, row, AT_NOTE, STYLE_TEXT, text);
}

/* What the sheet Cost works out. */
static void put_money(struct sheet *sheet, uint32_t row, const struct option *o)
{
    const struct money *m = &o->money;
    put_price(sheet, row, AT_RENT, o->usd_per_hour);
    put_price(sheet, row, AT_PURCHASE, m->purchase_usd);
    put_price(sheet, row, AT_OWNING, m->tco_usd);
    put_number(sheet, row, AT_POWER, STYLE_USD, m->power_kw);
    put_number(sheet, row, AT_MILLION, STYLE_USD, m->usd_per_million_tokens.expected);
    put_number(sheet, row, AT_RUN, STYLE_COUNT, m->usd_per_run.expected);
}

/* Of the recommended layout, as expected. */
static void put_speed(struct sheet *sheet, uint32_t row, const struct option *o)
{
    const struct speed *s = &o->speed;
    put_number(sheet, row, AT_MEMORY, STYLE_COUNT, o->gpus_memory);
    put_number(sheet, row, AT_TPOT, STYLE_GIB, s->tpot_ms.expected);
    put_number(sheet, row, AT_TTFT, STYLE_GIB, s->ttft_ms.expected);
    put_number(sheet, row, AT_OUTPUT, STYLE_COUNT, s->max_output_tok_s.expected);
    put_number(sheet, row, AT_DAYS, STYLE_GIB, s->days.expected);
    if (s->tpot_ms.expected >= 0 || s->train_tok_s.expected >= 0)
        put_text(sheet, row, AT_BASIS, STYLE_TEXT, speed_basis_words[s->basis]);
}

static void put_memory(struct sheet *sheet, uint32_t row, const struct option *o)
{
    char text[LAYOUT_BYTES];
    put_text(sheet, row, AT_ENGINE, STYLE_TEXT, o->engine);
    put_text(sheet, row, AT_LAYOUT, STYLE_TEXT, option_layout(o, text));
    put_number(sheet, row, AT_TOTAL, STYLE_GIB, o->placed ? o->total_bytes / GIB : NOT_GIVEN);
    put_number(sheet, row, AT_USABLE, STYLE_GIB, o->placed ? o->usable_bytes / GIB : NOT_GIVEN);
}

static void put_recommended(struct sheet *sheet, uint32_t row, const struct option *o)
{
    char text[TYPE_BYTES];
    bool safe = option_is_safe(o);
    double servers = safe ? o->servers_high : NOT_GIVEN;
    put_text(sheet, row, AT_GPU, STYLE_STRONG, o->gpu);
    put_text(sheet, row, AT_DTYPE, STYLE_WRAP, option_type(o, text));
    put_number(sheet, row, AT_RECOMMENDED, safe ? STYLE_RESULT : STYLE_TIGHT,
               option_recommended(o));
    put_number(sheet, row, AT_SERVERS, STYLE_COUNT, servers > 0 ? servers : NOT_GIVEN);
    put_number(sheet, row, AT_EXPECTED, STYLE_COUNT, o->layout.gpus);
    put_number(sheet, row, AT_LOW, STYLE_COUNT, o->gpus_low);
    put_text(sheet, row, AT_BOUND, STYLE_TEXT, option_bound(o, text));
    put_memory(sheet, row, o);
    put_speed(sheet, row, o);
    put_money(sheet, row, o);
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
        put_signed_formula(sheet, row, column, columns[column].style, text, value);
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

static void put_next(struct sheet *sheet, uint32_t row, const struct workload *w,
                     const struct option *o)
{
    const struct option *next = o ? workload_next(w) : NULL;
    char text[NAME_BYTES];
    double saving = saving_of(o, next);
    if (o)
        put_text(sheet, row, AT_NEXT, next ? STYLE_WRAP : STYLE_FAINT,
                 next ? name_of(next, text) : "no other option has a rent");
    put_text(sheet, row, AT_PER, STYLE_TEXT,
             !next                                ? ""
             : o->money.usd_per_run.expected >= 0 ? "run"
                                                  : "year");
    put_number(sheet, row, AT_NEXT_GPUS, STYLE_COUNT, next ? option_recommended(next) : NOT_GIVEN);
    put_price(sheet, row, AT_NEXT_RENT, next ? next->usd_per_hour : NOT_GIVEN);
    put_number(sheet, row, AT_NEXT_RUN, STYLE_COUNT,
               next ? next->money.usd_per_run.expected : NOT_GIVEN);
    put_over(sheet, row, AT_COMPARED, "IF(COUNT(run) > 0, run, rent * 24 * 365)",
             summary_compared(o));
    put_over(sheet, row, AT_NEXT_COMPARED,
             "IF(COUNT(next_run) > 0, next_run, next_rent * 24 * 365)", summary_compared(next));
    put_over(sheet, row, AT_SAVES,
             "IF(COUNT(run) = COUNT(next_run), next_compared - compared, \"\")", saving);
    put_over(sheet, row, AT_SHARE, "saves / next_compared", saving / summary_compared(next));
}

static void put_smallest(struct sheet *sheet, uint32_t row, const struct option *o,
                         const struct option *small)
{
    char text[NAME_BYTES];
    bool same = option_equals(o, small);
    double servers = option_is_safe(small) ? small->servers_high : NOT_GIVEN;
    put_text(sheet, row, AT_SMALLEST, same ? STYLE_FAINT : STYLE_WRAP,
             same ? "the recommended one" : name_of(small, text));
    put_number(sheet, row, AT_SMALL_GPUS, STYLE_COUNT, option_recommended(small));
    put_number(sheet, row, AT_SMALL_SERVERS, STYLE_COUNT, servers > 0 ? servers : NOT_GIVEN);
    put_price(sheet, row, AT_SMALL_RENT, small->usd_per_hour);
    put_price(sheet, row, AT_SMALL_PURCHASE, small->money.purchase_usd);
}

/* Why nothing does, and what would: the note runs on over the empty cells right of it. */
static void put_missing(struct sheet *sheet, uint32_t row, const struct option *o)
{
    char text[TYPE_BYTES];
    put_text(sheet, row, AT_GPU, STYLE_BAD,
             o->status == STATUS_NO_FIT ? "\u2013 no fit" : "\u2715 unsupported");
    put_text(sheet, row, AT_DTYPE, STYLE_TEXT, option_type(o, text));
    put_text(sheet, row, AT_BOUND, STYLE_TEXT, option_bound(o, text));
    put_price(sheet, row, AT_RENT, NOT_GIVEN);
    put_text(sheet, row, AT_NEXT, STYLE_TEXT, o->note);
    put_memory(sheet, row, o);
}

/* As tall as the longest of the wrapped texts needs. */
static void set_line_height(struct sheet *sheet, uint32_t row, const struct workload *w)
{
    char text[WORKLOAD_NAME_BYTES];
    const struct option *o = workload_recommended(w);
    const struct option *options[] = {o ? workload_next(w) : NULL, workload_smallest(w)};
    size_t lines = text_lines(workload_full_name(w, text), columns[AT_WORKLOAD].width);
    for (size_t i = 0; i < 2; i++) {
        size_t more =
            options[i] ? text_lines(name_of(options[i], text), columns[AT_NEXT].width) : 0;
        lines = more > lines ? more : lines;
    }
    if (o) {
        size_t more = text_lines(option_type(o, text), columns[AT_DTYPE].width);
        lines = more > lines ? more : lines;
    }
    set_lines(sheet, row, lines);
}

static void put_line(struct sheet *sheet, uint32_t row, const struct workload *w)
{
    const struct option *o = workload_recommended(w);
    set_line_height(sheet, row, w);
    put_workload(sheet, row, w);
    if (o) {
        put_recommended(sheet, row, o);
        put_smallest(sheet, row, o, workload_smallest(w));
        put_note(sheet, row, w, o);
    } else if (w->missing) {
        put_missing(sheet, row, w->missing);
        put_note(sheet, row, w, w->missing);
    }
    put_next(sheet, row, w, o);
}

uint32_t summary_last(const struct book *book)
{
    return SUMMARY_HEADER + (uint32_t)book->digest.workload_count;
}

/* Behind the answer, one level down, open. */
static void group_details(struct sheet *sheet)
{
    lxw_row_col_options group = {.level = 1};
    for (int i = ANSWER_LAST + 1; i < SUMMARY_COLUMNS; i++) {
        uint16_t at = (uint16_t)i;
        if (worksheet_set_column_opt(sheet->worksheet, at, at, columns[i].width, NULL, &group))
            sheet->refused++;
    }
}

void summary_write(struct book *book, struct sheet *sheet)
{
    uint32_t last = summary_last(book);
    table_header(sheet, SUMMARY_HEADER, columns, SUMMARY_COLUMNS);
    group_details(sheet);
    summary_head(book, sheet);
    for (size_t i = 0; i < book->digest.workload_count; i++)
        put_line(sheet, SUMMARY_FIRST + (uint32_t)i, book->digest.workloads[i]);
    worksheet_autofilter(sheet->worksheet, SUMMARY_HEADER, 0, last, SUMMARY_COLUMNS - 1);
    last = summary_charts(book, sheet);
    struct print_setup setup = {last, ANSWER_LAST, SUMMARY_HEADER, 1, 1, 100, false};
    page_setup(book, sheet, &setup);
    worksheet_activate(sheet->worksheet);
}
