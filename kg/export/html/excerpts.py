"""Which text the page carries where all of it would be too much.

74,627 abstracts take 22 MB compressed, and what they mention 4 MB. A page with a limit keeps whole those of the
best-linked papers, and of the others the sentences that say something about an entity, strongest first. What is left
out is one gap of the same length, so that all offsets hold; the page shows it as ``[…]``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kg.export.html.columns import GAP, has_astral, utf16_length
from kg.export.html.numbered import by_numbers

CHARACTER = 0.3
"""Compressed bytes of a character of text; only its proportion to the two below matters."""

MENTION = 2.5
"""Compressed bytes of a mention, with its part in the sentences of its paper."""

PAPER = 14.0
"""Compressed bytes of what a paper has beside: sizes, counts, categories."""


MOST = 3
"""Sentences that are told of an abstract that is cut."""


@dataclass(frozen=True)
class Choice:
    """The text that is carried, and what it takes by our reckoning."""

    abstracts: list[str]
    mentions: npt.NDArray[np.bool_]
    """Which mentions lie in it."""
    sentences: npt.NDArray[np.bool_]
    """Which evidence sentences lie in it."""
    cost: npt.NDArray[np.float64]
    """Compressed bytes of each paper."""
    whole: int
    """Abstracts that are carried whole."""


class Excerpts:
    """Every abstract whole and cut, with what either costs."""

    def __init__(
        self,
        titles: list[str],
        abstracts: list[str],
        links: pd.DataFrame,
        mentions: pd.DataFrame,
        sentences: pd.DataFrame,
    ) -> None:
        self.abstracts = abstracts
        self.paper, self.spoken = mentions["paper"].to_numpy(), sentences["paper"].to_numpy()
        told = _told(links, titles)
        self.excerpts = [  # a text that JavaScript counts otherwise stays whole
            abstract if has_astral(title) or has_astral(abstract) else cut(abstract, len(title) + 1, spans)
            for title, abstract, spans in zip(titles, abstracts, told, strict=True)
        ]
        pairs = zip(self.excerpts, abstracts, strict=True)
        self.uncut = np.array([excerpt == abstract for excerpt, abstract in pairs], dtype=bool)
        self.inside = self.uncut[self.paper] | _inside(titles, told, mentions)
        self.said = self.uncut[self.spoken] | _inside(titles, told, sentences)
        self.whole_cost = self._cost(abstracts, np.ones(len(mentions), dtype=bool))
        self.short_cost = self._cost(self.excerpts, self.inside)
        degree = np.bincount(links["source"], minlength=len(titles))
        self.order = np.lexsort((np.arange(len(titles)), -degree))

    def _cost(self, texts: list[str], mentions: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        size = np.array([len(text) for text in texts], dtype=np.int64)
        return CHARACTER * size + MENTION * np.bincount(self.paper[mentions], minlength=len(texts)) + PAPER

    def all(self) -> Choice:
        """Every abstract whole."""
        mentions, sentences = np.ones(len(self.paper), dtype=bool), np.ones(len(self.spoken), dtype=bool)
        return Choice(self.abstracts, mentions, sentences, self.whole_cost, len(self.abstracts))

    def within(self, budget: float) -> Choice:
        """As many whole abstracts as ``budget`` bytes allow, those of the best-linked papers first."""
        whole, short, order = self.whole_cost, self.short_cost, self.order
        kept = np.zeros(len(self.abstracts), dtype=bool)
        kept[order[np.cumsum((whole - short)[order]) <= budget - short.sum()]] = True
        texts = [self.abstracts[at] if kept[at] else text for at, text in enumerate(self.excerpts)]
        mentions, sentences = self.inside | kept[self.paper], self.said | kept[self.spoken]
        cost, whole = np.where(kept, whole, short), kept | self.uncut
        if short.sum() > budget:  # not even the excerpts fit: those of the least-linked papers go too
            fits = np.zeros(len(texts), dtype=bool)
            fits[order[np.cumsum(short[order]) <= budget]] = True
            texts = [text if fits[at] else _gap(utf16_length(self.abstracts[at])) for at, text in enumerate(texts)]
            mentions, sentences, whole = mentions & fits[self.paper], sentences & fits[self.spoken], whole & fits
            cost = np.where(fits, cost, PAPER)
        return Choice(texts, mentions, sentences, cost, int(whole.sum()))


def _inside(titles: list[str], told: list[list[tuple[int, int]]], pieces: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Which pieces lie in a title or in a sentence that is told."""
    first, last = np.full((2, len(titles), MOST), -1, dtype=np.int64)
    for at, spans in enumerate(told):
        for place, (start, end) in enumerate(spans):
            first[at, place], last[at, place] = start, end
    paper, starts, ends = (pieces[column].to_numpy() for column in ("paper", "start", "end"))
    inside = ends <= np.array([len(title) for title in titles], dtype=np.int64)[paper]
    for place in range(MOST):
        inside |= (first[paper, place] <= starts) & (ends <= last[paper, place])
    return np.asarray(inside)


def _told(links: pd.DataFrame, titles: list[str]) -> list[list[tuple[int, int]]]:
    """For every abstract the sentences that tell most: up to three that introduce, compare, evaluate or tell what
    something descends from, else one."""
    out: list[list[tuple[int, int]]] = [[] for _ in titles]
    after_title = np.array([len(title) for title in titles], dtype=np.int64)[links["source"].to_numpy()]
    said = links.assign(relation=links["relation"].where(~links["descends"], 0))  # as telling as what is introduced
    said = said.loc[links["start"].to_numpy() > after_title, ["source", "relation", "start", "end"]]
    said = by_numbers(said, "source", "relation", "start").drop_duplicates(["source", "start", "end"])
    place = said.groupby("source").cumcount()
    said = said[(place == 0) | ((said["relation"] <= 2) & (place < MOST))]
    for paper, start, end in zip(*(said[column].tolist() for column in ("source", "start", "end")), strict=True):
        out[paper].append((start, end))
    return out


def _gap(length: int) -> str:
    """What stands for so many characters that are not carried."""
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
