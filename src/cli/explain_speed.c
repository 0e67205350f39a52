/* explain_speed.c -- how fast the printed layout is: letters, numbers, sources, step by step */
#include "cli/explain_speed.h"

#include "base/text.h"
#include "cli/arithmetic.h"
#include "core/layout.h"
#include "core/speed/speed.h"

#include <stdio.h>
#include <string.h>

enum { FORMULA_AT = 58 };

static bool is_pace_step(size_t offset)
{
    for (size_t i = 0; i < pace_step_count; i++)
        if (pace_steps[i].offset == offset)
            return true;
    return false;
}

static bool is_tempo_step(size_t offset)
{
    for (size_t i = 0; i < tempo_step_count; i++)
        if (tempo_steps[i].offset == offset)
            return true;
    return false;
}

/* Times below a second are read in milliseconds. */
static void print_step(const char *symbol, const char *label, const char *unit, double value)
{
    bool time = !strcmp(unit, "s");
    printf("  %-3s %-32s %10.4g %-8s ", symbol, label, time ? 1000 * value : value,
           time ? "ms" : unit);
}

static void print_range(const char *label, const char *unit, const struct range *range)
{
    if (range->expected >= 0)
        printf("  %-36s %10.5g %-8s band %.5g to %.5g\n", label, range->expected, unit, range->low,
               range->high);
}

static void print_serving(const struct replica_speed *replica, const struct layout *layout)
{
    struct pace x = replica->pace;
    struct alphabet alphabet = {pace_legend, pace_legend_count, &x, {false}, FORMULA_AT};
    x.R = layout->ways;
    pace_load(&x, layout_sequences(replica->request, layout), replica->prompt, replica->output);
    pace_steps_fill(&x);
    printf("\nspeed at %.0f request%s on the fullest replica, %.0f prompt and %.0f output tokens "
           "each\n",
           x.B, x.B == 1 ? "" : "s", replica->prompt, replica->output);
    for (size_t i = 0; i < pace_step_count; i++) {
        const struct pace_step *step = &pace_steps[i];
        if (step->value(&x) <= 0)
            continue;
        print_step(step->symbol, step->label, step->unit, step->value(&x));
        arithmetic_print(&alphabet, step->formula, step->source);
    }
    arithmetic_legend(&alphabet, "letters of speed (times in s)", is_pace_step);
}

static void print_training(const struct replica_speed *replica, const struct layout *layout)
{
    struct tempo x;
    struct alphabet alphabet = {tempo_legend, tempo_legend_count, &x, {false}, FORMULA_AT};
    tempo_bind(&x, replica->request, replica->facts, &replica->subject->letters, layout);
    puts("\nspeed of training");
    for (size_t i = 0; i < tempo_step_count; i++) {
        const struct tempo_step *step = &tempo_steps[i];
        if (step->value(&x) <= 0)
            continue;
        print_step(step->symbol, step->label, step->unit, step->value(&x));
        arithmetic_print(&alphabet, step->formula, step->source);
    }
    arithmetic_legend(&alphabet, "letters of training speed", is_tempo_step);
}

void explain_speed(const struct request *request, const struct facts *facts,
                   const struct answer *answer)
{
    static const char *const basis[] = {"defaults: card or engine were not measured",
                                        "measurements of the engine and of kindred cards",
                                        "measurements of this card and engine"};
    struct subject subject;
    struct replica_speed replica;
    const struct speed *s = &answer->speed;
    subject_bind(&subject, request, facts);
    replica_speed_bind(&replica, &subject);
    replica_speed_place(&replica, &answer->layout, false);
    if (!replica.known || (s->tpot_ms.expected < 0 && s->train_tok_s.expected < 0))
        return;
    if (request->optimizer)
        print_training(&replica, &answer->layout);
    else
        print_serving(&replica, &answer->layout);
    printf("\nspeed of %.0f GPU%s, from %s\n", answer->layout.gpus,
           answer->layout.gpus == 1 ? "" : "s", basis[s->basis]);
    print_range("time per output token (TPOT)", "ms", &s->tpot_ms);
    print_range("time to first token (TTFT)", "ms", &s->ttft_ms);
    print_range("output at this concurrency", "tokens/s", &s->output_tok_s);
    print_range("most output within memory and limits", "tokens/s", &s->max_output_tok_s);
    print_range("training", "tokens/s", &s->train_tok_s);
    print_range("model FLOPs utilization", "%", &s->mfu_pct);
    print_range("the run", "days", &s->days);
    if (answer->gpus_memory > 0 && answer->gpus_memory < answer->layout.gpus)
        printf("  memory alone needs %.0f GPU%s\n", answer->gpus_memory,
               answer->gpus_memory == 1 ? "" : "s");
}
