/* coefficients.c -- picks fitted shares and times: the first row that matches and gives a value */
#include "core/speed/coefficients.h"

#include "core/engines.h"
#include "core/units.h"

#include <string.h>

/* A pattern is an id, or its beginning and a star. */
static bool pattern_matches(const char *pattern, size_t length, const char *id)
{
    if (length && pattern[length - 1] == '*')
        return !strncmp(pattern, id, length - 1);
    return strlen(id) == length && !strncmp(pattern, id, length);
}

bool ids_match(const char *list, const char *id)
{
    for (const char *at = list; *at;) {
        size_t length = strcspn(at, ";");
        if (pattern_matches(at, length, id))
            return true;
        at += length + (at[length] == ';');
    }
    return false;
}

static bool row_speaks_of(const struct gpu_speed *row, const struct request *request)
{
    const char *named = request->engine_speed->version_named;
    if (row->engines && !ids_match(row->engines, request->engine_name))
        return false;
    if (row->version_named && (!named || strcmp(row->version_named, named) != 0))
        return false;
    return ids_match(row->gpus, request->gpu->id);
}

const struct gpu_speed *gpu_speed_row(const struct request *request, const struct facts *facts,
                                      size_t offset)
{
    for (size_t i = 0; i < facts->gpu_speed_count; i++) {
        const struct gpu_speed *row = &facts->gpu_speeds[i];
        double value;
        memcpy(&value, (const char *)row + offset, sizeof value);
        if (value > 0 && row_speaks_of(row, request))
            return row;
    }
    return NULL;
}

double gpu_coefficient(const struct request *request, const struct facts *facts, size_t offset)
{
    const struct gpu_speed *row = gpu_speed_row(request, facts, offset);
    double value = 0;
    if (row)
        memcpy(&value, (const char *)row + offset, sizeof value);
    return value;
}

/* A row of the card's vendor before one of everybody's, then the newest. */
static bool outranks(const struct engine_speed *row, const struct engine_speed *best)
{
    if (!row->vendor != !best->vendor)
        return row->vendor;
    return !version_is_before(row->version_from ? row->version_from : "0",
                              best->version_from ? best->version_from : "0");
}

const struct engine_speed *engine_speed_for(const struct facts *facts, const char *engine,
                                            const char *version, const char *vendor,
                                            enum engine_mode mode)
{
    const struct engine_speed *best = NULL;
    for (size_t i = 0; engine && i < facts->engine_speed_count; i++) {
        const struct engine_speed *row = &facts->engine_speeds[i];
        if (row->mode != (int)mode || !ids_match(row->engine, engine) ||
            (row->vendor && strcmp(row->vendor, vendor) != 0))
            continue;
        if (row->version_named) {
            if (version && !strncmp(version, row->version_named, strlen(row->version_named)))
                return row;
            continue;
        }
        if (version && row->version_from && version_is_before(version, row->version_from))
            continue;
        if (!best || outranks(row, best))
            best = row;
    }
    return best || (engine && !strcmp(engine, "generic"))
               ? best
               : engine_speed_for(facts, "generic", NULL, vendor, mode);
}

enum rate_class request_rate_class(const struct request *request)
{
    const struct dtype *type = request->compute_dtype ? request->compute_dtype : request->dtype;
    const struct gpu *gpu = request->gpu;
    switch (type->rate) {
    case RATE_FP4:
        return gpu->fp4_tflops > 0 ? RATE_FP4 : RATE_16;
    case RATE_MX:
        return gpu->fp4_tflops > 0 ? RATE_MX : RATE_16;
    case RATE_FP8:
        return gpu->fp8_tflops > 0 ? RATE_FP8 : RATE_16;
    default:
        return RATE_16;
    }
}

static double first_given(double a, double b, double c)
{
    return a > 0 ? a : b > 0 ? b : c;
}

/* Where the 16-bit rate is blank: half of the 8-bit or a quarter of the 4-bit one, as on every
 * tensor core that has both; the fp32 rate only where there are no tensor cores. */
static double sixteen_bit_tflops(const struct gpu *gpu)
{
    const double tensor_cores = 7; /* compute capability */
    double given = first_given(gpu->bf16_tflops, gpu->fp16_tflops, gpu->fp8_tflops / 2);
    double plain = gpu->compute_capability >= tensor_cores ? 0 : gpu->fp32_tflops;
    return first_given(given, gpu->fp4_tflops / 4, plain);
}

double gpu_peak(const struct gpu *gpu, enum rate_class rate)
{
    double sixteen = sixteen_bit_tflops(gpu);
    switch (rate) {
    case RATE_FP4:
        return gpu->fp4_tflops * 1e12;
    case RATE_FP8:
    case RATE_MX: /* 8-bit activations against 4-bit weights */
        return first_given(gpu->fp8_tflops, sixteen, 0) * 1e12;
    default:
        return sixteen * 1e12;
    }
}

static const size_t share_offsets[] = {
    [RATE_16] = offsetof(struct gpu_speed, share_16),
    [RATE_FP8] = offsetof(struct gpu_speed, share_fp8),
    [RATE_FP4] = offsetof(struct gpu_speed, share_fp4),
    [RATE_MX] = offsetof(struct gpu_speed, share_mx),
};

static void bind_card(struct pace *x, const struct request *request, const struct facts *facts)
{
    const struct gpu *gpu = request->gpu;
    enum rate_class rate = request_rate_class(request);
    double link = first_given(gpu->interconnect_gb_s, assumption_value(facts, "link_gb_s"), 0);
    x->Q = gpu->bandwidth_gb_s * GB;
    x->F = gpu_peak(gpu, rate);
    x->F_16 = gpu_peak(gpu, RATE_16);
    x->U = link / 2 * GB;
    x->e_m = gpu_coefficient(request, facts, offsetof(struct gpu_speed, memory_share));
    if (request->dtype->read_share > 0)
        x->e_m *= request->dtype->read_share;
    x->e_f = gpu_coefficient(request, facts, share_offsets[rate]);
    x->c_r = gpu_coefficient(request, facts, offsetof(struct gpu_speed, allreduce_us)) * 1e-6;
}

static void bind_shared(struct pace *x, const struct request *request, const struct facts *facts)
{
    bool latent = request->model->attention == ATTENTION_MLA;
    x->e_k = assumption_value(facts, "speed_cache_share") *
             (latent ? assumption_value(facts, "speed_mla_share") : 1);
    x->e_e = assumption_value(facts, "speed_expert_read_share");
    x->e_g = assumption_value(facts, "speed_expert_compute_share");
    x->n_o = assumption_value(facts, "speed_overlap");
    x->y_x = assumption_value(facts, "speed_expert_traffic");
    x->f_g = assumption_value(facts, "speed_peer_prefill");
    x->e_a = assumption_value(facts, "speed_attention_share");
    x->e_u = assumption_value(facts, "speed_link_share");
    x->e_v = assumption_value(facts, "speed_exchange_share");
    x->c_v = assumption_value(facts, "speed_exchange_us") * 1e-6;
}

void coefficients_bind(struct pace *x, const struct request *request, const struct facts *facts)
{
    const struct engine_speed *engine = request->engine_speed;
    bind_card(x, request, facts);
    bind_shared(x, request, facts);
    x->e_d = engine->decode_share;
    x->c_l = engine->layer_us * 1e-6;
    x->c_x = engine->moe_layer_us * 1e-6;
    x->c_0 = engine->step_ms * 1e-3;
    x->c_s = engine->request_us * 1e-6;
    x->c_r *= engine->allreduce_factor;
    x->f_i = engine->prefill_share;
    x->f_q = request->burst ? assumption_value(facts, "speed_queue_burst")
                            : assumption_value(facts, "speed_queue");
    x->c_t = (request->burst ? engine->first_token_burst_ms : engine->first_token_ms) * 1e-3;
}
