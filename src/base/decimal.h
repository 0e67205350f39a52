/* decimal.h -- doubles as the shortest decimal text that reads back as the same double */
#ifndef GPUPLAN_DECIMAL_H
#define GPUPLAN_DECIMAL_H

#include <stddef.h>

enum { DECIMAL_BYTES = 32 };

/* "0.1", "65536", "1e+300"; of two texts of the least length, the closer one. Finite values only;
 * zero has no sign. Returns the length, without the NUL. */
size_t decimal_text(double value, char buffer[DECIMAL_BYTES]);

#endif
