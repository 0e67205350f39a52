#!/bin/sh
# shape.sh -- no tabs, 100 columns, files that can be read in one go, each saying what it is for
set -u
files=$(find src tests -name '*.[ch]' | sort)

found=$(
    # $files: names of ours, without blanks
    grep -nP '\t' $files | sed 's/$/   (a tab)/'
    grep -nE '^.{101,}' $files | sed 's/$/   (over 100 columns)/'
    grep -nE ' +$' $files | sed 's/$/   (blanks at the end)/'
    for file in $files; do
        lines=$(wc -l < "$file")
        case $file in
        src/*) [ "$lines" -le 450 ] || echo "$file: $lines lines, over 450" ;;
        esac
        head -n 1 "$file" | grep -q "^/\* $(basename "$file") -- " ||
            echo "$file:1: does not begin with /* $(basename "$file") -- what it is for"
    done
)
[ -z "$found" ] && exit 0
printf '%s\n' "$found" >&2
exit 1
