# gpuplan.bash -- completion for bash; one line per command, which a test compares with the program

_gpuplan_commands='plan merge check explain list validate template'

_gpuplan_options() {
    case $1 in
    plan) echo '-o --output --results --no-workbook --catalog --encoding --set --owned --baseline --formulas --lang --where --sort --top --scenario-rows --shard --keep-going --exit-status -j --jobs -q --quiet -h --help --version' ;;
    merge) echo '-o --results -q --quiet -h --help --version' ;;
    check) echo '--catalog --encoding --set -q --quiet -h --help --version' ;;
    explain) echo '--row --scenario --catalog --encoding --set -h --help --version' ;;
    list) echo '--format --catalog -h --help --version' ;;
    validate) echo '--by --details --catalog --encoding --set -h --help --version' ;;
    template) echo '-h --help --version' ;;
    *) echo '-h --help --version' ;;
    esac
}

# the position of an operand, counted from 1 behind the command; options and their values left out
_gpuplan_operand() {
    local i count=1
    for ((i = 2; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
        -o | -j | --output | --results | --catalog | --encoding | --set | --owned | --baseline | --formulas | --lang | --where | --sort | --top | --scenario-rows | --shard | --jobs | --row | --scenario | --format | --by | --details) ((i++)) ;;
        -?*) ;;
        *) ((count++)) ;;
        esac
    done
    echo "$count"
}

_gpuplan_files() {
    case $1 in
    folder) compgen -d -- "$2" ;;
    csv) compgen -d -- "$2"; compgen -f -X '!*.csv' -- "$2" ;;
    *) compgen -f -- "$2" ;;
    esac
}

# columns of the results, the commonest ones
_gpuplan_columns() {
    echo 'scenario period model dtype optimizer tokens concurrency gpu engine status limit gpus gpus_high' \
        'servers total_gib tpot_ms ttft_ms output_tok_s train_tok_s days purchase_usd usd_per_hour' \
        'tco_usd usd_per_million_tokens usd_per_run power_kw'
}

# what may stand behind an option, or at an operand's place
_gpuplan_values() {
    local command=$1 previous=$2 word=$3
    case $previous in
    -o | --output | --results | --details) _gpuplan_files any "$word" ;;
    --owned | --baseline) _gpuplan_files csv "$word" ;;
    --catalog) _gpuplan_files folder "$word" ;;
    --encoding) compgen -W 'UTF-8 UTF-16 CP949 EUC-KR CP1252 SHIFT_JIS GB18030' -- "$word" ;;
    --formulas) compgen -W 'auto always never' -- "$word" ;;
    --lang) compgen -W 'en ko' -- "$word" ;;
    --format) compgen -W 'table csv json' -- "$word" ;;
    --by) compgen -W 'model dtype optimizer gpu engine kind tuning source confidence' -- "$word" ;;
    -j | --jobs | --row | --scenario | --set | --top | --scenario-rows | --shard) ;;
    --sort | --where) compgen -W "$(_gpuplan_columns)" -- "$word" ;;
    *)
        case $command:$(_gpuplan_operand) in
        list:1) compgen -W 'models gpus dtypes optimizers engines' -- "$word" ;;
        list:2) compgen -W "$("${COMP_WORDS[0]}" list "${COMP_WORDS[2]}" --format csv 2> /dev/null |
            sed '1d; s/,.*//')" -- "$word" ;;
        template:1) compgen -W 'inference training lora sweep quarterly workbook' -- "$word" ;;
        plan:* | merge:* | check:* | explain:1 | validate:1) _gpuplan_files csv "$word" ;;
        esac
        ;;
    esac
}

_gpuplan() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local command=${COMP_WORDS[1]}
    local IFS=$' \t\n'
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W "$_gpuplan_commands $(_gpuplan_options)" -- "$word")
    elif [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_gpuplan_options "$command")" -- "$word")
    else
        mapfile -t COMPREPLY < <(_gpuplan_values "$command" "$previous" "$word" | sort -u)
        # here and not in the pipe, whose shell is another one
        case $previous:$command in
        --format:* | --encoding:* | --by:* | --sort:* | --where:* | *:list | *:template) ;;
        *) compopt -o filenames 2> /dev/null ;;
        esac
    fi
}

complete -F _gpuplan gpuplan
