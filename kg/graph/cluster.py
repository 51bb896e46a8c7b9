"""Communities: which papers and entities belong together, what each is called, and where it is drawn."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from scipy import sparse

from kg.graph.arrays import Bools, Floats, Ints
from kg.graph.shares import rarity

SEED = 7
NETWORKX_LIMIT = 20_000
"""Up to so many nodes networkx finds the communities, above it scikit-network."""
MOST = 60
"""The largest number of communities, in a small corpus the square root of its papers: more is no overview."""
SMALLEST = 3
"""A community of fewer papers joins another; in a large corpus, one of fewer than a two-thousandth of its papers."""
LOOSE = "(tied to no other)"
"""What the papers are called that share nothing with the rest."""
NAME_TERMS = 3
TOO_COMMON = 0.05
"""An entity that more than this share of all papers name is in no community's name."""
RESOLUTION = 1.0
"""Louvain's resolution: above 1 prefers smaller communities."""


def find_communities(
    stated: pd.DataFrame, between_papers: pd.DataFrame, papers: pd.DataFrame, entities: pd.DataFrame
) -> tuple[Ints, Ints, pd.DataFrame]:
    """The community of each paper and of each entity, and the table of communities.

    Papers and entities are clustered together by Louvain's method: a paper is tied to what it names by the entity's
    rarity, to papers that it builds on by as much as a rare name. Numbers go by size, 0 is the largest.
    """
    n_papers, n_entities = len(papers), len(entities)
    graph = _adjacency(stated, between_papers, n_papers, n_entities)
    core = np.flatnonzero(np.append(np.ones(n_papers, dtype=bool), _tying(stated, n_papers, n_entities)))
    labels = np.arange(n_papers + n_entities) + len(core)  # each entity that ties nothing by itself, for now
    labels[core] = louvain(graph[core][:, core])
    labels, loose = _few_and_large(labels, graph, n_papers)
    paper_labels, entity_labels = labels[:n_papers], labels[n_papers:]
    n = int(labels.max(initial=-1)) + 1
    table = pd.DataFrame({"id": np.arange(n)})
    table["name"] = _names(stated, paper_labels, entities, n)
    if loose:
        table.loc[n - 1, "name"] = LOOSE
    table["papers"] = np.bincount(paper_labels, minlength=n)
    table["entities"] = np.bincount(entity_labels, minlength=n)
    table["x"], table["y"] = _layout(graph, labels, n)
    return paper_labels, entity_labels, table


def _adjacency(stated: pd.DataFrame, between_papers: pd.DataFrame, n_papers: int, n_entities: int) -> Any:
    """Papers, then entities, as one symmetric weighted matrix.

    Hubs, and entities that a single paper names, tie nothing together: they only get a place, by a tie that is weak.
    """
    idf = rarity(stated, n_papers, n_entities)
    entity = stated["entity"].to_numpy()
    weight = np.where(_tying(stated, n_papers, n_entities)[entity], idf[entity], 0.01) / np.log(max(n_papers, 3))
    strong = np.ones(len(between_papers))
    row = np.concatenate([stated["paper"].to_numpy(), between_papers["source"].to_numpy()])
    column = np.concatenate([entity + n_papers, between_papers["target"].to_numpy()])
    size = n_papers + n_entities
    half = sparse.coo_array((np.concatenate([weight, strong]), (row, column)), shape=(size, size)).tocsr()
    return (half + half.T).tocsr()


def _tying(stated: pd.DataFrame, n_papers: int, n_entities: int) -> Bools:
    """Which entities tie papers together: those that several papers name, but no hubs."""
    several = np.bincount(stated["entity"].to_numpy(), minlength=n_entities) > 1
    return several & (rarity(stated, n_papers, n_entities) > 0)


def louvain(graph: Any, *, limit: int = NETWORKX_LIMIT) -> Ints:
    """A community number for each node of a symmetric matrix: the same on every run."""
    if graph.shape[0] <= limit:
        labels = np.zeros(graph.shape[0], dtype=np.int64)
        found = nx.community.louvain_communities(nx.from_scipy_sparse_array(graph), resolution=RESOLUTION, seed=SEED)
        for number, members in enumerate(found):
            labels[list(members)] = number
        return labels
    from sknetwork.clustering import Louvain

    matrix = sparse.csr_matrix(graph)
    return np.asarray(
        Louvain(resolution=RESOLUTION, random_state=SEED, sort_clusters=True).fit_predict(matrix), dtype=np.int64
    )


def _few_and_large(labels: Ints, graph: Any, n_papers: int) -> tuple[Ints, bool]:
    """Keep the largest communities; members of the others join the one to which they are tied most, if any.

    What is tied to none of them forms one community of its own, the last; and whether there is such a one.
    """
    size = np.bincount(labels[:n_papers], minlength=int(labels.max(initial=-1)) + 1)
    first = np.full(len(size), len(labels))
    np.minimum.at(first, labels, np.arange(len(labels)))
    order = np.lexsort((first, -size))  # by size, then by the first member: not by the numbers Louvain chose
    most = int(min(MOST, max(6, np.sqrt(n_papers))))
    kept = [label for label in order[: most - 1] if size[label] >= max(SMALLEST, n_papers // 2_000)]
    number = np.full(len(size), -1, dtype=np.int64)
    number[kept] = np.arange(len(kept))
    result: Ints = number[labels]
    while kept and (result < 0).any():
        loose = np.flatnonzero(result < 0)
        settled = np.flatnonzero(result >= 0)
        member = sparse.csr_array((np.ones(len(settled)), (settled, result[settled])), shape=(len(labels), len(kept)))
        ties = (graph[loose] @ member).tocsr()
        if not ties.nnz:
            break
        tied = np.repeat(np.arange(len(loose)), np.diff(ties.indptr))
        order = np.lexsort((ties.indices, -ties.data, tied))
        first = order[np.append(True, tied[order][1:] != tied[order][:-1])]
        result[loose[tied[first]]] = ties.indices[first]
    loose_left = bool(kept) and bool((result < 0).any())
    result[result < 0] = len(kept)
    return result, loose_left


def _names(stated: pd.DataFrame, paper_labels: Ints, entities: pd.DataFrame, n: int) -> list[str]:
    """Name each community by the entities that its papers name more often than the others do.

    Their score is the number of the community's papers that name the entity, times the logarithm of how much more
    frequent it is there (smoothed): not the most frequent ones, which are the same everywhere.
    """
    types = entities["type"].to_numpy(dtype=object)
    entity = stated["entity"].to_numpy()
    common = np.bincount(entity, minlength=len(types))[entity] > common_from(len(paper_labels))
    rows = stated[(types[entity] != "Metric") & ~common]
    counts = pd.DataFrame({"community": paper_labels[rows["paper"].to_numpy()], "entity": rows["entity"].to_numpy()})
    counts = counts.groupby(["community", "entity"], as_index=False).size()
    size = np.bincount(paper_labels, minlength=n)
    total = counts.groupby("entity")["size"].transform("sum").to_numpy()
    here, inside = counts["size"].to_numpy(), size[counts["community"].to_numpy()]
    outside = np.maximum(len(paper_labels) - inside, 1)
    lift = np.log(((here + 0.5) / (inside + 1)) / ((total - here + 0.5) / (outside + 1)))
    counts["score"] = np.round(here * lift, 6)
    counts = counts[(counts["score"] > 0) & ((here > 1) | (inside == 1))]
    counts = counts.sort_values(["community", "score", "entity"], ascending=[True, False, True])
    names = entities["name"].to_numpy(dtype=object)
    best = counts[counts.groupby("community").cumcount() < NAME_TERMS]
    chosen = best.groupby("community")["entity"].agg(lambda numbers: " · ".join(names[list(numbers)]))
    used: dict[str, int] = {}
    result = []
    for number in range(n):
        name = str(chosen.get(number, "other papers"))
        used[name] = used.get(name, 0) + 1
        result.append(name if used[name] == 1 else f"{name} ({used[name]})")
    return result


def common_from(n_papers: int) -> float:
    """What more papers name than this tells nothing of a community.

    >>> common_from(100), common_from(10_000)
    (25, 500.0)
    """
    return max(TOO_COMMON * n_papers, 25)


def _layout(graph: Any, labels: Ints, n: int) -> tuple[Floats, Floats]:
    """Places in the unit square: communities with many ties between them are near each other."""
    if n <= 1:
        return np.full(n, 0.5), np.full(n, 0.5)
    member = sparse.csr_array((np.ones(len(labels)), (np.arange(len(labels)), labels)), shape=(len(labels), n))
    between = np.asarray((member.T @ graph @ member).todense())
    np.fill_diagonal(between, 0.0)
    degree = np.maximum(between.sum(axis=0), 1e-9)
    relative = between / np.sqrt(np.outer(degree, degree))
    drawn = nx.from_numpy_array(np.round(relative + relative.mean() / 4, 6))  # a little of all, so that none flies off
    places = nx.spring_layout(drawn, k=2.5 / np.sqrt(n), iterations=200, seed=SEED, method="force")
    points = np.array([places[number] for number in range(n)])
    low, high = points.min(axis=0), points.max(axis=0)
    place = (points - low) / np.maximum(high - low, 1e-9)
    rank = points.argsort(axis=0).argsort(axis=0) / (n - 1)  # half by rank: fills the square, keeps the neighbours
    unit = 0.05 + 0.45 * (place + rank)
    return unit[:, 0].round(4), unit[:, 1].round(4)
