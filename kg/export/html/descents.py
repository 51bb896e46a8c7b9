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

_LINKS = (
    ("pe", "paper-entity", ("uses", "named after"), "paper"),
    ("ee", "entity-entity", ("version of",), "child"),
)
"""What links say how a child descends, and what they come from."""

_RELATION = {"uses": ROLES.index(Role.USES), "version of": ENTITY_RELATIONS.index(EntityRelation.BROADER)}
"""The relation of the link; whoever is called after something may name it in any role."""


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
                "asked": found["relation"].map(_RELATION).to_numpy(),
                "confidence": (found["confidence"] * 10_000).round().astype(int).to_numpy(),
                "said_start": found["start"].to_numpy(),
                "said_end": found["end"].to_numpy(),
            }
        )
        for prefix, kind, relations, source in _LINKS:
            links = linked[kind][["source", "target", "relation", "start", "end"]].rename_axis("link").reset_index()
            rows = told[found["relation"].isin(relations).to_numpy()].merge(
                links, left_on=[source, "parent"], right_on=["source", "target"]
            )
            rows = rows[rows["asked"].isna() | (rows["asked"] == rows["relation"])]
            rows = rows[rows["child"] >= 0].drop_duplicates(["link", "child"])
            self._rows[prefix] = rows.sort_values(["link", "child"], ignore_index=True)
        linked["paper-entity"].loc[self._rows["pe"]["link"], "descends"] = True

    def tell(self, block: Block) -> None:
        """The number of the link, who descends by it, how sure that is, in hundredths of a percent, and whether the
        name says so."""
        for prefix, rows in self._rows.items():
            block.differences(f"{prefix}_descent", rows["link"])
            block.numbers(f"{prefix}_descent_child", rows["child"])
            block.numbers(f"{prefix}_descent_sure", rows["confidence"])
            block.small(f"{prefix}_descent_called", rows["asked"].isna())

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
