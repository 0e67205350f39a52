#!/usr/bin/env python3
# hostile.py -- texts that spreadsheets might run, hide or choke on, into a matrix and back
# usage: hostile.py write MATRIX.csv | read BOOK.xlsx | office BOOK.xlsx
#
# `evil` is in each of the texts, so that it can be searched for where no text may be. read: the
# sheet Scenarios shows each text, but for characters that XML cannot hold, and nothing else of the
# workbook runs or links it. office: LibreOffice opens the workbook and shows the same.
import csv
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

sys.dont_write_bytecode = True
csv.field_size_limit(1 << 20)
source = importlib.util.spec_from_file_location('readback', Path(__file__).with_name('readback.py'))
readback = importlib.util.module_from_spec(source)
source.loader.exec_module(readback)

LONG = 'evil ' + 'x' * 40000
WIDE = 'evil ' + '\U0001F600' * 20000
TEXTS = [
    '=1+1&"evil"', '+1+cmd|\'/C evil\'!A0', '-2+3+cmd|\'/C evil\'!A0', '@SUM(1;"evil")', '\t=evil', '\r=evil',
    '\n=evil', '=HYPERLINK("http://evil.invalid";"evil")', '=WEBSERVICE("http://evil.invalid")', '{=1+1}evil',
    'http://evil.invalid/', 'file:///evil', 'internal:\'evil\'!A1', 'mailto:evil@evil.invalid', '\'=evil', '\'evil',
    'evil_x000D_', 'evil_x0041_', '_x0000_evil', 'evil_x005F_x0041_', 'evil_X0041_',
    ''.join(chr(c) for c in range(1, 32) if c not in (10, 13)) + 'evil\x7f\x80\x9f',
    'evil\u202egnp.exe', '\u2066evil\u2069', '\ufeffevil', 'evil\ufffe\uffff\ufffd', 'evil\u2028line', '  evil  ',
    '<evil>&amp;"\']]>', '<!--evil', '&evil;', '"evil"', 'evil\u0000'.replace('\0', ''), 'e\u0301vil evil', '가나다 evil',
    '#REF! evil', 'TRUE evil', '1e5 evil', '$A$1 evil', "'Summary'!A1 evil", '${evil}', '%n%s evil', LONG, WIDE,
]


def write(path):
    with open(path, 'w', encoding='utf-8', newline='') as stream:
        out = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator='\n')
        out.writerow(['scenario', 'estimate', 'model', 'dtype', 'optimizer', 'tokens', 'concurrency', 'gpu', 'period',
                      'x_carried', 'x_=evil', 'engine'])
        for i, text in enumerate(TEXTS):
            period = text if '|' not in text else 'evil'
            out.writerow([text, 'detailed' if i % 2 else 'primer', 'llama-3.1-8b', 'bf16', 'none', 4096 + i, 8,
                          'h100-sxm-80g', period[:200], text, text, period[:60]])


def read_as(text):
    """Our reader takes off the apostrophe that our writer puts before what a sheet might run."""
    return text[1:] if re.match(r'\'[=+\-@\t\r]', text) else text


def shown(text):
    """What a sheet can hold of it: no controls but tab and line feed, 32,767 units of UTF-16."""
    kept = ''.join(c for c in text if c in '\t\n' or ord(c) >= 32 and ord(c) != 127 and c not in '\ufffe\uffff')
    while len(kept.encode('utf-16-le')) > 2 * readback.CELL_UNITS:
        kept = kept[:-1]
    return kept


def members(book):
    for name in book.namelist():
        data = book.read(name)
        yield name, data, ET.fromstring(data)


def check_members(book):
    wrong = []
    for name, data, root in members(book):
        if name.endswith('.rels'):
            wrong += [f'{name} leads outside' for item in root if item.get('TargetMode') == 'External']
        if 'external' in name or 'vba' in name.lower() or 'connection' in name:
            wrong.append(name)
        for kind in 'f', 'formula1', 'definedName', 'hyperlink', 'ddeLink':
            wrong += [f'{name}: {kind} {ET.tostring(item)[:80]}' for item in root.iter(readback.MAIN + kind)
                      if b'evil' in ET.tostring(item).lower()]
        if re.search(rb'[\x00-\x08\x0b\x0c\x0e-\x1f]', data):
            wrong.append(f'{name} has control characters')
    return wrong


def column(rows, title):
    header = next(cells for _, cells in rows if title in cells.values())
    return next(i for i, value in header.items() if value == title)


def same(found, expected):
    return [f'{a[:40]!r} is shown as {b[:40]!r}' for a, b in zip(expected, found, strict=True) if a != b]


def read(path):
    book = zipfile.ZipFile(path)
    strings = readback.shared_strings(book)
    rows = list(readback.rows_of(book, dict(readback.sheets_of(book))['Scenarios'], strings, 'Scenarios'))
    expected = [shown(read_as(text)) for text in TEXTS]
    wrong = check_members(book)
    for title in 'Scenario', 'x_carried':
        at = column(rows, title)
        wrong += same([cells.get(at) or '' for _, cells in rows[-len(TEXTS):]], expected)
    print('wrong:', wrong, 'texts:', len(TEXTS))


def office(path):
    """As text: what a sheet shows. A quote, CR and the like are as CSV has them."""
    program = shutil.which('soffice') or shutil.which('libreoffice')
    if not program:
        print('LibreOffice is not installed')
        sys.exit(77)
    number = [name for name, _ in readback.sheets_of(zipfile.ZipFile(path))].index('Scenarios') + 1
    with tempfile.TemporaryDirectory() as folder:
        kind = f'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,{number}'
        subprocess.run([program, f'-env:UserInstallation=file://{folder}/profile', '--headless', '--convert-to', kind,
                        '--outdir', folder, path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300,
                       check=False)
        name = os.path.join(folder, Path(path).stem + '-Scenarios.csv')
        with open(name, encoding='utf-8', newline='') as stream:
            rows = list(csv.reader(stream))
    at = next(row.index('Scenario') for row in rows if 'Scenario' in row)
    found = [row[at] for row in rows[-len(TEXTS):]]
    wrong = same(found, [shown(read_as(text)) for text in TEXTS])
    print('wrong:', wrong, 'texts:', len(found))


if __name__ == '__main__':
    {'write': write, 'read': read, 'office': office}[sys.argv[1]](sys.argv[2])
