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

from kg.model import KgError, Paper
from kg.store.schema import TRUTH, arrow_schema

BATCH = 5_000
"""Records at a time: bounds the memory of a build over any number of records."""

_FIELDS = tuple(field.name for field in fields(Paper))
_COLUMNS = ", ".join(f'"{name}"' for name in _FIELDS)


@dataclass(frozen=True, slots=True)
class Changes:
    """What putting records changed: numbers of papers."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    same: int = 0
    records: int = 0
    """Records that were put, several of one paper counted each."""
    contested: tuple[str, ...] = ()
    """Ids that several papers of the store claim: each is known by its arXiv id, DOI or title instead."""


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
        contested = self._name()
        changed = self._changed - self._added
        same = self._same - self._added - changed
        return Changes(
            added=len(self._added), changed=len(changed), same=len(same), records=number, contested=contested
        )

    def _put(self, batch: list[Paper]) -> None:
        new = list(dict.fromkeys(batch))
        self._fresh.update(map(hash, new))
        old = self._known(new)
        place = {record: paper for paper, records in old.items() for record in records}
        kept = [record for group in self._groups([*dict.fromkeys([*new, *place])]) for record in self._stay(group)]
        gone = {paper for paper, records in old.items() if not set(records) <= set(kept)}
        papers, pairs, several = [], [], []
        for group in self._groups(kept):
            places = {place[record] for record in group if record in place}
            if len(places) == 1 and places.isdisjoint(gone) and set(group) == set(old[min(places)]):
                self._same |= places
                continue
            gone |= places
            group.sort(key=_order)
            paper = reduce(self._merge, group)
            keys = sorted({key for record in group for key in self._keys(record)})
            (self._changed if not old.keys().isdisjoint(places | {keys[0]}) else self._added).add(keys[0])
            other = paper.arxiv_id or paper.doi or min(key for key in self._keys(paper) if key.startswith("title:"))
            papers.append((keys[0], paper.id, other, text_hash(paper), *astuple(paper)))
            pairs += [(keys[0], key) for key in keys]
            several += [(keys[0], *astuple(record)) for record in group if len(group) > 1]
        self._delete(sorted(gone))
        self._insert("papers", papers)
        self._insert("keys", pairs)
        self._insert("records", several)

    def _stay(self, group: list[Paper]) -> Iterator[Paper]:
        """The records of a group that no newer record of the same file takes the place of."""
        new = [set(record.sources) for record in group if hash(record) in self._fresh]
        for record in group:
            if hash(record) in self._fresh or not any(set(record.sources) <= sources for sources in new):
                yield record

    def _known(self, new: list[Paper]) -> dict[str, list[Paper]]:
        """The papers in the store that share a key with new records, each with the records that it is made of."""
        keys = sorted({key for record in new for key in self._keys(record)})
        found = "SELECT place FROM keys WHERE key IN (SELECT unnest(?::VARCHAR[]))"
        known: dict[str, list[Paper]] = {}
        for table, columns in (("records", _COLUMNS), ("papers", _COLUMNS.replace('"id"', "claim"))):
            rows = self._db.execute(f"SELECT place, {columns} FROM {table} WHERE place IN ({found})", [keys]).fetchall()
            merged = set(known)
            for place, *row in rows:
                if place not in merged:  # what stands in `papers` is made of the `records`, where there are some
                    known.setdefault(place, []).append(_paper(row))
        return known

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

    def remove(self, ids: Sequence[str]) -> list[str]:
        """Take papers out by id, arXiv id or DOI; returns their ids, sorted."""
        rows = self._db.execute(
            """SELECT wanted, id, place FROM (SELECT unnest(?::VARCHAR[]) AS wanted)
            LEFT JOIN papers ON wanted IN (id, arxiv_id, doi) ORDER BY id""",
            [list(ids)],
        ).fetchall()
        if unknown := [wanted for wanted, id, _ in rows if id is None]:
            raise KgError(f"{min(unknown)}: no paper has this id; kg show finds a paper's id by its title")
        self._delete([place for _, _, place in rows])
        self._name()
        return sorted({id for _, id, _ in rows})

    def _name(self) -> tuple[str, ...]:
        """Give each paper the id it claims, unless two claim the same (two tables that both count from 1).

        Returns the ids of which that is so.
        """
        self._db.execute(
            """WITH claims AS (SELECT place AS p, count(*) OVER (PARTITION BY claim) > 1 AS rival FROM papers)
            UPDATE papers SET id = CASE WHEN rival THEN other ELSE claim END
            FROM claims WHERE place = p AND id != CASE WHEN rival THEN other ELSE claim END"""
        )
        contested = self._db.execute("SELECT claim FROM papers GROUP BY claim HAVING count(*) > 1 ORDER BY claim")
        return tuple(claim for (claim,) in contested.fetchall())

    def _delete(self, places: Sequence[str]) -> None:
        if places:
            for table in ("papers", "keys", "records"):
                self._db.execute(f"DELETE FROM {table} WHERE place IN (SELECT unnest(?::VARCHAR[]))", [list(places)])

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
