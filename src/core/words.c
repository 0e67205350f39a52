/* words.c -- the words of enums, as inputs, catalogs and results all write them */
#include "core/words.h"

#include <stddef.h>

const char *const speed_basis_words[] = {"default", "kin", "measured", NULL};
const char *const mode_words[] = {"inference", "training", NULL};
const char *const estimate_words[] = {"detailed", "primer", "rule", NULL};
const char *const tuning_words[] = {"full", "lora", "qlora", NULL};
const char *const recompute_words[] = {"none", "selective", "full", NULL};
const char *const loss_words[] = {"full", "chunked", "fused", NULL};
const char *const rent_term_words[] = {"on-demand", "reserved-1y", "reserved-3y",
                                       "spot",      "quote",       NULL};
