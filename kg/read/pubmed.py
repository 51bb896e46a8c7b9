"""PubMed's XML; what it exports for reference managers is in :mod:`kg.read.tagged`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from kg.read.record import Row, Wrong
from kg.read.xml_ import XML_START, all_of, elements, first, texts

NAME = "PubMed XML"


def sniff(head: str) -> bool:
    """Whether a file that begins like this is PubMed's XML."""
    return bool(re.match(XML_START + r"<(PubmedArticleSet|PubmedArticle|MedlineCitationSet)\b", head, re.S))


def records(lines: Iterator[str]) -> Iterator[Row | Wrong]:
    """The set's articles."""
    for found in elements(lines, "PubmedArticle"):
        yield found if isinstance(found, Wrong) else Row(found[0], _fields(found[1]))


def _fields(article: Element) -> dict[str, Any]:
    own = article.findall("PubmedData/ArticleIdList/ArticleId[@IdType='doi']")  # not those of what it cites
    own += article.findall("MedlineCitation/Article/ELocationID[@EIdType='doi']")
    doi = next((id.text for id in own if id.text), "")
    return {
        "doi": doi,
        "id": "" if doi else f"pmid:{first(article, 'PMID')}",
        "title": first(article, "ArticleTitle").removesuffix("."),
        "abstract": " ".join(_part(part) for part in article.iterfind(".//Abstract/AbstractText")),
        "date": next(filter(None, map(_date, [*all_of(article, "ArticleDate"), *all_of(article, "PubDate")])), ""),
        "authors": [_person(author) for author in article.iterfind(".//AuthorList/Author")],
        "keywords": texts(article, "Keyword"),
    }


def _part(part: Element) -> str:
    text, label = "".join(part.itertext()).strip(), part.get("Label")
    return f"{label}: {text}" if label and label != "UNLABELLED" else text


def _date(date: Element) -> str:
    parts = (first(date, part) for part in ("Year", "Month", "Day"))
    return " ".join(part for part in parts if part) or first(date, "MedlineDate")[:4]


def _person(author: Element) -> str:
    parts = (first(author, part) for part in ("ForeName", "LastName", "Suffix"))
    return " ".join(part for part in parts if part) or first(author, "CollectiveName")
