/* whatif_training.c -- the training scenario that What-if begins with, what it offers, its search
 */
#include "book/whatif_training.h"

#include "core/layout.h"
#include "core/support.h"

#include <math.h>
#include <string.h>

static const char *const common_types[] = {"bf16", "fp16", "fp32", "fp8", "nf4", NULL};
static const char *const common_engines[] = {"generic",    "torchtitan", "megatron-core",
                                             "hf-trainer", "torchtune",  NULL};
static const char *const common_optimizers[] = {"adamw", "adamw-8bit", "adafactor", "lion",
                                                "sgd",   "muon",       NULL};
static const unsigned common_targets[] = {TARGET_LINEAR, TARGET_ATTENTION, TARGET_Q | TARGET_V,
                                          TARGET_LINEAR | TARGET_EMBEDDING | TARGET_HEAD};
enum { OPTIMIZERS_MOST = 24, TARGETS_MOST = 8, SLOTS = 3 };

static bool engine_is_plain(const struct engine *e)
{
    return e->mode == MODE_TRAINING && e->utilization_of == SHARE_TOTAL;
}

static bool type_is_plain(const struct dtype *d)
{
    return strcmp(d->family, "gguf") != 0;
}

static const struct offer_rule rule = {engine_is_plain, type_is_plain, common_engines,
                                       common_types};

static bool is_plain(const struct request *r)
{
    bool types = r->master_dtype || r->no_master || r->grad_dtype || r->no_gradients ||
                 (r->compute_dtype && r->compute_dtype->rate != RATE_16);
    return !types && r->cp <= 1 && r->ep <= 1 && r->vpp <= 1 && r->layers_override <= 0 &&
           r->reserved_share < 0 && (r->tuning != TUNING_FULL || r->dtype->trains);
}

/* The first row that the sheets can begin with; its demands and pinned layout are left out. */
void training_consider(struct book *book, const struct result *result)
{
    const struct request *r = &result->scenario->request;
    const struct facts *f = book->digest.facts;
    enum support_how how;
    if (book->training_given || r->estimate != ESTIMATE_DETAILED || !r->optimizer || r->bare_size ||
        r->tokens <= 0 || r->concurrency <= 0 || !is_plain(r) || !whatif_is_listed(f, r->model) ||
        !engine_is_plain(r->engine) || !type_is_plain(r->dtype) ||
        !dtype_is_supported(f, r->dtype, r->gpu, r->engine, &how))
        return;
    struct request *kept = &book->training_request;
    *kept = *r;
    kept->compute_dtype = NULL;
    kept->global_batch = NOT_GIVEN;
    kept->tp = kept->pp = kept->dp = kept->gpus = NOT_GIVEN;
    kept->ep = kept->cp = kept->vpp = NOT_GIVEN;
    kept->train_tokens = kept->deadline_days = kept->max_usd = kept->max_kw = NOT_GIVEN;
    kept->max_gpus = fmin(WHATIF_GPUS_MOST, r->max_gpus);
    book->training_given = true;
}

/* --- offers beside those of serving --- */

static void offer_types(struct whatif *w)
{
    for (size_t i = 0; i < w->type_count; i++) {
        struct pick *o = whatif_offer(w, OFFER_DTYPE, TYPES_MOST, w->types[i] == w->request.dtype);
        if (!o)
            continue;
        o->request.dtype = w->types[i];
        whatif_bind(w, OFFER_DTYPE, o, w->types[i]->id);
    }
}

static bool is_common(const char *id)
{
    for (const char *const *name = common_optimizers; *name; name++)
        if (!strcmp(*name, id))
            return true;
    return false;
}

static void offer_optimizers(struct whatif *w)
{
    const struct facts *f = w->facts;
    for (size_t i = 0; i < f->optimizer_count; i++) {
        const struct optimizer *optimizer = &f->optimizers[i];
        bool chosen = optimizer == w->request.optimizer;
        struct pick *o = chosen || is_common(optimizer->id)
                             ? whatif_offer(w, OFFER_OPTIMIZER, OPTIMIZERS_MOST, chosen)
                             : NULL;
        if (!o)
            continue;
        o->request.optimizer = optimizer;
        whatif_bind(w, OFFER_OPTIMIZER, o, optimizer->id);
    }
}

/* As the column lora_targets has it. */
static const char *targets_text(struct whatif *w, unsigned targets)
{
    static const char *const names[] = {"q",  "k",    "v",     "o",      "gate",
                                        "up", "down", "embed", "lm_head"};
    const char *text = "";
    unsigned left = targets;
    if ((targets & TARGET_LINEAR) == TARGET_LINEAR) {
        text = "all-linear";
        left &= ~(unsigned)TARGET_LINEAR;
    }
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (left & 1u << i)
            text = arena_format(&w->book->arena, "%s%s%s", text, *text ? "," : "", names[i]);
    return text;
}

static void offer_target(struct whatif *w, unsigned targets, bool chosen)
{
    struct pick *o = whatif_offer(w, OFFER_TARGETS, TARGETS_MOST, chosen);
    if (!o)
        return;
    o->request.lora_targets = targets;
    whatif_bind(w, OFFER_TARGETS, o, targets_text(w, targets));
}

static void offer_targets(struct whatif *w)
{
    offer_target(w, w->request.lora_targets, true);
    for (size_t i = 0; i < sizeof common_targets / sizeof *common_targets; i++)
        if (common_targets[i] != w->request.lora_targets)
            offer_target(w, common_targets[i], false);
}

/* --- the search --- */

struct shards shards_of(const struct request *request, double zero)
{
    bool fp32_shards = request->engine->fp32_shards && zero >= 2;
    return (struct shards){
        .weights = zero >= 3 || fp32_shards,
        .gradients = zero >= 2,
        .optimizer = zero >= 1,
        .gathers = zero >= 3,
        .keeps = zero == 2 && fp32_shards && request->tuning == TUNING_FULL,
    };
}

static void list_ways(struct whatif *w)
{
    struct tuned *u = w->tuned;
    bool assumed;
    double most = fmin(w->per_server, WHATIF_GPUS_MOST);
    double server = gpus_per_server(w->request.gpu, w->facts, &assumed);
    u->ways = arena_array(&w->book->arena, (size_t)most, sizeof *u->ways);
    for (double t = 1; t <= most; t++) {
        struct layout one = {.gpus = t, .tp = t, .pp = 1, .ways = 1, .cp = 1, .ep = 1};
        struct way *way = &u->ways[u->way_count];
        if (!whatif_any_model_splits(w, t))
            continue;
        u->way_count++;
        way->t = t;
        way->legal_heads = tp_divides_heads(w->request.model, t) && t <= server;
        way->at = w->subject.letters;
        letters_place(&way->at, &w->request, &one, false);
        way->at.i_3 = 1;
        way->at.Y = 0;
    }
}

/* In the order of enum place: forward or backward, its end, the step; each first and last stage. */
static int place_of(struct whatif *w, const struct layout *layout)
{
    static const enum phase phases[] = {PHASE_FORWARD_END, PHASE_BACKWARD, PHASE_BACKWARD_END,
                                        PHASE_STEP};
    static const int kinds[] = {0, 0, 1, 2};
    const double rounding = 1e-12;
    double totals[6] = {0};
    double most = 0;
    for (int stage = 0; stage < (layout->pp > 1 ? 2 : 1); stage++) {
        for (int i = 0; i < 4; i++) {
            struct footprint f;
            double *total = &totals[2 * kinds[i] + stage];
            footprint_stage(&w->subject, layout, stage == 1, phases[i], &f);
            *total = fmax(*total, f.total_bytes);
            most = fmax(most, f.total_bytes);
        }
    }
    for (int i = 0; i < 6; i++)
        if (totals[i] >= most * (1 - rounding))
            return i + 1;
    return 1;
}

static void fill_rank(struct whatif *w, const struct cut *cut, double D, struct rank *rank)
{
    bool assumed;
    rank->layout = (struct layout){.gpus = cut->way->t * cut->p * D,
                                   .tp = cut->way->t,
                                   .pp = cut->p,
                                   .ways = D,
                                   .cp = 1,
                                   .ep = 1,
                                   .zero = D > 1 || w->request.zero >= 0 ? cut->zero : 0};
    rank->layout.servers =
        layout_servers(&rank->layout, gpus_per_server(w->request.gpu, w->facts, &assumed));
    footprint_totals(&w->subject, &rank->layout, &rank->footprint);
    rank->half_bytes = rank->footprint.high_bytes - rank->footprint.total_bytes;
    rank->place = place_of(w, &rank->layout);
}

/* The fewest ranks that fit, and those that lack least: one, or as many as there may be. */
static void judge(const struct whatif *w, struct cut *cut)
{
    double group = cut->way->t * cut->p;
    double most = floor(w->request.max_gpus / group);
    for (int margin = 0; margin < 3 && cut->legal; margin++)
        for (double D = cut->slot > 1 ? 2 : 1; D <= most && cut->fewest[margin] <= 0; D++)
            if (whatif_lacks(&cut->ranks[(size_t)D - 1].footprint, (enum margin)margin) <= 0)
                cut->fewest[margin] = D;
    cut->nearest = most;
    if (most >= 1 && cut->slot == 1 &&
        cut->ranks[0].footprint.total_bytes <= cut->ranks[(size_t)most - 1].footprint.total_bytes)
        cut->nearest = 1;
}

static void fill_cut(struct whatif *w, struct cut *cut)
{
    const struct request *r = &w->request;
    cut->zero = r->zero >= 0 ? r->zero : cut->slot;
    cut->legal =
        cut->way->legal_heads && cut->p <= r->model->layers && (cut->slot == 1 || r->zero < 0);
    cut->rank_count = (size_t)(WHATIF_GPUS_MOST / (cut->way->t * cut->p));
    cut->ranks = arena_array(&w->book->arena, cut->rank_count, sizeof *cut->ranks);
    for (size_t i = cut->slot > 1; i < cut->rank_count; i++)
        fill_rank(w, cut, (double)(i + 1), &cut->ranks[i]);
    struct shards shards = shards_of(r, cut->zero);
    struct layout one = {
        .gpus = cut->way->t * cut->p, .tp = cut->way->t, .pp = cut->p, .ways = 1, .cp = 1, .ep = 1};
    for (int stage = 0; stage < 2; stage++) {
        struct letters *x = &cut->at[stage];
        *x = w->subject.letters;
        letters_place(x, r, &one, stage == 1);
        x->i_3 = shards.gathers;
        x->i_w = shards.keeps;
        x->N_gpu = x->N_gd + x->N_gx;
        x->Y = 0;
    }
    judge(w, cut);
}

/* By p, then t, then stage: the order in which the search tries them. */
static void list_cuts(struct whatif *w)
{
    struct tuned *u = w->tuned;
    size_t most = 0;
    for (size_t i = 0; i < u->way_count; i++)
        most += SLOTS + (size_t)(WHATIF_GPUS_MOST / u->ways[i].t);
    u->cuts = arena_array(&w->book->arena, most, sizeof *u->cuts);
    for (double p = 1; p <= WHATIF_GPUS_MOST; p++) {
        for (size_t i = 0; i < u->way_count; i++) {
            for (int slot = 1; slot <= (p > 1 ? 1 : SLOTS); slot++) {
                if (u->ways[i].t * p * fmin(slot, 2) > WHATIF_GPUS_MOST)
                    continue;
                struct cut *cut = &u->cuts[u->cut_count++];
                *cut = (struct cut){.way = &u->ways[i], .p = p, .slot = slot};
                fill_cut(w, cut);
            }
        }
    }
}

/* The smallest that fits; else the first that lacks least. */
static void find_shown(struct whatif *w)
{
    struct tuned *u = w->tuned;
    double least = INFINITY;
    for (size_t i = 0; i < u->cut_count; i++) {
        const struct cut *cut = &u->cuts[i];
        double D = w->expected.found ? cut->fewest[MARGIN_EXPECTED] : cut->nearest;
        if (!cut->legal || D < fmin(cut->slot, 2))
            continue;
        const struct rank *rank = &cut->ranks[(size_t)D - 1];
        double lacks = rank->footprint.total_bytes - rank->footprint.usable_bytes;
        bool better =
            !u->shown ||
            (w->expected.found ? layout_precedes(&rank->layout, &u->shown->layout) : lacks < least);
        if (!better)
            continue;
        u->shown = rank;
        u->shown_cut = i;
        least = lacks;
    }
}

static void bind_shown(struct whatif *w)
{
    struct tuned *u = w->tuned;
    footprint_of(&w->subject, &u->shown->layout, &u->footprint);
    u->letters = w->subject.letters;
    u->letters.Y = 0;
    for (size_t i = 0; i < TERM_COUNT && strcmp(terms[i].id, "reserved") != 0; i++)
        u->letters.Y += u->footprint.term_bytes[i];
}

const struct whatif *training_of(const struct book *book)
{
    return book->training && book->training->tuned->shown ? book->training : NULL;
}

void training_plan(struct book *book)
{
    struct whatif *w = arena_take(&book->arena, sizeof *w);
    w->book = book;
    w->kind = &training_kind;
    w->facts = book->digest.facts;
    w->request = book->training_request;
    w->tuned = arena_take(&book->arena, sizeof *w->tuned);
    if (!book->training_given)
        return;
    book->training = w;
    subject_bind(&w->subject, &w->request, w->facts);
    whatif_choose_types(w, &rule);
    offer_types(w);
    offer_optimizers(w);
    offer_targets(w);
    whatif_offer_engines(w, &rule);
    whatif_offer_cards(w);
    whatif_offer_models(w);
    fit_search(&w->subject, MARGIN_EXPECTED, 0, w->request.max_gpus, &w->expected);
    fit_search(&w->subject, MARGIN_LOW, 0, w->request.max_gpus, &w->low);
    fit_search(&w->subject, MARGIN_HIGH, 0, w->request.max_gpus, &w->high);
    list_ways(w);
    list_cuts(w);
    find_shown(w);
    if (!w->tuned->shown)
        return;
    bind_shown(w);
    whatif_place_data(w);
    training_place_ways(w);
    training_place_splits(w);
    training_place_layouts(w);
}
