/* groups.h -- the term functions: bytes on the fullest GPU, one function a term */
#ifndef GPUPLAN_GROUPS_H
#define GPUPLAN_GROUPS_H

#include "core/letters.h"

double weights_embedding(const struct letters *x);
double weights_head(const struct letters *x);
double weights_attention(const struct letters *x);
double weights_kv_projection(const struct letters *x);
double weights_low_rank(const struct letters *x);
double weights_mixer(const struct letters *x);
double weights_ffn(const struct letters *x);
double weights_experts(const struct letters *x);
double weights_shared_experts(const struct letters *x);
double weights_router(const struct letters *x);
double weights_norms(const struct letters *x);
double weights_absorbed(const struct letters *x);
double weights_vision(const struct letters *x);
double weights_adapters(const struct letters *x);
double weights_untied(const struct letters *x);

double kv_full(const struct letters *x);
double kv_window(const struct letters *x);
double kv_indexer(const struct letters *x);
double kv_state(const struct letters *x);

double serving_forward(const struct letters *x);
double serving_sampler(const struct letters *x);
double serving_prompt_logits(const struct letters *x);
double serving_buffer_ffn(const struct letters *x);
double serving_buffer_logits(const struct letters *x);
double serving_scratch(const struct letters *x);
double serving_stage_copies(const struct letters *x);
double serving_layer_caches(const struct letters *x);
double serving_runtime(const struct letters *x);
double serving_context(const struct letters *x);

double training_gradients(const struct letters *x);
double training_gradients_kept(const struct letters *x);
double training_optimizer(const struct letters *x);
double training_buckets(const struct letters *x);
double training_activations(const struct letters *x);
double training_working_set(const struct letters *x);
double training_logits(const struct letters *x);
double training_gathered(const struct letters *x);
double training_gather_forward(const struct letters *x);
double training_gather_backward(const struct letters *x);
double training_gather_end(const struct letters *x);
double training_dequantized(const struct letters *x);
double training_step(const struct letters *x);
double training_reserved(const struct letters *x);
double training_nccl(const struct letters *x);

#endif
