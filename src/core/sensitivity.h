/* sensitivity.h -- which assumption changes the recommended count, and at what value
 *
 * A knob is one number of a request. It is turned away from its present value in steps, and every
 * count comes from the search itself, never from a formula. A side is searched up to a bound: first
 * at the bound (where the count is known to be monotone in the knob) or at eight looks on the way
 * (where it is not), then by bisection between the last step with the present count and the first
 * look with another. So the value found is exact to a step, and where the count is not monotone it
 * is the first change that a look sees.
 *
 * Monotone: utilization and every demand and price, since each layout that meets the harder one
 * meets the easier; concurrency in inference; tokens in inference without a demand of speed (with
 * one, longer answers may be served faster). Not so: tokens and micro-batch in training, where
 * batches must divide.
 *
 * Work: at most 69 searches for utilization, tokens and concurrency of an inference scenario, 20
 * more for each demand and price (see sensitivity_most); 69 for the two knobs of a training one;
 * and two answers for each factor of growth. */
#ifndef GPUPLAN_SENSITIVITY_H
#define GPUPLAN_SENSITIVITY_H

#include "core/choose.h"
#include "core/demand.h"

enum knob {
    KNOB_UTILIZATION,
    KNOB_TOKENS,
    KNOB_CONCURRENCY,
    KNOB_OUTPUT,
    KNOB_REQUESTS,
    KNOB_TTFT,
    KNOB_TPOT,
    KNOB_TRAIN_TOKENS,
    KNOB_DEADLINE,
    KNOB_BUDGET,
    KNOB_POWER,
    KNOB_RENT,   /* with a budget for a training run: elsewhere a price moves no count */
    KNOB_SERVER, /* with a budget for the purchase, likewise */
    KNOB_CARD,
    KNOB_COUNT
};

/* How far a knob is turned and in which steps: shares of the present value; of utilization the
 * bounds and the step are values. Whole numbers go in powers of 2 that are near that share. */
struct knob_row {
    const char *title; /* for people */
    const char *unit;
    size_t offset; /* of the double in struct request */
    double least;
    double most;
    double step;
    bool whole;
    unsigned modes; /* bit 1 << enum engine_mode */
};
extern const struct knob_row knob_rows[KNOB_COUNT];

/* Where the count becomes another one. */
struct edge {
    double value;             /* NOT_GIVEN: the count stays within the bounds */
    struct recommended count; /* there */
};

/* One knob of one request. */
struct sensitivity {
    bool applies;   /* false: the request does not give it, or no count hangs on it */
    double present; /* value */
    double step;
    struct edge below; /* the nearest below the present value */
    struct edge above;
    size_t searches; /* that it took */
};

/* `now` is the count at present; where there is none, no knob applies. */
void sensitivity_of(const struct request *request, const struct facts *facts,
                    const struct recommended *now, enum knob knob, struct sensitivity *out);

/* The most searches that a knob of a request can take. */
size_t sensitivity_most(const struct request *request, enum knob knob);

/* Sets the knob; the split of tokens into prompt and answer is scaled. */
void knob_turn(struct request *ask, const struct request *present, enum knob knob, double value);

/* What a workload's best option is asked, and what came out. */
struct study {
    const struct request *chosen;
    const struct request *rival; /* the best at another price; NULL: none */
    struct recommended now;
    struct sensitivity knobs[KNOB_COUNT];
    size_t searches; /* that they took */
    double growth; /* the first factor of growth_factors at which the rival is cheaper; NOT_GIVEN */
};
void study_work_out(struct study *study, const struct facts *facts);

/* The factors of growth that are tried: of concurrency, output_tok_s and requests_per_s together;
 * in training, where micro-batches are no load, of train_tokens under a deadline. */
enum { GROWTH_FACTORS = 5 };
extern const double growth_factors[GROWTH_FACTORS];

/* The request under a load `factor` times as large; false: it has no load that grows. */
bool request_grown(const struct request *request, double factor, struct request *out);

/* The rent of a GPU-hour above which the rival is cheaper. What is rented, and a run that is, costs
 * in proportion to the rent: c* = c (cost of the rival) / (cost of the option). */
double rent_of_equal_cost(double rent, double cost, double rival_cost);

/* The price of the card or server, as the bill has it, above which the rival's cost of owning is
 * lower. Purchase and support follow the price, the rest does not:
 * p* = p (1 + (C_t of the rival - C_t) / (C_p + Y C_u)). NOT_GIVEN: a price is not known. */
double price_of_equal_owning(const struct bill *bill, double rival_tco);

#endif
