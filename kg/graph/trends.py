"""Trends: what more and more papers name, what fewer and fewer, and what came in a burst."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtr, xlogy

from kg.graph.arrays import Bools, Floats, Ints, row_numbers
from kg.model import EntityType, KgError, Tables

PERIODS = {"year": 4, "month": 7}
"""Name of a period to the length of an ISO date of that precision."""
STRAYS = 0.01
"""So few of all papers, at either end of time, tell no trend."""
CLEAR = 2.0
"""What z must reach, either way, to be called a trend, ..."""
CHANCE = 0.1
"""... and the share of those called one that may be chance: of 738 things that keep their share, 17 reach 2 anyway."""
BURST_RATE = 2.0
"""A burst: the entity is named at twice its usual rate."""


def trends(
    tables: Tables, *, type: str | None = None, by: str | None = None, n: int = 20, least: int = 5
) -> pd.DataFrame:
    """The entities that rise and fall most clearly: ``n`` of each, the clearest rise first, the clearest fall last.

    ``type`` is an entity type; ``by`` is ``year`` or ``month`` (by itself: months where the papers span less than four
    years, whatever a few strays are dated); entities that fewer than ``least`` dated papers name are left out. Columns
    ``id``, ``name``, ``type``, ``papers``, ``trend`` (``rising``, ``falling``, or ``unclear``: of so many things that
    are looked at, some lean as much by chance), ``z`` (Cochran-Armitage test for trend in proportions), ``first`` and
    ``last`` (the share of papers that name it, in the first and last third of the periods), ``burst`` (the strongest
    burst by Kleinberg's two-state automaton, e.g. ``2025-02 – 2025-05``, or empty), ``burst_weight`` (how much
    likelier the burst is than the usual rate, in nats). ``DataFrame.attrs`` has the first and the last of the
    ``periods`` and of the first and the last of the ``thirds``, and how many papers are ``dated`` in the periods.
    """
    counts, totals, periods, rows = counted(tables, type=type, by=by, least=least)
    if len(periods) < 2:
        raise KgError("trends need papers of at least two periods; give papers with dates, or another --by")
    z = trend_test(counts, totals)
    third = max(1, len(periods) // 3)
    first = counts[:, :third].sum(axis=1) / totals[:third].sum()
    last = counts[:, -third:].sum(axis=1) / totals[-third:].sum()
    start, end, weight = bursts(counts, totals)
    names = np.array([*periods, ""], dtype=object)
    spans = [str(names[s]) if s == e else f"{names[s]} – {names[e]}" for s, e in zip(start, end, strict=True)]
    found = pd.DataFrame(
        {
            "id": rows["id"].to_numpy(),
            "name": rows["name"].to_numpy(),
            "type": rows["type"].to_numpy(),
            "papers": counts.sum(axis=1),
            "trend": np.select([clear(z), clear(-z)], ["rising", "falling"], "unclear"),
            "z": z.round(2),
            "first": first.round(5),
            "last": last.round(5),
            "burst": spans,
            "burst_weight": weight.round(2),
        }
    ).sort_values(["z", "id"], ascending=[False, True], ignore_index=True)
    rising, falling = found[found["z"] > 0].head(n), found[found["z"] < 0].tail(n)
    found = pd.concat([rising, falling], ignore_index=True)
    thirds = [[periods[0], periods[third - 1]], [periods[-third], periods[-1]]]
    found.attrs.update(periods=[periods[0], periods[-1]], thirds=thirds, dated=int(totals.sum()))
    return found


def series(tables: Tables, names: list[str], *, by: str = "year") -> pd.DataFrame:
    """The share of papers that name each of these entities (ids), one row a period, one column an entity's name."""
    counts, totals, periods, rows = counted(tables, by=by, least=0)
    place = {entity: at for at, entity in enumerate(rows["id"])}
    label = dict(zip(rows["id"], rows["name"], strict=True))
    chosen = [name for name in names if name in place]
    shares = {label[name]: counts[place[name]] / np.maximum(totals, 1) for name in chosen}
    return pd.DataFrame(shares, index=pd.Index(periods, name=by))


def counted(
    tables: Tables, *, type: str | None = None, by: str | None = None, least: int = 0
) -> tuple[Ints, Ints, list[str], pd.DataFrame]:
    """How many papers of each period name each entity; how many papers there are; the periods; the entities' rows.

    A paper whose date is less precise than the period is left out, and so are the first and the last periods that
    together hold less than one paper in a hundred: a handful of old papers is no time to start from. Periods without
    papers between others are kept.
    """
    if type is not None and type not in {kind.value for kind in EntityType}:
        raise KgError(f'there is no type "{type}"; the types are {", ".join(EntityType)}')
    dates = tables.papers.set_index("id")["date"].dropna().astype("str")
    if by is None:
        years = _without_strays(dates.str[:4]).astype(int)
        by = "month" if len(years) and years.max() - years.min() < 4 and dates.str.len().ge(7).mean() > 0.5 else "year"
    if by not in PERIODS:
        raise KgError(f'--by is year or month, not "{by}"')
    dates = _without_strays(dates[dates.str.len() >= PERIODS[by]].str[: PERIODS[by]])
    if dates.empty:
        raise KgError(f"no paper has a date that tells its {by}; give papers with dates")
    frequency = "Y" if by == "year" else "M"
    periods = [str(p) for p in pd.period_range(dates.min(), dates.max(), freq=frequency)]
    place = {period: at for at, period in enumerate(periods)}
    when = dates.map(place)
    totals = np.bincount(when, minlength=len(periods))

    links = tables.links
    rows = links[(links["source_kind"] == "paper") & (links["target_kind"] == "entity")]
    at = np.append(when, -1)[row_numbers(when.index, rows["source"])]
    entities = tables.entities if type is None else tables.entities[tables.entities["type"] == type]
    which = row_numbers(pd.Index(entities["id"]), rows["target"])
    dated = (at >= 0) & (which >= 0)
    flat = which[dated] * len(periods) + at[dated]
    counts = np.bincount(flat, minlength=len(entities) * len(periods)).reshape(len(entities), len(periods))
    enough = counts.sum(axis=1) >= least
    if least and not enough.any():
        raise KgError(
            f"no {type or 'entity'} is named by {least} papers with a date; {len(dates):,} of {len(tables.papers):,}"
            f" papers have one that tells the {by}; give papers with dates, or a smaller --least"
        )
    return counts[enough], totals, periods, entities[enough]


def _without_strays(periods: pd.Series[str]) -> pd.Series[str]:
    """Without the earliest and the latest periods that hold less than one paper in a hundred, each side together."""
    count = periods.value_counts().sort_index().cumsum() / max(len(periods), 1)
    reached = count[count >= STRAYS]
    kept = reached[reached.shift(fill_value=0.0) <= 1 - STRAYS].index
    return periods[periods.isin(kept)]


def trend_test(counts: Ints, totals: Ints) -> Floats:
    """The Cochran-Armitage statistic of each row: how many standard deviations its proportions lean to later periods.

    >>> trend_test(np.array([[0, 5, 10], [5, 5, 5]]), np.array([100, 100, 100])).round(2).tolist()
    [3.24, 0.0]
    """
    time = np.arange(len(totals), dtype=float)
    all_papers = totals.sum()
    share = counts.sum(axis=1) / all_papers
    lean = counts @ time - share * (totals @ time)
    spread = share * (1 - share) * (totals @ time**2 - (totals @ time) ** 2 / all_papers)
    return np.asarray(np.divide(lean, np.sqrt(spread), out=np.zeros(len(counts)), where=spread > 0))


def clear(z: Floats) -> Bools:
    """Which of so many statistics are high by more than chance: one in ten of them is not, at most (Benjamini and
    Hochberg, Journal of the Royal Statistical Society B 57(1), 1995).

    >>> clear(np.array([3.0, 2.2, 0.1])).tolist(), clear(np.array([3.0, 2.2] + [0.1] * 98)).tolist()[:2]
    ([True, True, False], [False, False])
    """
    chance = ndtr(-z)
    allowed = CHANCE * np.arange(1, len(z) + 1) / max(len(z), 1)
    ordered = np.sort(chance)
    limit = ordered[ordered <= allowed].max(initial=0.0)
    return np.asarray((z >= CLEAR) & (chance <= limit))


def bursts(counts: Ints, totals: Ints) -> tuple[Ints, Ints, Floats]:
    """The strongest burst of each row: its first and last period (-1 where there is none) and its weight.

    Kleinberg's batched two-state automaton (Data Mining and Knowledge Discovery 7(4), 2003): a usual rate and twice
    that; to enter the burst costs the logarithm of the number of periods; the cheapest sequence of states by Viterbi,
    for all rows at once.
    """
    n, t = counts.shape
    usual = counts.sum(axis=1) / max(totals.sum(), 1)
    fast = np.minimum(BURST_RATE * usual, 0.9999)
    cost = [-(xlogy(counts, p[:, None]) + xlogy(totals - counts, 1 - p[:, None])) for p in (usual, fast)]
    gain = cost[0] - cost[1]
    enter = np.log(max(t, 2))
    calm, busy = np.zeros(n), np.full(n, enter)
    entered, left = np.zeros((n, t), dtype=bool), np.zeros((n, t), dtype=bool)
    for period in range(t):
        left[:, period], entered[:, period] = busy < calm, calm + enter < busy
        calm, busy = (
            np.minimum(calm, busy) + cost[0][:, period],
            np.minimum(calm + enter, busy) + cost[1][:, period],
        )
    state = busy < calm
    bursting = np.zeros((n, t), dtype=bool)
    for period in range(t - 1, -1, -1):
        bursting[:, period] = state
        state = np.where(state, ~entered[:, period], left[:, period])
    best_start, best_end, best = np.full(n, -1), np.full(n, -1), np.zeros(n)
    start, weight = np.full(n, -1), np.zeros(n)
    for period in range(t):
        on = bursting[:, period]
        start = np.where(on, np.where(start < 0, period, start), -1)
        weight = np.where(on, weight + gain[:, period], 0.0)
        better = on & (weight > best)
        best_start, best_end = np.where(better, start, best_start), np.where(better, period, best_end)
        best = np.where(better, weight, best)
    return best_start, best_end, best
