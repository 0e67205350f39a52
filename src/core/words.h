/* words.h -- the words of enums, as inputs, catalogs and results all write them
 *
 * In the order of the enum, NULL-terminated. */
#ifndef GPUPLAN_WORDS_H
#define GPUPLAN_WORDS_H

/* By enum speed_basis. */
extern const char *const speed_basis_words[];
extern const char *const mode_words[];
extern const char *const estimate_words[];
extern const char *const tuning_words[];
extern const char *const recompute_words[];
extern const char *const loss_words[];
extern const char *const rent_term_words[]; /* without PRICE_ANY */

#endif
