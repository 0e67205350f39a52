/* listing.c -- plans again what is to be listed, so that nothing but its numbers is kept meanwhile
 *
 * The price is a second reading of the inputs; the gain is memory that does not grow with what is
 * left out. */
#include "plan/listing.h"

#include "base/exit.h"
#include "base/interrupt.h"
#include "report/csv.h"

#include <inttypes.h>
#include <string.h>

static void list(struct sinks *sinks, const struct job *job)
{
    struct result result = {&job->scenario, &job->answer, job->note};
    if (!selection_takes(&sinks->selection, &result))
        return;
    if (sinks->selection.top && sinks->results.stream)
        csv_result(sinks->results.stream, &result, sinks->carried);
    if (sinks->book)
        book_list(sinks->book, &result);
}

static void count(struct sinks *sinks, const struct job *job)
{
    struct result result = {&job->scenario, &job->answer, job->note};
    sinks->listed += selection_takes(&sinks->selection, &result);
}

/* Rows that were rejected have been listed. */
static bool pass_over(void *context, const struct diag *diag)
{
    (void)context;
    (void)diag;
    return true;
}

static int stopped(const struct sinks *sinks)
{
    return interrupt_signal()  ? EXIT_SIGNAL + interrupt_signal()
           : sinks->exit_code ? sinks->exit_code
                              : EXIT_IO;
}

static int visit(struct sinks *sinks, const struct sources *sources, struct diag *diag,
                 const struct row_visitor *visitor)
{
    for (size_t i = 0; i < sources->input_count; i++)
        if (!input_visit(&sources->inputs[i], visitor, &sinks->row_arena, diag) ||
            !sinks_flush(sinks))
            return stopped(sinks);
    return EXIT_DONE;
}

static int visit_wanted(struct sinks *sinks, const struct sources *sources, struct diag *diag,
                        void (*write)(struct sinks *sinks, const struct job *job))
{
    struct row_visitor visitor = {sinks_row, pass_over, sinks};
    sinks_begin(sinks, write);
    return visit(sinks, sources, diag, &visitor);
}

/* --- the first rows of an order: their input rows are kept, then they are planned in that order --- */

struct finding {
    struct sinks *sinks;
    struct pick **picks; /* by number */
    size_t at;
};

static bool find_picks(void *context, const struct matrix_row *row)
{
    struct finding *finding = context;
    struct sinks *sinks = finding->sinks;
    const struct matrix_row *kept = NULL;
    struct matrix_row placed = *row;
    placed.before = sinks->number;
    sinks->number += row->count;
    for (; finding->at < sinks->selection.pick_count; finding->at++) {
        struct pick *pick = finding->picks[finding->at];
        if (pick->number >= sinks->number)
            break;
        if (!kept)
            kept = matrix_row_copy(&placed, &sinks->arena);
        pick->row = kept;
    }
    arena_reset(&sinks->row_arena);
    return !interrupt_signal();
}

static int list_picks(struct sinks *sinks, const struct sources *sources, struct diag *diag)
{
    struct selection *s = &sinks->selection;
    struct finding finding = {sinks, NULL, 0};
    struct row_visitor visitor = {find_picks, pass_over, &finding};
    selection_sort(s);
    finding.picks = selection_by_number(s);
    sinks_begin(sinks, list);
    int exit_code = visit(sinks, sources, diag, &visitor);
    for (size_t i = 0; i < s->pick_count && exit_code == EXIT_DONE; i++) {
        const struct pick *pick = &s->picks[i];
        struct job *job = &sinks->jobs[sinks->job_count++];
        job->row = pick->row;
        job->index = pick->number - pick->row->before;
        if ((sinks->job_count == SINK_JOBS || i + 1 == s->pick_count) && !sinks_flush(sinks))
            exit_code = stopped(sinks);
    }
    return exit_code;
}

/* --- what Scenarios says of it --- */

enum { NOTE_TEXT_BYTES = 1024, CHOSEN_BYTES = 400 };

static void add(char *to, const char *option, const char *value)
{
    size_t used = strlen(to);
    if (value)
        snprintf(to + used, CHOSEN_BYTES - used, "%s%s %s", used ? " " : "", option, value);
}

static void name_choice(char to[CHOSEN_BYTES], const struct plan_options *options)
{
    char top[32] = "";
    to[0] = '\0';
    for (size_t i = 0; options->where && options->where[i] && strlen(to) + 1 < CHOSEN_BYTES; i++)
        add(to, "--where", options->where[i]);
    if (options->sort && strlen(to) + 1 < CHOSEN_BYTES)
        add(to, "--sort", options->sort);
    snprintf(top, sizeof top, "%.0f", options->top);
    if (options->top > 0 && strlen(to) + 1 < CHOSEN_BYTES)
        add(to, "--top", top);
}

static void begin_list(struct sinks *sinks, uint64_t rows, bool best_only)
{
    char chosen[CHOSEN_BYTES];
    char note[NOTE_TEXT_BYTES];
    double n = (double)rows;
    double all = (double)sinks->planned;
    name_choice(chosen, sinks->options);
    if (!best_only)
        snprintf(note, sizeof note,
                 "%.0f of %.0f scenarios, chosen by %s. The other sheets count every scenario.", n,
                 all, chosen);
    else
        snprintf(note, sizeof note,
                 sinks->results.stream
                     ? "%.0f of %.0f scenarios, too many for a sheet: of each workload the "
                       "cheapest to rent and to own, the smallest and the fastest, or one that "
                       "says why nothing fits%s%s. All of them are in the results CSV, and the "
                       "other sheets count every one."
                     : "%.0f of %.0f scenarios, too many for a sheet: of each workload the "
                       "cheapest to rent and to own, the smallest and the fastest, or one that "
                       "says why nothing fits%s%s. Plan with --results to have all of them; the "
                       "other sheets count every one.",
                 n, all, *chosen ? "; chosen by " : "", chosen);
    book_list_begin(sinks->book, rows, note);
}

int listing_write(struct sinks *sinks, const struct sources *sources, struct diag *diag)
{
    int exit_code = EXIT_DONE;
    if (sinks->selection.top) {
        if (sinks->book)
            begin_list(sinks, sinks->selection.pick_count, false);
        return list_picks(sinks, sources, diag);
    }
    if (!sinks->lists_later)
        return EXIT_DONE;
    bool best_only = sinks->listed > sinks->rows_most;
    if (best_only) {
        sinks->wanted = book_best_numbers(sinks->book, &sinks->wanted_count);
        sinks->listed = 0;
        exit_code = visit_wanted(sinks, sources, diag, count);
    }
    if (exit_code != EXIT_DONE)
        return exit_code;
    begin_list(sinks, sinks->listed, best_only);
    return visit_wanted(sinks, sources, diag, list);
}
