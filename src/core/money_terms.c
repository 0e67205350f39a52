/* money_terms.c -- the cost model as a table: what is paid, in letters, and where that comes from
 *
 * A formula is written as a spreadsheet would write it, with the letters of money.h. COUNT(x) is 1
 * when x is known. An hour is always one of 24 * 365 in a year. */
#include "core/money.h"

#include <math.h>

static double gpus_wanted(const struct bill *x)
{
    return x->n + x->x_g + ceil(x->x_p * x->n / 100);
}

/* A tensor-parallel group stays inside a server, so a layout may span more than n_w / g of them; an
 * unknown s does not count. */
static double servers(const struct bill *x)
{
    double least = ceil(x->n_w / x->g);
    return (x->s > least ? x->s : least) + x->x_s;
}

static double gpus_bought(const struct bill *x)
{
    return x->i_w > 0 ? x->s_p * x->g : x->n_w + x->x_s * x->g;
}

static double gpus_rented(const struct bill *x)
{
    return x->n_w + x->x_s * x->g;
}

static double gpu_price(const struct bill *x)
{
    return isfinite(x->p_s) ? x->p_s / x->g : x->p_c * x->f_s;
}

static double hardware(const struct bill *x)
{
    return x->n_p * x->p_g * (1 - x->d);
}

static double purchase(const struct bill *x)
{
    return x->H * (1 + x->k_n + x->k_o) * (1 + x->v);
}

static double rent(const struct bill *x)
{
    return x->n_r * x->c_r * (1 + x->v);
}

static double power(const struct bill *x)
{
    return x->n_p * x->W * x->f_w * x->u * x->PUE / 1000;
}

static double energy(const struct bill *x)
{
    return x->E_k * 24 * 365 * x->c_e * (1 + x->v);
}

static double licence(const struct bill *x)
{
    return x->n_p * x->c_l * (1 + x->v);
}

static double support(const struct bill *x)
{
    return x->H * x->k_u * (1 + x->v);
}

static double ownership(const struct bill *x)
{
    return x->C_p + x->Y * (x->C_e + x->C_l + x->C_u);
}

static double owned_hour(const struct bill *x)
{
    return x->C_t / (x->Y * 24 * 365);
}

static double paid_hour(const struct bill *x)
{
    return isfinite(x->C_h) ? x->C_h : x->C_o;
}

static double million_tokens(const struct bill *x)
{
    return x->C_1 / (x->Q * 3600) * 1000000;
}

static double training_run(const struct bill *x)
{
    return x->C_1 * 24 * x->D;
}

/* Never where running what is owned costs as much as the rent: the division by 0 is "not known". */
static double break_even(const struct bill *x)
{
    double saved = x->C_h * 24 * 365 - x->C_e - x->C_l - x->C_u;
    return 12 * x->C_p / (saved > 0 ? saved : 0);
}

#define INTO(letter) offsetof(struct bill, letter)
#define RULE "templates/assumptions.csv"
#define PRICES "templates/prices.csv"
#define EPOCH "Epoch training-cost-trends"

enum { LAYOUT = false, SPEED = true };

/* clang-format off */
/* In the order of working out: the letter, what it follows from, how, and what a reader is told. */
#define TERMS(TERM) \
    TERM(n_w, LAYOUT, gpus_wanted, "GPUs with spare ones", "GPUs", \
         "n + x_g + ROUNDUP(x_p * n / 100, 0)", RULE) \
    TERM(s_p, LAYOUT, servers, "servers", "servers", \
         "MAX(s, ROUNDUP(n_w / g, 0)) + x_s", RULE) \
    TERM(n_p, LAYOUT, gpus_bought, "GPUs bought", "GPUs", \
         "IF(i_w > 0, s_p * g, n_w + x_s * g)", RULE) \
    TERM(n_r, LAYOUT, gpus_rented, "GPUs rented", "GPUs", \
         "n_w + x_s * g", RULE) \
    TERM(p_g, LAYOUT, gpu_price, "price of a GPU with its share of the server", "USD/GPU", \
         "IF(COUNT(p_s) > 0, p_s / g, p_c * f_s)", PRICES) \
    TERM(H, LAYOUT, hardware, "hardware, discounted", "USD", \
         "n_p * p_g * (1 - d)", PRICES) \
    TERM(C_p, LAYOUT, purchase, "purchase", "USD", \
         "H * (1 + k_n + k_o) * (1 + v)", PRICES) \
    TERM(C_h, LAYOUT, rent, "rent", "USD/hour", \
         "n_r * c_r * (1 + v)", PRICES) \
    TERM(E_k, LAYOUT, power, "power at the wall, average", "kW", \
         "n_p * W * f_w * u * PUE / 1000", EPOCH) \
    TERM(C_e, LAYOUT, energy, "electricity", "USD/year", \
         "E_k * 24 * 365 * c_e * (1 + v)", EPOCH) \
    TERM(C_l, LAYOUT, licence, "software licences", "USD/year", \
         "n_p * c_l * (1 + v)", RULE) \
    TERM(C_u, LAYOUT, support, "support", "USD/year", \
         "H * k_u * (1 + v)", RULE) \
    TERM(C_t, LAYOUT, ownership, "total cost of owning", "USD", \
         "C_p + Y * (C_e + C_l + C_u)", EPOCH) \
    TERM(C_o, LAYOUT, owned_hour, "an hour, owned", "USD/hour", \
         "C_t / (Y * 24 * 365)", EPOCH) \
    TERM(C_1, LAYOUT, paid_hour, "an hour, rented; owned without a rent", "USD/hour", \
         "IF(COUNT(C_h) > 0, C_h, C_o)", PRICES) \
    TERM(C_m, SPEED, million_tokens, "a million output tokens", "USD", \
         "C_1 / (Q * 3600) * 1000000", "hourly cost over tokens per hour") \
    TERM(C_d, SPEED, training_run, "the training run", "USD", \
         "C_1 * 24 * D", "hourly cost times hours") \
    TERM(M, LAYOUT, break_even, "owning is cheaper after", "months", \
         "12 * C_p / MAX(0, C_h * 24 * 365 - C_e - C_l - C_u)", "rent less running cost")
/* clang-format on */

#define ROW(letter, of_speed, name, label, unit, formula, source) \
    {#name, label, unit, INTO(letter), of_speed, name, formula, source},
const struct cost_term cost_terms[COST_TERM_COUNT] = {TERMS(ROW)};

/* The table again, as straight code: a sweep does this for every scenario. */
void cost_work_out(struct bill *x, bool all)
{
#define WORK_OUT(letter, of_speed, name, label, unit, formula, source) \
    if (all || (of_speed)) \
        x->letter = name(x);
    TERMS(WORK_OUT)
}

/* clang-format off */
#define LETTER(name, meaning, unit) {#name, meaning, unit, INTO(name), NULL}
#define FACTOR(name, meaning, unit, assumption) {#name, meaning, unit, INTO(name), assumption}
/* clang-format on */

const struct letter cost_legend[] = {
    LETTER(n, "GPUs of the layout", "GPUs"),
    LETTER(s, "servers that the layout spans, as they are sold", "servers"),
    LETTER(g, "GPUs of a server as it is sold", "GPUs"),
    LETTER(i_w, "1: sold in whole servers only", "flag"),
    LETTER(p_s, "price of a server", "USD"),
    LETTER(p_c, "price of a card", "USD"),
    LETTER(c_r, "rent of a GPU", "USD/GPU-hour"),
    LETTER(W, "TDP of a card", "W"),
    FACTOR(f_s, "price of a server over that of its cards", "factor", "server_price_factor"),
    FACTOR(f_w, "power of a server over the TDP of its cards", "factor", "server_power_factor"),
    FACTOR(d, "discount", "share", "purchase_discount"),
    FACTOR(k_n, "network, of the hardware's price", "share", "network_share"),
    FACTOR(k_o, "storage, of the hardware's price", "share", "storage_share"),
    FACTOR(v, "VAT", "share", "vat"),
    FACTOR(x_g, "spare GPUs", "GPUs", "spare_gpus"),
    FACTOR(x_p, "spare GPUs, of those of the layout", "%", "spare_pct"),
    FACTOR(x_s, "spare servers", "servers", "spare_servers"),
    FACTOR(c_l, "software licence", "USD/GPU-year", "licence_usd_per_gpu_year"),
    FACTOR(k_u, "support, of the hardware's price", "share/year", "support_share_per_year"),
    FACTOR(u, "average power over full power", "share", "power_utilization"),
    FACTOR(PUE, "power of the data centre over that of its servers", "factor", "pue"),
    FACTOR(c_e, "electricity tariff", "USD/kWh", "usd_per_kwh"),
    FACTOR(Y, "horizon", "years", "horizon_years"),
    LETTER(Q, "output tokens per second: what is asked for, else the most", "tokens/s"),
    LETTER(D, "days of the training run", "days"),
    LETTER(n_w, "GPUs with spare ones", "GPUs"),
    LETTER(s_p, "servers paid for", "servers"),
    LETTER(n_p, "GPUs bought", "GPUs"),
    LETTER(n_r, "GPUs rented", "GPUs"),
    LETTER(p_g, "price of a GPU with its share of the server", "USD"),
    LETTER(H, "hardware, discounted", "USD"),
    LETTER(C_p, "purchase", "USD"),
    LETTER(C_h, "rent", "USD/hour"),
    LETTER(E_k, "power at the wall", "kW"),
    LETTER(C_e, "electricity", "USD/year"),
    LETTER(C_l, "software licences", "USD/year"),
    LETTER(C_u, "support", "USD/year"),
    LETTER(C_t, "total cost of owning", "USD"),
    LETTER(C_o, "an hour, owned", "USD/hour"),
    LETTER(C_1, "an hour, rented; owned without a rent", "USD/hour"),
    LETTER(C_m, "a million output tokens", "USD"),
    LETTER(C_d, "the training run", "USD"),
    LETTER(M, "months until owning is cheaper than renting", "months"),
};
const size_t cost_legend_count = sizeof cost_legend / sizeof *cost_legend;
