"""Papers, entities and links by their numbers in the page.

Papers are numbered by community, so that neighbors share a shard and compress well; entities so that frequent numbers
are small, see :class:`Order`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kg.export.html.columns import Ints, has_astral, utf16_offsets
from kg.export.text import column
from kg.model import EntityRelation, EntityType, PaperRelation, Role, Tables

TYPES = list(EntityType)
ROLES = list(Role)
PAPER_RELATIONS = list(PaperRelation)
ENTITY_RELATIONS = list(EntityRelation)
RELATIONS: dict[str, list[str]] = {
    "paper-entity": [str(role) for role in ROLES],
    "paper-paper": [str(relation) for relation in PAPER_RELATIONS],
    "entity-entity": [str(relation) for relation in ENTITY_RELATIONS],
}
SHARES = PAPER_RELATIONS.index(PaperRelation.SHARES)

MIRRORED = ("shares", "co_occurs")
"""Relations without a direction: one of a pair and its mirror image is enough."""


class Order:
    """Papers and entities in the page's order, and their numbers there.

    Papers by community. Entities that several papers name by how many, then those that one paper alone names, in the
    order in which the papers' links name them: then that number needs not be told.
    """

    def __init__(self, tables: Tables) -> None:
        self.papers = tables.papers.sort_values(["community", "id"], kind="stable").reset_index(drop=True)
        self._paper_ids = column(self.papers["id"])
        by_papers = tables.entities.sort_values(["papers", "id"], ascending=[False, True], kind="stable")
        self._number(by_papers)
        self.shared = int((by_papers["papers"] > 1).sum())
        there = (tables.links["source_kind"] == "paper") & (tables.links["target_kind"] == "entity")
        links = tables.links.loc[there, ["source", "target", "relation"]]
        source, entity = self.paper(links["source"]), self.entity(links["target"])
        relation = places(links["relation"], pa.array(RELATIONS["paper-entity"]))
        rows = np.lexsort((entity, relation, source))
        named = entity[rows][(entity[rows] >= self.shared) & (source[rows] >= 0)]
        numbers = np.concatenate([np.arange(self.shared), named, np.arange(self.shared, len(by_papers))])
        self._number(by_papers.iloc[pd.Series(numbers).drop_duplicates().to_numpy()])

    def _number(self, entities: pd.DataFrame) -> None:
        self.entities = entities.reset_index(drop=True)
        self._entity_ids = column(self.entities["id"])

    def paper(self, ids: pd.Series[Any]) -> Ints:
        """Numbers of papers, -1 where there is none."""
        return places(ids, self._paper_ids)

    def entity(self, ids: pd.Series[Any]) -> Ints:
        """Numbers of entities, -1 where there is none."""
        return places(ids, self._entity_ids)


def places(values: pd.Series[Any], among: pa.Array) -> Ints:
    """Where strings stand in a list, -1 where they do not."""
    found = pc.index_in(column(values), value_set=among)
    return np.asarray(pc.fill_null(found, -1), dtype=np.int64)


def by_numbers(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """A table sorted by columns of numbers, stably; ``sort_values`` hashes every one of them first."""
    return frame.iloc[np.lexsort([frame[name].to_numpy() for name in reversed(columns)])].reset_index(drop=True)


def numbered_links(tables: Tables, order: Order, kind: str) -> pd.DataFrame:
    """The links of one kind with numbers for ids, in the page's order."""
    source_kind, target_kind = kind.split("-")
    links = tables.links
    links = links[(links["source_kind"] == source_kind) & (links["target_kind"] == target_kind)]
    frame = pd.DataFrame(
        {
            "source": (order.paper if source_kind == "paper" else order.entity)(links["source"]),
            "target": (order.paper if target_kind == "paper" else order.entity)(links["target"]),
            "relation": places(links["relation"], pa.array(RELATIONS[kind])),
            "confidence": (links["confidence"].fillna(0).clip(0, 1) * 100).round().astype(int).to_numpy(),
            "inferred": (links["extraction"] == "inferred").astype(int).to_numpy(),
            "weight": links["weight"].fillna(0).astype(float).to_numpy(),
            "via": order.entity(links["via"]),
            "paper": order.paper(links["paper"]),
            "start": links["start"].fillna(-1).astype(int).to_numpy(),
            "end": links["end"].fillna(-1).astype(int).to_numpy(),
        }
    )
    frame = frame[(frame["source"] >= 0) & (frame["target"] >= 0) & (frame["relation"] >= 0)]
    mirrored = frame["relation"].isin([at for at, relation in enumerate(RELATIONS[kind]) if relation in MIRRORED])
    if mirrored.any():
        low, high = frame[["source", "target"]].min(axis=1), frame[["source", "target"]].max(axis=1)
        frame.loc[mirrored, "source"], frame.loc[mirrored, "target"] = low[mirrored], high[mirrored]
        frame = frame.sort_values(["weight", "confidence"], ascending=False, kind="stable")
        frame = frame[~(mirrored.loc[frame.index] & frame.duplicated(["source", "target", "relation"]))]
    return by_numbers(frame, "source", "relation", "target", "paper", "start")


def wide_papers(order: Order) -> dict[int, str]:
    """Texts in which JavaScript's offsets differ from Python's, by paper number."""
    titles, abstracts = (order.papers[column].fillna("").tolist() for column in ("title", "abstract"))
    return {
        at: f"{title}\n{abstract}"
        for at, (title, abstract) in enumerate(zip(titles, abstracts, strict=True))
        if has_astral(title) or has_astral(abstract)
    }


def to_utf16(frame: pd.DataFrame, paper: str, columns: list[str], wide: dict[int, str]) -> None:
    """Turn offsets in code points into offsets in UTF-16 units, in place."""
    if not wide:
        return
    for number, rows in frame[frame[paper].isin(list(wide))].groupby(paper):
        for name in columns:
            there = rows[rows[name] >= 0].index
            frame.loc[there, name] = utf16_offsets(wide[int(str(number))], frame.loc[there, name].tolist())
