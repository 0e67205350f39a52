/* fields.c -- the columns of the catalogs, named as the fields of core/facts.h
 *
 * Macros write the rows: only they can turn one name into column, offset and kind. */
#include "catalog/fields.h"

#include "core/words.h"

static const char *const scope_words[] = {"all", "all-linear", "experts", NULL};
static const char *const tensor_words[] = {"value", "attention_output", "ffn_down", "attention",
                                           "ffn",   "experts",          NULL};
static const char *const layers_words[] = {"all",  "more-bits", "first-eighth", "first-sixteenth",
                                           "ends", NULL};
static const char *const basis_words[] = {"driver", "converted", NULL};
static const char *const feature_words[] = {"", "bf16", "fp8", "fp4", NULL};
static const char *const how_words[] = {"native", "weight-only", NULL};
static const char *const share_words[] = {"total", "static", "free", NULL};
static const char *const layout_words[] = {"pool", "grows", NULL};
static const char *const prefill_words[] = {"chunked", "whole", "ubatch", "context", NULL};
static const char *const selective_words[] = {"attention", "operators", NULL};
static const char *const rate_words[] = {"16-bit", "fp8", "fp4", "mx", NULL};
static const char *const price_words[] = {"rent", "purchase", "server", NULL};

/* clang-format off */
#define ROW(field, kind, must, unit, least, most, words, help) \
    {#field, offsetof(struct OF, field), kind, must, unit, help, least, most, words}
/* clang-format on */
#define TEXT(field, must, help) ROW(field, FACT_TEXT, must, "", 0, 0, NULL, help)
#define NUMBER(field, must, unit, least, most, help) \
    ROW(field, FACT_NUMBER, must, unit, least, most, NULL, help)
#define FLAG(field, help) ROW(field, FACT_FLAG, false, "", 0, 0, NULL, help)
#define WORD(field, must, words, help) ROW(field, FACT_WORD, must, "", 0, 0, words, help)
#define COUNT_OF(table) (sizeof(table) / sizeof *(table))

#define OF gpu
const struct fact_field gpu_fields[] = {
    TEXT(id, true, ""),
    TEXT(name, false, ""),
    TEXT(vendor, false, ""),
    TEXT(architecture, false, ""),
    NUMBER(year, false, "", 0, 1e+18, ""),
    NUMBER(memory_gb, false, "GB", 0, 1e+18, "marketing figure; never used for a fit"),
    NUMBER(memory_mib, true, "MiB", 1, 1e+08, "what the driver reports, or a stated conversion"),
    WORD(memory_basis, false, basis_words, "memory_basis"),
    NUMBER(visible_mib, false, "MiB", 0, 1e+18,
           "what frameworks see of it; 0: derived, see letters.c"),
    NUMBER(bandwidth_gb_s, false, "GB/s", 0, 1e+18, ""),
    NUMBER(fp32_tflops, false, "TFLOP/s", 0, 1e+18, ""),
    NUMBER(fp16_tflops, false, "TFLOP/s", 0, 1e+18, ""),
    NUMBER(bf16_tflops, false, "TFLOP/s", 0, 1e+18, ""),
    NUMBER(int8_tops, false, "TOP/s", 0, 1e+18, ""),
    NUMBER(fp8_tflops, false, "TFLOP/s", 0, 1e+18, ""),
    NUMBER(fp4_tflops, false, "TFLOP/s", 0, 1e+18, ""),
    NUMBER(compute_capability, false, "", 0, 100, "NVIDIA; 0 for others"),
    FLAG(bf16, ""),
    FLAG(fp8, ""),
    FLAG(fp4, ""),
    TEXT(interconnect, false, ""),
    NUMBER(interconnect_gb_s, false, "GB/s", 0, 1e+18, "per GPU, both directions"),
    NUMBER(pcie_gen, false, "", 0, 1e+18, ""),
    NUMBER(gpus_per_node, false, "", 0, 1024, "0: not stated, then an assumption"),
    NUMBER(link_domain_gpus, false, "", 0, 1e+18, "0: the node"),
    NUMBER(tdp_w, false, "W", 0, 1e+18, ""),
    TEXT(form_factor, false, ""),
    FLAG(small_batches, "some engines keep their small batch defaults on it, see engines.csv"),
    FLAG(doubtful, ""),
    TEXT(note, false, ""),
    TEXT(source, true, ""),
    TEXT(checked, true, ""),
};
const size_t gpu_field_count = COUNT_OF(gpu_fields);
#undef OF

#define OF dtype
const struct fact_field dtype_fields[] = {
    TEXT(id, true, ""),
    TEXT(name, false, ""),
    NUMBER(bits_per_weight, true, "bits", 0.1, 64,
           "of a linear weight, group scales and zero points included"),
    NUMBER(embedding_bits, true, "bits", 0.1, 64, "of embedding, head, norms and routers"),
    NUMBER(cache_bytes, false, "bytes", 0, 1e+18, "per cache element; 0: not a cache type"),
    NUMBER(primer_bytes, false, "bytes", 0, 1e+18, "the primer's bytes per weight"),
    TEXT(family, true, "float, fp8, fp4, int8, int4, gguf: the rows of support.csv"),
    WORD(scope, false, scope_words, "dtype_scope"),
    {"compute_dtype", offsetof(struct OF, compute), FACT_TEXT, false, "",
     "arithmetic on a card that lacks the type", 0, 0, NULL},
    TEXT(mix, false, "recipe of mixes.csv; NULL: every linear alike"),
    NUMBER(scratch_ffn, false, "matrices", 0, 100, "dequantization scratch, in h x f of 16 bit"),
    WORD(rate, true, rate_words, "rate_class"),
    NUMBER(read_share, false, "share", 0, 1.5, "of the memory rate that its kernels reach"),
    FLAG(trains, "takes gradient steps itself, without adapters"),
    FLAG(casts_up, "as a frozen base: what stays unquantized is kept in fp32"),
    NUMBER(expert_multiple, false, "elements", 0, 1e6, "expert widths are padded to a multiple"),
    TEXT(aliases, false, "other names, separated by semicolons"),
    TEXT(note, false, ""),
    TEXT(source, true, ""),
    TEXT(checked, true, ""),
};
const size_t dtype_field_count = COUNT_OF(dtype_fields);
#undef OF

#define OF mix
const struct fact_field mix_fields[] = {
    TEXT(recipe, true, ""),
    TEXT(model, false, "only this model; blank: every one"),
    WORD(tensor, true, tensor_words, "mix_tensor"),
    WORD(layers, true, layers_words, "mix_layers"),
    NUMBER(bits, true, "bits", 0, 1e+18, "per weight"),
    NUMBER(least_groups, false, "", 0, 1e+18, "only where heads / KV heads reach this; 0: always"),
    TEXT(source, true, ""),
    TEXT(checked, true, ""),
};
const size_t mix_field_count = COUNT_OF(mix_fields);
#undef OF

#define OF support
const struct fact_field support_fields[] = {
    TEXT(dtype_family, true, ""),
    TEXT(dtype, false, "NULL: every dtype of the family"),
    TEXT(engine, false, "NULL: every engine"),
    TEXT(vendor, false, "NULL: every vendor"),
    NUMBER(min_compute_capability, false, "", 0, 1e+18, ""),
    WORD(needs, false, feature_words, "gpu_feature"),
    WORD(how, false, how_words, "support_how"),
    TEXT(note, false, ""),
    TEXT(source, true, ""),
    TEXT(checked, true, ""),
};
const size_t support_field_count = COUNT_OF(support_fields);
#undef OF

#define OF optimizer
const struct fact_field optimizer_fields[] = {
    TEXT(id, true, ""),
    TEXT(name, false, ""),
    NUMBER(moments, false, "", 0, 1e+18, "state tensors per trained parameter"),
    NUMBER(moment_bytes, false, "bytes", 0, 1e+18,
           "per element; 0: fp32 beside an fp32 master, else the weight's type"),
    NUMBER(primer_states, false, "", 0, 1e+18, "n of the primer; 0: the primer does not list it"),
    FLAG(host_states, "states live in host memory"),
    FLAG(keeps_gradients, "no: fused into the backward pass, one layer at a time"),
    TEXT(aliases, false, "other names, separated by semicolons"),
    TEXT(note, false, ""),
    TEXT(source, true, ""),
    TEXT(checked, true, ""),
};
const size_t optimizer_field_count = COUNT_OF(optimizer_fields);
#undef OF

#define OF engine
const struct fact_field engine_fields[] = {
    TEXT(id, true, ""),
    TEXT(name, false, ""),
    WORD(mode, true, mode_words, "engine_mode"),
    TEXT(version_from, false, "\"0.17\"; NULL: the oldest"),
    TEXT(released, false, "month of version_from; versions written as dates are held against it"),
    NUMBER(build_from, false, "build", 0, 1e+18, "first such build, where builds are numbered"),
    TEXT(aliases, false, "other names, separated by semicolons; on an engine's first row"),
    TEXT(vendors, false, "of the cards it runs on; blank: every one"),
    TEXT(families, false, "of the weight types it loads; blank: see support.csv"),
    NUMBER(utilization, false, "", 0, 1, "default, 0..1"),
    WORD(utilization_of, false, share_words, "utilization_of"),
    NUMBER(reserve_gib, false, "GiB", 0, 1e+18, "kept free beside the share"),
    NUMBER(block_tokens, false, "tokens", 0, 1e+18, ""),
    WORD(cache_layout, false, layout_words, "cache_layout"),
    NUMBER(cache_copies, false, "", 0, 1e+18, "of a growing cache while it is extended"),
    FLAG(window_capped, "windowed layers hold the window only"),
    FLAG(embedding_on_host, "token embedding stays in host memory"),
    FLAG(skips_towers, "vision and audio towers are not in the file"),
    TEXT(unties_dtype, false, "weights of this type get a head of their own even when tied"),
    FLAG(mla_absorbed, "keeps absorbed copies of the MLA up-projections"),
    WORD(prefill, false, prefill_words, "prefill_kind"),
    FLAG(heeds_small_batches,
         "small batch defaults on cards that are marked so, whatever they hold"),
    NUMBER(seqs_small_card, false, "", 0, 1e+18, ""),
    NUMBER(seqs_large_card, false, "", 0, 1e+18, ""),
    NUMBER(step_tokens_small_card, false, "", 0, 1e+18, ""),
    NUMBER(step_tokens_large_card, false, "", 0, 1e+18, ""),
    NUMBER(forward_ffn, false, "", 0, 1e+18, "elements per step token, in units of f / t"),
    NUMBER(forward_hidden, false, "", 0, 1e+18, "in units of h"),
    NUMBER(expert_ffn, false, "", 0, 1e+18, "per routed expert, in units of f_e / t"),
    NUMBER(expert_hidden, false, "", 0, 1e+18, "per routed expert, in units of h_e"),
    NUMBER(expert_base, false, "", 0, 1e+18, "in units of h"),
    NUMBER(sampler_bytes, false, "bytes", 0, 1e+18, "per sampled sequence and vocabulary entry"),
    NUMBER(prompt_logit_bytes, false, "bytes", 0, 1e+18, "per prompt token and vocabulary entry"),
    NUMBER(prompt_logit_split_bytes, false, "bytes", 0, 1e18, "the same when split over GPUs"),
    NUMBER(buffer_bytes, false, "bytes", 0, 1e+18,
           "llama.cpp: bytes per element of the compute buffer"),
    FLAG(stores_scores, "the compute buffer holds attention scores"),
    FLAG(dequantizes, "scratch of the type's scratch_ffn"),
    FLAG(head_is_layer, "a layer split counts the output head as one more layer"),
    FLAG(split_scratch, "a quantized model over several GPUs dequantizes an h x f and an h x V"),
    NUMBER(runtime_small_t1_gib, false, "GiB", 0, 1e6, "cards below large_card_gib; blank: alike"),
    NUMBER(runtime_small_t2_gib, false, "GiB", 0, 1e6, "cards below large_card_gib; blank: alike"),
    NUMBER(runtime_t1_gib, false, "GiB", 0, 1e+18, ""),
    NUMBER(runtime_t2_gib, false, "GiB", 0, 1e+18, ""),
    NUMBER(runtime_t4_gib, false, "GiB", 0, 1e+18, ""),
    NUMBER(runtime_t8_gib, false, "GiB", 0, 1e+18, ""),
    NUMBER(runtime_t16_gib, false, "GiB", 0, 1e6, "t >= 16; blank: as t = 8"),
    NUMBER(runtime_pp_gib, false, "GiB", 0, 1e+18, "p > 1, t = 1"),
    NUMBER(layer_cache_mib, false, "MiB", 0, 1e6, "rotary and mask caches per layer of d = 128"),
    NUMBER(context_gib, false, "GiB", 0, 1e+18, "CUDA context, outside the engine's share"),
    NUMBER(keep_hidden, false, "", 0, 1e+18, ""),
    NUMBER(keep_heads, false, "", 0, 1e+18, ""),
    NUMBER(keep_ffn, false, "", 0, 1e+18, ""),
    NUMBER(keep_qk_norm, false, "elements", 0, 100, "more query and key widths where normalised"),
    WORD(selective, false, selective_words, "selective_kind"),
    NUMBER(lora_keep_hidden, false, "", 0, 1e+18,
           "frozen linears keep no input; 0: as full tuning"),
    NUMBER(keep_scale, false, "", 0, 1e+18, "kept with recomputation, x this"),
    NUMBER(keep_scale_fp8, false, "factor", 0, 100, "kept when computing in fp8, x this"),
    NUMBER(compiled_hidden, false, "elements/h", 0, 1e3,
           "widths of a compiled model; blank: alike"),
    NUMBER(compiled_heads, false, "elements", 0, 1e3, "widths of a compiled model; blank: alike"),
    NUMBER(compiled_ffn, false, "elements/f", 0, 1e3, "widths of a compiled model; blank: alike"),
    NUMBER(compiled_logit_bytes, false, "bytes", 0, 1e3, "of a compiled model; blank: alike"),
    NUMBER(head_input_bytes, false, "bytes", 0, 1e3, "per token and h, gathered for a split head"),
    NUMBER(logit_bytes, false, "bytes", 0, 1e+18, "per token and vocabulary entry, loss = full"),
    NUMBER(logit_chunked_bytes, false, "bytes", 0, 1e+18, ""),
    NUMBER(logit_fused_bytes, false, "bytes", 0, 1e+18, ""),
    FLAG(fp32_shards, "weights exist only as fp32 shards (FSDP)"),
    FLAG(master_default, "an fp32 master copy unless the row says none"),
    NUMBER(gradient_bytes, false, "bytes", 0, 1e+18,
           "default per trained parameter; 0: the weight's type"),
    FLAG(gradients_persist, "held through the forward pass"),
    NUMBER(extra_bytes_per_param, false, "", 0, 1e+18,
           "buckets and the like, divided by t and p only"),
    NUMBER(fp32_gradient_extra_bytes, false, "bytes", 0, 100, "more with fp32 gradients"),
    NUMBER(optimizer_extra_bytes, false, "bytes", 0, 100, "sharded, with 16-bit gradients"),
    NUMBER(quantized_extra_bytes, false, "bytes", 0, 100,
           "per linear weight of a base that casts up"),
    NUMBER(quantized_embedding_bytes, false, "bytes", 0, 100,
           "per embedding weight of one; blank: 2"),
    NUMBER(quantized_hidden_bytes, false, "bytes", 0, 100,
           "per hidden element beside one; blank: 2"),
    FLAG(quantized_keeps_inputs, "its linears save their inputs for backward"),
    FLAG(frozen_root_stays, "ZeRO-3: a frozen embedding and head stay gathered in backward"),
    FLAG(frozen_input_gradients, "ZeRO-3: gradients of frozen layers' inputs stay in backward"),
    NUMBER(step_bytes, false, "bytes", 0, 1e+18,
           "temporaries of the optimizer step, per trained parameter"),
    NUMBER(step_gib, false, "GiB", 0, 1e+18, ""),
    NUMBER(reserved_factor, false, "", 0, 1e+18,
           "reserved = factor x peak + logits share + constant"),
    NUMBER(reserved_logits, false, "", 0, 1e+18, ""),
    NUMBER(reserved_gib, false, "GiB", 0, 1e+18, ""),
    NUMBER(nccl_gib, false, "GiB", 0, 1e+18, "more than one GPU"),
    NUMBER(band_weights_pct, false, "%", 0, 1e+18, ""),
    NUMBER(band_cache_pct, false, "%", 0, 1e+18, ""),
    NUMBER(band_activation_pct, false, "%", 0, 1e+18, ""),
    NUMBER(band_overhead_gib, false, "GiB", 0, 1e+18, ""),
    NUMBER(band_runtime_gib, false, "GiB", 0, 1e+18, "of what the engine logs; blank: as overhead"),
    NUMBER(band_total_pct, false, "%", 0, 1e+18, ""),
    TEXT(note, false, ""),
    TEXT(source, true, ""),
    TEXT(checked, true, ""),
};
const size_t engine_field_count = COUNT_OF(engine_fields);
#undef OF

#define OF gpu_speed
const struct fact_field gpu_speed_fields[] = {
    TEXT(gpus, true, "ids, or beginnings and a star, separated by semicolons"),
    TEXT(engines, false, "of these engines; blank: every one"),
    TEXT(version_named, false, "of engine rows with this name; blank: every one"),
    NUMBER(memory_share, false, "share", 0, 1.5, "of the data sheet's bandwidth"),
    NUMBER(share_16, false, "share", 0, 1.5, "of the 16-bit peak, serving"),
    NUMBER(share_fp8, false, "share", 0, 1.5, "of the fp8 peak, serving"),
    NUMBER(share_fp4, false, "share", 0, 1.5, "of the fp4 peak, serving"),
    NUMBER(share_mx, false, "share", 0, 1.5, "of the fp8 peak, 4-bit weights, serving"),
    NUMBER(allreduce_us, false, "us", 0, 1e6, "latency of one all-reduce"),
    NUMBER(train_16, false, "share", 0, 1.5, "of the 16-bit peak, training"),
    NUMBER(train_fp8, false, "share", 0, 1.5, "of the fp8 peak, training"),
    NUMBER(rows, false, "rows", 0, 1e9, "measurements behind it; blank: an assumption"),
    TEXT(measured_on, false, "ids of the cards that were measured; the others inherit"),
    TEXT(note, false, ""),
    TEXT(source, true, ""),
    TEXT(checked, true, ""),
};
const size_t gpu_speed_field_count = COUNT_OF(gpu_speed_fields);
#undef OF

#define OF engine_speed
const struct fact_field engine_speed_fields[] = {
    TEXT(engine, true, "ids, separated by semicolons; generic: all others"),
    WORD(mode, true, mode_words, "engine_mode"),
    TEXT(version_from, false, "\"0.12\"; blank: the oldest"),
    TEXT(version_named, false, "only versions that begin with this"),
    TEXT(vendor, false, "only on cards of this vendor"),
    NUMBER(layer_us, false, "us", 0, 1e6, "per layer and step"),
    NUMBER(step_ms, false, "ms", 0, 1e6, "per step"),
    NUMBER(request_us, false, "us", 0, 1e6, "per request and step"),
    NUMBER(moe_layer_us, false, "us", 0, 1e6, "more per MoE layer and step"),
    NUMBER(allreduce_factor, false, "factor", 0, 10, "on the card's latency of an all-reduce"),
    NUMBER(decode_share, false, "share", 0, 2, "of the attained arithmetic, while decoding"),
    NUMBER(prefill_share, false, "share", 0, 10, "of others' prefill that delays a step"),
    NUMBER(first_token_ms, false, "ms", 0, 1e6, "per first token"),
    NUMBER(first_token_burst_ms, false, "ms", 0, 1e6, "per first token, a burst of requests"),
    NUMBER(train_factor, false, "factor", 0, 10, "of the card's training rate"),
    NUMBER(train_factor_compiled, false, "factor", 0, 10, "likewise, compiled; blank: alike"),
    NUMBER(selective_factor, false, "factor", 0, 10, "time of selective recomputation"),
    NUMBER(tp_cost, false, "share", 0, 10, "per further tensor-parallel way at h = 8192"),
    NUMBER(tp_cost_compiled, false, "share", 0, 10, "likewise, compiled; blank: alike"),
    FLAG(interleaves, "as many pipeline chunks as layers unless the row says"),
    NUMBER(rows, false, "rows", 0, 1e9, "measurements behind it; blank: an assumption"),
    NUMBER(median_pct, false, "%", 0, 1e6, "of the absolute error over those rows"),
    NUMBER(p90_pct, false, "%", 0, 1e6, "of the absolute error over those rows"),
    TEXT(note, false, ""),
    TEXT(source, true, ""),
    TEXT(checked, true, ""),
};
const size_t engine_speed_field_count = COUNT_OF(engine_speed_fields);
#undef OF

#define OF price
/* clang-format off */
const struct fact_field price_fields[] = {
    TEXT(gpu, true, ""),
    WORD(kind, true, price_words, "price_kind"),
    TEXT(provider, false, ""),
    NUMBER(usd, false, "USD", 0, 1e+09, "blank: not known"),
    TEXT(unit, false, ""),
    ROW(gpus, FACT_COUNT, false, "", 1, 1e+06, NULL, "in a server price"),
    TEXT(date, false, ""),
    TEXT(stat, false, "median, min (over clouds), list, street, ..."),
    WORD(term, false, rent_term_words, "of a rent; quote also of a purchase"),
    TEXT(supplier, false, "of a quote"),
    TEXT(expires, false, "of a quote, 2027-03-31; blank: never"),
    FLAG(doubtful, "shown, not used for plans"),
    TEXT(note, false, ""),
    TEXT(source, true, ""),
    TEXT(checked, true, ""),
};
/* clang-format on */
const size_t price_field_count = COUNT_OF(price_fields);
#undef OF

#define OF assumption
/* clang-format off */
const struct fact_field assumption_fields[] = {
    TEXT(name, true, ""),
    NUMBER(value, true, "", 0, 0, ""),
    TEXT(unit, true, ""),
    TEXT(meaning, false, ""),
    TEXT(source, true, ""),
    TEXT(checked, true, ""),
    NUMBER(least, false, "", 0, 0, "smallest value that --set takes"),
    NUMBER(most, false, "", 0, 0, "largest value that --set takes; both 0: any"),
};
const size_t assumption_field_count = COUNT_OF(assumption_fields);
#undef OF

#define OF alias
const struct fact_field alias_fields[] = {
    TEXT(alias, true, "name in the header of a scenario matrix"),
    TEXT(column, true, "the column that it stands for"),
};
const size_t alias_field_count = COUNT_OF(alias_fields);
#undef OF

#define OF accuracy
const struct fact_field accuracy_fields[] = {
    TEXT(kind, true, ""),
    TEXT(use, true, ""),
    NUMBER(rows, true, "rows", 1, 1e+18, "measurements that were predicted"),
    TEXT(median_pct, false, "of the absolute error"),
    TEXT(p90_pct, false, "of the absolute error"),
    TEXT(inside_pct, true, "of the rows, in the 90 % band"),
    TEXT(agree_pct, false, "of counts and yes/no answers"),
    TEXT(source, true, ""),
    TEXT(checked, true, ""),
};
/* clang-format on */
const size_t accuracy_field_count = COUNT_OF(accuracy_fields);
#undef OF
