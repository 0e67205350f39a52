#!/usr/bin/env python3
# labels.py -- holds a workbook in Korean against its labels: none missing, none stale, none clipped
# usage: labels.py GPUPLAN     exit status 1, with every text that lacks a label
#
# The samples are planned with --lang ko. A text that still has a word of Latin letters lacks a label,
# unless it is one of those that stay as they are: ids and names of the catalogs, what the samples'
# cells say, sources, the letters of formulas, units and the field's abbreviations, all listed below.
# Where LibreOffice is installed, one of the workbooks is recalculated: every formula gives what is
# cached, so that words and names of sheets in formulas follow the language.
import csv
import math
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
import xml.etree.ElementTree as ET
from pathlib import Path

sys.dont_write_bytecode = True
import office  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
MAIN = office.MAIN
CHART = '{http://schemas.openxmlformats.org/drawingml/2006/main}t'
DRAWING = '{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}cNvPr'
LABELS = ROOT / 'templates/labels.ko.csv'
SHEET_NAME_MOST = 31

# the same in a Korean text
UNITS = set('''GiB MiB KiB kWh Excel LibreOffice Gnumeric LoRA QLoRA ZeRO MoE NVLink FLOPs NaN PyTorch
gpuplan libxlsxwriter vLLM SGLang EleutherAI Transformer Math kipply Inference Arithmetic AdamW NVIDIA
Enterprise templates csv max min prompt output mixed loss full chunked fused selective from set
gpu none tokens concurrency rent ref arXiv bits zlib libcsv embed linear lm_head primer rule detailed lora qlora owned bin'''.split())

# columns that hold sources, notes of catalog rows, and letters: by sheet and heading
STAY = {'출처', '비고', '추정한 항목', '기호식', '출처 또는 설명', '확인일', '명령', '구매 단가의 출처',
        '임대료의 출처', '입력 행', '입력', '이름', '의미', '위치(파일:줄:칸)', '사유'}
SPOKEN = {'비고': {'요약', '비용', '민감도', '일정', '시나리오'}, '의미': set(), '이름': set()}

faults = []


def words(text):
    return [w for w in re.findall(r'[A-Za-z][A-Za-z0-9_/.-]*', text)
            if len(w) > 2 and w.isalpha() and not w.isupper() and w not in UNITS]


def labels():
    with LABELS.open(encoding='utf-8', newline='') as stream:
        return list(csv.DictReader(stream))


def phrases():
    """Cells of catalogs and samples that a sheet repeats as they are, the longest first."""
    found = set()
    for path in [*ROOT.glob('templates/*.csv'), *ROOT.glob('inputs/*.csv'),
                 *ROOT.glob('templates/scenarios/*.csv')]:
        if path.name.startswith(('labels.', 'workbook', 'columns')):
            continue
        names = {'id', 'name', 'gpu', 'gpus', 'engine', 'engines', 'model', 'scenario', 'provider', 'supplier',
                 'family', 'architecture', 'vendor', 'source', 'note', 'x_team', 'x_owner', 'aliases', 'kind'}
        with path.open(encoding='utf-8', newline='') as stream:
            for row in csv.DictReader(stream):
                for column, cell in row.items():
                    if column in names or (column or '').startswith('x_'):
                        found.update(part for part in [cell or '', *(cell or '').split('|')]
                                     if words(part))
    return sorted(found, key=len, reverse=True)


def headings_of(book, sheet):
    """The heading above each cell of a sheet: the nearest one in a header's style."""
    header = styles_of(book)['header']
    seen = {}
    root = ET.fromstring(book.members[book.sheets[sheet]])
    for cell in root.iter(MAIN + 'c'):
        column = re.match('[A-Z]+', cell.get('r')).group()
        if cell.get('s') in header:
            seen[column] = re.split(r'\s*[\n(]', str(book.cells[sheet, cell.get('r')][0]))[0]
        yield cell, seen.get(column, '')


def styles_of(book):
    """Formats of header cells (bold on a dark fill, wrapped) and of all that wrap."""
    root = ET.fromstring(book.members['xl/styles.xml'])
    fonts = [f.find(MAIN + 'color').get('rgb', '') if f.find(MAIN + 'color') is not None else ''
             for f in root.find(MAIN + 'fonts')]
    header, wrapped = set(), set()
    for i, xf in enumerate(root.find(MAIN + 'cellXfs')):
        alignment = xf.find(MAIN + 'alignment')
        if alignment is not None and alignment.get('wrapText') == '1':
            wrapped.add(str(i))
            if fonts[int(xf.get('fontId'))] == 'FFFFFFFF':
                header.add(str(i))
    return {'header': header, 'wrapped': wrapped}


def texts_of(book):
    """Every text of the workbook: place, text."""
    for sheet, member in book.sheets.items():
        yield sheet, sheet
        for cell, heading in headings_of(book, sheet):
            value, formula = book.cells[sheet, cell.get('r')]
            stays = heading in STAY and sheet not in SPOKEN.get(heading, set())
            if isinstance(value, str) and not stays:
                yield f'{sheet}!{cell.get("r")}', value
            for word in re.findall(r'"((?:[^"]|"")+)"', formula or ''):
                yield f'{sheet}!{cell.get("r")}, its formula', word
        root = ET.fromstring(book.members[member])
        for tag in ('oddHeader', 'oddFooter'):
            for element in root.iter(MAIN + tag):
                yield f'{sheet}, {tag}', re.sub(r'&8|&[LRCAPN]', ' ', element.text)
        for element in root.iter(MAIN + 'dataValidation'):
            for key in ('prompt', 'promptTitle', 'error', 'errorTitle'):
                yield f'{sheet}, validation', element.get(key) or ''
    for member, data in book.members.items():
        if member.startswith('xl/charts/'):
            yield from ((member, e.text or '') for e in ET.fromstring(data).iter(CHART))
        if member.startswith('xl/drawings/drawing'):
            yield from ((member, e.get('descr') or '') for e in ET.fromstring(data).iter(DRAWING))
        if member == 'docProps/core.xml':
            yield from ((member, e.text or '') for e in ET.fromstring(data)
                        if e.tag.rsplit('}')[-1] in ('title', 'subject', 'keywords', 'description', 'category'))


def check_missing(book, known):
    said = set()
    for place, text in texts_of(book):
        if text in said or not words(text) or text.startswith('gpuplan plan '):
            continue
        said.add(text)
        left = re.sub(r'\S*(?:\.csv|--)\S*', ' ', text)
        for phrase in known:
            if words(left) and phrase in left:
                left = left.replace(phrase, ' ')
        if words(left) and '\u2026' not in text:
            faults.append(f'{place}: no label for {" ".join(words(left))}: {text[:160]!r}')


def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in 'WF' else 1 for c in text)


def check_fit(book, language):
    """Headings: no word is wider than its column, and the row is tall enough for all of its lines."""
    header = styles_of(book)['header']
    for sheet, member in book.sheets.items():
        root = ET.fromstring(book.members[member])
        widths = {}
        for column in root.iter(MAIN + 'col'):
            for i in range(int(column.get('min')) - 1, int(column.get('max'))):
                widths[i] = float(column.get('width')) if column.get('hidden') != '1' else math.inf
        merged = {e.get('ref').split(':')[0] for e in root.iter(MAIN + 'mergeCell')}
        for row in root.iter(MAIN + 'row'):
            for cell in row.iter(MAIN + 'c'):
                text = book.cells[sheet, cell.get('r')][0]
                if cell.get('s') not in header or cell.get('r') in merged or not isinstance(text, str):
                    continue
                room = widths.get(office.column_of(cell.get('r')), 9.14)
                lines = sum(max(1, math.ceil(width(part) / (room * 1.05))) for part in text.split('\n'))
                tall = (float(row.get('ht', 16)) - 2) / 12.4
                widest = max((width(w) for w in re.split(r'[\s/]+', text) if w.isascii()), default=0)
                if widest > room * 1.25 or lines > tall + 0.5:
                    faults.append(f'{language}: {sheet}!{cell.get("r")}: {text!r} does not fit: {lines} lines of '
                                  f'{room:.1f}, room for {tall:.1f}')


def literals():
    """What the code and the catalogs say, one text: a label's words must be there."""
    found = []
    for path in sorted(ROOT.glob('src/**/*.[ch]')):
        code = re.sub(r'"\s*PRIu64\s*"', 'lu', path.read_text(encoding='utf-8'))
        for text in re.findall(r'"(?:[^"\\\n]|\\.)*"(?:\s*"(?:[^"\\\n]|\\.)*")*', code):
            text = ''.join(re.findall(r'"((?:[^"\\\n]|\\.)*)"', text))
            text = re.sub(r'\\u([0-9A-Fa-f]{4})', lambda m: chr(int(m.group(1), 16)), text)
            found.append(text.replace('\\"', '"').replace('\\n', '\n'))
    for path in sorted(ROOT.glob('templates/*.csv')):
        if not path.name.startswith('labels.'):
            found.append(path.read_text(encoding='utf-8').replace('""', '"'))
            with path.open(encoding='utf-8', newline='') as stream:
                found.extend(cell for row in csv.reader(stream) for cell in row)
    return '\n'.join(found).replace('_', ' ') + '\n' + '\n'.join(found)


def is_said(left, said):
    """Whole, or from a few pieces that a format puts together."""
    for piece in range(4):
        most = len(left)
        while most and ' '.join(left[:most]) not in said:
            most -= 1
        if not most or (most < len(left) and len(left) < 3 and not piece):
            return False
        left = left[most:]
        if not left:
            return True
    return False


def check_stale(rows):
    said = re.sub('[".]', '', literals().replace('%%', '%'))
    for row in rows:
        for part in re.split(r'%[-+#0-9.*]*(?:hh|h|ll|l|z|j|t)?[diuxXeEfgGcs]|; |, |: | \(|\)', row['english']):
            part = re.sub('[".]', '', part.replace('%%', '%')).strip(' !;,:')
            if len(part) > 3 and not is_said(part.split(' '), said):
                faults.append(f'{LABELS.name}: stale: {row["english"][:100]!r}: nobody says {part!r}')
                break


def check_rows(rows):
    seen = set()
    for row in rows:
        if row['english'] in seen:
            faults.append(f'{LABELS.name}: {row["english"]!r} stands there twice')
        seen.add(row['english'])
    with (ROOT / 'templates/workbook.csv').open(encoding='utf-8', newline='') as stream:
        for row in csv.DictReader(stream):
            called = {r['english']: r['label'] for r in rows}
            name = called.get(row['sheet'] + '!', called.get(row['sheet'], ''))
            if row['sheet'] != 'Workbook' and (not name or width(name) > SHEET_NAME_MOST):
                faults.append(f'{LABELS.name}: no name for the sheet {row["sheet"]}')


def check_aliases():
    """Every column of the matrix has a Korean name."""
    code = (ROOT / 'src/scenario/columns.c').read_text(encoding='utf-8').split('NOTE("id"')[0]
    names = re.findall(r'[{(]\s*"(\w+)",\s*(?:CELL|\w+, )', code)
    with (ROOT / 'templates/columns.csv').open(encoding='utf-8', newline='') as stream:
        aliased = {row['column'] for row in csv.DictReader(stream)}
    faults.extend(f'columns.csv: no Korean name for {name}' for name in names if name not in aliased)


def check_recalculated(folder, path):
    office.converted(folder, [path], office.XLSX)
    book = office.Workbook(path)
    found = office.Workbook(os.path.join(folder, 'out', os.path.basename(path)))
    formulas = 0
    for place, (value, formula) in book.cells.items():
        formulas += formula is not None
        other = found.cells.get(place, (None, None))[0]
        if formula is not None and not office.close(value, other):
            faults.append(f'{place[0]}!{place[1]}: {value!r}, recalculated {other!r}')
    print(f'labels: {formulas} formulas recalculated in Korean')


def plan(program, folder, name, *arguments):
    path = os.path.join(folder, name + '.xlsx')
    done = subprocess.run([program, 'plan', *arguments, '-q', '-o', path], check=False, capture_output=True,
                          text=True)
    if done.returncode not in (0, 65):
        faults.append(f'{name}: {done.stderr}')
    return path


def samples(program, folder):
    """Arguments of plans that together say most of what there is to say."""
    quarters = os.path.join(folder, 'quarters.csv')
    more = os.path.join(folder, 'more.csv')
    text = subprocess.run([program, 'template', 'quarterly'], check=True, capture_output=True, text=True).stdout
    Path(quarters).write_text(text, encoding='utf-8')
    Path(more).write_text(text.replace(',144,', ',192,') + text.splitlines()[1].replace('llama', 'lama') + '\n',
                          encoding='utf-8')
    owned = os.path.join(folder, 'owned.csv')
    Path(owned).write_text('gpu,count,from,until\nh100-sxm-80g,4,,2027Q2\na100-sxm-80g,3,,\n', encoding='utf-8')
    results = os.path.join(folder, 'results.csv')
    subprocess.run([program, 'plan', quarters, '--no-workbook', '-q', '--results', results], check=True)
    yield 'quarters', [more, '--owned', owned, '--baseline', results, '--keep-going', '--set',
                       'rent.h100-sxm-80g=3.5']
    for name in ('capacity', 'primers', 'training'):
        yield name, [str(ROOT / f'inputs/{name}.csv')]


def main():
    program = os.path.abspath(sys.argv[1])
    rows = labels()
    known = phrases()
    check_rows(rows)
    check_stale(rows)
    check_aliases()
    with tempfile.TemporaryDirectory() as folder:
        for name, arguments in samples(program, folder):
            path = plan(program, folder, name, *arguments, '--lang', 'ko')
            book = office.Workbook(path)
            check_missing(book, known)
            check_fit(book, 'ko')
            check_fit(office.Workbook(plan(program, folder, name + '-en', *arguments)), 'en')
            if name == 'quarters' and office.OFFICE:
                check_recalculated(folder, path)
    for fault in faults[:200]:
        print('labels: ' + fault)
    print(f'labels: {len(rows)} labels, {len(faults)} faults')
    sys.exit(1 if faults else 0)


if __name__ == '__main__':
    main()
