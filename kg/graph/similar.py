"""Papers that are about the same things as one paper."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from kg.graph.arrays import Floats, Ints, row_numbers
from kg.graph.names import find_paper
from kg.graph.shares import rarity
from kg.graph.words import cosines, word_matrix
from kg.model import Tables

SHOWN = 5
LOOKED_AT = 200
"""Of how many papers, the nearest by entities, the words are looked at."""
BACKGROUND = 2_000
"""How many papers tell how rare a word is."""


def similar(tables: Tables, paper: str, *, n: int = 10) -> pd.DataFrame:
    """The ``n`` papers most like one, which is given by id, title or what it introduces.

    Columns ``id``, ``title``, ``year``, ``score`` (the geometric mean of two cosines, of the papers' entities and of
    their words, both weighted by rarity, 0 to 1) and ``shared`` (the names of what both have, the rarest first). Hubs
    don't count, and a paper that shares no entity is not listed, however near its words.
    """
    node = find_paper(tables, paper)
    papers, entities = pd.Index(tables.papers["id"]), pd.Index(tables.entities["id"])
    rows = tables.links[(tables.links["source_kind"] == "paper") & (tables.links["target_kind"] == "entity")]
    stated = pd.DataFrame(
        {"paper": row_numbers(papers, rows["source"]), "entity": row_numbers(entities, rows["target"])}
    )
    idf = rarity(stated, len(papers), len(entities))
    matrix = sparse.csr_array(
        (idf[stated["entity"]], (stated["paper"], stated["entity"])), shape=(len(papers), len(entities))
    )
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    at = int(papers.get_indexer([node])[0])
    product = np.asarray((matrix @ matrix[[at]].T).todense()).ravel()
    score = np.divide(product, length * length[at], out=np.zeros(len(papers)), where=(length > 0) & (product > 0))
    score[at] = 0.0
    nearest = np.lexsort((np.arange(len(papers)), -score.round(6)))[: max(LOOKED_AT, n)]
    nearest = np.sort(nearest[score[nearest] > 0])
    score[nearest] = np.sqrt(score[nearest] * _words(tables, at, nearest))
    score[np.setdiff1d(np.arange(len(papers)), nearest)] = 0.0
    best = np.lexsort((np.arange(len(papers)), -score.round(6)))[:n]
    best = best[score[best] > 0]
    mine = set(matrix[[at]].indices.tolist())
    names = tables.entities["name"].to_numpy(dtype=object)

    def shared(number: int) -> str:
        both = sorted(mine & set(matrix[[number]].indices.tolist()), key=lambda entity: (-idf[entity], entity))
        return ", ".join(names[entity] for entity in both[:SHOWN] if idf[entity] > 0)

    found = tables.papers.iloc[best]
    return pd.DataFrame(
        {
            "id": found["id"].to_numpy(),
            "title": found["title"].to_numpy(),
            "year": found["year"].array,
            "score": score[best].round(3),
            "shared": [shared(int(number)) for number in best],
        }
    )


def _words(tables: Tables, at: int, others: Ints) -> Floats:
    """The cosines of one paper's words with those of others."""
    sample = np.linspace(0, len(tables.papers) - 1, min(len(tables.papers), BACKGROUND)).astype(np.int64)
    rows = np.unique(np.concatenate([[at], others, sample]))
    matrix = word_matrix(tables.papers.iloc[rows])
    place = np.searchsorted(rows, others)
    return cosines(matrix, np.full(len(others), np.searchsorted(rows, at)), place)
