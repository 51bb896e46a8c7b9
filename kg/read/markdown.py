"""Markdown's marks off: what is left is read as a page of text."""

from __future__ import annotations

import re
from collections.abc import Iterator

_HEADING = re.compile(r"#{1,6}\s+\S")
# no longer than these are: of marks that never close, each would be sought to the end of the text
_LINK = re.compile(r"!?\[(?P<text>[^\[\]]*+)\]\((?P<url>[^)\s]{0,2000}+)[^)]{0,1000}+\)")
_EMPHASIS = re.compile(r"(?<!\w)(\*{1,3}|_{1,3})(?=\S)(.{1,1500}?)(?<=\S)\1(?!\w)")
_LEAD = re.compile(r"(?:#{1,6}|[-*+]|\d{1,3}[.)])\s+")
_ITEM = re.compile(
    r"(?:[-*+]|\d{1,3}[.)])\s+(?P<title>\*\*.+?\*\*|\[[^\]]+\]\(\S+?\))\s*[:.–—-]*\s+(?P<abstract>\S.{99,})"
)


def is_markdown(lines: list[str]) -> bool:
    """Whether some line is a heading or an item that begins with a link or in bold."""
    return any(_HEADING.match(line) or re.match(r"[-*+]\s+(\*\*|\[)", line) for line in lines)


def paragraphs(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The text's headings, items and paragraphs, each as one line with the number of its first.

    >>> list(paragraphs(["# One", "Text that", "goes on.", "", "- item"]))
    [(1, '# One'), (2, 'Text that goes on.'), (5, '- item')]
    """
    start, block = 0, list[str]()
    for number, line in enumerate([*lines, ""], 1):
        if block and (not line or _LEAD.match(line) or _HEADING.match(block[0])):
            yield start, " ".join(block)
            block = []
        if line:
            start, block = (start, block) if block else (number, [])
            block.append(line)


def plain(line: str) -> Iterator[tuple[str, str]]:
    """The line without marks, and where its first link leads; a list's item that goes on with its abstract is two.

    >>> list(plain("## [A *new* title](https://x.org/1)"))
    [('A new title', 'https://x.org/1')]
    """
    item = _ITEM.fullmatch(line)
    for part in (item["title"], item["abstract"]) if item else (line,):
        link = _LINK.search(part)
        lead = _LEAD.match(part)
        text = _LINK.sub(lambda found: found["text"], part[lead.end() :] if lead else part)
        text = _EMPHASIS.sub(r"\2", text)
        yield text.strip(), link["url"] if link else ""
