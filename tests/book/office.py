# office.py -- workbooks as cells, copies with other cells, and a spreadsheet program that
# recalculates them: what the checks of live sheets share
import csv
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
import zipfile

MAIN = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
RELATION = '{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id'
TOLERANCE = 1e-9
SHOWN = 10
NOTHING = 1e-12  # what a difference of equal numbers may leave
OFFICE = shutil.which('soffice') or shutil.which('libreoffice')
XLSX = 'xlsx:Calc MS Excel 2007 XML'
ALWAYS = '''<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
 xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
'''


class Report:
    """The first differences of a check, and its end."""

    def __init__(self, name):
        self.name = name
        self.texts = []

    def differ(self, text):
        self.texts.append(text)
        if len(self.texts) >= SHOWN:
            self.finish()

    def finish(self):
        for text in self.texts:
            print(f'{self.name}: {text}', file=sys.stderr)
        sys.exit(1 if self.texts else 0)


def column_of(reference):
    number = 0
    for letter in re.match('[A-Z]+', reference).group():
        number = 26 * number + ord(letter) - 64
    return number - 1


class Workbook:
    """Members, names, and the cells of some sheets (all by default): value and formula."""

    def __init__(self, path, wanted=None):
        with zipfile.ZipFile(path) as file:
            self.members = {name: file.read(name) for name in file.namelist()}
        strings = self.members.get('xl/sharedStrings.xml', b'<sst/>')
        self.strings = [''.join(t.text or '' for t in item.iter(MAIN + 't'))
                        for item in ET.fromstring(strings).iter(MAIN + 'si')]
        root = ET.fromstring(self.members['xl/workbook.xml'])
        targets = {r.get('Id'): 'xl/' + r.get('Target').replace('/xl/', '').lstrip('/') for r in
                   ET.fromstring(self.members['xl/_rels/workbook.xml.rels'])}
        self.sheets = {s.get('name'): targets[s.get(RELATION)] for s in root.iter(MAIN + 'sheet')}
        self.names = {n.get('name'): n.text.replace('$', '')
                      for n in root.iter(MAIN + 'definedName')}
        self.cells = {}
        for sheet in wanted or self.sheets:
            self.read(sheet)

    def read(self, sheet):
        for cell in ET.fromstring(self.members[self.sheets[sheet]]).iter(MAIN + 'c'):
            value = cell.find(MAIN + 'v')
            formula = cell.find(MAIN + 'f')
            text = None if value is None else value.text
            if cell.get('t') == 's':
                text = self.strings[int(text)]
            elif cell.get('t') == 'inlineStr':
                text = ''.join(t.text or '' for t in cell.iter(MAIN + 't'))
            elif cell.get('t') in (None, 'n') and text is not None:
                text = float(text)
            elif cell.get('t') == 'e':
                text = f'error {text}'
            self.cells[sheet, cell.get('r')] = text, None if formula is None else formula.text

    def place(self, name):
        """Sheet and cell of a name of the workbook."""
        sheet, cell = self.names[name].split('!')
        return sheet.strip("'"), cell

    def table(self, sheet, first):
        """The rows under the header row that begins with `first`, as dictionaries by title, with
        their number; a row without its first cell ends the table."""
        rows = {}
        for (name, cell), (value, _) in self.cells.items():
            if name == sheet:
                rows.setdefault(int(re.sub('[A-Z]', '', cell)), {})[column_of(cell)] = value
        header = None
        for number in sorted(rows):
            row = rows[number]
            if row.get(0) == first:
                header = {i: title for i, title in row.items() if title}
            elif header and row.get(0) in (None, ''):
                header = None
            elif header:
                yield number, {title: row.get(i) for i, title in header.items()}

    def find(self, sheet, number, title, first):
        """The cell of a titled column in a row."""
        for (name, cell), (value, _) in self.cells.items():
            if name == sheet and value == title:
                return re.sub('[0-9]', '', cell) + str(number)
        raise KeyError(f'{sheet}: no column {title} under {first}')


def written(cell, style, value):
    if value in ('', None):
        return f'<c r="{cell}"{style}/>'
    if isinstance(value, str):
        return f'<c r="{cell}"{style} t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{cell}"{style}><v>{value!r}</v></c>'


def replaced(xml, cell, value):
    """The sheet's XML with another value in a cell that holds no formula; None: no such cell."""
    xml, count = re.subn(rf'<c r="{cell}"( s="\d+")[^>]*?(?:/>|>.*?</c>)',
                         lambda m: written(cell, m.group(1), value), xml, count=1)
    return xml if count else None


def save(path, members):
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for name, data in members.items():
            file.writestr(name, data)


def start(folder, names, kind):
    """LibreOffice, in a profile of its own that recalculates whatever it loads."""
    profile = tempfile.mkdtemp(dir=folder)
    os.makedirs(os.path.join(profile, 'user'))
    with open(os.path.join(profile, 'user', 'registrymodifications.xcu'), 'w',
              encoding='utf-8') as stream:
        stream.write(ALWAYS)
    return subprocess.Popen([OFFICE, f'-env:UserInstallation=file://{profile}', '--headless',
                             '--convert-to', kind, '--outdir', os.path.join(folder, 'out'), *names],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def converted(folder, names, kind):
    """Recalculates all files, one process for each of two cores; they lie in folder/out then."""
    runs = [start(folder, part, kind) for part in (names[0::2], names[1::2]) if part]
    for run in runs:
        run.wait(timeout=1200)


def close(wanted, found):
    """Of two cells, or of a line of results and a cell."""
    if wanted in ('', None) or found in ('', None):
        return wanted in ('', None) and found in ('', None)
    try:
        return math.isclose(float(wanted), float(found), rel_tol=TOLERANCE, abs_tol=NOTHING)
    except ValueError:
        return wanted == found


def planned(program, source, arguments=()):
    """The results of a CSV, in order; the fault as a text instead."""
    done = subprocess.run([program, 'plan', source, '--no-workbook', '-q', '--results', '-',
                           *arguments], check=False, capture_output=True, text=True)
    if done.returncode:
        return done.stderr
    return list(csv.DictReader(done.stdout.splitlines()))
