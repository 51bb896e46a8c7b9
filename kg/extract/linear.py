"""Multinomial logistic regression over named features: small, quick, and its probabilities are near calibrated."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import repeat
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

Features = dict[str, float]


@dataclass
class FeatureTable:
    """Many items: a row an item, a column a feature."""

    names: list[str]
    values: csr_matrix

    @classmethod
    def of(cls, items: Iterable[Features], kinds: Sequence[str] = (), *, least: int = 1) -> FeatureTable:
        """Of items, which are read once and not kept; features in fewer than ``least`` are left out.

        ``kinds``: as in :meth:`LogLinear.predict`.
        """
        numbers: dict[str, int] = {}
        columns = array("q")
        values = array("d")
        ends = array("q", [0])
        for item in items:
            columns.extend([numbers.setdefault(name, len(numbers)) for name in item])
            values.extend(item.values())
            ends.append(len(columns))
        own = np.array(columns, np.int64)
        value = np.array(values, np.float64)
        row = np.repeat(np.arange(len(ends) - 1), np.diff(ends))
        words = ["", *(f"{kind} " for kind in sorted(set(kinds)))]
        if kinds:
            word = np.array([words.index(f"{kind} ") for kind in kinds], np.int64)[row]
            own, row = np.concatenate([own, word * len(numbers) + own]), np.concatenate([row, row])
            value = np.concatenate([value, value])
        kept = np.flatnonzero(np.bincount(own, minlength=len(words) * len(numbers)) >= least)
        plain = list(numbers)
        names = [words[i // len(plain)] + plain[i % len(plain)] for i in kept.tolist()]
        order = sorted(range(len(names)), key=names.__getitem__)
        column = np.full(len(words) * len(numbers), -1)
        column[kept[order]] = np.arange(len(kept))
        known = column[own] >= 0
        shape = (len(ends) - 1, len(kept))
        table = csr_matrix((value[known], (row[known], column[own[known]])), shape=shape)
        return cls([names[i] for i in order], table)


class LogLinear:
    """A classifier from features (name -> value) to one of ``classes``.

    >>> data = [({"a": 1.0}, "x"), ({"b": 1.0}, "y")] * 5
    >>> model = LogLinear.fit([f for f, _ in data], [c for _, c in data], l2=0.01)
    >>> model.classes[int(model.predict([{"a": 1.0}])[0].argmax())]
    'x'
    """

    def __init__(self, classes: Sequence[str], names: Sequence[str], weights: np.ndarray) -> None:
        self.classes = list(classes)
        self.names = list(names)
        self.weights = weights
        self._rows = {name: i for i, name in enumerate(self.names)}
        self._rows_of_kinds: dict[str, array[int]] = {}

    def predict(self, items: Sequence[Features], kinds: Sequence[str] = ()) -> np.ndarray:
        """One row of probabilities an item, in the order of :attr:`classes`. Each item is computed by itself.

        ``kinds``: a word for each item; all of its features count once more with it and a space before their names.
        """
        if not items:
            return np.zeros((0, len(self.classes)))
        unknown = repeat(len(self.names))
        rows: list[int] = []
        values: list[float] = []
        starts = []
        for i, item in enumerate(items):
            starts.append(len(rows))
            own = list(map(self._rows.get, item, unknown))
            rows += own
            values += item.values()
            if kinds:
                rows += map(self._rows_of(kinds[i]).__getitem__, own)
                values += item.values()
            rows.append(len(self.names))  # no item is without a row
            values.append(0.0)
        weighted = self._padded.take(rows, 0)
        weighted *= np.array(values)[:, None]
        out = np.add.reduceat(weighted, starts, 0)
        out = np.exp(out - out.max(1, keepdims=True))
        return np.asarray(out / out.sum(1, keepdims=True))

    @cached_property
    def _padded(self) -> np.ndarray:
        """The weights, and below them a row for unknown features."""
        padded = np.concatenate([self.weights, np.zeros((1, len(self.classes)))])
        self.weights = padded[:-1]  # kept once
        return padded

    def _rows_of(self, kind: str) -> array[int]:
        """For each row the one of its feature with this word before: what is known with a word is known without one."""
        if kind not in self._rows_of_kinds:
            start = kind + " "
            found = self._rows_of_kinds[kind] = array("i", [len(self.names)]) * (len(self.names) + 1)
            for name, row in self._rows.items():
                if name.startswith(start):
                    found[self._rows[name[len(start) :]]] = row
        return self._rows_of_kinds[kind]

    @classmethod
    def fit(
        cls, items: Sequence[Features], targets: Sequence[str], *, l2: float = 1.0, least: int = 1, steps: int = 200
    ) -> LogLinear:
        """Fit by L-BFGS, with ``l2`` on the sum of losses. Features in fewer items than ``least`` are left out."""
        return cls.fit_table(FeatureTable.of(items, least=least), targets, l2=l2, steps=steps)

    @classmethod
    def fit_table(cls, table: FeatureTable, targets: Sequence[str], *, l2: float, steps: int) -> LogLinear:
        """The same, of items that stand in a table."""
        names, x, classes = table.names, table.values, sorted(set(targets))
        model = cls(classes, names, np.zeros((len(names), len(classes))))
        xt = x.T.tocsr()
        y = np.asarray([classes.index(t) for t in targets])
        rows = np.arange(len(y))

        def objective(flat: np.ndarray) -> tuple[float, np.ndarray]:
            w = flat.reshape(len(names), len(classes))
            scores = x @ w
            scores -= scores.max(1, keepdims=True)
            exp = np.exp(scores)
            total = exp.sum(1, keepdims=True)
            p = exp / total
            loss = float((np.log(total[:, 0]) - scores[rows, y]).sum()) + 0.5 * l2 * float((w * w).sum())
            p[rows, y] -= 1.0
            return loss, np.asarray(xt @ p + l2 * w).ravel()

        found = minimize(objective, model.weights.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": steps})
        model.weights = found.x.reshape(model.weights.shape)
        return model

    def to_disk(self, path: Path) -> None:
        """Write names and classes as JSON, the weights (half precision) as a NumPy file."""
        head = {"classes": self.classes, "names": self.names}
        path.with_suffix(".json").write_text(json.dumps(head, ensure_ascii=False, indent=0), encoding="utf-8")
        np.save(path.with_suffix(".npy"), self.weights.astype("float16"))

    @classmethod
    def from_disk(cls, path: Path) -> LogLinear:
        """Read what :meth:`to_disk` wrote."""
        head = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        weights = np.load(path.with_suffix(".npy")).astype("float64")
        return cls(head["classes"], head["names"], weights)


def bucket(name: str, value: float, edges: Iterable[float]) -> str:
    """The feature that says between which edges a value lies.

    >>> bucket("p", 0.3, (0.1, 0.5))
    'p<0.5'
    """
    for edge in edges:
        if value < edge:
            return name + _below(edge)
    return name + "+"


@lru_cache(maxsize=1_000, typed=True)
def _below(edge: float) -> str:
    return f"<{edge}"
