/* table.c -- bytes as a CSV file in UTF-8, or with a byte order mark */
#include "fuzz.h"

void fuzz_table(const char *bytes, size_t length)
{
    fuzz_read_alike(bytes, length, NULL);
}
