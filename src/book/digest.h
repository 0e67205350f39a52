/* digest.h -- what the sheets beside Scenarios need, in memory that does not grow with the results
 *
 * Kept: the best options of at most WORKLOADS_MOST workloads, the smallest count per cell of the
 * matrix, the first options for Breakdown and Methods, and which catalog rows were used. What was
 * left out is counted, so that a sheet can say so. */
#ifndef GPUPLAN_BOOK_DIGEST_H
#define GPUPLAN_BOOK_DIGEST_H

#include "base/arena.h"
#include "book/index.h"
#include "core/facts.h"
#include "core/money.h"
#include "core/sensitivity.h"
#include "report/columns.h"

#include <stdbool.h>
#include <stdint.h>

enum { WORKLOADS_MOST = 5000, LINES_MOST = 2000, BREAKDOWN_MOST = 2000, METHODS_MOST = 200 };
enum { STUDIES_MOST = 50 }; /* workloads whose best option is answered again, knob by knob */

/* What an option answers, kept beyond its row. */
struct kept_request {
    struct request request;
    struct model own_model;
    char engine_name[48];
};

/* One way to serve a workload, copied out of a result. */
struct option {
    uint64_t number; /* of its scenario */
    char gpu[48];
    char dtype[48]; /* with the cache type where the row gave one */
    char engine[48];
    char optimizer[32];
    char note[512];
    enum estimate estimate;
    enum engine_mode mode;
    enum status status;
    enum limit limit;
    bool placed;
    struct layout layout;
    double card_mib;
    double gpus_low;
    double gpus_high;
    double servers_high;
    double column_bytes[COLUMN_COUNT];
    double total_bytes;
    double low_bytes;
    double high_bytes;
    double usable_bytes;
    double published_bytes; /* NOT_GIVEN for detailed */
    double published_low_bytes;
    double usd_per_hour;
    struct money money;
    struct money money_expected;
    struct speed speed; /* of the recommended layout */
    struct speed speed_expected;
    double gpus_memory; /* for memory alone, expected */
    struct bill bill;   /* the letters behind the money, of the options that a workload keeps */
    const char *phase;
    struct kept_request *asked; /* of the options that a studied workload keeps; else NULL */
};

/* What may differ between workloads of one label. */
enum workload_part {
    PART_MODEL = 1,
    PART_SIZE = 2,
    PART_TUNING = 4,
    PART_PERIOD = 8,
    PART_DEMAND = 16
};
enum { DEMANDS_MOST = 10 };

/* What a line of Cost is best at. */
enum cost_role { COST_CHEAPEST, COST_NEXT, COST_OWNED, COST_SMALLEST, COST_ROLES };

/* What the next best option differs in: another card, or only another type, engine or optimizer. */
enum next_best { NEXT_CARD, NEXT_NAME, NEXT_COUNT };

/* The fastest option, by what it generates or trains at the given load. */
struct quickest {
    double tok_s; /* 0: there is none */
    double gpus;
    uint64_t number; /* of its scenario */
};

/* Rows with the same label, model, mode, tuning, tokens, concurrency, period and demands:
 * alternatives. */
struct workload {
    const char *label; /* "" when the rows have none */
    const char *model;
    const char *period;
    enum engine_mode mode;
    enum tuning tuning;
    double tokens;
    double concurrency;
    double demands[DEMANDS_MOST]; /* what the rows ask beside memory; NOT_GIVEN: nothing */
    const struct workload *first; /* with the same label, perhaps this one */
    unsigned differs;             /* of the first: in what others with its label differ from it */
    struct option *smallest;      /* NULL: nothing fits */
    struct option *cheapest;      /* to rent; NULL: nothing that fits has a price */
    struct option *owned;         /* cheapest to own over the horizon; NULL: likewise */
    struct option *next[NEXT_COUNT]; /* to the cheapest: the best that differs in that */
    struct option *rival;            /* to the cheapest: the next at another rent; if studied */
    struct option *rival_owned;      /* to `owned`: the next at another price; likewise */
    struct quickest fastest;         /* detailed option that fits */
    struct option *missing;          /* the first that does not fit or is unsupported */
    struct study *study;             /* NULL: none was made */
    bool studied;                    /* one of the first STUDIES_MOST */
    uint64_t asked[3][3];            /* by enum estimate and enum status */
    uint64_t unpriced;               /* detailed options that fit, without a rent */
    uint64_t unpriced_owned;         /* the same without a purchase price */
    uint32_t cost_rows[COST_ROLES];  /* of these lines on Cost; 0: none */
};

enum entry_state { ENTRY_NONE, ENTRY_OK, ENTRY_TIGHT, ENTRY_NO_FIT, ENTRY_UNSUPPORTED };

struct matrix_entry {
    double gpus;
    bool spans; /* more than one server */
    enum entry_state state;
};

/* A line of the matrix. */
struct matrix_line {
    const struct workload *workload;
    char dtype[48];
    char engine[48];
    char optimizer[32];
    enum estimate estimate;
    struct matrix_entry *entries; /* by index of the card in the facts */
};

struct footing;

struct breakdown_entry {
    const struct workload *workload;
    struct option option;
    const struct footing *footing; /* NULL: its memory is not live */
};

struct method_entry {
    const struct workload *workload;
    struct option by[3]; /* by enum estimate */
};

struct digest {
    struct arena *arena;
    const struct facts *facts;
    struct workload **workloads;
    size_t workload_count;
    uint64_t workload_cut; /* results whose workload had no room */
    struct index workload_index;
    struct matrix_line **lines;
    size_t line_count;
    uint64_t line_cut;
    struct index line_index;
    struct breakdown_entry **breakdown;
    size_t breakdown_count;
    uint64_t breakdown_cut;
    struct method_entry **methods;
    size_t method_count;
    struct index method_index;
    bool *model_used;
    bool *gpu_used;
    bool *dtype_used;
    bool *engine_used;
    bool *optimizer_used;
    bool own_model_used; /* a bare size or a custom model */
    bool has_period;
    bool has_label;
    bool has_training;
};

void digest_open(struct digest *digest, struct arena *arena, const struct facts *facts);
void digest_add(struct digest *digest, const struct result *result);

bool digest_wants_methods(const struct digest *digest, const struct scenario *scenario);
void digest_add_methods(struct digest *digest, const struct result methods[3]);

/* The count to plan with: it holds at the high end of the band; else the expected one. */
double option_recommended(const struct option *option);

/* True when a recommended count is known to hold, not only the expected one. */
bool option_is_safe(const struct option *option);

/* True when any row asked for the detailed estimate: then the published methods don't answer. */
bool workload_is_detailed(const struct workload *workload);

/* The best options that may be shown; NULL when there is none. */
const struct option *workload_smallest(const struct workload *workload);
const struct option *workload_cheapest(const struct workload *workload);
const struct option *workload_owned(const struct workload *workload);

/* The one to plan with: the cheapest to rent, to own where no rent is known, the smallest where no
 * price is. */
const struct option *workload_recommended(const struct workload *workload);
enum cost_role workload_role(const struct workload *workload);

/* What to take instead of the cheapest to rent: on another card; else of another type, engine or
 * optimizer; NULL: nothing else that fits has a rent. */
const struct option *workload_next(const struct workload *workload);

/* Options asked for (detailed ones where there are any), and how many of them fit. */
uint64_t workload_asked(const struct workload *workload, uint64_t *fitting);

enum { WORKLOAD_NAME_BYTES = 200 };
/* The label, else model, tokens and concurrency. */
const char *workload_name(const struct workload *workload, char buffer[WORKLOAD_NAME_BYTES]);

/* The same with everything that tells workloads of one label apart. */
const char *workload_full_name(const struct workload *workload, char buffer[WORKLOAD_NAME_BYTES]);

#endif
