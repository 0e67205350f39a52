/* talk.c -- stderr for people; data never goes here */
#include "plan/talk.h"

#include <inttypes.h>
#include <unistd.h>

void talk_start(struct sinks *sinks)
{
    clock_gettime(CLOCK_MONOTONIC, &sinks->started);
    sinks->shown = sinks->started.tv_sec + 1;
    sinks->shows_progress = !sinks->options->quiet && isatty(STDERR_FILENO);
}

void talk_progress(struct sinks *sinks)
{
    struct timespec now;
    if (!sinks->shows_progress)
        return;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (now.tv_sec <= sinks->shown)
        return;
    sinks->shown = now.tv_sec;
    fprintf(stderr, "\r%" PRIu64 " of %" PRIu64 " scenarios", sinks->planned, sinks->expected);
    if (sinks->planned == sinks->expected)
        fputs("\r\033[K", stderr);
    fflush(stderr);
}

void talk_done(const struct sinks *sinks)
{
    const uint64_t *by = sinks->by_status;
    if (sinks->options->quiet)
        return;
    if (sinks->shows_progress && sinks->shown > sinks->started.tv_sec + 1)
        fputs("\r\033[K", stderr);
    bool to_file = sinks->results.target && sinks->results.path;
    if (sinks->workbook.target)
        fprintf(stderr, "%s%s", sinks->workbook.target, to_file ? ", " : ": ");
    if (to_file)
        fprintf(stderr, "%s: ", sinks->results.target);
    fprintf(stderr, "%" PRIu64 " scenario%s: %" PRIu64 " fit", sinks->planned,
            sinks->planned == 1 ? "" : "s", by[STATUS_OK]);
    fprintf(stderr, ", %" PRIu64 " do not, %" PRIu64 " unsupported", by[STATUS_NO_FIT],
            by[STATUS_UNSUPPORTED]);
    const struct selection *s = &sinks->selection;
    if (s->top || s->condition_count)
        fprintf(stderr, "; %" PRIu64 " listed", s->top ? (uint64_t)s->pick_count : sinks->met);
    if (sinks->lists_best)
        fprintf(stderr, "; %" PRIu64 " on Scenarios", sinks->listed);
    if (sinks->rejected)
        fprintf(stderr, "; %" PRIu64 " row%s rejected", sinks->rejected,
                sinks->rejected == 1 ? "" : "s");
    fputc('\n', stderr);
}
