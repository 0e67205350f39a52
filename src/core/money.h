/* money.h -- what a layout costs to buy, to rent and to run; every term of it in one table
 *
 * A bill holds the letters: prices and factors are bound once per scenario (bill_bind), counts and
 * speed per layout (bill_place), and the terms are then worked out in the table's order, each into
 * a letter of its own that later terms read. What is not known is NaN, and so is all that needs
 * it; outside a bill that is NOT_GIVEN. Results, `explain`, the Cost sheet's live formulas and the
 * tests read the same table. All money is USD. */
#ifndef GPUPLAN_MONEY_H
#define GPUPLAN_MONEY_H

#include "core/answer.h"
#include "core/letters.h"

struct bill {
    /* the layout: GPUs, and the servers that it spans as they are sold */
    double n, s;
    double r_s; /* servers as sold per server of the catalog, e.g. 4 / 72 of a rack */
    /* the card and its prices */
    double g;   /* GPUs of a server as it is sold */
    double i_w; /* 1: sold in whole servers only */
    double p_s; /* price of a server */
    double p_c; /* price of a card */
    double c_r; /* rent of a GPU-hour */
    double W;   /* TDP, watt */
    double f_s; /* price of a server over that of its cards */
    double f_w; /* power of a server over the TDP of its cards */
    /* assumptions for every card */
    double d, k_n, k_o, v;      /* discount, network, storage, VAT */
    double x_g, x_p, x_s;       /* spare GPUs, percent, servers */
    double c_l, k_u;            /* licence, support */
    double u, PUE, c_e;         /* power */
    double Y;                   /* years */
    double Q;                   /* output tokens per second */
    double D;                   /* days of the run */
    double n_w, s_p, n_p, n_r;  /* counts */
    double p_g, H, C_p;         /* purchase */
    double C_h;                 /* rent */
    double E_k, C_e, C_l, C_u;  /* running what is owned */
    double C_t, C_o, C_1;       /* owning; an hour of either */
    double C_m, C_d, M;         /* per million tokens, per run; months */
    const struct price *bought; /* the catalog's row behind p_s or p_c; NULL: the row's, or none */
    const struct price *rented; /* the same behind c_r */
    bool is_expired[2];         /* `bought` and `rented`: quotes whose day has passed */
    bool is_told;               /* `told` is all of this, of a layout whose speed is not known */
    struct money told;
};

/* A term: worked out into the letter at `offset`. */
struct cost_term {
    const char *id;    /* stable name */
    const char *label; /* for people */
    const char *unit;
    size_t offset; /* of the double in struct bill */
    bool of_speed; /* follows from Q or D; else from the layout and prices alone */
    double (*value)(const struct bill *x);
    const char *formula; /* the same in letters, as a spreadsheet would write it */
    const char *source;
};
enum { COST_TERM_COUNT = 18 };
extern const struct cost_term cost_terms[COST_TERM_COUNT];

/* Works every term of the table out, or those of speed alone. */
void cost_work_out(struct bill *x, bool all);

/* What the letters mean. */
extern const struct letter cost_legend[];
extern const size_t cost_legend_count;

/* Binds prices and factors: the row's, else those of the run, else the catalog's. */
void bill_bind(struct bill *x, const struct request *request, const struct facts *facts);

/* Binds a layout and its speed (NULL: not known) and works out every term. */
void bill_place(struct bill *x, const struct layout *layout, const struct speed *speed);

/* For a search, from a bill that is bound once: the purchase price of a layout, its average power
 * at the wall, and the price of the training run (row's train_tokens) at the expected speed.
 * NOT_GIVEN: a price, the card's power or the speed is not known. */
double money_purchase_usd(const struct bill *bound, const struct layout *layout);
double money_power_kw(const struct bill *bound, const struct layout *layout);
double money_run_usd(const struct bill *bound, const struct layout *layout,
                     const struct speed *speed);

/* True when max_usd limits the price of a training run, not a purchase. */
bool money_is_of_run(const struct request *request);

/* What the row's max_usd limits: the price of the run where train_tokens is given (a run ends),
 * else the purchase. NOT_GIVEN: not known, and then the limit cannot be kept. */
double money_budgeted_usd(const struct bill *bound, const struct request *request,
                          const struct layout *layout, const struct speed *speed);

/* Everything, for one layout, on which the bill is left placed: from one that is placed on such a
 * layout already, only what the speed changes is worked out again. */
void money_of(struct bill *x, const struct layout *layout, const struct speed *speed,
              struct money *out);

#endif
