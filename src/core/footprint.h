/* footprint.h -- bytes on the fullest GPU of a layout: terms summed by phase, the largest phase */
#ifndef GPUPLAN_FOOTPRINT_H
#define GPUPLAN_FOOTPRINT_H

#include "core/answer.h"
#include "core/letters.h"
#include "core/stage.h"

/* Which of the three totals must fit. */
enum margin { MARGIN_LOW, MARGIN_EXPECTED, MARGIN_HIGH, MARGIN_COUNT };

/* Placements are found by t, in the order in which they divide the heads, and p; they stand in the
 * order of asking. */
enum { TP_KINDS = 4, PP_KINDS = 128, PLACEMENTS = 96, DIVISORS = 64 };

/* What is known of replicas of t x p GPUs. */
struct placement {
    double tp, pp, ep; /* tp 0: nothing */
    bool has_stage[2];
    struct stage stages[2]; /* of serving: the first and the last, for any load */
    /* Sequences that one replica is known to hold, and not to hold, at each end of the band: more
     * of them never need less memory. */
    unsigned stamp; /* of the load that this is of */
    double holds[MARGIN_COUNT];
    double lacks[MARGIN_COUNT];
    double most;   /* as expected, exactly; NOT_GIVEN: not yet asked */
    bool has_peak; /* where a replica has room, its peak is known to be this: */
    bool last_stage;
    enum phase phase;
};

/* The most output that a replica of t x p GPUs gives, and with how many requests. */
struct replica_output {
    double tp, pp;
    unsigned stamp; /* of the load that this is of; 0: nothing */
    double requests;
    double tok_s; /* NOT_GIVEN: not known */
};

/* A scenario with its letters bound: what every layout of it is measured with. It remembers what
 * it was asked, so that the searches of one scenario, and scenarios that differ in their load
 * alone, share their work. */
struct subject {
    const struct request *request;
    const struct facts *facts;
    struct letters letters;
    struct roster roster;
    double visible_bytes; /* what frameworks see of the card */
    double per_server;    /* GPUs */
    bool server_assumed;
    unsigned char places[TP_KINDS][PP_KINDS]; /* 1 + where a placement is kept; 0: nowhere yet */
    size_t placed;                            /* places that were given away */
    struct placement placements[PLACEMENTS];
    bool has_outputs; /* else `outputs` are not cleared yet: few scenarios ask for a rate */
    struct replica_output outputs[TP_KINDS][PP_KINDS];
    struct stage rank;               /* of training: the stage that was asked about last */
    unsigned char divides[DIVISORS]; /* whether t divides the heads: see subject_divides */
    unsigned char divisors;          /* that were found so far */
    unsigned stamp;                  /* counts loads */
    double loaded_tokens, loaded_prompt, loaded_output;
};

/* `request` and `facts` are borrowed while the subject lives. */
void subject_bind(struct subject *subject, const struct request *request,
                  const struct facts *facts);

/* Binds again after tokens or concurrency of the request have changed, and nothing else. */
void subject_load(struct subject *subject);

/* True when t-way tensor parallelism divides the model's heads: tp_divides_heads, remembered. */
bool subject_divides(struct subject *subject, double t);

/* What is known of the replicas of a serving layout under the load at hand. */
struct placement *subject_placement(struct subject *subject, const struct layout *layout);

/* Where the most output of such a replica is kept; its stamp is the subject's when it is known. */
struct replica_output *subject_output(struct subject *subject, double t, double p);

/* Fills *out for `layout`: the fullest of the first and last pipeline stage in its heaviest phase,
 * the band, and the bytes the engine may use. Leaves the letters of that stage bound. */
void footprint_of(struct subject *subject, const struct layout *layout, struct footprint *out);

/* The same without leaving letters bound. */
void footprint_totals(struct subject *subject, const struct layout *layout, struct footprint *out);

/* The same of one stage in one phase, the fullest or not; leaves its letters bound. */
void footprint_stage(struct subject *subject, const struct layout *layout, bool last_stage,
                     enum phase phase, struct footprint *out);

/* The first or last stage of the layout, with the letters placed on it; it stands until another is
 * asked for. */
const struct stage *footprint_place(struct subject *subject, const struct layout *layout,
                                    bool last_stage);

/* The bytes of so many sequences on a replica (of training: of the row's load) in one phase of the
 * stage on which the letters are placed, and what is usable; leaves the letters of that phase
 * bound. */
void footprint_sum(struct subject *subject, const struct stage *stage, double sequences,
                   enum phase phase, struct peak *out);

/* What is usable beside these bytes. */
void peak_use(const struct subject *subject, struct peak *peak);

/* Bytes that a peak lacks at that end of the band, or at all of them; 0 or less: it fits. */
double peak_excess(const struct subject *subject, const struct peak *peak, enum margin margin);
void peak_excesses(const struct subject *subject, const struct peak *peak,
                   double excess[MARGIN_COUNT]);
bool peak_is_tighter(const struct peak *a, const struct peak *b);

/* Which of two stages or phases decides: less to spare, beyond rounding; then more bytes. */
bool footprint_is_tighter(const struct footprint *a, const struct footprint *b);

/* Bytes that the fullest GPU of a layout lacks at that end of the band; 0 or less: it fits. */
double layout_excess(struct subject *subject, const struct layout *layout, enum margin margin);

/* The same of a replica of the layout that serves `sequences`; of training, as the row says. Where
 * it is more than `enough` as expected, it may be that of another phase or stage than the peak. */
double replica_excess(struct subject *subject, const struct layout *layout, double sequences,
                      enum margin margin, double enough);

/* No more than what any pipeline of 2 to layout->pp stages lacks that serves so many sequences per
 * stage: weights as of the longest, the cache that all of them have, nothing else that is loaded.
 * Of training, the same of 1 to layout->pp stages and any number of ranks: what the first stage
 * saves for backward, nothing that stands. Usable bytes never grow faster than these, whatever the
 * engine counts them of. */
double pipeline_excess(struct subject *subject, const struct layout *layout, double sequences,
                       enum margin margin);

/* True when every GPU of the layout fits: total (at that end of the band) <= usable. */
bool layout_fits(struct subject *subject, const struct layout *layout, enum margin margin);

/* Cache bytes of one sequence on the fullest GPU, the letters being placed. */
double sequence_bytes(const struct letters *x);

#endif
