/* speed.c -- a layout's speed: the load, the capacity, the ranges */
#include "core/speed/speed.h"

#include "core/fit.h"
#include "core/speed/coefficients.h"

#include <math.h>

void request_tokens(const struct request *request, const struct facts *facts, double *prompt,
                    double *output)
{
    if (request->output_tokens > 0)
        *output = request->output_tokens;
    else
        *output = fmax(1, round(assumption_value(facts, "output_share") * request->tokens));
    *prompt =
        request->prompt_tokens > 0 ? request->prompt_tokens : fmax(1, request->tokens - *output);
}

double replica_capacity(const struct request *request, const struct facts *facts,
                        const struct layout *layout, double tokens)
{
    struct request ask = *request;
    ask.tokens = tokens;
    ask.prompt_tokens = ask.output_tokens = NOT_GIVEN;
    return fmax(1, fit_max_concurrency(&ask, facts, layout) / layout->ways);
}

double speed_band(const struct request *request, const struct facts *facts, const char *name)
{
    double width = assumption_value(facts, name);
    bool measured = request->engine_speed->rows > 0;
    gpu_coefficient(request, facts, offsetof(struct gpu_speed, memory_share), &measured);
    if (request->model->experts > 0)
        width *= assumption_value(facts, "band_moe");
    return 1 + width * (measured ? 1 : assumption_value(facts, "band_unmeasured"));
}
