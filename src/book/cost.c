/* cost.c -- the Cost sheet: what each workload's best options cost to buy, to rent and to run
 *
 * Every money cell is a live formula: the letters of the cost terms become cells of the line, cells
 * of the price table below, and named cells on Assumptions. An unknown price is the word "unknown",
 * and what needs it an empty text, until a reader types a price over it. */
#include "book/inside.h"

#include "book/evens.h"
#include "book/live.h"
#include "book/option.h"
#include "book/prices.h"
#include "book/search.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { AT_WORKLOAD, AT_ROLE, AT_GPU, AT_TYPE, AT_ENGINE, AT_FIRST };

static const struct table_column text_columns[AT_FIRST] = {
    [AT_WORKLOAD] = {"Workload", NULL, 44, STYLE_STRONG},
    [AT_ROLE] = {"Option", NULL, 33, STYLE_STRONG},
    [AT_GPU] = {"GPU", NULL, 17, STYLE_STRONG},
    [AT_TYPE] = {"Type, optimizer", NULL, 17, STYLE_TEXT},
    [AT_ENGINE] = {"Engine", NULL, 15, STYLE_TEXT},
};

/* A column of numbers: a letter that is put in, a term, or a formula of its own over letters. */
struct number_column {
    const char *letter;                      /* NULL: none */
    const char *formula;                     /* NULL: the term's, or put in */
    double (*value)(const struct option *o); /* NULL: the letter's in the bill */
    struct table_column look;
};

static double rent_per_year(const struct option *o)
{
    return o->bill.C_h * 24 * 365;
}

static double owned_gpu_hour(const struct option *o)
{
    return o->bill.C_o / o->bill.n;
}

/* As the bill counts them: as they are sold. */
static double expected_servers(const struct option *o)
{
    struct bill bill = o->bill;
    bill_place(&bill, &o->layout, NULL);
    return bill.s;
}

#define FIELD(name, field) \
    static double name(const struct option *o) \
    { \
        return o->field > 0 ? o->field : NAN; \
    }
FIELD(expected_gpus, layout.gpus)
FIELD(expected_purchase, money_expected.purchase_usd)
FIELD(expected_rent, money_expected.rent_usd_per_hour)
FIELD(output_low, speed.served_tok_s.low)
FIELD(output_high, speed.served_tok_s.high)
FIELD(days_low, speed.days.low)
FIELD(days_high, speed.days.high)
FIELD(tokens_low, money.usd_per_million_tokens.low)
FIELD(tokens_high, money.usd_per_million_tokens.high)
FIELD(run_low, money.usd_per_run.low)
FIELD(run_high, money.usd_per_run.high)

/* GPUs wanted at the expected count, as n_w at the recommended one. */
#define WANTED "(n_x + x_g + ROUNDUP(x_p * n_x / 100, 0))"

static const struct number_column columns[] = {
    {"n", NULL, NULL, {"Plan with", "GPUs", 8, STYLE_RESULT}},
    {"s", NULL, NULL, {"Spans", "servers", 8.5, STYLE_COUNT}},
    {"n_w", NULL, NULL, {"With spare ones", "GPUs", 8.5, STYLE_COUNT}},
    {"s_p", NULL, NULL, {"Bought", "servers", 8.5, STYLE_COUNT}},
    {"n_p", NULL, NULL, {"Bought", "GPUs", 8.5, STYLE_COUNT}},
    {"n_r", NULL, NULL, {"Rented", "GPUs", 8.5, STYLE_COUNT}},
    {"p_g", NULL, NULL, {"A GPU with its share of the server", "USD", 14, STYLE_USD}},
    {"H", NULL, NULL, {"Hardware, discounted", "USD", 15, STYLE_USD}},
    {"C_p", NULL, NULL, {"Purchase", "USD", 15, STYLE_USD}},
    {"C_h", NULL, NULL, {"Rent", "USD/hour", 11, STYLE_USD}},
    {NULL, "C_h * 24 * 365", rent_per_year, {"Rent", "USD/year", 15, STYLE_USD}},
    {"n_x", NULL, expected_gpus, {"Expected", "GPUs", 9.5, STYLE_COUNT}},
    {"s_x", NULL, expected_servers, {"Spans, expected", "servers", 9.5, STYLE_COUNT}},
    {NULL,
     "C_p / n_p * IF(i_w > 0, (MAX(s_x, ROUNDUP(" WANTED " / g, 0)) + x_s) * g, " WANTED
     " + x_s * g)",
     expected_purchase,
     {"Purchase, expected count", "USD", 15, STYLE_USD}},
    {NULL,
     "C_h / n_r * (" WANTED " + x_s * g)",
     expected_rent,
     {"Rent, expected count", "USD/hour", 11, STYLE_USD}},
    {"E_k", NULL, NULL, {"Power, average at the wall", "kW", 11, STYLE_USD}},
    {"C_e", NULL, NULL, {"Electricity", "USD/year", 13, STYLE_USD}},
    {"C_l", NULL, NULL, {"Licences", "USD/year", 13, STYLE_USD}},
    {"C_u", NULL, NULL, {"Support", "USD/year", 13, STYLE_USD}},
    {"C_t", NULL, NULL, {"Owning, over the horizon", "USD", 15, STYLE_USD}},
    {"C_o", NULL, NULL, {"An hour, owned", "USD/hour", 11, STYLE_USD}},
    {NULL, "C_o / n", owned_gpu_hour, {"A planned GPU, owned", "USD/GPU-hour", 11, STYLE_USD}},
    {"M", NULL, NULL, {"Owning is cheaper than renting after", "months", 12, STYLE_USD}},
    {"C_1", NULL, NULL, {"An hour, rented; owned without a rent", "USD/hour", 13, STYLE_USD}},
    {"Q", NULL, NULL, {"Output, expected", "tokens/s", 12, STYLE_COUNT}},
    {"Q_l", NULL, output_low, {"Output, low", "tokens/s", 12, STYLE_COUNT}},
    {"Q_h", NULL, output_high, {"Output, high", "tokens/s", 12, STYLE_COUNT}},
    {"C_m", NULL, NULL, {"A million tokens", "USD", 11, STYLE_USD}},
    {NULL,
     "C_1 / (Q_h * 3600) * 1000000",
     tokens_low,
     {"A million tokens, low", "USD", 11, STYLE_USD}},
    {NULL,
     "C_1 / (Q_l * 3600) * 1000000",
     tokens_high,
     {"A million tokens, high", "USD", 11, STYLE_USD}},
    {"D", NULL, NULL, {"The run, expected", "days", 11, STYLE_USD}},
    {"D_l", NULL, days_low, {"The run, low", "days", 11, STYLE_USD}},
    {"D_h", NULL, days_high, {"The run, high", "days", 11, STYLE_USD}},
    {"C_d", NULL, NULL, {"The run", "USD", 15, STYLE_USD}},
    {NULL, "C_1 * 24 * D_l", run_low, {"The run, low", "USD", 15, STYLE_USD}},
    {NULL, "C_1 * 24 * D_h", run_high, {"The run, high", "USD", 15, STYLE_USD}},
};
enum { NUMBERS = sizeof columns / sizeof *columns, CURRENCIES_MOST = 4, CONVERTED = 3 };

/* What each further currency shows: these letters, times its rate. */
static const struct {
    const char *letter;
    const char *title;
} converted[CONVERTED] = {
    {"C_p", "Purchase"}, {"C_h", "Rent per hour"}, {"C_t", "Owning, over the horizon"}};

/* An assumption CODE_per_usd above 0. */
struct currency {
    const struct assumption *rate;
    char code[4];
};

struct cost_plan {
    const struct book *book;
    struct price_table prices;
    struct currency currencies[CURRENCIES_MOST];
    size_t currency_count;
    struct table_column looks[AT_FIRST + NUMBERS + CURRENCIES_MOST * CONVERTED + 1];
    uint16_t count;                     /* columns in all; the last is the note */
    size_t workload;                    /* whose lines are written */
    uint32_t row;                       /* of the line that is written */
    size_t price;                       /* and its entry in the price table */
    const struct search_option *search; /* and its search; NULL: the counts are values */
};

enum { HEADER_ROW = 3 };

static void find_currencies(struct cost_plan *plan)
{
    const struct facts *facts = plan->book->digest.facts;
    for (size_t i = 0; i < facts->assumption_count; i++) {
        const struct assumption *a = &facts->assumptions[i];
        if (strlen(a->name) != 11 || strcmp(a->name + 3, "_per_usd") != 0 || a->value <= 0 ||
            !assumption_is_named(a) || plan->currency_count == CURRENCIES_MOST)
            continue;
        struct currency *currency = &plan->currencies[plan->currency_count++];
        currency->rate = a;
        for (int j = 0; j < 3; j++) {
            char c = a->name[j];
            currency->code[j] = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
        }
    }
}

static void choose_columns(struct cost_plan *plan)
{
    memcpy(plan->looks, text_columns, sizeof text_columns);
    plan->count = AT_FIRST;
    for (size_t i = 0; i < NUMBERS; i++)
        plan->looks[plan->count++] = columns[i].look;
    for (size_t i = 0; i < plan->currency_count; i++)
        for (size_t j = 0; j < CONVERTED; j++)
            plan->looks[plan->count++] = (struct table_column){
                converted[j].title, plan->currencies[i].code, 17, STYLE_COUNT};
    plan->looks[plan->count++] = (struct table_column){"Note", NULL, 44, STYLE_WRAP};
}

/* Letters that Search works out, where the option is searched live. */
static const struct searched {
    const char *letter;
    enum search_column column;
    bool of_release; /* known for the released layout only */
} searched[] = {
    {"n", SEARCH_COUNTED, false},      {"s", SEARCH_SOLD, false},
    {"n_x", SEARCH_GPUS, false},       {"s_x", SEARCH_SOLD_EXPECTED, false},
    {"Q", SEARCH_OUTPUT, true},        {"Q_l", SEARCH_OUTPUT_LOW, true},
    {"Q_h", SEARCH_OUTPUT_HIGH, true}, {"D", SEARCH_DAYS, true},
    {"D_l", SEARCH_DAYS_LOW, true},    {"D_h", SEARCH_DAYS_HIGH, true},
};

/* True when the column is a formula over Search. */
static bool put_searched(const struct cost_plan *plan, struct sheet *sheet, uint16_t at,
                         const char *letter, double value)
{
    char cell[CELL_NAME_BYTES];
    char same[CELL_NAME_BYTES];
    char formula[3 * CELL_NAME_BYTES];
    for (size_t i = 0; plan->search && letter && i < sizeof searched / sizeof *searched; i++) {
        if (strcmp(searched[i].letter, letter) != 0)
            continue;
        if (!isfinite(value))
            return false;
        search_cell(plan->book, plan->search, searched[i].column, cell);
        search_cell(plan->book, plan->search, SEARCH_SAME, same);
        if (searched[i].of_release)
            snprintf(formula, sizeof formula, "=IF(%s>0,%s,\"\")", same, cell);
        else
            snprintf(formula, sizeof formula, "=%s", cell);
        put_formula(sheet, plan->row, at, plan->looks[at].style, formula, value);
        return true;
    }
    return false;
}

/* In the line, in its row of prices, or on Assumptions. */
static bool find_cell(const void *context, const char *name, char cell[CELL_NAME_BYTES])
{
    const struct cost_plan *plan = context;
    for (size_t i = 0; i < NUMBERS; i++) {
        if (columns[i].letter && live_is(columns[i].letter, name)) {
            live_cell(cell, plan->row, (unsigned)(AT_FIRST + i));
            return true;
        }
    }
    return prices_cell(&plan->prices, plan->price, name, cell) ||
           assumption_of_letter(plan->book, name, cell);
}

static const struct cost_term *term_of(const char *letter)
{
    for (size_t i = 0; letter && i < cost_legend_count; i++)
        for (size_t j = 0; live_is(cost_legend[i].symbol, letter) && j < COST_TERM_COUNT; j++)
            if (cost_terms[j].offset == cost_legend[i].offset)
                return &cost_terms[j];
    return NULL;
}

static double value_of(const struct bill *bill, const char *letter)
{
    for (size_t i = 0; i < cost_legend_count; i++)
        if (live_is(cost_legend[i].symbol, letter))
            return letter_value(bill, &cost_legend[i]);
    return NAN;
}

static void put_live(const struct cost_plan *plan, struct sheet *sheet, uint16_t column,
                     const char *formula, double value)
{
    char text[LIVE_BYTES];
    enum style style = plan->looks[column].style;
    if (live_formula(formula, find_cell, plan, text))
        put_formula(sheet, plan->row, column, style, text, value);
    else
        sheet->refused++;
}

static void put_numbers(const struct cost_plan *plan, struct sheet *sheet, const struct option *o)
{
    uint16_t at = AT_FIRST;
    for (size_t i = 0; i < NUMBERS; i++, at++) {
        const struct number_column *c = &columns[i];
        const struct cost_term *term = term_of(c->letter);
        double value = c->value ? c->value(o) : value_of(&o->bill, c->letter);
        const char *formula = c->formula ? c->formula : term ? term->formula : NULL;
        if (put_searched(plan, sheet, at, c->letter, value))
            continue;
        if (formula)
            put_live(plan, sheet, at, formula, value);
        else if (isfinite(value))
            put_number(sheet, plan->row, at, c->look.style, value);
        else
            put_text(sheet, plan->row, at, STYLE_UNSUPPORTED, "\u2013");
    }
    for (size_t i = 0; i < plan->currency_count; i++) {
        const struct assumption *rate = plan->currencies[i].rate;
        for (size_t j = 0; j < CONVERTED; j++, at++) {
            char formula[256];
            snprintf(formula, sizeof formula, "%s * %s", converted[j].letter, rate->name);
            put_live(plan, sheet, at, formula,
                     value_of(&o->bill, converted[j].letter) * rate->value);
        }
    }
}

static void put_note(const struct cost_plan *plan, struct sheet *sheet, const struct workload *w,
                     const struct option *o)
{
    char text[1024] = "";
    int used = 0;
    if (!option_is_safe(o))
        used += snprintf(text, sizeof text, "the expected count; ");
    if (w->unpriced)
        used += snprintf(text + used, sizeof text - (size_t)used,
                         "options without a known rent, left out of the cheapest: %" PRIu64 "; ",
                         w->unpriced);
    if (w->unpriced_owned)
        used += snprintf(text + used, sizeof text - (size_t)used,
                         "options without a known purchase price, left out of the cheapest to "
                         "own: %" PRIu64 "; ",
                         w->unpriced_owned);
    if (used)
        text[used - 2] = '\0';
    uint16_t column = (uint16_t)(plan->count - 1);
    set_lines(sheet, plan->row, text_lines(text, plan->looks[column].width));
    put_text(sheet, plan->row, column, STYLE_WRAP, text);
}

static void put_line(struct cost_plan *plan, struct sheet *sheet, const struct workload *w,
                     const char *role, const struct option *o)
{
    char text[WORKLOAD_NAME_BYTES];
    uint32_t row = plan->row;
    plan->price = prices_take(&plan->prices, o);
    plan->search = search_find(plan->book, w, o);
    put_verbatim(sheet, row, AT_WORKLOAD, STYLE_STRONG, workload_full_name(w, text));
    put_text(sheet, row, AT_ROLE, STYLE_STRONG, role);
    const struct line_link link = {o->gpu, STYLE_STRONG, "Summary", summary_row(plan->workload)};
    put_line_link(sheet, row, AT_GPU, &link);
    put_verbatim(sheet, row, AT_TYPE, STYLE_TEXT, option_type(o, text));
    put_verbatim(sheet, row, AT_ENGINE, STYLE_TEXT, o->engine);
    put_numbers(plan, sheet, o);
    put_note(plan, sheet, w, o);
    plan->row++;
}

/* An option that a line shows, and what it is best at: bits by enum cost_role. */
struct choice {
    const struct option *option;
    char role[64];
    unsigned roles;
};

/* The different ones of cheapest to rent, next best, cheapest to own and smallest. */
static size_t choices_of(const struct workload *w, struct choice choices[COST_ROLES])
{
    static const char *const roles[COST_ROLES] = {"cheapest to rent", "next best to rent",
                                                  "cheapest to own", "smallest"};
    const struct option *options[] = {workload_cheapest(w), workload_next(w), workload_owned(w),
                                      workload_smallest(w)};
    size_t count = 0;
    for (int i = 0; i < COST_ROLES; i++) {
        size_t at = 0;
        char before[sizeof choices->role];
        while (options[i] && at < count && !option_equals(choices[at].option, options[i]))
            at++;
        if (!options[i])
            continue;
        choices[at].roles = at == count ? 1u << i : choices[at].roles | 1u << i;
        if (at == count) {
            choices[count].option = options[i];
            copy_text(choices[count++].role, sizeof before, roles[i]);
            continue;
        }
        copy_text(before, sizeof before, choices[at].role);
        join_texts(choices[at].role, sizeof before, before, ", ",
                   i == COST_OWNED && !at ? "to own" : roles[i]);
    }
    return count;
}

static void put_workload(struct cost_plan *plan, struct sheet *sheet, const struct workload *w)
{
    struct choice choices[COST_ROLES];
    size_t count = choices_of(w, choices);
    for (size_t i = 0; i < count; i++)
        put_line(plan, sheet, w, choices[i].role, choices[i].option);
}

void cost_place(struct book *book)
{
    const struct digest *d = &book->digest;
    struct choice choices[COST_ROLES];
    uint32_t row = HEADER_ROW + 1;
    for (size_t i = 0; i < d->workload_count; i++) {
        struct workload *w = d->workloads[i];
        size_t count = choices_of(w, choices);
        for (size_t j = 0; j < count; j++, row++)
            for (int role = 0; role < COST_ROLES; role++)
                if (choices[j].roles & 1u << role)
                    w->cost_rows[role] = row;
    }
}

void cost_cell(const char *letter, uint32_t row, char cell[CELL_NAME_BYTES])
{
    char place[LXW_MAX_CELL_NAME_LENGTH] = "";
    for (size_t i = 0; i < NUMBERS; i++)
        if (columns[i].letter && !strcmp(columns[i].letter, letter))
            lxw_rowcol_to_cell_abs(place, row, (lxw_col_t)(AT_FIRST + i), 1, 1);
    snprintf(cell, CELL_NAME_BYTES, "Cost!%s", place);
}

/* Known before the first line is written, since lines refer to the prices below them. */
static uint32_t lines_of(const struct digest *d)
{
    struct choice choices[COST_ROLES];
    size_t lines = 0;
    for (size_t i = 0; i < d->workload_count; i++)
        lines += choices_of(d->workloads[i], choices);
    return (uint32_t)lines;
}

bool cost_column(size_t i, struct heading *heading)
{
    if (i < AT_FIRST)
        return table_heading(text_columns, AT_FIRST, i, heading);
    return i < AT_FIRST + NUMBERS && table_heading(&columns[i - AT_FIRST].look, 1, 0, heading);
}

void cost_write(struct book *book, struct sheet *sheet)
{
    const struct digest *d = &book->digest;
    struct cost_plan *plan = arena_take(&book->arena, sizeof *plan);
    plan->book = book;
    find_currencies(plan);
    choose_columns(plan);
    uint32_t lines = lines_of(d);
    plan->row = HEADER_ROW + 1;
    book->prices = &plan->prices;
    prices_open(&plan->prices, book, AT_FIRST, HEADER_ROW + 2 + lines, lines);
    page_title(sheet, "Cost",
               "What the recommended counts cost. Lines of one workload are alternatives. Change a "
               "number on a pale fill, in the table of prices below or on Assumptions, and every "
               "formula follows.");
    table_header(sheet, HEADER_ROW, plan->looks, plan->count);
    for (; plan->workload < d->workload_count; plan->workload++)
        put_workload(plan, sheet, d->workloads[plan->workload]);
    uint32_t last_line = plan->row > HEADER_ROW + 1 ? plan->row - 1 : HEADER_ROW;
    worksheet_autofilter(sheet->worksheet, HEADER_ROW, 0, last_line, (lxw_col_t)(plan->count - 1));
    uint32_t last = prices_write(&plan->prices, sheet);
    last = evens_write(book, sheet, AT_FIRST, last + 2);
    struct print_setup setup = {last, (uint16_t)(plan->count - 1), HEADER_ROW, 3, 3, 90, false};
    page_setup(book, sheet, &setup);
}
