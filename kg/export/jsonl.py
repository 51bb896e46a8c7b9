"""papers.jsonl: one JSON object a paper, sorted by id, with its entities and where the text names them.

    {"id": …, "title": …, "date": … | null, "entities": [
       {"id": …, "name": …, "type": …, "role": …, "confidence": …,
        "mentions": [{"start": …, "end": …, "text": …, "confidence": …}, …]}, …]}

Entities are sorted by id, mentions by start; offsets count the characters of ``title + "\\n" + abstract``.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from kg.export.rows import rows
from kg.model import Tables


def write(tables: Tables, path: Path) -> None:
    """Write ``papers.jsonl``."""
    entities = {id: (name, type) for id, name, type in rows(tables.entities, "id", "name", "type")}
    links = tables.links
    links = links[(links["source_kind"] == "paper") & (links["target_kind"] == "entity")]
    roles: defaultdict[str, list[tuple[str, str, float]]] = defaultdict(list)
    for paper, entity, role, confidence in rows(links, "source", "target", "relation", "confidence"):
        roles[paper].append((entity, role, confidence))
    mentions: defaultdict[str, defaultdict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    columns = ("paper", "entity", "start", "end", "text", "confidence")
    for paper, entity, start, end, text, confidence in rows(tables.mentions, *columns):
        mentions[paper][entity].append({"start": start, "end": end, "text": text, "confidence": round(confidence, 4)})
    # a title may hold half of a surrogate pair, which UTF-8 has no bytes for: escape rather than fail
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
        for paper, title, date in rows(tables.papers, "id", "title", "date"):
            found = [
                {
                    "id": entity,
                    "name": entities[entity][0],
                    "type": entities[entity][1],
                    "role": role,
                    "confidence": round(confidence, 4),
                    "mentions": mentions[paper][entity],
                }
                for entity, role, confidence in sorted(roles[paper])
            ]
            line = json.dumps({"id": paper, "title": title, "date": date, "entities": found}, ensure_ascii=False)
            stream.write(line + "\n")
            del roles[paper], mentions[paper]
