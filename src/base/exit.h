/* exit.h -- the exit codes, once: what a script may rely on (sysexits where one fits) */
#ifndef GPUPLAN_EXIT_H
#define GPUPLAN_EXIT_H

enum exit_code {
    EXIT_DONE = 0,           /* everything asked for was done */
    EXIT_NO_FIT = 1,         /* with --exit-status: a row has no fit */
    EXIT_USAGE = 64,         /* the command line is wrong */
    EXIT_BAD_DATA = 65,      /* an input or catalog has faults */
    EXIT_NO_INPUT = 66,      /* an input cannot be opened */
    EXIT_INTERNAL = 70,      /* a check of ours failed: a bug */
    EXIT_CANNOT_CREATE = 73, /* an output cannot be created */
    EXIT_IO = 74,            /* reading or writing failed half-way */
    EXIT_SIGNAL = 128        /* + the signal's number */
};

#endif
