/* letters_training.h -- the training half of letters.h, called by its two binders only */
#ifndef GPUPLAN_LETTERS_TRAINING_H
#define GPUPLAN_LETTERS_TRAINING_H

#include "core/letters.h"

void letters_bind_training(struct letters *x, const struct request *request,
                           const struct facts *facts);
void letters_place_training(struct letters *x, const struct request *request,
                            const struct layout *layout, bool last_stage);

#endif
