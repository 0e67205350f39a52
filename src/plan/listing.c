/* listing.c -- plans again what is to be listed, so that nothing but its numbers is kept meanwhile
 *
 * The price is a second reading of the inputs; the gain is memory that does not grow with what is
 * left out. */
#include "plan/listing.h"

#include "base/exit.h"
#include "base/interrupt.h"

#include <inttypes.h>
#include <string.h>

static void list(struct sinks *sinks, const struct job *job)
{
    const struct outcome *out = job->outcome;
    struct result result = {&out->scenario, &out->answer, out->note};
    if (sinks->book && job->is_listed)
        book_list(sinks->book, &result);
}

static void count(struct sinks *sinks, const struct job *job)
{
    sinks->listed += job->is_listed;
}

/* Rows that were rejected have been listed. */
static bool pass_over(void *context, const struct diag *diag)
{
    (void)diag;
    return sinks_make_room(context, false);
}

static int stopped(const struct sinks *sinks)
{
    return interrupt_signal() ? EXIT_SIGNAL + interrupt_signal()
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
    sinks_begin(sinks, write, false);
    return visit(sinks, sources, diag, &visitor);
}

/* --- the first rows of an order: their input rows are kept, then planned in that order --- */

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

static bool forget(void *context, const struct diag *diag)
{
    const struct finding *finding = context;
    (void)diag;
    arena_reset(&finding->sinks->row_arena);
    return true;
}

static int list_picks(struct sinks *sinks, const struct sources *sources, struct diag *diag)
{
    struct selection *s = &sinks->selection;
    struct finding finding = {sinks, NULL, 0};
    struct row_visitor visitor = {find_picks, forget, &finding};
    selection_sort(s);
    finding.picks = selection_by_number(s);
    sinks_begin(sinks, list, true);
    int exit_code = visit(sinks, sources, diag, &visitor);
    for (size_t i = 0; i < s->pick_count && exit_code == EXIT_DONE; i++) {
        const struct pick *pick = &s->picks[i];
        struct job *job = &sinks->jobs[sinks->job_count++];
        job->row = pick->row;
        job->index = pick->number - pick->row->before;
        if ((sinks->job_count == sinks->job_room || i + 1 == s->pick_count) && !sinks_flush(sinks))
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

/* Of the best alone, the results CSV has what else there is. */
static const char *note_format(const struct sinks *sinks, bool best_only)
{
    static const char *const formats[] = {
        "%.0f of %.0f scenarios, chosen by %s. The other sheets count every scenario.",
        "%.0f of %.0f scenarios, too many for this sheet: of each workload on Summary the cheapest "
        "to rent "
        "and to own, the smallest and the fastest, or one that says why nothing fits. Every "
        "scenario is in the results CSV, and the other sheets count every one.",
        "%.0f of %.0f scenarios, too many for this sheet: of each workload on Summary the cheapest "
        "to rent "
        "and to own, the smallest and the fastest, or one that says why nothing fits. Plan with "
        "--results to have every scenario; the other sheets count every one.",
        "%.0f of %.0f scenarios, too many for this sheet with %s: of each workload on Summary the "
        "cheapest to "
        "rent and to own, the smallest and the fastest, where they meet it. All that meet it are "
        "in the results CSV, and the other sheets count every scenario.",
        "%.0f of %.0f scenarios, too many for this sheet with %s: of each workload on Summary the "
        "cheapest to "
        "rent and to own, the smallest and the fastest, where they meet it. Plan with --results to "
        "have all that meet it; the other sheets count every scenario.",
    };
    bool conditions = sinks->selection.condition_count > 0;
    return formats[best_only ? 1 + 2 * conditions + !sinks->results.stream : 0];
}

static void begin_list(struct sinks *sinks, uint64_t rows, bool best_only)
{
    char chosen[CHOSEN_BYTES];
    char note[NOTE_TEXT_BYTES];
    name_choice(chosen, sinks->options);
    /* the formats are those above, and none uses more than there is */
    snprintf(note, sizeof note, note_format(sinks, best_only), (double)rows, (double)sinks->planned,
             chosen);
    book_list_begin(sinks->book, &(struct book_list){rows, note, best_only});
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
    bool best_only = sinks->lists_best = sinks->met > sinks->rows_most;
    sinks->listed = sinks->met;
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
