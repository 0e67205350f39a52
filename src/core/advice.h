/* advice.h -- what would help a scenario that does not fit, computed by asking the search again */
#ifndef GPUPLAN_ADVICE_H
#define GPUPLAN_ADVICE_H

#include "core/answer.h"

/* Appends a note; silently drops it when there are NOTE_MOST already. */
void answer_note(struct answer *answer, struct note_value note);

/* Adds the largest column and the nearest changes that fit, one at a time: a narrower type, fewer
 * tokens, fewer requests (a smaller micro-batch), more GPUs, a larger card. */
void advise(const struct request *request, const struct facts *facts, struct answer *answer);

#endif
