"""Which text the page carries where all of it would be too much.

74,627 abstracts take 22 MB compressed. A page with a limit keeps whole those of the best-linked papers, and of the
others the sentences that say something about an entity, strongest first. What is left out is one gap of the same
length, so that all offsets hold; the page shows it as ``[…]``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from kg.export.html.columns import ASTRAL, Block, Vocabulary, utf16_length

GAP = "\0"
"""Around a gap's length: ``NUL 345 NUL`` stands for 345 characters that are not carried."""

SAMPLE = 2000
"""Abstracts from which the compression ratio is taken."""


MENTION = 4.0
"""Compressed bytes of one mention, with its part in the sentences of its paper."""


def shorten(
    titles: list[str],
    abstracts: list[str],
    links: pd.DataFrame,
    mentions: pd.DataFrame,
    vocabulary: Vocabulary,
    budget: int,
) -> tuple[list[str], npt.NDArray[np.bool_]]:
    """The abstracts, cut so that with their mentions they take some ``budget`` bytes; and which mentions are left."""
    sizes = np.array([len(abstract) for abstract in abstracts], dtype=np.int64)
    paper = mentions["paper"].to_numpy()
    all_named = np.bincount(paper, minlength=len(titles))
    each = _bytes_each(abstracts, sizes, vocabulary)
    whole = sizes * each + MENTION * all_named
    if whole.sum() <= budget:
        return abstracts, np.ones(len(mentions), dtype=bool)
    told = _told(links, titles)
    excerpts = [  # a text that JavaScript counts otherwise stays whole
        abstract if ASTRAL.search(title + abstract) else cut(abstract, len(title) + 1, spans)
        for title, abstract, spans in zip(titles, abstracts, told, strict=True)
    ]
    uncut = np.array([excerpt == abstract for excerpt, abstract in zip(excerpts, abstracts, strict=True)], dtype=bool)
    inside = uncut[paper] | np.array(
        [
            end <= len(titles[at]) or any(first <= start and end <= last for first, last in told[at])
            for at, start, end in zip(paper.tolist(), mentions["start"].tolist(), mentions["end"].tolist(), strict=True)
        ],
        dtype=bool,
    )
    least = np.array([len(excerpt) for excerpt in excerpts], dtype=np.int64)
    named = np.bincount(paper[inside], minlength=len(titles))
    short = least * _bytes_each(excerpts, least, vocabulary) + MENTION * named
    degree = np.bincount(links["source"], minlength=len(titles))
    order = np.lexsort((np.arange(len(titles)), -degree))
    kept = np.zeros(len(titles), dtype=bool)
    kept[order[np.cumsum((whole - short)[order]) <= budget - short.sum()]] = True
    out = [abstract if kept[at] else excerpts[at] for at, abstract in enumerate(abstracts)]
    if short.sum() > budget:  # not even the excerpts fit: those of the least-linked papers go too
        fits = np.zeros(len(titles), dtype=bool)
        fits[order[np.cumsum(short[order]) <= budget]] = True
        out = [text if fits[at] else _gap(utf16_length(abstracts[at])) for at, text in enumerate(out)]
        inside &= fits[paper]
    return out, inside | kept[paper]


def _bytes_each(texts: list[str], sizes: npt.NDArray[np.int64], vocabulary: Vocabulary) -> float:
    """Compressed bytes of a character, from a sample."""
    step = max(1, len(texts) // SAMPLE)
    block = Block()
    block.texts("sample", texts[::step], vocabulary)
    return len(block.compress()) * 1.16 / max(1, int(sizes[::step].sum()))


def _told(links: pd.DataFrame, titles: list[str]) -> list[list[tuple[int, int]]]:
    """For every abstract the sentences that tell most: up to three that introduce, compare or evaluate, else one."""
    out: list[list[tuple[int, int]]] = [[] for _ in titles]
    after_title = np.array([len(title) for title in titles], dtype=np.int64)[links["source"].to_numpy()]
    said = links.loc[links["start"].to_numpy() > after_title, ["source", "relation", "start", "end"]]
    said = said.sort_values(["source", "relation", "start"]).drop_duplicates(["source", "start", "end"])
    for paper, relation, start, end in said.itertuples(index=False):
        if not out[paper] or (relation <= 2 and len(out[paper]) < 3):
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
