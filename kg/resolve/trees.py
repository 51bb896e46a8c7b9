"""Decision trees over small whole numbers, boosted: learned with numpy, read from a table, exact on every machine.

Each tree asks the same question of all rows on one level (CatBoost's "oblivious" trees), so that a row's leaf is a
number of as many bits as there are levels, and a million rows take a second. Leaves are whole thousandths: their sum
does not depend on an order of addition.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Features = npt.NDArray[np.uint8]
"""One row a case, one column a feature, values below :data:`BINS`."""
BINS = 32
_UNIT = 1000


@dataclass(frozen=True)
class Trees:
    """Boosted trees: ``odds`` is the sum of a leaf of each."""

    features: Sequence[str]
    column: npt.NDArray[np.int64]
    """The feature that each level (column) of each tree (row) asks for."""
    above: npt.NDArray[np.int64]
    """What its value must exceed for a one."""
    leaves: npt.NDArray[np.int64]
    """Log odds of each leaf of each tree, in thousandths."""

    def odds(self, rows: Features) -> npt.NDArray[np.float64]:
        """Log odds of each row."""
        total = np.zeros(len(rows), dtype=np.int64)
        columns = np.ascontiguousarray(rows.T)
        for column, above, leaves in zip(self.column.tolist(), self.above.tolist(), self.leaves, strict=True):
            leaf = np.zeros(len(rows), dtype=np.uint8)
            for c, value in zip(column, above, strict=True):
                leaf <<= 1
                leaf |= columns[c] > value
            total += leaves[leaf]
        return total / _UNIT

    def write(self, path: Path) -> None:
        """Write the trees, one a line: its questions, its leaves."""
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.write("questions\tleaves\n")
            for column, above, leaves in zip(self.column, self.above, self.leaves.tolist(), strict=True):
                asked = [f"{self.features[c]}>{value}" for c, value in zip(column, above, strict=True)]
                file.write(" ".join(asked) + "\t" + " ".join(map(str, leaves)) + "\n")

    @classmethod
    def read(cls, path: Path, features: Sequence[str]) -> Trees:
        """Trees that :meth:`write` wrote. What they ask of a feature that is none of ``features`` is answered no."""
        place = {name: i for i, name in enumerate(features)}
        column, above, leaves = [], [], []
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                asked = [question.split(">") for question in row["questions"].split()]
                column.append([place.get(name, 0) for name, _ in asked])
                above.append([int(value) if name in place else BINS for name, value in asked])
                leaves.append([int(value) for value in row["leaves"].split()])
        return cls(features, np.array(column), np.array(above), np.array(leaves))


def boost(
    rows: Features,
    wanted: npt.NDArray[np.bool_],
    features: Sequence[str],
    *,
    weight: npt.NDArray[np.float64] | None = None,
    trees: int = 250,
    depth: int = 6,
    rate: float = 0.15,
    ridge: float = 4.0,
    share: float = 0.35,
    seed: int = 0,
) -> Trees:
    """Learn trees that tell the wanted rows: gradient boosting of the logistic loss.

    Each level looks at a ``share`` of the features and each tree at half of the rows.
    """
    draw = np.random.default_rng(seed)
    given = np.ones(len(rows)) if weight is None else weight
    odds = np.full(len(rows), np.log(given @ wanted / (given @ ~wanted)))
    columns = np.ascontiguousarray(rows.T).astype(np.int64)
    column, above = np.zeros((trees, depth), dtype=np.int64), np.zeros((trees, depth), dtype=np.int64)
    leaves = np.zeros((trees, 1 << depth), dtype=np.int64)
    for tree in range(trees):
        chance = 1 / (1 + np.exp(-odds))
        used = np.flatnonzero(draw.random(len(rows)) < 0.5)
        slope = (given * (wanted - chance))[used]
        bend = (given * chance * (1 - chance))[used]
        here = columns[:, used]
        leaf = np.zeros(len(used), dtype=np.int64)
        for level in range(depth):
            best = -1.0
            cells = BINS << level
            for c in np.flatnonzero(draw.random(len(columns)) < share).tolist():
                cell = leaf * BINS + here[c]
                g = np.bincount(cell, slope, minlength=cells).reshape(-1, BINS).cumsum(1)
                h = np.bincount(cell, bend, minlength=cells).reshape(-1, BINS).cumsum(1)
                right_g, right_h = g[:, -1:] - g, h[:, -1:] - h
                gain = (g * g / (h + ridge) + right_g * right_g / (right_h + ridge)).sum(0)[:-1]
                top = int(gain.argmax())
                if gain[top] > best:
                    best, column[tree, level], above[tree, level] = float(gain[top]), c, top
            leaf = leaf * 2 + (here[column[tree, level]] > above[tree, level])
        g = np.bincount(leaf, slope, minlength=1 << depth)
        h = np.bincount(leaf, bend, minlength=1 << depth)
        leaves[tree] = np.rint(rate * g / (h + ridge) * _UNIT)
        if tree == 0:
            leaves[0] += int(np.rint(odds[0] * _UNIT))
            odds[:] = 0.0
        all_leaf = np.zeros(len(rows), dtype=np.int64)
        for c, value in zip(column[tree], above[tree], strict=True):
            all_leaf = all_leaf * 2 + (columns[c] > value)
        odds += leaves[tree][all_leaf] / _UNIT
    return Trees(features, column, above, leaves)
