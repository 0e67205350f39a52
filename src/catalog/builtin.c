/* builtin.c -- names for what builtin.S carries */
#include "catalog/catalog.h"

#include <string.h>

#define DECLARE(symbol) extern const char symbol##_begin[], symbol##_end[]
/* clang-format off */
#define FILE_ROW(name, symbol) {name, symbol##_begin, symbol##_end}
/* clang-format on */

DECLARE(builtin_models);
DECLARE(builtin_gpus);
DECLARE(builtin_dtypes);
DECLARE(builtin_mixes);
DECLARE(builtin_support);
DECLARE(builtin_optimizers);
DECLARE(builtin_engines);
DECLARE(builtin_gpu_speeds);
DECLARE(builtin_engine_speeds);
DECLARE(builtin_prices);
DECLARE(builtin_assumptions);
DECLARE(builtin_columns);
DECLARE(builtin_workbook);
DECLARE(builtin_accuracy);
DECLARE(builtin_labels_ko);
DECLARE(builtin_inference);
DECLARE(builtin_training);
DECLARE(builtin_lora);
DECLARE(builtin_sweep);
DECLARE(builtin_quarterly);

const struct builtin_file builtin_files[] = {
    FILE_ROW("models.csv", builtin_models),
    FILE_ROW("gpus.csv", builtin_gpus),
    FILE_ROW("dtypes.csv", builtin_dtypes),
    FILE_ROW("mixes.csv", builtin_mixes),
    FILE_ROW("support.csv", builtin_support),
    FILE_ROW("optimizers.csv", builtin_optimizers),
    FILE_ROW("engines.csv", builtin_engines),
    FILE_ROW("gpu_speeds.csv", builtin_gpu_speeds),
    FILE_ROW("engine_speeds.csv", builtin_engine_speeds),
    FILE_ROW("prices.csv", builtin_prices),
    FILE_ROW("assumptions.csv", builtin_assumptions),
    FILE_ROW("columns.csv", builtin_columns),
    FILE_ROW("workbook.csv", builtin_workbook),
    FILE_ROW("accuracy.csv", builtin_accuracy),
    FILE_ROW("labels.ko.csv", builtin_labels_ko),
    FILE_ROW("scenarios/inference.csv", builtin_inference),
    FILE_ROW("scenarios/training.csv", builtin_training),
    FILE_ROW("scenarios/lora.csv", builtin_lora),
    FILE_ROW("scenarios/sweep.csv", builtin_sweep),
    FILE_ROW("scenarios/quarterly.csv", builtin_quarterly),
};

const size_t builtin_file_count = sizeof builtin_files / sizeof *builtin_files;

const struct builtin_file *builtin_file_named(const char *name)
{
    for (size_t i = 0; i < builtin_file_count; i++)
        if (!strcmp(builtin_files[i].name, name))
            return &builtin_files[i];
    return NULL;
}
