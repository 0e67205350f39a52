/* choice.c -- which scenarios are planned, and which of their results are listed where */
#include "plan/sinks.h"

#include "base/exit.h"
#include "base/say.h"
#include "base/version.h"

#include <inttypes.h>

/* Encodings have one name in either case; "": none was named. */
static uint64_t hash_name(uint64_t hash, const char *name)
{
    for (; name && *name; name++) {
        char upper = (char)(*name >= 'a' && *name <= 'z' ? *name - 'a' + 'A' : *name);
        hash = hash_bytes(hash, &upper, 1);
    }
    return hash_text(hash, "");
}

/* Of everything that the bytes of the results depend on. */
static uint64_t fingerprint(const struct sinks *sinks, const struct sources *sources)
{
    uint64_t hash = fingerprint_facts(hash_text(HASH_SEED, GPUPLAN_VERSION), sinks->facts);
    const char *const *where = sinks->options->where;
    hash = hash_name(hash, sinks->options->encoding);
    for (size_t i = 0; i < sources->input_count; i++) {
        const struct input *input = &sources->inputs[i];
        hash = hash_text(hash, input->path);
        hash = hash_number(hash, (double)input->scenarios);
        hash = hash_bytes(hash, (const char *)&input->hash, sizeof input->hash);
    }
    for (; where && *where; where++)
        hash = hash_text(hash, *where);
    return hash;
}

static int take_shard(struct sinks *sinks, const struct sources *sources)
{
    int exit_code = shard_read(&sinks->mark, sinks->options->shard);
    if (exit_code != EXIT_DONE)
        return exit_code;
    shard_place(&sinks->mark, sinks->expected);
    sinks->mark.run = fingerprint(sinks, sources);
    sinks->first = sinks->mark.first - 1;
    sinks->end = sinks->first + sinks->mark.count;
    sinks->expected = sinks->mark.count;
    return EXIT_DONE;
}

/* Scenarios takes rows as they come, unless what is to stand there is known only at the end. */
static void place_rows(struct sinks *sinks)
{
    const struct plan_options *options = sinks->options;
    const struct selection *s = &sinks->selection;
    uint64_t most = BOOK_ROWS_MOST;
    if (options->scenario_rows > 0 && options->scenario_rows < BOOK_ROWS_MOST)
        most = (uint64_t)options->scenario_rows;
    sinks->rows_most = most < BOOK_LISTED_MOST ? most : BOOK_LISTED_MOST;
    sinks->lists_later =
        !options->no_workbook && (s->top || s->condition_count || sinks->expected > most);
}

int sinks_choose(struct sinks *sinks, const struct sources *sources)
{
    const struct plan_options *options = sinks->options;
    struct wishes wishes = {options->where, options->sort, options->top};
    int exit_code = selection_read(&sinks->selection, &wishes, sinks->carried, &sinks->arena);
    for (size_t i = 0; i < sources->input_count; i++)
        sinks->expected += sources->inputs[i].scenarios;
    sinks->end = sinks->expected;
    if (exit_code == EXIT_DONE && options->sort && options->top < 0 && sinks->expected > PICKS_MOST)
        exit_code = say_error(EXIT_USAGE,
                              "--sort keeps rows in memory, at most %d, and there are %" PRIu64
                              " scenarios; add --top N",
                              PICKS_MOST, sinks->expected);
    if (exit_code == EXIT_DONE && options->shard)
        exit_code = take_shard(sinks, sources);
    place_rows(sinks);
    return exit_code;
}
