/* number.h -- numbers of a cell: suffixes, ranges, and what is wrong with those that are refused */
#ifndef GPUPLAN_NUMBER_H
#define GPUPLAN_NUMBER_H

#include "scenario/cell.h"

/* Reads one item of a numeric cell ("4096", "64Ki", "1..8*2") into *piece. On a fault fills `why`
 * (lower case, no full stop) and returns false. */
enum { WHY_BYTES = 256 };
bool number_item(struct piece *piece, const struct scenario_column *column, const char *item,
                 char why[WHY_BYTES]);

#endif
