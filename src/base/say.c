/* say.c -- the one way an error without a place is said */
#include "base/say.h"

#include <stdarg.h>
#include <stdio.h>

int say_error(int exit_code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("gpuplan: error: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    return exit_code;
}
