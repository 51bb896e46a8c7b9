"""The graph as networkx, for notebooks and for whoever brings algorithms of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import networkx as nx
import pandas as pd

from kg.model import Tables


def to_networkx(tables: Tables) -> nx.MultiDiGraph[str]:
    """All papers, entities and links as a directed multigraph.

    A node's key is its id, its ``kind`` is ``paper`` or the entity's type; papers have ``title``, ``date``, ``year``,
    entities ``name``, ``papers``, ``year``, ``introduced_by``; both have ``community``. An edge's key is its relation
    (followed by the paper that says so, where several papers may say the same of two entities), and it has
    ``relation``, ``confidence``, ``extraction``, ``weight``, and where they apply ``via``, ``paper`` and ``evidence``,
    a pair of offsets into that paper's text.
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.graph.update({key: value for key, value in tables.info.items() if isinstance(value, str | int | float)})
    for paper, title, date, year, community in _rows(tables.papers, "id title date year community"):
        graph.add_node(paper, kind="paper", title=title, date=_known(date), year=_known(year), community=int(community))
    for entity, name, kind, papers, year, origin, community in _rows(
        tables.entities, "id name type papers year introduced_by community"
    ):
        graph.add_node(
            entity,
            kind=kind,
            name=name,
            papers=int(papers),
            year=_known(year),
            introduced_by=_known(origin),
            community=int(community),
        )
    columns = "source relation target source_kind confidence extraction weight via paper start end"
    for source, relation, target, kind, confidence, extraction, weight, via, paper, start, end in _rows(
        tables.links, columns
    ):
        data = {"relation": relation, "confidence": confidence, "extraction": extraction, "weight": weight}
        if not pd.isna(via):
            data["via"] = via
        if not pd.isna(paper):
            data["paper"] = paper
        if start >= 0:
            data["evidence"] = (start, end)
        key = f"{relation} {paper}" if kind == "entity" and not pd.isna(paper) else relation
        graph.add_edge(source, target, key=key, **data)
    return graph


def _rows(frame: pd.DataFrame, columns: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(frame[column].tolist() for column in columns.split()), strict=True)


def _known(value: Any) -> Any:
    return None if pd.isna(value) else value
