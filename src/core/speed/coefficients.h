/* coefficients.h -- which rows of gpu_speeds.csv and engine_speeds.csv speak of a scenario */
#ifndef GPUPLAN_COEFFICIENTS_H
#define GPUPLAN_COEFFICIENTS_H

#include "core/speed/pace.h"

/* True when one of the semicolon-separated patterns is `id`, or its beginning and a star. */
bool ids_match(const char *list, const char *id);

/* The row of engine_speeds.csv for an engine of this mode: one whose version_named begins the
 * version, else the newest that is not newer, else the generic row. `engine` and `version` may be
 * NULL. NULL only when the catalog has no generic row of the mode. */
const struct engine_speed *engine_speed_for(const struct facts *facts, const char *engine,
                                            const char *version, const char *vendor,
                                            enum engine_mode mode);

/* Which arithmetic a scenario's matrix products run at: a card without the type computes in 16
 * bit. */
enum rate_class request_rate_class(const struct request *request);

/* Peak of an arithmetic on a card, FLOP/s; 0: not known. */
double gpu_peak(const struct gpu *gpu, enum rate_class rate);

/* Binds the card's rates and the fitted letters. */
void coefficients_bind(struct pace *x, const struct request *request, const struct facts *facts);

/* The first row of gpu_speeds.csv that matches card and engine and gives the coefficient (the double
 * at `offset`); NULL: none. */
const struct gpu_speed *gpu_speed_row(const struct request *request, const struct facts *facts,
                                      size_t offset);

/* That coefficient; 0: none. */
double gpu_coefficient(const struct request *request, const struct facts *facts, size_t offset);

#endif
