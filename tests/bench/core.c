/* core.c -- scenarios per second of the core alone, on one thread: core INPUT.csv [ROUNDS]
 *
 * The requests of the input are decoded before the clock runs. One line per way of asking:
 *   search    as the rows say, the layout searched
 *   pinned    the same rows at the layout that the search chose
 *   primer    the same rows by the published method
 *   fresh     `search` without anything kept between scenarios, one row in FRESH_STEP
 * name, scenarios, best seconds of ROUNDS, scenarios per second. */
#include "catalog/catalog.h"
#include "core/evaluate.h"
#include "plan/inputs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { GROUNDS = 64, FRESH_STEP = 16, SCENARIOS_MOST = 1000000 };

struct sample {
    struct request *requests;
    size_t count;
    size_t room;
    struct arena arena;
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static bool keep_row(void *context, const struct matrix_row *row)
{
    struct sample *sample = context;
    struct scenario scenario;
    for (uint64_t i = 0; i < row->count && sample->count < SCENARIOS_MOST; i++) {
        matrix_scenario(row, i, &scenario);
        if (scenario.request.model == &scenario.own_model)
            continue; /* lives in the scenario */
        if (sample->count == sample->room) {
            sample->room = sample->room ? 2 * sample->room : 4096;
            sample->requests = realloc(sample->requests, sample->room * sizeof *sample->requests);
        }
        sample->requests[sample->count++] = scenario.request;
    }
    return true;
}

/* Sums what came out, so that nothing is left undone. */
static double answer_all(struct grounds *grounds, const struct sample *sample, size_t step,
                         const struct facts *facts)
{
    double sum = 0;
    for (size_t i = 0; i < sample->count; i += step) {
        struct answer answer;
        if (grounds)
            evaluate_among(grounds, &sample->requests[i], facts, &answer);
        else
            evaluate(&sample->requests[i], facts, &answer);
        sum += answer.layout.gpus + (answer.placed ? answer.footprint.total_bytes : 0);
    }
    return sum;
}

static void show(const char *name, const struct sample *sample, size_t step, int rounds,
                 const struct facts *facts)
{
    struct grounds grounds = {.items = calloc(GROUNDS, sizeof *grounds.items), .count = GROUNDS};
    double best = 0;
    double sum = 0;
    for (int i = 0; i < rounds; i++) {
        memset(grounds.items, 0, GROUNDS * sizeof *grounds.items);
        double start = now();
        sum = answer_all(step > 1 ? NULL : &grounds, sample, step, facts);
        double took = now() - start;
        best = i == 0 || took < best ? took : best;
    }
    size_t count = (sample->count + step - 1) / step;
    printf("%s %zu %.4f %.0f %.17g\n", name, count, best, (double)count / best, sum);
    free(grounds.items);
}

static void pin(struct sample *sample, const struct facts *facts)
{
    for (size_t i = 0; i < sample->count; i++) {
        struct request *r = &sample->requests[i];
        struct answer answer;
        evaluate(r, facts, &answer);
        if (!answer.placed)
            continue;
        r->tp = answer.layout.tp;
        r->pp = answer.layout.pp;
        r->dp = answer.layout.ways;
        r->zero = r->optimizer ? answer.layout.zero : r->zero;
    }
}

int main(int argc, char **argv)
{
    struct facts facts;
    struct arena arena = {0};
    struct lexicon lexicon;
    struct diag diag = {.out = stderr};
    struct input input;
    struct sample sample = {0};
    struct row_visitor visitor = {keep_row, NULL, &sample};
    int rounds = argc > 2 ? atoi(argv[2]) : 5;
    int exit_code;
    if (argc < 2 || !catalog_load(&facts, &arena, NULL, &diag, &exit_code))
        return 64;
    if (!lexicon_build(&lexicon, &facts, &arena, &diag) ||
        input_check(&input, argv[1], NULL, &lexicon, &arena, &diag) ||
        !input_visit(&input, &visitor, &sample.arena, &diag))
        return 65;
    show("search", &sample, 1, rounds, &facts);
    if (argc > 3)
        return 0;
    show("fresh", &sample, FRESH_STEP, rounds, &facts);
    pin(&sample, &facts);
    show("pinned", &sample, 1, rounds, &facts);
    for (size_t i = 0; i < sample.count; i++)
        sample.requests[i].estimate = ESTIMATE_PRIMER;
    show("primer", &sample, 1, rounds, &facts);
    return 0;
}
