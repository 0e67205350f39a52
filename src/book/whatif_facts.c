/* whatif_facts.c -- the letters of each catalog row that the What-if sheets of serving offer */
#include "book/whatif_serving.h"

#include "core/layout.h"

#include <math.h>

/* --- models: what t must divide, see tp_divides_heads --- */

static bool has_heads(const struct model *m)
{
    return m->attention != ATTENTION_NONE && m->heads > 0;
}

static bool has_plain_heads(const struct model *m)
{
    return has_heads(m) && m->attention != ATTENTION_MLA;
}

double split_heads(const struct pick *o, const struct facts *facts)
{
    const struct model *m = o->request.model;
    (void)facts;
    return has_heads(m) ? m->heads : m->hidden;
}

double split_kv_heads(const struct pick *o, const struct facts *facts)
{
    const struct model *m = o->request.model;
    (void)facts;
    return has_plain_heads(m) ? fmax(1, m->kv_heads) : 1;
}

double split_window_heads(const struct pick *o, const struct facts *facts)
{
    const struct model *m = o->request.model;
    (void)facts;
    return has_plain_heads(m) && m->windowed_layers > 0 ? model_window_heads(m) : 0;
}

double split_window_kv_heads(const struct pick *o, const struct facts *facts)
{
    const struct model *m = o->request.model;
    (void)facts;
    return has_plain_heads(m) && m->windowed_layers > 0 ? fmax(1, model_window_kv_heads(m)) : 1;
}

static double tied(const struct pick *o, const struct facts *facts)
{
    (void)facts;
    return o->request.model->tied_embeddings;
}

static double absorbed(const struct pick *o, const struct facts *facts)
{
    (void)facts;
    return o->letters.N_abs;
}

static double default_cache(const struct pick *o, const struct facts *facts)
{
    (void)facts;
    return o->letters.B_kv;
}

/* --- cards --- */

double card_bytes(const struct pick *o, const struct facts *facts)
{
    return gpu_visible_bytes(o->request.gpu, facts);
}

static double small_batches(const struct pick *o, const struct facts *facts)
{
    (void)facts;
    return o->request.gpu->small_batches;
}

double card_server(const struct pick *o, const struct facts *facts)
{
    bool assumed;
    return gpus_per_server(o->request.gpu, facts, &assumed);
}

/* --- engines --- */

#define OF_ENGINE(name, what) \
    static double name(const struct pick *o, const struct facts *facts) \
    { \
        const struct engine *e = o->request.engine; \
        (void)facts; \
        return what; \
    }

OF_ENGINE(share, e->utilization)
OF_ENGINE(is_static, e->utilization_of == SHARE_STATIC)
OF_ENGINE(is_free, e->utilization_of == SHARE_FREE)
OF_ENGINE(reserve, e->reserve_gib)
OF_ENGINE(is_capped, e->window_capped)
OF_ENGINE(is_absorbed, e->mla_absorbed)
OF_ENGINE(heeds, e->heeds_small_batches)
OF_ENGINE(seqs_small, e->seqs_small_card)
OF_ENGINE(seqs_large, e->seqs_large_card)
OF_ENGINE(step_small, e->step_tokens_small_card)
OF_ENGINE(step_large, e->step_tokens_large_card)
OF_ENGINE(run_1, e->runtime_t1_gib)
OF_ENGINE(run_2, e->runtime_t2_gib)
OF_ENGINE(run_small_1, e->runtime_small_t1_gib > 0 ? e->runtime_small_t1_gib : e->runtime_t1_gib)
OF_ENGINE(run_small_2, e->runtime_small_t2_gib > 0 ? e->runtime_small_t2_gib : e->runtime_t2_gib)
OF_ENGINE(run_4, e->runtime_t4_gib)
OF_ENGINE(run_8, e->runtime_t8_gib)
OF_ENGINE(run_16, e->runtime_t16_gib > 0 ? e->runtime_t16_gib : e->runtime_t8_gib)
OF_ENGINE(run_pipe, e->runtime_pp_gib)
OF_ENGINE(context, e->context_gib)
OF_ENGINE(band_weights, e->band_weights_pct / 100)
OF_ENGINE(band_cache, e->band_cache_pct / 100)
OF_ENGINE(band_activations, e->band_activation_pct / 100)
OF_ENGINE(band_overhead, e->band_overhead_gib)
OF_ENGINE(band_total, e->band_total_pct / 100)

/* clang-format off */
#define MODEL(symbol) {OFFER_MODEL, symbol, NULL, NULL, NULL}
#define TYPE(symbol) {OFFER_TYPE, symbol, NULL, NULL, NULL}
#define ENGINE(symbol) {OFFER_ENGINE, symbol, NULL, NULL, NULL}
/* clang-format on */

static const struct datum data[] = {
    MODEL("L"),
    MODEL("L_x"),
    MODEL("L_a"),
    MODEL("h"),
    MODEL("k"),
    MODEL("f"),
    MODEL("V"),
    MODEL("E"),
    MODEL("e"),
    MODEL("f_e"),
    MODEL("h_e"),
    MODEL("k_c"),
    MODEL("k_w"),
    MODEL("N_emb"),
    MODEL("N_head"),
    MODEL("N_att"),
    MODEL("N_kvp"),
    MODEL("N_low"),
    MODEL("N_mix"),
    MODEL("N_ffn"),
    MODEL("N_exp"),
    MODEL("N_shr"),
    MODEL("N_rtr"),
    MODEL("N_nrm"),
    MODEL("N_unl"),
    MODEL("N_vis"),
    MODEL("F"),
    MODEL("F_w"),
    MODEL("w"),
    MODEL("I"),
    MODEL("Z"),
    {OFFER_MODEL, "N_mla", "elements of absorbed MLA copies, on engines that keep them", "elements",
     absorbed},
    {OFFER_MODEL, "i_tie", "1 where embedding and head are one matrix, else 0", "0/1", tied},
    {OFFER_MODEL, "a_t", "what t must divide: attention heads, without them the hidden size",
     "heads", split_heads},
    {OFFER_MODEL, "k_t", "what t must divide or be a multiple of: KV heads, 1 for MLA", "heads",
     split_kv_heads},
    {OFFER_MODEL, "a_v", "heads of windowed layers, which t must divide too; 0: none", "heads",
     split_window_heads},
    {OFFER_MODEL, "k_v", "KV heads of windowed layers, likewise; 1: none", "heads",
     split_window_kv_heads},

    TYPE("b_emb"),
    TYPE("b_head"),
    TYPE("b_att"),
    TYPE("b_kvp"),
    TYPE("b_low"),
    TYPE("b_mix"),
    TYPE("b_ffn"),
    TYPE("b_exp"),
    TYPE("b_16"),
    {OFFER_TYPE, "B_def", "bytes per cache element where no cache type is chosen", "bytes",
     default_cache},

    {OFFER_ENGINE, "u_def", "the engine's share of the card", "share", share},
    {OFFER_ENGINE, "i_st", "1 where the share is of weights and cache only, else 0", "0/1",
     is_static},
    {OFFER_ENGINE, "i_fr", "1 where the cache takes the share of what is free after loading", "0/1",
     is_free},
    {OFFER_ENGINE, "g_r", "kept free beside the share", "GiB", reserve},
    ENGINE("g_b"),
    ENGINE("z_c"),
    {OFFER_ENGINE, "i_cap", "1 where windowed layers hold their window only, else 0", "0/1",
     is_capped},
    {OFFER_ENGINE, "i_abs", "1 where absorbed copies of MLA projections are kept, else 0", "0/1",
     is_absorbed},
    {OFFER_ENGINE, "e_sb", "1: small batch defaults on cards that are marked so", "0/1", heeds},
    {OFFER_ENGINE, "S_sm", "sequences sampled in one step, smaller cards", "sequences", seqs_small},
    {OFFER_ENGINE, "S_lg", "sequences sampled in one step, larger cards", "sequences", seqs_large},
    {OFFER_ENGINE, "B_sm", "tokens of one prefill step, smaller cards", "tokens", step_small},
    {OFFER_ENGINE, "B_lg", "tokens of one prefill step, larger cards", "tokens", step_large},
    ENGINE("c_f"),
    ENGINE("c_h"),
    ENGINE("c_e"),
    ENGINE("c_i"),
    ENGINE("c_b"),
    ENGINE("c_s"),
    {OFFER_ENGINE, "g_1s", "runtime at t = 1, smaller cards", "GiB", run_small_1},
    {OFFER_ENGINE, "g_1", "runtime at t = 1, larger cards", "GiB", run_1},
    {OFFER_ENGINE, "g_2s", "runtime at t = 2, smaller cards", "GiB", run_small_2},
    {OFFER_ENGINE, "g_2", "runtime at t = 2, larger cards", "GiB", run_2},
    {OFFER_ENGINE, "g_4", "runtime at t = 3 and 4", "GiB", run_4},
    {OFFER_ENGINE, "g_8", "runtime at t = 5 to 15", "GiB", run_8},
    {OFFER_ENGINE, "g_16", "runtime at t = 16 and more", "GiB", run_16},
    {OFFER_ENGINE, "g_p", "runtime of a pipeline stage on one GPU", "GiB", run_pipe},
    {OFFER_ENGINE, "g_c", "CUDA context", "GiB", context},
    {OFFER_ENGINE, "w_w", "half-width of the 90 % band, of weights", "share", band_weights},
    {OFFER_ENGINE, "w_c", "half-width of the band, of the cache", "share", band_cache},
    {OFFER_ENGINE, "w_a", "half-width of the band, of activations", "share", band_activations},
    {OFFER_ENGINE, "w_o", "half-width of the band, overhead", "GiB", band_overhead},
    {OFFER_ENGINE, "w_t", "half-width of the band, of the total", "share", band_total},

    {OFFER_GPU, "C_v", "what frameworks see of the card", "bytes", card_bytes},
    {OFFER_GPU, "g_s", "GPUs per server", "GPUs", card_server},
    {OFFER_GPU, "g_sb", "1: a card that some engines leave at small batches", "0/1", small_batches},
    {OFFER_GPU, "i_lg", NULL, NULL, NULL},

    {OFFER_CACHE, "B_el", "bytes per cache element", "bytes", default_cache},
};
const struct datum_list serving_data = {data, sizeof data / sizeof *data};
