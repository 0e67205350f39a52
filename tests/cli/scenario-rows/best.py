# best.py -- every listed row is some workload's best, and each workload's best is listed
# usage: best.py RESULTS.csv LISTED.csv     the second with rows of the first
import csv
import sys

KEY = ('scenario', 'model', 'mode', 'tuning', 'tokens', 'concurrency', 'period', 'prompt_tokens',
       'output_tokens', 'requests_per_s', 'asked_output_tok_s', 'asked_ttft_ms', 'asked_tpot_ms',
       'train_tokens', 'deadline_days', 'max_usd', 'max_kw')


def number(row, name, empty):
    return float(row[name]) if row[name] else empty


# smaller is better; counts that hold in the whole band come first
def safe(row):
    return row['gpus_high'] == ''


RANKINGS = {
    'smallest': lambda r: (safe(r), number(r, 'gpus_high', number(r, 'gpus', 0))),
    'to rent': lambda r: (safe(r), number(r, 'usd_per_run', 9e99), number(r, 'usd_per_hour', 9e99)),
    'to own': lambda r: (safe(r), number(r, 'tco_usd', 9e99)),
    'fastest': lambda r: -number(r, 'train_tok_s', 0) - number(r, 'output_tok_s', 0),
}


def main():
    with open(sys.argv[1], newline='') as stream:
        rows = list(csv.DictReader(stream))
    with open(sys.argv[2], newline='') as stream:
        listed = list(csv.DictReader(stream))
    keys = dict.fromkeys(tuple(row[name] for name in KEY) for row in rows)
    for key in keys:
        ours = [row for row in rows if tuple(row[name] for name in KEY) == key]
        shown = [row for row in listed if tuple(row[name] for name in KEY) == key]
        fit = [row for row in ours if row['status'] == 'ok']
        if not fit and len(shown) != 1:
            print(key, 'nothing fits, and', len(shown), 'rows say why')
        for title, ranking in RANKINGS.items():
            if fit and min(map(ranking, fit)) not in [ranking(row) for row in shown if row in fit]:
                print(key, 'the', title, 'is missing')
        best = {min(map(ranking, fit)) for ranking in RANKINGS.values()} if fit else set()
        for row in shown:
            if fit and not any(ranking(row) in best for ranking in RANKINGS.values()):
                print(key, 'a row that is none of the best', row['source'], row['gpu'])
    print(len(keys), 'workloads,', len(listed), 'rows')


if __name__ == '__main__':
    main()
