r"""arXiv's lists: the daily e-mail, and what is copied of its pages of new submissions, of a search, of one paper.

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

The page has no label before the authors and the abstract, which follow the title and the subjects. arXiv's search
results, and its page about one paper, have none before the title either.
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
    r"License|Abstract|Cite as|Journal reference|Related DOI|Submission history)\s*(?:\([^)]*\))?\s*:\s*(.*)"
)
_SUBMITTED = re.compile(r"\s*\[?Submitted (?:on )?(?P<date>\d{1,2} [A-Z][a-z]+,? \d{4})\b.*")
_LINKS = re.compile(r"(?:view pdf|pdf|html|tex source|other formats|view license|\(experimental\)|[\s,:])+", re.I)
_CATEGORY = r"[a-z]+(?:-[a-z]+)*+\.[A-Za-z-]{2,}|[a-z]+-[a-z]+"
_CATEGORIES = re.compile(rf"(?:{_CATEGORY})(?:\s+(?:{_CATEGORY}))*+")
_MORE, _LESS = "▽ More", "△ Less"
"""What a search shows after an abstract's beginning, and after the whole of it, which may follow."""


def sniff(head: str) -> bool:
    """Whether a file that begins like this is a list of arXiv's."""
    lines = head.splitlines()
    return any(map(_START.match, lines)) and any(
        _SUBMITTED.match(line) or ("Title" in line[:12] and _FIELD.match(line)) for line in lines
    )


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
    """The fields of one record."""
    if not any((field := _FIELD.match(line)) and field[1] == "Title" for line in block):
        return _untitled(arxiv_id, block)
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


def _untitled(arxiv_id: str, block: list[str]) -> dict[str, str]:
    """The fields of one record of a search, or of a paper's own page: the first line that may be one is the title."""
    parts = {"arxiv_id": arxiv_id, "url": f"https://arxiv.org/abs/{arxiv_id}"}
    parts["categories"] = block[0].rpartition("]")[2].strip() if "]" in block[0] else ""
    plain: list[str] = []
    inside = ""
    for line in map(clean, block[1:]):
        if submitted := _SUBMITTED.fullmatch(line):
            parts.setdefault("date", submitted["date"])
            inside = ""
        elif field := _FIELD.match(line):
            inside = {"Author": "authors", "Abstract": "abstract", "Subject": "subjects"}.get(field[1].rstrip("s"), "-")
            parts.setdefault(inside, field[2])
        elif inside in ("authors", "abstract") and line:
            parts[inside] = f"{parts[inside]} {line}".strip()
        elif line and not inside and not _LINKS.fullmatch(line) and not (not plain and _CATEGORIES.fullmatch(line)):
            plain.append(line)
    if plain:
        parts["title"] = plain.pop(0)
    if plain and "authors" not in parts:
        parts["authors"] = plain.pop(0)
    if plain and "abstract" not in parts:
        parts["abstract"] = " ".join(plain)
    beginning, _, whole = parts.get("abstract", "").partition(_MORE)
    parts["abstract"] = (whole.strip() or beginning).partition(_LESS)[0].strip()
    if subjects := re.findall(r"\(([\w.-]+)\)", parts.pop("subjects", "")):
        parts["categories"] = "; ".join(subjects)
    return parts
