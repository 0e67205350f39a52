#!/usr/bin/env python3
# whatif.py -- changes the choices of the What-if sheets, recalculates, and compares with what is planned
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
import zipfile

sys.dont_write_bytecode = True
import office  # noqa: E402

GIB_COLUMNS = {'activations': 'activations_gib', 'overhead': 'overhead_gib', 'total': 'total_gib',
               'total_low': 'total_low_gib', 'total_high': 'total_high_gib',
               'usable': 'usable_gib', 'weights': 'weights_gib'}
STATUS = {'fits': 'ok', 'does not fit': 'no_fit', 'not supported': 'unsupported'}


def drawn(book, kind, count):
    """Seeded: each choice of each list appears, the rest is drawn."""
    draw = random.Random(20261122)
    lists = {name: book.listed('list_' + of) for name, of in kind.lists.items()}
    for i in range(count):
        choice = {name: values[i % len(values)] if i < len(values) else draw.choice(values)
                  for name, values in lists.items()}
        for name, values in kind.numbers.items():
            value = draw.choice(values)
            choice[name] = value if value == '' else float(value)
        kind.settle(i, choice, draw)
        yield choice


class Serving:
    """What-if: one scenario of serving."""
    prefix = 'wi_'
    sheets = ['What-if', 'What-if layouts', 'What-if splits', 'What-if data']
    sample = 'procurement.csv'
    fixed = {'optimizer': 'none'}
    gib = dict(GIB_COLUMNS, kv_cache='kv_cache_gib')
    counts = {'gpus': 'gpus', 'gpus_low': 'gpus_low', 'gpus_high': 'gpus_high',
              'servers': 'servers', 'ways': 'tp', 'stages': 'pp', 'replicas': 'dp'}
    columns = {'model': 'model', 'type': 'dtype', 'cache': 'kv_dtype', 'tokens': 'tokens',
               'requests': 'concurrency', 'gpu': 'gpu', 'most': 'max_gpus', 'share': 'utilization',
               'seqs': 'max_num_seqs', 'step': 'max_num_batched_tokens'}
    lists = {'model': 'model', 'type': 'dtype', 'cache': 'cache', 'gpu': 'gpu', 'engine': 'engine'}
    numbers = {'tokens': [1, 100, 1000, 2048, 8192, 8191, 32768, 65536, 131072],
               'requests': [1, 2, 3, 5, 8, 16, 31, 64, 100, 256, 1024],
               'most': [64, 64, 64, 64, 32, 16, 8, 5, 1],
               'share': ['', '', '', 0.5, 0.8, 0.95, 1], 'seqs': ['', '', '', 1, 64, 512],
               'step': ['', '', '', 512, 4096, 32768]}

    @staticmethod
    def settle(i, choice, draw):
        if i >= 8 and draw.random() < 0.6:
            choice['cache'] = ''


class Training:
    """What-if training: one scenario of training."""
    prefix = 'wt_'
    sheets = ['What-if training', 'Training layouts', 'Training splits', 'Training ways',
              'Training data']
    sample = 'training.csv'
    fixed = {}
    gib = {name if 'total' in name or name == 'usable' else name + '_gib': column for name, column
           in dict(GIB_COLUMNS, gradients='gradients_gib', optimizer='optimizer_gib').items()}
    counts = {'gpus': 'gpus', 'gpus_low': 'gpus_low', 'gpus_high': 'gpus_high',
              'servers': 'servers', 'ways': 'tp', 'stages': 'pp', 'ranks': 'dp',
              'zero_shown': 'zero'}
    columns = {'model': 'model', 'type': 'dtype', 'optimizer': 'optimizer', 'tuning': 'tuning',
               'rank': 'lora_rank', 'targets': 'lora_targets', 'pct': 'trainable_pct',
               'tokens': 'tokens', 'batch': 'concurrency', 'gpu': 'gpu', 'zero': 'zero',
               'recompute': 'recompute', 'loss': 'loss', 'flash': 'flash_attention',
               'compile': 'compile', 'sequence': 'sequence_parallel', 'accum': 'grad_accum',
               'most': 'max_gpus', 'share': 'utilization'}
    lists = {'model': 'model', 'type': 'dtype', 'optimizer': 'optimizer', 'tuning': 'tuning',
             'targets': 'targets', 'gpu': 'gpu', 'engine': 'engine', 'recompute': 'recompute',
             'loss': 'loss', 'flash': 'yes', 'compile': 'yes', 'sequence': 'yes'}
    numbers = {'rank': [8, 16, 16, 64, 256], 'pct': ['', '', '', '', 0.5, 3],
               'tokens': [128, 512, 1000, 2048, 4096, 8192, 32768], 'batch': [1, 1, 1, 2, 3, 8],
               'zero': ['', '', '', 0, 1, 2, 3], 'accum': ['', '', 1, 2, 8],
               'most': [64, 64, 64, 64, 64, 32, 16, 8, 5, 1],
               'share': ['', '', '', '', 0.8, 0.95]}

    @staticmethod
    def settle(i, choice, draw):
        """Mostly what can be trained and fits: narrow types with adapters, small cards with
        recomputation."""
        if choice['type'] not in ('bf16', 'fp16', 'fp32', 'fp8') and draw.random() < 0.8:
            choice['tuning'] = draw.choice(['lora', 'qlora'])
        if i >= 20 and draw.random() < 0.6:
            choice['recompute'] = 'full'
            choice['flash'] = 'yes'


KINDS = [Serving, Training]
# every sheet of these is compared as released; the samples of the kinds are changed too
SAMPLES = ['primers.csv', 'capacity.csv', 'procurement.csv', 'training.csv']

report = office.Report('whatif')
differ, finish, differences = report.differ, report.finish, report.texts


def has_sheet(path, sheet):
    with zipfile.ZipFile(path) as file:
        return f'<sheet name="{sheet}"' in file.read('xl/workbook.xml').decode()


class Book(office.Workbook):
    """The What-if sheets of a kind in a workbook: cells, formulas and names."""

    def __init__(self, path, kind):
        self.kind = kind
        super().__init__(path, kind.sheets)
        self.bare = self.without_values()

    def without_values(self):
        """The members, as a copy needs them."""
        members = dict(self.members)
        for sheet, member in self.sheets.items():
            xml = members[member].decode()
            if sheet in self.kind.sheets:
                xml = re.sub(r'(<c r="[A-Z0-9]+"(?: s="\d+")?)(?: t="str")?>(<f>[^<]*</f>)'
                             r'<v>[^<]*</v>', r'\1>\2', xml)
            else:
                xml = re.sub(r'<sheetData>.*</sheetData>', '<sheetData/>', xml, flags=re.S)
                xml = re.sub(r'<(mergeCells|hyperlinks|conditionalFormatting)\b.*</\1>', '', xml,
                             flags=re.S)
            members[member] = xml.encode()
        return members

    def place(self, name):
        return super().place(self.kind.prefix + name)

    def value(self, name):
        return self.cells[self.place(name)][0]

    def listed(self, name):
        sheet, cells = self.place(name)
        first, last = (int(re.sub('[A-Z]', '', c)) for c in cells.split(':'))
        return [self.cells[sheet, f'A{row}'][0] for row in range(first, last + 1)]

    def changed(self, path, choice):
        """A copy with other inputs, no cached value in the live sheets, and the others empty."""
        members = dict(self.bare)
        sheet = self.sheets[self.kind.sheets[0]]
        xml = members[sheet].decode()
        for name, value in choice.items():
            cell = self.place(name)[1]
            found = office.replaced(xml, cell, value)
            if found is None:
                differ(f'no input cell {cell} for {name}')
            xml = found or xml
        members[sheet] = xml.encode()
        office.save(path, members)


def plan(kind, program, folder, rows):
    """The results of one row per choice, in order."""
    source = os.path.join(folder, 'rows.csv')
    with open(source, 'w', newline='', encoding='utf-8') as stream:
        out = csv.writer(stream)
        out.writerow([*kind.columns.values(), 'engine', 'engine_version', *kind.fixed])
        for row in rows:
            engine, _, version = row['engine'].partition(' from ')
            cells = [row[name] if isinstance(row[name], str) else repr(row[name])
                     for name in kind.columns]
            out.writerow([re.sub(r'\.0$', '', cell) for cell in cells] + [engine, version, *kind.fixed.values()])
    results = office.planned(program, source)
    if isinstance(results, str):
        differ(f'the rows cannot be planned: {results}')
        finish()
    if len(results) != len(rows):
        differ(f'{len(results)} results for {len(rows)} choices')
        finish()
    return results


def compare(kind, book, result, what):
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
    pairs = dict(kind.gib, **kind.counts) if fits else {'gpus': 'gpus'}
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
    """The first copy whole, of the others the sheet to choose on; a process for each of two
    cores."""
    names = [os.path.join(folder, f'{i}.xlsx') for i in range(count)]
    sheet = book.kind.sheets[0]
    number = list(book.sheets).index(sheet) + 1
    text = f'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,{number}'
    office.converted(folder, names, text)
    office.converted(folder, names[:1], office.XLSX)
    out = os.path.join(folder, 'out')
    return (Book(os.path.join(out, '0.xlsx'), book.kind),
            [Answer(book, os.path.join(out, f'{i}-{sheet}.csv')) for i in range(count)])


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
    choice = {name: '' if book.value(name) is None else book.value(name)
              for name in ['engine', *book.kind.columns]}
    compare(book.kind, book, plan(book.kind, program, folder, [choice])[0],
            f'as released, {choice}')
    return choice


def check_same(book, again):
    """A recalculation changes no cell."""
    for place, (value, formula) in book.cells.items():
        if formula is None:
            continue
        found = again.cells.get(place, (None, None))[0]
        if not office.close(value, found):
            differ(f'{place[0]}!{place[1]}: {value!r} becomes {found!r} = {formula}')


def check_changed(book, released, program, folder, count):
    """Copies with other choices, recalculated, against the same rows planned."""
    kind = book.kind
    rows = [released] + list(drawn(book, kind, count))
    for i, row in enumerate(rows):
        book.changed(os.path.join(folder, f'{i}.xlsx'), row)
    results = plan(kind, program, folder, rows)
    tally = dict.fromkeys(STATUS.values(), 0)
    whole, answers = recalculated(book, folder, len(rows))
    check_same(book, whole)
    for row, result, answer in zip(rows, results, answers):
        compare(kind, answer, result, ', '.join(f'{k} {v}' for k, v in row.items() if v != ''))
        tally[result['status']] += 1
    if not differences:
        print(f'whatif: {kind.sheets[0]}: {len(rows)} choices recalculated and as planned: '
              + ', '.join(f'{n} {status}' for status, n in tally.items()))


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit('usage: whatif.py GPUPLAN [COUNT]')
    program = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) == 3 else 210
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    for name in SAMPLES:
        for kind in KINDS:
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, 'book.xlsx')
                subprocess.run([program, 'plan', os.path.join(root, 'inputs', name), '-q', '-o',
                                path], check=True)
                if not has_sheet(path, kind.sheets[0]):
                    continue
                book = Book(path, kind)
                released = check_cached(book, program, folder)
                if office.OFFICE and name == kind.sample:
                    check_changed(book, released, program, folder, count)
    if not office.OFFICE:
        print('whatif: cached values agree; NOT recalculated: LibreOffice is not installed')
    finish()


main()
