/* explain_cost.c -- what the recommended count costs: letters, numbers, sources, term by term */
#include "cli/explain_cost.h"

#include "base/text.h"
#include "core/money.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static double letter_value(const struct bill *x, const struct cost_letter *letter)
{
    double value;
    memcpy(&value, (const char *)x + letter->offset, sizeof value);
    return value;
}

static const struct cost_letter *letter_named(const char *name, size_t length)
{
    for (size_t i = 0; i < cost_legend_count; i++)
        if (strlen(cost_legend[i].symbol) == length &&
            !strncmp(cost_legend[i].symbol, name, length))
            return &cost_legend[i];
    return NULL;
}

/* The letter that a term is worked out into. */
static const struct cost_letter *letter_of(const struct cost_term *term)
{
    const struct cost_letter *letter = cost_legend;
    while (letter->offset != term->offset)
        letter++;
    return letter;
}

static bool is_worked_out(const struct cost_letter *letter)
{
    for (size_t i = 0; i < COST_TERM_COUNT; i++)
        if (cost_terms[i].offset == letter->offset)
            return true;
    return false;
}

static const char *number_or_unknown(double value, char buffer[TEXT_NUMBER_BYTES])
{
    return isfinite(value) ? text_from_number(value, buffer) : "unknown";
}

/* The formula with its letters replaced by their numbers; each letter used is marked. */
static void print_numbers(const char *formula, const struct bill *x, bool *used)
{
    char buffer[TEXT_NUMBER_BYTES];
    for (const char *at = formula; *at;) {
        size_t length = 1;
        while (isalpha((unsigned char)*at) &&
               (isalnum((unsigned char)at[length]) || at[length] == '_'))
            length++;
        const struct cost_letter *letter = letter_named(at, length);
        if (letter) {
            fputs(number_or_unknown(letter_value(x, letter), buffer), stdout);
            used[letter - cost_legend] = true;
        } else {
            fwrite(at, 1, length, stdout);
        }
        at += length;
    }
    putchar('\n');
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
    bool used[64] = {false};
    char buffer[TEXT_NUMBER_BYTES];
    struct bill x;
    bool high = answer->gpus_high > 0;
    bill_bind(&x, request, facts);
    bill_place(&x, high ? &answer->layout_high : &answer->layout,
               high ? &answer->speed_high : &answer->speed);
    printf("\nmoney and power, of %.0f GPU%s (%s)\n", x.n, x.n == 1 ? "" : "s",
           high ? "the recommended count" : "the expected count");
    for (size_t i = 0; i < COST_TERM_COUNT; i++) {
        const struct cost_term *term = &cost_terms[i];
        double value = term->value(&x);
        if (!isfinite(value))
            continue;
        printf("  %-3s %-42s %12.2f %-9s= %s\n%73s", letter_of(term)->symbol, term->label, value,
               term->unit, term->formula, "= ");
        print_numbers(term->formula, &x, used);
        printf("%73s[%s]\n", "", term->source);
    }
    if (high && answer->money_expected.gpus != answer->money.gpus)
        printf("  the expected count of %.0f GPUs: %.0f bought, %.0f server%s\n",
               answer->layout.gpus, answer->money_expected.gpus, answer->money_expected.servers,
               answer->money_expected.servers == 1 ? "" : "s");
    print_price("price", x.bought);
    print_price("rent", x.rented);
    print_band("a million tokens", &answer->money.usd_per_million_tokens);
    print_band("the run", &answer->money.usd_per_run);
    puts("\nletters of money");
    for (size_t i = 0; i < cost_legend_count; i++)
        if (used[i] && !is_worked_out(&cost_legend[i]))
            printf("  %-7s %20s %-12s %s%s%s%s\n", cost_legend[i].symbol,
                   number_or_unknown(letter_value(&x, &cost_legend[i]), buffer),
                   cost_legend[i].unit, cost_legend[i].meaning,
                   cost_legend[i].assumption ? " (" : "",
                   cost_legend[i].assumption ? cost_legend[i].assumption : "",
                   cost_legend[i].assumption ? ")" : "");
}
