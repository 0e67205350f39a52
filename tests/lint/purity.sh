#!/bin/sh
# purity.sh -- the core can only compute: proved from its includes and from its objects
set -u
objects=$(find "$BUILD/src/core" -name '*.o' | sort)
[ -n "$objects" ] || { echo "no objects of the core in $BUILD; run make first" >&2; exit 1; }

headers='<(math|stddef|stdbool|stdint|string)\.h>|"core/[^"]*"'

# libm, memory and strings; then what the compiler and linker add
functions='f(abs|loor|max|min|mod|ma|dim)|ceil|sqrt|cbrt|exp|exp2|log|log2|log10|pow|hypot|round|trunc'
functions="$functions|l?l?rint|nearbyint|ldexp|frexp|modf|nan|log1p|expm1"
functions="$functions|mem(cpy|move|set|cmp|chr)|str(len|cmp|ncmp|chr|rchr|str|spn|cspn|pbrk)"
helpers='__(mem|str)[a-z]*_chk|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_|__(asan|ubsan)_.*'

found=$(
    grep -rnE --include='*.[ch]' '^ *# *include' src/core | grep -vE "include +($headers)" |
        sed 's/$/   (not for the core)/'

    # $objects: one word each, none of them with blanks
    nm -g --defined-only $objects | awk 'NF == 3 { print $3 }' | sort -u > "$BUILD/core.defined"
    nm -u $objects | awk '$1 == "U" { print $2 }' | sort -u |
        grep -vxF -f "$BUILD/core.defined" | grep -vxE "$functions|$helpers" |
        sed 's/^/src\/core: calls /'

    # what is written at run time; .data.rel.ro and .data.rel.local are constant once loaded
    nm -f sysv --defined-only $objects |
        awk -F '|' '/\.o:$/ { object = $0 }
            $3 ~ /^ *[dDbBCsSgG] *$/ && $7 !~ /\.data\.rel\.ro/ { print object, $1, "is writable" }'
)
rm -f "$BUILD/core.defined"
[ -z "$found" ] && exit 0
printf '%s\n' "$found" >&2
exit 1
