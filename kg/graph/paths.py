"""Paths: how two things hang together, by the shortest explanations that do not pass through hubs."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse
from scipy.sparse import csgraph

from kg.graph.arrays import Bools, Floats, row_numbers
from kg.graph.cards import evidence_texts
from kg.graph.names import find
from kg.graph.shares import hub_limit
from kg.model import KgError, Tables

NETWORKX_LIMIT = 20_000
"""Up to so many nodes networkx finds the distances, above it scipy: the same ones."""
STEP = 1000
"""The cost of a step; passing a node costs up to as much again, by how many others it is linked to."""
GENERIC = 0.6
"""What passing a thing costs more, in steps, that has no name of its own: ``reinforcement learning``."""
WEAK = 1.0
"""What a step costs more, in half steps, that is a mere mention; a doubtful one costs a part of it."""
REACH = (2.5 * STEP, 4.5 * STEP, np.inf)
"""How far explanations are looked for, in turn."""


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

    A step costs less through a thing that few papers name and that has a name of its own (``PPO``, not ``reinforcement
    learning``), more where it is doubtful or a mere mention; metrics, and entities that more papers name than
    :func:`kg.graph.shares.hub_limit` says, are never passed. Raises :class:`kg.model.KgError` where a name is
    unknown or no path exists.
    """
    start, goal = find(tables, a), find(tables, b)
    if start == goal:
        raise KgError(f'"{a}" and "{b}" are the same: {start}')
    ids = np.concatenate([tables.papers["id"].to_numpy(dtype=object), tables.entities["id"].to_numpy(dtype=object)])
    nodes_by_id = pd.Index(ids)
    links = _links(tables)
    costs, banned = _costs(tables, links, nodes_by_id)
    at, to = nodes_by_id.get_loc(start), nodes_by_id.get_loc(goal)
    banned[[at, to]] = False
    found = []
    for _ in range(n):
        nodes = _shortest(costs, banned, at, to, limit)
        if nodes is None:
            break
        found.append(_described(tables, links, [str(ids[node]) for node in nodes]))
        banned[nodes[1:-1]] = True
        if len(nodes) == 2:  # a direct link: take it away to see what else there is
            for row, column in ((at, to), (to, at)):
                places = slice(costs.indptr[row], costs.indptr[row + 1])
                costs.data[places][costs.indices[places] == column] = np.inf
    if not found:
        raise KgError(f'no path from "{a}" to "{b}" but through things that everybody names')
    return found


def _links(tables: Tables) -> pd.DataFrame:
    links = tables.links
    return links[(links["extraction"] == "stated") | (links["relation"] == "broader")]


def _costs(tables: Tables, links: pd.DataFrame, ids: pd.Index[Any]) -> tuple[Any, Any]:
    """The symmetric matrix of whole-number costs, and which nodes explain nothing: hubs and metrics."""
    size = len(ids)
    source, target = row_numbers(ids, links["source"]), row_numbers(ids, links["target"])
    degree = np.bincount(np.concatenate([source, target]), minlength=size)
    passing = np.log1p(degree) / np.log1p(max(degree.max(initial=1), 2))
    # "reinforcement learning" explains less than "PPO", however few papers name it
    named = pc.match_substring_regex(pa.array(tables.entities["name"], pa.large_string()), r"\p{Lu}|\p{Nd}")
    passing[len(tables.papers) :] += GENERIC * ~named.to_numpy(zero_copy_only=False)
    # as exact as the explorer knows it: its paths are these
    sure = np.rint(links["confidence"].to_numpy() * 100) / 100
    weak = np.where(links["relation"] == "mentions", 1.0, 1.0 - sure)
    cost = STEP + np.rint(STEP * (passing[source] + passing[target] + WEAK * weak) / 2)
    # of several links between two things the one that explains most; both ways
    flat = np.minimum(source, target) * size + np.maximum(source, target)
    order = np.lexsort((cost, flat))
    flat, cost = flat[order], cost[order]
    first = np.append(True, flat[1:] != flat[:-1])[: len(flat)]
    low, high, cost = flat[first] // size, flat[first] % size, cost[first]
    ends = (np.concatenate([low, high]), np.concatenate([high, low]))
    costs = sparse.coo_array((np.concatenate([cost, cost]), ends), shape=(size, size)).tocsr()
    costs.sort_indices()
    hubs = np.zeros(size, dtype=bool)
    hubs[len(tables.papers) :] = tables.entities["papers"].to_numpy() > hub_limit(len(tables.papers))
    hubs[len(tables.papers) :] |= (tables.entities["type"] == "Metric").to_numpy()
    return costs, hubs


def _shortest(costs: Any, banned: Bools, start: int, goal: int, limit: int) -> list[int] | None:
    """The shortest path that passes no banned node; among equals the one through the smallest numbers."""
    closed = np.repeat(banned, np.diff(costs.indptr)) | banned[costs.indices]
    data = np.where(closed, np.inf, costs.data)
    open_costs = sparse.csr_array((data, costs.indices, costs.indptr), shape=costs.shape)
    for reach in REACH:  # most explanations are short, and short ones are found soon
        distance = distances(open_costs, start, limit=limit, reach=reach)
        if np.isfinite(distance[goal]):
            break
    else:
        return None
    nodes = [goal]
    while nodes[-1] != start:
        here = nodes[-1]
        row = slice(open_costs.indptr[here], open_costs.indptr[here + 1])
        before, cost = open_costs.indices[row], open_costs.data[row]
        fits = np.isfinite(cost) & (distance[before] + cost == distance[here])
        nodes.append(int(before[fits].min()))
    return nodes[::-1]


def distances(costs: Any, start: int, *, limit: int = NETWORKX_LIMIT, reach: float = np.inf) -> Floats:
    """The distance of each node from one, infinite where there is no way, or none as short as ``reach``."""
    if costs.shape[0] > limit:
        return np.asarray(csgraph.dijkstra(costs, indices=[start], limit=reach)[0], dtype=np.float64)
    graph = nx.from_scipy_sparse_array(costs)
    cutoff = reach if np.isfinite(reach) else None
    found = np.full(costs.shape[0], np.inf)
    for node, distance in nx.single_source_dijkstra_path_length(graph, start, cutoff=cutoff).items():
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
