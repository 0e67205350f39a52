/* about.c -- the About sheet: what this is, from what, with what, and what it does not know */
#include "book/inside.h"
#include "book/provenance.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { LAST_COLUMN = 3, TOTAL_WIDTH = 132, INPUTS_SHOWN = 1000, SETTINGS_SHOWN = 1000 };

const char *created_text(const struct book *book, char buffer[TIME_BYTES])
{
    time_t created = (time_t)(book->options.created > 0 ? book->options.created : 1);
    struct tm parts;
    if (!gmtime_r(&created, &parts) || !strftime(buffer, TIME_BYTES, "%Y-%m-%d %H:%M UTC", &parts))
        copy_text(buffer, TIME_BYTES, "unknown");
    return buffer;
}

static const char *const limits[] = {
    "Speed is of a steady load at the given concurrency: bursts, queues before the engine, more "
    "than one server of a replica and networks between servers are not modelled. Cards and engines "
    "without measurements use defaults, marked in the column Speed from.",
    "The recommended count holds at the high end of a band that holds 90 % of the public "
    "measurements "
    "the model was checked against; one in ten lies outside.",
    "Activations are the least certain term of serving: they depend on the engine's version, its "
    "batch "
    "settings and its build. Give max_num_seqs, max_num_batched_tokens and engine_version where "
    "known.",
    "What frameworks see of a card varies by about 0.4 GiB with the driver; cards whose memory is "
    "converted from the marketing size are marked on the sheet GPUs.",
    "Quantized checkpoints differ in which tensors they keep wide; vendor recipes and hybrids can "
    "be "
    "some percent larger than their type says.",
    "Not modelled: prefix caching, speculative decoding, disaggregated serving, offload to host "
    "memory, "
    "MIG slices, other programs on the same card.",
    "Prices are public figures with a date, not offers; rent and purchase are for the recommended "
    "count. A card without a known price is left out of the cheapest ranking and said so. "
    "Buildings, "
    "staff, interest, resale and the price of moving data are not in the cost of owning.",
};

static const char *const guide[][2] = {
    {"Summary", "the answer: per workload the cheapest and the smallest option"},
    {"Minimum GPUs", "the count for each workload and type on each card, in one matrix"},
    {"Breakdown", "where the memory of one GPU goes, option by option"},
    {"Cost", "what they cost to buy, to rent and to run; formulas that follow prices and factors"},
    {"Sensitivity", "which assumption changes the answer, and at what value"},
    {"Timeline", "per period what is needed, owned and to be bought, with spend and power"},
    {"Changes", "what moved since an earlier run, by how much, and why"},
    {"Methods", "two published rules of thumb beside the detailed estimate"},
    {"Scenarios", "every scenario with every column, to filter and sort"},
    {"Search", "GPU counts that follow the levers on Assumptions, or a count of your own"},
    {"Search layouts", "every layout of those options, and whether it holds"},
    {"Capacity", "what each engine may use of each card, live"},
    {"What-if", "one serving scenario with drop-downs; every term and the search as live formulas"},
    {"What-if layouts", "the search: a row for each layout, and whether it fits"},
    {"What-if splits", "the memory terms of each way to cut a replica, before its cache"},
    {"What-if data", "the catalog rows that the drop-downs offer"},
    {"What-if training",
     "one training scenario with drop-downs; every term and the search as live formulas"},
    {"Training layouts", "the search: GiB for each t, p, ZeRO stage and number of ranks"},
    {"Training splits", "the memory terms of each t, p and ZeRO stage, before ranks divide them"},
    {"Training ways", "the memory terms that depend on t alone"},
    {"Training data", "the catalog rows that the drop-downs offer"},
    {"Assumptions", "every named number, engine coefficient, letter and formula, with its source"},
    {"Models", "the models in use and where their dimensions were read"},
    {"GPUs", "the cards in use, their usable memory, types and prices"},
    {"Checks", "what was compared before the file was released"},
};

static uint32_t put_pair(struct sheet *sheet, uint32_t row, const char *name, const char *value)
{
    put_text(sheet, row, 0, STYLE_STRONG, name);
    put_across(sheet, row, 1, LAST_COLUMN, STYLE_WRAP, value);
    set_lines(sheet, row, text_lines(value, TOTAL_WIDTH - 40));
    return row + 1;
}

static uint32_t put_inputs(const struct book *book, struct sheet *sheet, uint32_t row)
{
    static const struct table_column columns[] = {
        {"Input", NULL, 40, STYLE_TEXT},
        {"Fingerprint", "64 bit, hexadecimal", 34, STYLE_TEXT},
        {"Rows", "accepted", 24, STYLE_COUNT},
        {"Scenarios", "their product", 34, STYLE_COUNT},
    };
    table_titles(sheet, row++, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < book->options.input_count && i < INPUTS_SHOWN; i++, row++) {
        const struct book_input *input = &book->options.inputs[i];
        char hash[32];
        snprintf(hash, sizeof hash, "%016llx", input->hash);
        put_verbatim(sheet, row, 0, STYLE_TEXT, input->name);
        put_verbatim(sheet, row, 1, STYLE_TEXT, hash);
        put_number(sheet, row, 2, STYLE_COUNT, (double)input->rows);
        put_number(sheet, row, 3, STYLE_COUNT, (double)input->scenarios);
    }
    if (book->options.input_count > INPUTS_SHOWN)
        put_text(sheet, row++, 0, STYLE_TEXT, "and more inputs, as the command says");
    return row + 1;
}

static bool has_sheet(const struct book *book, const char *name)
{
    for (size_t i = 0; i < book->sheet_count; i++)
        if (!strcmp(book->sheets[i].name, name))
            return true;
    return false;
}

static uint32_t put_guide(const struct book *book, struct sheet *sheet, uint32_t row)
{
    put_text(sheet, row++, 0, STYLE_SECTION, "Sheets");
    for (size_t i = 0; i < sizeof guide / sizeof *guide; i++) {
        if (!has_sheet(book, guide[i][0]))
            continue;
        put_link(sheet, row, 0, guide[i][0]);
        put_across(sheet, row++, 1, LAST_COLUMN, STYLE_WRAP, guide[i][1]);
    }
    return row + 1;
}

/* What a fill means; no meaning is told by colour alone. */
static uint32_t put_legend(struct sheet *sheet, uint32_t row)
{
    static const struct {
        enum style style;
        const char *example;
        const char *meaning;
    } rows[] = {
        {STYLE_INPUT, "input", "a number or choice to change: formulas follow"},
        {STYLE_RESULT, "result", "the count to plan with"},
        {STYLE_TEXT, "worked out", "a formula, or a figure of the program"},
        {STYLE_GOOD, "\u2714 OK", "a check that holds"},
        {STYLE_BAD, "\u2718 NOT OK", "a check that fails; what does not fit"},
        {STYLE_WARNING, "\u26A0", "what a reader must know before using a figure"},
    };
    put_text(sheet, row++, 0, STYLE_SECTION, "Looks of cells");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        put_text(sheet, row, 0, rows[i].style, rows[i].example);
        put_across(sheet, row++, 1, LAST_COLUMN, STYLE_WRAP, rows[i].meaning);
    }
    return row + 1;
}

static uint32_t put_limits(struct sheet *sheet, uint32_t row)
{
    put_text(sheet, row++, 0, STYLE_SECTION, "What this plan does not know");
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        put_paragraph(sheet, row++, LAST_COLUMN, TOTAL_WIDTH, limits[i]);
    return row;
}

void about_write(struct book *book, struct sheet *sheet)
{
    static const double widths[] = {40, 34, 24, 34};
    const struct book_options *o = &book->options;
    char buffer[TIME_BYTES];
    char library[LIBRARIES_BYTES];
    uint32_t row = 3;
    for (int i = 0; i <= LAST_COLUMN; i++)
        worksheet_set_column(sheet->worksheet, (uint16_t)i, (uint16_t)i, widths[i], NULL);
    page_title(
        sheet, "About this workbook",
        "It plans the GPU memory of large language models, for serving and for training, and the "
        "fewest GPUs that hold them.");
    row = put_pair(sheet, row, "Title", o->title);
    row = put_pair(sheet, row, "Made on", created_text(book, buffer));
    row = put_pair(sheet, row, "Made by",
                   "gpuplan, a program that computes; nothing here was typed in");
    row = put_pair(sheet, row, "Program version", o->version);
    row = put_pair(sheet, row, "Libraries", provenance_libraries(book, library));
    row = put_pair(sheet, row, "Command", o->command);
    for (size_t i = 0; o->settings && o->settings[i] && i < SETTINGS_SHOWN; i++)
        row = put_pair(sheet, row, "Set for this run", o->settings[i]);
    if (book->list.note)
        row = put_pair(sheet, row, "Rows of Scenarios", book->list.note);
    row = put_inputs(book, sheet, row + 1);
    row = provenance_catalogs(book, sheet, row);
    row = put_guide(book, sheet, row);
    row = put_legend(sheet, row);
    row = put_limits(sheet, row);
    row = provenance_accuracy(book, sheet, row + 1);
    struct print_setup setup = {row, LAST_COLUMN, 0, 0, 1, 100, false};
    page_setup(book, sheet, &setup);
}
