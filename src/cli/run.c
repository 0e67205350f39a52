/* run.c -- the commands that only pass on: plan, check, template */
#include "base/exit.h"
#include "base/say.h"
#include "catalog/catalog.h"
#include "cli/commands.h"
#include "plan/merge.h"
#include "plan/plan.h"
#include "validate/validate.h"

#include <stdio.h>
#include <string.h>

static struct plan_options plan_options_of(const struct options *options)
{
    return (struct plan_options){.inputs = options->operands,
                                 .output = options->output,
                                 .results = options->results,
                                 .catalog = options->catalog,
                                 .encoding = options->encoding,
                                 .owned = options->owned,
                                 .baseline = options->baseline,
                                 .language = options->language ? options->language : "en",
                                 .settings = options->settings,
                                 .formulas = options->formulas,
                                 .where = options->where,
                                 .sort = options->sort,
                                 .top = options->top,
                                 .scenario_rows = options->scenario_rows,
                                 .shard = options->shard,
                                 .no_workbook = options->no_workbook,
                                 .keep_going = options->keep_going,
                                 .exit_status = options->exit_status,
                                 .quiet = options->quiet,
                                 .jobs = options->jobs,
                                 .command = options->line};
}

/* A shard is joined with others, which knows neither an order nor sheets. */
static int check_shard(const struct plan_options *plan)
{
    if (plan->shard && (!plan->no_workbook || !plan->results))
        return say_error(EXIT_USAGE, "a shard has results and no workbook; "
                                     "add --no-workbook --results FILE");
    if (plan->shard && (plan->sort || plan->top > 0))
        return say_error(EXIT_USAGE, "--sort and --top need every scenario, and a shard has some; "
                                     "leave them out, and sort what gpuplan merge writes");
    return EXIT_DONE;
}

int command_plan(const struct options *options)
{
    struct plan_options plan = plan_options_of(options);
    if (plan.no_workbook && !plan.results)
        return say_error(EXIT_USAGE, "--no-workbook without --results writes nothing; "
                                     "add --results FILE, or use gpuplan check");
    if (plan.no_workbook && plan.owned)
        return say_error(EXIT_USAGE, "--owned shows on the sheet Timeline of the workbook; "
                                     "leave out --no-workbook");
    if (plan.no_workbook && plan.baseline)
        return say_error(EXIT_USAGE, "--baseline shows on the sheet Changes of the workbook; "
                                     "leave out --no-workbook");
    int exit_code = check_shard(&plan);
    return exit_code == EXIT_DONE ? plan_run(&plan) : exit_code;
}

int command_merge(const struct options *options)
{
    /* -o before the command is not known to be of merge */
    struct merge_options merge = {.shards = options->operands,
                                  .results = options->results ? options->results : options->output,
                                  .quiet = options->quiet};
    if (!merge.results)
        return say_error(EXIT_USAGE, "merge needs -o FILE, where the joined results go; - is "
                                     "standard output");
    return merge_run(&merge);
}

int command_check(const struct options *options)
{
    struct plan_options plan = plan_options_of(options);
    plan.check_only = true;
    return plan_run(&plan);
}

int command_template(const struct options *options)
{
    char name[64];
    const struct builtin_file *file = NULL;
    if (strlen(options->operands[0]) < 32) {
        bool workbook = !strcmp(options->operands[0], "workbook");
        snprintf(name, sizeof name, workbook ? "%s.csv" : "scenarios/%s.csv", options->operands[0]);
        file = builtin_file_named(name);
    }
    if (!file)
        return say_error(EXIT_USAGE,
                         "unknown template \"%.60s\"; "
                         "there are inference, training, lora, sweep, quarterly, workbook",
                         options->operands[0]);
    fwrite(file->begin, 1, (size_t)(file->end - file->begin), stdout);
    return EXIT_DONE;
}

int command_validate(const struct options *options)
{
    struct validate_options validate = {.path = options->operands[0],
                                        .catalog = options->catalog,
                                        .encoding = options->encoding,
                                        .settings = options->settings,
                                        .by = options->by,
                                        .details = options->details};
    return validate_run(&validate);
}
