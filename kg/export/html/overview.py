"""The explorer's first view: communities as discs that do not overlap, joined where they share entities.

Works on the numbered tables of :mod:`kg.export.html.numbered`. The layout is the build's (``communities.x``, ``.y``);
here discs get their sizes and are pushed apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

MOST_GROUPS = 80
"""Discs in the overview; smaller communities are listed beside it."""

MOST_DOTS = 300
"""Dots and discs drawn in all."""


Bridge = tuple[int, int, float]
"""Two groups, by their places, and how much they have to do with each other, from 0 to 1."""


@dataclass(frozen=True)
class Group:
    """A community as the overview draws it."""

    id: int
    name: str
    papers: int
    entities: int
    top: list[int]
    """Its entities that most papers name, by number."""
    x: float
    y: float
    radius: float


def groups(papers: pd.DataFrame, entities: pd.DataFrame, links: pd.DataFrame, communities: pd.DataFrame) -> list[Group]:
    """The communities that are drawn, largest first, placed and sized."""
    rows: Any = communities.sort_values(["papers", "id"], ascending=[False, True], kind="stable")
    rows = rows[rows["papers"] > 0].head(MOST_GROUPS)  # of a part of the graph: some have no paper in it
    if rows.empty:
        return []
    size = np.sqrt(rows["papers"].to_numpy(dtype=float) + 1)
    radius = 46 + 84 * size / size.max()
    places = np.column_stack([rows["x"].fillna(0.5), rows["y"].fillna(0.5)]).astype(float)
    places = apart(places, radius)
    each = max(3, min(14, (MOST_DOTS - len(rows)) // len(rows)))
    top = _tops(papers, entities, links, each)
    return [
        Group(int(row.id), str(row.name), int(row.papers), int(row.entities), top.get(int(row.id), []),
              round(float(x), 1), round(float(y), 1), round(float(r), 1))
        for row, (x, y), r in zip(rows.itertuples(index=False), places, radius, strict=True)
    ]  # fmt: skip


def _tops(papers: pd.DataFrame, entities: pd.DataFrame, links: pd.DataFrame, each: int) -> dict[int, list[int]]:
    """The entities that most papers of their own community name."""
    community = papers["community"].to_numpy()[links["source"].to_numpy()]
    own = entities["community"].to_numpy()[links["target"].to_numpy()]
    inside = pd.DataFrame({"community": own, "entity": links["target"].to_numpy()})[community == own]
    counts = inside.groupby(["community", "entity"]).size().reset_index(name="n")
    counts = counts.sort_values(["community", "n", "entity"], ascending=[True, False, True], kind="stable")
    best = counts.groupby("community").head(each)
    return {int(str(c)): [int(e) for e in rows["entity"]] for c, rows in best.groupby("community")}


def apart(places: npt.NDArray[np.float64], radius: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Scale a layout to the discs' sizes and push discs apart until none overlap.

    >>> import numpy as np
    >>> a, b = apart(np.array([[0.5, 0.5], [0.5, 0.5]]), np.array([10.0, 10.0]))
    >>> bool(np.hypot(*(a - b)) >= 20)
    True
    """
    gap = 30 + 320 / max(len(places), 6)  # room for the names of what stands on the rims
    low, high = places.min(axis=0), places.max(axis=0)
    unit = (places - low) / np.where(high > low, high - low, 1) - 0.5
    reach = np.sqrt((np.pi * (radius + gap) ** 2).sum() / 0.62)
    out = unit * reach * np.array([1.1, 0.9])
    turn = np.arange(len(out)) * 2.399963  # the golden angle: discs on one spot leave it in different directions
    out = out + np.column_stack([np.cos(turn), np.sin(turn)]) * 1e-3
    need = radius[:, None] + radius[None, :] + gap
    for _ in range(400):
        out = out * np.array([0.997, 0.996])  # draws the whole together a little, so that no hole stays
        for _ in range(6):
            out, moved = _push(out, need, 0.6)
            if not moved:
                break
    for _ in range(500):
        out, moved = _push(out, need, 1.0)
        if not moved:
            break
    centered: npt.NDArray[np.float64] = out - (out.max(axis=0) + out.min(axis=0)) / 2
    return centered


def _push(
    places: npt.NDArray[np.float64], need: npt.NDArray[np.float64], strength: float
) -> tuple[npt.NDArray[np.float64], bool]:
    """Discs that are nearer than they need move half of that away from each other; whether any did."""
    delta = places[:, None, :] - places[None, :, :]
    distance = np.hypot(delta[..., 0], delta[..., 1])
    np.fill_diagonal(distance, np.inf)
    share = np.clip(need - distance, 0, None) / np.maximum(distance, 1e-9) * 0.5
    return places + (delta * share[..., None]).sum(axis=1) * strength, bool(share.any())


def bridges(papers: pd.DataFrame, entities: pd.DataFrame, links: pd.DataFrame, shown: list[Group]) -> list[Bridge]:
    """Pairs of groups that name each other's entities more than their sizes make likely: (place, place, 0 to 1)."""
    place = {group.id: at for at, group in enumerate(shown)}
    number = np.vectorize(lambda c: place.get(int(c), -1), otypes=[np.int64])
    if not len(links) or not shown:
        return []
    a = number(papers["community"].to_numpy())[links["source"].to_numpy()]
    b = number(entities["community"].to_numpy())[links["target"].to_numpy()]
    there = (a >= 0) & (b >= 0) & (a != b)
    table = np.zeros((len(shown), len(shown)))
    np.add.at(table, (a[there], b[there]), 1)
    both = table + table.T
    total = both.sum(axis=1) + 1
    lift = both / np.sqrt(np.outer(total, total))
    pairs: dict[tuple[int, int], float] = {}
    for one in range(len(shown)):
        for other in np.argsort(-lift[one], kind="stable")[:3]:
            if lift[one, other] > 0:
                pairs[min(one, int(other)), max(one, int(other))] = float(lift[one, other])
    most = max(pairs.values(), default=1.0)
    return [(x, y, round(weight / most, 3)) for (x, y), weight in sorted(pairs.items())]
