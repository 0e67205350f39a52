/* options.c -- argv through the options table; what is wrong is said with what would be right */
#include "cli/options.h"

#include "base/exit.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static int usage(const struct options *options, const char *what, const char *subject,
                 const char *hint)
{
    fprintf(stderr, "gpuplan: error: %s%s%s%s", what, subject ? " \"" : "", subject ? subject : "",
            subject ? "\"" : "");
    if (hint)
        fprintf(stderr, "; %s", hint);
    fprintf(stderr, "; see gpuplan %s%s--help\n", options->command ? options->command->name : "",
            options->command ? " " : "");
    return EXIT_USAGE;
}

static const char *option_name(const void *items, size_t index)
{
    return ((const struct option_row *)items)[index].name;
}

static const char *command_name(const void *items, size_t index)
{
    return ((const struct command *)items)[index].name;
}

static const struct option_row *option_named(const struct options *options, const char *name,
                                             size_t length, char letter)
{
    for (size_t i = 0; i < option_row_count; i++) {
        const struct option_row *row = &option_rows[i];
        bool same = letter ? row->letter == letter
                           : strlen(row->name) == length && !strncmp(row->name, name, length);
        if (same && (!options->command || row->commands & (unsigned)options->command->id))
            return row;
    }
    return NULL;
}

static int set_option(struct options *options, const struct option_row *row, const char *value)
{
    char *base = (char *)options;
    bool on = true;
    double number;
    if (row->kind == OPTION_FLAG) {
        memcpy(base + row->offset, &on, sizeof on);
        return EXIT_DONE;
    }
    if (row->kind == OPTION_TEXT || row->kind == OPTION_PATH) {
        memcpy(base + row->offset, &value, sizeof value);
        return EXIT_DONE;
    }
    if (row->kind == OPTION_LIST) {
        const char **list;
        memcpy(&list, base + row->offset, sizeof list);
        while (*list)
            list++;
        *list = value;
        return EXIT_DONE;
    }
    if (!text_number(value, &number) || number < 1 || number != floor(number) || number > 1e15) {
        char what[64];
        snprintf(what, sizeof what, "--%s needs a whole number of 1 or more, not", row->name);
        return usage(options, what, value, NULL);
    }
    memcpy(base + row->offset, &number, sizeof number);
    return EXIT_DONE;
}

/* True for an option that another command has. */
static bool belongs_elsewhere(const char *name, size_t length)
{
    for (size_t i = 0; i < option_row_count; i++)
        if (strlen(option_rows[i].name) == length && !strncmp(option_rows[i].name, name, length))
            return true;
    return false;
}

/* --name, --name=value, --name value, -o value, -ovalue. *i steps over a value that was used. */
static int take_option(struct options *options, int argc, char **argv, int *i)
{
    const char *word = argv[*i];
    bool is_long = word[1] == '-';
    const char *name = word + (is_long ? 2 : 1);
    const char *equals = is_long ? strchr(name, '=') : NULL;
    size_t length = equals ? (size_t)(equals - name) : strlen(name);
    const struct option_row *row = option_named(options, name, length, is_long ? '\0' : name[0]);
    char hint[96];
    if (!row && belongs_elsewhere(name, length))
        return usage(options, "this command has no option", word, NULL);
    if (!row) {
        const char *close = text_closest(name, option_rows, option_row_count, option_name);
        snprintf(hint, sizeof hint, "did you mean --%s?", close ? close : "");
        return usage(options, "unknown option", word, is_long && close ? hint : NULL);
    }
    const char *value = equals ? equals + 1 : !is_long && name[1] ? name + 1 : NULL;
    if (row->kind == OPTION_FLAG && value)
        return usage(options, "this option takes no value:", word, NULL);
    if (row->kind != OPTION_FLAG && !value) {
        if (*i + 1 >= argc)
            return usage(options, "this option needs a value:", word, row->help);
        value = argv[++*i];
    }
    if (row->kind == OPTION_PATH && !*value) /* an unset variable of a script */
        return usage(options, "this option needs a name, not an empty one:", word, row->help);
    return set_option(options, row, value);
}

static int take_command(struct options *options, const char *word)
{
    for (size_t i = 0; i < command_count; i++)
        if (!strcmp(commands[i].name, word))
            options->command = &commands[i];
    if (options->command)
        return EXIT_DONE;
    const char *close = text_closest(word, commands, command_count, command_name);
    char hint[96];
    snprintf(hint, sizeof hint, "did you mean %s?", close ? close : "");
    return usage(options, "unknown command", word, close ? hint : NULL);
}

static void remember_line(struct options *options, int argc, char **argv)
{
    size_t used = 0;
    for (int i = 0; i < argc; i++) {
        const char *word = i ? argv[i] : "gpuplan";
        int length =
            snprintf(options->line + used, sizeof options->line - used, "%s%s", i ? " " : "", word);
        used += (size_t)length;
        if (used >= sizeof options->line)
            return;
    }
}

static int check_operands(const struct options *options)
{
    const struct command *command = options->command;
    if (options->help || options->version)
        return EXIT_DONE;
    if (!command)
        return usage(options, "no command", NULL,
                     "commands are plan, merge, check, explain, list, validate, template");
    if (options->operand_count < command->least)
        return usage(options, "missing", command->operands, NULL);
    if (options->operand_count > command->most)
        return usage(options, "too many operands, from", options->operands[command->most], NULL);
    return EXIT_DONE;
}

int options_parse(struct options *options, int argc, char **argv)
{
    bool only_operands = false;
    remember_line(options, argc, argv);
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        int exit_code = EXIT_DONE;
        if (!only_operands && !strcmp(word, "--"))
            only_operands = true;
        else if (!only_operands && word[0] == '-' && word[1])
            exit_code = take_option(options, argc, argv, &i);
        else if (!options->command)
            exit_code = take_command(options, word);
        else
            options->operands[options->operand_count++] = word;
        if (exit_code != EXIT_DONE)
            return exit_code;
    }
    return check_operands(options);
}
