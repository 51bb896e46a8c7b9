"""The tables of the store, by name: columns and their DuckDB types."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

SCHEMA_VERSION: Final = 1
"""Raised when a change of the tables below makes old stores unreadable."""

_TEXT = "VARCHAR"
_LIST = "VARCHAR[]"
_RECORD = {
    "id": _TEXT,
    "title": _TEXT,
    "abstract": _TEXT,
    "date": _TEXT,
    "authors": _LIST,
    "categories": _LIST,
    "arxiv_id": _TEXT,
    "doi": _TEXT,
    "url": _TEXT,
    "sources": _LIST,
}
_MENTION = (
    'STRUCT("start" INTEGER, "end" INTEGER, "text" VARCHAR, confidence DOUBLE, '
    "sentence_start INTEGER, sentence_end INTEGER)"
)

TRUTH: Final[dict[str, dict[str, str]]] = {
    # one row a paper; `text` is the hash of title and abstract, `claim` the id that its records give it and `other` the
    # one it has where another paper claims the same, `place` what ties the first three tables together
    "papers": {"place": _TEXT, "claim": _TEXT, "other": _TEXT, "text": _TEXT, **_RECORD},
    # what makes a record the same paper: arXiv id, DOI, normalised title
    "keys": {"place": _TEXT, "key": _TEXT},
    # the records of papers that were read more than once, as they were read
    "records": {"place": _TEXT, **_RECORD},
    # what the pipeline found, by text and pipeline version: never extracted twice
    "extractions": {
        "text": _TEXT,
        "pipeline": _TEXT,
        "findings": f"STRUCT(type VARCHAR, role VARCHAR, confidence DOUBLE, role_confidence DOUBLE, "
        f"mentions {_MENTION}[])[]",
        "definitions": 'STRUCT("short" VARCHAR, "long" VARCHAR)[]',
    },
}
"""What was read and found; everything else is made from it."""

DERIVED: Final[dict[str, dict[str, str]]] = {
    "memberships": {"id": _TEXT, "year": "BIGINT", "community": "BIGINT"},
    "entities": {
        "id": _TEXT,
        "name": _TEXT,
        "type": _TEXT,
        "papers": "BIGINT",
        "year": "BIGINT",
        "introduced_by": _TEXT,
        "community": "BIGINT",
    },
    "names": {"entity": _TEXT, "name": _TEXT, "count": "BIGINT", "reason": _TEXT},
    "mentions": {
        "paper": _TEXT,
        "entity": _TEXT,
        "start": "BIGINT",
        "end": "BIGINT",
        "text": _TEXT,
        "confidence": "DOUBLE",
        "sentence_start": "BIGINT",
        "sentence_end": "BIGINT",
    },
    "links": {
        "source": _TEXT,
        "relation": _TEXT,
        "target": _TEXT,
        "source_kind": _TEXT,
        "target_kind": _TEXT,
        "confidence": "DOUBLE",
        "extraction": _TEXT,
        "weight": "DOUBLE",
        "via": _TEXT,
        "paper": _TEXT,
        "start": "BIGINT",
        "end": "BIGINT",
        "presence": "DOUBLE",
    },
    "communities": {
        "id": "BIGINT",
        "name": _TEXT,
        "papers": "BIGINT",
        "entities": "BIGINT",
        "x": "DOUBLE",
        "y": "DOUBLE",
    },
    "aliases": {"old": _TEXT, "entity": _TEXT},
}
"""The graph, as :class:`kg.model.Tables` has it, replaced as a whole, columns and all, by every build."""

NULLABLE: Final = frozenset({"date", "arxiv_id", "doi", "url", "introduced_by", "via"})
"""Text columns that may be empty: object columns with None in the DataFrames."""

ARROW: Final[dict[str, pa.DataType]] = {
    "VARCHAR": pa.string(),
    "VARCHAR[]": pa.list_(pa.string()),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
}


def arrow_schema(columns: dict[str, str]) -> pa.Schema:
    """The Arrow schema of one of the flat tables above."""
    return pa.schema([(name, ARROW[kind]) for name, kind in columns.items()])


def create(table: str, columns: dict[str, str]) -> str:
    """The SQL that makes a table where it is missing."""
    inside = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    return f'CREATE TABLE IF NOT EXISTS "{table}" ({inside})'
