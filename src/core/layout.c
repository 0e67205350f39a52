/* layout.c -- legal placements: heads, servers, stages; and their order */
#include "core/layout.h"

#include "core/letters.h"

#include <math.h>

double gpus_per_server(const struct gpu *gpu, const struct facts *facts, bool *assumed)
{
    *assumed = gpu->gpus_per_node <= 0;
    return *assumed ? assumption_value(facts, "gpus_per_server") : gpu->gpus_per_node;
}

static bool divides(double t, double whole)
{
    return fmod(whole, t) == 0;
}

/* KV heads are split evenly or replicated evenly. */
static bool shares_heads(double t, double kv_heads)
{
    return divides(t, kv_heads) || divides(kv_heads, t);
}

bool tp_divides_heads(const struct model *model, double t)
{
    if (t == 1)
        return true;
    if (model->attention == ATTENTION_NONE || model->heads <= 0)
        return divides(t, model->hidden);
    if (!divides(t, model->heads))
        return false;
    if (model->attention == ATTENTION_MLA)
        return true;
    if (model->windowed_layers > 0 &&
        !(divides(t, model_window_heads(model)) && shares_heads(t, model_window_kv_heads(model))))
        return false;
    return shares_heads(t, model->kv_heads);
}

double layout_servers(const struct layout *layout, double per_server)
{
    if (layout->gpus <= per_server)
        return 1;
    double groups = layout->gpus / layout->tp;
    double groups_per_server = fmax(1, floor(per_server / layout->tp));
    return ceil(groups / groups_per_server) * fmax(1, ceil(layout->tp / per_server));
}

double layout_sequences(const struct request *request, const struct layout *layout)
{
    return ceil(request->concurrency / layout->ways);
}

static bool refuse(struct note_value *why, enum note note, double value)
{
    why->note = note;
    why->value = value;
    return false;
}

/* Expert-parallel ways are GPUs of one pipeline stage, each with the same number of experts. */
bool experts_divide(const struct model *model, const struct layout *layout, double ep)
{
    double stage = layout->gpus / layout->pp;
    return model->experts > 0 && divides(ep, model->experts) && divides(ep, stage);
}

bool layout_is_legal(const struct request *request, const struct facts *facts,
                     const struct layout *layout, struct note_value *why)
{
    bool assumed;
    double per_server = gpus_per_server(request->gpu, facts, &assumed);
    const struct model *model = request->model;
    if (!tp_divides_heads(model, layout->tp))
        return refuse(why, NOTE_LAYOUT_TP_HEADS, layout->tp);
    if (layout->tp > per_server)
        return refuse(why, NOTE_LAYOUT_TP_NODE, per_server);
    double layers = request->layers_override > 0 ? request->layers_override : model->layers;
    if (request->ep > 1 && !experts_divide(model, layout, request->ep)) {
        why->value2 = model->experts;
        return refuse(why, NOTE_LAYOUT_EXPERTS, request->ep);
    }
    if (layout->pp > layers)
        return refuse(why, NOTE_LAYOUT_PP_LAYERS, layers);
    if (layout->gpus > request->max_gpus)
        return refuse(why, NOTE_LAYOUT_MAX_GPUS, request->max_gpus);
    if (request->optimizer && request->global_batch > 0 &&
        !divides(request->concurrency * layout->ways, request->global_batch))
        return refuse(why, NOTE_LAYOUT_GLOBAL_BATCH, request->global_batch);
    return true;
}

static int by_number(double a, double b)
{
    return (a > b) - (a < b);
}

bool layout_differs(const struct layout *a, const struct layout *b)
{
    double apart = fabs(a->gpus - b->gpus) + fabs(a->servers - b->servers) + fabs(a->tp - b->tp) +
                   fabs(a->pp - b->pp) + fabs(a->ways - b->ways) + fabs(a->cp - b->cp) +
                   fabs(a->ep - b->ep) + fabs(a->zero - b->zero);
    return apart > 0;
}

bool layout_precedes(const struct layout *a, const struct layout *b)
{
    int order = by_number(a->gpus, b->gpus);
    order = order ? order : by_number(a->servers, b->servers);
    order = order ? order : by_number(a->pp > 1, b->pp > 1);
    order = order ? order : by_number(a->tp, b->tp);
    order = order ? order : by_number(a->pp, b->pp);
    order = order ? order : by_number(a->zero, b->zero);
    return order < 0;
}
