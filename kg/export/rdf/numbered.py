"""A graph's tables with numbers in place of ids: what all of its triples are made from.

A link takes some bytes here, and no text is held but ids. What a writer says of many subjects it says of some at a
time, so that its memory is that of a block, and of the integers that put the blocks in order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from kg.export.rdf import blocks
from kg.export.rdf.blocks import Column, Facts, Numbers, Terms
from kg.export.rdf.nodes import Nodes, found, paths
from kg.export.rdf.ntriples import term
from kg.export.text import Ints, column, joined, numbers
from kg.forks import give_back
from kg.model import Tables

_LINKS_AT_ONCE = 300_000
ENTITY = "entity/"
"""What the id of an entity begins with, and its IRI says anyway."""


@dataclass(frozen=True)
class Links:
    """The links, a row each as in their table, with the numbers of papers and entities: -1 for none."""

    kinds: list[tuple[str, str, str]]
    """Kind of the source, relation, kind of the target: all that there are."""
    kind: npt.NDArray[np.int16]
    """The place of each link's in that list."""
    source: npt.NDArray[np.int32]
    target: npt.NDArray[np.int32]
    via: npt.NDArray[np.int32]
    paper: npt.NDArray[np.int32]

    def are(self, wanted: Callable[[str, str, str], bool]) -> npt.NDArray[np.bool_]:
        """Which links are of wanted kinds."""
        return np.array([wanted(*kind) for kind in self.kinds] or [False])[self.kind]


class Numbered:
    """A graph's tables, its papers and entities by number, and how facts about them are written."""

    def __init__(self, tables: Tables, base: str) -> None:
        self.tables, self.base, self.short = tables, base, blocks.shortener(base)
        self.papers = Nodes(base, "paper", paths(tables.papers["id"]))
        self.entities = Nodes(base, "entity", paths(tables.entities["id"], ENTITY))

    def papers_of(self, ids: pd.Series[Any]) -> npt.NDArray[np.int32]:
        """The numbers of papers that must be there."""
        return found(self.tables.papers["id"], ids)

    def entities_of(self, ids: pd.Series[Any]) -> npt.NDArray[np.int32]:
        """The numbers of entities that must be there."""
        return found(self.tables.entities["id"], ids)

    @cached_property
    def links(self) -> Links:
        """The links by number."""
        table = self.tables.links
        kinds: dict[str, int] = {}
        kind = np.empty(len(table), dtype=np.int16)
        ends = {end: np.empty(len(table), dtype=np.int32) for end in ("source", "target")}
        for start in range(0, len(table), _LINKS_AT_ONCE):
            rows = table.iloc[start : start + _LINKS_AT_ONCE]
            here = slice(start, start + len(rows))
            words = (column(rows[name]) for name in ("source_kind", "relation", "target_kind"))
            said = joined(*_spaced(words)).dictionary_encode()
            codes = [kinds.setdefault(each, len(kinds)) for each in said.dictionary.to_pylist()]
            kind[here] = np.array(codes, dtype=np.int16)[said.indices.to_numpy()]
            for end, into in ends.items():
                of_papers = rows[f"{end}_kind"].eq("paper").to_numpy(dtype=bool)
                into[here][of_papers] = self.papers_of(rows.loc[of_papers, end])
                into[here][~of_papers] = self.entities_of(rows.loc[~of_papers, end])
        via, paper = (
            numbers(self.tables.entities["id"], table["via"]),
            numbers(self.tables.papers["id"], table["paper"]),
        )
        give_back()
        return Links([_three(each) for each in kinds], kind, ends["source"], ends["target"], via, paper)

    def constant(self, name: str, value: str) -> Facts:
        """The same object for every subject of a block."""
        return blocks.constant(term(name), value, self.short)

    def known(self, name: str, values: Any, write: Callable[[Any], str | None]) -> Facts:
        """An object for each subject of a block of which there is a value."""
        return self.column(name, values, write).of()

    def column(self, name: str, values: Any, write: Callable[[Any], str | None]) -> Column:
        """The same of all blocks together, where many of their values are equal."""
        return Column(term(name), values, write, self.short)

    def nodes(self, name: str, nodes: Nodes, numbers: Numbers) -> Facts:
        """The paper or entity of this number, for each subject of a block where there is one."""
        rows = np.flatnonzero(numbers >= 0)
        return Facts(term(name), nodes.terms(numbers[rows]), rows)

    def community(self, communities: pd.Series[Any]) -> Facts:
        """Where each subject of a block belongs."""

        def write(value: Any) -> str | None:
            return None if pd.isna(value) or int(value) < 0 else f"<{self.base}community/{int(value)}>"

        return self.known("kgo:inCommunity", communities, write)

    def ends(self, numbers: Numbers, are_papers: npt.NDArray[np.bool_]) -> Terms:
        """Papers and entities, of which ``numbers`` are the numbers."""
        of_papers, of_entities = np.flatnonzero(are_papers), np.flatnonzero(~are_papers)
        both = blocks.chained(
            self.papers.terms(numbers[of_papers]),
            self.entities.terms(numbers[of_entities]),
        )
        return both.take(np.argsort(np.concatenate([of_papers, of_entities])))


def _spaced(words: Any) -> list[Any]:
    first, second, third = words
    return [first, " ", second, " ", third]


def _three(kind: str) -> tuple[str, str, str]:
    source, relation, target = kind.split(" ")
    return source, relation, target


def distinct(values: Ints) -> Ints:
    """The same numbers once each, sorted: what ``np.unique`` gives, which is a hundred times slower if asked for no
    counts (it then fills a hash table in place of sorting).

    >>> distinct(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    return np.unique(values, return_counts=True)[0]


def integers(values: npt.ArrayLike) -> pa.Array:
    """Whole numbers as they stand in paths."""
    return pa.array(np.asarray(values, dtype=np.int64)).cast(pa.string())
