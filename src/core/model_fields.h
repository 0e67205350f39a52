/* model_fields.h -- the columns of models.csv, for the catalog loader
 *
 * Apart from model.h, because struct fact_field is complete only after facts.h, which needs it. */
#ifndef GPUPLAN_MODEL_FIELDS_H
#define GPUPLAN_MODEL_FIELDS_H

#include "core/facts.h"

/* In the order of the file. */
extern const struct fact_field model_fields[];
extern const size_t model_field_count;

#endif
