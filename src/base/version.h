/* version.h -- the program's version, once */
#ifndef GPUPLAN_VERSION_H
#define GPUPLAN_VERSION_H

#define GPUPLAN_VERSION "0.1.0"

#endif
