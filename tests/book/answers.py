#!/usr/bin/env python3
# answers.py -- works the lines of Summary out again from the results: what to take, what comes next
# usage: answers.py BOOK.xlsx RESULTS.csv
# exit status 1, with the first differences
import importlib.util
import math
import sys
import zipfile
from pathlib import Path

sys.dont_write_bytecode = True
source = importlib.util.spec_from_file_location('readback', Path(__file__).with_name('readback.py'))
readback = importlib.util.module_from_spec(source)
source.loader.exec_module(readback)

# columns of Summary, and those of the results that hold the same for the recommended option
RECOMMENDED = {'Recommended GPU (cheapest to rent)': 'gpu', 'Expected': 'gpus', 'Low (GPUs)': 'gpus_low',
               'In (servers)': 'servers_high', 'Rent (USD/hour)': 'usd_per_hour', 'Purchase (USD)': 'purchase_usd',
               'Owning, over the horizon (USD)': 'tco_usd', 'The training run (USD)': 'usd_per_run'}
UNKNOWN = '\u2013'
HOURS = 24 * 365


def count_of(row):
    return float(row['gpus_high'] or row['gpus'])


def name_of(row):
    """The type of the results has no cache type: the line's text begins with this."""
    return f'{count_of(row):.0f} \u00d7 {row["gpu"]}, {row["dtype"]}'


def compared(row):
    return float(row['usd_per_run'] or float(row['usd_per_hour']) * HOURS)


def price_order(row):
    safe = not row['gpus_high']
    return (safe, not row['usd_per_run'], float(row['usd_per_run'] or 0), float(row['usd_per_hour']),
            count_of(row))


def next_prices(rows, best):
    """What the next best option costs: on another card where there is one."""
    priced = [r for r in rows if r['usd_per_hour']]
    others = [r for r in priced if r['gpu'] != best['gpu']] or \
        [r for r in priced if any(r[n] != best[n] for n in ('dtype', 'kv_dtype', 'engine', 'optimizer'))]
    return min(others, key=price_order) if others and best['usd_per_hour'] else None


def same(wanted, found):
    if wanted == '':
        return found in (None, '', UNKNOWN)
    return readback.same(wanted, found) if isinstance(found, str) or found is None else \
        math.isclose(float(wanted), found, rel_tol=1e-12)


def check_recommended(line, rows):
    best = readback.best_option(rows)
    key = (line['Recommended GPU (cheapest to rent)'], line['Plan with'])
    if not any(r['gpu'] == key[0] and count_of(r) == key[1] and price_of(r) == price_of(best) and
               all(same(r[name], line.get(title)) for title, name in RECOMMENDED.items())
               for r in rows):
        readback.differ(f'{line["Workload"]}: {line} is no row of the results that costs {price_of(best)}')
    return next(r for r in rows if r['gpu'] == key[0] and count_of(r) == key[1])


def price_of(row):
    return price_order(row)[:4] if row['usd_per_hour'] else row['tco_usd']


def check_next(line, rows, best):
    wanted = next_prices(rows, best)
    if wanted is None:
        if line.get('Saves (share)'):
            readback.differ(f'{line["Workload"]}: saves against nothing')
        return
    if bool(wanted['usd_per_run']) == bool(best['usd_per_run']):
        saves = compared(wanted) - compared(best)
        if not math.isclose(saves, line['Saves against it (USD)'], rel_tol=1e-9, abs_tol=1e-6) or \
                not math.isclose(saves / compared(wanted), line['Saves (share)'], rel_tol=1e-9, abs_tol=1e-12):
            readback.differ(f'{line["Workload"]}: saves {line["Saves against it (USD)"]}, not {saves}')
    if not any(line['Next best'].startswith(name_of(r)) and price_order(r)[:4] == price_order(wanted)[:4]
               for r in rows if r['usd_per_hour']):
        readback.differ(f'{line["Workload"]}: the next best is {line["Next best"]}, not {name_of(wanted)}')


def check_smallest(line, rows):
    safe = [r for r in rows if r['gpus_high']] or rows
    least = min(map(count_of, safe))
    if line['Smallest (GPUs)'] != least:
        readback.differ(f'{line["Workload"]}: the smallest has {line["Smallest (GPUs)"]} GPUs, not {least}')


def lines_of(book, strings):
    header = None
    sheet = dict(readback.sheets_of(book))['Summary']
    for _, cells in readback.rows_of(book, sheet, strings, 'Summary'):
        if cells.get(0) == 'Workload':
            header = {i: cells[i] for i in cells}
        elif header and isinstance(cells.get(0), str):
            line = {title: cells.get(i) for i, title in header.items()}
            # headings with a soft break, or with their unit in words
            line['Expected'] = line['Ex-pected (GPUs)']
            line['Plan with'] = line['Plan with = high (GPUs)']
            line['Next best'] = line['Next best (GPUs \u00d7 card, type)']
            yield line


def main():
    book = zipfile.ZipFile(sys.argv[1])
    groups = readback.workloads_of(readback.read_results(sys.argv[2]))
    lines = list(lines_of(book, readback.shared_strings(book)))
    if len(lines) != len(groups):
        readback.differ(f'Summary has {len(lines)} lines for {len(groups)} workloads')
        readback.finish()
    for line, rows in zip(lines, groups.values()):
        fitting = readback.fitting_of(rows)
        if fitting:
            check_next(line, fitting, check_recommended(line, fitting))
            check_smallest(line, fitting)
        elif isinstance(line['Plan with'], float):
            readback.differ(f'{line["Workload"]}: a count, though nothing fits')
    if not readback.differences:
        print(f'answers: {len(lines)} lines of Summary agree with the results')
    readback.finish()


if __name__ == '__main__':
    main()
