"""papers.jsonl: one JSON object a paper, sorted by id, with its entities and where the text names them.

    {"id": …, "title": …, "date": … | null, "entities": [
       {"id": …, "name": …, "type": …, "role": …, "confidence": …,
        "mentions": [{"start": …, "end": …, "text": …, "confidence": …}, …]}, …]}

Entities are sorted by id, mentions by start; offsets count the characters of ``title + "\\n" + abstract``.
A mention's confidence is that the text names something of this type there, an entity's that the paper names it at all,
with this type; how sure its role is stands in the graph's links.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kg.export.text import Ints, column, data, floats, integers, joined, listed, numbers
from kg.model import Tables

_PAPERS_AT_ONCE = 5_000


def write(tables: Tables, path: Path) -> None:
    """Write ``papers.jsonl``."""
    papers, entities = tables.papers, tables.entities
    is_entity = {name: tables.links[f"{name}_kind"] == "entity" for name in ("source", "target")}
    links = _numbered(tables.links[~is_entity["source"] & is_entity["target"]], tables, "source", "target")
    mentions = _numbered(tables.mentions, tables, "paper", "entity")
    heads = joined('{"id": ', _quoted(entities["id"]), ', "name": ', _quoted(entities["name"]))
    heads = joined(heads, ', "type": ', _quoted(entities["type"]))
    with path.open("wb") as stream:
        for first in range(0, len(papers), _PAPERS_AT_ONCE):
            some = papers.iloc[first : first + _PAPERS_AT_ONCE]
            found, named = (_of(table, first, first + len(some)) for table in (links, mentions))
            items = _entities(found, named, heads, len(entities))
            inside = listed(items, found["paper"].to_numpy() - first, len(some), ", ")
            head = joined('{"id": ', _quoted(some["id"]), ', "title": ', _quoted(some["title"]))
            dates = pc.fill_null(_quoted(some["date"]), "null")
            stream.write(data(joined(head, ', "date": ', dates, ', "entities": [', inside, "]}\n")))


def _numbered(table: pd.DataFrame, tables: Tables, paper: str, entity: str) -> pd.DataFrame:
    """A table with the numbers of its papers and entities, sorted by these, else in its order."""
    of = numbers(tables.papers["id"], table[paper]).astype(np.int64)
    what = numbers(tables.entities["id"], table[entity]).astype(np.int64)
    numbered = table.drop(columns=["paper", "entity"], errors="ignore").assign(paper=of, entity=what)
    return numbered.take(np.argsort(of * (len(tables.entities) + 1) + what, kind="stable"))


def _of(table: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """The rows of the papers from ``first`` to before ``last``."""
    start, end = np.searchsorted(table["paper"], [first, last])
    return table.iloc[start:end]


def _entities(found: pd.DataFrame, named: pd.DataFrame, heads: pa.Array, count: int) -> pa.Array:
    """What some papers say of entities, as JSON objects: one for each row of ``found``."""
    keys: list[Ints] = [(table["paper"] * count + table["entity"]).to_numpy(dtype=np.int64) for table in (found, named)]
    row = np.searchsorted(keys[0], keys[1])
    linked = row < len(keys[0])
    linked[linked] = keys[0][row[linked]] == keys[1][linked]  # a mention of what is no link of the paper's is left out
    named, row = named[linked], row[linked]
    sure = named["confidence"].round(4)
    places = joined('{"start": ', integers(named["start"]), ', "end": ', integers(named["end"]))
    places = joined(places, ', "text": ', _quoted(named["text"]), ', "confidence": ', floats(sure), "}")
    return joined(
        joined(heads.take(pa.array(found["entity"].to_numpy())), ', "role": ', _quoted(found["relation"])),
        joined(', "confidence": ', floats(found.get("presence", found["confidence"])), ', "mentions": ['),
        joined(listed(places, row, len(found), ", "), "]}"),
    )


_ESCAPES = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"))


def _quoted(values: Iterable[Any]) -> pa.Array:
    """Strings as JSON, null where there is none."""
    texts = column(values)
    if pc.any(pc.match_substring_regex(texts, r"[\x00-\x08\x0B\x0C\x0E-\x1F]")).as_py():  # rare: Python knows them all
        return column([None if text is None else json.dumps(text, ensure_ascii=False) for text in texts.to_pylist()])
    for character, escaped in _ESCAPES:
        texts = pc.replace_substring(texts, character, escaped)
    return joined('"', texts, '"')
