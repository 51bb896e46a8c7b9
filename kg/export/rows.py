"""A table's rows as plain Python values, a block at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

BLOCK = 50_000
"""Rows turned into Python objects at a time: a million at once would take a gigabyte."""


def rows(frame: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    """The values of ``columns``, row by row; every kind of missing is None.

    >>> frame = pd.DataFrame({"a": ["x", None], "b": pd.array([1, None], dtype="Int64")})
    >>> list(rows(frame, "b", "a"))
    [(1, 'x'), (None, None)]
    """
    for start in range(0, len(frame), BLOCK):
        block = frame.iloc[start : start + BLOCK]
        yield from zip(*(_plain(block[name]) for name in columns), strict=True)


def _plain(column: pd.Series[Any]) -> list[Any]:
    missing = column.isna()
    if not missing.any():
        return column.tolist()
    return column.astype(object).where(~missing, None).tolist()
