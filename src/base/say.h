/* say.h -- one line on stderr for what stops a run and has no place in an input */
#ifndef GPUPLAN_SAY_H
#define GPUPLAN_SAY_H

/* `gpuplan: error: SENTENCE`. Returns `exit_code`, for the caller to return. */
int say_error(int exit_code, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
