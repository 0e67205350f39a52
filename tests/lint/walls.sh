#!/bin/sh
# walls.sh -- which folder of src may include which, and who may know a library
#
# main -> cli -> plan, validate -> book -> report -> scenario; catalog -> table; all -> core, base
set -u

# the folders named after a folder are all it may include from, beside itself
walls='
base
core
table base
catalog base core table
scenario base core
report base core scenario
book base core report
plan base core table catalog scenario report book
validate base core table catalog scenario report
cli base core table catalog scenario report plan validate
main.c base cli
'

# prints FILE:LINE: and the header for every include of src that matches $1
includes() {
    grep -rnoE --include='*.[chS]' "^ *# *include *$1" src |
        sed -E 's/^([^:]*:[0-9]+):.*[<"]([^>"]*)$/\1: \2/'
}

found=$(
    includes '"[^"]*' | while IFS= read -r line; do
        from=${line#src/}
        from=${from%%[/:]*}
        header=${line##* }
        to=${header%%/*}
        allowed=$(echo "$walls" | sed -n "s/^$from\( \|$\)/ /p")
        if [ "$to" = "$header" ]; then
            echo "${line%: *}: \"$header\" is named without its folder"
        elif [ ! -f "src/$header" ]; then
            echo "${line%: *}: \"$header\" does not exist"
        elif [ "$to" != "$from" ]; then
            case "$allowed " in
            *" $to "*) ;;
            *) echo "${line%: *}: $from may not know $to (\"$header\")" ;;
            esac
        fi
    done
    includes '<csv\.h' | grep -v '^src/table/'
    includes '<(xlsxwriter|minizip|zlib|libdeflate)[./][^>]*' | grep -v '^src/book/'
    includes '<locale\.h'
    for folder in src/*/; do
        folder=$(basename "$folder")
        echo "$walls" | grep -q "^$folder\b" || echo "src/$folder: no wall is written down for it"
    done
)
[ -z "$found" ] && exit 0
printf '%s\n' "$found" >&2
exit 1
