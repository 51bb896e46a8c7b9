"""The papers or entities of a graph: numbers for their ids, and IRIs for their numbers when these are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kg.export.rdf import blocks
from kg.export.rdf.blocks import Numbers, Terms
from kg.export.rdf.ntriples import path
from kg.export.text import Ints, joined, numbers, strings
from kg.model import KgError

SUBJECTS_AT_ONCE = 5_000
"""Of which text is made: what it takes does not grow with the graph."""
_PLAIN_PATH = r"^[A-Za-z0-9_.~:-]*$"
"""Ids that :func:`kg.export.rdf.ntriples.path` leaves as they are."""


class Nodes:
    """Nodes of one kind, numbered in the order of their table.

    Of text, only the ids are held, as segments of paths: IRIs are made for some nodes at a time.
    """

    def __init__(self, base: str, kind: str, paths: pa.Array) -> None:
        self.base, self.kind, self.paths = base, kind, paths
        self._plain = blocks.are_plain(paths)

    def __len__(self) -> int:
        return len(self.paths)

    def terms(self, numbers: Numbers) -> Terms:
        """The IRIs of these."""
        at = pa.array(numbers)
        return blocks.nodes(self.base, self.kind, self.paths.take(at), self._plain.take(at))

    @cached_property
    def order(self) -> Ints:
        """The numbers in the order of the IRIs."""
        ends = joined(self.paths, ">").cast(pa.binary())
        order = pc.sort_indices(ends)
        ordered = ends.take(order)
        if pc.any(pc.equal(ordered.slice(1), ordered.slice(0, max(0, len(self) - 1)))).as_py():
            raise KgError("two ids of the graph are the same; this is a bug in the build, please report it")
        return np.asarray(order.to_numpy(), dtype=np.int64)

    @cached_property
    def rank(self) -> Ints:
        """The place of each in that order."""
        rank = np.empty(len(self), dtype=np.int64)
        rank[self.order] = np.arange(len(self))
        return rank

    @cached_property
    def _groups(self) -> Ints:
        """A number for each node, in the order of all IRIs that begin with its path and ``_``.

        Such IRIs of two nodes may mix where one's path and ``_`` begin the other's: these share a number.
        """
        begins = joined(self.paths, "_").cast(pa.binary())
        order = np.asarray(pc.sort_indices(begins).to_numpy(), dtype=np.int64)
        new = np.ones(len(order), dtype=bool)
        doubtful = pc.match_substring(self.paths, "_").to_numpy(zero_copy_only=False)[order]
        first = 0
        for at in np.flatnonzero(doubtful).tolist():
            if at and new[at - 1]:
                first = at - 1
            new[at] = not (at and begins[int(order[at])].as_py().startswith(begins[int(order[first])].as_py()))
        groups = np.empty(len(order), dtype=np.int64)
        groups[order] = np.cumsum(new)
        return groups

    def together(self, numbers: Numbers, size: int = SUBJECTS_AT_ONCE) -> Iterator[Ints]:
        """Rows, some at a time, given the node whose path and ``_`` the IRI of each begins with.

        Those of one yield are in no order, but all their IRIs come before those of the next.
        """
        groups = self._groups[numbers]
        order = np.argsort(groups, kind="stable")
        groups = groups[order]
        start = 0
        while start < len(order):
            end = min(start + size, len(order))
            if end < len(order) and groups[end] == groups[end - 1]:
                before = int(np.searchsorted(groups, groups[end], "left"))
                end = before if before > start else int(np.searchsorted(groups, groups[end], "right"))
            yield order[start:end]
            start = end


def some(order: Ints, size: int = SUBJECTS_AT_ONCE) -> Iterator[tuple[int, Ints]]:
    """Numbers of rows, some at a time, each time with how many were before."""
    for start in range(0, len(order), size):
        yield start, order[start : start + size]


def paths(ids: Iterable[str], prefix: str = "") -> pa.Array:
    """Ids as segments of IRIs' paths, without what they all begin with.

    >>> paths(["entity/lora", "entity/naïve bayes"], "entity/").to_pylist()
    ['lora', 'na%C3%AFve%20bayes']
    """
    try:
        column = strings(ids)
    except UnicodeEncodeError:  # half of a surrogate pair
        return pa.array([path(id.removeprefix(prefix)) for id in ids], pa.string())
    if prefix:
        column = pc.replace_substring_regex(column, f"^{prefix}", "")
    plain = pc.match_substring_regex(column, _PLAIN_PATH)
    if pc.all(plain).as_py():
        return column
    quoted = [path(id) for id in column.filter(pc.invert(plain)).to_pylist()]
    return pc.replace_with_mask(column, pc.invert(plain), pa.array(quoted, pa.string()))


def found(known: pd.Series[Any], ids: pd.Series[Any]) -> npt.NDArray[np.int32]:
    """The same where all of them must be there."""
    rows = numbers(known, ids)
    if (rows < 0).any():
        raise KeyError(ids[rows < 0].iloc[0])
    return rows
