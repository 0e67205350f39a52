/* main.c -- argv -> options -> run -> exit status */
#include "base/exit.h"
#include "base/interrupt.h"
#include "base/output.h"
#include "base/version.h"
#include "cli/options.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Data that never reached the disk is a failure, whatever the command said. */
static int close_stdout(int exit_code)
{
    bool written = fflush(stdout) == 0 && !ferror(stdout);
    if (written || exit_code != EXIT_DONE)
        return exit_code;
    if (output_reader_left(stdout))
        return EXIT_SIGNAL + SIGPIPE;
    fprintf(stderr, "gpuplan: error: standard output: cannot write: %s\n", strerror(errno));
    return EXIT_IO;
}

int main(int argc, char **argv)
{
    struct options options = {.jobs = -1, .row = -1, .scenario = 1, .top = -1, .scenario_rows = -1};
    /* three lists, each with room for every argument and the NULL behind them */
    const char **words = calloc(3 * ((size_t)argc + 1), sizeof *words);
    if (!words)
        return EXIT_INTERNAL;
    options.operands = words;
    options.settings = words + argc + 1;
    options.where = options.settings + argc + 1;
    interrupt_install();
    int exit_code = options_parse(&options, argc, argv);
    if (exit_code == EXIT_DONE && options.help)
        exit_code = options_help(options.command);
    else if (exit_code == EXIT_DONE && options.version)
        puts("gpuplan " GPUPLAN_VERSION);
    else if (exit_code == EXIT_DONE)
        exit_code = options.command->run(&options);
    if (exit_code != EXIT_DONE && interrupt_signal())
        exit_code = EXIT_SIGNAL + interrupt_signal();
    free(words);
    return close_stdout(exit_code);
}
