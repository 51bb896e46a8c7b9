"""Putting records of papers into the store: which are the same paper, what one paper they make, what changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from functools import reduce
from itertools import islice
from typing import Any

import duckdb
import pyarrow as pa

from kg.model import Paper
from kg.store.schema import TRUTH, arrow_schema

BATCH = 5_000
"""Records at a time: bounds the memory of a build over any number of records."""

_FIELDS = tuple(field.name for field in fields(Paper))
_COLUMNS = ", ".join(f'"{name}"' for name in _FIELDS)


@dataclass(frozen=True, slots=True)
class Changes:
    """What putting records changed: numbers of papers."""

    added: int
    changed: int
    same: int
    records: int


def text_hash(paper: Paper) -> str:
    """The key of a paper's text.

    >>> text_hash(Paper(id="1", title="A", abstract="b")) == text_hash(Paper(id="2", title="A", abstract="b"))
    True
    """
    return hashlib.sha256(paper.text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _no_keys(paper: Paper) -> tuple[str, ...]:
    return (paper.id,)


def _no_merge(first: Paper, second: Paper) -> Paper:
    raise AssertionError(f"{first.id} and {second.id}: no merge was given")


class PaperTable:
    """The tables ``papers``, ``keys`` and ``records``, inside a transaction of the caller's."""

    def __init__(
        self,
        db: duckdb.DuckDBPyConnection,
        keys: Callable[[Paper], Sequence[str]] = _no_keys,
        merge: Callable[[Paper, Paper], Paper] = _no_merge,
    ) -> None:
        self._db = db
        self._keys = keys
        self._merge = merge
        self._fresh: set[int] = set()  # records of this call, by hash: they do not replace one another
        self._added: set[str] = set()
        self._changed: set[str] = set()
        self._same: set[str] = set()

    def put(self, records: Iterable[Paper]) -> Changes:
        """Add records; see :meth:`kg.store.Store.put`."""
        number = 0
        iterator = iter(records)
        while batch := list(islice(iterator, BATCH)):
            number += len(batch)
            self._put(batch)
        changed = self._changed - self._added
        same = self._same - self._added - changed
        return Changes(len(self._added), len(changed), len(same), number)

    def _put(self, batch: list[Paper]) -> None:
        new = list(dict.fromkeys(batch))
        self._fresh.update(map(hash, new))
        old = self._known(new)
        owner = {record: paper for paper, records in old.items() for record in records}
        kept = list(
            dict.fromkeys(
                [*new, *(record for group in self._groups([*new, *owner]) for record in self._stay(group, owner))]
            )
        )
        gone: set[str] = set()
        papers: list[Paper] = []
        pairs: list[tuple[str, str]] = []
        several: list[tuple[str, Paper]] = []
        for group in self._groups(kept):
            owners = {owner[record] for record in group if record in owner}
            if len(owners) == 1 and set(group) == set(old[next(iter(owners))]):
                self._same |= owners
                continue
            paper = reduce(self._merge, sorted(group, key=_order))
            (self._changed if owners or paper.id in old else self._added).add(paper.id)
            papers.append(paper)
            pairs += [(key, paper.id) for key in sorted({key for record in group for key in self._keys(record)})]
            if len(group) > 1:
                several += [(paper.id, record) for record in sorted(group, key=_order)]
            gone |= owners
        touched = {paper for paper, records in old.items() if not set(records) <= set(kept)}
        self.delete(sorted(gone | touched))
        self._insert("papers", [(*astuple(paper), text_hash(paper)) for paper in papers])
        self._insert("keys", pairs)
        self._insert("records", [(paper, *astuple(record)) for paper, record in several])

    def _stay(self, group: list[Paper], owner: dict[Paper, str]) -> Iterator[Paper]:
        """The records of a group that no newer record of the same file takes the place of."""
        new = [set(record.sources) for record in group if hash(record) in self._fresh]
        for record in group:
            if hash(record) in self._fresh or not any(set(record.sources) <= sources for sources in new):
                yield record

    def _known(self, new: list[Paper]) -> dict[str, list[Paper]]:
        """The papers in the store that share a key with new records, each with the records that it is made of."""
        keys = sorted({key for record in new for key in self._keys(record)})
        found = "SELECT DISTINCT paper FROM keys WHERE key IN (SELECT unnest(?::VARCHAR[]))"
        papers = [
            _paper(row)
            for row in self._db.execute(f"SELECT {_COLUMNS} FROM papers WHERE id IN ({found})", [keys]).fetchall()
        ]
        records: dict[str, list[Paper]] = {}
        for paper, *row in self._db.execute(
            f"SELECT paper, {_COLUMNS} FROM records WHERE paper IN ({found})", [keys]
        ).fetchall():
            records.setdefault(paper, []).append(_paper(row))
        return {paper.id: records.get(paper.id, [paper]) for paper in papers}

    def _groups(self, records: Sequence[Paper]) -> list[list[Paper]]:
        """Records that share keys, directly or through others, together."""
        parent = list(range(len(records)))

        def root(number: int) -> int:
            while parent[number] != number:
                parent[number] = parent[parent[number]]
                number = parent[number]
            return number

        first: dict[str, int] = {}
        for number, record in enumerate(records):
            for key in self._keys(record):
                parent[root(number)] = root(first.setdefault(key, number))
        groups: dict[int, list[Paper]] = {}
        for number, record in enumerate(records):
            groups.setdefault(root(number), []).append(record)
        return list(groups.values())

    def delete(self, papers: Sequence[str]) -> None:
        """Take papers out by id."""
        if papers:
            for table, column in (("papers", "id"), ("keys", "paper"), ("records", "paper")):
                self._db.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT unnest(?::VARCHAR[]))", [list(papers)])

    def _insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            columns = list(zip(*rows, strict=True))
            schema = arrow_schema(TRUTH[table])
            arrays = [pa.array(_plain(column), field.type) for column, field in zip(columns, schema, strict=True)]
            self._db.register("rows_", pa.Table.from_arrays(arrays, schema=schema))
            try:
                self._db.execute(f"INSERT INTO {table} SELECT * FROM rows_")
            finally:
                self._db.unregister("rows_")


def _plain(column: Sequence[Any]) -> list[Any]:
    return [list(value) if isinstance(value, tuple) else value for value in column]


def _paper(row: Sequence[Any]) -> Paper:
    """A paper from its row."""
    values: list[Any] = [tuple(value) if isinstance(value, list) else value for value in row]
    return Paper(*values)


def _order(paper: Paper) -> tuple[str, ...]:
    """Any order will do for :func:`merge`; this one is always the same."""
    return tuple(str(value) for value in astuple(paper))
