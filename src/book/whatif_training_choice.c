/* whatif_training_choice.c -- what may be chosen on What-if training, and the tables of its sheets
 */
#include "book/whatif_training.h"

#include "core/words.h"

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

static const char *const yes_no[] = {"yes", "no", NULL};

OF_TEXT(model, r->model->id)
OF_TEXT(type, r->dtype->id)
OF_TEXT(optimizer, r->optimizer->id)
OF_TEXT(tuning, tuning_words[r->tuning])
OF_TEXT(gpu, r->gpu->id)
OF_TEXT(recompute, recompute_words[r->recompute])
OF_TEXT(loss, loss_words[r->loss])
OF_TEXT(flash, yes_no[!r->flash_attention])
OF_TEXT(compile, yes_no[!r->compile])
OF_TEXT(sequence, yes_no[!r->sequence_parallel])
OF_NUMBER(lora_rank, r->lora_rank)
OF_NUMBER(pct, r->trainable_pct > 0 ? r->trainable_pct : NAN)
OF_NUMBER(tokens, r->tokens)
OF_NUMBER(batch, r->concurrency)
OF_NUMBER(zero, r->zero)
OF_NUMBER(accum, r->grad_accum)
OF_NUMBER(most, r->max_gpus)
OF_NUMBER(share, r->utilization > 0 ? r->utilization : NAN)

static const char *engine(const struct whatif *w)
{
    return whatif_chosen(w, OFFER_ENGINE)->key;
}

static const char *targets(const struct whatif *w)
{
    return whatif_chosen(w, OFFER_TARGETS)->key;
}

static const struct choice_cell choices[] = {
    {"model", "Model", "", "list_model", 0, 0, "a drop-down", model, NULL},
    {"type", "Type of the weights", "", "list_dtype", 0, 0,
     "a drop-down; QLoRA over a wider type is over nf4", type, NULL},
    {"optimizer", "Optimizer", "", "list_optimizer", 0, 0, "a drop-down", optimizer, NULL},
    {"tuning", "What is trained", "", "list_tuning", 0, 0, "a drop-down", tuning, NULL},
    {"rank", "Rank of the adapters", "rank", NULL, 1, 65536, "lora_rank of a row; full: not used",
     NULL, lora_rank},
    {"targets", "Matrices with adapters", "", "list_targets", 0, 0,
     "a drop-down; lora_targets of a row; full: not used", targets, NULL},
    {"pct", "Trained share of the parameters, instead of both", "percent", NULL, 0.0001, 100,
     "trainable_pct of a row; empty: from rank and matrices", NULL, pct},
    {"tokens", "Sequence length", "tokens", NULL, 1, 1e9, "", NULL, tokens},
    {"batch", "Micro-batch: sequences per step and rank", "sequences", NULL, 1, 1e9,
     "concurrency of a row", NULL, batch},
    {"gpu", "GPU", "", "list_gpu", 0, 0, "a drop-down", gpu, NULL},
    {"engine", "Framework", "", "list_engine", 0, 0, "a drop-down", engine, NULL},
    {"zero", "ZeRO stage", "stage", NULL, 0, 3, "0 to 3; empty: the least that fits", NULL, zero},
    {"recompute", "Activation recomputation", "", "list_recompute", 0, 0, "a drop-down", recompute,
     NULL},
    {"loss", "How cross entropy holds the logits", "", "list_loss", 0, 0, "a drop-down", loss,
     NULL},
    {"flash", "Flash attention", "", "list_yes", 0, 0, "a drop-down; flash_attention of a row",
     flash, NULL},
    {"compile", "Compiled model", "", "list_yes", 0, 0, "a drop-down", compile, NULL},
    {"sequence", "Sequence parallelism beside tensor", "", "list_yes", 0, 0,
     "a drop-down; sequence_parallel of a row", sequence, NULL},
    {"accum", "Micro-batches per step and rank", "count", NULL, 1, 1e6,
     "grad_accum of a row; empty: unknown", NULL, accum},
    {"most", "Most GPUs", "GPUs", NULL, 1, WHATIF_GPUS_MOST,
     "max_gpus of a row; up to 64 here: plan more with gpuplan", NULL, most},
    {"share", "Share of the card that is used", "share", NULL, 0, 1,
     "utilization of a row; empty: the framework's default", NULL, share},
};

static const struct offer_text offers[OFFER_KINDS] = {
    [OFFER_MODEL] = {"Models: letters of the architecture", "Model", "list_model",
                     "templates/models.csv, row by row on the sheet Models", "at_model"},
    [OFFER_TYPE] = {"Models with types of weights: bytes per element, by tensor group",
                    "Model and type", "list_type", "templates/dtypes.csv and mixes.csv", "at_type"},
    [OFFER_ENGINE] = {"Frameworks", "Framework", "list_engine",
                      "templates/engines.csv, see Assumptions", "at_engine"},
    [OFFER_GPU] = {"Cards", "GPU", "list_gpu", "templates/gpus.csv, see the sheet GPUs", "at_gpu"},
    [OFFER_DTYPE] = {"Types of weights", "Type", "list_dtype", "templates/dtypes.csv", "at_dtype"},
    [OFFER_OPTIMIZER] = {"Optimizers", "Optimizer", "list_optimizer", "templates/optimizers.csv",
                         "at_optimizer"},
    [OFFER_TARGETS] = {"Matrices with adapters", "Matrices", "list_targets",
                       "Hu 2021, arXiv 2106.09685", "at_targets"},
};

static const struct word_list words[] = {
    {"list_tuning", "What may be trained", tuning_words},
    {"list_recompute", "Activation recomputation", recompute_words},
    {"list_loss", "How cross entropy may hold the logits", loss_words},
    {"list_yes", "Yes or no", yes_no},
};

/* A term over the letters of the layout shown, in the phase where that GPU peaks. */
static void term_formula(const struct term *term, char text[512])
{
    static const struct {
        enum phase phase;
        const char *flag;
    } phases[] = {{PHASE_FORWARD_END, "on_f"},
                  {PHASE_BACKWARD, "on_b"},
                  {PHASE_BACKWARD_END, "on_e"},
                  {PHASE_STEP, "on_s"}};
    char alive[64] = "";
    char sum[64];
    int count = 0;
    for (int i = 0; i < 4; i++) {
        if (!(term->phases & 1u << phases[i].phase))
            continue;
        join_texts(sum, sizeof sum, alive, *alive ? " + " : "", phases[i].flag);
        copy_text(alive, sizeof alive, sum);
        count++;
    }
    if (count == 4)
        snprintf(text, 512, "IF(at_row = \"\", \"\", (%s) / gib)", term->formula);
    else
        snprintf(text, 512, "IF(at_row = \"\", \"\", (%s) * (%s) / gib)", alive, term->formula);
}

static const struct footprint *held(const struct whatif *w)
{
    return &w->tuned->footprint;
}

static bool find_range(const struct whatif *w, const char *symbol, char range[CELL_NAME_BYTES])
{
    if (!strncmp(symbol, "all_", 4))
        return tuned_range(w, symbol + 4, range);
    if (!strncmp(symbol, "each_", 5))
        return cuts_range(w, symbol + 5, range);
    return !strncmp(symbol, "by_", 3) && ways_range(w, symbol + 3, range);
}

const struct whatif_kind training_kind = {
    .prefix = "wt_",
    .sheet = TRAINING_SHEET,
    .data_sheet = TRAINING_DATA,
    .about = "One training scenario to play with. Change the pale cells: every formula follows, "
             "through the layouts of up to 64 GPUs on \"" TRAINING_LAYOUTS
             "\". Memory only. Larger counts, context- and expert-parallel ways, interleaved "
             "stages, other types of gradients and deadlines: plan this with gpuplan.",
    .data_about = "What the drop-downs of What-if training offer, in the letters of the model: a "
                  "number here is a catalog's, or counted from one. Source of the first table: "
                  "templates/models.csv.",
    .left_out = "the terms of serving are left out",
    .choices = choices,
    .choice_count = sizeof choices / sizeof *choices,
    .data = &training_data,
    .offers = offers,
    .words = words,
    .word_count = sizeof words / sizeof *words,
    .positions = &training_positions,
    .rest = &training_rest,
    .answers = &training_answers,
    .placed = &training_placed,
    .range = find_range,
    .shows = term_trains,
    .term_formula = term_formula,
    .footprint = held,
};

void training_write(struct book *book, struct sheet *sheet)
{
    whatif_put(training_of(book), book, sheet);
}

void training_data_write(struct book *book, struct sheet *sheet)
{
    whatif_put_data(training_of(book), book, sheet);
}
