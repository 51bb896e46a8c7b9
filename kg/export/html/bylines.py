"""Who wrote the papers and by which other ids they are known: one block, read after the first picture is drawn.

The panel shows it and the search finds papers by it. Authors of several papers are numbered by how many, then those of
one paper in the order in which the papers name them: then that number needs not be told, as with entities
(:class:`.numbered.Order`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from kg.export.html.columns import Block, all_clean, cleaned

SHARE = 20
"""Authors may take this part of what the page has room for."""

FEWER = (8, 5, 3, 2, 1, 0)
"""Authors of a paper that are told where all of them would take more: the first ones and the last."""


def bylines(papers: pd.DataFrame, room: int) -> tuple[bytes, int | None]:
    """The block, and how many authors of a paper it holds at most, None for all of them."""
    everybody = [_authors(row) for row in papers["authors"]]
    for most in (None, *FEWER):
        block = _block(papers, everybody, most)
        if most == 0 or len(block) <= room // SHARE:
            break
    longest = max(map(len, everybody), default=0)
    return block, most if most is not None and most < longest else None


def some(authors: Sequence[str], most: int | None) -> list[str]:
    """So many of a paper's authors: the first ones, and the last, who often leads the group.

    >>> some(["Ada", "Ben", "Cem", "Dag"], 3)
    ['Ada', 'Ben', 'Dag']
    """
    if most is None or len(authors) <= most:
        return list(authors)
    return [*authors[: max(1, most - 1)], *authors[-1:]][:most]


def _block(papers: pd.DataFrame, everybody: list[list[str]], most: int | None) -> bytes:
    told = [some(authors, most) for authors in everybody]
    count = Counter(author for authors in told for author in authors)
    often = sorted((author for author, n in count.items() if n > 1), key=lambda author: (-count[author], author))
    number = {author: at for at, author in enumerate(often, start=1)}
    named = [author for authors in told for author in authors]
    block = Block()
    block.numbers("author_count", [len(authors) for authors in told])
    block.numbers("author_left", [len(all) - len(some) for all, some in zip(everybody, told, strict=True)])
    block.numbers("author", [number.get(author, 0) for author in named])
    block.strings("author_name", [*often, *(author for author in named if author not in number)])
    names = all_clean(papers["id"])
    for column, name in (("arxiv_id", "arxiv"), ("doi", "doi")):
        ids = all_clean(papers[column])
        block.strings(name, ["=" if id and id == own else id for id, own in zip(ids, names, strict=True)])
    return block.compress()


def _authors(value: Any) -> list[str]:
    """Each once: a name that one paper has twice is one author, as far as one can tell."""
    return list(dict.fromkeys(name for one in cleaned(value) if (name := " ".join(one.split()))))
