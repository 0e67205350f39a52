/* hash.h -- FNV-1a, 64 bit, part after part: for tables and fingerprints, not against attackers */
#ifndef GPUPLAN_HASH_H
#define GPUPLAN_HASH_H

#include <stddef.h>
#include <stdint.h>

/* What a hash begins with. [Fowler, Noll, Vo] */
#define HASH_SEED UINT64_C(14695981039346656037)

uint64_t hash_bytes(uint64_t hash, const char *bytes, size_t count);

/* With its end, so that "ab", "c" differs from "a", "bc". */
uint64_t hash_text(uint64_t hash, const char *text);

uint64_t hash_number(uint64_t hash, double number);

#endif
