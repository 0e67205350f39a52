/* width.h -- columns that text takes where a Hangul syllable takes two */
#ifndef GPUPLAN_WIDTH_H
#define GPUPLAN_WIDTH_H

#include <stddef.h>

/* Of a visible character: East Asian wide ones take two, joining ones none. */
size_t width_of_code(unsigned long code);

/* Of a UTF-8 text; a byte that is not UTF-8 takes one. */
size_t width_of_text(const char *text);

#endif
