"""Learning from annotated papers which wordings of one paper are one thing (``data/wordings.tsv``)."""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt

from kg.model import Extracted
from kg.resolve.evaluate import gold_names, regroup
from kg.resolve.features import FEATURES, features
from kg.resolve.forms import Forms
from kg.resolve.gazetteer import load
from kg.resolve.names import Codes, Names
from kg.resolve.pairs import candidates, terms_of
from kg.resolve.resolver import nodes_of
from kg.resolve.trees import Features, Trees, boost

ELSEWHERE = "elsewhere"
"""A question that trees may ask in learning: whether the paper is one of ``others``. At resolution none is."""
_WEIGHT = 0.6
"""Of a pair of such a paper."""


def learn(gold: Extracted, others: Extracted | None = None, *, column: str = "gold") -> Trees:
    """The trees by which :func:`~kg.resolve.within.same_in_paper` decides.

    A pair is a positive example where B-cubed over ``gold`` rises if the one finding gets the other one's node.
    ``others`` are more annotated papers whose names mean something in their own paper only.
    """
    rows, wanted = examples(gold, column)
    if others is None:
        return boost(rows, wanted, FEATURES)
    more, good = examples(others, None)
    elsewhere = np.repeat(np.array([0, 1], dtype=np.uint8), [len(rows), len(more)])
    return boost(
        np.c_[np.concatenate([rows, more]), elsewhere],
        np.concatenate([wanted, good]),
        [*FEATURES, ELSEWHERE],
        weight=np.where(elsewhere == 1, _WEIGHT, 1.0),
    )


def examples(gold: Extracted, column: str | None) -> tuple[Features, npt.NDArray[np.bool_]]:
    """What is seen of the pairs of annotated papers, and which of them are to be joined.

    ``column`` has names that are the same for one thing in all papers; where there is none, a thing is named by the
    node of its paper's that most mentions have.
    """
    gazetteer = load()
    given = regroup(gold)
    names, node, _ = nodes_of(given, Forms(gazetteer))
    terms = terms_of(names, node, gazetteer)
    pairs = candidates(names, node, terms)
    finding = finding_of_mentions(names, given)
    things = gold_names(given, gold, column or "gold")
    if column is None:
        things = _named_by_node(names, node, finding, things)
    return features(names, node, terms, pairs), _better(node, finding, pairs.a, pairs.b, things)


def finding_of_mentions(names: Names, given: Extracted) -> list[int]:
    """The row of each mention's finding in ``names.findings``."""
    places = zip(names.findings["paper"].tolist(), names.findings["finding"].tolist(), strict=True)
    row_of = {(names.papers[p], finding): row for row, (p, finding) in enumerate(places)}
    return [row_of[p, f] for p, f in zip(given.mentions["paper"], given.mentions["finding"], strict=True)]


def _named_by_node(names: Names, node: Codes, finding: list[int], things: list[str]) -> list[str]:
    """The things of each paper, each named by the one of its nodes that most mentions of the corpus have."""
    often = Counter(node[finding].tolist())
    paper = names.findings["paper"].tolist()
    own: dict[tuple[int, str], set[int]] = {}
    for f, thing in zip(finding, things, strict=True):
        own.setdefault((paper[f], thing), set()).add(int(node[f]))
    best = {place: names.nodes[min(nodes, key=lambda n: (-often[n], n))] for place, nodes in own.items()}
    return [best[paper[f], thing] for f, thing in zip(finding, things, strict=True)]


def _better(node: Codes, finding: list[int], a: Codes, b: Codes, gold: list[str]) -> npt.NDArray[np.bool_]:
    """Whether B-cubed (precision plus recall) rises where the finding ``a`` gets the node of ``b``.

    ``finding`` and ``gold`` have one item a mention.
    """
    of_cluster: dict[int, Counter[str]] = {}
    of_finding: dict[int, Counter[str]] = {}
    for n, f, g in zip(node[finding].tolist(), finding, gold, strict=True):
        of_cluster.setdefault(n, Counter())[g] += 1
        of_finding.setdefault(f, Counter())[g] += 1
    total = Counter(gold)

    def change(x: int, y: int) -> float:
        g = of_finding[x].most_common(1)[0][0]
        n = of_finding[x][g]
        mine, other = of_cluster[int(node[x])], of_cluster[int(node[y])]
        p, q = mine[g], other[g]
        recall = ((p - n) ** 2 - p**2 + (q + n) ** 2 - q**2) / total[g]
        size, width = mine.total(), other.total()
        s, t = (sum(v * v for v in c.values()) for c in (mine, other))
        left = (s - p**2 + (p - n) ** 2) / (size - n) if size > n else 0.0
        precision = left - s / size + (t - q**2 + (q + n) ** 2) / (width + n) - t / width
        return recall + precision

    return np.array([change(x, y) > 1e-9 for x, y in zip(a.tolist(), b.tolist(), strict=True)], dtype=bool)
