/* encodings.c -- the first byte names an encoding, the rest is a file in it */
#include "fuzz.h"

#include "table/decode.h"

/* Those of the README, those with states, and those that Excel of other countries writes. */
static const char *const encodings[] = {
    NULL,        "CP949",       "EUC-KR",     "UTF-16LE",    "UTF-16BE", "UTF-32LE", "UTF-16",
    "SHIFT_JIS", "GB18030",     "BIG5-HKSCS", "ISO-2022-KR", "UTF-7",    "EUC-JP",   "CP1252",
    "JOHAB",     "ISO-2022-JP", "KOI8-R",     "CP1258",      "IBM1390",  "EUC-TW",   "ISO-8859-1",
};

void fuzz_encodings(const char *bytes, size_t length)
{
    const size_t count = sizeof encodings / sizeof *encodings;
    if (!length)
        return;
    fuzz_read_alike(bytes + 1, length - 1, encodings[(unsigned char)*bytes % count]);
    decode_is_korean(bytes + 1, length - 1);
}
