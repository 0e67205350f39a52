/* help.c -- help, made from the tables of commands and options */
#include "base/exit.h"
#include "base/version.h"
#include "cli/options.h"

#include <stdio.h>
#include <string.h>

static void print_options(unsigned of)
{
    for (size_t i = 0; i < option_row_count; i++) {
        const struct option_row *row = &option_rows[i];
        char left[64];
        if (!(row->commands & of))
            continue;
        int used = row->letter ? snprintf(left, sizeof left, "-%c, --%s", row->letter, row->name)
                               : snprintf(left, sizeof left, "    --%s", row->name);
        if (row->argument)
            snprintf(left + used, sizeof left - (size_t)used, " %s", row->argument);
        printf("  %-28s %s\n", left, row->help);
    }
}

static void print_program(void)
{
    printf("gpuplan %s: which GPUs, and how many, does this LLM workload need?\n\n",
           GPUPLAN_VERSION);
    puts("Reads CSV scenario matrices and writes an XLSX workbook with the minimum GPU count "
         "of every\nscenario, term by term.\n\n"
         "Usage: gpuplan COMMAND [OPTIONS] ...\n\n"
         "Commands:");
    for (size_t i = 0; i < command_count; i++)
        printf("  %-10s %s\n", commands[i].name, commands[i].summary);
    puts("\nOptions:\n"
         "  -h, --help                   this text, or with a command that command's help\n"
         "      --version                the program's version\n\n"
         "Examples:\n"
         "  gpuplan template inference > mine.csv\n"
         "  gpuplan plan mine.csv -o mine.xlsx\n"
         "  gpuplan list gpus 'h100*'\n\n"
         "Exit codes: 0 done, 1 a row has no fit (--exit-status), 64 usage, 65 bad data, "
         "66 no input,\n70 internal, 73 cannot create, 74 I/O, 128 + n on signal n.");
}

int options_help(const struct command *command)
{
    if (!command) {
        print_program();
        return EXIT_DONE;
    }
    printf("Usage: gpuplan %s %s [OPTIONS]\n\n%s\n\nOptions:\n", command->name, command->operands,
           command->details);
    print_options((unsigned)command->id);
    if (command->examples)
        printf("\nExamples:\n%s\n", command->examples);
    return EXIT_DONE;
}
