/* fields.h -- the columns of every catalog but models.csv, which keeps its own beside the struct */
#ifndef GPUPLAN_CATALOG_FIELDS_H
#define GPUPLAN_CATALOG_FIELDS_H

#include "core/facts.h"

extern const struct fact_field gpu_fields[], dtype_fields[], mix_fields[], support_fields[];
extern const struct fact_field optimizer_fields[], engine_fields[], price_fields[];
extern const struct fact_field assumption_fields[], gpu_speed_fields[], engine_speed_fields[];
extern const struct fact_field alias_fields[];
extern const size_t alias_field_count;
extern const struct fact_field accuracy_fields[];
extern const size_t gpu_field_count, dtype_field_count, mix_field_count, support_field_count;
extern const size_t optimizer_field_count, engine_field_count, price_field_count;
extern const size_t assumption_field_count, gpu_speed_field_count, engine_speed_field_count;
extern const size_t accuracy_field_count;

#endif
