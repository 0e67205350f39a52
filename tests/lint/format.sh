#!/bin/sh
# format.sh -- the sources are as clang-format would write them
set -u
command -v clang-format > /dev/null || { echo "clang-format is missing (package clang-format)" >&2; exit 1; }
find src tests -name '*.[ch]' -exec clang-format --style=file --dry-run -Werror {} +
