"""Paths: how two things hang together, by the shortest explanations that do not pass through hubs."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse import csgraph

from kg.graph.arrays import Floats
from kg.graph.cards import evidence_texts
from kg.graph.names import find
from kg.graph.shares import hub_limit
from kg.model import KgError, Tables

NETWORKX_LIMIT = 20_000
"""Up to so many nodes networkx finds the distances, above it scipy: the same ones."""
STEP = 1000
"""The cost of a step; passing a node costs up to as much again, by how many others it is linked to."""


@dataclass(frozen=True)
class Step:
    """One link of a path, in its own direction: ``source`` ``relation`` ``target``."""

    source: str
    relation: str
    target: str
    source_name: str
    target_name: str
    confidence: float
    paper: str
    """The paper whose sentence says so; empty where the link is inferred."""
    sentence: str


@dataclass(frozen=True)
class Path:
    """A chain of links from one node to another."""

    nodes: list[str]
    names: list[str]
    steps: list[Step]


def path(tables: Tables, a: str, b: str, *, n: int = 3, limit: int = NETWORKX_LIMIT) -> list[Path]:
    """Up to ``n`` shortest paths between two nodes given by name; no two of them share a node in between.

    A step counts less through a thing that few papers name; metrics, and entities that more papers name than
    :func:`kg.graph.shares.hub_limit` says, are never passed. Raises :class:`kg.model.KgError` where a name is
    unknown or no path exists.
    """
    start, goal = find(tables, a), find(tables, b)
    if start == goal:
        raise KgError(f'"{a}" and "{b}" are the same: {start}')
    ids = np.concatenate([tables.papers["id"].to_numpy(dtype=object), tables.entities["id"].to_numpy(dtype=object)])
    number = {node: at for at, node in enumerate(ids)}
    links = _links(tables)
    costs, banned = _costs(tables, links, number)
    at, to = number[start], number[goal]
    banned[[at, to]] = False
    found = []
    for _ in range(n):
        nodes = _shortest(costs, banned, at, to, limit)
        if nodes is None:
            break
        found.append(_described(tables, links, [str(ids[node]) for node in nodes]))
        banned[nodes[1:-1]] = True
        if len(nodes) == 2:  # a direct link: take it away to see what else there is
            costs = costs.tolil()
            costs[at, to] = costs[to, at] = 0
            costs = costs.tocsr()
            costs.eliminate_zeros()
    if not found:
        raise KgError(f'no path from "{a}" to "{b}" but through things that everybody names')
    return found


def _links(tables: Tables) -> pd.DataFrame:
    links = tables.links
    return links[(links["extraction"] == "stated") | (links["relation"] == "broader")]


def _costs(tables: Tables, links: pd.DataFrame, number: dict[str, int]) -> tuple[Any, Any]:
    """The symmetric matrix of whole-number costs, and which nodes explain nothing: hubs and metrics."""
    size = len(number)
    source = links["source"].map(number).to_numpy(dtype=np.int64)
    target = links["target"].map(number).to_numpy(dtype=np.int64)
    degree = np.bincount(np.concatenate([source, target]), minlength=size)
    passing = np.log1p(degree) / np.log1p(max(degree.max(initial=1), 2))
    cost = STEP + np.rint(STEP * (passing[source] + passing[target]) / 2).astype(np.int64)
    low, high = np.minimum(source, target), np.maximum(source, target)
    pairs = pd.DataFrame({"low": low, "high": high, "cost": cost}).drop_duplicates(["low", "high"])
    half = sparse.coo_array((pairs["cost"], (pairs["low"], pairs["high"])), shape=(size, size)).tocsr()
    hubs = np.zeros(size, dtype=bool)
    hubs[len(tables.papers) :] = tables.entities["papers"].to_numpy() > hub_limit(len(tables.papers))
    hubs[len(tables.papers) :] |= (tables.entities["type"] == "Metric").to_numpy()
    return (half + half.T).tocsr(), hubs


def _shortest(costs: Any, banned: Any, start: int, goal: int, limit: int) -> list[int] | None:
    """The shortest path that passes no banned node; among equals the one through the smallest numbers."""
    free = sparse.diags_array((~banned).astype(np.int64), dtype=np.int64).tocsr()
    open_costs = (free @ costs @ free).tocsr()
    open_costs.eliminate_zeros()
    distance = distances(open_costs, start, limit=limit)
    if not np.isfinite(distance[goal]):
        return None
    nodes = [goal]
    while nodes[-1] != start:
        here = nodes[-1]
        row = slice(open_costs.indptr[here], open_costs.indptr[here + 1])
        before, cost = open_costs.indices[row], open_costs.data[row]
        nodes.append(int(before[distance[before] + cost == distance[here]].min()))
    return nodes[::-1]


def distances(costs: Any, start: int, *, limit: int = NETWORKX_LIMIT) -> Floats:
    """The distance of each node from one, infinite where there is no way."""
    if costs.shape[0] > limit:
        return np.asarray(csgraph.dijkstra(costs, indices=[start])[0], dtype=np.float64)
    graph = nx.from_scipy_sparse_array(costs)
    found = np.full(costs.shape[0], np.inf)
    for node, distance in nx.single_source_dijkstra_path_length(graph, start).items():
        found[node] = distance
    return found


def _described(tables: Tables, links: pd.DataFrame, nodes: list[str]) -> Path:
    near = links[links["source"].isin(nodes) & links["target"].isin(nodes)]
    near = near.sort_values(["confidence", "relation", "source"], ascending=[False, True, True])
    papers, entities = tables.papers, tables.entities
    names = papers[papers["id"].isin(nodes)].set_index("id")["title"].to_dict()
    names |= entities[entities["id"].isin(nodes)].set_index("id")["name"].to_dict()
    steps = []
    for a, b in pairwise(nodes):
        either = near[near["source"].isin([a, b]) & near["target"].isin([a, b])]
        row, sentence = either.iloc[0], evidence_texts(tables, either.head(1))[0]
        source, target = str(row["source"]), str(row["target"])
        paper = "" if pd.isna(row["paper"]) else str(row["paper"])
        steps.append(
            Step(
                source,
                str(row["relation"]),
                target,
                names[source],
                names[target],
                float(row["confidence"]),
                paper,
                sentence,
            )
        )
    return Path(nodes, [names[node] for node in nodes], steps)
