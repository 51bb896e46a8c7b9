"""Which text the page carries where all of it would be too much.

74,627 abstracts take 32 MB compressed. A page with a limit keeps whole those of the best-linked papers, and of the
others the sentences that say something about an entity, strongest first. What is left out is one gap of the same
length, so that all offsets hold; the page shows it as ``[…]``.
"""

from __future__ import annotations

import re
import zlib

import numpy as np
import pandas as pd

from kg.export.html.columns import ASTRAL

GAP = "\0"
"""Around a gap's length: ``NUL 345 NUL`` stands for 345 characters that are not carried."""

SAMPLE = 2000
"""Abstracts from which the compression ratio is taken."""


def shorten(
    titles: list[str], abstracts: list[str], links: pd.DataFrame, sentences: pd.DataFrame, budget: int
) -> list[str]:
    """The abstracts, cut so that they take some ``budget`` bytes compressed."""
    sizes = np.array([len(abstract) for abstract in abstracts], dtype=np.int64)
    if not sizes.sum():
        return abstracts
    step = max(1, len(abstracts) // SAMPLE)
    sample = "\n".join(abstracts[::step]).encode()
    room = int(budget / (len(zlib.compress(sample, 9)) / len(sample) * 1.03))  # characters, shards compress a bit worse
    if sizes.sum() <= room:
        return abstracts
    excerpts = [  # a text that JavaScript counts otherwise stays whole
        abstract if ASTRAL.search(title + abstract) else cut(abstract, len(title) + 1, spans)
        for title, abstract, spans in zip(titles, abstracts, _told(links, len(titles)), strict=True)
    ]
    least = np.array([len(re.sub(f"{GAP}\\d+{GAP}", "", excerpt)) for excerpt in excerpts], dtype=np.int64)
    degree = np.bincount(links["source"], minlength=len(titles))
    order = np.lexsort((np.arange(len(titles)), -degree))
    whole = np.cumsum((sizes - least)[order]) <= room - least.sum()
    kept = set(order[whole].tolist())
    out = [abstract if at in kept else excerpts[at] for at, abstract in enumerate(abstracts)]
    if least.sum() > room:  # not even the excerpts fit: those of the least-linked papers go too
        fits = set(order[np.cumsum(least[order]) <= room].tolist())
        out = [text if at in fits else _gap(len(abstracts[at])) for at, text in enumerate(out)]
    return out


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
    out, at = [], 0
    for start, end in sorted((max(s - before, 0), max(e - before, 0)) for s, e in spans):
        if start > at:
            out.append(_gap(start - at))
            at = start
        out.append(abstract[at:end])
        at = max(at, min(end, len(abstract)))
    return "".join(out) + _gap(len(abstract) - at)
