/* pools.h -- demand over time: per period and kind of GPU, what all workloads together need
 *
 * Of each workload one option counts, never several: the cheapest to rent, the cheapest to own
 * where no rent is known, the smallest where no price is. GPUs of one kind are a pool of their
 * period: what is owned and what was bought for earlier periods serves any of its workloads. */
#ifndef GPUPLAN_BOOK_POOLS_H
#define GPUPLAN_BOOK_POOLS_H

#include "book/book.h"
#include "book/digest.h"

enum { POOL_NOTE_BYTES = 700, POOL_ROWS_MOST = 60 };

/* GPUs of one kind in one period. Figures are those at a growth factor of 1; NaN: not known. */
struct pool {
    const struct option *option; /* whose prices count: the dearest of the workloads' */
    const struct pool *before;   /* the same GPU in the last earlier period; NULL: none */
    double workloads;
    double planned; /* recommended counts */
    double needed;  /* times growth */
    double spared;  /* with spare ones */
    double owned;
    double bought; /* for earlier periods */
    double to_buy;
    double sold; /* as it is sold: whole servers where there is no other way */
    double unit_usd;
    double hardware_usd;
    double purchase_usd;
    double unpriced; /* GPUs to buy whose price is not known */
    double rented;   /* instead of buying any */
    double rent_usd_per_hour;
    double rent_usd; /* of the whole period */
    double power_kw;
    uint32_t row;                       /* on the sheet */
    uint32_t cost_rows[POOL_ROWS_MOST]; /* of the first workloads, on Cost */
    char note[POOL_NOTE_BYTES];
};

/* One period, as the rows spell it. */
struct span {
    const char *text;
    struct period period;
    bool readable;
    struct pool *pools;
    size_t pool_count;
    double workloads; /* with an answer */
    uint32_t row;     /* on the sheet */
    char note[POOL_NOTE_BYTES];
};

struct pools {
    struct span *spans; /* readable ones by time, then the others by name */
    size_t span_count;
    struct pool *pools;
    size_t pool_count;
};

/* Everything taken is in `arena`. */
void pools_make(struct pools *pools, const struct digest *digest,
                const struct book_options *options, struct arena *arena);

/* GPUs of a kind that are owned through all of a period; NULL: at any time. */
double owned_through(const struct book_options *options, const char *gpu,
                     const struct period *period);

/* A line of the kinds that are owned and in no pool; false: there are none. */
bool pools_idle(const struct pools *pools, const struct book_options *options,
                char text[POOL_NOTE_BYTES]);

#endif
