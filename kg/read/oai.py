"""OAI-PMH, by which arXiv and other archives hand out their metadata: in Dublin Core, and in arXiv's two forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from kg.read.record import Row, Wrong, arxiv_id, doi
from kg.read.xml_ import XML_START, all_of, elements, first, texts

NAME = "OAI-PMH"


def sniff(head: str) -> bool:
    """Whether a file that begins like this is an answer of OAI-PMH, or records out of some."""
    start = re.match(XML_START + r"<(?:\w+:)?(?P<root>[\w-]+)", head, re.S)
    return start is not None and (start["root"] == "OAI-PMH" or "www.openarchives.org/OAI/2.0" in head)


def records(lines: Iterator[str]) -> Iterator[Row | Wrong]:
    """The answer's records but for those that were deleted."""
    for found in elements(lines, "record"):
        if isinstance(found, Wrong):
            yield found
        elif not any(header.get("status") == "deleted" for header in all_of(found[1], "header")):
            yield Row(found[0], _fields(found[1]))


def _fields(record: Element) -> dict[str, Any]:
    identifiers = texts(record, "identifier")  # the header's and, of Dublin Core, the paper's
    return {
        "arxiv_id": first(record, "id") or next(filter(arxiv_id, identifiers), ""),
        "doi": first(record, "doi") or next(filter(doi, identifiers), ""),
        "title": first(record, "title"),
        "abstract": first(record, "abstract") or first(record, "description"),
        # of several versions the first; of a Dublin Core date and its changes the earliest
        "published": first(record, "created") or min(texts(record, "date"), default="", key=_as_year_first),
        "authors": [_person(author) for author in all_of(record, "author")]
        or texts(record, "creator")
        or first(record, "authors"),
        "categories": first(record, "categories") or texts(record, "subject"),
        "url": next((text for text in identifiers if text.startswith("http")), ""),
    }


def _as_year_first(date: str) -> str:
    return date if date[:4].isdecimal() else ""  # "Wed, 3 Jan 2024 …": versions are in order


def _person(author: Element) -> str:
    parts = (first(author, part) for part in ("forenames", "keyname", "suffix"))
    return " ".join(part for part in parts if part)
