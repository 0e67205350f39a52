/* layouts.c -- every legal layout, one after the other: what the search must not miss */
#include "layouts.h"

#include "core/layout.h"

#include <math.h>

/* t divides the heads and shares the KV heads evenly [design, 5]. */
static bool divides_heads(const struct model *m, double t)
{
    bool windowed = m->windowed_layers > 0;
    double a = windowed && m->window_heads > 0 ? m->window_heads : m->heads;
    double k = windowed && m->window_kv_heads > 0 ? m->window_kv_heads : m->kv_heads;
    if (m->attention == ATTENTION_NONE || m->heads <= 0)
        return fmod(m->hidden, t) == 0;
    if (fmod(m->heads, t) != 0)
        return false;
    if (m->attention == ATTENTION_MLA)
        return true;
    return fmod(a, t) == 0 && (fmod(k, t) == 0 || fmod(t, k) == 0) &&
           (fmod(m->kv_heads, t) == 0 || fmod(t, m->kv_heads) == 0);
}

/* The stages that the row asks for, else all; stages 2 and 3 without a pipeline only. */
static bool stage_allowed(const struct request *request, double p, double zero)
{
    if (!request->optimizer)
        return zero == 0;
    return request->zero >= 0 ? zero == request->zero : zero <= 1 || p == 1;
}

static bool batch_allowed(const struct request *request, double ways)
{
    return !request->optimizer || request->global_batch <= 0 ||
           fmod(request->global_batch, request->concurrency * ways) == 0;
}

static bool visit_stages(const struct request *request, struct layout *layout, visitor *visit,
                         void *context)
{
    for (double zero = 0; zero <= 3; zero++) {
        layout->zero = zero;
        if (stage_allowed(request, layout->pp, zero) && !visit(request, layout, context))
            return false;
    }
    return true;
}

/* Expert-parallel ways are GPUs of one stage, each with the same number of experts. */
static bool experts_allowed(const struct request *request, const struct layout *at)
{
    double stage = at->tp * at->cp * at->ways;
    return request->ep <= 1 ||
           (fmod(request->model->experts, request->ep) == 0 && fmod(stage, request->ep) == 0);
}

void visit_layouts(const struct request *request, double low, double high, visitor *visit,
                   void *context)
{
    bool assumed;
    double per_server = gpus_per_server(request->gpu, &world()->facts, &assumed);
    struct layout at = {.cp = request->optimizer && request->cp > 1 ? request->cp : 1};
    at.ep = request->ep > 1 ? request->ep : 1;
    for (at.tp = 1; at.tp <= per_server; at.tp++) {
        if (!divides_heads(request->model, at.tp))
            continue;
        for (at.pp = 1; at.pp <= request->model->layers; at.pp++) {
            for (at.ways = 1; at.tp * at.pp * at.cp * at.ways <= high; at.ways++) {
                at.gpus = at.tp * at.pp * at.cp * at.ways;
                at.servers = layout_servers(&at, per_server);
                if (at.gpus >= low && batch_allowed(request, at.ways) &&
                    experts_allowed(request, &at) && !visit_stages(request, &at, visit, context))
                    return;
            }
        }
    }
}

struct request pinned(const struct request *request, const struct layout *layout)
{
    struct request row = *request;
    row.tp = layout->tp;
    row.pp = layout->pp;
    row.dp = layout->ways;
    row.gpus = layout->gpus;
    if (request->optimizer)
        row.zero = layout->zero;
    return row;
}
