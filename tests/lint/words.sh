#!/bin/sh
# words.sh -- no machine's own paths in the sources; a path for temporary files comes from TMPDIR
set -u

# but for the default of TMPDIR
found=$(grep -rnIE '(^|[^A-Za-z0-9._/-])/(work|home|root|tmp|mnt|opt|Users)(/|"|$)' \
    Makefile README.md src templates inputs tests .ci 2> /dev/null |
    grep -vE '^tests/lint/words\.sh:|^src/(.*: "/tmp"\)?;|cli/gpuplan\.1:.*\.Pa /tmp)$')
[ -z "$found" ] && exit 0
printf '%s\n' "$found" >&2
exit 1
