/* methods.c -- the Methods sheet: two published rules of thumb beside the detailed estimate */
#include "book/inside.h"

#include "book/option.h"
#include "core/units.h"

#include <stdio.h>

enum {
    AT_WORKLOAD,
    AT_MODEL,
    AT_DTYPE,
    AT_GPU,
    AT_PRIMER_LOW,
    AT_PRIMER,
    AT_PRIMER_GPUS,
    AT_RULE_LOW,
    AT_RULE,
    AT_RULE_GPUS,
    AT_GPU_GIB,
    AT_EXPECTED,
    AT_DETAILED,
    AT_RECOMMENDED,
    AT_RATIO,
    AT_NOTE,
    AT_COUNT
};

static const struct table_column columns[AT_COUNT] = {
    [AT_WORKLOAD] = {"Workload", NULL, 30, STYLE_STRONG},
    [AT_MODEL] = {"Model", NULL, 20, STYLE_TEXT},
    [AT_DTYPE] = {"Type, optimizer", NULL, 18, STYLE_TEXT},
    [AT_GPU] = {"GPU", NULL, 18, STYLE_TEXT},
    [AT_PRIMER_LOW] = {"Primer, low", "GB, whole model", 11, STYLE_GB},
    [AT_PRIMER] = {"Primer", "GB, whole model", 11, STYLE_GB},
    [AT_PRIMER_GPUS] = {"Primer", "GPUs", 9, STYLE_COUNT},
    [AT_RULE_LOW] = {"Rule, low", "GB, whole model", 11, STYLE_GB},
    [AT_RULE] = {"Rule", "GB, whole model", 11, STYLE_GB},
    [AT_RULE_GPUS] = {"Rule", "GPUs", 9, STYLE_COUNT},
    [AT_GPU_GIB] = {"Detailed, fullest GPU", "GiB/GPU", 11, STYLE_GIB},
    [AT_EXPECTED] = {"\u00D7 expected", "GPUs", 10.5, STYLE_COUNT},
    [AT_DETAILED] = {"= detailed, all GPUs", "GB", 11, STYLE_GB},
    [AT_RECOMMENDED] = {"Detailed, recom-mended", "GPUs", 11, STYLE_RESULT},
    [AT_RATIO] = {"Detailed \u00F7 primer", "GB / GB", 10.5, STYLE_GIB},
    [AT_NOTE] = {"Status of primer, rule, detailed", NULL, 26, STYLE_TEXT},
};

enum { HEADER_ROW = 3, COMPARED_BYTES = 1024 };

static const char *const paragraphs[] = {
    "Primer (a widely read Korean primer on LLM memory, April 2024, built on EleutherAI's "
    "Transformer "
    "Math 101 and kipply's Transformer Inference Arithmetic). Counts parameters: weights = "
    "parameters "
    "\u00D7 bytes; KV cache = 2 \u00D7 layers \u00D7 hidden size \u00D7 bytes \u00D7 tokens \u00D7 "
    "requests; in training, gradients as large as the weights and 4 bytes per optimizer state; 5 "
    "to 10 % "
    "on top. It leaves out grouped-query attention (so the cache of a modern model comes out "
    "several "
    "times too large), the engine's share of the card, tensor parallelism, and activations of long "
    "training sequences. GPUs are counted pooled: total divided by the driver's bytes of one card.",
    "Rule (a second primer, for infrastructure teams, 2024-04-20). Training takes 4 to 5 times the "
    "weights; serving takes the weights and a quarter more. It knows neither context length nor "
    "concurrency, optimizer or card; it is right for a short context and a few requests only.",
    "Detailed (this program). Counts every tensor by its own width, the cache by its real KV heads "
    "and "
    "windows in the engine's blocks, the activations of one engine step, the runtime, and each GPU "
    "of a "
    "legal layout by itself: the fullest GPU must fit into the share that the engine may use. It "
    "leaves "
    "out what the sheet About lists.",
    "The primer's training example (7 B parameters, fp16, AdamW) prints a total of 132.4 GB; its "
    "terms, "
    "14 + 84 + 14 + 1.4, add up to 113.4 GB. The addition slip is not repeated here.",
    "GB is 10^9 bytes and counts the whole model, as the primer does; GiB is 2^30 bytes and counts "
    "one "
    "GPU, as the driver does. Copies of a replica are counted as often as they exist.",
};

static const char *status_of(const struct option *o)
{
    return status_words[o->status];
}

static void put_published(struct sheet *sheet, uint32_t row, uint16_t column,
                          const struct option *o)
{
    bool given = o->published_bytes >= 0;
    put_number(sheet, row, column, STYLE_GB, given ? o->published_low_bytes / GB : NOT_GIVEN);
    put_number(sheet, row, (uint16_t)(column + 1), STYLE_GB,
               given ? o->published_bytes / GB : NOT_GIVEN);
    put_number(sheet, row, (uint16_t)(column + 2), STYLE_COUNT,
               o->status == STATUS_OK ? o->layout.gpus : NOT_GIVEN);
}

static void put_detailed(struct sheet *sheet, uint32_t row, const struct option *o,
                         const struct option *primer)
{
    bool fits = o->status == STATUS_OK;
    double all = o->total_bytes * o->layout.gpus;
    put_number(sheet, row, AT_GPU_GIB, STYLE_GIB, o->placed ? o->total_bytes / GIB : NOT_GIVEN);
    put_number(sheet, row, AT_EXPECTED, STYLE_COUNT, fits ? o->layout.gpus : NOT_GIVEN);
    put_number(sheet, row, AT_DETAILED, STYLE_GB, fits ? all / GB : NOT_GIVEN);
    put_number(sheet, row, AT_RECOMMENDED, STYLE_RESULT,
               option_is_safe(o) ? o->gpus_high : NOT_GIVEN);
    put_number(sheet, row, AT_RATIO, STYLE_GIB,
               fits && primer->published_bytes > 0 ? all / primer->published_bytes : NOT_GIVEN);
}

static void put_row(struct sheet *sheet, uint32_t row, const struct method_entry *m)
{
    const struct option *detailed = &m->by[ESTIMATE_DETAILED];
    const struct option *primer = &m->by[ESTIMATE_PRIMER];
    const struct option *rule = &m->by[ESTIMATE_RULE];
    char text[WORKLOAD_NAME_BYTES];
    put_verbatim(sheet, row, AT_WORKLOAD, STYLE_STRONG, workload_full_name(m->workload, text));
    put_verbatim(sheet, row, AT_MODEL, STYLE_TEXT, m->workload->model);
    put_verbatim(sheet, row, AT_DTYPE, STYLE_TEXT, option_type(detailed, text));
    put_verbatim(sheet, row, AT_GPU, STYLE_TEXT, detailed->gpu);
    put_published(sheet, row, AT_PRIMER_LOW, primer);
    put_published(sheet, row, AT_RULE_LOW, rule);
    put_detailed(sheet, row, detailed, primer);
    snprintf(text, sizeof text, "%s, %s, %s", status_of(primer), status_of(rule),
             status_of(detailed));
    put_text(sheet, row, AT_NOTE, STYLE_TEXT, text);
}

bool methods_column(size_t i, struct heading *heading)
{
    return table_heading(columns, AT_COUNT, i, heading);
}

/* The same option by the three methods, in words: the first line where all of them answer. */
static bool compare_in_words(const struct digest *d, char text[COMPARED_BYTES])
{
    for (size_t i = 0; i < d->method_count; i++) {
        const struct method_entry *m = d->methods[i];
        const struct option *o = &m->by[ESTIMATE_DETAILED];
        const struct option *primer = &m->by[ESTIMATE_PRIMER];
        const struct option *rule = &m->by[ESTIMATE_RULE];
        char name[WORKLOAD_NAME_BYTES];
        if (o->status != STATUS_OK || primer->published_bytes <= 0 || rule->published_bytes <= 0)
            continue;
        double kept = o->column_bytes[COLUMN_KV_CACHE] + o->column_bytes[COLUMN_GRADIENTS] +
                      o->column_bytes[COLUMN_OPTIMIZER];
        snprintf(text, COMPARED_BYTES,
                 "Worked comparison: %s on %s. Primer: %.1f GB for the whole model, %.0f GPUs. "
                 "Rule: %.1f GB, %.0f GPUs. Detailed: %.2f GiB on the fullest of %.0f GPUs, of "
                 "which weights %.2f, cache or training states %.2f, activations %.2f and the "
                 "engine itself %.2f; on all GPUs together %.1f GB. Primer and rule divide their "
                 "total by one card's bytes; the detailed estimate asks whether the fullest GPU "
                 "of a layout holds its part.",
                 workload_full_name(m->workload, name), o->gpu, primer->published_bytes / GB,
                 primer->layout.gpus, rule->published_bytes / GB, rule->layout.gpus,
                 o->total_bytes / GIB, o->layout.gpus, o->column_bytes[COLUMN_WEIGHTS] / GIB,
                 kept / GIB, o->column_bytes[COLUMN_ACTIVATIONS] / GIB,
                 o->column_bytes[COLUMN_OVERHEAD] / GIB, o->total_bytes * o->layout.gpus / GB);
        return true;
    }
    return false;
}

void methods_write(struct book *book, struct sheet *sheet)
{
    const struct digest *d = &book->digest;
    char text[256];
    uint32_t row = HEADER_ROW + 1;
    snprintf(text, sizeof text,
             "Three estimates of the same option, side by side%s. What each counts and "
             "leaves out stands below the table, from row %zu.",
             d->method_count == METHODS_MOST ? "; the first 200 options" : "",
             (size_t)row + d->method_count + 3);
    page_title(sheet, "Methods", text);
    table_header(sheet, HEADER_ROW, columns, AT_COUNT);
    for (size_t i = 0; i < d->method_count; i++)
        put_row(sheet, row++, d->methods[i]);
    worksheet_autofilter(sheet->worksheet, HEADER_ROW, 0, row - 1, AT_COUNT - 1);
    put_text(sheet, ++row, 0, STYLE_SECTION, "What each method counts, and what it leaves out");
    row++;
    for (size_t i = 0; i < sizeof paragraphs / sizeof *paragraphs; i++)
        put_paragraph(sheet, row++, AT_COUNT - 1, table_width(columns, AT_COUNT), paragraphs[i]);
    char compared[COMPARED_BYTES];
    if (compare_in_words(d, compared))
        put_paragraph(sheet, row++, AT_COUNT - 1, table_width(columns, AT_COUNT), compared);
    struct print_setup setup = {row - 1, AT_COUNT - 1, HEADER_ROW, 1, 1, 90, false};
    page_setup(book, sheet, &setup);
}
