"""papers.jsonl: one JSON object a paper, sorted by id, with its entities and where the text names them.

    {"id": …, "title": …, "date": … | null, "entities": [
       {"id": …, "name": …, "type": …, "role": …, "confidence": …,
        "mentions": [{"start": …, "end": …, "text": …, "confidence": …}, …]}, …]}

Entities are sorted by id, mentions by start; offsets count the characters of ``title + "\\n" + abstract``.
A mention's confidence is that the text names something of this type there, an entity's the mean over its mentions; how
sure its role is stands in the graph's links.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from statistics import fmean
from typing import Any

from kg.export.rows import rows
from kg.model import Tables


def write(tables: Tables, path: Path) -> None:
    """Write ``papers.jsonl``."""
    entities = {id: (name, type) for id, name, type in rows(tables.entities, "id", "name", "type")}
    links = tables.links
    links = links[(links["source_kind"] == "paper") & (links["target_kind"] == "entity")]
    papers = tables.papers
    roles = _of_each(papers["id"], rows(links, "source", "target", "relation"))
    columns = ("paper", "entity", "start", "end", "text", "confidence")
    mentions = _of_each(papers["id"], rows(tables.mentions, *columns))
    # a title may hold half of a surrogate pair, which UTF-8 has no bytes for: escape rather than fail
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
        for (paper, title, date), linked, named in zip(
            rows(papers, "id", "title", "date"), roles, mentions, strict=True
        ):
            places: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
            for _, entity, start, end, text, confidence in named:
                place = {"start": start, "end": end, "text": text, "confidence": round(confidence, 4)}
                places[entity].append(place)
            found = [
                {
                    "id": entity,
                    "name": entities[entity][0],
                    "type": entities[entity][1],
                    "role": role,
                    "confidence": round(fmean(place["confidence"] for place in places[entity]), 4),
                    "mentions": places[entity],
                }
                for _, entity, role in sorted(linked, key=itemgetter(1))
            ]
            record = {"id": paper, "title": title, "date": date, "entities": found}
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")


def _of_each(papers: Iterable[str], table: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """For each paper the rows that begin with its id, where both are sorted by it."""
    groups = groupby(table, key=itemgetter(0))
    key, group = next(groups, (None, iter(())))
    for paper in papers:
        if key == paper:
            yield list(group)
            key, group = next(groups, (None, iter(())))
        else:
            yield []
