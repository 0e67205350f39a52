/* entry.c -- the door that libFuzzer knocks at; compiled once per target, with its name */
#include "fuzz.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    FUZZ_TARGET((const char *)bytes, length);
    return 0;
}
