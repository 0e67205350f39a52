/* support.c -- reads the rules of support.csv: any matching rule is enough */
#include "core/support.h"

#include <math.h>
#include <string.h>

static bool named(const char *rule, const char *value)
{
    return !rule || (value && *rule == *value && !strcmp(rule, value));
}

/* True when `name` is one of the semicolon-separated words of `list`; every name is in NULL. */
static bool lists(const char *list, const char *name)
{
    size_t length = name ? strlen(name) : 0;
    if (!list || !name)
        return true;
    for (const char *at = list; *at;) {
        size_t word = strcspn(at, ";");
        if (word == length && strncmp(at, name, length) == 0)
            return true;
        at += word + (at[word] == ';');
    }
    return false;
}

bool engine_runs_on(const struct engine *engine, const struct gpu *gpu)
{
    return lists(engine->vendors, gpu->vendor);
}

static bool has_feature(const struct gpu *gpu, int feature)
{
    switch (feature) {
    case FEATURE_BF16:
        return gpu->bf16;
    case FEATURE_FP8:
        return gpu->fp8;
    case FEATURE_FP4:
        return gpu->fp4;
    default:
        return true;
    }
}

static bool rule_matches(const struct support *rule, const struct dtype *dtype,
                         const struct gpu *gpu, const struct engine *engine)
{
    return gpu->compute_capability >= rule->min_compute_capability &&
           has_feature(gpu, rule->needs) && named(rule->dtype_family, dtype->family) &&
           named(rule->dtype, dtype->id) && named(rule->engine, engine->id) &&
           named(rule->vendor, gpu->vendor);
}

bool dtype_is_supported(const struct facts *facts, const struct dtype *dtype, const struct gpu *gpu,
                        const struct engine *engine, enum support_how *how)
{
    bool found = false;
    if (!engine_runs_on(engine, gpu) || !lists(engine->families, dtype->family))
        return false;
    for (size_t i = 0; i < facts->support_count; i++) {
        const struct support *rule = &facts->supports[i];
        if (!rule_matches(rule, dtype, gpu, engine))
            continue;
        if (rule->how == HOW_NATIVE) {
            *how = HOW_NATIVE;
            return true;
        }
        *how = HOW_WEIGHT_ONLY;
        found = true;
    }
    return found;
}

bool dtype_is_ever_native(const struct facts *facts, const struct dtype *dtype)
{
    for (size_t i = 0; i < facts->support_count; i++) {
        const struct support *rule = &facts->supports[i];
        if (rule->how == HOW_NATIVE && named(rule->dtype_family, dtype->family) &&
            named(rule->dtype, dtype->id))
            return true;
    }
    return false;
}

bool dtype_is_kin(const struct dtype *a, const struct dtype *b)
{
    return !strcmp(a->family, "gguf") == !strcmp(b->family, "gguf");
}

const struct dtype *dtype_nearest(const struct facts *facts, const struct dtype *dtype,
                                  const struct gpu *gpu, const struct engine *engine,
                                  bool floats_only)
{
    const struct dtype *best = NULL;
    for (size_t i = 0; i < facts->dtype_count; i++) {
        const struct dtype *candidate = &facts->dtypes[i];
        enum support_how how;
        bool is_float = !strcmp(candidate->family, "float");
        if (candidate == dtype || (floats_only && !is_float) || !dtype_is_kin(dtype, candidate))
            continue;
        if (best && fabs(candidate->bits_per_weight - dtype->bits_per_weight) >=
                        fabs(best->bits_per_weight - dtype->bits_per_weight))
            continue;
        if (dtype_is_supported(facts, candidate, gpu, engine, &how))
            best = candidate;
    }
    return best;
}
