"""Feeds: the Atom in which arXiv's API answers, the RSS and Atom of its daily lists, and those of other publishers."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from kg.read.record import Row, Wrong
from kg.read.xml_ import XML_START, all_of, elements, first, texts

NAME = "Atom or RSS"

_DAILY = re.compile(r"arXiv:(?P<id>\S+)\s+Announce Type:\s*(?P<kind>[\w-]+)\s*(?:Abstract:\s*)?", re.I)
"""What arXiv sets before the abstract in its daily feeds."""


def sniff(head: str) -> bool:
    """Whether a file that begins like this is a feed."""
    return bool(re.match(XML_START + r"<((\w+:)?feed|rss|rdf:RDF)\b", head, re.S))


def records(lines: Iterator[str]) -> Iterator[Row | Wrong]:
    """The feed's entries."""
    for found in elements(lines, "entry", "item"):
        yield found if isinstance(found, Wrong) else Row(found[0], _fields(found[1]))


def _fields(entry: Element) -> dict[str, Any]:
    link = next((link.get("href") or link.text for link in all_of(entry, "link")), "")
    id = first(entry, "id") or first(entry, "guid")
    fields: dict[str, Any] = {
        "title": first(entry, "title"),
        "summary": _plain(first(entry, "summary") or first(entry, "description") or first(entry, "content")),
        "published": first(entry, "published") or first(entry, "pubDate") or first(entry, "date"),
        "updated": first(entry, "updated"),
        "arxiv_id": id,
        "url": id if id.startswith("http") else link,
        "doi": first(entry, "doi"),
        "authors": [first(author, "name") for author in all_of(entry, "author")] or _creators(entry),
        "categories": [category.get("term") or category.text or "" for category in all_of(entry, "category")],
    }
    if daily := _DAILY.match(fields["summary"]):
        fields |= {"arxiv_id": daily["id"], "summary": fields["summary"][daily.end() :]}
        if daily["kind"].startswith("replace"):
            del fields["published"]  # the day of the new version; the id tells the paper's month
    return fields


def _creators(entry: Element) -> list[str] | str:
    creators = texts(entry, "creator")
    return creators if len(creators) != 1 else creators[0]


def _plain(text: str) -> str:
    """A description without its HTML, which is usual in RSS."""
    if not re.match(r"\s*<\w", text):
        return text
    return html.unescape(re.sub(r"</?[a-zA-Z][^>]*>", "", text))
