/* load.h -- bytes of a placement as a function of the sequences on a replica, in a few numbers
 *
 * On one stage in one phase every term is a straight line in the sequences S, but for the tokens
 * that a running step holds beyond a window, which end at the step's tokens:
 *   cache = S c + min(B, S e) b,   activations = A + S a,   the rest is fixed.
 * A sheet writes the same as formulas. Training has no sequences: everything is fixed. */
#ifndef GPUPLAN_LOAD_H
#define GPUPLAN_LOAD_H

#include "core/footprint.h"

struct load {
    enum phase phase;
    bool last_stage;
    double states_bytes;          /* weights, gradients, optimizer states */
    double overhead_bytes;        /* and everything else that is fixed */
    double cache_bytes;           /* c: of one sequence */
    double step_bytes;            /* b: of one token of the running step, beyond the window */
    double beyond_tokens;         /* e: such tokens of one sequence */
    double step_tokens;           /* B: at most so many of all */
    double activation_bytes;      /* A */
    double activation_each_bytes; /* a: of one sequence */
};

/* That of one stage in one phase, for the request's tokens; the letters are placed on the stage. */
void load_of(struct subject *subject, const struct stage *stage, bool last_stage, enum phase phase,
             struct load *out);

/* Those of a replica of serving that no other covers: what is covered is never tighter, for one
 * sequence or more and any share of the card. Returns their number. */
enum { LOADS_MOST = 4 };
size_t replica_loads(struct subject *subject, const struct layout *layout,
                     struct load loads[LOADS_MOST]);

/* A request whose sequences are asked about. */
struct gauge {
    struct request ask;
    struct subject subject;
};

/* `request` and `facts` are borrowed while the gauge lives. */
void gauge_bind(struct gauge *gauge, const struct request *request, const struct facts *facts);

/* Binds another number of requests. */
void gauge_ask(struct gauge *gauge, double concurrency);

/* The stages and phases that can be the tightest, whatever the sequences and the share of the card
 * are: first the one that is for `request` as bound. At most LOADS_MOST. */
size_t gauge_loads(struct gauge *gauge, const struct layout *layout, struct load loads[LOADS_MOST]);

/* The bytes of S sequences on the replica by column, but for what is usable. */
void load_peak(const struct load *load, double sequences, struct peak *out);

/* The sum over all terms with S sequences on the replica. */
double load_total(const struct load *load, double sequences);

#endif
