/* hash.c -- FNV-1a: one multiplication a byte */
#include "base/hash.h"

#include <string.h>

static uint64_t hash_byte(uint64_t hash, unsigned char byte)
{
    return (hash ^ byte) * UINT64_C(1099511628211);
}

uint64_t hash_bytes(uint64_t hash, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        hash = hash_byte(hash, (unsigned char)bytes[i]);
    return hash;
}

uint64_t hash_text(uint64_t hash, const char *text)
{
    return hash_bytes(hash, text, strlen(text) + 1);
}

uint64_t hash_number(uint64_t hash, double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    for (int i = 0; i < 64; i += 8)
        hash = hash_byte(hash, (unsigned char)(bits >> i));
    return hash;
}
