"""The Atom feed in which arXiv's API answers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.read.record import Row, Wrong

NAME = "Atom"

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"


def sniff(head: str) -> bool:
    """Whether a file that begins like this is an Atom feed."""
    return bool(re.match(r"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(\w+:)?feed\b", head, re.S))


def records(lines: Iterator[str]) -> Iterator[Row | Wrong]:
    """The feed's entries."""
    from defusedxml import ElementTree
    from defusedxml.common import DefusedXmlException

    text = "".join(lines)
    starts = [text.count("\n", 0, found.start()) + 1 for found in re.finditer(r"<(?:\w+:)?entry\b", text)]
    try:
        feed = ElementTree.fromstring(text)
    except DefusedXmlException:
        yield Wrong(1, "XML with entity declarations, which are not read")
        return
    except ElementTree.ParseError as error:
        yield Wrong(error.position[0], f"XML that is cut off or bad: {str(error).partition(':')[0]}")
        return
    for line, entry in zip(starts, feed.iter(f"{_ATOM}entry"), strict=False):
        plain = {name: entry.findtext(_ATOM + name) for name in ("title", "summary", "published", "updated")}
        fields = {
            **plain,
            "arxiv_id": entry.findtext(f"{_ATOM}id"),
            "url": entry.findtext(f"{_ATOM}id"),
            "doi": entry.findtext(f"{_ARXIV}doi"),
            "authors": [author.findtext(f"{_ATOM}name") or "" for author in entry.iter(f"{_ATOM}author")],
            "categories": [category.get("term", "") for category in entry.iter(f"{_ATOM}category")],
        }
        yield Row(line, fields)
