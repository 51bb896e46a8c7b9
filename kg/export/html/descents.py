"""Who descends from whom, as the page carries it: by the links that say so.

The exporter does not reckon here either: who writes the page gives what :func:`kg.graph.descent` says, so that the page
and ``kg lineage`` tell the same.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from kg.export.html.columns import Block
from kg.export.html.numbered import ENTITY_RELATIONS, ROLES, Order, to_utf16
from kg.model import EntityRelation, Role, Tables

_LINKS = {
    "uses": ("pe", "paper-entity", ROLES.index(Role.USES), "paper"),
    "version of": ("ee", "entity-entity", ENTITY_RELATIONS.index(EntityRelation.BROADER), "child"),
}
"""How a child descends: what links say so, of which relation, and what they come from."""


class Descents:
    """The descents whose links the page has, by the number of these links, which get the column ``descends``."""

    def __init__(
        self,
        tables: Tables,
        order: Order,
        linked: dict[str, pd.DataFrame],
        descent: Callable[[Tables], pd.DataFrame] | None,
    ) -> None:
        self._rows: dict[str, pd.DataFrame] = {}
        linked["paper-entity"]["descends"] = False
        if descent is None:
            return
        found = descent(tables)
        told = pd.DataFrame(
            {
                "child": order.entity(found["child"]),
                "parent": order.entity(found["parent"]),
                "paper": order.paper(found["paper"]),
                "confidence": (found["confidence"] * 10_000).round().astype(int).to_numpy(),
                "said_start": found["start"].to_numpy(),
                "said_end": found["end"].to_numpy(),
            }
        )
        for relation, (prefix, kind, number, source) in _LINKS.items():
            links = linked[kind]
            links = links[links["relation"] == number]
            links = links[["source", "target", "start", "end"]].rename_axis("link").reset_index()
            rows = told[(found["relation"] == relation).to_numpy()].merge(
                links, left_on=[source, "parent"], right_on=["source", "target"]
            )
            rows = rows[rows["child"] >= 0].drop_duplicates(["link", "child"])
            self._rows[prefix] = rows.sort_values(["link", "child"], ignore_index=True)
        linked["paper-entity"].loc[self._rows["pe"]["link"], "descends"] = True

    def tell(self, block: Block) -> None:
        """The number of the link, who descends by it, and how sure that is, in hundredths of a percent."""
        for prefix, rows in self._rows.items():
            block.differences(f"{prefix}_descent", rows["link"])
            block.numbers(f"{prefix}_descent_child", rows["child"])
            block.numbers(f"{prefix}_descent_sure", rows["confidence"])

    def tell_places(self, block: Block, wide: dict[int, str]) -> None:
        """Where the sentences stand that say so, for those that are not their link's evidence."""
        if "pe" not in self._rows:
            return
        rows = self._rows["pe"]
        other = (rows["said_start"] != rows["start"]) | (rows["said_end"] != rows["end"])
        spans = rows.loc[other, ["source", "said_start", "said_end"]].copy()
        to_utf16(spans, "source", ["said_start", "said_end"], wide)
        block.differences("descent_row", np.flatnonzero(other.to_numpy()))
        block.numbers("descent_start", spans["said_start"])
        block.numbers("descent_length", spans["said_end"] - spans["said_start"])
