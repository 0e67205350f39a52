/* builtin.S -- the files of templates/, inside the program, so that a copied executable works alone
 *
 * Assembled from the root of the repository: the paths below start there. */
        .section .rodata
        .macro  file symbol, path
        .balign 16
        .global \symbol\()_begin
        .global \symbol\()_end
\symbol\()_begin:
        .incbin "\path"
\symbol\()_end:
        .byte   0
        .endm

        file    builtin_models, "templates/models.csv"
        file    builtin_gpus, "templates/gpus.csv"
        file    builtin_dtypes, "templates/dtypes.csv"
        file    builtin_mixes, "templates/mixes.csv"
        file    builtin_support, "templates/support.csv"
        file    builtin_optimizers, "templates/optimizers.csv"
        file    builtin_engines, "templates/engines.csv"
        file    builtin_gpu_speeds, "templates/gpu_speeds.csv"
        file    builtin_engine_speeds, "templates/engine_speeds.csv"
        file    builtin_prices, "templates/prices.csv"
        file    builtin_assumptions, "templates/assumptions.csv"
        file    builtin_columns, "templates/columns.csv"
        file    builtin_workbook, "templates/workbook.csv"
        file    builtin_accuracy, "templates/accuracy.csv"
        file    builtin_labels_ko, "templates/labels.ko.csv"
        file    builtin_inference, "templates/scenarios/inference.csv"
        file    builtin_training, "templates/scenarios/training.csv"
        file    builtin_lora, "templates/scenarios/lora.csv"
        file    builtin_sweep, "templates/scenarios/sweep.csv"
        file    builtin_quarterly, "templates/scenarios/quarterly.csv"

        .section .note.GNU-stack, "", %progbits
