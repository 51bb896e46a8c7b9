"""Text with labels, as people keep notes: ``Title: …``, ``Authors: …``, ``Abstract: …``, one paper or many.

Of a text with the heading "Abstract" but no label before its title, the first line is the title, and what stands
between is not read: it may be names, places, or both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.read.record import Row, Wrong

NAME = "labelled text"

_LABELS = {
    "title": "title",
    "author": "authors",
    "authors": "authors",
    "abstract": "abstract",
    "summary": "abstract",
    "date": "date",
    "published": "date",
    "year": "date",
    "doi": "doi",
    "arxiv": "arxiv_id",
    "arxiv id": "arxiv_id",
    "url": "url",
    "link": "url",
    "keywords": "keywords",
    "categories": "keywords",
    "subjects": "keywords",
    "comments": "comments",
    "venue": "venue",
    "journal": "venue",
}
_MARK = r"(?:[#>*_-]+ *)*"
_LABEL = re.compile(rf"{_MARK}(?P<label>{'|'.join(_LABELS)}) *[*_]* *: *[*_]* *(?P<value>.*)", re.I)
_HEADING = re.compile(rf"{_MARK}abstract *[*_:.]*", re.I)


def sniff(head: str) -> bool:
    """Whether a text has abstracts under a label or a heading, and titles under a label or one at its top."""
    lines = [line.strip() for line in head.splitlines() if line.strip()]
    labels = [label[0] for line in lines if (label := _label(line))]
    if "title" in labels:
        return "abstract" in labels
    headings = [bool(_HEADING.fullmatch(line)) for line in lines]
    return sum(headings) == 1 and not headings[0]


def records(lines: Iterator[str]) -> Iterator[Row | Wrong]:
    """The text's papers."""
    start, inside = 0, ""
    fields: dict[str, str] = {}
    text = [line.strip() for line in lines]
    labels = [_label(line) for line in text]
    titled = any(label and label[0] == "title" for label in labels)
    for number, (line, label) in enumerate(zip(text, labels, strict=True), 1):
        if line and not start and (label or not titled):
            start, fields = number, {} if label else {"title": line.lstrip("# ")}
        elif label and label[0] == "title" and "title" in fields:
            yield Row(start, fields)
            start, fields = number, {}
        if label:
            inside = label[0]
            fields.setdefault(inside, label[1])
        elif re.fullmatch(r"[-=*_]{3,}", line) or (not line and inside != "abstract"):
            inside = ""
        elif inside:
            fields[inside] = f"{fields[inside]} {line}".strip()
    if start:
        yield Row(start, fields)


def _label(line: str) -> tuple[str, str] | None:
    """The field that a line begins, and what it says of it."""
    if found := _LABEL.fullmatch(line):
        return _LABELS[found["label"].lower()], found["value"]
    return ("abstract", "") if _HEADING.fullmatch(line) else None
