/* interrupt.h -- a polite stop: a signal is noted, and the run cleans up */
#ifndef GPUPLAN_INTERRUPT_H
#define GPUPLAN_INTERRUPT_H

/* Notes the first of the signals that would end the program instead of dying from it; a second one
 * of its kind kills as usual. SIGPIPE and SIGXFSZ are ignored, so that a closed pipe and a limit of
 * file size are write errors with a message. */
void interrupt_install(void);

/* The signal that asked for a stop, or 0. */
int interrupt_signal(void);

#endif
