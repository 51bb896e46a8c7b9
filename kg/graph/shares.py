"""Papers that name the same rare things."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from kg.graph.arrays import Floats, Ints, Objects
from kg.graph.words import cosines, word_matrix

TOP = 10
"""How many related papers are kept for each paper."""
MIN_SHARED = 2
"""How many entities two papers must have in common, hubs and metrics not counted."""
MIN_CONFIDENCE = 0.6
"""How strong the link must be; 1 is as strong as two names that nobody else gives."""
WORDS_FROM = 300
"""From so many papers on, the words that two papers have in common tell something."""
MIN_COSINE = 0.13
"""How near the words of the two papers must be."""
BLOCK = 4_000
ENTITY_BITS = 1024.0


def hub_limit(n_papers: int) -> int:
    """The number of papers from which an entity is a hub: it says too little of a paper to link it to another.

    >>> hub_limit(100), hub_limit(5_000), hub_limit(100_000)
    (25, 100, 1000)
    """
    return int(min(max(25, 0.02 * n_papers), 1_000))


def rarity(stated: pd.DataFrame, n_papers: int, n_entities: int) -> Floats:
    """Each entity's inverse document frequency, ``ln(papers / papers that name it)``; 0 for hubs and unnamed ones."""
    named_by = np.bincount(stated["entity"].to_numpy(), minlength=n_entities)
    with np.errstate(divide="ignore"):
        idf = np.log(n_papers / named_by)
    # rounded, so that another processor's logarithm gives the same bytes in the end
    return np.where((named_by == 0) | (named_by > hub_limit(n_papers)), 0.0, idf.round(6))


def shared_links(stated: pd.DataFrame, types: Objects, papers: pd.DataFrame) -> pd.DataFrame:
    """``shares`` links: each paper's strongest :data:`TOP`, one row a pair, the smaller row number first.

    Of those, in a corpus where it can be told, the ones whose words are near each other too: ``CIFAR-10`` and
    ``CIFAR-100`` are named by papers that have nothing else in common.

    The weight is the sum of the shared entities' rarity. One sparse product of (1024 + rarity) with 1 gives both the
    number of shared entities and the weight, exact while the sum of rarities stays under 1024.
    """
    n_entities, n_papers = len(types), len(papers)
    idf = np.where(types == "Metric", 0.0, rarity(stated, n_papers, n_entities))
    # the weight at which two papers are surely related is of the order of two very rare names
    certain = 2 * np.log(max(n_papers, 3))
    rows = stated[idf[stated["entity"].to_numpy()] > 0]
    where = tuple(rows[column].to_numpy(dtype=np.int32) for column in ("paper", "entity"))  # half the memory
    shape = (n_papers, n_entities)
    left = sparse.csr_array((ENTITY_BITS + idf[where[1]], where), shape=shape)
    right = sparse.csr_array((np.ones(len(rows)), where), shape=shape).T.tocsr()
    found = [_top(left[at : at + BLOCK] @ right, at, certain) for at in range(0, max(n_papers, 1), BLOCK)]
    source, target = (np.concatenate([part[end] for part in found]) for end in (0, 1))
    weight = np.concatenate([part[2] for part in found])
    pairs = pd.DataFrame({"source": np.minimum(source, target), "target": np.maximum(source, target), "weight": weight})
    pairs = pairs.drop_duplicates(["source", "target"]).sort_values(["source", "target"], ignore_index=True)
    pairs = pairs.assign(relation="shares", confidence=(pairs["weight"] / certain).clip(0.0, 1.0))
    if n_papers >= WORDS_FROM and len(pairs):
        near = cosines(word_matrix(papers), pairs["source"].to_numpy(), pairs["target"].to_numpy())
        pairs = pairs[near >= MIN_COSINE]
    return pairs.reset_index(drop=True)


def _top(product: Any, offset: int, certain: float) -> tuple[Ints, Ints, Floats]:
    """The strongest :data:`TOP` sure partners of each row of one block; ties go to the smaller number."""
    strong = np.flatnonzero(product.data >= MIN_SHARED * ENTITY_BITS)  # most pairs share one thing
    weight: Floats = (product.data[strong] % ENTITY_BITS).round(6)
    sure = weight / certain >= MIN_CONFIDENCE
    strong, weight = strong[sure], weight[sure]
    row, column = np.searchsorted(product.indptr, strong, side="right") - 1, product.indices[strong].astype(np.int64)
    keep = row + offset != column
    row, column, weight = row[keep], column[keep], weight[keep]
    order = np.lexsort((column, -weight, row))
    row, column, weight = row[order], column[order], weight[order]
    first = np.searchsorted(row, row, side="left")
    top = np.arange(len(row)) - first < TOP
    return row[top] + offset, column[top], weight[top]
