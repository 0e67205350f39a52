#!/bin/sh
# parallel.sh -- plans one matrix in slices with GNU parallel, on this machine or on several
# usage: parallel.sh INPUT.csv RESULTS.csv N [OPTIONS OF PARALLEL...]
#        parallel.sh sweep.csv all.csv 64 --jobs 1 --sshloginfile hosts --workdir "$PWD"
#
# With several machines, this folder is one that all of them see under the same name. A run that
# was stopped goes on where it was when the job log and the slices are still there.
set -eu
[ $# -ge 3 ] || { sed -n 's/^# usage: /usage: /p' "$0" >&2; exit 64; }
input=$1 results=$2 shards=$3
shift 3
folder=$results.shards
mkdir -p "$folder"

seq "$shards" | parallel --halt now,fail=1 --resume-failed --joblog "$folder/log" "$@" \
    gpuplan plan "$input" --no-workbook -q --shard "{}/$shards" --results "$folder/{}.csv"
gpuplan merge "$folder"/*.csv -o "$results"
rm -r "$folder"
