#!/usr/bin/env python3
# labels.py -- every text of a workbook in another language, held against what may stay English
# usage: labels.py PROGRAM [--list]     plans samples with --lang ko; --list prints what is missing
"""What may stay English: ids and names of the catalogs, units, names of columns, letters of formulas,
and sources. Everything else that has a word of Latin letters lacks a label."""
import csv
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
import zipfile
import xml.etree.ElementTree as ET
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parents[2]
source = importlib.util.spec_from_file_location('readback', Path(__file__).with_name('readback.py'))
readback = importlib.util.module_from_spec(source)
source.loader.exec_module(readback)
MAIN = readback.MAIN
DRAWING = '{http://schemas.openxmlformats.org/drawingml/2006/main}'
SPREADSHEET_DRAWING = '{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}'


def texts_of(path):
    """Every text of the workbook: (place, text)."""
    book = zipfile.ZipFile(path)
    strings = readback.shared_strings(book)
    for name, member in readback.sheets_of(book):
        yield 'sheet', name
        root = ET.fromstring(book.read(member))
        for cell in root.iter(MAIN + 'c'):
            formula = cell.find(MAIN + 'f')
            if formula is not None and formula.text:
                for word in re.findall(r'"((?:[^"]|"")+)"', formula.text):
                    yield f'{name}!{cell.get("r")} formula', word
            value = readback.value_of(cell, strings, name)
            if isinstance(value, str):
                yield f'{name}!{cell.get("r")}', value
        for tag in ('oddHeader', 'oddFooter'):
            for element in root.iter(MAIN + tag):
                yield f'{name} {tag}', re.sub(r'&[LRCAPN]|&8 ', ' ', element.text)
        for rule in root.iter(MAIN + 'formula'):
            for word in re.findall(r'"((?:[^"]|"")+)"', rule.text or ''):
                yield f'{name} rule', word
        for rule in root.iter(MAIN + 'dataValidation'):
            for key in ('prompt', 'promptTitle', 'error', 'errorTitle'):
                if rule.get(key):
                    yield f'{name} validation', rule.get(key)
    for member in book.namelist():
        if member.startswith('xl/charts/'):
            for element in ET.fromstring(book.read(member)).iter(DRAWING + 't'):
                yield member, element.text
        if member.startswith('xl/drawings/drawing'):
            for element in ET.fromstring(book.read(member)).iter(SPREADSHEET_DRAWING + 'cNvPr'):
                yield member, element.get('descr') or ''
        if member == 'docProps/core.xml':
            for element in ET.fromstring(book.read(member)):
                if not element.tag.endswith(('creator', 'lastModifiedBy', 'created', 'modified')):
                    yield member, element.text or ''



WORD = re.compile(r'[A-Za-z][A-Za-z0-9_.+/-]*')

# Units and the field's own abbreviations, the same in Korean texts.
UNITS = set("""
GPU GPUs KV GiB GB MiB KiB TB Gi ms us kW W kWh USD KRW EUR JPY CNY TPOT TTFT TCO PUE TDP ZeRO LoRA QLoRA MoE MLA
NVLink NCCL CUDA DGX HGX AWS GCP Azure API CSV UTC LLM AI ID OK NVIDIA AMD Intel HBM SXM PCIe IEC MFU TFLOPS FLOP
gpuplan libxlsxwriter Excel LibreOffice Gnumeric GQA MHA MIG FFN KRX bit byte SGLang vLLM Transformer Math
EleutherAI kipply Inference Arithmetic AdamW Adam Hugging Face N+1 VRAM PDF XLSX
""".split())


def words(text):
    return [word.strip('.-+_') for word in WORD.findall(text)]


def allowed_words():
    """Words of ids and names in catalogs, and of the samples' cells."""
    allowed = set(UNITS)
    names = {'id', 'name', 'vendor', 'family', 'architecture', 'hugging_face_id', 'aliases', 'provider', 'supplier',
             'gpu', 'engine', 'model', 'recipe'}
    for path in sorted(ROOT.glob('templates/*.csv')):
        with path.open(encoding='utf-8', newline='') as stream:
            for row in csv.DictReader(stream):
                for column in names & row.keys():
                    if not (path.name == 'assumptions.csv'):
                        allowed.update(words(row[column] or ''))
    for path in list(ROOT.glob('inputs/*.csv')) + list(ROOT.glob('templates/scenarios/*.csv')):
        with path.open(encoding='utf-8', newline='') as stream:
            for row in csv.DictReader(stream):
                for column in ('scenario', 'model', 'gpu', 'engine', 'optimizer', 'dtype'):
                    allowed.update(words(row.get(column) or ''))
    return allowed


def is_plain(word):
    """A word of a language: letters alone, not all of them capitals; a letter of formulas is short."""
    return len(word) > 2 and word.isalpha() and not word.isupper()


# Columns that hold sources and rows of catalogs as they stand there.
SOURCES = {('Assumptions', 'F'), ('Models', 'U'), ('Models', 'V'), ('Models', 'W'), ('GPUs', 'O'), ('GPUs', 'P')}


def missing(path, allowed):
    for place, text in texts_of(path):
        found = [word for word in words(text) if is_plain(word) and word not in allowed]
        if found:
            yield place, text, found


def main():
    allowed = allowed_words()
    seen = {}
    for path in sys.argv[1:]:
        for place, text, found in missing(path, allowed):
            seen.setdefault(text, (place, found))
    for text, (place, found) in seen.items():
        print(place, ' '.join(found), text.replace('\n', '\\n'), sep='\t')


if __name__ == '__main__':
    main()
