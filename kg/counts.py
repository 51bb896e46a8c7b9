"""How much of what is in a graph: what ``kg stats`` prints."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kg.model import Tables


def counts(tables: Tables) -> pd.DataFrame:
    """The graph in numbers: ``what`` is counted, which ``kind`` of it, and the ``count``, largest kinds first."""
    links = tables.links
    kinds = links["source_kind"] + " " + links["relation"] + " " + links["target_kind"]
    rows: list[tuple[str, str, Any]] = [("papers", "all", len(tables.papers))]
    years = tables.papers["year"].dropna()
    if len(years):
        rows.append(("papers", "years", f"{years.min()}–{years.max()}"))
    rows.append(("entities", "all", len(tables.entities)))
    rows += [("entities", str(kind), int(count)) for kind, count in _sorted(tables.entities["type"])]
    rows.append(("mentions", "all", len(tables.mentions)))
    rows.append(("links", "all", len(links)))
    rows += [("links", str(kind), int(count)) for kind, count in _sorted(kinds)]
    rows.append(("communities", "all", len(tables.communities)))
    rows += [("made with", key, value) for key, value in tables.info.items() if key.endswith("version")]
    return pd.DataFrame(rows, columns=["what", "kind", "count"], dtype=object)


def _sorted(column: Any) -> list[tuple[Any, Any]]:
    return sorted(column.value_counts().items(), key=lambda item: (-item[1], item[0]))
