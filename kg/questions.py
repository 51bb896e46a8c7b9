"""The questions to a graph as its methods: each is the function of its name in :mod:`kg.graph`, which tells more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg import graph
from kg.graph.compare import SHOWN

if TYPE_CHECKING:
    import pandas as pd

    from kg.graph import Lineage, Path
    from kg.model import Tables


class Questions:
    """What can be asked of a graph; names are an entity's or paper's name, another name, id or title.

    All raise :class:`kg.model.KgError` where nothing has a name, with the nearest that there are.
    """

    tables: Tables
    """Everything, as DataFrames: see :class:`kg.model.Tables` for the columns."""

    def lineage(self, name: str, *, depth: int = 3, width: int = 8) -> Lineage:
        """What a method or model descends from, and what descends from it: see :func:`kg.graph.lineage`.

        >>> print([branch.name for branch in graph.lineage("LoRA").descendants.branches])  # doctest: +SKIP
        """
        return graph.lineage(self.tables, name, depth=depth, width=width)

    def path(self, a: str, b: str, *, n: int = 3) -> list[Path]:
        """How two things hang together, up to ``n`` ways: see :func:`kg.graph.path`."""
        return graph.path(self.tables, a, b, n=n)

    def similar(self, paper: str, *, n: int = 10) -> pd.DataFrame:
        """The ``n`` papers most like one: see :func:`kg.graph.similar` for the columns."""
        return graph.similar(self.tables, paper, n=n)

    def trends(self, *, type: str | None = None, by: str | None = None, n: int = 20, least: int = 5) -> pd.DataFrame:
        """What rises and what falls: see :func:`kg.graph.trends` for the columns."""
        return graph.trends(self.tables, type=type, by=by, n=n, least=least)

    def leaders(self, *, type: str | None = None, n: int = 20) -> pd.DataFrame:
        """What other work rests on: see :func:`kg.graph.leaders` for the columns."""
        return graph.leaders(self.tables, type=type, n=n)

    def communities(self, *, members: int = 5) -> pd.DataFrame:
        """The communities of papers and entities: see :func:`kg.graph.communities` for the columns."""
        return graph.communities(self.tables, members=members)

    def compare(self, a: str, b: str, *, shown: int = SHOWN) -> pd.DataFrame:
        """Two entities side by side: see :func:`kg.graph.compare` for the columns."""
        return graph.compare(self.tables, a, b, shown=shown)

    def table(self, *, rows: str = "Method", columns: str = "Benchmark", n: int = 20, m: int = 10) -> pd.DataFrame:
        """Who evaluates what on what: see :func:`kg.graph.table` for the columns."""
        return graph.table(self.tables, rows=rows, columns=columns, n=n, m=m)
