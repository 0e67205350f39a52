/* options.h -- the options table: parsing, help, man page and completion all follow it */
#ifndef GPUPLAN_OPTIONS_H
#define GPUPLAN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

/* What the command line said. Texts point into argv. */
struct options {
    const struct command *command; /* NULL: none was named */
    const char **operands;         /* NULL-terminated, after the command */
    size_t operand_count;
    bool help;
    bool version;
    const char *output;
    const char *results;
    bool no_workbook;
    const char *catalog;
    const char *encoding;
    const char *owned;
    const char *baseline;
    const char *formulas; /* NULL: auto */
    const char *language;
    const char **settings; /* NAME=VALUE, NULL-terminated; room for one per argument */
    const char **where;    /* likewise */
    const char *sort;
    double top;
    double scenario_rows;
    const char *shard;
    bool keep_going;
    bool exit_status;
    bool quiet;
    double jobs; /* NOT_GIVEN (-1): one per core */
    double row;
    double scenario;
    const char *format;
    const char *by;
    const char *details;
    char line[1024]; /* the command line, for the About sheet */
};

/* A path is a text that must not be empty. */
enum option_kind { OPTION_FLAG, OPTION_TEXT, OPTION_PATH, OPTION_LIST, OPTION_COUNT };

struct option_row {
    unsigned commands;    /* bits of enum command_id */
    const char *name;     /* without the dashes */
    char letter;          /* '\0': none */
    const char *argument; /* NULL: a flag */
    enum option_kind kind;
    size_t offset; /* in struct options */
    const char *help;
};
extern const struct option_row option_rows[];
extern const size_t option_row_count;

enum command_id {
    COMMAND_PLAN = 1,
    COMMAND_CHECK = 2,
    COMMAND_EXPLAIN = 4,
    COMMAND_LIST = 8,
    COMMAND_VALIDATE = 16,
    COMMAND_TEMPLATE = 32,
    COMMAND_MERGE = 64,
    COMMAND_ALL = 127
};

struct command {
    enum command_id id;
    const char *name;
    const char *operands; /* for the synopsis */
    size_t least;
    size_t most; /* operands */
    const char *summary;
    const char *details;  /* paragraphs of its help */
    const char *examples; /* lines, NULL: none */
    int (*run)(const struct options *options);
};
extern const struct command commands[];
extern const size_t command_count;

/* Fills *options. Returns EXIT_DONE, or EXIT_USAGE after saying what is wrong on stderr. */
int options_parse(struct options *options, int argc, char **argv);

/* Help on stdout: of the program, or of one command. */
int options_help(const struct command *command);

#endif
