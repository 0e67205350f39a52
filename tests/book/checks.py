#!/usr/bin/env python3
# checks.py -- the verdict of Checks, worked out by LibreOffice: green as released, red when something
# is spoilt, and Summary says the same
# usage: checks.py PROGRAM; exit status 1 when it does not
import os
import re
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))
import office  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
CHECKED = ('Summary', 'Checks')
VERDICT = 'A3'
LINE = 'A9'  # the first line of Summary
ROW = 'A4'  # a row of Scenarios
COUNT = 'C6'  # a number that a check expects


def error(xml, cell):
    return re.sub(rf'<c r="{cell}"( s="\d+")[^>]*?(?:/>|>.*?</c>)', rf'<c r="{cell}"\1><f>1/0</f></c>', xml,
                  count=1)


# what is spoilt: sheet, cell, and how
SPOILT = {
    'released': None,
    'lost-row': ('Scenarios', ROW, lambda xml, cell: office.replaced(xml, cell, None)),
    'another-count': ('Checks', COUNT, lambda xml, cell: office.replaced(xml, cell, 7777)),
    'error-value': ('Summary', LINE, error),
}


def spoil(book, to, what):
    members = dict(book.members)
    if what:
        sheet, cell, how = what
        member = book.sheets[sheet]
        changed = how(members[member].decode(), cell)
        if not changed or changed == members[member].decode():
            sys.exit(f'checks: nothing to spoil at {sheet}!{cell}')
        members[member] = changed.encode()
    office.save(to, members)


def differences(released, found):
    """Formula cells whose value is not the one that the file came with."""
    for (sheet, cell), (value, formula) in released.cells.items():
        if formula is not None and not office.close(value, found.cells.get((sheet, cell), ('', None))[0]):
            yield f'{sheet}!{cell}: {found.cells.get((sheet, cell))} instead of {value}'


def main():
    if not office.OFFICE:
        print('checks: LibreOffice is not installed, passed over')
        return 0
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'book.xlsx')
        if os.spawnl(os.P_WAIT, sys.argv[1], sys.argv[1], 'plan', '-q', str(ROOT / 'inputs/capacity.csv'),
                     '-o', path):
            return 1
        book = office.Workbook(path, CHECKED)
        names = [os.path.join(folder, name + '.xlsx') for name in SPOILT]
        for name, what in zip(names, SPOILT.values()):
            spoil(book, name, what)
        office.converted(folder, names, office.XLSX)
        for name, what in SPOILT.items():
            found = office.Workbook(os.path.join(folder, 'out', name + '.xlsx'), CHECKED)
            verdicts = [found.cells[sheet, VERDICT][0] for sheet in CHECKED]
            wanted = '\u2718' if what else '\u2714'
            print(f'checks: {name}: {verdicts[0]}')
            if verdicts[0] != verdicts[1] or not str(verdicts[0]).startswith(wanted):
                faults.append(f'{name}: Summary and Checks say {verdicts}')
            if not what:
                faults.extend(differences(book, found))
    for fault in faults[:10]:
        print(f'checks: {fault}', file=sys.stderr)
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
