#!/bin/sh
# analyse.sh -- cppcheck, clang-tidy, and the build without a warning under gcc and clang
set -u
status=0
for tool in cppcheck clang-tidy clang gcc; do
    command -v $tool > /dev/null || { echo "$tool is missing (package of that name)" >&2; exit 1; }
done
jobs=$(nproc)

cppcheck --quiet --std=c11 --language=c -Isrc -j "$jobs" --error-exitcode=1 --inline-suppr \
    --enable=warning,performance,portability --suppress=missingIncludeSystem \
    --library=posix src || status=1

# 2> /dev/null: "N warnings generated" counts those in system headers; findings are on stdout
find src -name '*.c' -print0 |
    xargs -0 -P "$jobs" -n 4 sh -c 'clang-tidy --quiet "$@" -- -std=c11 \
        -D_POSIX_C_SOURCE=200809L -I. -Isrc 2> /dev/null' sh || status=1

# checked with optimization, where the compiler sees through more
for compiler in gcc clang; do
    find src tests/unit tests/bench -name '*.c' -print0 2> /dev/null |
        xargs -0 -P "$jobs" -n 1 "$compiler" -std=c11 -D_POSIX_C_SOURCE=200809L -I. -Isrc \
            -ffp-contract=off -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wvla -Werror -O2 -c -o /dev/null || status=1
done
exit $status
