/* support.h -- what runs where: dtype x card x engine, by the rules of support.csv */
#ifndef GPUPLAN_SUPPORT_H
#define GPUPLAN_SUPPORT_H

#include "core/facts.h"

/* True when a rule lets `engine` run `dtype` on `gpu`; *how is the best way (native before
 * weight-only). A card that lacks a type's arithmetic may still run its weights in 16 bit. */
bool dtype_is_supported(const struct facts *facts, const struct dtype *dtype, const struct gpu *gpu,
                        const struct engine *engine, enum support_how *how);

/* True when some card computes in the type itself: only then is weight-only worth a remark. */
bool dtype_is_ever_native(const struct facts *facts, const struct dtype *dtype);

/* GGUF files and checkpoints are different worlds: advice stays in the one the row is in. */
bool dtype_is_kin(const struct dtype *a, const struct dtype *b);

/* True when the engine runs on cards of this vendor at all. */
bool engine_runs_on(const struct engine *engine, const struct gpu *gpu);

/* The supported type closest in width to `dtype` (16 and 32 bit when `floats_only`), or NULL. */
const struct dtype *dtype_nearest(const struct facts *facts, const struct dtype *dtype,
                                  const struct gpu *gpu, const struct engine *engine,
                                  bool floats_only);

#endif
