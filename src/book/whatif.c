/* whatif.c -- a What-if sheet: the choice, what fits, its memory term by term, and the letters */
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

/* The name of rows `from` to `to` of a column. */
static void name_rows(const struct whatif *w, struct sheet *sheet, const char *name, uint32_t from,
                      uint32_t to)
{
    char first[LXW_MAX_CELL_NAME_LENGTH];
    char last[LXW_MAX_CELL_NAME_LENGTH];
    char full[CELL_NAME_BYTES];
    lxw_rowcol_to_cell_abs(first, from, AT_VALUE, 1, 1);
    lxw_rowcol_to_cell_abs(last, to, AT_VALUE, 1, 1);
    snprintf(full, sizeof full, "'%s'!%s%s%s", w->kind->sheet, first, to > from ? ":" : "",
             to > from ? last : "");
    whatif_name(w, sheet, name, full);
}

static void name_cell(const struct whatif *w, struct sheet *sheet, const char *name, uint32_t row)
{
    name_rows(w, sheet, name, row, row);
}

/* The name of the value as released is the quantity's with _0. */
static void name_released(const struct whatif *w, struct sheet *sheet, const char *symbol,
                          uint32_t row)
{
    char cell[LXW_MAX_CELL_NAME_LENGTH];
    char name[64];
    char full[CELL_NAME_BYTES];
    lxw_rowcol_to_cell_abs(cell, row, AT_RELEASED, 1, 1);
    snprintf(name, sizeof name, "%s_0", symbol);
    snprintf(full, sizeof full, "'%s'!%s", w->kind->sheet, cell);
    whatif_name(w, sheet, name, full);
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
    if (lines > 1 || more > 1)
        set_lines(sheet, row, lines > more ? lines : more);
    put_verbatim(sheet, row, AT_FORMULA, STYLE_WRAP, formula);
    put_text(sheet, row, AT_SOURCE, STYLE_WRAP, source);
}

/* --- the choice --- */

static void validate(const struct whatif *w, struct sheet *sheet, uint32_t row,
                     const struct choice_cell *choice)
{
    char list[64];
    lxw_data_validation rule = {.ignore_blank = LXW_VALIDATION_ON};
    if (choice->list) {
        snprintf(list, sizeof list, "=%s%s", w->kind->prefix, choice->list);
        rule.validate = LXW_VALIDATION_TYPE_LIST_FORMULA;
        rule.value_formula = list;
    } else {
        bool whole = choice->most > 1 && choice->least == floor(choice->least);
        rule.validate = whole ? LXW_VALIDATION_TYPE_INTEGER : LXW_VALIDATION_TYPE_DECIMAL;
        rule.criteria = LXW_VALIDATION_CRITERIA_BETWEEN;
        rule.minimum_number = choice->least;
        rule.maximum_number = choice->most;
    }
    if (worksheet_data_validation_cell(sheet->worksheet, row, AT_VALUE, &rule))
        sheet->refused++;
}

static uint32_t put_choices(const struct whatif *w, struct sheet *sheet, uint32_t row)
{
    static const enum style styles[] = {STYLE_INPUT, STYLE_TEXT};
    static const uint16_t places[] = {AT_VALUE, AT_RELEASED};
    row = put_section(sheet, row, "Choose, on the pale fill");
    for (size_t i = 0; i < w->kind->choice_count; i++, row++) {
        const struct choice_cell *choice = &w->kind->choices[i];
        put_text(sheet, row, AT_NAME, STYLE_STRONG, choice->label);
        put_text(sheet, row, AT_UNIT, STYLE_TEXT, choice->unit);
        put_about(sheet, row, choice->symbol, choice->remark);
        for (int j = 0; j < 2; j++) {
            if (choice->text)
                put_text(sheet, row, places[j], styles[j], choice->text(w));
            else
                put_number(sheet, row, places[j], j ? STYLE_COUNT : styles[j], choice->number(w));
        }
        validate(w, sheet, row, choice);
        name_cell(w, sheet, choice->symbol, row);
        name_released(w, sheet, choice->symbol, row);
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

static const char *label_of(const struct quantity *q)
{
    const struct letter *l = q->symbol ? legend_find(q->symbol) : NULL;
    return q->label ? q->label : l ? l->meaning : "";
}

static void put_quantity(const struct whatif *w, struct sheet *sheet, uint32_t row,
                         const struct quantity *q)
{
    const struct letter *l = q->symbol ? legend_find(q->symbol) : NULL;
    const char *word = q->text ? q->text(w) : NULL;
    double value = q->value ? q->value(w) : q->number;
    if (q->formula)
        put_live(w, sheet, row, q->formula, (struct result_cell){q->style, value, word});
    else
        put_number(sheet, row, AT_VALUE, q->style, value);
    put_text(sheet, row, AT_UNIT, STYLE_TEXT, q->unit ? q->unit : l ? l->unit : "");
    if (q->symbol)
        name_cell(w, sheet, q->symbol, row);
}

/* The answer, with the program's beside it. */
static uint32_t put_answer(const struct whatif *w, struct sheet *sheet, uint32_t row)
{
    row = put_section(sheet, row, "What fits");
    for (size_t i = 0; i < w->kind->answers->count; i++, row++) {
        const struct quantity *q = &w->kind->answers->lines[i];
        put_text(sheet, row, AT_NAME, STYLE_STRONG, label_of(q));
        put_quantity(w, sheet, row, q);
        put_about(sheet, row, q->formula, q->source);
        if (q->text)
            put_text(sheet, row, AT_RELEASED, STYLE_TEXT, q->text(w));
        else
            put_signed(sheet, row, AT_RELEASED, q->style == STYLE_GIB ? STYLE_GIB : STYLE_COUNT,
                       q->value(w));
        if (q->symbol)
            name_released(w, sheet, q->symbol, row);
    }
    return row;
}

/* The rows of each column of the results, as a name: of_weights and so on. */
static void name_columns(const struct whatif *w, struct sheet *sheet, uint32_t first)
{
    uint32_t from[COLUMN_COUNT] = {0};
    uint32_t to[COLUMN_COUNT] = {0};
    uint32_t row = first;
    char name[64];
    for (size_t i = 0; i < TERM_COUNT; i++) {
        enum column column = terms[i].column;
        if (!w->kind->shows(&terms[i]))
            continue;
        from[column] = from[column] ? from[column] : row;
        to[column] = row++;
    }
    for (int i = 0; i < COLUMN_COUNT; i++) {
        snprintf(name, sizeof name, "of_%s", column_names[i]);
        if (from[i])
            name_rows(w, sheet, name, from[i], to[i]);
    }
}

static uint32_t put_sum(const struct whatif *w, struct sheet *sheet, uint32_t first, uint32_t row)
{
    double total = w->kind->footprint(w)->total_bytes / GIB;
    char sum[128];
    char from[LXW_MAX_CELL_NAME_LENGTH];
    char to[LXW_MAX_CELL_NAME_LENGTH];
    lxw_rowcol_to_cell(from, first, AT_VALUE);
    lxw_rowcol_to_cell(to, row - 1, AT_VALUE);
    snprintf(sum, sizeof sum, "=SUM(%s:%s)", from, to);
    put_text(sheet, row, AT_NAME, STYLE_STRONG, "Sum of the terms");
    put_signed_formula(sheet, row, AT_VALUE, STYLE_GIB, sum, total);
    put_text(sheet, row, AT_UNIT, STYLE_TEXT, "GiB");
    put_signed(sheet, row, AT_RELEASED, STYLE_GIB, total);
    put_about(sheet, row, "", w->kind->left_out);
    return row + 1;
}

static uint32_t put_terms(const struct whatif *w, struct sheet *sheet, uint32_t row)
{
    row = put_section(sheet, row, "Term by term: the fullest GPU of that layout");
    uint32_t first = row;
    for (size_t i = 0; i < TERM_COUNT; i++) {
        const struct term *term = &terms[i];
        char text[512];
        double value = w->kind->footprint(w)->term_bytes[i] / GIB;
        if (!w->kind->shows(term))
            continue;
        put_text(sheet, row, AT_NAME, STYLE_STRONG, term->label);
        w->kind->term_formula(term, text);
        put_live(w, sheet, row, text, (struct result_cell){STYLE_GIB, value, NULL});
        put_text(sheet, row, AT_UNIT, STYLE_TEXT, "GiB");
        put_signed(sheet, row, AT_RELEASED, STYLE_GIB, value);
        put_about(sheet, row, term->formula, term->source);
        if (!strcmp(term->id, "reserved"))
            name_rows(w, sheet, "terms_before", first, row - 1);
        row++;
    }
    name_columns(w, sheet, first);
    return put_sum(w, sheet, first, row);
}

/* --- the letters --- */

/* The longest of the three decides how tall the row is. */
static void put_meaning(struct sheet *sheet, uint32_t row, const char *meaning, const char *formula,
                        const char *source)
{
    put_text(sheet, row, AT_NAME, STYLE_WRAP, meaning);
    put_about(sheet, row, formula, source);
    size_t lines = text_lines(meaning, columns[AT_NAME].width);
    if (lines > text_lines(formula, columns[AT_FORMULA].width) &&
        lines > text_lines(source, columns[AT_SOURCE].width))
        set_lines(sheet, row, lines);
}

static uint32_t put_data(const struct whatif *w, struct sheet *sheet, uint32_t row)
{
    for (size_t i = 0; i < w->kind->data->count; i++) {
        const struct datum *d = &w->kind->data->items[i];
        const struct letter *l = legend_find(d->symbol);
        const char *at = w->kind->offers[d->kind].at;
        char range[CELL_NAME_BYTES];
        char text[LIVE_BYTES];
        if (!at)
            continue;
        datum_range(w, d, range);
        snprintf(text, sizeof text, "=INDEX(%s,%s%s)", range, w->kind->prefix, at);
        put_meaning(sheet, row, d->meaning ? d->meaning : l->meaning, d->symbol,
                    w->kind->data_sheet);
        put_signed_formula(sheet, row, AT_VALUE, STYLE_NUMBER, text,
                           datum_value(w, d, whatif_chosen(w, d->kind)));
        put_text(sheet, row, AT_UNIT, STYLE_TEXT, d->unit ? d->unit : l->unit);
        name_cell(w, sheet, d->symbol, row++);
    }
    return row;
}

/* A formula in letters is shown as "T_b = ROUNDUP(T / g_b, 0) * g_b". */
static uint32_t put_lines(const struct whatif *w, struct sheet *sheet, uint32_t row,
                          const struct quantity_list *list)
{
    char text[LIVE_BYTES];
    for (size_t i = 0; i < list->count; i++, row++) {
        const struct quantity *q = &list->lines[i];
        join_texts(text, sizeof text, q->symbol, " = ", q->formula);
        put_meaning(sheet, row, label_of(q), text, q->source);
        put_quantity(w, sheet, row, q);
    }
    return row;
}

/* The lines whose symbols begin with `with`, as one range. */
static void name_lines(const struct whatif *w, struct sheet *sheet, const char *with,
                       const char *name, uint32_t end)
{
    const struct quantity_list *rest = w->kind->rest;
    uint32_t from = 0;
    uint32_t to = 0;
    for (size_t i = 0; i < rest->count; i++) {
        uint32_t row = end - (uint32_t)(rest->count - i);
        if (strncmp(rest->lines[i].symbol, with, strlen(with)) != 0)
            continue;
        from = from ? from : row;
        to = row;
    }
    if (from)
        name_rows(w, sheet, name, from, to);
}

static uint32_t put_letters(const struct whatif *w, struct sheet *sheet, uint32_t row)
{
    const struct whatif_kind *kind = w->kind;
    char title[128];
    if (kind->placed) {
        row = put_section(sheet, row, "The letters of the layout shown");
        row = put_lines(w, sheet, row, kind->placed);
    }
    snprintf(title, sizeof title,
             "The letters of this choice; each cell is named %s and its letter", kind->prefix);
    row = put_section(sheet, row, title);
    row = put_lines(w, sheet, row, kind->positions);
    row = put_data(w, sheet, row);
    row = put_lines(w, sheet, row, kind->rest);
    name_lines(w, sheet, "from_", "run_from", row);
    name_lines(w, sheet, "run_", "run_gib", row);
    return row;
}

void whatif_put(const struct whatif *w, struct book *book, struct sheet *sheet)
{
    uint32_t row = HEADER_ROW;
    page_title(sheet, sheet->name, w ? w->kind->about : "");
    table_header(sheet, HEADER_ROW, columns, AT_COUNT);
    if (w) {
        row = put_choices(w, sheet, row);
        row = put_answer(w, sheet, row);
        row = put_terms(w, sheet, row);
        row = put_letters(w, sheet, row) - 1;
    } else {
        put_text(sheet, ++row, AT_NAME, STYLE_TEXT,
                 "No row of the inputs can be chosen here, or the catalogs lack what it needs.");
    }
    worksheet_autofilter(sheet->worksheet, HEADER_ROW, 0, row, AT_COUNT - 1);
    struct print_setup setup = {row, AT_COUNT - 1, HEADER_ROW, 1, 1, 90, false};
    page_setup(book, sheet, &setup);
}

bool whatif_is_searched(const struct whatif *w, same_layout_of *same, double *searched,
                        double *listed)
{
    double edge;
    *searched = *listed = 0;
    if (!w)
        return true;
    *searched = w->expected.found ? w->expected.layout.gpus : 0;
    return same(w, MARGIN_LOW, &w->low, &edge) && same(w, MARGIN_HIGH, &w->high, &edge) &&
           same(w, MARGIN_EXPECTED, &w->expected, listed);
}
