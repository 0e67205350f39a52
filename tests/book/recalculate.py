#!/usr/bin/env python3
# recalculate.py -- makes a spreadsheet program work out whole workbooks, as released and changed
# usage: recalculate.py GPUPLAN [INPUT.csv...]     exit status 1, with the first ten differences
#
# 1. Every formula cell of the samples comes back with the value that was cached, and no cell holds
#    an error. A workbook with one wrong cached value must not pass, or the set-up is broken.
# 2. With other assumptions, prices, levers and counts typed into its cells, the workbook says what
#    the program says when it is asked again: money cell by cell, counts and layouts as searched,
#    memory as of the pinned layouts.
import csv
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import office  # noqa: E402

SAMPLES = ['primers.csv', 'capacity.csv', 'procurement.csv', 'training.csv']
SWEEP = '''model,dtype,optimizer,tokens,concurrency,gpu,engine,max_gpus
llama-3.1-8b|qwen3-32b,bf16|fp8,none,2048..131072*8,1..64*8,l4-24g|h100-sxm-80g|mi300x-192g,vllm,64
deepseek-v3,fp8,none,8192,8|64,h200-sxm-141g|b200-sxm-180g,vllm,1024
'''
# every kind of share, of cache and of prefill; windows; training with and without ZeRO; a demand
LEVERS = '''scenario,period,model,dtype,optimizer,tuning,tokens,output_tokens,concurrency,gpu,engine,zero,recompute,tpot_ms,max_gpus
pool,2027Q1,llama-3.1-8b,bf16|fp8,none,,8192,1024,128,l4-24g|h100-sxm-80g,vllm,,,,
pool large,2027Q2,llama-3.1-70b,fp8,none,,8192,1024,96,h100-sxm-80g|h200-sxm-141g|mi300x-192g,vllm,,,,
windows,2027Q2,gpt-oss-120b,mxfp4,none,,32768,1024,64,h100-sxm-80g|h200-sxm-141g,vllm,,,,
windows of gemma,2027Q1,gemma-3-27b,bf16,none,,16384,1024,32,a100-sxm-80g|h100-sxm-80g,vllm,,,,
static,2027Q1,qwen3-32b,bf16,none,,16384,1024,48,a100-sxm-80g|h200-sxm-141g,sglang,,,,
free,2027Q2,llama-3.1-70b,fp8,none,,8192,1024,64,h100-sxm-80g,tensorrt-llm,,,,
files,2027Q1,llama-3.1-8b,gguf-q4_k_m,none,,8192,1024,4,rtx4090-24g|l4-24g,llama.cpp,,,,
whole,2027Q1,llama-3.1-8b,bf16,none,,4096,1024,8,l4-24g|rtx4090-24g,transformers,,,,
latency,2027Q1,llama-3.1-70b,fp8,none,,8192,1024,64,h100-sxm-80g,vllm,,,25,
full,2027Q2,llama-3.1-8b,bf16,adamw,full,8192,,1,h100-sxm-80g|h200-sxm-141g,torchtitan,3,selective,,
full large,2027Q2,llama-3.1-70b,bf16,adamw,full,8192,,1,h200-sxm-141g,torchtitan,,full,,64
adapters,2027Q2,llama-3.1-70b,bf16,adamw,lora,4096,,1,h100-sxm-80g|h200-sxm-141g,,,full,,16
'''
COSTS = {'Bought (servers)': 'servers_paid', 'Bought (GPUs)': 'gpus_paid',
         'Purchase (USD)': 'purchase_usd', 'Rent (USD/hour)': 'usd_per_hour',
         'Purchase, expected count (USD)': 'purchase_expected_usd',
         'Rent, expected count (USD/hour)': 'usd_per_hour_expected',
         'Power, average at the wall (kW)': 'power_kw',
         'Electricity (USD/year)': 'energy_usd_per_year',
         'Owning, over the horizon (USD)': 'tco_usd',
         'Owning is cheaper than renting after (months)': 'break_even_months'}
SEARCHED = {'Expected (GPUs)': 'gpus', 'Low (GPUs)': 'gpus_low', 'High (GPUs)': 'gpus_high',
            'Servers, expected (servers)': 'servers', 'Servers, high (servers)': 'servers_high',
            'Memory (GiB/GPU)': 'total_gib', 'of usable (GiB/GPU)': 'usable_gib'}
SUMMARY = {'Plan with = high (GPUs)': 'gpus_high', 'Ex-pected (GPUs)': 'gpus', 'Low (GPUs)': 'gpus_low',
           'In (servers)': 'servers_high', 'Memory (GiB/GPU)': 'total_gib',
           'of usable (GiB/GPU)': 'usable_gib', 'Rent (USD/hour)': 'usd_per_hour',
           'Purchase (USD)': 'purchase_usd', 'Owning, over the horizon (USD)': 'tco_usd',
           'Power (kW)': 'power_kw'}
MEMORY = {'KV cache (GiB/GPU)': 'kv_cache_gib', 'Activations (GiB/GPU)': 'activations_gib',
          'Total (GiB/GPU)': 'total_gib', 'Total, low (GiB/GPU)': 'total_low_gib',
          'Total, high (GiB/GPU)': 'total_high_gib', 'Usable (GiB/GPU)': 'usable_gib'}
BARE_SHEETS = ['Breakdown', 'Search', 'Search layouts', 'Capacity']
MONEY_SHEETS = ['Summary', 'Cost', 'Timeline', 'Breakdown', 'Search']

report = office.Report('recalculate')
differ, finish, differences = report.differ, report.finish, report.texts


def unequal(book, again, sheets=None):
    """The formula cells that come back with another value, and all cells that hold an error."""
    for place, (value, formula) in book.cells.items():
        found = again.cells.get(place, (None, None))[0]
        if isinstance(found, str) and re.match(r'error |#[A-Z]+[/!?0]|Err:\d', found):
            yield f'{place[0]}!{place[1]} is {found!r} = {formula}'
        elif formula is not None and (not sheets or place[0] in sheets) \
                and not office.close(value, found):
            yield f'{place[0]}!{place[1]}: {value!r} becomes {found!r} = {formula}'


def numbers_in(book):
    """Formulas with a number but 0, 1, 2 and the digits to which a product of factors is rounded."""
    for (sheet, cell), (_, formula) in book.cells.items():
        if formula is None or sheet not in BARE_SHEETS:
            continue
        text = re.sub(r"""\$?[A-Z]{1,3}\$?\d+|'[^']*'!|"[^"]*\"""", '', formula)
        if set(re.findall(r'(?<![A-Za-z0-9_.])\d[\d.]*', text)) - {'0', '1', '2', '6'}:
            yield f'{sheet}!{cell}: a number inside {formula}'


# --- the samples as released ---

def corrupted(book, path):
    """A copy in which one cached number of Summary is wrong by a millionth."""
    member = book.sheets['Summary']
    pattern = rb'(</f><v>)(\d+\.\d+)(</v>)'
    xml, count = re.subn(pattern, lambda m: m.group(1) + repr(float(m.group(2)) * 1.000001).encode()
                         + m.group(3), book.members[member], count=1)
    if not count:
        differ('Summary has no formula whose cached value could be made wrong')
    office.save(path, {**book.members, member: xml})


def check_released(folder, names):
    cells = 0
    for name in names:
        book = office.Workbook(os.path.join(folder, name))
        again = office.Workbook(os.path.join(folder, 'out', name))
        wrong = list(unequal(book, again))
        for text in numbers_in(book):
            differ(f'{name}: {text}')
        cells += sum(formula is not None for _, formula in book.cells.values())
        if name == 'wrong.xlsx':
            if len(wrong) != 1 or not wrong[0].startswith('Summary!'):
                differ(f'one cached value is wrong, but this is found: {wrong}')
        else:
            for text in wrong:
                differ(f'{name}: {text}')
    return cells


# --- changes ---

def other_column(name, value):
    """The input with another value in a column of every row."""
    def change(rows):
        return [{**row, name: value(row)} for row in rows]
    return change


def grown(factor):
    """Requests in flight of serving rows, rounded up."""
    def value(row):
        if row['optimizer'] != 'none':
            return row['concurrency']
        return str(-int(-round(float(row['concurrency']) * factor, 6) // 1))
    return value


class Change:
    """Cells to type into, and how to ask the program for the same."""

    def __init__(self, name, cells, settings=(), rows=None, headroom=0, share=None, own=None):
        self.name = name
        self.cells = cells  # name of a cell, or (sheet, cell), to its value
        self.settings = [word for setting in settings for word in ('--set', setting)]
        self.rows = rows or (lambda rows: rows)
        self.headroom = headroom
        self.share = share
        self.own = own or {}  # scenario, GPU and type of an option to its count
        self.is_money = not (rows or headroom or share or own)

    def asked(self, rows):
        """The rows, each with its share of the card."""
        changed = []
        for row in self.rows(rows):
            share = self.share or row['share']
            utilization = share * (1 - self.headroom)
            own = row['gpus'] or self.own.get((row['scenario'], row['gpu'], row['dtype']), '')
            changed.append({**row, 'gpus': own, 'utilization': repr(utilization)})
        return changed


def write_rows(path, rows):
    names = [name for name in rows[0] if name != 'share']
    with open(path, 'w', newline='', encoding='utf-8') as stream:
        out = csv.DictWriter(stream, names, extrasaction='ignore')
        out.writeheader()
        out.writerows(rows)


def single_rows(results):
    """One input row for each result, alternatives taken apart."""
    names = ['scenario', 'period', 'model', 'dtype', 'optimizer', 'tuning', 'tokens', 'concurrency',
             'output_tokens', 'gpu', 'engine', 'recompute']
    asked = list(csv.DictReader(LEVERS.splitlines()))
    rows = []
    for result in results:
        row = next(r for r in asked if r['scenario'] == result['scenario'])
        rows.append({**{n: result[n] for n in names}, 'zero': row['zero'],
                     'tpot_ms': row['tpot_ms'], 'max_gpus': row['max_gpus'], 'gpus': ''})
        if rows[-1]['engine'] == '':
            rows[-1]['engine'] = row['engine']
    return rows


def pinned(rows, results):
    """The same in the layouts that were chosen."""
    return [{**row, 'tp': r['tp'], 'pp': r['pp'], 'zero': r['zero'] or row['zero'], 'tpot_ms': '',
             'gpus': str(int(float(r['tp']) * float(r['pp']) * float(r['dp'])))}
            for row, r in zip(rows, results)]


def run(program, folder, rows, change):
    source = os.path.join(folder, 'asked.csv')
    write_rows(source, rows)
    results = office.planned(program, source, change.settings)
    if isinstance(results, str) or len(results) != len(rows):
        differ(f'{change.name}: the changed rows cannot be planned: {results}')
        finish()
    return results


def type_of(row):
    return row['dtype'] + (f', {row["optimizer"]}' if row['optimizer'] != 'none' else '')


def is_of(line, scenario):
    """True for the label alone and with what tells its workloads apart."""
    return re.match(re.escape(scenario) + '(,|$)', str(line['Workload'])) is not None


def gpu_of(line):
    return line.get('GPU') or line['Recommended GPU (cheapest to rent)']


def options(book, sheet, rows):
    """Lines of a sheet with the index of the row that each shows."""
    for number, line in book.table(sheet, 'Workload'):
        found = [i for i, row in enumerate(rows)
                 if is_of(line, row['scenario'])
                 and row['gpu'] == gpu_of(line) and type_of(row) == line['Type, optimizer']]
        if len(found) == 1:
            yield number, line, found[0]


def layout_of(result):
    zero = result['zero']
    return ' × '.join(re.sub(r'\.0$', '', result[n]) for n in ('tp', 'pp', 'dp')) + (
        f', ZeRO-{zero}' if zero not in ('', '0') else '')


def expect(where, line, wanted, columns):
    for title, name in columns.items():
        if not office.close(wanted[name], line[title]):
            differ(f'{where}: {title} is {line[title]!r}, the program says {wanted[name]!r}')


def check_search(change, book, rows, results, tally):
    """Each option on Search against its row asked again."""
    again = set()
    for number, line, i in options(book, 'Search', rows):
        result = results[i]
        where = f'{change.name}: Search!{number} {line["Workload"]} on {line["GPU"]}'
        replan = line['Now'] == 're-plan'
        counted = result['gpus_high'] or (result['gpus'] if change.own else '')
        known = [float(n) for n in (counted, result['gpus'], result['gpus_low']) if n]
        if not counted or max(known) > line['Searched up to (GPUs)']:
            if not replan:
                differ(f'{where}: {line["Now"]}, although the program finds {counted or "none"}')
            again.add(i)
        elif replan:
            differ(f'{where}: to be planned again, although {counted} GPUs are enough')
        else:
            expect(where, line, result, SEARCHED)
            if line['Layout, expected'] != layout_of(result):
                differ(f'{where}: {line["Layout, expected"]}, the program says {layout_of(result)}')
            tally['found'] += 1
            tally['moved'] += line['Now'] != 'as planned'
    return again


def check_money(change, book, rows, results, again, searched, tally):
    """Lines of Cost and Summary against the row asked again; empty where it must be."""
    for sheet, columns in (('Cost', COSTS), ('Summary', SUMMARY)):
        for number, line, i in options(book, sheet, rows):
            where = f'{change.name}: {sheet}!{number} {line["Workload"]} on {gpu_of(line)}'
            if not change.is_money and i not in searched:
                if sheet == 'Summary' and not change.own and line['Now'] != 're-plan':
                    differ(f'{where}: not searched live, but {line["Now"]}')
                continue
            if i in again:
                for title in ('Purchase (USD)', 'Rent (USD/hour)'):
                    if line[title] not in ('', None, '\u2013'):
                        differ(f'{where}: {title} of a count that is not known')
                continue
            wanted = dict(results[i])
            if sheet == 'Summary' and not wanted['gpus_high']:
                wanted['gpus_high'] = wanted['gpus']
                wanted['servers_high'] = ''
            expect(where, line, wanted, columns)
            tally['priced'] += 1


def check_memory(change, book, rows, first, pins, tally):
    """The rows of Breakdown under All options against their layouts, pinned."""
    placed = [i for i, r in enumerate(first) if r['total_gib']]
    lines = [(n, line) for n, line in book.table('Breakdown', 'Option (GPUs expected)')][-len(placed):]
    for (number, line), i in zip(lines, placed):
        where = f'{change.name}: Breakdown!{number} {line["Option (GPUs expected)"]}'
        fits = pins[i]['status'] == 'ok'
        if rows[i]['tpot_ms']:
            if line['Now'] != ('as planned' if change.is_money or change.own else 're-plan'):
                differ(f'{where}: a row with a demand says {line["Now"]}')
            continue
        if not change.own:
            expect_peak(where, line, pins[i])
        if line['Now'] == 'as planned' and not fits and first[i]['status'] == 'ok':
            differ(f'{where}: as planned, but it no longer fits')
        tally['memory'] += 1
        tally['replan'] += line['Now'] == 're-plan'


def expect_peak(where, line, result):
    """Where another stage or phase has become the fullest, the row says that it is not known."""
    moved = any(not office.close(result[name], line[title]) for title, name in MEMORY.items())
    if moved and line['Now'] != 're-plan':
        expect(where, line, result, MEMORY)


def check_wasteful(change, book, first, results, tally):
    """A row that fits and is to be planned again can do with fewer GPUs."""
    placed = [i for i, r in enumerate(first) if r['total_gib']]
    lines = [(n, line) for n, line in book.table('Breakdown', 'Option (GPUs expected)')][-len(placed):]
    for (number, line), i in zip(lines, placed):
        smaller = line['Total (GiB)'] not in ('', None) and line['Total (GiB)'] <= line['Usable there (GiB)']
        if not smaller or change.own:
            continue
        fewer = results[i]['gpus'] and float(results[i]['gpus']) < float(first[i]['gpus'])
        if not fewer:
            differ(f'{change.name}: Breakdown!{number}: a smaller layout holds, but the program '
                   f'finds {results[i]["gpus"]} GPUs')
        tally['wasteful'] += 1


# --- putting it together ---

def changes_of(book):
    """Each changes one thing, the last several."""
    def option(scenario, gpu, kind):
        for number, line in book.table('Search', 'Workload'):
            if is_of(line, scenario) and line['GPU'] == gpu \
                    and line['Type, optimizer'] == kind:
                return 'Search', book.find('Search', number, 'Your count (GPUs)', 'Workload')
        raise KeyError(f'no option {scenario} on {gpu}')

    rent = next(cell for (sheet, cell), (value, _) in book.cells.items()
                if sheet == 'Cost' and value == 'Rent (USD/GPU-hour)')
    card = next(cell for (sheet, cell), (value, _) in book.cells.items()
                if sheet == 'Cost' and value == 'h200-sxm-141g' and
                int(cell[1:]) > int(re.sub('[A-Z]', '', rent)))
    price = 'Cost', re.sub('[0-9]', '', rent) + card[1:]
    return [
        Change('nothing', {}),
        Change('discount', {'purchase_discount': 0.15}, ['purchase_discount=0.15']),
        Change('VAT', {'vat': 0.1}, ['vat=0.1']),
        Change('spare GPUs', {'spare_pct': 25}, ['spare_pct=25']),
        Change('tariff', {'usd_per_kwh': 0.31}, ['usd_per_kwh=0.31']),
        Change('horizon', {'horizon_years': 3}, ['horizon_years=3']),
        Change('PUE', {'pue': 1.2}, ['pue=1.2']),
        Change('rent of a card', {price: 3.25}, ['rent.h200-sxm-141g=3.25']),
        Change('growth', {'plan_growth': 1.7}, rows=other_column('concurrency', grown(1.7))),
        Change('decline', {'plan_growth': 0.4}, rows=other_column('concurrency', grown(0.4))),
        Change('headroom', {'plan_headroom': 0.12}, headroom=0.12),
        Change('utilization', {'plan_utilization': 0.97}, share=0.97),
        Change('gaps', {'visible_gap_gib': 1.5}, ['visible_gap_gib=1.5'], rows=lambda rows: rows),
        Change('own count', {option('pool large', 'mi300x-192g', 'fp8'): 3},
               own={('pool large', 'mi300x-192g', 'fp8'): '3'}),
        Change('several', {'plan_growth': 1.3, 'plan_headroom': 0.05, 'purchase_discount': 0.2,
                           'spare_gpus': 1, 'visible_gap_share': 0.01},
               ['purchase_discount=0.2', 'spare_gpus=1', 'visible_gap_share=0.01'],
               rows=other_column('concurrency', grown(1.3)), headroom=0.05),
    ]


def typed(book, change, path):
    """A copy with the change's cells."""
    members = dict(book.members)
    for name, value in change.cells.items():
        sheet, cell = name if isinstance(name, tuple) else book.place(name)
        xml = office.replaced(members[book.sheets[sheet]].decode(), cell, float(value))
        if xml is None:
            differ(f'{change.name}: no cell {sheet}!{cell}')
            finish()
        members[book.sheets[sheet]] = xml.encode()
    office.save(path, members)


def check_whole(change, fresh, again, tally):
    """Cell by cell, where the prices leave the same options in the same lines."""
    def lines(book):
        return [value for (sheet, cell), (value, _) in sorted(book.cells.items())
                if sheet in ('Cost', 'Timeline') and cell[0] in 'ABC' and cell[1:].isdigit()]
    if lines(fresh) != lines(again):
        return
    tally['whole'] += 1
    for text in unequal(fresh, again, MONEY_SHEETS):
        differ(f'{change.name}: planned again, {text}')


def check_changes(program, folder, book, changes):
    first = office.planned(program, os.path.join(folder, 'levers.csv'))
    rows = single_rows(first)
    rows = [{**row, 'share': share_of(book, row)} for row in rows]
    searched = {i for _, _, i in options(book, 'Search', rows)}
    tally = dict.fromkeys(['found', 'moved', 'priced', 'memory', 'replan', 'wasteful',
                           'whole'], 0)
    for at, change in enumerate(changes):
        again = office.Workbook(os.path.join(folder, 'out', f'change{at}.xlsx'))
        for text in unequal(again, again):
            differ(f'{change.name}: {text}')
        results = run(program, folder, change.asked(rows), change)
        pins = run(program, folder, change.asked(pinned(rows, first)), change)
        lost = check_search(change, again, rows, results, tally)
        check_money(change, again, rows, results, lost, searched, tally)
        check_memory(change, again, rows, first, pins, tally)
        check_wasteful(change, again, first, results, tally)
        if change.is_money:
            fresh = os.path.join(folder, 'fresh.xlsx')
            plan(program, os.path.join(folder, 'levers.csv'), fresh, *change.settings)
            check_whole(change, office.Workbook(fresh), again, tally)
    if tally['whole'] < 4:
        differ(f'only {tally["whole"]} changes leave the same lines')
    for name, count in tally.items():
        if not count:
            differ(f'the changes never show this: {name}')
    return tally


def share_of(book, row):
    """The share that stands on Capacity for the row's card and engine."""
    for _, line in book.table('Capacity', 'GPU'):
        engine = re.sub(' from .*', '', line['Engine (from version)'])
        if line['GPU'] == row['gpu'] and engine == (row['engine'] or 'generic'):
            return line['Share as planned']
    raise KeyError(f'no capacity of {row["gpu"]} with {row["engine"]}')


def plan(program, source, path, *arguments):
    subprocess.run([program, 'plan', source, '-q', '-o', path, *arguments], check=True)


def main():
    if len(sys.argv) < 2:
        sys.exit('usage: recalculate.py GPUPLAN [INPUT.csv...]')
    if not office.OFFICE:
        sys.exit('recalculate: LibreOffice is not installed')
    program = os.path.abspath(sys.argv[1])
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    inputs = sys.argv[2:] or [os.path.join(root, 'inputs', name) for name in SAMPLES]
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (('levers.csv', LEVERS), ('sweep.csv', SWEEP)):
            with open(os.path.join(folder, name), 'w', encoding='utf-8') as stream:
                stream.write(text)
            inputs.append(os.path.join(folder, name))
        names = []
        for path in inputs:
            names.append(os.path.basename(path).replace('.csv', '.xlsx'))
            plan(program, path, os.path.join(folder, names[-1]))
        names.append('korean.xlsx')
        plan(program, os.path.join(folder, 'levers.csv'), os.path.join(folder, names[-1]),
             '--lang', 'ko')
        book = office.Workbook(os.path.join(folder, 'levers.xlsx'))
        corrupted(book, os.path.join(folder, 'wrong.xlsx'))
        changes = changes_of(book)
        for at, change in enumerate(changes):
            typed(book, change, os.path.join(folder, f'change{at}.xlsx'))
        names.append('wrong.xlsx')
        files = names + [f'change{at}.xlsx' for at in range(len(changes))]
        office.converted(folder, [os.path.join(folder, name) for name in files], office.XLSX)
        cells = check_released(folder, names)
        tally = check_changes(program, folder, book, changes)
    if not differences:
        print(f'recalculate: {cells} formula cells of {len(names) - 1} workbooks as cached; '
              f'{len(changes)} changes as planned: {tally["found"]} counts searched, '
              f'{tally["moved"]} of them moved, {tally["priced"]} lines of money, {tally["memory"]} '
              f'of memory, {tally["replan"]} to be planned again, {tally["wasteful"]} wasteful, '
              f'{tally["whole"]} workbooks cell by cell; '
              'a wrong cached value is found')
    finish()


main()
