/* summary_head.c -- above the Summary's lines: the verdict, what was left out, and the sums
 *
 * Sums are over different workloads, each with its recommended option, never over the options of
 * one. With periods they are those of one period: the one with the most GPUs, until a reader types
 * another over it. */
#include "book/summary.h"

#include "book/option.h"
#include "book/pools.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    CHECK_ROW = 2,
    LEFT_OUT_ROW = 3,
    KINDS_ROW = SUMMARY_SUMS,
    SUM_ROW = 6,
    TILES = 9,
    REASONS_BYTES = 200
};

/* Where the kinds of GPU in the sums stand: first and last column. */
static const uint16_t tiles[TILES][2] = {
    {AT_GPU, AT_GPU},       {AT_DTYPE, AT_DTYPE}, {AT_RECOMMENDED, AT_SERVERS},
    {AT_EXPECTED, AT_LOW},  {AT_BOUND, AT_BOUND}, {AT_RENT, AT_PURCHASE},
    {AT_OWNING, AT_OWNING}, {AT_NEXT, AT_NEXT},   {AT_SAVES, AT_SHARE},
};

/* " (memory: 4, budget: 1)" */
static const char *reasons(const struct tally *t, bool unsupported, char text[REASONS_BYTES])
{
    int used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < LIMIT_COUNT; i++) {
        uint64_t count = t->by_limit[unsupported][i];
        if (count && used + 64 < REASONS_BYTES)
            used += snprintf(
                text + used, REASONS_BYTES - (size_t)used, "%s%.32s: %" PRIu64, used ? ", " : " (",
                *limit_words[i] ? limit_words[i] : "type or engine on that card", count);
    }
    if (used)
        snprintf(text + used, REASONS_BYTES - (size_t)used, ")");
    return text;
}

static uint64_t without_option(const struct book *book)
{
    uint64_t count = 0;
    for (size_t i = 0; i < book->digest.workload_count; i++)
        count += !workload_recommended(book->digest.workloads[i]);
    return count;
}

static void put_left_out(const struct book *book, struct sheet *sheet)
{
    const struct tally *t = &book->tally;
    char text[1024];
    char no_fit[REASONS_BYTES];
    char unsupported[REASONS_BYTES];
    uint64_t without = without_option(book);
    uint64_t left = t->by_status[STATUS_NO_FIT] + t->by_status[STATUS_UNSUPPORTED] + t->rejected;
    snprintf(
        text, sizeof text,
        "%s %" PRIu64 " scenarios of %zu workloads: %" PRIu64 " fit, %" PRIu64 " do not%s, %" PRIu64
        " unsupported%s, %" PRIu64 " rows rejected; workloads without any option: %" PRIu64 "%s",
        left ? "\u25B3 Not everything could be planned." : "\u25CF Everything was planned.",
        t->results, book->digest.workload_count, t->by_status[STATUS_OK],
        t->by_status[STATUS_NO_FIT], reasons(t, false, no_fit), t->by_status[STATUS_UNSUPPORTED],
        reasons(t, true, unsupported), t->rejected, without, without ? ", see their lines" : "");
    put_across(sheet, LEFT_OUT_ROW, 0, ANSWER_LAST, left ? STYLE_WARNING : STYLE_TEXT, text);
    if (book->digest.workload_cut || scenarios_are_cut(book))
        put_text(sheet, CHECK_ROW, AT_BOUND, STYLE_WARNING,
                 "\u26A0 More than this workbook holds: Summary covers the first 5,000 workloads, "
                 "Scenarios what its rows allow; everything is in the results CSV.");
}

/* The way to the sheets that explain the answer. */
static void put_links(const struct book *book, struct sheet *sheet)
{
    for (int i = AT_BOUND; i <= ANSWER_LAST; i++)
        put_empty(sheet, 0, (uint16_t)i, STYLE_TEXT);
    put_link(sheet, 0, AT_BOUND, "Minimum GPUs");
    put_link(sheet, 0, AT_RENT, "Cost");
    put_link(sheet, 0, AT_PURCHASE, "Breakdown");
    put_link(sheet, 0, AT_OWNING, "Sensitivity");
    put_link(sheet, 0, AT_NEXT, "Scenarios");
    put_link(sheet, 0, AT_SAVES, "Methods");
    put_link(sheet, 0, AT_SMALLEST, "Assumptions");
    if (book->options.has_period)
        put_link(sheet, 1, AT_RENT, "Timeline");
    if (book->options.earlier)
        put_link(sheet, 1, AT_PURCHASE, "Changes");
}

/* What the sums are over: all lines, or those of one period. */
struct sums {
    const struct book *book;
    const struct span *span; /* NULL: all lines */
    char condition[96];      /* "(R9:R58=A6)*"; "" */
};

/* The period with the most GPUs. */
static const struct span *busiest(const struct pools *pools)
{
    const struct span *found = NULL;
    double most = -1;
    for (size_t i = 0; i < pools->span_count; i++) {
        double gpus = 0;
        for (size_t j = 0; j < pools->spans[i].pool_count; j++)
            gpus += pools->spans[i].pools[j].planned;
        if (gpus > most)
            found = &pools->spans[i];
        most = gpus > most ? gpus : most;
    }
    return found;
}

static void range_of(const struct sums *sums, uint16_t column, char text[64])
{
    lxw_rowcol_to_range_abs(text, SUMMARY_FIRST, (lxw_col_t)column, summary_last(sums->book),
                            (lxw_col_t)column);
}

/* The planned GPUs of the kind whose label stands above the tile. */
static void put_kind(const struct sums *sums, struct sheet *sheet, uint16_t at, double value)
{
    char label[16];
    char gpus[64];
    char counts[64];
    char formula[320];
    lxw_rowcol_to_cell(label, KINDS_ROW, (lxw_col_t)at);
    range_of(sums, AT_GPU, gpus);
    range_of(sums, AT_RECOMMENDED, counts);
    snprintf(formula, sizeof formula, "=SUMPRODUCT(%s(%s=%s),%s)", sums->condition, gpus, label,
             counts);
    put_formula(sheet, KINDS_ROW + 1, at, STYLE_TILE, formula, value);
}

static void put_total(const struct sums *sums, struct sheet *sheet, uint16_t column, double value)
{
    char values[64];
    char formula[320];
    range_of(sums, column, values);
    if (*sums->condition)
        snprintf(formula, sizeof formula, "=SUMPRODUCT(%s1,%s)", sums->condition, values);
    else
        snprintf(formula, sizeof formula, "=SUM(%s)", values);
    put_formula(sheet, SUM_ROW, column, STYLE_SUM, formula, value);
}

static double gpus_of(const struct option *o)
{
    return option_recommended(o);
}

static double rent_of(const struct option *o)
{
    return o->usd_per_hour;
}

static double purchase_of(const struct option *o)
{
    return o->money.purchase_usd;
}

static double owning_of(const struct option *o)
{
    return o->money.tco_usd;
}

/* Over the lines of the sums, with how many of them have no value. */
static double add_up(const struct sums *sums, double (*value)(const struct option *o),
                     uint64_t *unknown)
{
    const struct digest *d = &sums->book->digest;
    double sum = 0;
    for (size_t i = 0; i < d->workload_count; i++) {
        const struct workload *w = d->workloads[i];
        const struct option *o = workload_recommended(w);
        if (!o || (sums->span && strcmp(w->period, sums->span->text) != 0))
            continue;
        double found = value(o);
        sum += found >= 0 ? found : 0;
        *unknown += found < 0;
    }
    return sum;
}

static void put_sums(const struct sums *sums, struct sheet *sheet)
{
    static const struct {
        uint16_t column;
        double (*value)(const struct option *o);
    } sum[] = {{AT_RECOMMENDED, gpus_of},
               {AT_RENT, rent_of},
               {AT_PURCHASE, purchase_of},
               {AT_OWNING, owning_of}};
    char text[160];
    uint64_t unknown[4] = {0};
    for (int i = 0; i <= ANSWER_LAST; i++)
        put_empty(sheet, SUM_ROW, (uint16_t)i, STYLE_SUM);
    put_text(sheet, SUM_ROW, AT_WORKLOAD, STYLE_SUM_TEXT,
             sums->span ? "All lines of the period" : "All lines together");
    for (size_t i = 0; i < sizeof sum / sizeof *sum; i++)
        put_total(sums, sheet, sum[i].column, add_up(sums, sum[i].value, &unknown[i]));
    if (!unknown[1] && !unknown[2])
        return;
    snprintf(text, sizeof text,
             "not known and not in the sums: %" PRIu64 " rents, %" PRIu64 " purchase prices",
             unknown[1], unknown[2]);
    put_text(sheet, SUM_ROW, AT_NEXT, STYLE_SUM_TEXT, text);
}

static void put_kinds(struct sums *sums, struct sheet *sheet, const struct pools *pools)
{
    const struct span *span = sums->span ? sums->span : pools->spans;
    const char *label =
        sums->span ? "GPUs by kind in the period" : "GPUs by kind, all lines together";
    put_text(sheet, KINDS_ROW, AT_WORKLOAD, STYLE_LABEL, label);
    if (sums->span)
        put_text(sheet, KINDS_ROW + 1, AT_WORKLOAD, STYLE_PERIOD, span->text);
    else
        put_text(sheet, KINDS_ROW + 1, AT_WORKLOAD, STYLE_LABEL, "if every line runs at once");
    for (size_t i = 0; i < TILES && i < span->pool_count; i++) {
        const struct pool *pool = &span->pools[i];
        put_across(sheet, KINDS_ROW, tiles[i][0], tiles[i][1], STYLE_LABEL, pool->option->gpu);
        put_across(sheet, KINDS_ROW + 1, tiles[i][0], tiles[i][1], STYLE_TILE, "");
        put_kind(sums, sheet, tiles[i][0], pool->planned);
    }
    if (span->pool_count > TILES)
        put_text(sheet, KINDS_ROW, AT_SMALLEST, STYLE_LABEL, "more kinds: filter the lines");
}

void summary_head(struct book *book, struct sheet *sheet)
{
    char text[512];
    char time[TIME_BYTES];
    struct pools pools;
    struct sums sums = {.book = book};
    snprintf(text, sizeof text,
             "Per workload the option with the lowest rent among those that hold it and meet its "
             "demands at the safe end of a 90 %% band. Made %s.",
             created_text(book, time));
    page_title(sheet, book->options.title, text);
    checks_put_verdict(book, sheet, CHECK_ROW, AT_LOW, "=Checks!$A$3");
    put_left_out(book, sheet);
    put_links(book, sheet);
    if (!book->digest.workload_count)
        return;
    pools_make(&pools, &book->digest, &book->options, &book->arena);
    if (book->digest.has_period)
        sums.span = busiest(&pools);
    if (sums.span) {
        char periods[64];
        range_of(&sums, AT_PERIOD, periods);
        snprintf(sums.condition, sizeof sums.condition, "(%s=$A$%d)*", periods, KINDS_ROW + 2);
    }
    set_height(sheet, KINDS_ROW + 1, 22);
    put_kinds(&sums, sheet, &pools);
    put_sums(&sums, sheet);
}
