/* published.c -- the primer's parameter-count method and the rule of thumb, as they were printed
 *
 * Neither knows grouped-query attention, tensor parallelism or an engine's share of the card: they
 * stand here so that a reader can compare with what they know. The constants are the methods'. */
#include "core/published.h"

#include "core/units.h"

#include <stdint.h>

double pooled_count(double total_bytes, double card_bytes, double most)
{
    if (total_bytes > most * card_bytes)
        return NOT_GIVEN;
    double n = 1 + (double)(int64_t)(total_bytes / card_bytes);
    while (n > 1 && total_bytes <= (n - 1) * card_bytes)
        n--;
    return n <= most ? n : NOT_GIVEN;
}

/* The same for fewer bytes than took n cards: mostly as many. */
static double count_of_fewer(double bytes, double card_bytes, double n, double most)
{
    return n > 0 && bytes > (n - 1) * card_bytes ? n : pooled_count(bytes, card_bytes, most);
}

/* 2 L h B_w T S: full hidden size, no grouped-query attention. */
static double primer_kv(const struct request *r)
{
    return 2 * r->model->layers * r->model->hidden * r->dtype->primer_bytes * r->tokens *
           r->concurrency;
}

/* P B_w, P 4 n, P B_w, and 5 to 10 % on top (quoted at 10 %). */
static void primer(const struct request *r, double params, double trained, struct published *out)
{
    double B_w = r->dtype->primer_bytes;
    double based_on;
    out->weights_bytes = params * B_w;
    if (r->optimizer) {
        out->gradients_bytes = trained * B_w;
        out->optimizer_bytes = trained * 4 * r->optimizer->primer_states;
        out->total_bytes = out->weights_bytes + out->gradients_bytes + out->optimizer_bytes;
        based_on = out->weights_bytes;
    } else {
        double cache = r->bare_size ? 0 : primer_kv(r);
        out->kv_cache_bytes = r->bare_size ? NOT_GIVEN : cache;
        out->total_bytes = out->weights_bytes + cache;
        based_on = out->total_bytes;
    }
    out->activations_bytes = 0.10 * based_on;
    out->low_bytes = out->total_bytes + 0.05 * based_on;
    out->high_bytes = out->total_bytes + out->activations_bytes;
    out->total_bytes = out->high_bytes;
}

/* Training 2 W + (2 to 3) W; inference 1.25 W. */
static void rule_of_thumb(const struct request *r, double params, struct published *out)
{
    double W = params * r->dtype->primer_bytes;
    out->weights_bytes = W;
    out->low_bytes = r->optimizer ? 4 * W : 1.25 * W;
    out->high_bytes = r->optimizer ? 5 * W : 1.25 * W;
    out->total_bytes = out->high_bytes;
}

static void count_pooled(const struct request *r, struct answer *answer)
{
    const struct published *p = &answer->published;
    double card = r->gpu->memory_mib * MIB;
    double most = r->max_gpus;
    double n = pooled_count(p->total_bytes, card, most);
    answer->gpus_low = count_of_fewer(p->low_bytes, card, n, most);
    answer->gpus_high = n; /* both methods count with their high end */
    answer->limit = LIMIT_MEMORY;
    if (r->gpus > 0) {
        answer->gpus_low =
            answer->gpus_low > 0 && answer->gpus_low <= r->gpus ? r->gpus : NOT_GIVEN;
        answer->gpus_high = n > 0 && n <= r->gpus ? r->gpus : NOT_GIVEN;
        n = answer->gpus_high;
    }
    answer->status = n > 0 ? STATUS_OK : STATUS_NO_FIT;
    answer->layout.gpus = n;
}

void published_answer(const struct request *request, double params, double trained,
                      struct answer *answer)
{
    struct published *out = &answer->published;
    *out = (struct published){.given = true,
                              .kv_cache_bytes = NOT_GIVEN,
                              .gradients_bytes = NOT_GIVEN,
                              .optimizer_bytes = NOT_GIVEN,
                              .activations_bytes = NOT_GIVEN};
    if (request->estimate == ESTIMATE_PRIMER)
        primer(request, params, trained, out);
    else
        rule_of_thumb(request, params, out);
    count_pooled(request, answer);
}
