/* decode.c -- raw bytes in any encoding -> UTF-8
 *
 * UTF-8 passes through unchecked: the record that holds a broken byte is known only later, and the
 * next record can still be read. Other encodings go through iconv, which stops for good. */
#include "table/decode.h"

#include "base/text.h"

#include <errno.h>
#include <string.h>

static const iconv_t no_converter = (iconv_t)-1; /* iconv's own value for a failure */

static bool is_utf8_name(const char *name)
{
    return text_equal(name, "UTF-8") || text_equal(name, "UTF8");
}

/* An empty name would mean the locale's encoding, and a suffix like //IGNORE would drop bytes. */
static bool is_known(const char *name)
{
    if (!*name || strchr(name, '/'))
        return false;
    iconv_t converter = iconv_open("UTF-8", name);
    if (converter == no_converter)
        return false;
    iconv_close(converter);
    return true;
}

/* The encoding that a byte order mark names, NULL without one. The longer marks come first. */
static const char *marked_encoding(const char *bytes, size_t length)
{
    static const struct {
        const char *encoding;
        size_t length;
        const char *mark;
    } marks[] = {
        {"UTF-8", 3, "\xef\xbb\xbf"},    {"UTF-32LE", 4, "\xff\xfe\0\0"},
        {"UTF-32BE", 4, "\0\0\xfe\xff"}, {"UTF-16LE", 2, "\xff\xfe"},
        {"UTF-16BE", 2, "\xfe\xff"},
    };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (length >= marks[i].length && memcmp(bytes, marks[i].mark, marks[i].length) == 0)
            return marks[i].encoding;
    return NULL;
}

/* Moves what is left to the front and reads behind it. False: nothing came. */
static bool take_raw(struct decode *decode, size_t size)
{
    size_t left = decode->raw_end - decode->raw_at;
    memmove(decode->raw, decode->raw + decode->raw_at, left);
    decode->raw_at = 0;
    size_t count = source_read(decode->source, decode->raw + left, size - left);
    decode->raw_end = left + count;
    return count > 0;
}

bool decode_open(struct decode *decode, struct source *source, const char *encoding)
{
    enum { MARK_BYTES = 4 };
    decode->source = source;
    decode->converter = no_converter;
    decode->stop = DECODE_GOES_ON;
    decode->raw_at = decode->raw_end = 0;
    if (encoding && !is_known(encoding))
        return false;
    while (decode->raw_end < MARK_BYTES && take_raw(decode, MARK_BYTES))
        continue;
    const char *marked = marked_encoding(decode->raw, decode->raw_end);
    decode->encoding = marked ? marked : encoding ? encoding : "UTF-8";
    decode->converts = !is_utf8_name(decode->encoding);
    if (decode->converts)
        decode->converter = iconv_open("UTF-8", decode->encoding);
    return !decode->converts || decode->converter != no_converter;
}

/* Nothing more comes from the source: a character begun is cut; iconv may hold one back. */
static size_t finish(struct decode *decode, char *to, size_t size)
{
    if (decode->source->failed)
        decode->stop = DECODE_FAILED;
    else if (decode->raw_at < decode->raw_end)
        decode->stop = DECODE_CUT;
    else
        decode->stop = DECODE_END;
    char *end = to;
    if (decode->stop == DECODE_END && decode->converts)
        iconv(decode->converter, NULL, NULL, &end, &size);
    return (size_t)(end - to);
}

static size_t convert(struct decode *decode, char *to, size_t size)
{
    char *end = to;
    while (end == to && decode->stop == DECODE_GOES_ON) {
        char *from = decode->raw + decode->raw_at;
        size_t left = decode->raw_end - decode->raw_at;
        size_t room = size;
        size_t result = iconv(decode->converter, &from, &left, &end, &room);
        decode->raw_at = decode->raw_end - left;
        if (result == (size_t)-1 && errno == EILSEQ)
            decode->stop = DECODE_BAD;
        else if (end == to && !take_raw(decode, sizeof decode->raw))
            return finish(decode, to, size);
    }
    return (size_t)(end - to);
}

static size_t pass(struct decode *decode, char *to, size_t size)
{
    size_t count = decode->raw_end - decode->raw_at;
    if (count) {
        memcpy(to, decode->raw + decode->raw_at, count);
        decode->raw_at = decode->raw_end = 0;
        return count;
    }
    count = source_read(decode->source, to, size);
    return count ? count : finish(decode, to, size);
}

size_t decode_read(struct decode *decode, char *to, size_t size)
{
    if (decode->stop != DECODE_GOES_ON)
        return 0;
    size_t count = decode->converts ? convert(decode, to, size) : pass(decode, to, size);
    const char *nul = memchr(to, '\0', count);
    if (nul) {
        decode->stop = DECODE_NUL;
        count = (size_t)(nul - to);
    }
    return count;
}

void decode_rewind(struct decode *decode)
{
    source_rewind(decode->source);
    decode->raw_at = decode->raw_end = 0;
    decode->stop = DECODE_GOES_ON;
    if (decode->converts) {
        iconv_close(decode->converter);
        decode->converter = iconv_open("UTF-8", decode->encoding);
        if (decode->converter == no_converter)
            decode->stop = DECODE_BAD;
    }
}

void decode_close(struct decode *decode)
{
    if (decode->converter != no_converter)
        iconv_close(decode->converter);
    decode->converter = no_converter;
}

static bool is_cp949(const char *bytes, size_t length)
{
    iconv_t converter = iconv_open("UTF-8", "CP949");
    if (converter == no_converter)
        return false;
    char *from = (char *)bytes; /* iconv does not write there, its signature only lacks a const */
    size_t result = 0;
    do {
        char text[1024];
        char *to = text;
        size_t room = sizeof text;
        result = iconv(converter, &from, &length, &to, &room);
    } while (result == (size_t)-1 && errno == E2BIG);
    iconv_close(converter);
    return result != (size_t)-1;
}

bool decode_is_korean(const char *bytes, size_t length)
{
    if (!is_cp949(bytes, length))
        return false;
    size_t everyday = 0;
    size_t others = 0;
    for (size_t i = 0; i + 1 < length; i++) {
        unsigned char lead = (unsigned char)bytes[i];
        if (lead < 0x80)
            continue;
        unsigned char trail = (unsigned char)bytes[++i];
        if (lead >= 0xb0 && lead <= 0xc8 && trail >= 0xa1)
            everyday++;
        else
            others++;
    }
    return everyday > others;
}
