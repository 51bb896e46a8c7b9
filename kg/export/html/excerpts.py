"""Which text the page carries where all of it would be too much.

74,627 abstracts take 22 MB compressed. A page with a limit keeps whole those of the best-linked papers, and of the
others the sentences that say something about an entity, strongest first. What is left out is one gap of the same
length, so that all offsets hold; the page shows it as ``[…]``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from kg.export.html.columns import ASTRAL, Block, Vocabulary

GAP = "\0"
"""Around a gap's length: ``NUL 345 NUL`` stands for 345 characters that are not carried."""

SAMPLE = 2000
"""Abstracts from which the compression ratio is taken."""


def shorten(
    titles: list[str], abstracts: list[str], links: pd.DataFrame, vocabulary: Vocabulary, budget: int
) -> list[str]:
    """The abstracts, cut so that they take some ``budget`` bytes compressed."""
    sizes = np.array([len(abstract) for abstract in abstracts], dtype=np.int64)
    if not sizes.sum():
        return abstracts
    each = _bytes_each(abstracts, sizes, vocabulary)
    if sizes.sum() * each <= budget:
        return abstracts
    excerpts = [  # a text that JavaScript counts otherwise stays whole
        abstract if ASTRAL.search(title + abstract) else cut(abstract, len(title) + 1, spans)
        for title, abstract, spans in zip(titles, abstracts, _told(links, len(titles)), strict=True)
    ]
    least = np.array([len(excerpt) for excerpt in excerpts], dtype=np.int64)
    short, whole = least * _bytes_each(excerpts, least, vocabulary), sizes * each
    degree = np.bincount(links["source"], minlength=len(titles))
    order = np.lexsort((np.arange(len(titles)), -degree))
    kept = set(order[np.cumsum((whole - short)[order]) <= budget - short.sum()].tolist())
    out = [abstract if at in kept else excerpts[at] for at, abstract in enumerate(abstracts)]
    if short.sum() > budget:  # not even the excerpts fit: those of the least-linked papers go too
        fits = set(order[np.cumsum(short[order]) <= budget].tolist())
        out = [text if at in fits else _gap(len(abstracts[at])) for at, text in enumerate(out)]
    return out


def _bytes_each(texts: list[str], sizes: npt.NDArray[np.int64], vocabulary: Vocabulary) -> float:
    """Compressed bytes of a character, from a sample."""
    step = max(1, len(texts) // SAMPLE)
    block = Block()
    block.texts("sample", texts[::step], vocabulary)
    return len(block.compress()) * 1.1 / max(1, int(sizes[::step].sum()))


def _told(links: pd.DataFrame, papers: int) -> list[list[tuple[int, int]]]:
    """For every paper the sentences that tell most: where something is introduced, then compared; at most three."""
    out: list[list[tuple[int, int]]] = [[] for _ in range(papers)]
    strong = links[(links["relation"] <= 2) & (links["start"] >= 0)].sort_values(["source", "relation", "start"])
    for paper, start, end in strong[["source", "start", "end"]].drop_duplicates().itertuples(index=False):
        if len(out[paper]) < 3:
            out[paper].append((int(start), int(end)))
    return out


def _gap(length: int) -> str:
    return f"{GAP}{length}{GAP}" if length else ""


def cut(abstract: str, before: int, spans: list[tuple[int, int]]) -> str:
    """``abstract`` with only ``spans`` kept; they count from ``before`` characters ahead of it.

    >>> cut("One. Two. Three.", 0, [(5, 9)]).replace(GAP, "|")
    '|5|Two.|7|'
    """

    def within(offset: int) -> int:
        return min(max(offset, 0), len(abstract))

    out, at = [], 0
    for start, end in sorted((within(s - before), within(e - before)) for s, e in spans):
        if start > at:
            out.append(_gap(start - at))
            at = start
        out.append(abstract[at:end])
        at = max(at, end)
    return "".join(out) + _gap(len(abstract) - at)
