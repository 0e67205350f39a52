#!/usr/bin/env python3
# cells.py -- prints some columns of a sheet, a line per row, for tests
# usage: cells.py BOOK.xlsx SHEET COLUMN...     columns counted from 0; none: all of them
import importlib.util
import sys
import zipfile
from pathlib import Path

sys.dont_write_bytecode = True
source = importlib.util.spec_from_file_location('readback', Path(__file__).with_name('readback.py'))
readback = importlib.util.module_from_spec(source)
source.loader.exec_module(readback)


def shown(value):
    if isinstance(value, float):
        return f'{value:.10g}'
    return value or ''


def main():
    book = zipfile.ZipFile(sys.argv[1])
    wanted = [int(column) for column in sys.argv[3:]]
    member = dict(readback.sheets_of(book))[sys.argv[2]]
    strings = readback.shared_strings(book)
    for _, cells in readback.rows_of(book, member, strings, sys.argv[2]):
        columns = wanted or range(max(cells, default=-1) + 1)
        line = '|'.join(shown(cells.get(column)) for column in columns)
        print(line.rstrip('|'))


if __name__ == '__main__':
    main()
