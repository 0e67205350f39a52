/* explain_cost.c -- what the recommended count costs: letters, numbers, sources, term by term */
#include "cli/explain_cost.h"

#include "base/text.h"
#include "cli/arithmetic.h"
#include "core/money.h"

#include <math.h>
#include <stdio.h>

/* The letter that a term is worked out into. */
static const struct letter *letter_of(const struct cost_term *term)
{
    const struct letter *letter = cost_legend;
    while (letter->offset != term->offset)
        letter++;
    return letter;
}

static bool is_worked_out(size_t offset)
{
    for (size_t i = 0; i < COST_TERM_COUNT; i++)
        if (cost_terms[i].offset == offset)
            return true;
    return false;
}

/* Where a price comes from; one of the row's own has no catalog row. */
static void print_price(const char *what, const struct price *price)
{
    if (!price)
        return;
    printf("  %s: %s%s%s%s%s [%s]\n", what, price->supplier ? price->supplier : "",
           price->supplier ? ", " : "", price->stat ? price->stat : "quote",
           price->date ? ", " : "", price->date ? price->date : "", price->source);
}

static void print_band(const char *what, const struct range *range)
{
    char low[TEXT_NUMBER_BYTES];
    char high[TEXT_NUMBER_BYTES];
    if (range->expected >= 0 && range->low >= 0 && range->high >= 0)
        printf("  %s: from %s to %s USD at the ends of the speed's band\n", what,
               text_from_number(range->low, low), text_from_number(range->high, high));
}

void explain_cost(const struct request *request, const struct facts *facts,
                  const struct answer *answer)
{
    struct bill x;
    struct alphabet alphabet = {cost_legend, cost_legend_count, &x, {false}, 71};
    bool high = answer->gpus_high > 0;
    bill_bind(&x, request, facts);
    bill_place(&x, answer_recommended(answer), high ? &answer->speed_high : &answer->speed);
    printf("\nmoney and power, of %.0f GPU%s (%s)\n", x.n, x.n == 1 ? "" : "s",
           high ? "the recommended count" : "the expected count");
    for (size_t i = 0; i < COST_TERM_COUNT; i++) {
        const struct cost_term *term = &cost_terms[i];
        double value = term->value(&x);
        if (!isfinite(value))
            continue;
        printf("  %-3s %-42s %12.2f %-9s", letter_of(term)->symbol, term->label, value, term->unit);
        arithmetic_print(&alphabet, term->formula, term->source);
    }
    const struct money *expected = answer_money_expected(answer);
    if (high && expected->gpus != answer->money.gpus)
        printf("  the expected count of %.0f GPUs: %.0f bought, %.0f server%s\n",
               answer->layout.gpus, expected->gpus, expected->servers,
               expected->servers == 1 ? "" : "s");
    print_price("price", x.bought);
    print_price("rent", x.rented);
    print_band("a million tokens", &answer->money.usd_per_million_tokens);
    print_band("the run", &answer->money.usd_per_run);
    arithmetic_legend(&alphabet, "letters of money", is_worked_out);
}
