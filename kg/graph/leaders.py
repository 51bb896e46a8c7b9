"""Leaders: what the field's work rests on, by a centrality that hubs do not dominate."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from scipy import sparse

from kg.graph.arrays import Bools, Floats, row_numbers
from kg.graph.proper import proper_entities
from kg.model import EntityType, KgError, Tables

NETWORKX_LIMIT = 20_000
"""Up to so many nodes networkx computes PageRank, above it scipy: the same numbers."""
DAMPING = 0.5
"""Who follows what a paper rests on takes two steps at most: Chen et al., Journal of Informetrics 1(1), 2007."""
SUPPORT = {"uses": 1.0, "compares_with": 0.5, "evaluates_on": 0.5}
"""How much of a paper's weight goes to what it names, by role: work rests on what it uses."""
TOO_COMMON = 0.05
"""What more than this share of all papers name, and none of them introduces, leads nothing: it is the field's air."""
FEW = 25
"""What no more papers name than this is never too common, however few papers there are."""


def leaders(tables: Tables, *, type: str | None = None, n: int = 20, limit: int = NETWORKX_LIMIT) -> pd.DataFrame:
    """The ``n`` most influential entities (of one ``type``, if given), or papers (``type="paper"``).

    PageRank over papers and entities: a paper gives its weight to what it uses, compares with and evaluates on, an
    entity to the paper that introduces it. What a paper gives to an entity is divided by the square root of how many
    papers name that. What more than one paper in twenty (and more than 25) name though none here introduces it, and
    models and methods without a name of their own (``attention``), take no part: influence is who relies on a thing,
    not how often it is named. Listed are entities that at least two papers name, and papers on which one builds.

    Columns ``id``, ``name``, ``type``, ``year``, ``score`` (1 is the average),
    ``papers`` (that name it; for a paper, that build on it) and ``rank_by_papers``.
    """
    kinds = {kind.value for kind in EntityType}
    if type is not None and type not in kinds | {"paper"}:
        raise KgError(f'there is no type "{type}"; the types are {", ".join(EntityType)}, and paper')
    common = _common(tables)
    score = pagerank(_influence(tables, common), limit=limit) * (len(tables.papers) + len(tables.entities))
    if type == "paper":
        frame = tables.papers[["id", "title", "year"]].rename(columns={"title": "name"}).assign(type="paper")
        built = tables.links[tables.links["relation"] == "builds_on"]["target"].value_counts()
        frame = frame.assign(papers=frame["id"].map(built).fillna(0).astype(int), score=score[: len(frame)])
    else:
        frame = tables.entities[["id", "name", "type", "papers", "year"]].assign(score=score[len(tables.papers) :])
        frame = frame[~common]
        frame = frame if type is None else frame[frame["type"] == type]
    frame = frame.assign(
        rank_by_papers=frame["papers"].rank(ascending=False, method="min").astype(int), score=frame["score"].round(3)
    )
    frame = frame[frame["papers"] >= (1 if type == "paper" else 2)]
    best = frame.sort_values(["score", "papers", "id"], ascending=[False, False, True], ignore_index=True).head(n)
    return best[["id", "name", "type", "year", "score", "papers", "rank_by_papers"]]


def _common(tables: Tables) -> Bools:
    """Which entities take no part: what everybody names, and models and methods without a name of their own.

    What a paper here introduced is nobody's air, however many name it: their work rests on that paper.
    """
    airy = ~proper_entities(tables.entities, tables.names)
    airy &= tables.entities["type"].isin(["Model", "Method"]).to_numpy()
    common = tables.entities["papers"] > max(TOO_COMMON * len(tables.papers), FEW)
    return airy | (common & tables.entities["introduced_by"].isna()).to_numpy()


def _influence(tables: Tables, common: Bools) -> Any:
    """The matrix of who gives weight to whom: papers, then entities."""
    papers, entities = pd.Index(tables.papers["id"]), pd.Index(tables.entities["id"])
    named_by = np.maximum(tables.entities["papers"].to_numpy(), 1)
    rows = tables.links[tables.links["relation"].isin(list(SUPPORT)) & (tables.links["target_kind"] == "entity")]
    source, target = row_numbers(papers, rows["source"]), row_numbers(entities, rows["target"])
    support = rows["relation"].map(SUPPORT).to_numpy(dtype=float)
    weight = support * rows["confidence"].to_numpy() / np.sqrt(named_by[target])
    keep = ~common[target] & (source >= 0) & (target >= 0)
    # in a part of a graph, what introduces an entity may be outside it
    made = tables.entities["introduced_by"].isin(papers).to_numpy() & ~common
    maker = row_numbers(papers, tables.entities["introduced_by"][made])
    size = len(papers) + len(entities)
    row = np.concatenate([source[keep], np.flatnonzero(made) + len(papers)])
    column = np.concatenate([target[keep] + len(papers), maker])
    weights = np.concatenate([weight[keep], np.ones(len(maker))])
    return sparse.coo_array((weights, (row, column)), shape=(size, size)).tocsr()


def pagerank(matrix: Any, *, limit: int = NETWORKX_LIMIT) -> Floats:
    """The PageRank of each node of a weighted adjacency matrix; what leads nowhere gives to all alike."""
    size = matrix.shape[0]
    if 0 < size <= limit:
        found = nx.pagerank(
            nx.from_scipy_sparse_array(matrix, create_using=nx.DiGraph), alpha=DAMPING, tol=1e-12, max_iter=500
        )
        return np.array([found[node] for node in range(size)])
    out = np.asarray(matrix.sum(axis=1)).ravel()
    scale = np.divide(1.0, out, out=np.zeros(size), where=out > 0)
    step = (sparse.diags_array(scale) @ matrix).T.tocsr()
    score = np.full(size, 1.0 / max(size, 1))
    for _ in range(500):
        after = DAMPING * (step @ score + score[out == 0].sum() / size) + (1 - DAMPING) / size
        if np.abs(after - score).sum() < 1e-12 * size:
            return np.asarray(after)
        score = after
    return score
