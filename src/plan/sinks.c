/* sinks.c -- batches of scenarios out to CSV and workbook, in input order */
#include "plan/sinks.h"

#include "base/clock.h"
#include "base/exit.h"
#include "base/interrupt.h"
#include "base/labels.h"
#include "base/say.h"
#include "base/version.h"
#include "core/evaluate.h"
#include "book/dress.h"
#include "plan/talk.h"
#include "report/csv.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

/* outputs/<stem of the first input>.xlsx; NULL, said: there can be no such folder */
static const char *default_workbook(struct arena *arena, const char *input)
{
    const char *slash = strrchr(input, '/');
    const char *name = !strcmp(input, "-") ? "plan" : slash ? slash + 1 : input;
    const char *dot = strrchr(name, '.');
    int length = (int)(dot && dot > name ? (size_t)(dot - name) : strlen(name));
    if (mkdir("outputs", 0777) && errno != EEXIST) {
        say_error(EXIT_CANNOT_CREATE, "outputs: cannot create: %s", strerror(errno));
        return NULL;
    }
    return arena_format(arena, "outputs/%.*s.xlsx", length, name);
}

/* "ACME - GPU plan": on Summary, in the page headers and the document's properties. */
static const char *title_of(const struct dress *dress, const struct labels *labels,
                            struct arena *arena)
{
    const char *title = dress->title ? dress->title : labels_word(labels, "GPU plan");
    return dress->company ? arena_format(arena, "%s \u2013 %s", dress->company, title) : title;
}

/* What the workbook is to say of the inputs. */
static void name_inputs(struct sinks *sinks, const struct sources *sources,
                        struct book_options *options)
{
    struct book_input *named = arena_array(&sinks->arena, sources->input_count, sizeof *named);
    for (size_t i = 0; i < sources->input_count; i++) {
        const struct input *input = &sources->inputs[i];
        named[i] = (struct book_input){input->path, input->hash, input->rows, input->scenarios};
        options->rejected += input->rejected;
        options->has_period |= input->has_period;
        options->has_serving |= input->has_serving;
        options->has_training |= input->has_training;
    }
    options->inputs = named;
    options->input_count = sources->input_count;
    options->owned_name = sources->owned.path;
    options->owned = sources->owned.lots;
    options->owned_count = sources->owned.count;
    options->earlier = sources->earlier;
    options->labels = sources->labels;
    options->dress = sources->dress;
    options->title = title_of(sources->dress, sources->labels, &sinks->arena);
    options->libraries = table_library();
}

/* check_formulas has said that it is one of the words. */
static enum formulas formulas_of(const struct plan_options *options)
{
    int at = 0;
    while (options->formulas && formulas_words[at] &&
           strcmp(formulas_words[at], options->formulas) != 0)
        at++;
    return (enum formulas)at;
}

static int check_formulas(const struct plan_options *options)
{
    if (formulas_words[formulas_of(options)])
        return EXIT_DONE;
    return say_error(EXIT_USAGE, "--formulas is auto, always or never, not \"%.40s\"",
                     options->formulas);
}

static bool is_read(const char *target, const struct plan_options *options)
{
    bool same = (options->owned && output_is_same(target, options->owned)) ||
                (options->baseline && output_is_same(target, options->baseline));
    for (size_t i = 0; !same && options->inputs[i]; i++)
        same = output_is_same(target, options->inputs[i]);
    return same;
}

/* Outputs must be files of their own: neither an input nor each other. */
static int check_workbook(const char *target, const struct plan_options *options)
{
    if (is_read(target, options))
        return say_error(EXIT_USAGE, "%s is an input; name another output", target);
    if (options->results && output_is_same(target, options->results))
        return say_error(EXIT_USAGE, "%s is the workbook; name another file for --results", target);
    return EXIT_DONE;
}

static int check_targets(const struct plan_options *options)
{
    if (options->results && strcmp(options->results, "-") != 0 &&
        is_read(options->results, options))
        return say_error(EXIT_USAGE, "%s is an input; name another output", options->results);
    if (options->output && !strcmp(options->output, "-"))
        return say_error(EXIT_USAGE, "a workbook cannot go to standard output; "
                                     "name a file with -o, or use --no-workbook --results -");
    return options->output ? check_workbook(options->output, options) : EXIT_DONE;
}

/* That of -o has been checked; the usual one can be checked only when there is its folder. */
static int choose_workbook(struct sinks *sinks, const char **target)
{
    const struct plan_options *options = sinks->options;
    *target =
        options->output ? options->output : default_workbook(&sinks->arena, options->inputs[0]);
    if (!*target)
        return EXIT_CANNOT_CREATE;
    return options->output ? EXIT_DONE : check_workbook(*target, options);
}

static int open_book(struct sinks *sinks, const struct sources *sources)
{
    char why[BOOK_WHY_BYTES];
    struct book_options options = {.facts = sinks->facts,
                                   .scenarios = sinks->expected,
                                   .lists_later = sinks->lists_later,
                                   .created = clock_seconds(),
                                   .settings = sinks->options->settings,
                                   .version = GPUPLAN_VERSION,
                                   .command = sinks->options->command};
    options.formulas = formulas_of(sinks->options);
    options.threads = sinks->batch.threads;
    name_inputs(sinks, sources, &options);
    options.carried = sources->carried;
    const char *target;
    int exit_code = choose_workbook(sinks, &target);
    if (exit_code != EXIT_DONE)
        return exit_code;
    if (!output_reserve(&sinks->workbook, target, &sinks->arena))
        return output_say(&sinks->workbook);
    options.path = sinks->workbook.path;
    sinks->book = book_open(&options, why);
    return sinks->book ? EXIT_DONE : say_error(EXIT_CANNOT_CREATE, "%s: %s", target, why);
}

/* A workbook looks at every answer; for a CSV alone, formatted lines are all that is kept. */
static void make_jobs(struct sinks *sinks, bool kept)
{
    sinks->job_room = kept ? KEPT_JOBS : SINK_JOBS;
    sinks->jobs = arena_array(&sinks->arena, sinks->job_room, sizeof *sinks->jobs);
    struct outcome *outcomes =
        kept ? arena_array(&sinks->arena, sinks->job_room, sizeof *outcomes) : NULL;
    for (size_t i = 0; kept && i < sinks->job_room; i++)
        sinks->jobs[i].outcome = &outcomes[i];
}

/* The same scenario by all three methods, for the Methods sheet. */
static void add_methods(struct sinks *sinks, const struct outcome *out)
{
    struct scenario scenarios[3];
    struct answer answers[3];
    struct result results[3];
    for (int i = 0; i < 3; i++) {
        scenarios[i] = out->scenario;
        if (!out->scenario.model || out->scenario.request.model == &out->scenario.own_model)
            scenarios[i].request.model = &scenarios[i].own_model;
        scenarios[i].request.estimate = (enum estimate)i;
        evaluate(&scenarios[i].request, sinks->facts, &answers[i]);
        results[i] = (struct result){&scenarios[i], &answers[i], ""};
    }
    book_add_methods(sinks->book, results);
}

static void write_job(struct sinks *sinks, const struct job *job)
{
    const struct outcome *out = job->outcome;
    sinks->by_status[job->status]++;
    sinks->planned++;
    sinks->met += job->is_listed;
    if (!out)
        return;
    struct result result = {&out->scenario, &out->answer, out->note};
    if (job->is_listed && sinks->selection.top)
        selection_pick(&sinks->selection, &result);
    if (!sinks->book)
        return;
    book_add(sinks->book, &result);
    if (book_wants_methods(sinks->book, &out->scenario))
        add_methods(sinks, out);
}

/* The bytes of a shard are counted and hashed for its mark. */
static void put_lines(struct sinks *sinks, const struct csv_lines *lines)
{
    if (lines->length)
        fwrite(lines->bytes, 1, lines->length, sinks->results.stream);
    if (!sinks->mark.shards)
        return;
    sinks->mark.bytes += lines->length;
    sinks->mark.hash = hash_bytes(sinks->mark.hash, lines->bytes, lines->length);
}

static int open_results(struct sinks *sinks)
{
    struct csv_lines header = {.length = 0};
    if (!output_open(&sinks->results, sinks->options->results, &sinks->arena))
        return output_say(&sinks->results);
    csv_add_header(&header, sinks->carried);
    put_lines(sinks, &header);
    csv_lines_free(&header);
    sinks->mark.header = sinks->mark.bytes;
    return EXIT_DONE;
}

int sinks_open(struct sinks *sinks, const struct plan_options *options, const struct facts *facts,
               const struct sources *sources)
{
    int exit_code = check_targets(options);
    if (exit_code == EXIT_DONE)
        exit_code = check_formulas(options);
    if (exit_code != EXIT_DONE)
        return exit_code;
    sinks->options = options;
    sinks->facts = facts;
    sinks->batch.facts = facts;
    sinks->batch.threads = options->jobs > 0 ? (size_t)options->jobs : batch_cores();
    sinks->batch.selection = &sinks->selection;
    sinks->carried = sources->carried;
    exit_code = sinks_choose(sinks, sources);
    if (exit_code != EXIT_DONE)
        return exit_code;
    make_jobs(sinks, !options->no_workbook || sinks->selection.top);
    sinks_begin(sinks, write_job, !sinks->selection.top);
    talk_start(sinks);
    if (options->results)
        exit_code = open_results(sinks);
    return exit_code != EXIT_DONE || options->no_workbook ? exit_code : open_book(sinks, sources);
}

struct studies {
    struct study **all;
    const struct facts *facts;
};

static void work_out(void *context, size_t i)
{
    const struct studies *studies = context;
    if (studies->all[i] && !interrupt_signal())
        study_work_out(studies->all[i], studies->facts);
}

/* The best option of each workload again, knob by knob, for the Sensitivity sheet: only now it is
 * known which those are. */
static void add_studies(struct sinks *sinks)
{
    size_t count = book_study_count(sinks->book);
    struct studies studies = {arena_array(&sinks->arena, count + 1, sizeof *studies.all),
                              sinks->facts};
    for (size_t i = 0; i < count; i++)
        studies.all[i] = book_study(sinks->book, i);
    batch_run(work_out, &studies, count, sinks->batch.threads);
}

static void write_lines(struct sinks *sinks)
{
    const struct csv_lines *lines = sinks->batch.lines;
    for (size_t at = 0; at < sinks->job_count; at += BATCH_BLOCK, lines++)
        put_lines(sinks, lines);
}

bool sinks_flush(struct sinks *sinks)
{
    batch_evaluate(&sinks->batch, sinks->jobs, sinks->job_count);
    if (sinks->batch.carried)
        write_lines(sinks);
    for (size_t i = 0; i < sinks->job_count; i++)
        sinks->write(sinks, &sinks->jobs[i]);
    sinks->job_count = 0;
    talk_progress(sinks);
    if (sinks->results.stream && ferror(sinks->results.stream)) {
        output_commit(&sinks->results);
        sinks->exit_code = output_say(&sinks->results);
    }
    return !interrupt_signal() && !sinks->exit_code;
}

/* Rows stay in their arena while scenarios of them wait; it is emptied between rows, before many or
 * large ones have filled the memory. */
bool sinks_make_room(struct sinks *sinks, bool must)
{
    if (!must && arena_taken(&sinks->row_arena) < ROW_BYTES)
        return true;
    bool done = sinks_flush(sinks);
    arena_reset(&sinks->row_arena);
    sinks->rows_held = 0;
    return done;
}

void sinks_begin(struct sinks *sinks, void (*write)(struct sinks *sinks, const struct job *job),
                 bool lines)
{
    sinks->write = write;
    sinks->batch.carried = lines && sinks->options->results ? sinks->carried : NULL;
    sinks->number = 0;
    sinks->wanted_at = 0;
}

/* The next scenario of the row from *i on that is to be planned; false: none. */
static bool next_wanted(struct sinks *sinks, const struct matrix_row *row, uint64_t *i)
{
    uint64_t end = row->before + row->count;
    if (sinks->wanted) {
        if (sinks->wanted_at == sinks->wanted_count || sinks->wanted[sinks->wanted_at] >= end)
            return false;
        *i = sinks->wanted[sinks->wanted_at++] - row->before;
        return true;
    }
    if (row->before + *i < sinks->first)
        *i = sinks->first < end ? sinks->first - row->before : row->count;
    return *i < row->count && row->before + *i < sinks->end;
}

bool sinks_row(void *context, const struct matrix_row *row)
{
    struct sinks *sinks = context;
    struct matrix_row *kept = arena_take(&sinks->row_arena, sizeof *kept);
    *kept = *row;
    kept->before = sinks->number;
    sinks->number += row->count;
    for (uint64_t i = 0; next_wanted(sinks, kept, &i); i++) {
        struct job *job = &sinks->jobs[sinks->job_count++];
        job->row = kept;
        job->index = i;
        if (sinks->job_count == sinks->job_room && !sinks_flush(sinks))
            return false;
    }
    return sinks_make_room(sinks, ++sinks->rows_held == SINK_JOBS || !sinks->job_count);
}

bool sinks_reject(void *context, const struct diag *diag)
{
    struct sinks *sinks = context;
    sinks->rejected++;
    if (!sinks->book)
        return sinks_make_room(sinks, false);
    const struct place *place = &diag->last_place;
    char where[512];
    snprintf(where, sizeof where, place->column ? "%s:%zu:%zu" : "%s:%zu", place->file, place->line,
             place->column);
    book_reject(sinks->book, where, diag->last);
    return sinks_make_room(sinks, false);
}

int sinks_commit(struct sinks *sinks)
{
    char why[BOOK_WHY_BYTES];
    if (sinks->planned != sinks->expected)
        return say_error(EXIT_INTERNAL,
                         "planned %" PRIu64 " of %" PRIu64 " scenarios; this is a bug, and nothing "
                         "was written",
                         sinks->planned, sinks->expected);
    if (sinks->book) {
        struct book *book = sinks->book;
        add_studies(sinks);
        sinks->book = NULL;
        if (!book_close(book, why))
            return say_error(EXIT_IO, "%s: %s", sinks->workbook.target, why);
    }
    if (interrupt_signal())
        return EXIT_SIGNAL + interrupt_signal();
    sinks->mark.rows = sinks->met;
    if (sinks->mark.shards)
        mark_print(sinks->results.stream, &sinks->mark);
    /* Nothing gets its name before everything is on the disk. */
    struct output *outputs[] = {&sinks->results, &sinks->workbook};
    for (int i = 0; i < 2; i++)
        if (outputs[i]->target && !output_finish(outputs[i]))
            return output_say(outputs[i]);
    for (int i = 0; i < 2; i++)
        if (outputs[i]->target && !output_publish(outputs[i]))
            return output_say(outputs[i]);
    talk_done(sinks);
    bool misses = sinks->by_status[STATUS_NO_FIT] > 0;
    return misses && sinks->options->exit_status ? EXIT_NO_FIT : EXIT_DONE;
}

void sinks_close(struct sinks *sinks)
{
    if (sinks->book)
        book_abandon(sinks->book);
    sinks->book = NULL;
    output_abandon(&sinks->workbook);
    output_abandon(&sinks->results);
    batch_free(&sinks->batch);
    arena_free(&sinks->row_arena);
    arena_free(&sinks->arena);
}

int sinks_say_checked(const struct sources *sources, const struct plan_options *options)
{
    for (size_t i = 0; i < sources->input_count && !options->quiet; i++) {
        const struct input *input = &sources->inputs[i];
        fprintf(stderr, "%s: no faults: %" PRIu64 " row%s, %" PRIu64 " scenario%s\n", input->path,
                input->rows, input->rows == 1 ? "" : "s", input->scenarios,
                input->scenarios == 1 ? "" : "s");
    }
    return EXIT_DONE;
}
