"""Saved web pages: a paper's own (arXiv, OpenReview, publishers), Hugging Face's daily papers, arXiv's lists.

Read is what a page states for machines: the ``citation_`` tags that Google Scholar asks of every publisher, and the
JSON that Hugging Face's pages are drawn from. A list of arXiv's is read as its text is. Other pages hold too much that
is no paper.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

from kg.read import listing
from kg.read.record import Row, Wrong
from kg.read.xml_ import COMMENTS

NAME = "HTML"

_BLOCKS = re.compile("address|article|blockquote|br|d[dlt]|div|h[1-6]|li|main|[ou]l|p|section|t[dr]")
"""The elements that end a line of text."""
_UNSEEN = frozenset(("script", "style", "template"))
_NOTHING = "HTML that states no paper's title and abstract; copy the page's text from the browser and save that"


def sniff(head: str) -> bool:
    """Whether a file that begins like this is a web page."""
    return bool(re.match(COMMENTS + r"<(!doctype\s+html|html)\b", head, re.S | re.I))


def records(lines: Iterator[str]) -> Iterator[Row | Wrong]:
    """The page's papers."""
    page = _Page()
    page.feed("".join(lines))
    page.close()
    text = [(number, f"{line}\n") for number, line in page.text]
    found: list[Row | Wrong] = [Row(line, fields) for line, fields in page.stated]
    if not found and page.meta["title"]:
        found = [Row(1, _cited(page))]
    if not found and listing.sniff("".join(line for _, line in text)):
        rows = listing.records(line for _, line in text)
        found = [Row(text[row.line - 1][0], row.fields) if isinstance(row, Row) else row for row in rows]
    yield from found or [Wrong(1, _NOTHING)]


def _cited(page: _Page) -> dict[str, Any]:
    meta = page.meta
    arxiv = (meta["arxiv_id"] or [""])[0]
    return {
        "title": meta["title"][0],
        "abstract": (meta["abstract"] or _shown_abstract(page) or [""])[0],
        "authors": meta["author"] or meta["authors"],
        "date": (meta["date"] or meta["publication_date"] or meta["online_date"] or [""])[0],
        "arxiv_id": arxiv,
        "doi": (meta["doi"] or [""])[0],
        "url": f"https://arxiv.org/abs/{arxiv}" if arxiv else (meta["abstract_html_url"] or meta["pdf_url"] or [""])[0],
        "keywords": meta["keywords"],
    }


def _shown_abstract(page: _Page) -> list[str]:
    """The line after the heading "Abstract", for the pages that state the rest only."""
    lines = [line for _, line in page.text]
    return [after for heading, after in pairwise(lines) if heading.strip(" :.") == "Abstract"]


class _Page(HTMLParser):
    """What is used of a page: its ``citation_`` tags, the papers in its JSON, and its lines of text."""

    def __init__(self) -> None:
        super().__init__()
        self.meta: defaultdict[str, list[str]] = defaultdict(list)
        self.stated: list[tuple[int, dict[str, Any]]] = []
        self.text: list[tuple[int, str]] = []
        self._line: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "").lower()
        if tag == "meta" and name.startswith("citation_") and given.get("content", "").strip():
            self.meta[name.removeprefix("citation_")].append(given["content"])
        if given.get("data-props", "").startswith("{"):
            try:
                papers = _papers(json.loads(given["data-props"]))
            except (ValueError, RecursionError):
                papers = []
            self.stated += [(self.getpos()[0], paper) for paper in papers]
        self._unseen += tag in _UNSEEN
        if _BLOCKS.fullmatch(tag):
            self._end_line()

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN and self._unseen > 0
        if _BLOCKS.fullmatch(tag):
            self._end_line()

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._line.append(data)

    def close(self) -> None:
        super().close()
        self._end_line()

    def _end_line(self) -> None:
        if line := " ".join("".join(self._line).split()):
            self.text.append((self.getpos()[0], line))
        self._line = []


def _papers(value: Any) -> list[dict[str, Any]]:
    """The objects with a title and a summary in a page's JSON, at any depth."""
    if isinstance(value, list):
        return [paper for item in value for paper in _papers(item)]
    if not isinstance(value, dict):
        return []
    inner = value.get("paper")
    paper = inner if isinstance(inner, dict) else value
    if paper.get("title") and (paper.get("summary") or paper.get("abstract")):
        return [paper]
    return [paper for item in value.values() for paper in _papers(item)]
