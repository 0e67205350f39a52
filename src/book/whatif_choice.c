/* whatif_choice.c -- what may be chosen on What-if, and the tables that make its sheets */
#include "book/whatif_serving.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define OF_TEXT(name, what) \
    static const char *name(const struct whatif *w) \
    { \
        const struct request *r = &w->request; \
        return what; \
    }
#define OF_NUMBER(name, what) \
    static double name(const struct whatif *w) \
    { \
        const struct request *r = &w->request; \
        return what; \
    }

OF_TEXT(model, r->model->id)
OF_TEXT(type, r->dtype->id)
OF_TEXT(cache, r->kv_dtype ? r->kv_dtype->id : "")
OF_TEXT(gpu, r->gpu->id)
OF_NUMBER(tokens, r->tokens)
OF_NUMBER(requests, r->concurrency)
OF_NUMBER(most, r->max_gpus)
OF_NUMBER(share, r->utilization > 0 ? r->utilization : NAN)
OF_NUMBER(seqs, r->max_num_seqs)
OF_NUMBER(step, r->max_num_batched_tokens)

static const char *engine(const struct whatif *w)
{
    return whatif_chosen(w, OFFER_ENGINE)->key;
}

static const struct choice_cell choices[] = {
    {"model", "Model", "", "list_model", 0, 0, "a drop-down", model, NULL},
    {"type", "Type of the weights", "", "list_dtype", 0, 0, "a drop-down", type, NULL},
    {"cache", "Type of the KV cache", "", "list_cache", 0, 0,
     "a drop-down; empty: 16 bit, 32 with fp32 weights", cache, NULL},
    {"tokens", "Tokens held per request", "tokens", NULL, 1, 1e9, "prompt and answer", NULL,
     tokens},
    {"requests", "Requests in flight, over all replicas", "requests", NULL, 1, 1e9, "", NULL,
     requests},
    {"gpu", "GPU", "", "list_gpu", 0, 0, "a drop-down", gpu, NULL},
    {"engine", "Engine", "", "list_engine", 0, 0, "a drop-down, with the version it begins at",
     engine, NULL},
    {"most", "Most GPUs", "GPUs", NULL, 1, WHATIF_GPUS_MOST, "max_gpus of a row; up to 64 here",
     NULL, most},
    {"share", "Share of the card, in the engine's own meaning", "share", NULL, 0, 1,
     "utilization of a row; empty: the engine's default", NULL, share},
    {"seqs", "Sequences of one step", "sequences", NULL, 1, 1e9,
     "max_num_seqs of a row; empty: the engine's default", NULL, seqs},
    {"step", "Tokens of one prefill step", "tokens", NULL, 1, 1e9,
     "max_num_batched_tokens of a row; empty: the engine's default", NULL, step},
};

static const struct offer_text offers[OFFER_KINDS] = {
    {"Models: letters of the architecture", "Model", "list_model",
     "templates/models.csv, row by row on the sheet Models", "at_model"},
    {"Models with types of weights: bytes per element, by tensor group", "Model and type",
     "list_type", "templates/dtypes.csv and mixes.csv", "at_type"},
    {"Engines", "Engine", "list_engine", "templates/engines.csv, see Assumptions", "at_engine"},
    {"Cards", "GPU", "list_gpu", "templates/gpus.csv, see the sheet GPUs", "at_gpu"},
    {"Types of the cache", "Type", "list_cache", "templates/dtypes.csv", NULL},
};

/* A term in the layout of the answer, in the phase and on the stage where it peaks. */
static void term_formula(const struct term *term, char text[512])
{
    char each[256];
    const char *alive = "";
    if (term->column == COLUMN_KV_CACHE && strstr(term->formula, "T_x"))
        snprintf(each, sizeof each, "(S * INDEX(each_%s, at_row) + T_x * INDEX(each_%s_x, at_row))",
                 term->id, term->id);
    else if (term->column == COLUMN_KV_CACHE)
        snprintf(each, sizeof each, "S * INDEX(each_%s, at_row)", term->id);
    else if (strstr(term->formula, "i_1") || strstr(term->formula, "i_p"))
        snprintf(each, sizeof each,
                 "IF(place > 2, INDEX(each_%s2, at_row), INDEX(each_%s1, at_row))", term->id,
                 term->id);
    else
        snprintf(each, sizeof each, "INDEX(each_%s, at_row)", term->id);
    if (!(term->phases & 1u << PHASE_DECODE))
        alive = "MOD(place, 2) * ";
    if (!(term->phases & 1u << PHASE_PREFILL))
        alive = "(1 - MOD(place, 2)) * ";
    snprintf(text, 512, "IF(at_row = \"\", \"\", %s%s / gib)", alive, each);
}

static bool shows(const struct term *term)
{
    return !term_is_idle(term);
}

static const struct footprint *held(const struct whatif *w)
{
    return &w->shown->footprint;
}

static bool find_range(const struct whatif *w, const char *symbol, char range[CELL_NAME_BYTES])
{
    if (!strncmp(symbol, "all_", 4))
        return layouts_range(w, symbol + 4, range);
    return !strncmp(symbol, "each_", 5) && splits_range(w, symbol + 5, range);
}

const struct whatif_kind serving_kind = {
    .prefix = "wi_",
    .sheet = WHATIF_SHEET,
    .data_sheet = DATA_SHEET,
    .about = "One serving scenario to play with. Change the pale cells: every formula follows, "
             "through the layouts of up to 64 GPUs on \"" LAYOUTS_SHEET
             "\". Memory only: speed, price and power are not asked.",
    .data_about =
        "What the drop-downs of What-if offer, in the letters of the model: a number here "
        "is a catalog's, or counted from one. Source of the first table: "
        "templates/models.csv.",
    .left_out = "zero on the engines that are offered, and left out: second head of a quantized "
                "tied model, prompt logits, compute buffers, stage copies, dequantization scratch, "
                "rotary and mask caches",
    .choices = choices,
    .choice_count = sizeof choices / sizeof *choices,
    .data = &serving_data,
    .offers = offers,
    .positions = &serving_positions,
    .rest = &serving_rest,
    .answers = &serving_answers,
    .range = find_range,
    .shows = shows,
    .term_formula = term_formula,
    .footprint = held,
};

void whatif_write(struct book *book, struct sheet *sheet)
{
    whatif_put(serving_of(book), book, sheet);
}

void whatif_data_write(struct book *book, struct sheet *sheet)
{
    whatif_put_data(serving_of(book), book, sheet);
}
