r"""arXiv's lists of new papers: the daily e-mail, and the page of new submissions copied as text.

The e-mail sets each record between lines of two backslashes::

    \\
    arXiv:2106.09685
    Date: Thu, 17 Jun 2021 17:37:18 GMT   (897kb,D)

    Title: …                      (a field goes on in lines that are indented)
    Authors: …
    Categories: cs.CL cs.AI cs.LG
    \\
      the abstract
    \\ ( https://arxiv.org/abs/2106.09685 ,  897kb)

The page has no label before the authors and the abstract, which follow the title and the subjects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.read.record import Row, Wrong, clean

NAME = "arXiv list"

_START = re.compile(
    r"\s*(?:\[\d+\]\s*)?arXiv:((?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?)(?:\s*[(\[].*|\s*)$"
)
_FIELD = re.compile(
    r"\s*(?::\s+)?(Title|Authors?|Categories|Subjects|Comments|Date|Journal-ref|DOI|Report-no|MSC-class|ACM-class|"
    r"License|Abstract)\s*(?:\([^)]*\))?\s*:\s*(.*)"
)


def sniff(head: str) -> bool:
    """Whether a file that begins like this is a list of arXiv's."""
    lines = head.splitlines()
    return any(map(_START.match, lines)) and any(_FIELD.match(line) and "Title" in line[:12] for line in lines)


def records(lines: Iterator[str]) -> Iterator[Row | Wrong]:
    """The list's papers. One that was only replaced comes without an abstract."""
    start, name, block = 0, "", list[str]()
    for number, line in enumerate(lines, 1):
        if found := _START.match(line):
            if start:
                yield Row(start, _record(name, block))
            start, name, block = number, found[1], []
        block.append(line)
    if start:
        yield Row(start, _record(name, block))


def _record(arxiv_id: str, block: list[str]) -> dict[str, str]:
    """The fields of one record, its first line left out."""
    fields: dict[str, list[str]] = {}
    inside = ""  # the field that an indented line continues
    in_abstract = False  # between the backslashes of the e-mail
    for line in block[1:]:
        text = line.strip()
        field = None if in_abstract else _FIELD.match(line)
        if text.startswith(("\\\\", "-----", "%%-")):
            if in_abstract or text != "\\\\":
                break
            in_abstract, inside = True, "Abstract"
        elif field:
            inside = field[1].rstrip("s")
            fields.setdefault(inside, []).append(field[2])
        elif not text:
            inside = inside if in_abstract else ""
        elif inside and (in_abstract or line[0].isspace()):
            fields.setdefault(inside, []).append(text)
        else:
            inside = "Abstract" if "Subject" in fields else "Author"
            fields.setdefault(inside, []).append(text)
    parts = {name: clean(" ".join(texts)) for name, texts in fields.items()}
    return {
        "arxiv_id": arxiv_id,
        "title": parts.get("Title", ""),
        "abstract": parts.get("Abstract", ""),
        "authors": parts.get("Author", ""),
        "categories": parts.get("Categorie") or "; ".join(re.findall(r"\(([\w.-]+)\)", parts.get("Subject", ""))),
        "date": parts.get("Date", ""),
        "doi": parts.get("DOI", ""),
        "url": f"https://arxiv.org/abs/{arxiv_id}",
    }
