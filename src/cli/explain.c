/* explain.c -- one scenario's arithmetic: letters, numbers, bytes, source, term by term */
#include "base/exit.h"
#include "base/say.h"
#include "base/text.h"
#include "catalog/catalog.h"
#include "catalog/set.h"
#include "cli/arithmetic.h"
#include "cli/commands.h"
#include "cli/explain_cost.h"
#include "cli/explain_speed.h"
#include "core/evaluate.h"
#include "core/units.h"
#include "report/notes.h"
#include "table/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void print_terms(struct subject *subject, const struct footprint *f, struct alphabet *a)
{
    static const char *const titles[COLUMN_COUNT] = {"weights",          "KV cache",    "gradients",
                                                     "optimizer states", "activations", "overhead"};
    struct letters *x = &subject->letters;
    for (int column = 0; column < COLUMN_COUNT; column++) {
        x->Y = 0;
        bool headed = false;
        for (size_t i = 0; i < TERM_COUNT; i++) {
            const struct term *term = &terms[i];
            if ((int)term->column == column && f->term_bytes[i] > 0) {
                if (!headed)
                    printf("\n%s: %.4f GiB\n", titles[column], f->column_bytes[column] / GIB);
                headed = true;
                printf("  %-36s %10.4f GiB ", term->label, f->term_bytes[i] / GIB);
                arithmetic_print(a, term->formula, term->source);
            }
            x->Y += f->term_bytes[i];
        }
    }
}

static void print_count(const char *label, double count)
{
    if (count >= 0)
        printf("%s%.0f", label, count);
    else
        printf("%snone", label);
}

static void print_detailed(const struct scenario *s, const struct facts *facts,
                           const struct answer *a)
{
    struct subject subject;
    struct alphabet alphabet = {legend, legend_count, &subject.letters, {false}, 54};
    struct footprint f;
    const struct layout *l = &a->layout;
    subject_bind(&subject, &s->request, facts);
    footprint_of(&subject, l, &f);
    printf("layout: tp %.0f x pp %.0f x %.0f %s%s = %.0f GPU%s on %.0f server%s", l->tp, l->pp,
           l->ways, a->mode == MODE_TRAINING ? "data-parallel rank" : "replica",
           l->ways == 1 ? "" : "s", l->gpus, l->gpus == 1 ? "" : "s", l->servers,
           l->servers == 1 ? "" : "s");
    if (a->mode == MODE_TRAINING)
        printf(", ZeRO stage %.0f", l->zero);
    printf("\nmemory of the fullest GPU (%s stage), where it peaks: %s\n",
           f.last_stage ? "last" : "first", phase_names[f.phase]);
    print_terms(&subject, &f, &alphabet);
    printf("\ntotal: %.4f GiB, band %.4f to %.4f GiB; usable %.4f GiB = share %.3f of %.4f GiB "
           "that frameworks see (%.0f MiB from the driver)\n",
           f.total_bytes / GIB, f.low_bytes / GIB, f.high_bytes / GIB, f.usable_bytes / GIB,
           request_utilization(&s->request), subject.visible_bytes / GIB,
           s->request.gpu->memory_mib);
    if (a->max_concurrency >= 0)
        printf("cache per sequence: %.6f GiB; room for %.0f sequences over all replicas\n",
               sequence_bytes(&subject.letters) / GIB, a->max_concurrency);
    arithmetic_legend(&alphabet, "letters", NULL);
}

static void print_gb(const char *label, double bytes, const char *formula)
{
    if (bytes >= 0)
        printf("  %-14s %14.4f GB  %s\n", label, bytes / GB, formula);
}

static void print_published(const struct scenario *s, const struct answer *a)
{
    const struct published *p = &a->published;
    bool primer = s->request.estimate == ESTIMATE_PRIMER;
    bool training = a->mode == MODE_TRAINING;
    printf("whole model, decimal GB, pooled over GPUs of %.0f MiB\n", s->request.gpu->memory_mib);
    print_gb("weights", p->weights_bytes, "P * B_w");
    print_gb("KV cache", p->kv_cache_bytes, "2 * L * h * B_w * T * S");
    print_gb("gradients", p->gradients_bytes, "P * B_w");
    print_gb("optimizer", p->optimizer_bytes, "P * 4 * n");
    print_gb("activations", p->activations_bytes,
             training ? "10 % of weights" : "10 % of weights and KV cache");
    print_gb("total", p->total_bytes, primer ? "" : training ? "5 * W" : "1.25 * W");
    print_gb("low", p->low_bytes, primer ? "with 5 %" : training ? "4 * W" : "1.25 * W");
    print_gb("high", p->high_bytes, primer ? "with 10 %" : training ? "5 * W" : "1.25 * W");
}

static void print_answer(const struct scenario *s, uint64_t index, const struct facts *facts)
{
    static const char *const statuses[] = {"ok", "no fit", "unsupported"};
    struct answer answer;
    char note[NOTES_BYTES];
    const struct request *r = &s->request;
    evaluate(r, facts, &answer);
    printf("%s, scenario %" PRIu64 " of %" PRIu64 "\n", s->row->source, index + 1, s->row->count);
    printf("%s %s, %s, %.0f tokens, %s %.0f, %s, engine %s%s%s\n", s->model, s->dtype,
           r->optimizer ? s->optimizer : "inference", r->tokens,
           r->optimizer ? "micro-batch" : "requests", r->concurrency, s->gpu, r->engine->id,
           r->engine->version_from ? " from " : "",
           r->engine->version_from ? r->engine->version_from : "");
    printf("\nanswer: %s", statuses[answer.status]);
    if (answer.status == STATUS_OK) {
        print_count(", GPUs ", answer.layout.gpus);
        print_count(" (low ", answer.gpus_low);
        print_count(", high ", answer.gpus_high);
        putchar(')');
    }
    notes_text(s, &answer, note);
    printf("\n%s%s", note, *note ? "\n" : "");
    if (answer.placed)
        print_detailed(s, facts, &answer);
    else if (answer.published.given)
        print_published(s, &answer);
    if (answer.placed)
        explain_speed(r, facts, &answer);
    if (answer.status == STATUS_OK)
        explain_cost(r, facts, &answer);
}

static int explain_row(const struct options *options, struct table *table,
                       const struct lexicon *lexicon, struct arena *arena, struct diag *diag)
{
    struct matrix matrix;
    struct matrix_row row;
    struct record record;
    struct scenario scenario;
    double number = 0;
    if (table_next(table, &record) != TABLE_RECORD ||
        !matrix_header(&matrix, &record, lexicon, false, arena, diag))
        return EXIT_BAD_DATA;
    for (enum table_step step; (step = table_next(table, &record)) != TABLE_END;) {
        if (step == TABLE_BROKEN)
            return EXIT_BAD_DATA;
        if (++number < options->row)
            continue;
        if (step == TABLE_FAULT || !matrix_row_read(&row, &matrix, &record, arena, diag))
            return EXIT_BAD_DATA;
        if (options->scenario > (double)row.count)
            return say_error(EXIT_USAGE,
                             "row %.0f has %" PRIu64 " scenarios; --scenario %.0f is none of them",
                             options->row, row.count, options->scenario);
        uint64_t index = (uint64_t)options->scenario - 1;
        matrix_scenario(&row, index, &scenario);
        print_answer(&scenario, index, lexicon->facts);
        return EXIT_DONE;
    }
    return say_error(EXIT_USAGE, "%s has %.0f rows; --row %.0f is none of them",
                     options->operands[0], number, options->row);
}

int command_explain(const struct options *options)
{
    struct lexicon lexicon;
    struct table_options table_options = {
        .encoding = options->encoding, .is_column = matrix_is_column, .context = &lexicon};
    struct arena arena = {0};
    struct facts facts = {0};
    struct diag diag = {.out = stderr};
    int exit_code;
    if (options->row < 0)
        return say_error(EXIT_USAGE, "explain needs --row N, the row of the input counted from 1 "
                                     "without the header");
    if (catalog_load(&facts, &arena, options->catalog, &diag, &exit_code) &&
        (exit_code = catalog_set(&facts, options->settings, &arena)) == EXIT_DONE) {
        bool built = lexicon_build(&lexicon, &facts, &arena, &diag);
        exit_code = EXIT_BAD_DATA;
        struct table *table =
            built ? table_open(options->operands[0], &table_options, &diag, &exit_code) : NULL;
        if (table) {
            exit_code = explain_row(options, table, &lexicon, &arena, &diag);
            table_close(table);
        }
    }
    diag_close(&diag);
    arena_free(&arena);
    return exit_code;
}
