/* replay.c -- gives files to a fuzz target, without a fuzzer: for corpora and past crashes
 *
 * usage: replay TARGET FILE...
 * Names each file before it is used, so that the last line of a crash tells which it was. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct target {
    const char *name;
    void (*take)(const char *bytes, size_t length);
} targets[] = {
    {"table", fuzz_table},       {"encodings", fuzz_encodings}, {"matrix", fuzz_matrix},
    {"catalogs", fuzz_catalogs}, {"answer", fuzz_answer},
};

static const struct target *target_named(const char *name)
{
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        if (!strcmp(targets[i].name, name))
            return &targets[i];
    return NULL;
}

/* Into a block of just that size, so that a sanitizer sees one byte too far. */
static bool replay(const struct target *target, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END)) {
        perror(path);
        return false;
    }
    size_t length = (size_t)ftell(file);
    char *bytes = malloc(length ? length : 1);
    rewind(file);
    bool is_read = bytes && fread(bytes, 1, length, file) == length;
    fclose(file);
    if (is_read)
        target->take(bytes, length);
    else
        perror(path);
    free(bytes);
    return is_read;
}

int main(int argc, char **argv)
{
    const struct target *target = argc > 1 ? target_named(argv[1]) : NULL;
    if (!target || argc < 3) {
        fputs("usage: replay TARGET FILE...\n", stderr);
        return EXIT_FAILURE;
    }
    for (int i = 2; i < argc; i++) {
        printf("%s\n", argv[i]);
        fflush(stdout);
        if (!replay(target, argv[i]))
            return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
