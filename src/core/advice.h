/* advice.h -- what would help a scenario that does not fit, computed by asking the search again */
#ifndef GPUPLAN_ADVICE_H
#define GPUPLAN_ADVICE_H

#include "core/frontier.h"

/* Appends a note; silently drops it when there are NOTE_MOST already. */
void answer_note(struct answer *answer, struct note_value note);

/* Adds the largest column and the nearest changes that fit, one at a time: a narrower type, fewer
 * tokens, fewer requests (a smaller micro-batch), more GPUs, a larger card. Of a subject of which a
 * search found nothing; where only memory is missing, the answer is placed on the layout that lacks
 * least. The frontier is that of the subject; NULL: it does not serve such a row. */
void advise(struct subject *subject, struct frontier *frontier, struct answer *answer);

#endif
