/* columns.c -- the table of scenario columns: a new column is a row here */
#include "scenario/columns.h"

#include "base/text.h"
#include "core/request.h"
#include "core/words.h"

/* clang-format off */
#define AT(field) offsetof(struct request, field)
#define SHAPE(field) offsetof(struct model, field)
#define WHOLE(name, field, least, most, fallback, help) \
    {name, CELL_COUNT, COL_OTHER, false, false, AT(field), least, most, NULL, fallback, help}
#define AMOUNT(name, field, most, fallback, help) \
    {name, CELL_NUMBER, COL_OTHER, false, false, AT(field), 0, most, NULL, fallback, help}
#define WORD(name, field, words, fallback, help) \
    {name, CELL_WORD, COL_OTHER, false, false, AT(field), 0, 0, words, fallback, help}
#define FLAG(name, field, fallback, help) \
    {name, CELL_FLAG, COL_OTHER, false, false, AT(field), 0, 0, NULL, fallback, help}
#define NOTE(name, help) {name, CELL_LABEL, COL_OTHER, false, true, 0, 0, 0, NULL, "", help}
#define DIMENSION(name, field, help) \
    {name, CELL_COUNT, COL_SHAPE, false, false, SHAPE(field), 1, 1e15, NULL, "", help}
/* clang-format on */

enum { GPUS_MOST = 1000000 };

const struct scenario_column scenario_columns[] = {
    {"model", CELL_MODEL, COL_MODEL, true, false, 0, 0, 0, NULL, "",
     "catalog id, a bare size such as 7b, or custom"},
    {"dtype", CELL_DTYPE, COL_DTYPE, true, false, 0, 0, 0, NULL, "", "type of the weights"},
    {"optimizer", CELL_OPTIMIZER, COL_OPTIMIZER, true, false, 0, 0, 0, NULL, "",
     "none for inference, an optimizer for training"},
    {"tokens", CELL_COUNT, COL_TOKENS, true, false, AT(tokens), 1, 1e9, NULL, "",
     "inference: context held per request; training: sequence length"},
    {"concurrency", CELL_COUNT, COL_CONCURRENCY, true, false, AT(concurrency), 1, 1e9, NULL, "",
     "inference: requests in flight over all replicas; training: micro-batch"},
    {"gpu", CELL_GPU, COL_GPU, true, false, 0, 0, 0, NULL, "", "catalog id of the card"},

    {"scenario", CELL_LABEL, COL_SCENARIO, false, false, 0, 0, 0, NULL, "",
     "a label; rows of one label and load are alternatives"},
    WORD("estimate", estimate, estimate_words, "detailed", "which method answers"),
    {"period", CELL_TEXT, COL_PERIOD, false, false, 0, 0, 0, NULL, "", "a quarter such as 2027Q1"},

    {"engine", CELL_ENGINE, COL_ENGINE, false, false, 0, 0, 0, NULL, "generic",
     "serving engine or training framework"},
    {"engine_version", CELL_TEXT, COL_ENGINE_VERSION, false, false, 0, 0, 0, NULL, "the newest",
     "its version"},
    {"kv_dtype", CELL_CACHE, COL_KV_DTYPE, false, false, AT(kv_dtype), 0, 0, NULL,
     "16 bit (32 with fp32 weights)", "type of the KV cache"},
    {"prompt_tokens", CELL_COUNT, COL_PROMPT, false, false, AT(prompt_tokens), 1, 1e9, NULL,
     "tokens - output_tokens", "of tokens, the prompt"},
    {"output_tokens", CELL_COUNT, COL_OUTPUT, false, false, AT(output_tokens), 1, 1e9, NULL,
     "tokens - prompt_tokens", "of tokens, the answer"},
    {"utilization", CELL_NUMBER, COL_OTHER, false, false, AT(utilization), 0, 1, NULL,
     "the engine's default", "share of the card in the engine's own meaning, 0 to 1"},
    WHOLE("max_num_seqs", max_num_seqs, 1, 1e6, "the engine's default", "sequences of one step"),
    WHOLE("max_num_batched_tokens", max_num_batched_tokens, 1, 1e8, "the engine's default",
          "tokens of one step"),
    WHOLE("max_model_len", max_model_len, 1, 1e9, "tokens", "longest request the engine accepts"),
    {"client", CELL_LABEL, COL_CLIENT, false, false, 0, 0, 0, NULL, "",
     "the load generator; burst: all requests are sent at once"},

    WORD("tuning", tuning, tuning_words, "full", "what is trained"),
    WHOLE("lora_rank", lora_rank, 1, 65536, "16", "rank of the adapters"),
    {"lora_targets", CELL_TARGETS, COL_TARGETS, false, false, AT(lora_targets), 0, 0, NULL,
     "all-linear", "adapted matrices: q,k,v,o,gate,up,down,embed,lm_head or all-linear"},
    AMOUNT("trainable_pct", trainable_pct, 100, "from rank and targets",
           "trained share of the parameters, percent"),
    WORD("recompute", recompute, recompute_words, "none", "activation recomputation"),
    {"zero", CELL_COUNT, COL_OTHER, false, false, AT(zero), 0, 3, NULL, "the least that fits",
     "ZeRO stage"},
    {"master_dtype", CELL_DTYPE, COL_MASTER, false, false, AT(master_dtype), 0, 0, NULL,
     "the engine's default", "type of the master copy, or none"},
    {"grad_dtype", CELL_DTYPE, COL_GRAD, false, false, AT(grad_dtype), 0, 0, NULL,
     "the engine's default", "type of the gradients, or none (fused into backward)"},
    {"compute_dtype", CELL_DTYPE, COL_OTHER, false, false, AT(compute_dtype), 0, 0, NULL,
     "the weights'", "type of the arithmetic"},
    FLAG("flash_attention", flash_attention, "yes", "attention scores are not stored"),
    FLAG("compile", compile, "no", "the model is compiled: fewer activations are saved"),
    WORD("loss", loss, loss_words, "full", "how cross entropy holds the logits"),
    FLAG("sequence_parallel", sequence_parallel, "yes", "sequence parallelism beside tensor"),
    WHOLE("grad_accum", grad_accum, 1, 1e6, "unknown", "micro-batches per step and replica"),
    WHOLE("global_batch", global_batch, 1, 1e9, "free", "sequences per step over all replicas"),

    {"tp", CELL_COUNT, COL_TP, false, false, AT(tp), 1, GPUS_MOST, NULL, "searched",
     "tensor-parallel ways"},
    {"pp", CELL_COUNT, COL_PP, false, false, AT(pp), 1, GPUS_MOST, NULL, "searched",
     "pipeline stages"},
    {"dp", CELL_COUNT, COL_DP, false, false, AT(dp), 1, GPUS_MOST, NULL, "searched",
     "data-parallel ways; in inference replicas"},
    WHOLE("ep", ep, 1, GPUS_MOST, "experts are split like the rest", "expert-parallel ways"),
    {"cp", CELL_COUNT, COL_CP, false, false, AT(cp), 1, GPUS_MOST, NULL, "1",
     "context-parallel ways"},
    WHOLE("vpp", vpp, 1, 1000, "1", "interleaved chunks per pipeline stage"),
    {"gpus", CELL_COUNT, COL_GPUS, false, false, AT(gpus), 1, GPUS_MOST, NULL, "searched",
     "exactly this many GPUs"},
    WHOLE("max_gpus", max_gpus, 1, GPUS_MOST, "1024", "the search stops here"),

    AMOUNT("requests_per_s", requests_per_s, 1e9, "none", "demand, over all replicas"),
    AMOUNT("output_tok_s", output_tok_s, 1e12, "none", "demand, over all replicas"),
    AMOUNT("ttft_ms", ttft_ms, 1e9, "none", "limit on the mean time to first token"),
    AMOUNT("tpot_ms", tpot_ms, 1e9, "none", "limit on the mean time per output token"),
    AMOUNT("train_tokens", train_tokens, 1e18, "none", "tokens to train on"),
    AMOUNT("deadline_days", deadline_days, 1e6, "none", "limit on the training time"),
    AMOUNT("max_usd", max_usd, 1e15, "none",
           "limit on the purchase, or with train_tokens on the price of the run"),
    AMOUNT("max_kw", max_kw, 1e9, "none", "limit on the average power at the wall"),
    AMOUNT("gpu_usd", gpu_usd, 1e9, "the catalog's", "price of one card"),
    AMOUNT("server_usd", server_usd, 1e10, "the catalog's", "price of one server"),
    AMOUNT("usd_per_gpu_hour", usd_per_gpu_hour, 1e6, "the catalog's", "rent of one card"),
    WORD("rent_term", rent_term, rent_term_words, "a quote, else on-demand",
         "on-demand, reserved-1y, reserved-3y, spot or quote"),

    DIMENSION("params", params_published, "custom model: parameters"),
    DIMENSION("layers", layers, "custom model: layers"),
    DIMENSION("hidden", hidden, "custom model: hidden size"),
    DIMENSION("heads", heads, "custom model: attention heads"),
    DIMENSION("kv_heads", kv_heads, "custom model: KV heads"),
    DIMENSION("head_dim", head_dim, "custom model: head dimension"),
    DIMENSION("ffn", ffn, "custom model: FFN width"),
    DIMENSION("vocab", vocab, "custom model: vocabulary"),
    WHOLE("layers_override", layers_override, 1, 1e5, "the model's", "layers that really ran"),

    NOTE("id", "name of the measurement"),
    NOTE("kind", "what was measured"),
    NOTE("measured", "its value"),
    NOTE("measured_low", "lowest value the print allows"),
    NOTE("measured_high", "highest value the print allows"),
    NOTE("unit", "its unit"),
    NOTE("relation", "= or <="),
    NOTE("scope", "what an inference total counts"),
    NOTE("measure", "allocated, active, reserved or device"),
    NOTE("confidence", "of the measurement"),
    NOTE("source", "where it was printed"),
    NOTE("left_out", "why it does not count: what in its own source contradicts it"),
    FLAG("full_prompt_logits", full_prompt_logits, "no", "logits of the whole prompt were kept"),
    NOTE("batching", "how requests were batched"),
    NOTE("attention_dp", "attention was data-parallel"),
};
const size_t scenario_column_count = sizeof scenario_columns / sizeof *scenario_columns;

const struct scenario_column *scenario_column_named(const char *name, bool measured)
{
    for (size_t i = 0; i < scenario_column_count; i++) {
        const struct scenario_column *column = &scenario_columns[i];
        if (text_equal(column->name, name) && (measured || !column->measured_only))
            return column;
    }
    return NULL;
}
