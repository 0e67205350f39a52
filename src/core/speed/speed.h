/* speed.h -- how fast a layout serves or trains, with the band: the door of the speed model */
#ifndef GPUPLAN_SPEED_H
#define GPUPLAN_SPEED_H

#include "core/footprint.h"
#include "core/speed/pace.h"
#include "core/speed/tempo.h"

/* A scenario with its speed bound, and placed on one t x p replica (or group of a data-parallel
 * rank): what every layout of it is timed with. */
struct replica_speed {
    struct subject *subject;
    const struct request *request;
    const struct facts *facts;
    struct pace pace;     /* serving: bound; its load is the last that was asked about, B 0: none */
    struct layout placed; /* what `pace` is placed on; tp 0: nothing yet */
    unsigned stamp;       /* of the subject's load that the tokens are of */
    double prompt;        /* tokens of one request */
    double output;
    double output_share; /* of its tokens, where the row does not say */
    double holds;        /* serving: requests that the cache holds, where `most` was asked */
    double most;         /* serving: requests that the cache and the engine let in; 0: not asked */
    double busy;         /* the most requests that were asked about last; 0: none */
    double busy_s;       /* one of their steps */
    double within[MARGIN_COUNT]; /* of those, how many keep the limits of latency; see bind_most */
    unsigned ends;               /* bit per enum margin whose most output is wanted; 0: all */
    bool known;                  /* the catalogs have the card's rates */
    enum speed_basis basis;
    /* factors either way */
    double band_tpot, band_ttft, band_rate, band_train, band_run;
};

/* Binds what no layout changes. The subject is borrowed; its letters are placed anew with every
 * replica. */
void replica_speed_bind(struct replica_speed *replica, struct subject *subject);

/* Binds the tokens of a request again, after subject_load. */
void replica_speed_load(struct replica_speed *replica);

/* Binds the replica: tp, pp, cp, ep and zero of `layout` count. Without `with_most` the most that a
 * replica holds, and with it max_output_tok_s, stay unknown. */
void replica_speed_place(struct replica_speed *replica, const struct layout *layout,
                         bool with_most);

/* Nothing is known of a layout's speed: every figure NOT_GIVEN. */
extern const struct speed speed_unknown;

/* The speed of `layout`, whose replicas are `replica`. Latencies are of its fullest replica. */
void speed_of(struct replica_speed *replica, const struct layout *layout, struct speed *out);

/* Output tokens/s of one replica, placed with its most, at as many requests as it lets in: fewer
 * give less. NOT_GIVEN: not known. */
double replica_output_most(struct replica_speed *replica);

/* No layout of `gpus` GPUs with t-way tensor parallelism is faster than this, whatever its pipeline
 * and its requests are: latencies of one request alone, output of the largest batches. */
void speed_best(struct replica_speed *replica, double t, double gpus, struct speed *out);

/* Prompt and output tokens of one request: the row's, else the share of `output_share`. */
void request_tokens(const struct request *request, const struct facts *facts, double *prompt,
                    double *output);

/* Makes the row's requests as long as `tokens`; a prompt and an answer that are given keep their
 * shares, and at least one token each. */
void request_take_tokens(struct request *request, double tokens);

/* Output tokens/s that the row asks for, each request having `output` of them; NOT_GIVEN: none. */
double request_output_rate(const struct request *request, double output);

/* Requests of `tokens` tokens that one replica of `layout` holds, at least 1. */
double replica_capacity(const struct request *request, const struct facts *facts,
                        const struct layout *layout, double tokens);

/* How far a measured speed may be from the predicted one, as a factor either way: 1 + the
 * assumption `name` (band_tpot, ...), wider for mixtures of experts, and again where the card or
 * the engine has no measured row. */
double speed_band(const struct request *request, const struct facts *facts, const char *name);

#endif
