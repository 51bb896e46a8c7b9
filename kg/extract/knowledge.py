"""What is known of phrases before the text is read: judged terms, public lists, the annotated papers, the corpus.

Every table maps the hash of a phrase (see :mod:`.words`) to a row of small numbers. A phrase itself is not stored.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

TABLES = {
    "terms": (7, 1.0),
    "exact_terms": (7, 1.0),
    "lists": (9, 100.0),
    "corpus": (18, 12.0),
    "gold": (8, 1.0),
    "exact_gold": (8, 1.0),
    "roles": (8, 31.0),
}
"""Columns of each table and the unit of its stored numbers.

``terms``, ``exact_terms``: which type a reader judged the term to be, or (last) none; folded, and as it is written.
``lists``: methods' short and long names, data sets, benchmarks, tasks, metrics, models, benchmarks' short and long
names.
``corpus``: how often and beside what the phrase stands in 74,627 abstracts, standardised; see ``kg.train.statistics``.
``gold``, ``exact_gold``: in how many annotated papers it is each type, part of a mention, and not annotated.
``roles``: how much likelier than usual each role is where a corpus names it, and how often it does; see
``kg.train.shares``.
"""
_SIGNED = ("corpus", "roles")
_LOW = 4.0
"""The least value of a signed table is ``-_LOW``."""


@dataclass
class Table:
    """Sorted keys and their rows."""

    keys: np.ndarray
    rows: np.ndarray

    @classmethod
    def of(cls, entries: dict[int, np.ndarray], columns: int) -> Table:
        """From a dictionary."""
        keys = np.array(sorted(entries), np.uint64)
        rows = [entries[int(k)] for k in keys]
        return cls(keys, np.array(rows, np.float32).reshape(-1, columns))

    def get(self, key: np.uint64) -> np.ndarray | None:
        """The row of one key."""
        at = int(self.keys.searchsorted(key))
        return self.rows[at] if at < len(self.keys) and self.keys[at] == key else None


_FIRST_BITS = 20
_OTHER_BITS = np.uint64(64 - _FIRST_BITS)


class Index:
    """Where each key of several tables has its row: one search instead of one for each table.

    Keys are hashes, spread evenly: from the place of the first key with the same first bits it is a step or two.
    """

    def __init__(self, tables: list[Table]) -> None:
        keys = np.unique(np.concatenate([t.keys for t in tables]))
        self.rows = np.full((len(keys) + 1, len(tables)), -1, np.int32)  # the last one is of no key
        for i, table in enumerate(tables):
            self.rows[np.searchsorted(keys, table.keys), i] = np.arange(len(table.keys))
        self._first = np.searchsorted(keys, np.arange(2**_FIRST_BITS, dtype=np.uint64) << _OTHER_BITS).astype(np.int32)
        self.keys = np.append(keys, np.uint64(2**64 - 1))

    def find(self, keys: np.ndarray) -> np.ndarray:
        """For each key (a row) and table (a column) the number of the row there, or -1."""
        at = self._first[keys >> _OTHER_BITS]
        behind = np.flatnonzero(self.keys[at] < keys)
        while len(behind):
            at[behind] += 1
            behind = behind[self.keys[at[behind]] < keys[behind]]
        return self.rows[np.where(self.keys[at] == keys, at, -1)]


FOLDED = ("terms", "lists", "corpus", "gold")
EXACT = ("exact_terms", "lists", "exact_gold")
"""Tables with hashes of folded phrases, and of phrases as they are written."""


@dataclass
class Knowledge:
    """The tables by name (:data:`TABLES`)."""

    tables: dict[str, Table] = field(default_factory=dict)

    @cached_property
    def folded(self) -> Index:
        """Of the tables :data:`FOLDED`."""
        return Index([self[name] for name in FOLDED])

    @cached_property
    def exact(self) -> Index:
        """Of the tables :data:`EXACT`."""
        return Index([self[name] for name in EXACT])

    def __getitem__(self, name: str) -> Table:
        if name not in self.tables:
            self.tables[name] = Table(np.zeros(0, np.uint64), np.zeros((0, TABLES[name][0]), np.float32))
        return self.tables[name]

    def to_disk(self, path: Path) -> None:
        """One compressed NumPy file of small integers."""
        arrays: dict[str, np.ndarray] = {}
        for name, (_, unit) in TABLES.items():
            rows = self[name].rows
            if name in _SIGNED:
                rows = np.clip(rows, -_LOW, 255 / unit - _LOW) + _LOW
            elif name.endswith("gold"):
                rows = np.exp2(rows) - 1
            whole = np.round(rows * unit)
            arrays[f"{name}.keys"] = self[name].keys
            arrays[f"{name}.rows"] = whole.astype(np.uint16 if whole.max(initial=0) > 255 else np.uint8)
        np.savez_compressed(path, **arrays)  # type: ignore[arg-type]

    @classmethod
    def from_disk(cls, path: Path) -> Knowledge:
        """Read what :meth:`to_disk` wrote."""
        with np.load(path) as arrays:
            tables = {}
            for name, (_, unit) in TABLES.items():
                if f"{name}.rows" not in arrays:
                    continue
                rows = arrays[f"{name}.rows"].astype(np.float32) / np.float32(unit)
                if name in _SIGNED:
                    rows -= np.float32(_LOW)
                elif name.endswith("gold"):
                    rows = np.log2(1 + rows)
                tables[name] = Table(arrays[f"{name}.keys"], rows)
        return cls(tables)
