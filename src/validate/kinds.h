/* kinds.h -- what measurements exist, and how each is predicted */
#ifndef GPUPLAN_KINDS_H
#define GPUPLAN_KINDS_H

#include "core/evaluate.h"
#include "scenario/matrix.h"

/* A measurement as its row tells it. Nothing here holds the measured value. */
struct measurement {
    const struct scenario *scenario;
    const struct facts *facts;
    const char *measure;  /* allocated, active, reserved, device; "" otherwise */
    const char *scope;    /* of an inference total */
    const char *batching; /* static, continuous, decode_only; "" otherwise */
    bool is_most;         /* concurrency is max: as many requests as the layout holds */
};

struct prediction {
    double value; /* NOT_GIVEN: cannot be predicted, `reason` says why */
    double low;
    double high;
    const char *reason;
};

enum kind_judgement {
    JUDGE_NUMBER, /* percentage error */
    JUDGE_COUNT,  /* GPUs: equal, or within a bound */
    JUDGE_YES_NO  /* runs or does not */
};

struct kind {
    const char *name;
    const char *unit;
    enum kind_judgement judgement;
    void (*predict)(const struct measurement *m, struct prediction *out);
};

/* Speeds: speeds.c. */
void predict_tpot(const struct measurement *m, struct prediction *out);
void predict_ttft(const struct measurement *m, struct prediction *out);
void predict_output_rate(const struct measurement *m, struct prediction *out);
void predict_total_rate(const struct measurement *m, struct prediction *out);
void predict_decode_rate(const struct measurement *m, struct prediction *out);
void predict_train_rate(const struct measurement *m, struct prediction *out);
void predict_train_flops(const struct measurement *m, struct prediction *out);
void predict_mfu(const struct measurement *m, struct prediction *out);
void predict_gpu_hours(const struct measurement *m, struct prediction *out);

/* The kind named `name`, or NULL. */
const struct kind *kind_named(const char *name);
extern const struct kind kinds[];
extern const size_t kind_count;

#endif
