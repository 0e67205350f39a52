#!/usr/bin/env python3
# whatif.py -- changes the choices of What-if, recalculates, and compares with what is planned
# usage: whatif.py GPUPLAN [COUNT]     exit status 1, with the first ten differences
#
# Copies of one workbook get other inputs and lose every cached value of their What-if sheets; a real
# spreadsheet program recalculates them, many at a time; the same rows are planned, and status, GPU
# counts, layout and memory must agree. Without LibreOffice only the cached values are compared.
import csv
import math
import os
import random
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import office  # noqa: E402

SHEETS = ['What-if', 'What-if layouts', 'What-if splits', 'What-if data']
# the last one is changed: it offers most
SAMPLES = ['training.csv', 'primers.csv', 'capacity.csv', 'procurement.csv']
SHOWN = 10
GIB_COLUMNS = {'weights': 'weights_gib', 'kv_cache': 'kv_cache_gib',
               'activations': 'activations_gib', 'overhead': 'overhead_gib', 'total': 'total_gib',
               'total_low': 'total_low_gib', 'total_high': 'total_high_gib',
               'usable': 'usable_gib'}
COUNTS = {'gpus': 'gpus', 'gpus_low': 'gpus_low', 'gpus_high': 'gpus_high', 'servers': 'servers',
          'ways': 'tp', 'stages': 'pp', 'replicas': 'dp'}
INPUTS = ['model', 'type', 'cache', 'tokens', 'requests', 'gpu', 'engine', 'most', 'share', 'seqs',
          'step']
COLUMNS = {'model': 'model', 'type': 'dtype', 'cache': 'kv_dtype', 'tokens': 'tokens',
           'requests': 'concurrency', 'gpu': 'gpu', 'most': 'max_gpus', 'share': 'utilization',
           'seqs': 'max_num_seqs', 'step': 'max_num_batched_tokens'}
STATUS = {'fits': 'ok', 'does not fit': 'no_fit', 'not supported': 'unsupported'}
differences = []


def differ(text):
    differences.append(text)
    if len(differences) >= SHOWN:
        finish()


def finish():
    for text in differences:
        print('whatif: ' + text, file=sys.stderr)
    sys.exit(1 if differences else 0)


class Book(office.Workbook):
    """The What-if sheets of a workbook: cells, formulas and names."""

    def __init__(self, path):
        super().__init__(path, SHEETS)
        self.bare = self.without_values()

    def without_values(self):
        """The members, as a copy needs them."""
        members = dict(self.members)
        for sheet, member in self.sheets.items():
            xml = members[member].decode()
            if sheet in SHEETS:
                xml = re.sub(r'(<c r="[A-Z0-9]+"(?: s="\d+")?)(?: t="str")?>(<f>[^<]*</f>)'
                             r'<v>[^<]*</v>', r'\1>\2', xml)
            else:
                xml = re.sub(r'<sheetData>.*</sheetData>', '<sheetData/>', xml, flags=re.S)
                xml = re.sub(r'<(mergeCells|hyperlinks|conditionalFormatting)\b.*</\1>', '', xml,
                             flags=re.S)
            members[member] = xml.encode()
        return members

    def place(self, name):
        return super().place('wi_' + name)

    def value(self, name):
        return self.cells[self.place(name)][0]

    def listed(self, name):
        sheet, cells = self.place(name)
        first, last = (int(re.sub('[A-Z]', '', c)) for c in cells.split(':'))
        return [self.cells[sheet, f'A{row}'][0] for row in range(first, last + 1)]

    def changed(self, path, choice):
        """A copy with other inputs, no cached value in the live sheets, and the others empty."""
        members = dict(self.bare)
        sheet = self.sheets['What-if']
        xml = members[sheet].decode()
        for name, value in choice.items():
            cell = self.place(name)[1]
            found = office.replaced(xml, cell, value)
            if found is None:
                differ(f'no input cell {cell} for {name}')
            xml = found or xml
        members[sheet] = xml.encode()
        office.save(path, members)


def choices(book, count):
    """Seeded: each choice of each list appears, the rest is drawn."""
    draw = random.Random(20261122)
    lists = {'model': book.listed('list_model'), 'type': book.listed('list_dtype'),
             'cache': book.listed('list_cache'), 'gpu': book.listed('list_gpu'),
             'engine': book.listed('list_engine')}
    for i in range(count):
        choice = {name: values[i % len(values)] if i < len(values) else draw.choice(values)
                  for name, values in lists.items()}
        if i >= 8 and draw.random() < 0.6:
            choice['cache'] = ''
        choice['tokens'] = float(draw.choice([1, 100, 1000, 2048, 8192, 8191, 32768, 65536, 131072]))
        choice['requests'] = float(draw.choice([1, 2, 3, 5, 8, 16, 31, 64, 100, 256, 1024]))
        choice['most'] = float(draw.choice([64, 64, 64, 64, 32, 16, 8, 5, 1]))
        choice['share'] = draw.choice(['', '', '', 0.5, 0.8, 0.95, 1.0])
        choice['seqs'] = draw.choice(['', '', '', 1.0, 64.0, 512.0])
        choice['step'] = draw.choice(['', '', '', 512.0, 4096.0, 32768.0])
        yield choice


def plan(program, folder, rows):
    """The results of one row per choice, in order."""
    source = os.path.join(folder, 'rows.csv')
    with open(source, 'w', newline='', encoding='utf-8') as stream:
        out = csv.writer(stream)
        out.writerow(list(COLUMNS.values()) + ['engine', 'engine_version', 'optimizer'])
        for row in rows:
            engine, _, version = row['engine'].partition(' from ')
            cells = [row[name] if isinstance(row[name], str) else repr(row[name])
                     for name in COLUMNS]
            out.writerow([re.sub(r'\.0$', '', cell) for cell in cells] + [engine, version, 'none'])
    results = office.planned(program, source)
    if isinstance(results, str):
        differ(f'the rows cannot be planned: {results}')
        finish()
    if len(results) != len(rows):
        differ(f'{len(results)} results for {len(rows)} choices')
        finish()
    return results


def compare(book, result, what):
    """The answer's cells with a line of the results."""
    status = STATUS.get(book.value('status'))
    if status != result['status']:
        differ(f'{what}: status {book.value("status")!r}, planned {result["status"]}')
        return
    if status == 'unsupported':
        if book.value('gpus') not in (None, ''):
            differ(f'{what}: a count for what is not supported')
        return
    fits = status == 'ok'
    pairs = dict(GIB_COLUMNS, **COUNTS) if fits else {'gpus': 'gpus'}
    for name, column in pairs.items():
        if not office.close(result[column], book.value(name)):
            differ(f'{what}: {name} is {book.value(name)!r}, planned {result[column]!r}')
    if not fits:
        lacks = float(result['total_gib']) - float(result['usable_gib'])
        if not math.isclose(-lacks, book.value('spare'), rel_tol=1e-6):
            differ(f'{what}: lacks {-book.value("spare")!r} GiB, planned {lacks!r}')


class Answer:
    """The sheet What-if of a recalculated copy, as text."""

    def __init__(self, book, path):
        self.book = book
        with open(path, newline='', encoding='utf-8') as stream:
            self.rows = list(csv.reader(stream))

    def value(self, name):
        cell = self.book.place(name)[1]
        row = self.rows[int(re.sub('[A-Z]', '', cell)) - 1]
        text = row[ord(cell[0]) - ord('A')]
        try:
            return float(text)
        except ValueError:
            return text


def recalculated(book, folder, count):
    """The first copy whole, of the others the sheet What-if; one process for each of two cores."""
    names = [os.path.join(folder, f'{i}.xlsx') for i in range(count)]
    number = list(book.sheets).index('What-if') + 1
    sheet = f'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,{number}'
    office.converted(folder, names, sheet)
    office.converted(folder, names[:1], office.XLSX)
    out = os.path.join(folder, 'out')
    return (Book(os.path.join(out, '0.xlsx')),
            [Answer(book, os.path.join(out, f'{i}-What-if.csv')) for i in range(count)])


def check_cached(book, program, folder):
    """The book as released against the same choice planned; no two names differ in case only."""
    names = [name.lower() for name in book.names]
    if len(set(names)) != len(names):
        differ('two names of the workbook differ in case only')
    for (sheet, cell), (value, formula) in book.cells.items():
        text = '' if formula is None else re.sub(r"""\$?[A-Z]{1,3}\$?\d+|'[^']*'!|"[^"]*\"""", '',
                                                 formula)
        if set(re.findall(r'(?<![A-Za-z0-9_.])\d[\d.]*', text)) - {'0', '1', '2'}:
            differ(f'{sheet}!{cell}: a number inside {formula}')
        if isinstance(value, str) and value.startswith(('error', '#', 'Err:')):
            differ(f'{sheet}!{cell}: {value}')
    choice = {name: book.value(name) or '' for name in INPUTS}
    compare(book, plan(program, folder, [choice])[0], f'as released, {choice}')
    return choice


def check_same(book, again):
    """A recalculation changes no cell."""
    for place, (value, formula) in book.cells.items():
        if formula is None:
            continue
        found = again.cells.get(place, (None, None))[0]
        if not office.close(value, found):
            differ(f'{place[0]}!{place[1]}: {value!r} becomes {found!r} = {formula}')


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit('usage: whatif.py GPUPLAN [COUNT]')
    program = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) == 3 else 210
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    with tempfile.TemporaryDirectory() as folder:
        for name in SAMPLES:
            path = os.path.join(folder, 'book.xlsx')
            subprocess.run([program, 'plan', os.path.join(root, 'inputs', name), '-q', '-o', path],
                           check=True)
            book = Book(path)
            released = check_cached(book, program, folder)
        if not office.OFFICE:
            print('whatif: cached values agree; NOT recalculated: LibreOffice is not installed')
            finish()
        rows = [released] + list(choices(book, count))
        for i, row in enumerate(rows):
            book.changed(os.path.join(folder, f'{i}.xlsx'), row)
        results = plan(program, folder, rows)
        tally = dict.fromkeys(STATUS.values(), 0)
        whole, answers = recalculated(book, folder, len(rows))
        check_same(book, whole)
        for row, result, answer in zip(rows, results, answers):
            compare(answer, result, ', '.join(f'{k} {v}' for k, v in row.items() if v != ''))
            tally[result['status']] += 1
    if not differences:
        print(f'whatif: {len(rows)} choices recalculated and as planned: '
              + ', '.join(f'{n} {status}' for status, n in tally.items()))
    finish()


main()
