"""Dates of papers as intervals: ``2021`` is any day of that year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kg.graph.arrays import Bools, Floats, Ints


@dataclass(frozen=True)
class DateBounds:
    """The earliest and latest day a paper's date can mean, in days since 1970; both are NaN where there is no date."""

    earliest: Floats
    latest: Floats

    def may_follow(self, later: Ints, earlier: Ints) -> Bools:
        """Whether what is known of two rows' dates lets the first be not before the second."""
        return np.asarray(~(self.latest[later] < self.earliest[earlier]))

    def surely_before(self, first: Floats, second: Floats, days: int) -> Floats:
        """Whether the first is dated more than so many days before the second."""
        return np.asarray(self.latest[first] + days < self.earliest[second])


def date_bounds(dates: pd.Series[Any]) -> DateBounds:
    """Read ISO dates of any precision.

    >>> bounds = date_bounds(pd.Series(["2021", "2021-02", "2021-02-03", None]))
    >>> [int(b - a) + 1 for a, b in zip(bounds.earliest[:3], bounds.latest[:3])]
    [365, 28, 1]
    """
    text = dates.fillna("").astype("str")
    length = text.str.len()
    first = pd.to_datetime(text + length.map({4: "-01-01", 7: "-01"}).fillna(""), format="%Y-%m-%d", errors="coerce")
    span = length.map({4: pd.DateOffset(years=1), 7: pd.DateOffset(months=1)})
    last = first.copy()
    for offset in (pd.DateOffset(years=1), pd.DateOffset(months=1)):
        wide = span == offset
        last[wide] = first[wide] + offset - pd.Timedelta(days=1)
    return DateBounds(_days(first), _days(last))


def _days(stamps: pd.Series[Any]) -> Floats:
    days = (stamps - pd.Timestamp("1970-01-01")) / pd.Timedelta(days=1)
    return np.asarray(days.to_numpy(dtype=float))
