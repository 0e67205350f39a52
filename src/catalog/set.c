/* set.c -- values of one run in place of the catalogs' */
#include "catalog/set.h"

#include "base/clock.h"
#include "base/exit.h"
#include "base/say.h"
#include "base/text.h"
#include "catalog/catalog.h"
#include "core/price.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PRICE_PREFIXES = 3, USD_MOST = 1000000000 };

/* What a price is called, in the order of enum price_kind. */
static const char *const prefixes[PRICE_PREFIXES] = {"rent.", "card.", "server."};
static const char *const units[PRICE_PREFIXES] = {"usd_per_gpu_hour", "usd_per_gpu",
                                                  "usd_per_server"};

static const char *name_at(const void *items, size_t index)
{
    return ((const char *const *)items)[index];
}

static int unknown_name(const struct facts *f, const char *name, struct arena *arena)
{
    size_t count = 0;
    const char **names =
        arena_array(arena, f->assumption_count + PRICE_PREFIXES * f->gpu_count, sizeof *names);
    for (size_t i = 0; i < f->assumption_count; i++)
        names[count++] = f->assumptions[i].name;
    for (size_t i = 0; i < f->gpu_count; i++)
        for (int kind = 0; kind < PRICE_PREFIXES; kind++)
            names[count++] = arena_format(arena, "%s%s", prefixes[kind], f->gpus[i].id);
    const char *close = text_closest(name, names, count, name_at);
    if (close)
        return say_error(EXIT_USAGE, "--set: unknown name \"%.100s\"; did you mean \"%s\"?", name,
                         close);
    return say_error(EXIT_USAGE,
                     "--set: unknown name \"%.100s\"; names are those of the sheet Assumptions, "
                     "and rent.GPU, card.GPU, server.GPU",
                     name);
}

static int refuse_value(const char *name, const char *text, double least, double most)
{
    char low[TEXT_NUMBER_BYTES];
    char high[TEXT_NUMBER_BYTES];
    return say_error(EXIT_USAGE, "--set: %s is \"%.60s\"; a number from %s to %s is needed", name,
                     text, text_from_number(least, low), text_from_number(most, high));
}

static int set_assumption(struct assumption *a, const char *text, const char *date,
                          struct arena *arena)
{
    char before[TEXT_NUMBER_BYTES];
    double value;
    bool bounded = a->least < a->most;
    if (!text_number(text, &value))
        return say_error(EXIT_USAGE, "--set: %s is \"%.60s\", %s", a->name, text,
                         text_number_fault(text));
    if (bounded && (value < a->least || value > a->most))
        return refuse_value(a->name, text, a->least, a->most);
    if (value != 0 && (fabs(value) < FACT_LEAST || fabs(value) > FACT_MOST))
        return say_error(EXIT_USAGE,
                         "--set: %s is \"%.60s\"; it must be 0, or %g or more, and at most %g",
                         a->name, text, FACT_LEAST, FACT_MOST);
    a->source = arena_format(arena, "--set on the command line; the catalog has %s (%s)",
                             text_from_number(a->value, before), a->source);
    a->checked = date;
    a->value = value;
    return EXIT_DONE;
}

static const struct gpu *gpu_named(const struct facts *facts, const char *id)
{
    for (size_t i = 0; i < facts->gpu_count; i++)
        if (text_equal(facts->gpus[i].id, id))
            return &facts->gpus[i];
    return NULL;
}

/* A price that was set before gives way: the last one of a name wins. */
static void add_price(struct facts *facts, struct price *prices, const struct price *price)
{
    size_t at = 0;
    while (at < facts->price_count &&
           !(prices[at].stat == price_set_here && prices[at].kind == price->kind &&
             !strcmp(prices[at].gpu, price->gpu)))
        at++;
    prices[at] = *price;
    facts->price_count += at == facts->price_count;
}

static int set_price(struct facts *facts, struct price *prices, int kind, const struct gpu *gpu,
                     const char *text, const char *date)
{
    struct price price = {.gpu = gpu->id,
                          .kind = kind,
                          .provider = "--set",
                          .unit = units[kind],
                          .date = date,
                          .stat = price_set_here,
                          .source = "--set on the command line",
                          .checked = date};
    char name[160];
    snprintf(name, sizeof name, "%s%s", prefixes[kind], gpu->id);
    if (!text_number(text, &price.usd))
        return say_error(EXIT_USAGE, "--set: %s is \"%.60s\", %s", name, text,
                         text_number_fault(text));
    if (price.usd < FACT_LEAST || price.usd > USD_MOST)
        return refuse_value(name, text, FACT_LEAST, USD_MOST);
    price.gpus = kind == PRICE_SERVER ? 0 : 1;
    add_price(facts, prices, &price);
    return EXIT_DONE;
}

static int set_one(struct facts *facts, struct assumption *assumptions, struct price *prices,
                   const char *setting, struct arena *arena)
{
    const char *equals = strchr(setting, '=');
    if (!equals || equals == setting || !equals[1])
        return say_error(EXIT_USAGE, "--set needs NAME=VALUE, not \"%.100s\"", setting);
    const char *name = arena_text(arena, setting, (size_t)(equals - setting));
    for (size_t i = 0; i < facts->assumption_count; i++)
        if (text_equal(assumptions[i].name, name))
            return set_assumption(&assumptions[i], equals + 1, facts->date, arena);
    for (int kind = 0; kind < PRICE_PREFIXES; kind++) {
        size_t length = strlen(prefixes[kind]);
        const struct gpu *gpu =
            strncmp(name, prefixes[kind], length) != 0 ? NULL : gpu_named(facts, name + length);
        if (gpu)
            return set_price(facts, prices, kind, gpu, equals + 1, facts->date);
    }
    return unknown_name(facts, name, arena);
}

int catalog_set(struct facts *facts, const char *const *settings, struct arena *arena)
{
    char date[CLOCK_DATE_BYTES];
    size_t count = 0;
    int exit_code = clock_check();
    if (exit_code != EXIT_DONE)
        return exit_code;
    facts->date = arena_format(arena, "%s", clock_date(date));
    while (settings && settings[count])
        count++;
    if (!count)
        return EXIT_DONE;
    struct assumption *assumptions =
        arena_array(arena, facts->assumption_count + 1, sizeof *assumptions);
    struct price *prices = arena_array(arena, facts->price_count + count, sizeof *prices);
    memcpy(assumptions, facts->assumptions, facts->assumption_count * sizeof *assumptions);
    memcpy(prices, facts->prices, facts->price_count * sizeof *prices);
    facts->assumptions = assumptions;
    facts->prices = prices;
    for (size_t i = 0; i < count && exit_code == EXIT_DONE; i++)
        exit_code = set_one(facts, assumptions, prices, settings[i], arena);
    return exit_code;
}
