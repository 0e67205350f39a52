/* assumptions.c -- the Assumptions sheet: every named number, coefficient, letter and formula
 *
 * One set of columns for all of it, so that an auditor can filter: part, name, value, unit,
 * meaning, source, date. */
#include "book/inside.h"
#include "book/levers.h"

#include "core/letters.h"
#include "core/memory/terms.h"
#include "core/money.h"
#include "core/speed/speed.h"

#include <stdio.h>
#include <string.h>

enum { AT_PART, AT_NAME, AT_VALUE, AT_UNIT, AT_MEANING, AT_SOURCE, AT_CHECKED, AT_COUNT };

static const struct table_column columns[AT_COUNT] = {
    {"Part", NULL, 26, STYLE_TEXT},      {"Name", NULL, 36, STYLE_STRONG},
    {"Value", NULL, 13, STYLE_NUMBER},   {"Unit", NULL, 16, STYLE_TEXT},
    {"Meaning", NULL, 66, STYLE_WRAP},   {"Source", NULL, 50, STYLE_WRAP},
    {"Checked", "date", 11, STYLE_TEXT},
};

enum { HEADER_ROW = 3 };

/* A line of the sheet; `text` stands in for a value that is a word. */
struct line {
    const char *part;
    const char *name;
    double value;
    const char *text;
    const char *unit;
    const char *meaning;
    const char *source;
    const char *checked;
};

static uint32_t put_styled(struct sheet *sheet, uint32_t row, const struct line *line,
                           enum style style)
{
    size_t meaning = text_lines(line->meaning, columns[AT_MEANING].width);
    size_t source = text_lines(line->source, columns[AT_SOURCE].width);
    set_lines(sheet, row, meaning > source ? meaning : source);
    put_text(sheet, row, AT_PART, STYLE_TEXT, line->part);
    put_text(sheet, row, AT_NAME, STYLE_STRONG, line->name);
    if (line->text)
        put_text(sheet, row, AT_VALUE, STYLE_TEXT, line->text);
    else
        put_signed(sheet, row, AT_VALUE, style, line->value);
    put_text(sheet, row, AT_UNIT, STYLE_TEXT, line->unit);
    put_text(sheet, row, AT_MEANING, STYLE_WRAP, line->meaning);
    put_verbatim(sheet, row, AT_SOURCE, STYLE_WRAP, line->source);
    put_verbatim(sheet, row, AT_CHECKED, STYLE_TEXT, line->checked);
    return row + 1;
}

static uint32_t put_line(struct sheet *sheet, uint32_t row, const struct line *line)
{
    return put_styled(sheet, row, line, STYLE_NUMBER);
}

static void validate_lever(struct sheet *sheet, uint32_t row, const struct lever *lever)
{
    lxw_data_validation rule = {.validate = LXW_VALIDATION_TYPE_DECIMAL,
                                .criteria = LXW_VALIDATION_CRITERIA_BETWEEN,
                                .minimum_number = lever->least,
                                .maximum_number = lever->most,
                                .ignore_blank = LXW_VALIDATION_ON};
    if (worksheet_data_validation_cell(sheet->worksheet, row, AT_VALUE, &rule))
        sheet->refused++;
}

static uint32_t put_levers(struct book *book, struct sheet *sheet, uint32_t row)
{
    char cell[LXW_MAX_CELL_NAME_LENGTH];
    char place[CELL_NAME_BYTES];
    for (size_t i = 0; book_is_live(book) && i < LEVER_COUNT; i++, row++) {
        const struct lever *lever = &levers[i];
        struct line line = {"lever",     lever->name,    lever->released,    NULL,
                            lever->unit, lever->meaning, "of this workbook", ""};
        put_styled(sheet, row, &line, STYLE_INPUT);
        validate_lever(sheet, row, lever);
        lxw_rowcol_to_cell_abs(cell, row, AT_VALUE, 1, 1);
        snprintf(place, sizeof place, "=Assumptions!%s", cell);
        put_defined_name(book->workbook, sheet, lever->name, place);
    }
    return row;
}

static uint32_t put_named(struct book *book, struct sheet *sheet, uint32_t row)
{
    const struct facts *facts = book->digest.facts;
    for (size_t i = 0; i < facts->assumption_count; i++) {
        const struct assumption *a = &facts->assumptions[i];
        char cell[CELL_NAME_BYTES + 1] = "=";
        struct line line = {"assumption", a->name,    a->value,  NULL,
                            a->unit,      a->meaning, a->source, a->checked};
        bool is_live = book_is_live(book) && assumption_is_live(a);
        row = put_styled(sheet, row, &line, is_live ? STYLE_INPUT : STYLE_NUMBER);
        assumption_cell(book, i, cell + 1);
        if (assumption_is_named(a))
            put_defined_name(book->workbook, sheet, a->name, cell);
    }
    return row;
}

/* The coefficients of an engine that a reader would ask for. */
enum { OF_SERVING = 1, OF_TRAINING = 2, OF_BOTH = 3 };
#define COEFFICIENT(name, modes, unit, meaning) \
    { \
#name, offsetof(struct engine, name), modes, unit, meaning \
    }
static const struct coefficient {
    const char *name;
    size_t offset; /* of the double */
    unsigned modes;
    const char *unit;
    const char *meaning;
} coefficients[] = {
    COEFFICIENT(utilization, OF_BOTH, "share", "of the card, unless the row says otherwise"),
    COEFFICIENT(reserve_gib, OF_BOTH, "GiB", "kept free beside the share"),
    COEFFICIENT(block_tokens, OF_SERVING, "tokens", "in a block of the cache"),
    COEFFICIENT(cache_copies, OF_SERVING, "copies", "of a growing cache while it is extended"),
    COEFFICIENT(seqs_small_card, OF_SERVING, "sequences", "sampled in one step, smaller cards"),
    COEFFICIENT(seqs_large_card, OF_SERVING, "sequences", "sampled in one step, larger cards"),
    COEFFICIENT(step_tokens_small_card, OF_SERVING, "tokens", "of one prefill step, smaller cards"),
    COEFFICIENT(step_tokens_large_card, OF_SERVING, "tokens", "of one prefill step, larger cards"),
    COEFFICIENT(forward_ffn, OF_SERVING, "elements/f", "c_f, forward transients per token"),
    COEFFICIENT(forward_hidden, OF_SERVING, "elements/h", "c_h, forward transients per token"),
    COEFFICIENT(expert_ffn, OF_SERVING, "elements/f_e", "c_e, per routed expert"),
    COEFFICIENT(expert_hidden, OF_SERVING, "elements/h_e", "c_i, per routed expert"),
    COEFFICIENT(expert_base, OF_SERVING, "elements/h", "c_b, per token of an MoE layer"),
    COEFFICIENT(sampler_bytes, OF_SERVING, "bytes",
                "c_s, per sampled sequence and vocabulary entry"),
    COEFFICIENT(prompt_logit_bytes, OF_SERVING, "bytes",
                "c_l, per prompt token and vocabulary entry"),
    COEFFICIENT(buffer_bytes, OF_SERVING, "bytes", "c_u, per element of the compute buffer"),
    COEFFICIENT(runtime_t1_gib, OF_SERVING, "GiB", "runtime on one GPU"),
    COEFFICIENT(runtime_t2_gib, OF_SERVING, "GiB", "runtime at 2-way tensor parallelism"),
    COEFFICIENT(runtime_t4_gib, OF_SERVING, "GiB", "runtime at 4-way tensor parallelism"),
    COEFFICIENT(runtime_t8_gib, OF_SERVING, "GiB", "runtime at 8-way tensor parallelism"),
    COEFFICIENT(runtime_pp_gib, OF_SERVING, "GiB", "runtime of a pipeline stage on one GPU"),
    COEFFICIENT(context_gib, OF_BOTH, "GiB", "CUDA context, outside the engine's share"),
    COEFFICIENT(keep_hidden, OF_TRAINING, "elements/h", "saved activations per token and layer"),
    COEFFICIENT(keep_heads, OF_TRAINING, "elements",
                "saved activations, in units of the head widths"),
    COEFFICIENT(keep_ffn, OF_TRAINING, "elements/f", "saved activations per token and layer"),
    COEFFICIENT(lora_keep_hidden, OF_TRAINING, "elements/h", "the same with frozen linears"),
    COEFFICIENT(keep_scale, OF_TRAINING, "factor", "of what is kept under recomputation"),
    COEFFICIENT(logit_bytes, OF_TRAINING, "bytes", "per token and vocabulary entry, loss = full"),
    COEFFICIENT(logit_chunked_bytes, OF_TRAINING, "bytes", "the same, loss = chunked"),
    COEFFICIENT(logit_fused_bytes, OF_TRAINING, "bytes", "the same, loss = fused"),
    COEFFICIENT(gradient_bytes, OF_TRAINING, "bytes",
                "per trained parameter; 0: the weight's type"),
    COEFFICIENT(extra_bytes_per_param, OF_TRAINING, "bytes", "x_p, buckets and the like"),
    COEFFICIENT(step_bytes, OF_TRAINING, "bytes", "x_s, optimizer step, per trained parameter"),
    COEFFICIENT(step_gib, OF_TRAINING, "GiB", "x_c, optimizer step"),
    COEFFICIENT(reserved_factor, OF_TRAINING, "share",
                "o_f, allocator reserve of what is allocated"),
    COEFFICIENT(reserved_logits, OF_TRAINING, "share", "o_l, allocator reserve of the logits"),
    COEFFICIENT(reserved_gib, OF_TRAINING, "GiB", "o_r, allocator reserve"),
    COEFFICIENT(nccl_gib, OF_TRAINING, "GiB", "o_n, buffers for more than one GPU"),
    COEFFICIENT(band_weights_pct, OF_SERVING, "%", "half-width of the 90 % band, weights"),
    COEFFICIENT(band_cache_pct, OF_SERVING, "%", "half-width of the 90 % band, cache"),
    COEFFICIENT(band_activation_pct, OF_SERVING, "%", "half-width of the 90 % band, activations"),
    COEFFICIENT(band_overhead_gib, OF_SERVING, "GiB", "half-width of the 90 % band, overhead"),
    COEFFICIENT(band_total_pct, OF_TRAINING, "%", "half-width of the 90 % band, total"),
};

static uint32_t put_engine(struct sheet *sheet, uint32_t row, const struct engine *e)
{
    static const char *const shares[] = {"of everything the engine holds", "of weights and cache",
                                         "of what is free after loading"};
    unsigned mode = e->mode == MODE_TRAINING ? OF_TRAINING : OF_SERVING;
    char part[96];
    char about[512];
    snprintf(part, sizeof part, "engine %.40s%s%.30s, %s", e->id, e->version_from ? " from " : "",
             e->version_from ? e->version_from : "", mode == OF_TRAINING ? "training" : "serving");
    snprintf(about, sizeof about, "%.100s; the share is %s%s%.300s", e->name,
             shares[e->utilization_of], e->note ? "; " : "", e->note ? e->note : "");
    struct line head = {part, "row", 0, "", "", about, e->source, e->checked};
    row = put_line(sheet, row, &head);
    for (size_t i = 0; i < sizeof coefficients / sizeof *coefficients; i++) {
        const struct coefficient *c = &coefficients[i];
        double value;
        memcpy(&value, (const char *)e + c->offset, sizeof value);
        struct line line = {
            part, c->name, value, NULL, c->unit, c->meaning, "the engine's row above", e->checked};
        if (c->modes & mode)
            row = put_line(sheet, row, &line);
    }
    return row;
}

static uint32_t put_dtype(struct sheet *sheet, uint32_t row, const struct dtype *d)
{
    char part[64];
    snprintf(part, sizeof part, "type %.50s", d->id);
    struct line lines[] = {
        {part, "bits_per_weight", d->bits_per_weight, NULL, "bits",
         "of a linear weight, group scales and zero points included", d->source, d->checked},
        {part, "embedding_bits", d->embedding_bits, NULL, "bits",
         "of embedding, head, norms and routers", d->source, d->checked},
        {part, "cache_bytes", d->cache_bytes, d->cache_bytes > 0 ? NULL : "", "bytes",
         d->cache_bytes > 0 ? "per cache element" : "not a cache type", d->source, d->checked},
        {part, "primer_bytes", d->primer_bytes, NULL, "bytes", "per weight, as the primer counts",
         d->source, d->checked},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        row = put_line(sheet, row, &lines[i]);
    return row;
}

static uint32_t put_optimizer(struct sheet *sheet, uint32_t row, const struct optimizer *o)
{
    char part[64];
    snprintf(part, sizeof part, "optimizer %.48s", o->id);
    struct line lines[] = {
        {part, "moments", o->moments, NULL, "tensors", "states per trained parameter", o->source,
         o->checked},
        {part, "moment_bytes", o->moment_bytes, NULL, "bytes",
         "per element; 0: fp32 beside an fp32 master, else the weight's type", o->source,
         o->checked},
        {part, "primer_states", o->primer_states, NULL, "tensors",
         "n of the primer; 0: not listed there", o->source, o->checked},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        row = put_line(sheet, row, &lines[i]);
    return row;
}

static uint32_t put_used(const struct digest *d, struct sheet *sheet, uint32_t row)
{
    for (size_t i = 0; i < d->facts->engine_count; i++)
        if (d->engine_used[i])
            row = put_engine(sheet, row, &d->facts->engines[i]);
    for (size_t i = 0; i < d->facts->dtype_count; i++)
        if (d->dtype_used[i])
            row = put_dtype(sheet, row, &d->facts->dtypes[i]);
    for (size_t i = 0; i < d->facts->optimizer_count; i++)
        if (d->optimizer_used[i])
            row = put_optimizer(sheet, row, &d->facts->optimizers[i]);
    return row;
}

/* Appends "name value" for a coefficient that the row gives. */
static void add_value(char text[512], const char *name, double value)
{
    size_t used = strlen(text);
    if (value > 0)
        snprintf(text + used, 512 - used, "%s%s %.4g", used ? ", " : "", name, value);
}

static uint32_t put_gpu_speed(struct sheet *sheet, uint32_t row, const struct gpu_speed *s)
{
    char text[512] = "";
    char name[96];
    add_value(text, "of bandwidth", s->memory_share);
    add_value(text, "of the 16-bit peak", s->share_16);
    add_value(text, "of the fp8 peak", s->share_fp8);
    add_value(text, "of the fp4 peak", s->share_fp4);
    add_value(text, "4-bit weights, of the fp8 peak", s->share_mx);
    add_value(text, "us for an all-reduce", s->allreduce_us);
    add_value(text, "training, of the 16-bit peak", s->train_16);
    add_value(text, "training, of the fp8 peak", s->train_fp8);
    join_texts(name, sizeof name, s->gpus, ", with ", s->engines);
    struct line line = {"speed of cards", name, s->rows,   NULL,
                        "rows behind it", text, s->source, s->checked};
    return put_line(sheet, row, &line);
}

static uint32_t put_engine_speed(struct sheet *sheet, uint32_t row, const struct engine_speed *s)
{
    char text[512] = "";
    char name[96];
    add_value(text, "us a layer", s->layer_us);
    add_value(text, "ms a step", s->step_ms);
    add_value(text, "us a request", s->request_us);
    add_value(text, "us an MoE layer", s->moe_layer_us);
    add_value(text, "of the arithmetic while decoding", s->decode_share);
    add_value(text, "of others' prefill", s->prefill_share);
    add_value(text, "ms a first token", s->first_token_ms);
    add_value(text, "training factor", s->train_factor);
    add_value(text, "with selective recomputation x", s->selective_factor);
    add_value(text, "a further tensor way", s->tp_cost);
    join_texts(name, sizeof name, s->engine, " ",
               s->version_named ? s->version_named : s->version_from);
    struct line line = {"speed of engines", name, s->rows,   NULL,
                        "rows behind it",   text, s->source, s->checked};
    return put_line(sheet, row, &line);
}

static uint32_t put_speeds(const struct facts *facts, struct sheet *sheet, uint32_t row)
{
    for (size_t i = 0; i < facts->gpu_speed_count; i++)
        row = put_gpu_speed(sheet, row, &facts->gpu_speeds[i]);
    for (size_t i = 0; i < facts->engine_speed_count; i++)
        row = put_engine_speed(sheet, row, &facts->engine_speeds[i]);
    return row;
}

/* A formula in letters, or what a letter means. */
struct said {
    const char *name;
    const char *unit;
    const char *text;
    const char *source;
};

static uint32_t put_term(struct sheet *sheet, uint32_t row, const char *part, struct said said)
{
    struct line line = {part, said.name, 0, "", said.unit, said.text, said.source, ""};
    return put_line(sheet, row, &line);
}

static uint32_t put_legend(struct sheet *sheet, uint32_t row, const char *part,
                           const struct letter *letters, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct letter *l = &letters[i];
        row = put_term(
            sheet, row, part,
            (struct said){l->symbol, l->unit, l->meaning,
                          l->assumption ? l->assumption : "bound once per scenario and layout"});
    }
    return row;
}

static uint32_t put_formulas(struct sheet *sheet, uint32_t row)
{
    char part[64];
    for (size_t i = 0; i < TERM_COUNT; i++) {
        const struct term *t = &terms[i];
        snprintf(part, sizeof part, "term of %s", column_names[t->column]);
        row = put_term(sheet, row, part, (struct said){t->label, "bytes", t->formula, t->source});
    }
    for (size_t i = 0; i < pace_step_count; i++) {
        const struct pace_step *t = &pace_steps[i];
        row = put_term(sheet, row, "term of serving speed",
                       (struct said){t->label, t->unit, t->formula, t->source});
    }
    for (size_t i = 0; i < tempo_step_count; i++) {
        const struct tempo_step *t = &tempo_steps[i];
        row = put_term(sheet, row, "term of training speed",
                       (struct said){t->label, t->unit, t->formula, t->source});
    }
    for (size_t i = 0; i < COST_TERM_COUNT; i++) {
        const struct cost_term *t = &cost_terms[i];
        row = put_term(sheet, row, "term of money",
                       (struct said){t->label, t->unit, t->formula, t->source});
    }
    row = put_legend(sheet, row, "letter", legend, legend_count);
    row = put_legend(sheet, row, "letter of serving speed", pace_legend, pace_legend_count);
    row = put_legend(sheet, row, "letter of training speed", tempo_legend, tempo_legend_count);
    return put_legend(sheet, row, "letter of money", cost_legend, cost_legend_count);
}

bool assumptions_column(size_t i, struct heading *heading)
{
    return table_heading(columns, AT_COUNT, i, heading);
}

void assumptions_write(struct book *book, struct sheet *sheet)
{
    uint32_t row = HEADER_ROW + 1;
    page_title(sheet, "Assumptions",
               "Named numbers; coefficients of the engines, types and optimizers in use; every "
               "term of memory, speed and money as a formula in letters; every letter. Filter on "
               "Part. Formulas of the "
               "other sheets follow the numbers on a pale fill.");
    table_header(sheet, HEADER_ROW, columns, AT_COUNT);
    row = put_levers(book, sheet, row);
    row = put_named(book, sheet, row);
    row = put_used(&book->digest, sheet, row);
    row = put_speeds(book->digest.facts, sheet, row);
    row = put_formulas(sheet, row);
    worksheet_autofilter(sheet->worksheet, HEADER_ROW, 0, row - 1, AT_COUNT - 1);
    struct print_setup setup = {row - 1, AT_COUNT - 1, HEADER_ROW, 2, 1, 100, false};
    page_setup(book, sheet, &setup);
}
