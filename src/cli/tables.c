/* tables.c -- every command and every option, one row each */
#include "cli/commands.h"
#include "cli/options.h"

#define AT(field) offsetof(struct options, field)

const struct option_row option_rows[] = {
    {COMMAND_PLAN, "output", 'o', "FILE", OPTION_PATH, AT(output),
     "the workbook (default: outputs/STEM.xlsx)"},
    {COMMAND_PLAN, "results", 0, "FILE", OPTION_PATH, AT(results),
     "also write every scenario as CSV; - is standard output"},
    {COMMAND_PLAN, "no-workbook", 0, NULL, OPTION_FLAG, AT(no_workbook), "write no workbook"},
    {COMMAND_MERGE, "results", 'o', "FILE", OPTION_PATH, AT(results),
     "the joined results; - is standard output"},
    {COMMAND_ALL & ~(unsigned)(COMMAND_TEMPLATE | COMMAND_MERGE), "catalog", 0, "DIR", OPTION_PATH,
     AT(catalog), "rows of DIR/*.csv add to or override the built-in catalogs"},
    {COMMAND_PLAN | COMMAND_CHECK | COMMAND_EXPLAIN | COMMAND_VALIDATE, "encoding", 0, "NAME",
     OPTION_TEXT, AT(encoding),
     "encoding of the input, e.g. CP949 (default: UTF-8, or by its BOM)"},
    {COMMAND_PLAN | COMMAND_CHECK | COMMAND_EXPLAIN | COMMAND_VALIDATE, "set", 0, "NAME=VALUE",
     OPTION_LIST, AT(settings),
     "an assumption, rent.GPU, card.GPU or server.GPU for this run; repeatable"},
    {COMMAND_PLAN, "owned", 0, "FILE", OPTION_PATH, AT(owned),
     "GPUs that are owned, for Timeline: CSV with gpu, count, from, until"},
    {COMMAND_PLAN, "baseline", 0, "RESULTS", OPTION_PATH, AT(baseline),
     "results of an earlier run: what moved, and why, on Changes"},
    {COMMAND_PLAN, "formulas", 0, "WHICH", OPTION_TEXT, AT(formulas),
     "live cells: auto (rows up to 20,000 scenarios), always (up to 100,000), never"},
    {COMMAND_PLAN, "lang", 0, "LANGUAGE", OPTION_TEXT, AT(language),
     "language of the workbook: en or ko (default: en)"},
    {COMMAND_PLAN, "where", 0, "CONDITION", OPTION_LIST, AT(where),
     "list rows with COLUMN OP VALUE, e.g. \"gpus <= 8\"; repeatable, all must hold"},
    {COMMAND_PLAN, "sort", 0, "COLUMN", OPTION_TEXT, AT(sort),
     "list rows by a column of the results, smallest first; COLUMN:desc: largest first"},
    {COMMAND_PLAN, "top", 0, "N", OPTION_COUNT, AT(top), "list the first N rows only"},
    {COMMAND_PLAN, "scenario-rows", 0, "N", OPTION_COUNT, AT(scenario_rows),
     "of more rows, Scenarios has each workload's best only (default: 4194300)"},
    {COMMAND_PLAN, "shard", 0, "K/N", OPTION_TEXT, AT(shard),
     "plan the K-th of N slices, which gpuplan merge joins"},
    {COMMAND_PLAN, "keep-going", 0, NULL, OPTION_FLAG, AT(keep_going),
     "plan the good rows, list the bad ones in a Rejected sheet, exit 65"},
    {COMMAND_PLAN, "exit-status", 0, NULL, OPTION_FLAG, AT(exit_status),
     "exit 1 when a scenario has no fit"},
    {COMMAND_PLAN, "jobs", 'j', "N", OPTION_COUNT, AT(jobs), "threads (default: one per core)"},
    {COMMAND_PLAN | COMMAND_CHECK | COMMAND_MERGE, "quiet", 'q', NULL, OPTION_FLAG, AT(quiet),
     "say nothing on success"},
    {COMMAND_EXPLAIN, "row", 0, "N", OPTION_COUNT, AT(row),
     "the N-th row of the input, the header not counted"},
    {COMMAND_EXPLAIN, "scenario", 0, "N", OPTION_COUNT, AT(scenario),
     "the N-th scenario of the row's cross product (default: 1)"},
    {COMMAND_LIST, "format", 0, "FORMAT", OPTION_TEXT, AT(format),
     "table, csv or json (default: table)"},
    {COMMAND_VALIDATE, "by", 0, "COLUMN", OPTION_TEXT, AT(by),
     "a table per value of COLUMN, e.g. engine, model, dtype"},
    {COMMAND_VALIDATE, "details", 0, "FILE", OPTION_PATH, AT(details),
     "one line per measurement as CSV; - is standard output"},
    {COMMAND_ALL, "help", 'h', NULL, OPTION_FLAG, AT(help), "this text"},
    {COMMAND_ALL, "version", 0, NULL, OPTION_FLAG, AT(version), "the program's version"},
};
const size_t option_row_count = sizeof option_rows / sizeof *option_rows;

enum { MANY = 1000000 };

const struct command commands[] = {
    {COMMAND_PLAN, "plan", "INPUT.csv...", 1, MANY, "plan scenario matrices into a workbook",
     "Reads scenario matrices, finds the smallest layout that fits for every scenario, "
     "and writes a\nworkbook. Every fault of the inputs is listed first; nothing is written "
     "when there is one,\nunless --keep-going. Outputs replace their old version only when they "
     "are complete.\n\n"
     "--where, --sort and --top choose the rows of the results CSV and of Scenarios; everything "
     "is\nplanned, and the other sheets count everything. Operators are = != < <= > >= and ~ "
     "for a\npattern with * and ?; columns are those of the results CSV.",
     "  gpuplan plan inputs/procurement.csv\n"
     "  gpuplan plan quarter.csv -o q3.xlsx --results q3.csv\n"
     "  gpuplan plan inputs/sweep.csv --no-workbook --results - | head",
     command_plan},
    {COMMAND_MERGE, "merge", "SHARD.csv...", 1, MANY, "join the results of plan --shard",
     "Joins the results of all N shards of a run, named in any order, into the bytes that one "
     "run\nwrites. Refuses what is missing, doubled, of another run or changed.",
     "  gpuplan plan sweep.csv --no-workbook --shard 1/2 --results 1.csv\n"
     "  gpuplan plan sweep.csv --no-workbook --shard 2/2 --results 2.csv\n"
     "  gpuplan merge 1.csv 2.csv -o all.csv",
     command_merge},
    {COMMAND_CHECK, "check", "INPUT.csv...", 1, MANY, "list the faults of scenario matrices",
     "Reads scenario matrices and lists every fault with its place. Writes nothing.",
     "  gpuplan check inputs/procurement.csv", command_check},
    {COMMAND_EXPLAIN, "explain", "INPUT.csv --row N", 1, 1, "show the arithmetic of one scenario",
     "Prints one scenario's memory, speed and money, term by term: the formula in letters, the "
     "numbers put in, the\n"
     "bytes, and the source of each term.",
     "  gpuplan explain inputs/procurement.csv --row 1", command_explain},
    {COMMAND_LIST, "list", "models|gpus|dtypes|optimizers|engines [PATTERN]", 1, 2,
     "show a catalog",
     "Prints the rows of a catalog whose id matches PATTERN (* and ?). csv and json\n"
     "carry every column, with sources.",
     "  gpuplan list gpus 'h*'\n"
     "  gpuplan list models 'exaone*' --format csv",
     command_list},
    {COMMAND_VALIDATE, "validate", "MEASURED.csv", 1, 1, "hold predictions against measurements",
     "Predicts every row of a file of measurements at its pinned layout and prints the error "
     "by kind.\nThe columns are those of a scenario matrix plus id, kind, measured, unit and "
     "source.",
     "  gpuplan validate tests/accuracy/inference.csv --by engine", command_validate},
    {COMMAND_TEMPLATE, "template", "NAME", 1, 1, "print a form to start from",
     "Prints a scenario matrix to fill in: inference, training, lora, sweep or quarterly; or\n"
     "workbook: the sheets of a workbook, for the folder of --catalog.",
     "  gpuplan template inference > mine.csv", command_template},
};
const size_t command_count = sizeof commands / sizeof *commands;
