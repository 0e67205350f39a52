#!/bin/sh
# slurm.sh -- plans one matrix as a Slurm array: each task a slice, the last step joins them
# usage: INPUT=sweep.csv RESULTS=all.csv sbatch --array=1-16 slurm.sh
#        INPUT=sweep.csv RESULTS=all.csv sh slurm.sh merge       once all tasks are done
#
# INPUT and the catalogs must be the same files under the same names in every task, and FOLDER one
# that all nodes see. To run some again: SHARDS=16 ... sbatch --array=3,7 slurm.sh; each replaces its
# slice. To join without waiting: sbatch --dependency=afterok:JOBID --wrap 'sh slurm.sh merge'
#SBATCH --job-name=gpuplan
#SBATCH --cpus-per-task=8
#SBATCH --mem=1G
set -eu
: "${INPUT:?name the scenario matrix}" "${RESULTS:?name the CSV to write}"
FOLDER=${FOLDER:-$RESULTS.shards}

if [ "${1:-}" = merge ]; then
    exec gpuplan merge "$FOLDER"/*.csv -o "$RESULTS"
fi
: "${SLURM_ARRAY_TASK_ID:?submit with sbatch --array=1-N}"
SHARDS=${SHARDS:-$SLURM_ARRAY_TASK_COUNT}
mkdir -p "$FOLDER"
exec gpuplan plan "$INPUT" --no-workbook -q -j "${SLURM_CPUS_PER_TASK:-1}" \
    --shard "$SLURM_ARRAY_TASK_ID/$SHARDS" --results "$FOLDER/$SLURM_ARRAY_TASK_ID.csv"
