"""Text with labels, as people keep notes: ``Title: …``, ``Authors: …``, ``Abstract: …``, one paper or many.

Also one paper's text without a label before its title, but with the heading "Abstract": a page copied from the browser,
or what ``pdftotext`` makes of a PDF. Its title is on top; names and places after it are not read, nor what follows the
abstract.
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
_MARK = r"[#>*_ -]*+"
_LABEL = re.compile(rf"{_MARK}(?P<label>{'|'.join(_LABELS)})[*_ ]*+:[*_ ]*+(?P<value>.*)", re.I)
_HEADING = re.compile(rf"{_MARK}abstract[*_:. ]*+", re.I)
_RULE = re.compile(r"[-=*_]{3,}")
_ARXIV = re.compile(r"arXiv: ?(?P<id>\d{4}\.\d{4,5})(?:v\d+)?\b.*", re.I)
_AFTER = re.compile(
    rf"{_MARK}(?:[\dIVX]*+[. ]*+(?:introduction|references)|(?:key ?words|index terms|ccs concepts)\b.*)\W*", re.I
)
"""What ends an abstract where no label does."""
_TOP = 20
"""Lines with text among which the heading is found, where the title has no label."""
_LONG = 300
"""Characters of a line that is no title, name or place."""


def sniff(head: str) -> bool:
    """Whether a text has labels for titles and abstracts, or is one paper's with the heading "Abstract"."""
    lines = [line.strip() for line in head.splitlines() if line.strip()]
    labels = [label[0] for line in lines if (label := _label(line))]
    if "title" in labels:
        return "abstract" in labels
    headings = [number for number, line in enumerate(lines) if _HEADING.fullmatch(line)]
    return len(headings) == 1 and 0 < headings[0] < _TOP and max(map(len, lines[: headings[0]])) < _LONG


def records(lines: Iterator[str]) -> Iterator[Row | Wrong]:
    """The text's papers."""
    text = [line.strip() for line in lines]
    labels = [_label(line) for line in text]
    if not any(label and label[0] == "title" for label in labels):
        yield _single(text)
        return
    start, inside = 0, ""
    fields: dict[str, str] = {}
    for number, (line, label) in enumerate(zip(text, labels, strict=True), 1):
        if label and label[0] == "title" and "title" in fields:
            yield Row(start, fields)
            start, fields = 0, {}
        if label:
            start, inside = start or number, label[0]
            fields.setdefault(inside, label[1])
        elif _RULE.fullmatch(line) or (not line and inside != "abstract"):
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


def _single(text: list[str]) -> Row:
    """The one paper of a text whose title has no label: the first line that may be one."""
    heading = next(number for number, line in enumerate(text) if _HEADING.fullmatch(line))
    stated = next((found["id"] for line in text[:heading] if (found := _ARXIV.fullmatch(line))), "")
    top = [(number, line) for number, line in enumerate(text[:heading]) if line and not _ARXIV.fullmatch(line)]
    number, title = next(((n, line) for n, line in top if " " in line), top[0] if top else (0, ""))
    abstract: list[str] = []
    for line in text[heading + 1 :]:
        if _AFTER.fullmatch(line) or _RULE.fullmatch(line):
            break
        abstract.append(line)
    return Row(
        number + 1, {"title": title.lstrip("# "), "abstract": " ".join(filter(None, abstract)), "arxiv_id": stated}
    )
