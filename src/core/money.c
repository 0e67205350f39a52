/* money.c -- binds prices and factors, and works the terms out */
#include "core/money.h"

#include "core/layout.h"
#include "core/letters.h"
#include "core/price.h"

#include <math.h>
#include <string.h>

/* A factor of every card, or this card's own: NAME.ID where the catalog has it. */
static double factor_of(const struct facts *facts, const char *name, const struct gpu *gpu)
{
    size_t length = strlen(name);
    double value = 0;
    for (size_t i = 0; i < facts->assumption_count; i++) {
        const struct assumption *a = &facts->assumptions[i];
        if (a->name[0] != name[0] || strncmp(a->name, name, length) != 0)
            continue;
        if (a->name[length] == '.' && !strcmp(a->name + length + 1, gpu->id))
            return a->value;
        if (!a->name[length])
            value = a->value;
    }
    return value;
}

/* Cards that no one sells without a server around them. */
static bool needs_server(const struct gpu *gpu)
{
    static const char *const forms[] = {"SXM", "OAM", "NVL72", "Superchip", "Desktop", "SH5"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (gpu->form_factor && !strncmp(gpu->form_factor, forms[i], strlen(forms[i])))
            return true;
    return false;
}

static double known(double value)
{
    return value > 0 ? value : NAN;
}

/* A price of the row beats the catalog's; a server's price beats a card's from the same place. */
static void bind_purchase(struct bill *x, const struct request *r, const struct facts *facts)
{
    bool assumed;
    const struct price *server = price_find(facts, r->gpu, PRICE_SERVER, PRICE_ANY);
    const struct price *card = price_find(facts, r->gpu, PRICE_PURCHASE, PRICE_ANY);
    bool card_set = card && card->stat && !strcmp(card->stat, price_set_here);
    bool server_set = server && server->stat && !strcmp(server->stat, price_set_here);
    x->g = gpus_per_server(r->gpu, facts, &assumed);
    x->p_s = x->p_c = NAN;
    x->bought = NULL;
    if (r->server_usd >= 0) {
        x->p_s = r->server_usd;
    } else if (r->gpu_usd >= 0) {
        x->p_c = r->gpu_usd;
    } else if (server && (!card_set || server_set)) {
        x->bought = server;
        x->p_s = server->usd;
        x->g = server->gpus > 0 ? server->gpus : x->g;
    } else if (card) {
        x->bought = card;
        x->p_c = card->usd;
    }
    x->r_s = gpus_per_server(r->gpu, facts, &assumed) / x->g;
    x->i_w = isfinite(x->p_s) || needs_server(r->gpu);
}

static void bind_rent(struct bill *x, const struct request *r, const struct facts *facts)
{
    static const char *const factors[] = {[PRICE_RESERVED_1Y] = "rent_factor_reserved_1y",
                                          [PRICE_RESERVED_3Y] = "rent_factor_reserved_3y",
                                          [PRICE_SPOT] = "rent_factor_spot"};
    enum price_term term = (enum price_term)r->rent_term;
    bool has_factor = term == PRICE_RESERVED_1Y || term == PRICE_RESERVED_3Y || term == PRICE_SPOT;
    x->rented = NULL;
    x->c_r = r->usd_per_gpu_hour >= 0 ? r->usd_per_gpu_hour : NAN;
    if (r->usd_per_gpu_hour >= 0)
        return;
    x->rented = price_find(facts, r->gpu, PRICE_RENT, term);
    if (x->rented) {
        x->c_r = x->rented->usd;
        return;
    }
    x->rented = has_factor ? price_find(facts, r->gpu, PRICE_RENT, PRICE_ON_DEMAND) : NULL;
    if (x->rented)
        x->c_r = x->rented->usd * assumption_value(facts, factors[term]);
}

void bill_bind(struct bill *x, const struct request *r, const struct facts *facts)
{
    memset(x, 0, sizeof *x);
    bind_purchase(x, r, facts);
    bind_rent(x, r, facts);
    x->is_expired[0] = x->bought && price_is_expired(x->bought, facts);
    x->is_expired[1] = x->rented && price_is_expired(x->rented, facts);
    x->W = known(r->gpu->tdp_w);
    for (size_t i = 0; i < cost_legend_count; i++) {
        const struct letter *letter = &cost_legend[i];
        double value =
            letter->assumption ? factor_of(facts, letter->assumption, r->gpu) : NOT_GIVEN;
        if (letter->assumption)
            memcpy((char *)x + letter->offset, &value, sizeof value);
    }
}

/* Where the layout's servers are unknown (the published methods), or servers are sold that are
 * smaller than the catalog's, the GPUs decide. */
static double servers_of(const struct bill *x, const struct layout *layout)
{
    return x->r_s <= 1 && layout->servers > 0 ? ceil(layout->servers * x->r_s) : NAN;
}

static void take_speed(struct bill *x, const struct speed *speed)
{
    x->Q = speed ? known(speed->served_tok_s.expected) : NAN;
    x->D = speed ? known(speed->days.expected) : NAN;
}

void bill_place(struct bill *x, const struct layout *layout, const struct speed *speed)
{
    x->is_told = false;
    x->n = layout->gpus;
    x->s = servers_of(x, layout);
    take_speed(x, speed);
    cost_work_out(x, true);
}

static bool is_placed(const struct bill *x, const struct layout *layout)
{
    double s = servers_of(x, layout);
    return x->n == layout->gpus && (x->s == s || (isnan(x->s) && isnan(s)));
}

/* The same, from a bill that may be placed on such a layout already. */
static void place_again(struct bill *x, const struct layout *layout, const struct speed *speed)
{
    if (!is_placed(x, layout)) {
        bill_place(x, layout, speed);
        return;
    }
    take_speed(x, speed);
    cost_work_out(x, false);
}

static double given(double value)
{
    return isfinite(value) ? value : NOT_GIVEN;
}

double money_purchase_usd(const struct bill *bound, const struct layout *layout)
{
    struct bill x = *bound;
    bill_place(&x, layout, NULL);
    return given(x.C_p);
}

double money_power_kw(const struct bill *bound, const struct layout *layout)
{
    struct bill x = *bound;
    bill_place(&x, layout, NULL);
    return given(x.E_k);
}

double money_run_usd(const struct bill *bound, const struct layout *layout,
                     const struct speed *speed)
{
    struct bill x = *bound;
    bill_place(&x, layout, speed);
    return given(x.C_d);
}

bool money_is_of_run(const struct request *request)
{
    return request->optimizer && request->train_tokens > 0;
}

double money_budgeted_usd(const struct bill *bound, const struct request *request,
                          const struct layout *layout, const struct speed *speed)
{
    return money_is_of_run(request) ? money_run_usd(bound, layout, speed)
                                    : money_purchase_usd(bound, layout);
}

/* The faster, the cheaper: the low end of a cost is at the high end of the speed. */
static struct range per_million(const struct bill *x, const struct range *tok_s)
{
    double scale = x->C_m * x->Q;
    if (!isfinite(scale))
        return (struct range){NOT_GIVEN, NOT_GIVEN, NOT_GIVEN};
    return (struct range){x->C_m, given(scale / known(tok_s->high)),
                          given(scale / known(tok_s->low))};
}

static struct range per_run(const struct bill *x, const struct range *days)
{
    double scale = x->C_d / x->D;
    if (!isfinite(scale))
        return (struct range){NOT_GIVEN, NOT_GIVEN, NOT_GIVEN};
    return (struct range){x->C_d, given(scale * known(days->low)),
                          given(scale * known(days->high))};
}

static void tell(const struct bill *x, const struct speed *speed, struct money *out)
{
    *out = (struct money){.gpus = given(x->n_p),
                          .servers = given(x->s_p),
                          .purchase_usd = given(x->C_p),
                          .rent_usd_per_hour = given(x->C_h),
                          .power_kw = given(x->E_k),
                          .energy_usd_per_year = given(x->C_e),
                          .tco_usd = given(x->C_t),
                          .owned_usd_per_hour = given(x->C_o),
                          .break_even_months = given(x->M),
                          .usd_per_million_tokens = per_million(x, &speed->served_tok_s),
                          .usd_per_run = per_run(x, &speed->days),
                          .bought = x->bought,
                          .rented = x->rented};
}

void money_of(struct bill *x, const struct layout *layout, const struct speed *speed,
              struct money *out)
{
    bool is_paced = speed->served_tok_s.expected > 0 || speed->days.expected > 0;
    if (!is_paced && x->is_told && is_placed(x, layout)) {
        *out = x->told;
        return;
    }
    place_again(x, layout, speed);
    tell(x, speed, out);
    x->is_told = !is_paced;
    if (x->is_told)
        x->told = *out;
}
