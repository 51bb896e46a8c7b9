"""Boosted trees: what they learn, that a file keeps it, and that what is not seen is answered no."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kg.resolve.features import FEATURES
from kg.resolve.trees import Trees, boost
from kg.resolve.within import trees

NAMES = ["left", "right", "noise"]


def cases() -> tuple[np.ndarray, np.ndarray]:
    rows = np.random.default_rng(1).integers(0, 4, (2000, 3)).astype(np.uint8)
    return rows, (rows[:, 0] > 1) ^ (rows[:, 1] > 1)


def test_what_two_features_decide_together_is_learned() -> None:
    rows, wanted = cases()
    found = boost(rows, wanted, NAMES, trees=40, depth=3, share=1.0)
    assert ((found.odds(rows) > 0) == wanted).all()


def test_a_file_keeps_them_to_the_last_thousandth(tmp_path: Path) -> None:
    rows, wanted = cases()
    found = boost(rows, wanted, NAMES, trees=20, depth=3)
    found.write(tmp_path / "trees.tsv")
    again = Trees.read(tmp_path / "trees.tsv", NAMES)
    assert (again.odds(rows) == found.odds(rows)).all()
    again.write(tmp_path / "again.tsv")
    assert (tmp_path / "again.tsv").read_bytes() == (tmp_path / "trees.tsv").read_bytes()


def test_a_question_about_what_is_not_seen_is_answered_no(tmp_path: Path) -> None:
    rows, wanted = cases()
    rows[:, 2] = wanted  # a column that tells it all in learning, and is not there later
    boost(rows, wanted, NAMES, trees=20, depth=3, share=1.0).write(tmp_path / "trees.tsv")
    blind = Trees.read(tmp_path / "trees.tsv", NAMES[:2])
    assert (blind.odds(rows[:, :2]) < 0).all()


def test_the_shipped_trees_ask_for_features_that_there_are() -> None:
    shipped = trees()
    assert shipped.column.shape[1] <= 8
    assert shipped.column.max() < len(FEATURES)
    assert shipped.odds(np.zeros((1, len(FEATURES)), dtype=np.uint8)) < 0
