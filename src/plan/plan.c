/* plan.c -- the whole pipeline on one screen: load -> check -> open -> evaluate -> commit
 *
 * The first pass over the inputs finds every fault before anything is written; the second evaluates
 * and streams. Outputs get their names only when everything has succeeded. */
#include "plan/plan.h"

#include "base/exit.h"
#include "base/interrupt.h"
#include "catalog/catalog.h"
#include "catalog/labels.h"
#include "catalog/set.h"
#include "plan/baseline.h"
#include "plan/dress.h"
#include "plan/inputs.h"
#include "plan/listing.h"
#include "plan/sinks.h"

struct run {
    const struct plan_options *options;
    struct arena arena;
    struct facts facts;
    struct lexicon lexicon;
    struct labels labels;
    struct dress dress;
    struct diag diag;
    struct sources sources;
    struct sinks sinks;
};

static int load(struct run *run)
{
    int exit_code = EXIT_DONE;
    if (!catalog_load(&run->facts, &run->arena, run->options->catalog, &run->diag, &exit_code))
        return exit_code;
    exit_code = catalog_set(&run->facts, run->options->settings, &run->arena);
    if (exit_code != EXIT_DONE)
        return exit_code;
    if (!lexicon_build(&run->lexicon, &run->facts, &run->arena, &run->diag))
        return EXIT_BAD_DATA;
    if (run->options->check_only || run->options->no_workbook)
        return EXIT_DONE;
    exit_code = labels_load(&run->labels, run->options->language, run->options->catalog,
                            &run->arena, &run->diag);
    return exit_code != EXIT_DONE ? exit_code
                                  : dress_read(&run->dress, &run->labels, run->options->catalog,
                                               &run->arena, &run->diag);
}

/* What stands beside the inputs; the first failure decides. */
static int check_others(struct run *run)
{
    const struct plan_options *options = run->options;
    struct sources *sources = &run->sources;
    int worst = EXIT_DONE;
    if (options->owned)
        worst = owned_read(&sources->owned, options->owned, options->encoding, &run->lexicon,
                           &run->arena, &run->diag);
    if (!options->baseline)
        return worst;
    sources->earlier = arena_take(&run->arena, sizeof *sources->earlier);
    int exit_code = baseline_read(sources->earlier, options->baseline, options->encoding,
                                  &run->arena, &run->diag);
    return worst == EXIT_DONE ? exit_code : worst;
}

/* Owned GPUs are seen on Timeline alone. */
static void warn_of_no_period(struct run *run)
{
    struct place place = {.file = run->options->owned};
    for (size_t i = 0; i < run->sources.input_count; i++)
        if (run->sources.inputs[i].has_period)
            return;
    diag_warn(&run->diag, &place,
              "no row of the inputs has a period, so there is no sheet Timeline to show what is "
              "owned; add the column period");
}

/* Every file is checked, so that one run shows the faults of all; the first failure decides. */
static int check(struct run *run)
{
    struct sources *sources = &run->sources;
    int worst = EXIT_DONE;
    for (size_t i = 0; run->options->inputs[i]; i++)
        sources->input_count++;
    sources->inputs = arena_array(&run->arena, sources->input_count, sizeof *sources->inputs);
    for (size_t i = 0; i < sources->input_count; i++) {
        int exit_code = input_check(&sources->inputs[i], run->options->inputs[i],
                                    run->options->encoding, &run->lexicon, &run->arena, &run->diag);
        worst = worst == EXIT_DONE ? exit_code : worst;
    }
    int exit_code = check_others(run);
    worst = worst == EXIT_DONE ? exit_code : worst;
    if (worst != EXIT_DONE)
        return worst;
    sources->carried =
        inputs_carried(sources->inputs, sources->input_count, &run->arena, &run->diag);
    if (!sources->carried)
        return EXIT_BAD_DATA;
    if (run->options->owned)
        warn_of_no_period(run);
    bool stops = run->diag.faults && (run->options->check_only || !run->options->keep_going);
    return stops ? EXIT_BAD_DATA : EXIT_DONE;
}

static int evaluate_all(struct run *run)
{
    struct row_visitor visitor = {sinks_row, sinks_reject, &run->sinks};
    for (size_t i = 0; i < run->sources.input_count; i++) {
        if (!input_visit(&run->sources.inputs[i], &visitor, &run->sinks.row_arena, &run->diag) ||
            !sinks_flush(&run->sinks))
            return interrupt_signal()     ? EXIT_SIGNAL + interrupt_signal()
                   : run->sinks.exit_code ? run->sinks.exit_code
                                          : EXIT_IO;
    }
    return EXIT_DONE;
}

static int plan(struct run *run)
{
    int exit_code = load(run);
    if (exit_code == EXIT_DONE)
        exit_code = check(run);
    if (exit_code != EXIT_DONE)
        return exit_code;
    if (run->options->check_only)
        return sinks_say_checked(&run->sources, run->options);
    run->sources.labels = &run->labels;
    run->sources.dress = &run->dress;
    exit_code = sinks_open(&run->sinks, run->options, &run->facts, &run->sources);
    if (exit_code == EXIT_DONE)
        exit_code = evaluate_all(run);
    if (exit_code == EXIT_DONE)
        exit_code = listing_write(&run->sinks, &run->sources, &run->diag);
    if (exit_code == EXIT_DONE)
        exit_code = sinks_commit(&run->sinks);
    if (exit_code == EXIT_DONE && run->diag.faults)
        exit_code = EXIT_BAD_DATA;
    return exit_code;
}

int plan_run(const struct plan_options *options)
{
    struct run run = {.options = options, .diag = {.out = stderr}};
    int exit_code = plan(&run);
    diag_close(&run.diag);
    sinks_close(&run.sinks);
    for (size_t i = 0; i < run.sources.input_count && run.sources.inputs; i++)
        input_close(&run.sources.inputs[i]);
    arena_free(&run.arena);
    return exit_code;
}
