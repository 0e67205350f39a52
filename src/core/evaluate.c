/* evaluate.c -- supported? which method? search; then what bound it and what would help */
#include "core/evaluate.h"

#include "core/advice.h"
#include "core/choose.h"
#include "core/layout.h"
#include "core/money.h"
#include "core/published.h"
#include "core/speed/coefficients.h"
#include "core/speed/speed.h"

#include <math.h>
#include <string.h>

static void unsupported(struct answer *answer, enum limit limit, struct note_value why)
{
    answer->status = STATUS_UNSUPPORTED;
    answer->limit = limit;
    answer_note(answer, why);
}

static bool asks_of_serving(const struct request *r)
{
    return r->requests_per_s >= 0 || r->output_tok_s >= 0 || r->ttft_ms >= 0 || r->tpot_ms >= 0;
}

static void add_note(struct answer *answer, enum note note, double value)
{
    answer_note(answer, (struct note_value){.note = note, .value = value});
}

/* Demands that are assumed upon, or that a row makes in vain. */
static void add_demand_remarks(const struct request *r, const struct facts *facts,
                               struct answer *answer)
{
    bool of_training = r->train_tokens >= 0 || r->deadline_days >= 0;
    bool of_cost = r->max_usd >= 0 || r->max_kw >= 0;
    if (r->estimate != ESTIMATE_DETAILED) {
        if (asks_of_serving(r) || of_training || of_cost)
            add_note(answer, NOTE_DEMAND_NOT_PLANNED, 0);
        return;
    }
    if (r->optimizer && asks_of_serving(r))
        add_note(answer, NOTE_DEMAND_OF_SERVING, 0);
    if (!r->optimizer && of_training)
        add_note(answer, NOTE_DEMAND_OF_TRAINING, 0);
    if (r->optimizer && r->deadline_days >= 0 && r->train_tokens < 0)
        add_note(answer, NOTE_DEADLINE_ALONE, 0);
    if (r->compute_dtype && r->compute_dtype->rate != RATE_16 && request_rate_class(r) == RATE_16)
        answer_note(answer,
                    (struct note_value){.note = NOTE_COMPUTE_WIDER, .dtype = r->compute_dtype});
    if (!r->optimizer && asks_of_serving(r) && r->output_tokens <= 0) {
        double prompt;
        double output;
        request_tokens(r, facts, &prompt, &output);
        add_note(answer, NOTE_SPLIT_ASSUMED, output);
    }
}

/* Says what a reader should know whatever the count is. */
static void add_remarks(const struct ground *ground, struct answer *answer)
{
    const struct request *r = &ground->request;
    const struct subject *subject = &ground->subject;
    bool detailed = r->estimate == ESTIMATE_DETAILED;
    add_demand_remarks(r, ground->facts, answer);
    if (r->gpu->memory_basis == BASIS_CONVERTED)
        answer_note(answer, (struct note_value){.note = NOTE_MEMORY_CONVERTED,
                                                .value = r->gpu->memory_mib});
    if (!detailed)
        return;
    if (!r->engine_known)
        answer_note(answer, (struct note_value){.note = NOTE_ENGINE_UNKNOWN});
    if (subject->server_assumed)
        add_note(answer, NOTE_NODE_ASSUMED, subject->per_server);
    if (r->model->max_context > 0 && r->tokens > r->model->max_context)
        answer_note(answer, (struct note_value){.note = NOTE_BEYOND_CONTEXT,
                                                .value = r->model->max_context});
    if (r->optimizer && r->optimizer->host_states)
        answer_note(answer, (struct note_value){.note = NOTE_STATES_ON_HOST});
    if (r->max_model_len > 0 && r->tokens > r->max_model_len)
        answer_note(answer,
                    (struct note_value){.note = NOTE_BEYOND_MODEL_LEN, .value = r->max_model_len});
    double each = answer->placed ? layout_sequences(r, &answer->layout) : 0;
    if (!r->optimizer && r->max_num_seqs > 0 && each > r->max_num_seqs)
        answer_note(answer, (struct note_value){.note = NOTE_BEYOND_SEQS,
                                                .value = each,
                                                .value2 = r->max_num_seqs});
    if (r->shape_params > 0)
        answer_note(answer, (struct note_value){.note = NOTE_CUSTOM_PARAMS,
                                                .value = r->model->params_published,
                                                .value2 = r->shape_params});
    if (ground->has_vendor_recipe)
        answer_note(answer, (struct note_value){.note = NOTE_VENDOR_RECIPE});
    if (answer->status == STATUS_OK && answer->gpus_high < 0)
        answer_note(answer, (struct note_value){.note = NOTE_HIGH_NOT_FOUND});
    if (r->model->inferred)
        answer_note(answer, (struct note_value){.note = NOTE_MODEL_INFERRED});
}

static void evaluate_published(const struct ground *ground, struct answer *answer)
{
    const struct request *r = &ground->request;
    if (r->bare_size && r->tuning != TUNING_FULL && r->trainable_pct <= 0) {
        unsupported(answer, LIMIT_NONE, (struct note_value){.note = NOTE_BARE_SIZE_TRAINABLE});
        return;
    }
    if (r->estimate == ESTIMATE_PRIMER && r->optimizer && r->optimizer->primer_states <= 0) {
        unsupported(answer, LIMIT_NONE, (struct note_value){.note = NOTE_OPTIMIZER_NOT_IN_PRIMER});
        return;
    }
    if (r->estimate == ESTIMATE_RULE && r->optimizer && r->tuning != TUNING_FULL) {
        unsupported(answer, LIMIT_NONE, (struct note_value){.note = NOTE_RULE_FULL_ONLY});
        return;
    }
    published_answer(r, ground->params, ground->trained, answer);
    if (r->estimate == ESTIMATE_PRIMER && !r->optimizer && r->bare_size)
        answer_note(answer, (struct note_value){.note = NOTE_BARE_SIZE_KV_UNKNOWN});
    if (r->estimate == ESTIMATE_PRIMER && r->optimizer && r->tuning == TUNING_FULL &&
        ground->params == 7e9 && fabs(answer->published.total_bytes - 113.4e9) < 1)
        answer_note(answer, (struct note_value){.note = NOTE_PRIMER_SUM});
}

static bool check_layout(const struct request *r, struct subject *subject, struct answer *answer)
{
    struct layout asked = {
        .tp = fmax(1, r->tp), .pp = fmax(1, r->pp), .cp = fmax(1, r->cp), .ep = 1};
    struct note_value why = {0};
    double group = asked.tp * asked.pp * (r->optimizer ? asked.cp : 1);
    bool count = r->gpus > 0;
    asked.ways = r->dp > 0 ? r->dp : 1;
    asked.gpus = count ? r->gpus : group * asked.ways;
    bool pinned = r->tp > 0 && r->pp > 0 && r->dp > 0; /* else the rest is searched */
    double least = group * asked.ways;
    if (count && (pinned ? r->gpus != least : fmod(r->gpus, least) != 0))
        why.note = NOTE_LAYOUT_FRACTION;
    else
        layout_is_legal(r, subject->facts, &asked, &why);
    if (why.note == NOTE_LAYOUT_GLOBAL_BATCH && r->dp <= 0 && !count)
        why.note = NOTE_NONE; /* the search will find ways that divide it */
    if (why.note == NOTE_LAYOUT_EXPERTS && r->dp <= 0 && !count && r->model->experts > 0 &&
        fmod(r->model->experts, r->ep) == 0)
        why.note = NOTE_NONE; /* likewise ways that ep divides */
    if (why.note == NOTE_NONE)
        return true;
    unsupported(answer, LIMIT_LAYOUT, why);
    return false;
}

static void note_expired(const struct bill *bill, struct answer *answer)
{
    const struct price *prices[] = {bill->bought, bill->rented};
    for (int i = 0; i < 2; i++)
        if (bill->is_expired[i])
            answer_note(answer,
                        (struct note_value){.note = NOTE_QUOTE_EXPIRED, .price = prices[i]});
}

/* Of the recommended layout; the published methods count, they do not place. */
static void price_layout(struct ground *ground, struct answer *answer)
{
    answer->is_wider = answer->placed && answer->gpus_high > 0 &&
                       layout_differs(&answer->layout_high, &answer->layout);
    if (answer->is_wider)
        money_of(&ground->bill_high, &answer->layout_high, &answer->speed_high, &answer->money);
    money_of(&ground->bill, &answer->layout, &answer->speed,
             answer->is_wider ? &answer->money_expected : &answer->money);
    answer->usd_per_hour = answer->money.rent_usd_per_hour;
    note_expired(&ground->bill, answer);
}

/* What does not always apply stays as it is. */
static void answer_clear(struct answer *answer)
{
    answer->status = STATUS_OK;
    answer->limit = LIMIT_NONE;
    answer->placed = answer->is_wider = answer->published.given = false;
    answer->layout = (struct layout){.gpus = NOT_GIVEN};
    answer->gpus_low = answer->gpus_high = answer->servers_high = NOT_GIVEN;
    answer->gpus_memory = answer->max_concurrency = answer->usd_per_hour = NOT_GIVEN;
    answer->speed = answer->speed_high = speed_unknown;
    answer->note_count = 0;
}

static void refuse(const struct ruling *ruling, struct answer *answer)
{
    if (ruling->is_refused)
        unsupported(answer, ruling->limit, ruling->note);
    else if (ruling->has_note)
        answer_note(answer, ruling->note);
}

static void evaluate_on(struct ground *ground, struct answer *answer)
{
    const struct request *request = &ground->request;
    refuse(&ground->support, answer);
    if (ground->support.is_refused)
        return;
    if (request->estimate != ESTIMATE_DETAILED)
        evaluate_published(ground, answer);
    else if (check_layout(request, &ground->subject, answer))
        choose(ground, answer);
    add_remarks(ground, answer);
    if (answer->status == STATUS_OK)
        price_layout(ground, answer);
}

static bool is_answerable(const struct request *request, struct answer *answer)
{
    answer_clear(answer);
    answer->mode = request->optimizer ? MODE_TRAINING : MODE_INFERENCE;
    if (request->estimate != ESTIMATE_DETAILED || !request->bare_size)
        return true;
    unsupported(answer, LIMIT_NONE, (struct note_value){.note = NOTE_BARE_SIZE_NEEDS_ARCHITECTURE});
    return false;
}

void evaluate_among(struct grounds *grounds, const struct request *request,
                    const struct facts *facts, struct answer *answer)
{
    if (!is_answerable(request, answer))
        return;
    evaluate_on(ground_of(grounds, request, facts), answer);
}

void evaluate(const struct request *request, const struct facts *facts, struct answer *answer)
{
    struct ground ground;
    if (!is_answerable(request, answer))
        return;
    ground_bind(&ground, request, facts);
    evaluate_on(&ground, answer);
}

void evaluate_pinned(struct subject *subject, struct layout *layout, struct footprint *out)
{
    const struct request *r = subject->request;
    bool assumed;
    layout->tp = fmax(1, r->tp);
    layout->pp = fmax(1, r->pp);
    layout->cp = r->optimizer ? fmax(1, r->cp) : 1;
    layout->ep = fmax(1, r->ep);
    layout->zero = fmax(0, r->zero);
    double group = layout->tp * layout->pp * layout->cp;
    layout->ways = r->dp > 0 ? r->dp : fmax(1, floor(r->gpus / group));
    layout->gpus = group * layout->ways;
    layout->servers = layout_servers(layout, gpus_per_server(r->gpu, subject->facts, &assumed));
    footprint_of(subject, layout, out);
}
