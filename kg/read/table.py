"""CSV and TSV (also with semicolons): a header line that names the columns, one record a row."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator
from typing import Literal

from kg.read.record import NAMES, Row, Wrong

NAME = "CSV/TSV"

_DELIMITERS = "\t,;|"
_KNOWN = {alias for names in NAMES.values() for alias in names}


def sniff(head: str) -> bool:
    """Whether the first line is a header: names of columns, at least one that we know."""
    return bool(_delimiter(head.lstrip().partition("\n")[0]))


def records(lines: Iterator[str]) -> Iterator[Row | Wrong]:
    """The table's rows by the names in its header."""
    skipped = 0
    header = ""
    for header in lines:
        skipped += 1
        if header.strip():
            break
    delimiter = _delimiter(header) or ","
    columns = [name.strip() for name in next(csv.reader([header], delimiter=delimiter))]
    if not any(_plain(name) in NAMES["title"] for name in columns):
        yield Wrong(skipped, f"no column is named title (columns: {', '.join(columns)[:80]})")
        return

    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL
    if delimiter == "\t":  # many programs write tabs without quoting: a quotation mark is then only that
        rows = list(lines)
        lines = iter(rows)
        if any(line.strip() and line.count("\t") != len(columns) - 1 for line in rows) is False and _loose_quotes(rows):
            quoting = csv.QUOTE_NONE
    csv.field_size_limit(1 << 27)
    reader = csv.reader(lines, delimiter=delimiter, quoting=quoting, strict=True)
    start = 1
    while True:
        start = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            why = "a quoted cell that does not end: the file is cut off" if "end of data" in str(error) else str(error)
            yield Wrong(skipped + start, why)
            return
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(columns) and (len(cells) < len(columns) or any(cells[len(columns) :])):
            yield Wrong(skipped + start, f"{len(cells)} cells where the header names {len(columns)} columns")
            continue
        yield Row(skipped + start, dict(zip(columns, cells, strict=False)))


def _loose_quotes(rows: list[str]) -> bool:
    """Whether some cell has a quotation mark that is not CSV's."""
    cells = itertools.chain.from_iterable(row.rstrip("\n").split("\t") for row in rows)
    return any('"' in cell and not (len(cell) > 1 and cell[0] == cell[-1] == '"') for cell in cells)


def _plain(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalpha())


def _delimiter(header: str) -> str | None:
    if len(header) > 2000:
        return None
    for delimiter in _DELIMITERS:
        try:
            names = [_plain(name) for name in next(csv.reader([header], delimiter=delimiter), [])]
        except csv.Error:
            continue
        if len(names) > 1 and len(_KNOWN.intersection(names)) >= min(2, len(names)):
            return delimiter
    return None
