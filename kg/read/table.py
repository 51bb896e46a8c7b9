"""CSV and TSV (also with semicolons): a header line that names the columns, one record a row."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator
from pathlib import PurePath
from typing import Literal

from kg.read.record import NAMES, Row, Wrong
from kg.read.unpack import PACKED, held

NAME = "CSV/TSV"

_DELIMITERS = "\t,;|"
_KNOWN = {alias for names in NAMES.values() for alias in names}
_NEEDED = ("title", "abstract")
_LONGEST_NAME = 60


def sniff(head: str) -> bool:
    """Whether the first line is a header: names of columns that we know, or of as many as every line has cells.

    The second may be it where the first is a remark, as of Dimensions.
    """
    head = head.lstrip()
    return any(map(_delimiter, head.split("\n")[:2])) or any(_is_grid(head, delimiter) for delimiter in _DELIMITERS)


def is_called(name: str, head: str) -> bool:
    """Whether a file's name says that it is a table, and its first line may be a header, though we know no name there.

    >>> is_called("a.csv.gz", "x,text\\n"), is_called("a.csv", "A title\\n"), is_called("a.txt", "x,text\\n")
    (True, False, False)
    """
    suffixes = [suffix for suffix in PurePath(name.lower()).suffixes if suffix not in PACKED]
    header = head.lstrip().partition("\n")[0]
    return suffixes[-1:] in ([".csv"], [".tsv"], [".tab"]) and any(delimiter in header for delimiter in _DELIMITERS)


def records(lines: Iterator[str]) -> Iterator[Row | Wrong]:
    """The table's rows by the names in its header."""
    skipped = 0
    header = ""
    for header in lines:
        skipped += 1
        if header.strip():
            break
    if not _delimiter(header) and _delimiter(second := next(lines, "")):
        skipped, header = skipped + 1, second
    elif not _delimiter(header):
        lines = itertools.chain([second], lines)
    delimiter = _delimiter(header) or max(_DELIMITERS, key=header.count)
    columns = [name.strip() for name in next(csv.reader([header], delimiter=delimiter))]
    if lacking := [field for field in _NEEDED if not any(_plain(name) in NAMES[field] for name in columns)]:
        shown = ", ".join(columns)
        shown = shown if len(shown) <= 80 else shown[:79] + "…"
        yield Wrong(
            skipped, f"no column is named {' or '.join(lacking)} (columns: {shown}); name the columns in the first line"
        )
        return

    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL
    if delimiter == "\t":  # many programs write tabs without quoting: a quotation mark is then only that
        rows = list(held(lines, 4))
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


def _is_grid(head: str, delimiter: str) -> bool:
    """Whether each line has as many cells as the first, and none begins with a blank, as what follows a comma in prose.

    The last line may be cut off, where the head ends.
    """
    rows: list[list[str]] = []
    try:
        rows.extend(csv.reader(io.StringIO(head), delimiter=delimiter, strict=True))
    except csv.Error:
        if len(rows) < 2:
            return False
    rows = [row for row in rows if row]
    if len(rows) > 2 and not head.endswith("\n"):
        rows.pop()
    if len(rows) < 2 or len(rows[0]) < 2 or not all(0 < len(name) <= _LONGEST_NAME for name in rows[0]):
        return False
    return all(len(row) == len(rows[0]) and not any(cell.startswith(" ") for cell in row[1:]) for row in rows)


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
