"""Wordings of one thing inside one paper.

"Radial lens distortion estimation", later "lens distortion estimation"; "EPIC: Explanation of Pretrained Image
Classification", which no parenthesis defines. Two findings of one paper are compared where they share a word or one
may abbreviate the other (``kg.resolve.pairs``): which words are lost and added, where the two stand, what the paper
says that they are and does with them (``kg.resolve.features``). Whether that makes them one thing is for decision trees
(``data/wordings.tsv``) that were learned from annotated papers (``kg.resolve.learn``). Nothing follows for other
papers: there each wording is what it is.
"""

from __future__ import annotations

from functools import lru_cache, partial

import numpy as np
import numpy.typing as npt

from kg.forks import Forks
from kg.resolve.features import FEATURES, features
from kg.resolve.gazetteer import DATA, Gazetteer
from kg.resolve.names import Codes, Names
from kg.resolve.pairs import Pairs, candidates, terms_of
from kg.resolve.trees import Trees

REASON = "wording in the same paper"
LIKELY = 0.3
"""Log odds above which two wordings are one thing."""


def same_in_paper(names: Names, node: Codes, gazetteer: Gazetteer, *, processes: int = 1) -> Codes:
    """The nodes of the findings, where each wording of a thing in its paper has the node of the best one.

    A finding is given the node of one that keeps its own, so that wordings do not chain. Papers say nothing of each
    other here: ``processes`` share them.
    """
    parts = [partial(_same, part, node[rows], gazetteer) for part, rows in names.parts(processes)]
    with Forks(parts, processes) as forks:
        out = np.concatenate(forks.results())
    rows = np.flatnonzero((out != node)[names.finding])
    names.reason[rows] = names.code_of_reason(REASON)
    return out


def _same(names: Names, node: Codes, gazetteer: Gazetteer) -> Codes:
    terms = terms_of(names, node, gazetteer)
    pairs = candidates(names, node, terms)
    return joined(node, pairs, trees().odds(features(names, node, terms, pairs)), LIKELY)


def joined(node: Codes, pairs: Pairs, odds: npt.NDArray[np.float64], likely: float) -> Codes:
    """The nodes after the likely pairs have been joined, the likeliest first."""
    rows = np.flatnonzero(odds > likely)
    rows = rows[np.lexsort((pairs.b[rows], pairs.a[rows], -odds[rows]))]
    out = node.copy()
    to: set[int] = set()
    moved: set[int] = set()
    for a, b in zip(pairs.a[rows].tolist(), pairs.b[rows].tolist(), strict=True):
        if a not in moved and a not in to and b not in moved:
            out[a] = node[b]
            moved.add(a)
            to.add(b)
    return out


@lru_cache(maxsize=1)
def trees() -> Trees:
    """What was learned of pairs."""
    return Trees.read(DATA / "wordings.tsv", FEATURES)
