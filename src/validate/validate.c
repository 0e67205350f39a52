/* validate.c -- reads measurements, predicts each at its pinned layout, judges, prints */
#include "validate/validate.h"

#include "base/exit.h"
#include "base/output.h"
#include "base/say.h"
#include "base/text.h"
#include "catalog/catalog.h"
#include "catalog/set.h"
#include "report/csv.h"
#include "table/table.h"
#include "validate/score.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct validation {
    const struct validate_options *options;
    struct arena arena;
    struct facts facts;
    struct lexicon lexicon;
    struct diag diag;
    struct matrix matrix;
    struct score score;
    struct output details;
    bool is_most; /* the row at hand has concurrency = max */
};

static const char *stand_in(const char *column, const char *text)
{
    if (text_equal(column, "gpu") && text_equal(text, "any"))
        return "h100-sxm-80g";
    if (text_equal(column, "concurrency") && (!*text || text_equal(text, "max")))
        return "1";
    if (text_equal(column, "tokens") && !*text)
        return "1";
    return text;
}

bool measured_record(const struct matrix *matrix, struct record *record, struct arena *arena)
{
    bool is_most = false;
    struct cell *cells = arena_array(arena, record->count, sizeof *cells);
    for (size_t i = 0; i < record->count; i++) {
        const char *column = matrix->columns[i].name;
        const char *text = record->cells[i].text;
        is_most |= text_equal(column, "concurrency") && text_equal(text, "max");
        text = stand_in(column, text);
        cells[i] = (struct cell){text, strlen(text)};
    }
    record->cells = cells;
    return is_most;
}

static void put_number(FILE *out, double value)
{
    char buffer[TEXT_NUMBER_BYTES];
    fputc(',', out);
    if (value >= 0)
        fputs(text_from_number(value, buffer), out);
}

static void write_details(struct validation *v, const struct matrix_row *row,
                          const struct prediction *p, const struct verdict *verdict)
{
    FILE *out = v->details.stream;
    char buffer[TEXT_NUMBER_BYTES];
    if (!out)
        return;
    csv_text(out, matrix_text(row, "id"));
    fputc(',', out);
    csv_text(out, matrix_text(row, "kind"));
    fputc(',', out);
    csv_text(out, matrix_text(row, "measured"));
    if (verdict->kind && verdict->kind->judgement == JUDGE_YES_NO && verdict->predicted)
        fprintf(out, ",%s,%s,%s", p->value > 0 ? "yes" : "no", p->low > 0 ? "yes" : "no",
                p->high > 0 ? "yes" : "no");
    else {
        put_number(out, verdict->predicted ? p->value : NOT_GIVEN);
        put_number(out, verdict->predicted ? p->low : NOT_GIVEN);
        put_number(out, verdict->predicted ? p->high : NOT_GIVEN);
    }
    bool has_error = verdict->predicted && verdict->kind->judgement != JUDGE_YES_NO;
    fprintf(out, ",%s,", has_error ? text_from_number(verdict->error_pct, buffer) : "");
    csv_text(out, p->reason);
    fputc('\n', out);
}

/* Compares; the prediction was made before and never sees the measured value. */
static void judge(struct verdict *verdict, const struct matrix_row *row, const struct prediction *p)
{
    const char *text = matrix_text(row, "measured");
    double measured = 0;
    bool bound = !strcmp(matrix_text(row, "relation"), "<=");
    verdict->predicted = p->value >= 0;
    if (verdict->kind->judgement == JUDGE_YES_NO) {
        bool known = text_equal(text, "yes");
        verdict->agrees = known == (p->value > 0);
        verdict->false_fit = !known && p->value > 0;
        verdict->inside = known ? p->high > 0 : p->low <= 0;
        return;
    }
    verdict->predicted = verdict->predicted && text_number(text, &measured) && measured > 0;
    if (!verdict->predicted)
        return;
    bool holds = bound && p->value <= measured;
    verdict->error_pct = holds ? 0 : (p->value / measured - 1) * 100;
    verdict->error_units = holds ? 0 : p->value - measured;
    verdict->agrees = holds || p->value == measured;
    verdict->inside = holds || (p->low <= measured && measured <= p->high);
}

static void predict_row(struct validation *v, const struct matrix_row *row, const char *fault)
{
    struct verdict verdict = {.kind = kind_named(matrix_text(row, "kind"))};
    struct prediction p = {NOT_GIVEN, NOT_GIVEN, NOT_GIVEN, "unknown kind"};
    struct scenario scenario;
    const char *by = v->options->by ? matrix_text(row, v->options->by) : "";
    verdict.group = arena_text(&v->arena, by, strlen(by));
    if (fault) {
        p.reason = fault;
    } else if (verdict.kind) {
        matrix_scenario(row, 0, &scenario);
        struct measurement m = {.scenario = &scenario,
                                .facts = &v->facts,
                                .measure = matrix_text(row, "measure"),
                                .scope = matrix_text(row, "scope"),
                                .batching = matrix_text(row, "batching"),
                                .is_most = v->is_most};
        if (scenario.request.bare_size)
            p.reason = "a bare size has no architecture";
        else
            verdict.kind->predict(&m, &p);
        if (!isfinite(p.value))
            p = (struct prediction){NOT_GIVEN, NOT_GIVEN, NOT_GIVEN,
                                    "the catalog lacks the card's rates"};
    }
    if (verdict.kind) {
        const char *id = matrix_text(row, "id");
        if (*matrix_text(row, "left_out"))
            verdict.left_out = arena_text(&v->arena, id, strlen(id));
        judge(&verdict, row, &p);
        score_add(&v->score, verdict);
    }
    write_details(v, row, &p, &verdict);
}

static void take_record(struct validation *v, struct record *record, struct arena *row_arena)
{
    struct matrix_row row;
    struct diag silent = {.out = NULL};
    v->is_most = measured_record(&v->matrix, record, row_arena);
    bool read = matrix_row_read(&row, &v->matrix, record, row_arena, &silent);
    const char *fault = read && row.count == 1 ? NULL : read ? "the row is a set" : silent.last;
    predict_row(v, &row, fault);
    arena_reset(row_arena);
}

static int read_header(struct validation *v, const struct record *record)
{
    static const char *const needed[] = {"id", "kind", "measured"};
    if (!matrix_header(&v->matrix, record, &v->lexicon, true, &v->arena, &v->diag))
        return EXIT_BAD_DATA;
    for (size_t i = 0; i < 3; i++) {
        bool found = false;
        for (size_t j = 0; j < v->matrix.column_count; j++)
            found |= text_equal(v->matrix.columns[j].name, needed[i]);
        struct place place = record_place(record, record->count);
        if (!found)
            diag_fault(&v->diag, &place, "column \"%s\" is missing; measurements need it",
                       needed[i]);
    }
    bool grouped = !v->options->by;
    for (size_t j = 0; j < v->matrix.column_count && !grouped; j++)
        grouped = text_equal(v->matrix.columns[j].name, v->options->by);
    if (!grouped)
        return say_error(EXIT_USAGE, "--by %s is no column of %s", v->options->by,
                         v->options->path);
    return v->diag.faults ? EXIT_BAD_DATA : EXIT_DONE;
}

static int read_measurements(struct validation *v, struct table *table)
{
    struct record record;
    struct arena row_arena = {0};
    int exit_code =
        table_next(table, &record) == TABLE_RECORD ? read_header(v, &record) : EXIT_BAD_DATA;
    while (exit_code == EXIT_DONE) {
        enum table_step step = table_next(table, &record);
        if (step == TABLE_END)
            break;
        if (step == TABLE_RECORD)
            take_record(v, &record, &row_arena);
        else
            exit_code = table_read_failed(table) ? EXIT_IO : EXIT_BAD_DATA;
    }
    arena_free(&row_arena);
    return exit_code;
}

static int open_details(struct validation *v)
{
    if (!v->options->details)
        return EXIT_DONE;
    if (output_is_same(v->options->details, v->options->path))
        return say_error(EXIT_USAGE, "%s is the input; name another file for --details",
                         v->options->details);
    if (!output_open(&v->details, v->options->details, &v->arena))
        return output_say(&v->details);
    fputs("id,kind,measured,predicted,predicted_low,predicted_high,error_pct,reason\n",
          v->details.stream);
    return EXIT_DONE;
}

static int run(struct validation *v)
{
    struct table_options options = {
        .encoding = v->options->encoding, .is_column = matrix_is_column, .context = &v->lexicon};
    int exit_code;
    if (!catalog_load(&v->facts, &v->arena, v->options->catalog, &v->diag, &exit_code))
        return exit_code;
    exit_code = catalog_set(&v->facts, v->options->settings, &v->arena);
    if (exit_code != EXIT_DONE)
        return exit_code;
    if (!lexicon_build(&v->lexicon, &v->facts, &v->arena, &v->diag))
        return EXIT_BAD_DATA;
    struct table *table = table_open(v->options->path, &options, &v->diag, &exit_code);
    if (!table)
        return exit_code;
    exit_code = open_details(v);
    if (exit_code == EXIT_DONE)
        exit_code = read_measurements(v, table);
    table_close(table);
    if (exit_code != EXIT_DONE)
        return exit_code;
    if (v->details.stream != stdout)
        score_print(&v->score, v->options->by);
    if (v->options->details && !output_commit(&v->details))
        return output_say(&v->details);
    return EXIT_DONE;
}

int validate_run(const struct validate_options *options)
{
    struct validation v = {.options = options, .diag = {.out = stderr}};
    v.score.arena = &v.arena;
    int exit_code = run(&v);
    diag_close(&v.diag);
    output_abandon(&v.details);
    arena_free(&v.arena);
    return exit_code;
}
