/* talk.h -- what a run says on stderr: progress on a terminal, one line at the end */
#ifndef GPUPLAN_TALK_H
#define GPUPLAN_TALK_H

#include "plan/sinks.h"

void talk_start(struct sinks *sinks);

/* At most one line a second, on a terminal only, and only after the first second. */
void talk_progress(struct sinks *sinks);

/* One line: what was written, how many scenarios, how many fit. */
void talk_done(const struct sinks *sinks);

#endif
