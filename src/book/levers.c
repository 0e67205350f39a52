/* levers.c -- the levers, a row each */
#include "book/levers.h"

#include <math.h>

const struct lever levers[LEVER_COUNT] = {
    {"plan_growth", 1, 0.01, 1000, "factor",
     "on the requests in flight of every serving row, rounded up. Memory, GPU counts that are "
     "searched live and their cost follow; speed does not"},
    {"plan_headroom", 0, 0, 0.9, "share",
     "kept free of what the engine may use: its share of the card times (1 \u2212 this)"},
    {"plan_utilization", NAN, 0.05, 1, "share",
     "of the card, for every row and in its engine's own meaning; empty: the row's, else the "
     "engine's"},
};

const char *const capacity_assumptions[] = {"visible_gap_gib", "visible_gap_share", NULL};
