/* layout.h -- which placements are legal, and what they take in servers */
#ifndef GPUPLAN_LAYOUT_H
#define GPUPLAN_LAYOUT_H

#include "core/answer.h"

/* GPUs that one server holds; a catalog blank is an assumption (then *assumed is set). */
double gpus_per_server(const struct gpu *gpu, const struct facts *facts, bool *assumed);

/* t divides the attention heads, and divides the KV heads or is a multiple of them; without
 * attention heads it divides the hidden size. */
bool tp_divides_heads(const struct model *model, double t);

/* Servers for the layout: a tensor-parallel group never spans servers, and a server holds only
 * whole groups. */
double layout_servers(const struct layout *layout, double per_server);

/* Requests in flight on the fullest replica of a serving layout. */
double layout_sequences(const struct request *request, const struct layout *layout);

/* ep divides the experts and the GPUs of a pipeline stage. */
bool experts_divide(const struct model *model, const struct layout *layout, double ep);

/* Why a pinned placement is illegal: fills *why and returns false. */
bool layout_is_legal(const struct request *request, const struct facts *facts,
                     const struct layout *layout, struct note_value *why);

bool layout_differs(const struct layout *a, const struct layout *b);

/* True when `a` is to be preferred: fewer GPUs, then fewer servers, then less communication (p = 1
 * before p > 1, smaller t, smaller p), then less sharding. */
bool layout_precedes(const struct layout *a, const struct layout *b);

#endif
