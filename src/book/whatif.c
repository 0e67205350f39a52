/* whatif.c -- the sheet What-if: the choice, what fits, its memory term by term, and the letters */
#include "book/whatif.h"

#include "core/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { AT_NAME, AT_VALUE, AT_UNIT, AT_RELEASED, AT_FORMULA, AT_SOURCE, AT_COUNT };
enum { HEADER_ROW = 3 };

static const struct table_column columns[AT_COUNT] = {
    {"Quantity", NULL, 46, STYLE_TEXT},   {"Value", NULL, 26, STYLE_NUMBER},
    {"Unit", NULL, 13, STYLE_TEXT},       {"As released", NULL, 26, STYLE_NUMBER},
    {"In letters", NULL, 78, STYLE_WRAP}, {"Source or remark", NULL, 46, STYLE_WRAP},
};

static bool find_cell(const void *context, const char *symbol, char cell[CELL_NAME_BYTES])
{
    return whatif_cell(context, symbol, cell);
}

static void name_cell(struct book *book, struct sheet *sheet, const char *name, uint32_t row,
                      uint16_t column)
{
    char cell[LXW_MAX_CELL_NAME_LENGTH];
    char full[CELL_NAME_BYTES];
    lxw_rowcol_to_cell_abs(cell, row, column, 1, 1);
    snprintf(full, sizeof full, "'" WHATIF_SHEET "'!%s", cell);
    whatif_name(book, sheet, name, full);
}

static uint32_t put_section(struct sheet *sheet, uint32_t row, const char *title)
{
    put_text(sheet, row + 1, AT_NAME, STYLE_SECTION, title);
    return row + 2;
}

static void put_about(struct sheet *sheet, uint32_t row, const char *formula, const char *source)
{
    size_t lines = text_lines(formula, columns[AT_FORMULA].width);
    size_t more = text_lines(source, columns[AT_SOURCE].width);
    set_lines(sheet, row, lines > more ? lines : more);
    put_verbatim(sheet, row, AT_FORMULA, STYLE_WRAP, formula);
    put_text(sheet, row, AT_SOURCE, STYLE_WRAP, source);
}

/* --- the choice --- */

struct input {
    const char *symbol;
    const char *label;
    const char *unit;
    const char *list; /* of a drop-down; NULL: a number */
    double least;
    double most;
    const char *remark;
};

static const struct input inputs[] = {
    {"model", "Model", "", "list_model", 0, 0, "a drop-down"},
    {"type", "Type of the weights", "", "list_dtype", 0, 0, "a drop-down"},
    {"cache", "Type of the KV cache", "", "list_cache", 0, 0,
     "a drop-down; empty: 16 bit, 32 with fp32 weights"},
    {"tokens", "Tokens held per request", "tokens", NULL, 1, 1e9, "prompt and answer"},
    {"requests", "Requests in flight, over all replicas", "requests", NULL, 1, 1e9, ""},
    {"gpu", "GPU", "", "list_gpu", 0, 0, "a drop-down"},
    {"engine", "Engine", "", "list_engine", 0, 0, "a drop-down, with the version it begins at"},
    {"most", "Most GPUs", "GPUs", NULL, 1, WHATIF_GPUS_MOST, "max_gpus of a row; up to 64 here"},
    {"share", "Share of the card, in the engine's own meaning", "share", NULL, 0, 1,
     "utilization of a row; empty: the engine's default"},
    {"seqs", "Sequences of one step", "sequences", NULL, 1, 1e9,
     "max_num_seqs of a row; empty: the engine's default"},
    {"step", "Tokens of one prefill step", "tokens", NULL, 1, 1e9,
     "max_num_batched_tokens of a row; empty: the engine's default"},
};
enum { INPUT_COUNT = sizeof inputs / sizeof *inputs };

const char *const input_symbols[] = {"model",  "type", "cache", "tokens", "requests", "gpu",
                                     "engine", "most", "share", "seqs",   "step",     NULL};

static const char *input_text(const struct whatif *w, const char *symbol)
{
    const struct request *r = &w->request;
    const struct offer_table *engines = &w->tables[OFFER_ENGINE];
    if (!strcmp(symbol, "model"))
        return r->model->id;
    if (!strcmp(symbol, "type"))
        return r->dtype->id;
    if (!strcmp(symbol, "cache"))
        return r->kv_dtype ? r->kv_dtype->id : "";
    if (!strcmp(symbol, "gpu"))
        return r->gpu->id;
    return engines->offers[engines->chosen].key;
}

static double input_number(const struct whatif *w, const char *symbol)
{
    const struct request *r = &w->request;
    if (!strcmp(symbol, "tokens"))
        return r->tokens;
    if (!strcmp(symbol, "requests"))
        return r->concurrency;
    if (!strcmp(symbol, "most"))
        return r->max_gpus;
    if (!strcmp(symbol, "share"))
        return r->utilization > 0 ? r->utilization : NAN;
    if (!strcmp(symbol, "seqs"))
        return r->max_num_seqs;
    return r->max_num_batched_tokens;
}

static void validate(struct sheet *sheet, uint32_t row, const struct input *input)
{
    char list[64];
    lxw_data_validation rule = {.ignore_blank = LXW_VALIDATION_ON};
    if (input->list) {
        snprintf(list, sizeof list, "=wi_%s", input->list);
        rule.validate = LXW_VALIDATION_TYPE_LIST_FORMULA;
        rule.value_formula = list;
    } else {
        bool whole = input->most > 1;
        rule.validate = whole ? LXW_VALIDATION_TYPE_INTEGER : LXW_VALIDATION_TYPE_DECIMAL;
        rule.criteria = LXW_VALIDATION_CRITERIA_BETWEEN;
        rule.minimum_number = input->least;
        rule.maximum_number = input->most;
    }
    if (worksheet_data_validation_cell(sheet->worksheet, row, AT_VALUE, &rule))
        sheet->refused++;
}

static uint32_t put_inputs(const struct whatif *w, struct sheet *sheet, uint32_t row)
{
    static const enum style styles[] = {STYLE_INPUT, STYLE_TEXT};
    static const uint16_t places[] = {AT_VALUE, AT_RELEASED};
    row = put_section(sheet, row, "Choose, on the pale fill");
    for (size_t i = 0; i < INPUT_COUNT; i++, row++) {
        const struct input *input = &inputs[i];
        char released[64];
        put_text(sheet, row, AT_NAME, STYLE_STRONG, input->label);
        put_text(sheet, row, AT_UNIT, STYLE_TEXT, input->unit);
        put_about(sheet, row, input->symbol, input->remark);
        for (int j = 0; j < 2; j++) {
            if (input->list)
                put_verbatim(sheet, row, places[j], styles[j], input_text(w, input->symbol));
            else
                put_number(sheet, row, places[j], j ? STYLE_COUNT : styles[j],
                           input_number(w, input->symbol));
        }
        validate(sheet, row, input);
        name_cell(w->book, sheet, input->symbol, row, AT_VALUE);
        snprintf(released, sizeof released, "%s_0", input->symbol);
        name_cell(w->book, sheet, released, row, AT_RELEASED);
    }
    return row;
}

/* --- lines of formulas --- */

struct result_cell {
    enum style style;
    double value;
    const char *word; /* instead of the value; NULL: none */
};

static void put_live(const struct whatif *w, struct sheet *sheet, uint32_t row, const char *formula,
                     struct result_cell result)
{
    char text[LIVE_BYTES];
    if (!live_text(formula, find_cell, w, text))
        sheet->refused++;
    else if (result.word)
        put_text_formula(sheet, row, AT_VALUE, result.style, text, result.word);
    else
        put_signed_formula(sheet, row, AT_VALUE, result.style, text, result.value);
}

static void put_quantity(const struct whatif *w, struct sheet *sheet, uint32_t row,
                         const struct quantity *q)
{
    const struct letter *l = q->symbol ? legend_find(q->symbol) : NULL;
    const char *label = q->label ? q->label : l ? l->meaning : "";
    const char *word = q->text ? q->text(w) : NULL;
    double value = q->value ? q->value(w) : q->number;
    put_text(sheet, row, AT_NAME, STYLE_STRONG, label);
    if (q->formula)
        put_live(w, sheet, row, q->formula, (struct result_cell){q->style, value, word});
    else
        put_number(sheet, row, AT_VALUE, q->style, value);
    put_text(sheet, row, AT_UNIT, STYLE_TEXT, q->unit ? q->unit : l ? l->unit : "");
    if (q->symbol)
        name_cell(w->book, sheet, q->symbol, row, AT_VALUE);
}

/* The answer, with the program's beside it. */
static uint32_t put_answer(const struct whatif *w, struct sheet *sheet, uint32_t row)
{
    row = put_section(sheet, row, "What fits");
    for (size_t i = 0; i < answer_line_count; i++, row++) {
        const struct quantity *q = &answer_lines[i];
        char released[64];
        put_quantity(w, sheet, row, q);
        put_about(sheet, row, q->formula, q->source);
        if (q->text)
            put_text(sheet, row, AT_RELEASED, STYLE_TEXT, q->text(w));
        else
            put_signed(sheet, row, AT_RELEASED, q->style == STYLE_GIB ? STYLE_GIB : STYLE_COUNT,
                       q->value(w));
        if (!q->symbol)
            continue;
        snprintf(released, sizeof released, "%s_0", q->symbol);
        name_cell(w->book, sheet, released, row, AT_RELEASED);
    }
    return row;
}

/* A term in the layout of the answer, in the phase and on the stage where it peaks. */
static const char *term_formula(const struct term *term, char text[512])
{
    char each[256];
    const char *alive = "";
    if (term->column == COLUMN_KV_CACHE)
        snprintf(each, sizeof each, "INDEX(all_%s, at_row)", term->id);
    else if (strstr(term->formula, "i_1") || strstr(term->formula, "i_p"))
        snprintf(each, sizeof each,
                 "IF(place > 2, INDEX(each_%s2, at_split), INDEX(each_%s1, at_split))", term->id,
                 term->id);
    else
        snprintf(each, sizeof each, "INDEX(each_%s, at_split)", term->id);
    if (!(term->phases & 1u << PHASE_DECODE))
        alive = "MOD(place, 2) * ";
    if (!(term->phases & 1u << PHASE_PREFILL))
        alive = "(1 - MOD(place, 2)) * ";
    snprintf(text, 512, "IF(at_row = \"\", \"\", %s%s / gib)", alive, each);
    return text;
}

static uint32_t put_terms(const struct whatif *w, struct sheet *sheet, uint32_t row)
{
    row = put_section(sheet, row, "Term by term: the fullest GPU of that layout");
    uint32_t first = row;
    for (size_t i = 0; i < TERM_COUNT; i++) {
        const struct term *term = &terms[i];
        char text[512];
        double value = w->shown->footprint.term_bytes[i] / GIB;
        if (term_is_idle(term))
            continue;
        put_text(sheet, row, AT_NAME, STYLE_STRONG, term->label);
        put_live(w, sheet, row, term_formula(term, text),
                 (struct result_cell){STYLE_GIB, value, NULL});
        put_text(sheet, row, AT_UNIT, STYLE_TEXT, "GiB");
        put_signed(sheet, row, AT_RELEASED, STYLE_GIB, value);
        put_about(sheet, row++, term->formula, term->source);
    }
    char sum[128];
    char from[LXW_MAX_CELL_NAME_LENGTH];
    char to[LXW_MAX_CELL_NAME_LENGTH];
    lxw_rowcol_to_cell(from, first, AT_VALUE);
    lxw_rowcol_to_cell(to, row - 1, AT_VALUE);
    snprintf(sum, sizeof sum, "=SUM(%s:%s)", from, to);
    put_text(sheet, row, AT_NAME, STYLE_STRONG, "Sum of the terms");
    put_signed_formula(sheet, row, AT_VALUE, STYLE_GIB, sum, w->shown->footprint.total_bytes / GIB);
    put_text(sheet, row, AT_UNIT, STYLE_TEXT, "GiB");
    put_signed(sheet, row, AT_RELEASED, STYLE_GIB, w->shown->footprint.total_bytes / GIB);
    put_about(sheet, row++, "",
              "zero on the engines that are offered, and left out: second head of a quantized tied "
              "model, prompt logits, compute buffers, stage copies, dequantization scratch, rotary "
              "and mask caches");
    return row;
}

/* --- the letters --- */

static const struct pick *chosen(const struct whatif *w, enum offer_kind kind)
{
    const struct offer_table *table = &w->tables[kind];
    return &table->offers[table->chosen];
}

static uint32_t put_data(const struct whatif *w, struct sheet *sheet, uint32_t row)
{
    static const char *const lines[OFFER_KINDS] = {"at_model", "at_type", "at_engine", "at_gpu"};
    for (size_t i = 0; i < whatif_datum_count; i++) {
        const struct datum *d = &whatif_data[i];
        const struct letter *l = legend_find(d->symbol);
        char range[CELL_NAME_BYTES];
        char text[LIVE_BYTES];
        datum_range(w, d, range);
        if (!lines[d->kind]) {
            whatif_name(w->book, sheet, "cache_bytes", range);
            continue;
        }
        snprintf(text, sizeof text, "=INDEX(%s,wi_%s)", range, lines[d->kind]);
        put_text(sheet, row, AT_NAME, STYLE_STRONG, d->meaning ? d->meaning : l->meaning);
        put_signed_formula(sheet, row, AT_VALUE, STYLE_NUMBER, text,
                           datum_value(w, d, chosen(w, d->kind)));
        put_text(sheet, row, AT_UNIT, STYLE_TEXT, d->unit ? d->unit : l->unit);
        put_about(sheet, row, d->symbol, DATA_SHEET);
        name_cell(w->book, sheet, d->symbol, row++, AT_VALUE);
    }
    return row;
}

/* A formula in letters is shown as "T_b = ROUNDUP(T / g_b, 0) * g_b". */
static uint32_t put_letter(const struct whatif *w, struct sheet *sheet, uint32_t row,
                           const struct quantity *q)
{
    char text[512];
    put_quantity(w, sheet, row, q);
    join_texts(text, sizeof text, q->symbol, " = ", q->formula);
    put_about(sheet, row, text, q->source);
    return row + 1;
}

static void name_range(const struct whatif *w, struct sheet *sheet, const char *name, uint32_t from,
                       uint32_t to)
{
    char range[CELL_NAME_BYTES];
    snprintf(range, sizeof range, "'" WHATIF_SHEET "'!$B$%u:$B$%u", (unsigned)from + 1,
             (unsigned)to + 1);
    whatif_name(w->book, sheet, name, range);
}

static uint32_t put_letters(const struct whatif *w, struct sheet *sheet, uint32_t row)
{
    enum { RUNS = 5 }; /* the last lines: ways from which a runtime counts, and the runtimes */
    row = put_section(sheet, row,
                      "The letters of this choice; each cell is named wi_ and its letter");
    for (size_t i = 0; i < letter_position_count; i++)
        row = put_letter(w, sheet, row, &letter_positions[i]);
    row = put_data(w, sheet, row);
    for (size_t i = 0; i < letter_rest_count; i++)
        row = put_letter(w, sheet, row, &letter_rest[i]);
    name_range(w, sheet, "run_from", row - 2 * RUNS, row - RUNS - 1);
    name_range(w, sheet, "run_gib", row - RUNS, row - 1);
    return row;
}

void whatif_write(struct book *book, struct sheet *sheet)
{
    const struct whatif *w = whatif_of(book);
    uint32_t row = HEADER_ROW;
    page_title(sheet, WHATIF_SHEET,
               "One serving scenario to play with; training is on the other sheets only. Change "
               "the pale cells: every formula follows, through the layouts of up to 64 GPUs on "
               "\"" LAYOUTS_SHEET "\". Memory only: speed, price and power are not asked.");
    table_header(sheet, HEADER_ROW, columns, AT_COUNT);
    if (w) {
        row = put_inputs(w, sheet, row);
        row = put_answer(w, sheet, row);
        row = put_terms(w, sheet, row);
        row = put_letters(w, sheet, row) - 1;
    } else {
        put_text(sheet, ++row, AT_NAME, STYLE_TEXT, "The catalogs hold nothing to choose from.");
    }
    worksheet_autofilter(sheet->worksheet, HEADER_ROW, 0, row, AT_COUNT - 1);
    struct print_setup setup = {row, AT_COUNT - 1, HEADER_ROW, 1, 1, 90, false};
    page_setup(book, sheet, &setup);
}
