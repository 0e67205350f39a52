/* notes.h -- the core's notes as sentences */
#ifndef GPUPLAN_NOTES_H
#define GPUPLAN_NOTES_H

#include "core/answer.h"
#include "scenario/matrix.h"

/* All notes of the answer, joined with "; ", without a full stop. Valid until `buffer` changes. */
enum { NOTES_BYTES = 2048 };
const char *notes_text(const struct scenario *scenario, const struct answer *answer,
                       char buffer[NOTES_BYTES]);

#endif
