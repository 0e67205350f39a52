/* decode.h -- raw bytes in any encoding -> UTF-8, chunk by chunk */
#ifndef GPUPLAN_TABLE_DECODE_H
#define GPUPLAN_TABLE_DECODE_H

#include "table/source.h"

#include <iconv.h>
#include <stdbool.h>
#include <stddef.h>

enum { DECODE_RAW_BYTES = 64 * 1024 };

/* Why no more text comes. Text before the place was delivered. */
enum decode_stop {
    DECODE_GOES_ON,
    DECODE_END,
    DECODE_NUL,    /* a NUL follows */
    DECODE_BAD,    /* bytes follow that are nothing in this encoding */
    DECODE_CUT,    /* the file ends in the middle of a character */
    DECODE_FAILED, /* the source failed */
};

struct decode {
    struct source *source; /* borrowed, open */
    const char *encoding;  /* what the bytes are read as */
    bool converts;         /* through iconv; UTF-8 passes as it is, valid or not */
    iconv_t converter;
    enum decode_stop stop;
    size_t raw_at;
    size_t raw_end;
    char raw[DECODE_RAW_BYTES];
};

/* `encoding` is an iconv name or NULL. A byte order mark outranks it, because it is certain; with
 * neither the bytes are UTF-8. False: no such encoding. `encoding` must outlive the decode. */
bool decode_open(struct decode *decode, struct source *source, const char *encoding);

/* Up to `size` bytes (at least 16) of text without NUL, the byte order mark included as U+FEFF.
 * 0: see `stop`, which may also be set with the last bytes. */
size_t decode_read(struct decode *decode, char *to, size_t size);

/* Rewinds the source too. */
void decode_rewind(struct decode *decode);

void decode_close(struct decode *decode);

/* True when bytes that are not UTF-8 are surely Korean text from Excel: all of them are CP949, and
 * most of the double bytes are the everyday syllables of KS X 1001. Western text fails the first
 * test (no letter follows an accented one in CP949), Japanese text the second. */
bool decode_is_korean(const char *bytes, size_t length);

#endif
