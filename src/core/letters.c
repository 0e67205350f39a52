/* letters.c -- binds the letters of a scenario: architecture, types, engine, load */
#include "core/letters.h"

#include "core/answer.h"
#include "core/letters_training.h"
#include "core/memory/cache.h"
#include "core/memory/tensors.h"
#include "core/units.h"

#include <math.h>
#include <string.h>

double assumption_value(const struct facts *facts, const char *name)
{
    size_t low = 0;
    size_t high = facts->assumption_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct assumption *at = &facts->assumptions[facts->assumption_order[middle]];
        int order = strcmp(at->name, name);
        if (!order)
            return at->value;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

double gpu_visible_bytes(const struct gpu *gpu, const struct facts *facts)
{
    if (gpu->visible_mib > 0)
        return gpu->visible_mib * MIB;
    double driver = gpu->memory_mib * MIB;
    return driver - assumption_value(facts, "visible_gap_gib") * GIB -
           assumption_value(facts, "visible_gap_share") * driver;
}

double request_utilization(const struct request *request)
{
    return request->utilization > 0 ? request->utilization : request->engine->utilization;
}

static double given_or(double value, double fallback)
{
    return value >= 0 ? value : fallback;
}

static void bind_architecture(struct letters *x, const struct request *request)
{
    const struct model *m = request->model;
    x->L = given_or(request->layers_override, m->layers);
    x->h = m->hidden;
    x->a = m->heads;
    x->k = m->kv_heads;
    x->d = m->head_dim;
    x->f = m->ffn;
    x->V = m->vocab;
    x->E = m->experts;
    x->e = m->experts_per_token;
    x->e_s = m->moe_ffn > 0 ? model_shared_ffn(m) / m->moe_ffn : 0;
    x->f_e = m->moe_ffn;
    x->h_e = model_expert_hidden(m);
    x->L_x = m->moe_layers * x->L / m->layers;
    bool latent = m->attention == ATTENTION_MLA;
    double value_dim = model_value_dim(m);
    x->d_q = m->heads * (latent ? m->mla_nope_dim + m->mla_rope_dim : m->head_dim);
    x->d_k = latent ? x->d_q : m->kv_heads * m->head_dim;
    x->d_v = latent ? m->heads * m->mla_value_dim : m->kv_heads * value_dim;
    x->d_o = m->heads * (latent ? m->mla_value_dim : value_dim);
    bool towers = strcmp(request->dtype->family, "gguf") != 0 && !request->engine->skips_towers;
    x->N_vis = towers ? m->params_vision : 0;
    if (latent && request->engine->mla_absorbed)
        x->N_abs = m->full_attention_layers * x->L / m->layers * m->heads *
                   (m->mla_nope_dim + m->mla_value_dim) * m->mla_kv_lora_rank;
}

static void bind_tensors(struct letters *x, const struct model *m)
{
    struct tensors n;
    model_tensors(m, &n);
    double depth = x->L / m->layers; /* below 1 where a measurement ran fewer layers */
    x->N_emb = n.embedding;
    x->N_head = n.head;
    x->N_att = n.attention * depth;
    x->N_kvp = n.kv_projection * depth;
    x->N_low = n.low_rank * depth;
    x->N_mix = n.mixer * depth;
    x->N_ffn = n.ffn * depth;
    x->N_exp = n.experts * depth;
    x->N_shr = n.shared_experts * depth;
    x->N_rtr = n.router * depth;
    x->N_nrm = n.norms * depth;
    x->N_unl = n.unlisted * depth;
    x->P = x->N_emb + x->N_head + x->N_att + x->N_kvp + x->N_low + x->N_mix + x->N_ffn + x->N_exp +
           x->N_shr + x->N_rtr + x->N_nrm + x->N_unl;
}

/* The share of L layers that a rule of a mixed recipe covers; "more bits" layers are the first and
 * the last eighth and every third between [llama.cpp, llama_tensor_get_type]. */
static double mix_share(int layers, double L)
{
    double eighth = floor(L / 8);
    double count = 0;
    switch (layers) {
    case MIX_FIRST_EIGHTH:
        return eighth / L;
    case MIX_FIRST_SIXTEENTH:
        return floor(L / 16) / L;
    case MIX_ENDS:
        return fmin(2, L) / L;
    case MIX_MORE_BITS:
        for (double i = 0; i < L; i++)
            count += i < eighth || i >= floor(7 * L / 8) || fmod(i - eighth, 3) == 2;
        return count / L;
    default:
        return 1;
    }
}

/* Adds `more` bytes per element to the group a rule speaks of. Values are half of the k and v
 * projections, the output half of the attention, the down matrix one of the FFN's. */
static void add_mix(struct letters *x, int tensor, double more, double matrices)
{
    switch (tensor) {
    case MIX_VALUE:
        x->b_kvp += more / 2;
        break;
    case MIX_ATTENTION_OUTPUT:
        x->b_att += more / 2;
        break;
    case MIX_FFN_DOWN:
        x->b_exp += more / matrices;
        x->b_ffn += more / matrices;
        break;
    case MIX_ATTENTION:
        x->b_att += more;
        x->b_kvp += more;
        x->b_low += more;
        break;
    case MIX_EXPERTS:
        x->b_exp += more;
        break;
    default:
        x->b_ffn += more;
    }
}

bool mix_is_meant(const struct mix *rule, const struct request *request)
{
    const char *recipe = request->dtype->mix;
    const char *id = request->model->id;
    return recipe && strcmp(rule->recipe, recipe) == 0 &&
           (!rule->model || (id && strcmp(rule->model, id) == 0));
}

/* A recipe's exceptions store other bits than the base type in some tensors of some layers. */
static void bind_mix(struct letters *x, const struct request *request, const struct facts *facts)
{
    const struct dtype *dtype = request->dtype;
    for (size_t i = 0; dtype->mix && i < facts->mix_count; i++) {
        const struct mix *rule = &facts->mixes[i];
        bool grouped = x->k > 0 && x->a / x->k >= rule->least_groups;
        if (!grouped || !mix_is_meant(rule, request))
            continue;
        double more = mix_share(rule->layers, x->L) * (rule->bits - dtype->bits_per_weight) / 8;
        add_mix(x, rule->tensor, more, request->model->ffn_gated ? 3 : 2);
    }
}

/* GGUF stores the output head, and an embedding that doubles as one, in a wider type than the
 * embedding of an untied model. */
static void bind_embedding_bytes(struct letters *x, const struct request *request, double other)
{
    bool gguf = !strcmp(request->dtype->family, "gguf");
    x->b_head = other;
    x->b_emb = gguf && !request->model->tied_embeddings
                   ? fmin(other, request->dtype->bits_per_weight / 8)
                   : other;
}

static void bind_bytes(struct letters *x, const struct request *request, const struct facts *facts)
{
    const struct dtype *dtype = request->dtype;
    const struct engine *engine = request->engine;
    double linear = dtype->bits_per_weight / 8;
    double other = dtype->embedding_bits / 8;
    bool experts_only = dtype->scope == SCOPE_EXPERTS && x->E > 0;
    if (request->optimizer && engine->fp32_shards && request->tuning == TUNING_FULL)
        linear = other = 4;
    if (request->optimizer && dtype->casts_up) {
        linear += engine->quantized_extra_bytes;
        other = engine->quantized_embedding_bytes > 0 ? engine->quantized_embedding_bytes : other;
    }
    bind_embedding_bytes(x, request, other);
    x->b_16 = other > 2 ? other : 2;
    x->b_exp = linear;
    x->b_att = x->b_kvp = x->b_low = x->b_mix = x->b_ffn = experts_only ? 2 : linear;
    if (dtype->expert_multiple > 0 && x->f_e > 0)
        x->b_exp *= ceil(x->f_e / dtype->expert_multiple) * dtype->expert_multiple / x->f_e;
    bind_mix(x, request, facts);
    double cache = dtype->cache_bytes > 2 ? dtype->cache_bytes : 2;
    x->B_kv = request->kv_dtype ? request->kv_dtype->cache_bytes : cache;
}

static void bind_cache(struct letters *x, const struct request *request)
{
    const struct engine *engine = request->engine;
    struct cache_shape cache;
    model_cache(request->model, &cache);
    double depth = x->L / request->model->layers;
    x->F = cache.full_elements * depth;
    x->F_w = cache.window_elements * depth;
    x->w = cache.window;
    x->I = cache.indexer_bytes * depth;
    x->Z = cache.state_bytes * depth;
    x->L_a = cache.attention_layers * depth;
    x->k_c = cache.replicated ? 1 : fmax(1, cache.kv_heads);
    x->k_w = cache.replicated ? 1 : cache.window_kv_heads > 0 ? cache.window_kv_heads : x->k_c;
    x->g_b = engine->block_tokens > 0 ? engine->block_tokens : 1;
    x->z_c = engine->cache_copies > 1 ? engine->cache_copies : 1;
}

static double longest_context(const struct request *request)
{
    return request->max_model_len > 0 ? request->max_model_len : request->tokens;
}

/* Old engines prefill a whole context at once, and chunk it when it is very long. */
static bool chunks_long_context(const struct request *request)
{
    const double longest_whole = 32768;
    return request->engine->prefill == PREFILL_CONTEXT && longest_context(request) > longest_whole;
}

/* Tokens of one step: the row's setting, else the engine's default for this size of card. */
static double step_tokens(const struct request *request, bool large)
{
    const struct engine *engine = request->engine;
    double tokens = large ? engine->step_tokens_large_card : engine->step_tokens_small_card;
    if (engine->prefill == PREFILL_CONTEXT && !chunks_long_context(request))
        tokens = fmax(tokens, longest_context(request));
    return given_or(request->max_num_batched_tokens, tokens);
}

/* Sequences sampled in the profiled step. vLLM V0 samples none when it chunks: start-up logs show
 * 0.06-0.22 GiB of activations where 256 rows of logits alone would take 1.2 GiB. [vllm issues
 * 10517 and 13061] */
static double sampled_sequences(const struct request *request, bool large)
{
    const struct engine *engine = request->engine;
    if (chunks_long_context(request))
        return 0;
    return given_or(request->max_num_seqs,
                    large ? engine->seqs_large_card : engine->seqs_small_card);
}

static void bind_step(struct letters *x, const struct request *request, const struct facts *facts)
{
    const struct engine *engine = request->engine;
    bool large = request->gpu->memory_mib * MIB >= assumption_value(facts, "large_card_gib") * GIB;
    x->i_lg = large;
    /* vLLM leaves A100s at the small defaults, for speed. [vllm pull request 17885] */
    x->i_bt = large && !(engine->heeds_small_batches && request->gpu->small_batches);
    x->c_f = engine->forward_ffn;
    x->c_h = engine->forward_hidden;
    x->c_e = engine->expert_ffn;
    x->c_i = engine->expert_hidden;
    x->c_b = engine->expert_base;
    x->c_s = engine->sampler_bytes;
    x->c_u = engine->buffer_bytes;
    x->i_a = engine->stores_scores;
    x->i_u = request->model->tied_embeddings && engine->unties_dtype &&
             !strcmp(engine->unties_dtype, request->dtype->id);
    x->o_ctx = engine->context_gib * GIB;
}

static double prompt_tokens(const struct request *request)
{
    if (request->prompt_tokens >= 0)
        return request->prompt_tokens;
    return request->tokens - given_or(request->output_tokens, 0);
}

/* llama.cpp keeps a windowed cache only beside a full one: Mistral 7B and StarCoder 2 have no
 * window in their GGUF files, Phi-3's is switched off. [llama.cpp src/llama-model.cpp, PR 13676] */
static bool caps_windows(const struct letters *x, const struct engine *engine)
{
    return engine->window_capped && (engine->prefill != PREFILL_UBATCH || x->F > 0);
}

/* The tokens that a sequence holds in whole blocks, and in a window. */
static void hold_tokens(struct letters *x, const struct engine *engine, double tokens)
{
    bool capped = caps_windows(x, engine);
    x->T = tokens;
    x->T_b = x->g_b > 0 ? ceil(x->T / x->g_b) * x->g_b : x->T;
    x->T_w = capped && x->w > 0 ? fmin(x->T_b, x->w) : x->T_b;
}

void letters_bind(struct letters *x, const struct request *request, const struct facts *facts)
{
    memset(x, 0, sizeof *x);
    bind_architecture(x, request);
    bind_tensors(x, request->model);
    bind_bytes(x, request, facts);
    if (request->optimizer) {
        letters_bind_training(x, request, facts);
    } else {
        bind_cache(x, request);
        bind_step(x, request, facts);
    }
    letters_load(x, request);
}

void letters_load(struct letters *x, const struct request *request)
{
    bool large = x->i_bt > 0;
    hold_tokens(x, request->engine, request->tokens);
    if (request->optimizer) {
        x->s = request->tokens;
        x->m = request->concurrency;
    } else {
        x->B = step_tokens(request, large);
        x->S_m = fmin(sampled_sequences(request, large), x->B);
    }
}

/* Where the cache grows, it holds the prompt alone while that is read. */
void letters_phase(struct letters *x, const struct request *request, int phase)
{
    const struct engine *engine = request->engine;
    if (engine->cache_layout == CACHE_GROWS)
        hold_tokens(x, engine, phase == PHASE_PREFILL ? prompt_tokens(request) : request->tokens);
    bool slides = engine->prefill == PREFILL_CHUNKED && x->T_b > x->T_w;
    x->T_x = slides ? fmin(x->B, x->S * (x->T_b - x->T_w)) : 0;
    x->q = prompt_tokens(request) * x->S;
    if (engine->prefill == PREFILL_WHOLE)
        x->B = x->q;
}

double letter_value(const void *letters, const struct letter *letter)
{
    double value;
    memcpy(&value, (const char *)letters + letter->offset, sizeof value);
    return value;
}

bool letters_agree(const struct letters *a, const struct letters *b)
{
    for (size_t i = 0; i < legend_count; i++)
        if (letter_value(a, &legend[i]) != letter_value(b, &legend[i]))
            return false;
    return true;
}
