"""The formats, and which of them a file is in: its content says so, and its name only of what is called CSV or TSV.

A format is a module with ``NAME``, ``sniff(head) -> bool`` (of the file's first characters) and ``records(lines)``,
which yields a :class:`~kg.read.record.Row` for each record and a :class:`~kg.read.record.Wrong` for what it cannot
read. A new format is one such file and its place in :data:`FORMATS`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from kg.read import bibtex, feed, html_, json_, labelled, listing, oai, page, pubmed, ris, table, tagged
from kg.read.record import Row, Wrong
from kg.read.unpack import held

FORMATS = (json_, feed, oai, pubmed, html_, ris, tagged, bibtex, listing, labelled, table, page)
"""In the order in which they are asked; a page of text is what none of the others is."""

STREAMED = (json_, feed, oai, pubmed, table)
"""Those that hold a record at a time, as far as they can; the others hold the file."""

HEAD = 1 << 16
"""How many characters are looked at."""


def records(lines: Iterator[str], year: int | None = None, name: str = "") -> Iterator[Row | Wrong]:
    """The records of a file called ``name``, in whatever format its lines are.

    A table whose columns are named as we don't know them may look like a page of text: then its name counts.
    """
    head: list[str] = []
    size = 0
    for line in lines:
        head.append(line)
        size += len(line)
        if size >= HEAD:
            break
    text = "".join(head)[:HEAD]
    form = next(form for form in FORMATS if form.sniff(text))
    if form is page and table.is_called(name, text):
        form = table
    whole = chain(head, lines) if form in STREAMED else held(chain(head, lines))
    return page.records(whole, year) if form is page else form.records(whole)
