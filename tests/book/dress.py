#!/usr/bin/env python3
# dress.py -- what a company's workbook.csv made of a workbook: names of sheets and their state, what
# is hidden, the first headings; or, for `dangling`, references to sheets that are not there
# usage: dress.py BOOK.xlsx [dangling]
import re
import sys
import xml.etree.ElementTree as ET

sys.dont_write_bytecode = True
import office  # noqa: E402

MAIN = office.MAIN


def dangling(book):
    """Sheets that formulas, names, charts or links refer to, and that the workbook has not."""
    texts = [formula for _, formula in book.cells.values() if formula] + list(book.names.values())
    for member, data in book.members.items():
        if member.startswith(('xl/charts/', 'xl/worksheets/')):
            texts += re.findall(r'(?:location="|<c:f>)([^"<]*)', data.decode())
    found = set()
    for text in texts:
        text = re.sub('"[^"]*"', '', text).replace('&apos;', "'")
        found.update(a or b for a, b in re.findall(r"'((?:[^']|'')+)'!|([A-Za-z_]\w*)!", text))
    return sorted(found - set(book.sheets))


def main():
    book = office.Workbook(sys.argv[1])
    if dangling(book):
        print('not there:', ', '.join(dangling(book)))
    if len(sys.argv) > 2:
        return
    root = ET.fromstring(book.members['xl/workbook.xml'])
    print('sheets:', ', '.join(s.get('name') + (' (hidden)' if s.get('state') else '')
                               for s in root.iter(MAIN + 'sheet')))
    first = next(iter(book.sheets))
    print('title:', book.cells[first, 'A1'][0])
    print('company:', re.search('<Company>([^<]*)', book.members['docProps/app.xml'].decode()).group(1))
    columns = ET.fromstring(book.members[book.sheets[first]]).iter(MAIN + 'col')
    hidden = [int(c.get('min')) - 1 for c in columns if c.get('hidden')]
    titles = {office.column_of(cell): value for (sheet, cell), (value, _) in book.cells.items()
              if sheet == first and re.fullmatch('[A-Z]+8', cell)}
    print('hidden:', ', '.join(titles[i] for i in hidden))
    print('titles:', ', '.join(t.replace('\n', ' ') for t in titles.values() if t and ('loud' in t)))
    scenarios = next(s for s in book.sheets if s in ('Scenarios', '\uc2dc\ub098\ub9ac\uc624'))
    print('scenarios:', ', '.join(book.cells[scenarios, c][0] for c in ('A1', 'B1', 'C1')))


if __name__ == '__main__':
    main()
