/* units.h -- bytes in the units of memory, binary and decimal; a name ends in the one it is in */
#ifndef GPUPLAN_UNITS_H
#define GPUPLAN_UNITS_H

static const double MIB = 1048576.0;
static const double GIB = 1073741824.0;
static const double GB = 1e9;

#endif
