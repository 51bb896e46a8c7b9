"""Learning from annotated papers which wordings of one paper are one thing (``data/wordings.tsv``)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from kg.model import Extracted
from kg.resolve.evaluate import gold_names, regroup
from kg.resolve.forms import Forms
from kg.resolve.gazetteer import DATA, load
from kg.resolve.names import Codes
from kg.resolve.resolver import nodes_of
from kg.resolve.within import candidates, features, terms_of

_SEEN = 6
"""Pairs that must show a feature for it to get a weight."""
_RIDGE = 4.0


def learn(papers: pd.DataFrame, gold: Extracted, *, column: str = "gold") -> dict[str, float]:
    """The weights by which :func:`~kg.resolve.within.same_in_paper` decides: logistic regression with a ridge.

    A pair is a positive example where B-cubed over ``gold`` rises if the one finding gets the other one's node.
    """
    gazetteer = load()
    given = regroup(gold)
    names, node, _ = nodes_of(given, Forms(gazetteer))
    terms = terms_of(names, node, gazetteer)
    pairs = candidates(names, node, terms)
    places = zip(names.findings["paper"].tolist(), names.findings["finding"].tolist(), strict=True)
    row_of = {(names.papers[p], finding): row for row, (p, finding) in enumerate(places)}
    finding = [row_of[p, f] for p, f in zip(given.mentions["paper"], given.mentions["finding"], strict=True)]
    wanted = _better(node, finding, pairs.a, pairs.b, gold_names(given, gold, column))
    rows, columns = [], []
    known: dict[str, int] = {}
    for pair, code, labels in features(names, node, terms, pairs):
        at = np.array([known.setdefault(label, len(known)) for label in labels], dtype=np.int64)
        rows.append(pair)
        columns.append(at[code])
    row, col = np.concatenate(rows), np.concatenate(columns)
    seen = np.bincount(col, minlength=len(known)) >= _SEEN
    keep = seen[col]
    matrix = csr_matrix((np.ones(keep.sum()), (row[keep], col[keep])), shape=(len(pairs.a), len(known)))
    weights = _fit(matrix, wanted.astype(float))
    out = {label: round(float(weights[i]), 3) for label, i in known.items() if seen[i] and abs(weights[i]) >= 5e-4}
    return {"": round(float(weights[-1]), 3)} | dict(sorted(out.items()))


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


def _fit(matrix: csr_matrix, wanted: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Weights of the columns, the intercept last."""

    def loss(w: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        odds = matrix @ w[:-1] + w[-1]
        value = float(np.logaddexp(0.0, odds).sum() - wanted @ odds) + _RIDGE / 2 * float(w[:-1] @ w[:-1])
        miss = 1 / (1 + np.exp(-odds)) - wanted
        return value, np.append(matrix.T @ miss + _RIDGE * w[:-1], miss.sum())

    start = np.zeros(matrix.shape[1] + 1)
    fitted: npt.NDArray[np.float64] = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    return fitted


def write(weights: dict[str, float], path: Path = DATA / "wordings.tsv") -> None:
    """Write weights as the file that is read at resolution."""
    lines = [f"{feature}\t{weight:g}\n" for feature, weight in weights.items()]
    path.write_text("feature\tweight\n" + "".join(lines), encoding="utf-8", newline="\n")
