/* workload.c -- questions that the sheets ask about a workload */
#include "book/digest.h"

#include "book/option.h"
#include "book/write.h"
#include "core/words.h"

#include <stdio.h>

bool workload_is_detailed(const struct workload *w)
{
    const uint64_t *n = w->asked[ESTIMATE_DETAILED];
    return n[STATUS_OK] + n[STATUS_NO_FIT] + n[STATUS_UNSUPPORTED] > 0;
}

static const struct option *shown(const struct workload *w, const struct option *option)
{
    bool published = option && option->estimate != ESTIMATE_DETAILED;
    return published && workload_is_detailed(w) ? NULL : option;
}

const struct option *workload_smallest(const struct workload *w)
{
    return shown(w, w->smallest);
}

const struct option *workload_cheapest(const struct workload *w)
{
    return shown(w, w->cheapest);
}

const struct option *workload_owned(const struct workload *w)
{
    return shown(w, w->owned);
}

const struct option *workload_recommended(const struct workload *w)
{
    const struct option *option = workload_cheapest(w);
    option = option ? option : workload_owned(w);
    return option ? option : workload_smallest(w);
}

enum cost_role workload_role(const struct workload *w)
{
    return workload_cheapest(w) ? COST_CHEAPEST : workload_owned(w) ? COST_OWNED : COST_SMALLEST;
}

const struct option *workload_next(const struct workload *w)
{
    const struct option *option = shown(w, w->next[NEXT_CARD]);
    return option ? option : shown(w, w->next[NEXT_NAME]);
}

uint64_t workload_asked(const struct workload *w, uint64_t *fitting)
{
    uint64_t asked = 0;
    int last = workload_is_detailed(w) ? ESTIMATE_DETAILED : ESTIMATE_RULE;
    *fitting = 0;
    for (int i = ESTIMATE_DETAILED; i <= last; i++) {
        *fitting += w->asked[i][STATUS_OK];
        asked +=
            w->asked[i][STATUS_OK] + w->asked[i][STATUS_NO_FIT] + w->asked[i][STATUS_UNSUPPORTED];
    }
    return asked;
}

const char *workload_name(const struct workload *w, char buffer[WORKLOAD_NAME_BYTES])
{
    char model[64];
    copy_text(model, sizeof model, w->model);
    if (*w->label)
        copy_text(buffer, WORKLOAD_NAME_BYTES, w->label);
    else
        snprintf(buffer, WORKLOAD_NAME_BYTES, "%s, %.0f \u00D7 %.0f", model, w->tokens,
                 w->concurrency);
    return buffer;
}

static void append(char buffer[WORKLOAD_NAME_BYTES], const char *text)
{
    char before[WORKLOAD_NAME_BYTES];
    copy_text(before, sizeof before, buffer);
    join_texts(buffer, WORKLOAD_NAME_BYTES, before, ", ", text);
}

/* What the rows ask beside memory: "12 requests/s". */
static void append_demands(const struct workload *w, char buffer[WORKLOAD_NAME_BYTES])
{
    static const struct {
        const char *before;
        const char *after;
    } words[DEMANDS_MOST] = {
        {"", " prompt"},  {"", " output"},  {"", " requests/s"},  {"", " tokens/s"},
        {"TTFT ", " ms"}, {"TPOT ", " ms"}, {"", " to train on"}, {"", " days"},
        {"", " USD"},     {"", " kW"},
    };
    for (size_t i = 0; i < DEMANDS_MOST; i++) {
        char text[64];
        snprintf(text, sizeof text, "%s%.6g%s", words[i].before, w->demands[i], words[i].after);
        if (w->demands[i] >= 0)
            append(buffer, text);
    }
}

const char *workload_full_name(const struct workload *w, char buffer[WORKLOAD_NAME_BYTES])
{
    char text[64];
    unsigned differs = w->first->differs;
    workload_name(w, buffer);
    if (*w->label && differs & PART_MODEL)
        append(buffer, w->model);
    snprintf(text, sizeof text, "%.0f \u00D7 %.0f", w->tokens, w->concurrency);
    if (*w->label && differs & PART_SIZE)
        append(buffer, text);
    if (differs & PART_TUNING)
        append(buffer, w->mode == MODE_TRAINING ? tuning_words[w->tuning] : mode_words[w->mode]);
    if (differs & PART_PERIOD)
        append(buffer, w->period);
    if (differs & PART_DEMAND)
        append_demands(w, buffer);
    return buffer;
}
