/* earlier.h -- the results of an earlier run, held against those of this one
 *
 * Rows are found again by what was asked: the columns of the results that repeat inputs, as far as
 * the earlier file has them. A row that is not found is then paired with one that differs in a
 * single such column. Memory is bounded: EARLIER_MOST rows of either run are kept, and what is left
 * out is counted. */
#ifndef GPUPLAN_BOOK_EARLIER_H
#define GPUPLAN_BOOK_EARLIER_H

#include "base/arena.h"
#include "book/index.h"
#include "report/columns.h"

#include <stdbool.h>
#include <stdint.h>

enum { EARLIER_MOST = 200000, STANDINGS_MOST = 5000 };

/* What is kept of a result: what was asked, in the order in which a differing column is looked
 * for; what came out, as text; and figures. */
enum earlier_slot {
    ASKED_CONCURRENCY,
    ASKED_TOKENS,
    ASKED_PROMPT,
    ASKED_ANSWER,
    ASKED_REQUESTS,
    ASKED_OUTPUT,
    ASKED_TTFT,
    ASKED_TPOT,
    ASKED_RUN,
    ASKED_DEADLINE,
    ASKED_BUDGET,
    ASKED_POWER,
    ASKED_DTYPE,
    ASKED_KV_DTYPE,
    ASKED_ENGINE_VERSION,
    ASKED_ENGINE,
    ASKED_OPTIMIZER,
    ASKED_TUNING,
    ASKED_RECOMPUTE,
    ASKED_LORA_RANK,
    ASKED_LORA_TARGETS,
    ASKED_LOSS,
    ASKED_RENT_TERM,
    ASKED_GPU,
    ASKED_MODEL,
    ASKED_PERIOD,
    ASKED_SCENARIO,
    ASKED_ESTIMATE, /* methods are never compared with one another */
    ASKED_COUNT,
    TEXT_STATUS = ASKED_COUNT,
    TEXT_LIMIT,
    TEXT_COUNT,
    FIGURE_GPUS = TEXT_COUNT,
    FIGURE_GPUS_HIGH,
    FIGURE_TOTAL,
    FIGURE_TPOT,
    FIGURE_TTFT,
    FIGURE_OUTPUT,
    FIGURE_TRAINING,
    FIGURE_RENT,
    FIGURE_PURCHASE,
    FIGURE_SHOWN, /* those before are compared, the others only explain */
    FIGURE_USABLE = FIGURE_SHOWN,
    FIGURE_WEIGHTS,
    FIGURE_CACHE,
    FIGURE_GRADIENTS,
    FIGURE_STATES,
    FIGURE_ACTIVATIONS,
    FIGURE_OVERHEAD,
    FIGURE_TP,
    FIGURE_PP,
    FIGURE_DP,
    FIGURE_ZERO,
    FIGURE_PAID,
    FIGURE_RUN,
    SLOT_COUNT,
    FIGURE_COUNT = SLOT_COUNT - TEXT_COUNT
};

/* The column of the results that a slot holds, and whether no results CSV was ever without it. */
struct earlier_column {
    const char *name;
    bool needed;
};
extern const struct earlier_column earlier_columns[SLOT_COUNT];

struct earlier_row {
    const char *texts[TEXT_COUNT];  /* "" when empty */
    double figures[FIGURE_COUNT];   /* NOT_GIVEN when empty */
    const struct earlier_row *then; /* of this run's: the row of the earlier run; NULL: new */
    bool met;                       /* of the earlier run's: a row of this run stands for it */
    /* Likewise, positions + 1: the next like it, and in the first the last and the next not met. */
    uint32_t next;
    uint32_t last;
    uint32_t unmet;
};

double earlier_figure(const struct earlier_row *row, enum earlier_slot slot);

/* What the cheapest options of a period's workloads add up to, in one of the two runs. */
struct standing {
    double workloads;
    double gpus;
    double rent;     /* USD/hour; of the priced ones */
    double purchase; /* USD */
};

struct best_of_workload;

struct side {
    struct best_of_workload *best;
    size_t count;
    uint64_t cut; /* rows whose workload had no room */
    struct index index;
};

struct earlier {
    const char *name; /* of the file */
    bool has[SLOT_COUNT];
    struct arena *arena;
    struct earlier_row **rows;
    size_t count;
    size_t room;
    uint64_t total; /* with those that were not kept */
    struct index index;
    struct earlier_row **now; /* rows of this run that moved or are new */
    size_t now_count;
    size_t now_room;
    uint64_t now_total; /* results of this run */
    uint64_t uncompared;
    uint64_t same;
    struct side sides[2]; /* then and now */
    const struct result_column *columns[SLOT_COUNT];
};

/* `has`: which slots the file has a column for. */
void earlier_open(struct earlier *earlier, const char *name, const bool has[SLOT_COUNT],
                  struct arena *arena);

/* One row of the file; its texts may go when the call returns. */
void earlier_add(struct earlier *earlier, const struct earlier_row *row);

/* One result of this run. */
void earlier_meet(struct earlier *earlier, const struct result *result);

/* When all have come: pairs what is left over. */
void earlier_settle(struct earlier *earlier);

/* True when a figure, the status or what bound it differs. */
bool earlier_moved(const struct earlier *earlier, const struct earlier_row *then,
                   const struct earlier_row *now);
bool figures_differ(double a, double b);

/* The periods of both runs, by time, and what stood and stands in each. */
struct period_standing {
    const char *period;
    struct standing sides[2];
};
size_t earlier_standings(const struct earlier *earlier, struct period_standing **standings);

/* cause.c: why a row moved, as far as the two rows tell. */
enum { CAUSE_BYTES = 600 };
const char *earlier_cause(const struct earlier *earlier, const struct earlier_row *then,
                          const struct earlier_row *now, char cause[CAUSE_BYTES]);

#endif
