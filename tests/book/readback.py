#!/usr/bin/env python3
# readback.py -- reads a workbook and its results CSV back and compares them cell by cell
# usage: readback.py BOOK.xlsx RESULTS.csv [BASELINE.csv]
# exit status 1, with the first ten differences
import csv
import math
import re
import sys
import zipfile
import xml.etree.ElementTree as ET

MAIN = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
RELATION = '{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id'
ORDER = ['Summary', 'Minimum GPUs', 'Breakdown', 'Cost', 'Sensitivity', 'Timeline', 'Changes', 'Methods', 'Scenarios',
         'Rejected', 'Search', 'Search layouts', 'Capacity', 'What-if', 'What-if layouts', 'What-if splits', 'What-if data',
         'What-if training', 'Training layouts', 'Training splits', 'Training ways', 'Training data',
         'Assumptions', 'Models', 'GPUs', 'Checks', 'About']
OPTIONAL = {'Timeline', 'Changes', 'Rejected'}
# all or none of each
GROUPS = [{'Search', 'Search layouts', 'Capacity'},
          {'What-if', 'What-if layouts', 'What-if splits', 'What-if data'},
          {'What-if training', 'Training layouts', 'Training splits', 'Training ways',
           'Training data'}]
TOLERANCE = 1e-15
CELL_UNITS = 32767
SHOWN = 10

differences = []


def differ(text):
    differences.append(text if len(text) <= 300 else text[:300] + '...')
    if len(differences) >= SHOWN:
        finish()


def finish():
    for text in differences:
        print('readback: ' + text, file=sys.stderr)
    sys.exit(1 if differences else 0)


def decoded(text):
    """The character that the format writes as _xHHHH_."""
    return re.sub(r'_x([0-9A-Fa-f]{4})_', lambda m: chr(int(m.group(1), 16)), text)


def column_of(reference):
    number = 0
    for letter in re.match(r'[A-Z]+', reference).group():
        number = 26 * number + ord(letter) - 64
    return number - 1


def shared_strings(book):
    if 'xl/sharedStrings.xml' not in book.namelist():
        return []
    root = ET.fromstring(book.read('xl/sharedStrings.xml'))
    return [decoded(''.join(t.text or '' for t in item.iter(MAIN + 't')))
            for item in root.iter(MAIN + 'si')]


def value_of(cell, strings, where):
    kind = cell.get('t')
    value = cell.find(MAIN + 'v')
    if kind == 'e':
        differ(f'{where}: an error cell: {value.text}')
        return None
    if kind == 'inlineStr':
        return decoded(''.join(t.text or '' for t in cell.iter(MAIN + 't')))
    if value is None or value.text is None:
        return None
    if kind == 's':
        return strings[int(value.text)]
    return value.text if kind == 'str' else float(value.text)


def rows_of(book, member, strings, name):
    """Each row as a dictionary of column to value, in constant memory."""
    with book.open(member) as stream:
        for _, element in ET.iterparse(stream):
            if element.tag != MAIN + 'row':
                continue
            row = int(element.get('r'))
            yield row, {column_of(cell.get('r')): value_of(cell, strings, f'{name}!{cell.get("r")}')
                        for cell in element.iter(MAIN + 'c')}
            element.clear()


def sheets_of(book):
    targets = {r.get('Id'): r.get('Target')
               for r in ET.fromstring(book.read('xl/_rels/workbook.xml.rels'))}
    root = ET.fromstring(book.read('xl/workbook.xml'))
    return [(sheet.get('name'), 'xl/' + targets[sheet.get(RELATION)].lstrip('/'))
            for sheet in root.iter(MAIN + 'sheet')]


def kind_of(name):
    return re.sub(r'^Scenarios \d+$', 'Scenarios', name)


def check_order(names):
    kinds = [kind_of(name) for name in names]
    optional = OPTIONAL.union(*(group for group in GROUPS if group.isdisjoint(kinds)))
    wanted = [name for name in ORDER if name in kinds or name not in optional]
    found = list(dict.fromkeys(kinds))
    if found != wanted:
        differ(f'sheets are {found}, not {wanted}')


def check_frame(book, name, member):
    """Frozen panes, filter, complete XML, no formula errors kept as text."""
    head = tail = b''
    with book.open(member) as stream:
        head = stream.read(65536)
        for chunk in iter(lambda: stream.read(1 << 20), b''):
            tail = (tail + chunk)[-65536:]
    text = head + tail
    if not head.startswith(b'<?xml') or not text.rstrip().endswith(b'</worksheet>'):
        differ(f'{name}: the XML is cut')
    if name != 'About' and b'state="frozen"' not in text:
        differ(f'{name}: no frozen panes')
    if name not in ('About', 'Checks') and b'<autoFilter' not in text:
        differ(f'{name}: no filter')
    if b'<pageSetup' not in text or b'<headerFooter' not in text:
        differ(f'{name}: no page set-up')


class Number(float):
    """A spreadsheet's number: an error (here NaN) spreads, and division by 0 is one."""

    is_text = False

    def __add__(self, other):
        return Number(float(self) + float(other))

    def __sub__(self, other):
        return Number(float(self) - float(other))

    def __mul__(self, other):
        return Number(float(self) * float(other))

    def __truediv__(self, other):
        return Number(float(self) / float(other) if other else math.nan)


def largest(values):
    """MAX leaves cells with text out, errors not."""
    return Number(math.nan if any(map(math.isnan, values)) else max(values))


def flat(values):
    return [v for x in values for v in (x if isinstance(x, list) else [x])]


def added(values):
    """SUM leaves text out, errors not."""
    return Number(sum(Number(0) if v.is_text else v for v in flat(values)))


FUNCTIONS = {
    'N': Number,
    'COUNT': lambda *x: Number(sum(not math.isnan(v) for v in flat(x))),
    'SUM': lambda *x: added(x),
    'ROUND': lambda x, digits: Number(round(x, int(digits))),
    'IF': lambda test, yes, no: yes if test else no,
    'IFERROR': lambda x, other: other if isinstance(x, float) and math.isnan(x) else x,
    'MAX': lambda *x: largest([v for v in x if not v.is_text]),
    'ROUNDUP': lambda x, digits: Number(math.ceil(x)),
}


class Formulas:
    """The formulas of one sheet, worked out again from the numbers that were put in."""

    def __init__(self, book, sheets, strings, name):
        self.cells = {}
        self.formulas = {}
        self.known = {}
        for sheet, member in sheets:
            if sheet in (name, 'Assumptions') or name == 'Timeline' and sheet == 'Cost':
                self.read(book, member, strings, '' if sheet == name else sheet + '!')
            elif sheet == 'Search':
                self.read(book, member, strings, sheet + '!', False)
        root = ET.fromstring(book.read('xl/workbook.xml'))
        self.names = {n.get('name'): n.text.replace('$', '') for n in root.iter(MAIN + 'definedName')}

    def read(self, book, member, strings, prefix, live=True):
        for cell in ET.fromstring(book.read(member)).iter(MAIN + 'c'):
            where = prefix + cell.get('r')
            self.cells[where] = value_of(cell, strings, where)
            formula = cell.find(MAIN + 'f')
            if live and formula is not None:
                self.formulas[where] = formula.text

    def cell(self, where):
        if where not in self.known:
            self.known[where] = self.work_out(self.formulas[where]) if where in self.formulas \
                else self.cells.get(where, 0.0)
        value = self.known[where]
        number = Number(value if isinstance(value, float) else math.nan)
        number.is_text = not isinstance(value, float)
        return number

    def range(self, first, last):
        """Of one column."""
        column = re.match('[A-Z]+', first).group()
        rows = range(int(first[len(column):]), int(last[len(column):]) + 1)
        return [self.cell(f'{column}{row}') for row in rows]

    def word(self, match):
        text = match.group().replace('$', '')
        if ':' in text:
            return 'range("{}", "{}")'.format(*text.split(':'))
        if text in FUNCTIONS:
            return text
        if re.match(r'[0-9.]+$', text):
            return f'N({text})'
        return f'cell("{self.names.get(text, text)}")'

    def work_out(self, formula):
        words = r"[A-Z]+[0-9]+:[A-Z]+[0-9]+|\$?[A-Za-z_][A-Za-z0-9_$]*(?:![$A-Z0-9]+)?|[0-9.]+"
        source = ''.join(part if part.startswith('"') else re.sub(words, self.word, part)
                         for part in re.split(r'("[^"]*")', formula.lstrip('=')))
        return eval(source, {'__builtins__': {}, 'cell': self.cell, 'range': self.range,
                             **FUNCTIONS})


# columns of Cost, and those of the results that hold the same
COSTS = {'GPU': 'gpu', 'Bought (servers)': 'servers_paid', 'Bought (GPUs)': 'gpus_paid',
         'Purchase (USD)': 'purchase_usd', 'Rent (USD/hour)': 'usd_per_hour',
         'Purchase, expected count (USD)': 'purchase_expected_usd',
         'Rent, expected count (USD/hour)': 'usd_per_hour_expected',
         'Power, average at the wall (kW)': 'power_kw',
         'Electricity (USD/year)': 'energy_usd_per_year',
         'Owning, over the horizon (USD)': 'tco_usd',
         'Owning is cheaper than renting after (months)': 'break_even_months',
         'A million tokens (USD)': 'usd_per_million_tokens', 'The run (USD)': 'usd_per_run'}


def check_formulas(book, sheets, strings, name):
    """Works every formula of a sheet out again."""
    formulas = Formulas(book, sheets, strings, name)
    for where, formula in formulas.formulas.items():
        if '!' in where:
            continue
        try:
            value = formulas.work_out(formula)
        except (SyntaxError, NameError, TypeError, ValueError) as fault:
            differ(f'{name}!{where}: {formula} cannot be worked out: {fault}')
            continue
        found = formulas.cells[where]
        if isinstance(value, float) != isinstance(found, float) or (
                isinstance(found, float) and abs(value - found) > 1e-9 * abs(found)):
            differ(f'{name}!{where}: {formula} gives {value!r}, the cell holds {found!r}')


def check_cost(book, sheets, strings):
    """Checks the formulas of Cost; returns its lines as the results would print them."""
    check_formulas(book, sheets, strings, 'Cost')
    member = dict(sheets)['Cost']
    lines = []
    header = None
    for _, cells in rows_of(book, member, strings, 'Cost'):
        if cells.get(0) == 'Workload':
            header = {cells[i]: i for i in cells}
        elif header and not cells.get(header['GPU']):
            break
        elif header:
            lines.append({COSTS[title]: cells.get(header[title]) or '' for title in COSTS})
    if header is None or set(COSTS) - set(header):
        differ(f'Cost: columns are missing: {set(COSTS) - set(header or ())}')
    return lines


# columns of Sensitivity: a value, its change in percent, the count there
SPOTS = [('Fewer GPUs at (in that unit)', 'Fewer: change (%)', 'Fewer: count there (GPUs)'),
         ('More GPUs at (in that unit)', 'More: change (%)', 'More: count there (GPUs)'),
         ('Another option takes over at (in that unit)', 'Another: change (%)', None)]


def check_spot(where, row, names, now):
    """Returns the change: None without a value, which then has neither change nor count."""
    value, change, count = (row.get(name) if name else None for name in names)
    if not isinstance(value, float):
        if change is not None or count is not None:
            differ(f'{where}: a change or a count without a value')
        return None
    if not isinstance(change, float) or abs(100 * (value / now - 1) - change) > 1e-9 * abs(change) + 1e-9:
        differ(f'{where}: {value} is not {change} % from {now}')
        return None
    if names[2] and not isinstance(count, float) and 'none' not in (count or ''):
        differ(f'{where}: {value} without a count')
    return change


def check_sensitivity(book, members, strings):
    """Each line has what its columns promise; the workloads' lines begin with the closest."""
    header = None
    lines = 0
    last = ('', 0.0)
    for at, cells in rows_of(book, members['Sensitivity'], strings, 'Sensitivity'):
        where = f'Sensitivity!{at}'
        if cells.get(0) == 'Workload':
            header = {cells[i]: i for i in cells}
            last = ('', 0.0)
            continue
        if not header or not isinstance(cells.get(header['Plan with (GPUs)']), float):
            continue
        row = {name: cells.get(i) for name, i in header.items()}
        now = row['Now (in that unit)']
        if not isinstance(now, float) or not row['Unit'] or not row['What changes']:
            differ(f'{where}: no present value, or no unit')
            continue
        lines += 1
        changes = [check_spot(where, row, names, now) for names in SPOTS]
        nearest = min((abs(c) for c in changes if c is not None), default=math.inf)
        shown = row['Least change that matters (%)']
        if abs((math.inf if shown is None else shown) - nearest) > 1e-9 and nearest != (
                math.inf if shown is None else shown):
            differ(f'{where}: the least change is {nearest}, not {shown}')
        if row['Workload'] == last[0] and nearest < last[1] - 1e-9:
            differ(f'{where}: closer than the line before it')
        last = (row['Workload'], nearest)
    return lines


def number_or(cell, other):
    return float(cell) if cell not in (None, '') else other


def best_option(rows):
    """Cheapest to rent (a run by its price), else to own, else the smallest, as the sheets rank."""
    def size(row):
        return number_or(row['gpus_high'] or row['gpus'], math.inf)

    def safe(row):
        return not row['gpus_high']

    rented = [r for r in rows if r['usd_per_hour']]
    owned = [r for r in rows if r['tco_usd']]
    if rented:
        return min(rented, key=lambda r: (safe(r), not r['usd_per_run'], number_or(r['usd_per_run'], 0),
                                          float(r['usd_per_hour']), size(r)))
    if owned:
        return min(owned, key=lambda r: (safe(r), float(r['tco_usd']), size(r)))
    return min(rows, key=lambda r: (safe(r), size(r)))


def workloads_of(rows):
    """The rows of each workload, in the order of the results; the period is the second part of the key."""
    groups = {}
    for row in rows:
        key = tuple(row[name] for name in (
            'scenario', 'period', 'model', 'mode', 'tuning', 'tokens', 'concurrency', 'prompt_tokens',
            'output_tokens', 'requests_per_s', 'asked_output_tok_s', 'asked_ttft_ms',
            'asked_tpot_ms', 'train_tokens', 'deadline_days', 'max_usd', 'max_kw'))
        groups.setdefault(key, []).append(row)
    return groups


def fitting_of(rows):
    """Published methods don't answer where the detailed estimate was asked too."""
    detailed = [r for r in rows if r['estimate'] == 'detailed']
    return [r for r in detailed or rows if r['status'] == 'ok']


def wanted_pools(results):
    """Planned GPUs by period and card, from the results."""
    pools = {}
    for key, rows in workloads_of(csv.DictReader(results)).items():
        fitting = fitting_of(rows)
        if fitting:
            best = best_option(fitting)
            pool = (expected_of(key[1]) or '(none)', expected_of(best['gpu']))
            pools[pool] = pools.get(pool, 0) + float(best['gpus_high'] or best['gpus'])
    return pools


def check_timeline(book, sheets, strings, path):
    """Every formula, the planned counts of the results, and totals that are sums of the lines."""
    check_formulas(book, sheets, strings, 'Timeline')
    found = {}
    totals = {}
    header = None
    for _, cells in rows_of(book, dict(sheets)['Timeline'], strings, 'Timeline'):
        if cells.get(0) == 'Period':
            header = {cells[i]: i for i in cells}
        elif header and isinstance(cells.get(header['Planned (GPUs)']), float):
            period, gpu = cells.get(0) or '', cells[1]
            planned = cells[header['Planned (GPUs)']]
            if gpu == 'all':
                totals[period] = planned
            else:
                found[(period, gpu)] = planned
    with open(path, newline='', encoding='utf-8') as stream:
        wanted = wanted_pools(stream)
    if found != wanted:
        differ(f'Timeline: planned are {found}, by the results {wanted}')
    for period, total in totals.items():
        lines = sum(n for (name, _), n in found.items() if name == period)
        if lines != total:
            differ(f'Timeline: {period} plans {total} in all, its lines {lines}')


# columns of Changes, and those of the results that hold the same
ASKED = {'Scenario': 'scenario', 'Model': 'model', 'Optimizer': 'optimizer', 'GPU': 'gpu'}
COMPARED = {'Expected': 'gpus', 'Plan with': 'gpus_high', 'Rent': 'usd_per_hour',
            'Purchase': 'purchase_usd', 'Memory': 'total_gib', 'TPOT': 'tpot_ms', 'TTFT': 'ttft_ms',
            'Output': 'output_tok_s', 'Training': 'train_tok_s'}


def read_results(path):
    with open(path, newline='', encoding='utf-8') as stream:
        return [{name: expected_of(cell) for name, cell in row.items()}
                for row in csv.DictReader(stream)]


def stands_behind(row, cells, titles, when):
    """True when the figures of one run on a line are those of this row of its results."""
    return all(same(row.get(name) or '', cells.get(titles[f'{title}, {when}']) or '')
               for title, name in COMPARED.items()) and \
        row['status'] == (cells.get(titles['Status ' + when]) or '')


def check_changes(book, sheets, strings, now_path, then_path):
    """Lines are rows of the two runs, differences are theirs, and every row is accounted for."""
    runs = {'before': read_results(then_path), 'now': read_results(now_path)}
    titles = None
    kinds = {'moved': 0, 'new': 0, 'gone': 0}
    same_rows = None
    for number, cells in rows_of(book, dict(sheets)['Changes'], strings, 'Changes'):
        first = cells.get(0)
        if number == 3:
            same_rows = int(re.search(r'(\d+) the same', first).group(1))
        if first == 'Change':
            titles = {re.sub(r' \((?!%).*\)$', '', cells[i]): i for i in cells}
        if titles is None or first not in kinds:
            continue
        kinds[first] += 1
        for when in runs:
            if first == ('new' if when == 'before' else 'gone'):
                continue
            if not any(stands_behind(row, cells, titles, when) for row in runs[when]):
                differ(f'Changes!{number}: no row of the results {when} stands behind it')
        if first != 'gone' and not any(
                all(row.get(name, '') == (cells.get(titles[title]) or '')
                    for title, name in ASKED.items()) for row in runs['now']):
            differ(f'Changes!{number}: nothing like it was asked')
        for title in COMPARED:
            before, now, by = (cells.get(titles[f'{title}, {part}'])
                               for part in ('before', 'now', 'difference'))
            if isinstance(before, float) and isinstance(now, float) and \
                    abs(by - (now - before)) > 1e-12 * max(before, now):
                differ(f'Changes!{number}: {title} moved from {before} to {now}, not by {by}')
    for when, other in (('before', 'gone'), ('now', 'new')):
        if kinds['moved'] + kinds[other] + (same_rows or 0) != len(runs[when]):
            differ(f'Changes: {kinds} and {same_rows} the same are not {len(runs[when])} rows {when}')


def tick_off(lines, header, wanted):
    """Takes the lines away that this row of the results stands behind."""
    row = dict(zip(header, wanted))
    lines[:] = [line for line in lines
                if not all(line[name] == row[name] or close_to(row[name], line[name])
                           for name in line)]


def close_to(wanted, found):
    return isinstance(found, float) and wanted != '' and \
        abs(float(wanted) - found) <= 1e-12 * abs(found)


def expected_of(cell):
    """The CSV writes a leading apostrophe before what a spreadsheet could take for a formula; a sheet
    holds no control characters, and 32,767 units of UTF-16 in a cell."""
    text = cell[1:] if re.match(r"'[=+\-@\t\r]", cell) else cell
    text = re.sub('[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]', '', text)
    if len(text) > CELL_UNITS // 2:
        wide = text.encode('utf-16-le')[:2 * CELL_UNITS]
        text = wide.decode('utf-16-le', 'ignore')
    return text


def same(wanted, found):
    if isinstance(found, float):
        try:
            number = float(wanted)
        except ValueError:
            return False
        return abs(number - found) <= TOLERANCE * max(abs(number), abs(found))
    return wanted == found


def compare(book, members, strings, results, costs):
    header = next(results)
    written = 0
    for name, member in members:
        for row, cells in rows_of(book, member, strings, name):
            if row == 1:
                cells = {i: cell for i, cell in cells.items() if cell != 'Now'}
                if len(cells) != len(header):
                    differ(f'{name}: {len(cells)} columns, the CSV has {len(header)}')
                continue
            wanted = next(results, None)
            if wanted is None:
                differ(f'{name}!{row}: a row that the CSV does not have')
                return written
            written += 1
            if costs:
                tick_off(costs, header, wanted)
            for i, cell in enumerate(wanted):
                text = expected_of(cell)
                found = cells.get(i)
                if not same(text, found) and not (text == '' and found is None):
                    differ(f'{name}!{row} {header[i]}: {found!r}, the CSV has {text!r}')
    left = sum(1 for _ in results)
    if left:
        differ(f'{left} rows of the CSV are missing on Scenarios')
    return written


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit('usage: readback.py BOOK.xlsx RESULTS.csv [BASELINE.csv]')
    csv.field_size_limit(1 << 30)
    book = zipfile.ZipFile(sys.argv[1])
    broken = book.testzip()
    if broken:
        differ(f'{broken} is damaged')
        finish()
    for member in book.namelist():
        if member.endswith(('.xml', '.rels')) and not member.startswith('xl/worksheets/sheet'):
            ET.fromstring(book.read(member))
    strings = shared_strings(book)
    sheets = sheets_of(book)
    check_order([name for name, _ in sheets])
    for name, member in sheets:
        check_frame(book, name, member)
        if kind_of(name) != 'Scenarios':
            for _ in rows_of(book, member, strings, name):
                pass
    scenarios = [s for s in sheets if kind_of(s[0]) == 'Scenarios']
    with open(sys.argv[2], newline='', encoding='utf-8') as stream:
        costs = check_cost(book, sheets, strings)
        studied = check_sensitivity(book, dict(sheets), strings)
        if not studied and any(row['estimate'] == 'detailed' and row['status'] == 'ok'
                               for row in csv.DictReader(stream)):
            differ('Sensitivity: no line, though options fit')
        stream.seek(0)
        written = compare(book, scenarios, strings, csv.reader(stream), costs)
    if 'Timeline' in dict(sheets):
        check_timeline(book, sheets, strings, sys.argv[2])
    if len(sys.argv) == 4:
        check_changes(book, sheets, strings, sys.argv[2], sys.argv[3])
    for line in costs:
        differ(f'Cost: no row of the results has {line}')
    if not differences:
        print(f'readback: {written} rows and {len(sheets)} sheets agree')
    finish()


if __name__ == '__main__':
    main()
