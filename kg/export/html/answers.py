"""Questions to the whole graph with their answers, as tables in the page.

The exporter does not reckon: who writes the page says what is in them (:mod:`kg.answers` asks :mod:`kg.graph`). Here
ids become the page's numbers, so that an answer's cells are links.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

KINDS = ("node", "group", "text", "number", "percent", "decimal")
"""What a column may hold: ids of papers or entities, numbers of communities, text, whole numbers, shares, fractions."""


@dataclass(frozen=True)
class Answer:
    """One question and its answer, best rows first."""

    key: str
    """Short and stable: it stands in the page's address."""
    question: str
    about: str
    """How it is reckoned, and what a row says, in a sentence or two."""
    table: pd.DataFrame
    kinds: dict[str, str]
    """What each column holds, one of :data:`KINDS`; columns that are not named are left out."""
    headings: dict[str, str] = field(default_factory=dict)
    """Ids of the entities that columns stand for, where they do: then the heading is a link."""


def plain(answer: Answer, number: dict[str, int]) -> dict[str, Any]:
    """An answer as JSON, with the page's numbers for ids; rows of what the page does not have are left out.

    >>> asked = Answer("top", "What is on top?", "By papers.", pd.DataFrame({"what": ["a", "b"], "papers": [3, 2]}),
    ...                {"what": "node", "papers": "number"})
    >>> plain(asked, {"a": 7})["rows"]
    [[7, 3]]
    """
    columns = [
        {"name": name, "kind": kind} | ({"node": number[answer.headings[name]]} if name in answer.headings else {})
        for name, kind in answer.kinds.items()
        if answer.headings.get(name) is None or answer.headings[name] in number
    ]
    rows = []
    for row in answer.table[[column["name"] for column in columns]].itertuples(index=False):
        cells = [_cell(value, str(column["kind"]), number) for value, column in zip(row, columns, strict=True)]
        if all(cell is not None for cell, column in zip(cells, columns, strict=True) if column["kind"] == "node"):
            rows.append(cells)
    return {
        "key": answer.key,
        "question": answer.question,
        "about": answer.about,
        "columns": columns,
        "rows": rows,
    }


def _cell(value: Any, kind: str, number: dict[str, int]) -> Any:
    if pd.isna(value):
        return None
    if kind == "node":
        return number.get(str(value))
    if kind == "text":
        return str(value)
    if kind in ("number", "group"):
        return int(value)
    return round(float(value), 5 if kind == "percent" else 2)
