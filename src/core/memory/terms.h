/* terms.h -- every term of the memory model, in one table
 *
 * A footprint is, for each phase, the sum of the terms alive in it; the peak is the largest phase.
 * The table drives results, sheets, `explain` and tests: a new term is a function and a row. */
#ifndef GPUPLAN_TERMS_H
#define GPUPLAN_TERMS_H

#include <stdbool.h>
#include <stddef.h>

struct letters;

/* When memory can peak. Inference: prefill and decode; training: the other four. */
enum phase {
    PHASE_PREFILL,      /* a prefill step runs: forward transients */
    PHASE_DECODE,       /* a full batch is sampled */
    PHASE_FORWARD_END,  /* all activations and the logits are alive */
    PHASE_BACKWARD,     /* the first block's backward: activations and one block's working set */
    PHASE_BACKWARD_END, /* gradients complete, activations gone */
    PHASE_STEP,         /* the optimizer's step with its temporaries */
    PHASE_COUNT
};

/* The columns of the results that terms are summed into. */
enum column {
    COLUMN_WEIGHTS,
    COLUMN_KV_CACHE,
    COLUMN_GRADIENTS,
    COLUMN_OPTIMIZER,
    COLUMN_ACTIVATIONS,
    COLUMN_OVERHEAD,
    COLUMN_COUNT
};

struct term {
    const char *id;    /* stable name */
    const char *label; /* for people */
    enum column column;
    bool loaded; /* follows from tokens or concurrency, or from the terms before it; else a layout
                    keeps it whatever its load is */
    unsigned phases;                          /* bit per enum phase in which it is alive */
    double (*bytes)(const struct letters *x); /* on the fullest GPU */
    const char *formula; /* the same in letters, as a spreadsheet would write it */
    const char *source;
};

enum { TERM_COUNT = 44 };
extern const struct term terms[TERM_COUNT];

extern const char *const phase_names[PHASE_COUNT];
extern const char *const column_names[COLUMN_COUNT];

#endif
