/* test_money.c -- what a layout costs: terms by hand, formulas against the C, prices by rank */
#include "formula.h"
#include "world.h"

#include "core/demand.h"
#include "core/evaluate.h"
#include "core/price.h"

#include <CUnit/Basic.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void suite_money(void);

static const struct speed unknown_speed = {0};

/* A copy of the catalogs that a test may change. */
struct market {
    struct facts facts;
    struct assumption assumptions[128];
    struct price prices[16];
};

static void market_open(struct market *m)
{
    m->facts = world()->facts;
    memcpy(m->assumptions, m->facts.assumptions,
           m->facts.assumption_count * sizeof *m->assumptions);
    m->facts.assumptions = m->assumptions;
}

static void market_set(struct market *m, const char *name, double value)
{
    for (size_t i = 0; i < m->facts.assumption_count; i++) {
        if (!strcmp(m->assumptions[i].name, name)) {
            m->assumptions[i].value = value;
            return;
        }
    }
    CU_FAIL("no such assumption");
}

/* Only these prices, in place of the catalog's. */
static void market_offer(struct market *m, const struct price *prices, size_t count)
{
    if (count)
        memcpy(m->prices, prices, count * sizeof *prices);
    m->facts.prices = m->prices;
    m->facts.price_count = count;
}

static struct request request_on(const char *gpu)
{
    struct request r = request_blank();
    r.gpu = gpu_of(gpu);
    return r;
}

static struct money money_on(const struct market *m, const struct request *r, double gpus,
                             double servers, const struct speed *speed)
{
    struct layout layout = {
        .gpus = gpus, .servers = servers, .tp = 1, .pp = 1, .ways = gpus, .cp = 1, .ep = 1};
    struct money money;
    struct bill bill;
    bill_bind(&bill, r, &m->facts);
    money_of(&bill, &layout, speed ? speed : &unknown_speed, &money);
    return money;
}

/* A bill that goes from layout to layout tells of each what a fresh one does. */
static void a_bill_tells_every_layout_as_its_first(void)
{
    static const double rates[] = {NOT_GIVEN, 100, 200};
    struct dice dice = {20261206};
    struct market m;
    struct bill bill;
    market_open(&m);
    struct request r = request_on("h100-sxm-80g");
    bill_bind(&bill, &r, &m.facts);
    for (int i = 0; i < 400; i++) {
        struct layout layout = {.gpus = dice_count(&dice, 1, 3), .tp = 1, .pp = 1, .cp = 1};
        struct speed speed = {.served_tok_s.expected = rates[dice_below(&dice, 3)]};
        struct money money;
        layout.servers = dice_chance(&dice, 50) ? 1 : NOT_GIVEN;
        speed.served_tok_s.low = speed.served_tok_s.high = speed.served_tok_s.expected;
        speed.days.expected = dice_chance(&dice, 20) ? 3 : NOT_GIVEN;
        if (dice_chance(&dice, 10))
            bill_place(&bill, &layout, NULL);
        money_of(&bill, &layout, &speed, &money);
        struct money alone = money_on(&m, &r, layout.gpus, layout.servers, &speed);
        CU_ASSERT(!memcmp(&money, &alone, sizeof money));
    }
}

static bool find_letter(const void *bill, const char *name, double *value)
{
    for (size_t i = 0; i < cost_legend_count; i++) {
        if (!strcmp(cost_legend[i].symbol, name)) {
            memcpy(value, (const char *)bill + cost_legend[i].offset, sizeof *value);
            return true;
        }
    }
    return false;
}

static void table_is_whole(void)
{
    struct market m;
    market_open(&m);
    for (size_t i = 0; i < COST_TERM_COUNT; i++) {
        const struct cost_term *t = &cost_terms[i];
        CU_ASSERT(*t->id && *t->label && *t->unit && *t->formula && *t->source);
        for (size_t j = 0; j < i; j++)
            CU_ASSERT(strcmp(t->id, cost_terms[j].id) != 0 && t->offset != cost_terms[j].offset);
    }
    for (size_t i = 0; i < cost_legend_count; i++) {
        const struct letter *letter = &cost_legend[i];
        bool found = !letter->assumption;
        for (size_t j = 0; j < m.facts.assumption_count && !found; j++)
            found = !strcmp(m.assumptions[j].name, letter->assumption);
        CU_ASSERT(found);
        for (size_t j = 0; j < i; j++)
            CU_ASSERT_STRING_NOT_EQUAL(letter->symbol, cost_legend[j].symbol);
    }
}

/* The terms in order, each by its formula, over random bills; what is unknown stays so. */
static void formulas_agree_with_the_code(void)
{
    struct dice dice = {20261122};
    for (int i = 0; i < 2000; i++) {
        struct bill x = {0};
        for (size_t j = 0; j < cost_legend_count; j++) {
            double value = (double)dice_below(&dice, 40) / 8;
            memcpy((char *)&x + cost_legend[j].offset, &value, sizeof value);
        }
        x.g = 1 + (double)dice_below(&dice, 8);
        x.Y = 1 + (double)dice_below(&dice, 5);
        x.p_s = dice_below(&dice, 2) ? x.p_s : NAN;
        x.p_c = dice_below(&dice, 2) ? x.p_c : NAN;
        x.c_r = dice_below(&dice, 2) ? x.c_r : NAN;
        for (size_t j = 0; j < COST_TERM_COUNT; j++) {
            const char *fault;
            double want = cost_terms[j].value(&x);
            double got = formula_value(cost_terms[j].formula, find_letter, &x, &fault);
            bool same = got == want || (isnan(got) && isnan(want)) || near(got, want, 1e-12);
            if (fault || !same)
                printf("\n%s: formula %.17g, C %.17g %s\n", cost_terms[j].id, got, want,
                       fault ? fault : "");
            CU_ASSERT(!fault && same);
            memcpy((char *)&x + cost_terms[j].offset, &want, sizeof want);
        }
    }
}

/* 8 x H100 SXM is one server of 255,237 USD; 8 x 700 W x 1.82 x 0.75 x 1.54 = 11.77176 kW, and
 * 11.77176 x 8760 h x 0.0826 USD/kWh = 8,517.763 USD a year; 4 years of it beside the purchase are
 * 289,308.05 USD. 8 x 3.99 = 31.92 USD per hour of rent. */
static void eight_h100(void)
{
    struct market m;
    market_open(&m);
    struct request r = request_on("h100-sxm-80g");
    struct money money = money_on(&m, &r, 8, 1, NULL);
    CU_ASSERT_EQUAL(money.purchase_usd, 255237);
    CU_ASSERT_EQUAL(money.gpus, 8);
    CU_ASSERT_EQUAL(money.servers, 1);
    CU_ASSERT(near(money.power_kw, 11.77176, 1e-12));
    CU_ASSERT(near(money.energy_usd_per_year, 8517.76301376, 1e-12));
    CU_ASSERT(near(money.tco_usd, 255237 + 4 * 8517.76301376, 1e-12));
    CU_ASSERT(near(money.owned_usd_per_hour, 289308.05205504 / 35040, 1e-12));
    CU_ASSERT(near(money.rent_usd_per_hour, 31.92, 1e-12));
    CU_ASSERT(near(money.break_even_months, 12 * 255237 / (31.92 * 8760 - 8517.76301376), 1e-12));
    CU_ASSERT_EQUAL(money.usd_per_million_tokens.expected, NOT_GIVEN);
    CU_ASSERT_EQUAL(money.usd_per_run.expected, NOT_GIVEN);
}

/* Five cards of a kind sold in eights are eight; nine are two servers. Rent is by the card. */
static void servers_are_whole(void)
{
    struct market m;
    market_open(&m);
    struct request r = request_on("h100-sxm-80g");
    struct money five = money_on(&m, &r, 5, 1, NULL);
    struct money nine = money_on(&m, &r, 9, 2, NULL);
    CU_ASSERT_EQUAL(five.gpus, 8);
    CU_ASSERT_EQUAL(five.purchase_usd, 255237);
    CU_ASSERT(near(five.rent_usd_per_hour, 5 * 3.99, 1e-12));
    CU_ASSERT_EQUAL(nine.gpus, 16);
    CU_ASSERT_EQUAL(nine.servers, 2);
    CU_ASSERT_EQUAL(nine.purchase_usd, 2 * 255237);
    /* two groups of 5 do not share a server of 8 */
    CU_ASSERT_EQUAL(money_on(&m, &r, 10, 2, NULL).servers, 2);
    CU_ASSERT_EQUAL(money_on(&m, &r, 6, 2, NULL).servers, 2);
}

/* Three L40S at 8,500 USD x 1.64 for their share of a server: 41,820 USD. */
static void cards_are_single(void)
{
    struct market m;
    market_open(&m);
    struct request r = request_on("l40s-48g");
    struct money money = money_on(&m, &r, 3, 1, NULL);
    CU_ASSERT_EQUAL(money.gpus, 3);
    CU_ASSERT_EQUAL(money.servers, 1);
    CU_ASSERT(near(money.purchase_usd, 3 * 8500 * 1.64, 1e-12));
    CU_ASSERT(near(money.power_kw, 3 * 350 * 1.8 * 0.75 * 1.54 / 1000, 1e-12));
    /* a card that needs a server, without a server's price: eight cards and the factor */
    r = request_on("b300-sxm-288g");
    money = money_on(&m, &r, 2, 1, NULL);
    CU_ASSERT_EQUAL(money.gpus, 8);
    CU_ASSERT(near(money.purchase_usd, 8 * 45000 * 1.64, 1e-12));
}

/* A rack of 72 is bought even where a layout spans one tray of 4. */
static void racks_are_whole(void)
{
    struct market m;
    market_open(&m);
    const struct price rack[] = {
        {.gpu = "gb200-186g", .kind = PRICE_SERVER, .usd = 3100000, .gpus = 72, .stat = "list"}};
    market_offer(&m, rack, 1);
    struct request r = request_on("gb200-186g");
    CU_ASSERT_EQUAL(money_on(&m, &r, 4, 1, NULL).gpus, 72);
    CU_ASSERT_EQUAL(money_on(&m, &r, 4, 1, NULL).purchase_usd, 3100000);
    CU_ASSERT_EQUAL(money_on(&m, &r, 76, 19, NULL).servers, 2);
}

static void unknown_prices_stay_unknown(void)
{
    struct market m;
    market_open(&m);
    market_offer(&m, NULL, 0);
    struct request r = request_on("h100-sxm-80g");
    struct money money = money_on(&m, &r, 8, 1, NULL);
    CU_ASSERT_EQUAL(money.purchase_usd, NOT_GIVEN);
    CU_ASSERT_EQUAL(money.tco_usd, NOT_GIVEN);
    CU_ASSERT_EQUAL(money.rent_usd_per_hour, NOT_GIVEN);
    CU_ASSERT_EQUAL(money.break_even_months, NOT_GIVEN);
    CU_ASSERT(money.power_kw > 0);
    CU_ASSERT_EQUAL(money.gpus, 8);
    struct gpu dark = *r.gpu;
    dark.tdp_w = 0;
    r.gpu = &dark;
    CU_ASSERT_EQUAL(money_on(&m, &r, 8, 1, NULL).power_kw, NOT_GIVEN);
    const struct price blank[] = {
        {.gpu = "h100-sxm-80g", .kind = PRICE_SERVER, .usd = 0, .stat = "list"}};
    market_offer(&m, blank, 1);
    CU_ASSERT_EQUAL(money_on(&m, &r, 8, 1, NULL).purchase_usd, NOT_GIVEN);
}

static void factors_change_the_bill(void)
{
    struct market m;
    market_open(&m);
    struct request r = request_on("h100-sxm-80g");
    market_set(&m, "purchase_discount", 0.1);
    CU_ASSERT(near(money_on(&m, &r, 8, 1, NULL).purchase_usd, 255237 * 0.9, 1e-12));
    market_set(&m, "vat", 0.1);
    CU_ASSERT(near(money_on(&m, &r, 8, 1, NULL).purchase_usd, 255237 * 0.9 * 1.1, 1e-12));
    CU_ASSERT(near(money_on(&m, &r, 8, 1, NULL).rent_usd_per_hour, 31.92 * 1.1, 1e-12));
    market_set(&m, "network_share", 0.2);
    market_set(&m, "storage_share", 0.05);
    CU_ASSERT(near(money_on(&m, &r, 8, 1, NULL).purchase_usd, 255237 * 0.9 * 1.25 * 1.1, 1e-12));
    market_open(&m);
    market_set(&m, "licence_usd_per_gpu_year", 4500);
    market_set(&m, "support_share_per_year", 0.05);
    double year = 8517.76301376 + 8 * 4500 + 255237 * 0.05;
    CU_ASSERT(near(money_on(&m, &r, 8, 1, NULL).tco_usd, 255237 + 4 * year, 1e-12));
    market_open(&m);
    market_set(&m, "pue", 1.1);
    market_set(&m, "power_utilization", 1);
    market_set(&m, "server_power_factor.h100-sxm-80g", 2);
    CU_ASSERT(near(money_on(&m, &r, 8, 1, NULL).power_kw, 8 * 0.7 * 2 * 1.1, 1e-12));
}

static void spare_capacity_is_paid_for(void)
{
    struct market m;
    market_open(&m);
    struct request h100 = request_on("h100-sxm-80g");
    struct request l40s = request_on("l40s-48g");
    market_set(&m, "spare_servers", 1);
    CU_ASSERT_EQUAL(money_on(&m, &h100, 8, 1, NULL).servers, 2);
    CU_ASSERT_EQUAL(money_on(&m, &h100, 8, 1, NULL).gpus, 16);
    CU_ASSERT(near(money_on(&m, &h100, 8, 1, NULL).rent_usd_per_hour, 16 * 3.99, 1e-12));
    CU_ASSERT_EQUAL(money_on(&m, &l40s, 3, 1, NULL).gpus, 11);
    market_set(&m, "spare_servers", 0);
    market_set(&m, "spare_pct", 10);
    CU_ASSERT_EQUAL(money_on(&m, &l40s, 30, 4, NULL).gpus, 33);
    CU_ASSERT_EQUAL(money_on(&m, &l40s, 31, 4, NULL).gpus, 35);
    market_set(&m, "spare_pct", 0);
    market_set(&m, "spare_gpus", 1);
    CU_ASSERT_EQUAL(money_on(&m, &h100, 7, 1, NULL).gpus, 8); /* the eighth is the spare one */
    CU_ASSERT_EQUAL(money_on(&m, &h100, 8, 1, NULL).gpus, 16);
}

/* 2 x 3.99 USD/hour at 1,000 tokens/s: 7.98 / 3.6 a million; a run of 10 days: 1,915.2 USD. */
static void speed_gives_unit_costs(void)
{
    struct market m;
    market_open(&m);
    struct request r = request_on("h100-sxm-80g");
    struct speed speed = {.served_tok_s = {1000, 800, 1250}, .days = {10, 8, 15}};
    struct money money = money_on(&m, &r, 2, 1, &speed);
    CU_ASSERT(near(money.usd_per_million_tokens.expected, 7.98 / 3.6, 1e-12));
    CU_ASSERT(near(money.usd_per_million_tokens.low, 7.98 / 4.5, 1e-12));
    CU_ASSERT(near(money.usd_per_million_tokens.high, 7.98 / 2.88, 1e-12));
    CU_ASSERT(near(money.usd_per_run.expected, 1915.2, 1e-12));
    CU_ASSERT(near(money.usd_per_run.low, 1532.16, 1e-12));
    CU_ASSERT(near(money.usd_per_run.high, 2872.8, 1e-12));
    r = request_on("rtx3080ti-12g"); /* no rent in the catalog: an hour of owning */
    money = money_on(&m, &r, 1, 1, &speed);
    CU_ASSERT_EQUAL(money.rent_usd_per_hour, NOT_GIVEN);
    CU_ASSERT(near(money.usd_per_run.expected, money.owned_usd_per_hour * 240, 1e-12));
}

static void rows_bring_their_prices(void)
{
    struct market m;
    market_open(&m);
    struct request r = request_on("h100-sxm-80g");
    r.gpu_usd = 20000;
    CU_ASSERT(near(money_on(&m, &r, 8, 1, NULL).purchase_usd, 8 * 20000 * 1.64, 1e-12));
    r.server_usd = 200000;
    CU_ASSERT_EQUAL(money_on(&m, &r, 8, 1, NULL).purchase_usd, 200000);
    r.usd_per_gpu_hour = 2;
    CU_ASSERT_EQUAL(money_on(&m, &r, 8, 1, NULL).rent_usd_per_hour, 16);
    r = request_on("l40s-48g");
    r.server_usd = 90000; /* a server's price sells whole servers */
    CU_ASSERT_EQUAL(money_on(&m, &r, 3, 1, NULL).purchase_usd, 90000);
    CU_ASSERT_EQUAL(money_on(&m, &r, 3, 1, NULL).gpus, 8);
}

static void terms_of_rent(void)
{
    struct market m;
    market_open(&m);
    struct request r = request_on("h100-sxm-80g");
    r.rent_term = PRICE_SPOT; /* a median of its own */
    CU_ASSERT(near(money_on(&m, &r, 1, 1, NULL).rent_usd_per_hour, 1.3, 1e-12));
    r.rent_term = PRICE_RESERVED_3Y; /* one cloud's list does not count: the factor */
    CU_ASSERT(near(money_on(&m, &r, 1, 1, NULL).rent_usd_per_hour, 3.99 * 0.43, 1e-12));
    r.rent_term = PRICE_RESERVED_1Y;
    CU_ASSERT(near(money_on(&m, &r, 1, 1, NULL).rent_usd_per_hour, 3.99 * 0.83, 1e-12));
    r.rent_term = PRICE_QUOTE;
    CU_ASSERT_EQUAL(money_on(&m, &r, 1, 1, NULL).rent_usd_per_hour, NOT_GIVEN);
}

static double rent_found(const struct market *m, enum price_term term)
{
    const struct price *p = price_find(&m->facts, gpu_of("l4-24g"), PRICE_RENT, term);
    return p ? p->usd : NOT_GIVEN;
}

static void prices_by_rank(void)
{
    struct market m;
    market_open(&m);
    const struct price prices[] = {
        {.gpu = "l4-24g", .kind = PRICE_RENT, .usd = 0.9, .stat = "median"},
        {.gpu = "l4-24g", .kind = PRICE_RENT, .usd = 0.1, .stat = "min"},
        {.gpu = "l4-24g", .kind = PRICE_RENT, .usd = 0.2, .stat = "list"},
        {.gpu = "l4-24g", .kind = PRICE_RENT, .usd = 0.3, .stat = "median", .doubtful = true},
        {.gpu = "l4-24g", .kind = PRICE_RENT, .usd = 0.5, .stat = "median", .term = PRICE_SPOT},
        {.gpu = "l4-24g",
         .kind = PRICE_RENT,
         .usd = 0.6,
         .term = PRICE_QUOTE,
         .supplier = "A",
         .expires = "2026-01-31"},
        {.gpu = "l4-24g",
         .kind = PRICE_RENT,
         .usd = 0.8,
         .term = PRICE_QUOTE,
         .supplier = "B",
         .expires = "2026-12-31"},
        {.gpu = "l4-24g", .kind = PRICE_RENT, .usd = 2, .stat = "set"},
    };
    market_offer(&m, prices, 5);
    CU_ASSERT_EQUAL(rent_found(&m, PRICE_ANY), 0.9);
    CU_ASSERT_EQUAL(rent_found(&m, PRICE_SPOT), 0.5);
    CU_ASSERT_EQUAL(rent_found(&m, PRICE_QUOTE), NOT_GIVEN);
    market_offer(&m, prices, 7);
    m.facts.date = "2026-02-01"; /* the first has expired, the second holds and wins */
    CU_ASSERT_EQUAL(rent_found(&m, PRICE_ANY), 0.8);
    CU_ASSERT(price_is_expired(&m.prices[5], &m.facts));
    CU_ASSERT(!price_is_expired(&m.prices[6], &m.facts));
    m.facts.date = "2026-01-31"; /* the last day */
    CU_ASSERT_EQUAL(rent_found(&m, PRICE_ANY), 0.6);
    CU_ASSERT_EQUAL(rent_found(&m, PRICE_ON_DEMAND), 0.9);
    market_offer(&m, prices, 8);
    CU_ASSERT_EQUAL(rent_found(&m, PRICE_ANY), 2);
    CU_ASSERT_EQUAL(rent_found(&m, PRICE_SPOT), 2);
}

/* A rent that only an expired quote tells is used, and said to be one. */
static void an_expired_rent_is_noted(void)
{
    struct market m;
    struct bill bill;
    struct request r = request_on("l4-24g");
    market_open(&m);
    const struct price quote = {.gpu = "l4-24g",
                                .kind = PRICE_RENT,
                                .usd = 0.6,
                                .term = PRICE_QUOTE,
                                .expires = "2026-01-31"};
    market_offer(&m, &quote, 1);
    m.facts.date = "2026-02-01";
    bill_bind(&bill, &r, &m.facts);
    CU_ASSERT(bill.c_r == 0.6 && bill.is_expired[1] && !bill.is_expired[0]);
    m.facts.date = "2026-01-31";
    bill_bind(&bill, &r, &m.facts);
    CU_ASSERT(bill.c_r == 0.6 && !bill.is_expired[1]);
}

/* Of one rank the cheapest; without a date no quote has expired; prices that do not say what they
 * are count for nothing. */
static void prices_of_one_rank(void)
{
    struct market m;
    market_open(&m);
    const struct price prices[] = {
        {.gpu = "l4-24g", .kind = PRICE_RENT, .usd = 0.05},
        {.gpu = "l4-24g", .kind = PRICE_RENT, .usd = 0.9, .stat = "median"},
        {.gpu = "l4-24g", .kind = PRICE_RENT, .usd = 0.7, .stat = "median"},
        {.gpu = "l4-24g", .kind = PRICE_RENT, .usd = 0.8, .stat = "median"},
        {.gpu = "l4-24g",
         .kind = PRICE_RENT,
         .usd = 0.6,
         .term = PRICE_QUOTE,
         .expires = "2026-01-31"},
    };
    market_offer(&m, prices, 4);
    CU_ASSERT_EQUAL(rent_found(&m, PRICE_ANY), 0.7);
    market_offer(&m, prices, 5);
    m.facts.date = "2027-01-01";
    CU_ASSERT(price_is_expired(&m.prices[4], &m.facts));
    CU_ASSERT_EQUAL(rent_found(&m, PRICE_ON_DEMAND), 0.7);
    m.facts.date = NULL;
    CU_ASSERT_FALSE(price_is_expired(&m.prices[4], &m.facts));
    CU_ASSERT_EQUAL(rent_found(&m, PRICE_ANY), 0.6);
}

/* A server's price beats a card's from the same place; what was set for the run beats both. An
 * H100's server is 1.64 times its cards. */
static void a_price_that_was_set_comes_first(void)
{
    enum { CARD, SERVER, CARD_SET, SERVER_SET, KINDS };
    const struct price all[KINDS] = {
        [CARD] = {.gpu = "h100-sxm-80g",
                  .kind = PRICE_PURCHASE,
                  .usd = 30000,
                  .term = PRICE_QUOTE,
                  .supplier = "A"},
        [SERVER] = {.gpu = "h100-sxm-80g", .kind = PRICE_SERVER, .usd = 250000, .stat = "list"},
        [CARD_SET] = {.gpu = "h100-sxm-80g", .kind = PRICE_PURCHASE, .usd = 20000, .stat = "set"},
        [SERVER_SET] = {.gpu = "h100-sxm-80g", .kind = PRICE_SERVER, .usd = 300000, .stat = "set"},
    };
    static const struct {
        unsigned given;
        double usd;
    } cases[] = {
        {1 << CARD, 8 * 30000 * 1.64},
        {1 << CARD | 1 << SERVER, 250000},
        {1 << CARD | 1 << SERVER | 1 << CARD_SET, 8 * 20000 * 1.64},
        {1 << SERVER | 1 << CARD_SET | 1 << SERVER_SET, 300000},
        {1 << CARD | 1 << SERVER | 1 << SERVER_SET, 300000},
    };
    struct market m;
    struct request r = request_on("h100-sxm-80g");
    market_open(&m);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct price given[KINDS];
        size_t count = 0;
        for (int kind = 0; kind < KINDS; kind++)
            if (cases[i].given & 1u << kind)
                given[count++] = all[kind];
        market_offer(&m, given, count);
        CU_ASSERT(near(money_on(&m, &r, 8, 1, NULL).purchase_usd, cases[i].usd, 1e-12));
    }
}

/* Sold in servers of 4 where the catalog's hold 8: the GPUs decide how many, not the layout. */
static void servers_smaller_than_the_catalogs(void)
{
    const struct price half[] = {
        {.gpu = "h100-sxm-80g", .kind = PRICE_SERVER, .usd = 130000, .gpus = 4, .stat = "list"}};
    struct market m;
    struct request r = request_on("h100-sxm-80g");
    market_open(&m);
    market_offer(&m, half, 1);
    CU_ASSERT_EQUAL(money_on(&m, &r, 8, 1, NULL).servers, 2);
    CU_ASSERT_EQUAL(money_on(&m, &r, 8, 1, NULL).purchase_usd, 260000);
    CU_ASSERT_EQUAL(money_on(&m, &r, 9, 2, NULL).servers, 3);
    CU_ASSERT_EQUAL(money_on(&m, &r, 9, 2, NULL).gpus, 12);
}

static void expired_quotes_are_flagged(void)
{
    struct market m;
    struct answer answer;
    bool flagged = false;
    market_open(&m);
    const struct price quote[] = {{.gpu = "h100-sxm-80g",
                                   .kind = PRICE_SERVER,
                                   .usd = 200000,
                                   .gpus = 8,
                                   .term = PRICE_QUOTE,
                                   .supplier = "A",
                                   .expires = "2026-01-31"}};
    market_offer(&m, quote, 1);
    m.facts.date = "2026-02-01";
    struct request r = request_on("h100-sxm-80g");
    evaluate(&r, &m.facts, &answer);
    for (size_t i = 0; i < answer.note_count; i++)
        flagged |= answer.notes[i].note == NOTE_QUOTE_EXPIRED;
    CU_ASSERT(flagged);
    CU_ASSERT_EQUAL(answer.money.purchase_usd, 200000);
    CU_ASSERT_EQUAL(answer.usd_per_hour, NOT_GIVEN);
}

/* What of max_usd or of max_kw the layout misses, as the search asks. */
static struct miss miss_of(const struct offer *offer, enum limit limit)
{
    struct miss miss;
    demands_missed(offer, demands_of(offer->request) & 1u << limit, MARGIN_EXPECTED, &miss);
    return miss;
}

static bool is_within(const struct offer *offer)
{
    return miss_of(offer, LIMIT_BUDGET).limit == LIMIT_NONE &&
           miss_of(offer, LIMIT_POWER).limit == LIMIT_NONE;
}

static void limits_hold_or_break(void)
{
    struct market m;
    struct bill bill;
    struct layout layout = {.gpus = 8, .servers = 1, .tp = 8, .pp = 1, .ways = 1};
    struct speed speed = {.days = {10, 8, 15}};
    market_open(&m);
    struct request r = request_on("h100-sxm-80g");
    struct offer offer = {&r, &m.facts, &layout, &speed_unknown, &bill};
    bill_bind(&bill, &r, &m.facts);
    CU_ASSERT_EQUAL(money_purchase_usd(&bill, &layout), 255237);
    CU_ASSERT(near(money_power_kw(&bill, &layout), 11.77176, 1e-12));
    CU_ASSERT(is_within(&offer));
    r.max_usd = 255237;
    r.max_kw = 12;
    CU_ASSERT(is_within(&offer));
    r.max_kw = 11;
    CU_ASSERT(!is_within(&offer));
    CU_ASSERT(miss_of(&offer, LIMIT_POWER).limit == LIMIT_POWER);
    CU_ASSERT(miss_of(&offer, LIMIT_POWER).reached >= 0);
    r.max_usd = 255236;
    CU_ASSERT(!is_within(&offer));
    CU_ASSERT(miss_of(&offer, LIMIT_BUDGET).limit == LIMIT_BUDGET);
    CU_ASSERT(miss_of(&offer, LIMIT_BUDGET).reached >= 0);
    r.optimizer = world()->facts.optimizers;
    r.train_tokens = 1e9; /* then it is the run: 31.92 x 240 = 7,660.8 USD */
    r.max_usd = 7661;
    r.max_kw = NOT_GIVEN;
    offer.speed = &speed;
    CU_ASSERT(is_within(&offer));
    static const double days[] = {[MARGIN_LOW] = 8, [MARGIN_EXPECTED] = 10, [MARGIN_HIGH] = 15};
    r.max_usd = 1;
    for (int margin = 0; margin < MARGIN_COUNT; margin++) {
        struct miss miss;
        demands_missed(&offer, 1u << LIMIT_BUDGET, (enum margin)margin, &miss);
        CU_ASSERT_EQUAL(miss.limit, LIMIT_BUDGET);
        CU_ASSERT(near(miss.reached, 31.92 * 24 * days[margin], 1e-12));
        CU_ASSERT(near(miss.ratio, miss.reached, 1e-12));
        CU_ASSERT_EQUAL(miss.asked, 1);
    }
    offer.speed = &speed_unknown;
    CU_ASSERT(!is_within(&offer));
    CU_ASSERT(miss_of(&offer, LIMIT_BUDGET).limit == LIMIT_BUDGET);
    CU_ASSERT(miss_of(&offer, LIMIT_BUDGET).reached < 0);
}

void suite_money(void)
{
    CU_pSuite suite = CU_add_suite("money", NULL, NULL);
    CU_add_test(suite, "a bill tells every layout as its first",
                a_bill_tells_every_layout_as_its_first);
    CU_add_test(suite, "the table is whole", table_is_whole);
    CU_add_test(suite, "formulas agree with the code", formulas_agree_with_the_code);
    CU_add_test(suite, "eight H100", eight_h100);
    CU_add_test(suite, "servers are whole", servers_are_whole);
    CU_add_test(suite, "cards are single", cards_are_single);
    CU_add_test(suite, "racks are whole", racks_are_whole);
    CU_add_test(suite, "unknown prices stay unknown", unknown_prices_stay_unknown);
    CU_add_test(suite, "factors change the bill", factors_change_the_bill);
    CU_add_test(suite, "spare capacity is paid for", spare_capacity_is_paid_for);
    CU_add_test(suite, "speed gives unit costs", speed_gives_unit_costs);
    CU_add_test(suite, "rows bring their prices", rows_bring_their_prices);
    CU_add_test(suite, "terms of rent", terms_of_rent);
    CU_add_test(suite, "prices by rank", prices_by_rank);
    CU_add_test(suite, "an expired rent is noted", an_expired_rent_is_noted);
    CU_add_test(suite, "prices of one rank", prices_of_one_rank);
    CU_add_test(suite, "a price that was set comes first", a_price_that_was_set_comes_first);
    CU_add_test(suite, "servers smaller than the catalog's", servers_smaller_than_the_catalogs);
    CU_add_test(suite, "expired quotes are flagged", expired_quotes_are_flagged);
    CU_add_test(suite, "limits hold or break", limits_hold_or_break);
}
