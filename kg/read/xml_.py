"""What the XML formats share: records as they come, each with its line, whatever namespace they are in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from kg.read import unpack
from kg.read.record import Wrong

COMMENTS = r"\s*+(?:(?:<!--(?>.*?-->)|<\?[^>]*+>)\s*+)*+"
"""Comments and declarations, to be matched with ``re.S``.

Nothing of them is given back once it matched: else each comment more would double the time that it takes to find out
that what is looked for does not follow."""
XML_START = rf"{COMMENTS}(?:<!DOCTYPE[^>]*+>{COMMENTS})?+"
"""What may stand before the first element; to be matched with ``re.S``."""


class _Source:
    """Lines as the file that the parser reads, a line at a time: what it has just met stands on the last one."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines, self.line = lines, 0
        self.held = 0
        """Characters of the elements that are held now."""

    def read(self, size: int = -1) -> str:
        self.line += 1
        text = next(self.lines, "")
        self.held += len(text)
        if self.held > unpack.LONGEST:
            raise unpack.Unreadable(self.line, f"more than {unpack.LONGEST >> 20} MB without a record's end")
        return text


def elements(lines: Iterator[str], *names: str) -> Iterator[tuple[int, Element] | Wrong]:
    """The elements with one of these names and the line on which each starts; one is held at a time."""
    from defusedxml import ElementTree
    from defusedxml.common import DefusedXmlException

    source, start = _Source(lines), 0
    try:
        for event, element in ElementTree.iterparse(source, ("start", "end")):
            if name(element) in names:
                if event == "start":
                    start = source.line
                else:
                    yield start, element
                    element.clear()
                    source.held = 0
    except DefusedXmlException:
        yield Wrong(source.line, "XML with entity declarations, which are not read")
    except ElementTree.ParseError as error:
        yield Wrong(error.position[0], f"XML that is cut off or bad: {str(error).partition(':')[0]}")


def name(element: Any) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def all_of(element: Element, wanted: str) -> Iterator[Element]:
    """The elements of this name below an element, at any depth."""
    return (below for below in element.iter() if name(below) == wanted and below is not element)


def texts(element: Element, wanted: str) -> list[str]:
    """Their texts, without markup inside; empty ones left out."""
    found = ("".join(below.itertext()).strip() for below in all_of(element, wanted))
    return [text for text in found if text]


def first(element: Element, wanted: str) -> str:
    """The first of these texts; empty where there is none."""
    return next(iter(texts(element, wanted)), "")
