"""When two records are the same paper, and what is known when they are put together."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from kg.model import Paper

SHARED = """
abstract abstracts addendum announcement bookreview bookreviews comment commentary contents correction corrections
corrigendum discussion editorial editorialboard editorsnote epilogue errata erratum expressionofconcern foreword
frontmatter fromtheeditor fromtheeditors guesteditorial index inmemoriam introduction introductiontothespecialissue
letter lettertotheeditor message news obituary openingremarks overview preface prologue rejoinder reply response
retraction retractionnote review specialissue tableofcontents tutorial welcome welcomemessage
"""
"""Titles, normalised, that any number of papers have: that two have one says nothing."""
_SHARED = frozenset(SHARED.split())


def normal_title(title: str) -> str:
    """A title without case, accents, blanks and punctuation: what is compared.

    >>> normal_title("Naïve  Q-Learning!") == normal_title("naive q learning")
    True
    """
    if title.isascii():
        return re.sub(r"[^a-z0-9]+", "", title.lower())
    decomposed = unicodedata.normalize("NFKD", title).casefold()
    return "".join(c for c in decomposed if unicodedata.category(c)[0] in "LNM" and not "\u0300" <= c <= "\u036f")


def title_key(title: str) -> str:
    """``title:`` and a hash of the normalised title: the id of a paper that has no other.

    >>> title_key("Attention Is All You Need") == title_key("Attention is all you need.")
    True
    """
    return "title:" + hashlib.sha256((normal_title(title) or title).encode()).hexdigest()[:16]


def keys(paper: Paper) -> tuple[str, ...]:
    """What makes two records the same paper: one key in common.

    The title counts also where ids differ, as those of a preprint and of what a journal made of it do; unless it is one
    such as "Editorial".

    >>> keys(Paper(id="7", title="LoRA", abstract="…", arxiv_id="2106.09685"))
    ('arxiv:2106.09685', 'title:d339f720de1fd92a')
    >>> keys(Paper(id="7", title="Editorial", abstract="…", doi="10.1000/7"))
    ('doi:10.1000/7',)
    """
    ids = (paper.arxiv_id and f"arxiv:{paper.arxiv_id}", paper.doi and f"doi:{paper.doi}")
    known = tuple(key for key in ids if key)
    return known if known and normal_title(paper.title) in _SHARED else (*known, title_key(paper.title))


def merge(a: Paper, b: Paper) -> Paper:
    """One record of two of the same paper; field by field the one that knows more, whichever comes first.

    The longer abstract, title and lists, the earlier and more precise date, an id of the file's own before an arXiv id
    before a DOI before a title's hash. Every choice is the smallest by a total order, so that any number of records
    merge to the same paper in any order.
    """
    authors = min(a.authors, b.authors, key=lambda names: (-len(names), -sum(map(len, names)), names))
    return Paper(
        id=min(a.id, b.id, key=_id_rank),
        title=min(a.title, b.title, key=lambda title: (title.isupper(), -len(title), title)),
        abstract=min(a.abstract, b.abstract, key=lambda abstract: (-len(abstract), abstract)),
        date=_least(a.date, b.date, lambda date: (date + "-99-99")[:10]),  # 2021 and 2021-06-17 -> 2021-06-17
        authors=authors,
        categories=min(a.categories, b.categories, key=lambda names: (-len(names), names)),
        arxiv_id=_least(a.arxiv_id, b.arxiv_id),
        doi=_least(a.doi, b.doi, lambda doi: ("/arxiv." in doi, doi)),  # the publisher's rather than arXiv's
        url=_least(a.url, b.url, lambda url: (not url.startswith("https"), len(url), url)),
        sources=tuple(sorted({*a.sources, *b.sources})),
    )


def _least(a: str | None, b: str | None, key: Callable[[str], Any] = str) -> str | None:
    return min((value for value in (a, b) if value), key=key, default=None)


def _id_rank(id: str) -> tuple[int, int, str]:
    if id.startswith("title:"):
        rank = 3
    elif re.match(r"10\.\d{4,9}/", id):
        rank = 2
    elif re.search(r"(^|[:/])(\d{4}\.\d{4,5}|[a-z.-]+/\d{7})(v\d+)?$", id, re.I):
        rank = 1
    else:
        rank = 0
    return rank, len(id), id


def deduplicate(papers: Iterable[Paper]) -> list[Paper]:
    """Each paper once, sorted by id. Records belong together that share a key, directly or through others.

    Two different papers that claim one id (two tables that both count their rows from 1) cannot both have it: each is
    known by its arXiv id, DOI or title instead.
    """
    papers = list(papers)
    parent = list(range(len(papers)))

    def find(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first: dict[str, int] = {}
    for i, paper in enumerate(papers):
        for key in keys(paper):
            parent[find(i)] = find(first.setdefault(key, i))

    merged: dict[int, Paper] = {}
    for i, paper in enumerate(papers):
        root = find(i)
        merged[root] = merge(merged[root], paper) if root in merged else paper

    claims: defaultdict[str, list[Paper]] = defaultdict(list)
    for paper in merged.values():
        claims[paper.id].append(paper)
    unique = (p if len(rivals) == 1 else _without_own_id(p) for rivals in claims.values() for p in rivals)
    return sorted(unique, key=lambda paper: paper.id)


def _without_own_id(paper: Paper) -> Paper:
    return replace(paper, id=paper.arxiv_id or paper.doi or title_key(paper.title))
