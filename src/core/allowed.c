/* allowed.c -- what the row pins, what divides what: the layouts that a search may look at */
#include "core/allowed.h"

#include "core/fit.h"
#include "core/layout.h"

#include <math.h>

double context_ways(const struct request *request)
{
    return request->optimizer && is_pinned(request->cp) ? request->cp : 1;
}

double expert_ways(const struct request *request)
{
    return is_pinned(request->ep) ? request->ep : 1;
}

struct layout allowed_layout(const struct subject *subject, double t, double p, double ways,
                             double zero)
{
    const struct request *request = subject->request;
    struct layout layout = {.tp = t, .pp = p, .ways = ways, .zero = zero};
    layout.cp = context_ways(request);
    layout.ep = expert_ways(request);
    layout.gpus = t * p * layout.cp * ways;
    layout.servers = layout_servers(&layout, subject->per_server);
    return layout;
}

/* A data-parallel count must split the global batch into whole micro-batches, and expert-parallel
 * ways must divide the GPUs of a stage. */
bool ways_allowed(const struct request *request, double t, double ways)
{
    if (request->ep > 1 && fmod(t * context_ways(request) * ways, request->ep) != 0)
        return false;
    if (!request->optimizer || request->global_batch <= 0)
        return true;
    return fmod(request->global_batch, request->concurrency * ways) == 0;
}

/* ZeRO stages worth trying: the asked one, else all; stages 2 and 3 re-shard gradients and weights
 * every micro-batch, which pipelines do not combine with [DeepSpeed, pipeline engine]. */
bool zero_allowed(const struct request *request, double p, double zero)
{
    if (!request->optimizer)
        return zero == 0;
    if (request->zero >= 0)
        return zero == request->zero;
    return zero <= 1 || p == 1;
}

bool pipeline_is_wasted(const struct subject *subject, double p)
{
    const struct letters *x = &subject->letters;
    const struct request *request = subject->request;
    double layers = x->L + (!request->optimizer && request->engine->head_is_layer ? 1 : 0);
    bool interleaves = request->optimizer && request->vpp > 1; /* the last stage then keeps less */
    return !interleaves && p > 2 && ceil(layers / p) == ceil(layers / (p - 1)) &&
           ceil(x->L_a / p) == ceil(x->L_a / (p - 1));
}

/* With one rank that shards nothing, every ZeRO stage is the same layout. */
static bool is_repeated(const struct request *request, double ways, double zero)
{
    return request->optimizer && ways == 1 && zero > 0 && zero != request->zero &&
           context_ways(request) == 1;
}

struct visitor {
    fit_visit *visit;
    void *context;
};

static void visit_replica(const struct subject *subject, double most, double t, double p,
                          const struct visitor *visitor)
{
    const struct request *request = subject->request;
    double group = t * p * context_ways(request);
    for (double zero = 0; zero <= 3; zero++) {
        for (double ways = 1; zero_allowed(request, p, zero) && group * ways <= most; ways++) {
            struct layout layout = allowed_layout(subject, t, p, ways, zero);
            bool pinned = (is_pinned(request->dp) && ways != request->dp) ||
                          (is_pinned(request->gpus) && layout.gpus != request->gpus);
            if (!pinned && ways_allowed(request, t, ways) && !is_repeated(request, ways, zero))
                visitor->visit(visitor->context, &layout);
        }
    }
}

void fit_layouts(const struct request *request, const struct facts *facts, double most,
                 fit_visit *visit, void *context)
{
    struct subject subject = {.request = request, .facts = facts};
    struct visitor visitor = {visit, context};
    subject.per_server = gpus_per_server(request->gpu, facts, &subject.server_assumed);
    double layers =
        is_pinned(request->layers_override) ? request->layers_override : request->model->layers;
    double last = fmin(most, is_pinned(request->pp) ? request->pp : layers);
    double ways = fmin(most, is_pinned(request->tp) ? request->tp : subject.per_server);
    for (double p = is_pinned(request->pp) ? request->pp : 1; p <= last; p++)
        for (double t = is_pinned(request->tp) ? request->tp : 1; t <= ways; t++)
            if (tp_divides_heads(request->model, t))
                visit_replica(&subject, most, t, p, &visitor);
}
