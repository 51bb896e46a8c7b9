"""What changed between two graphs, subject by subject: how a store is brought up to date without loading all again.

Beside a store lies a list of its subjects, in the graph's own order: a Parquet file with those lines of each that tend
to change, and a digest of its others. As the lines of a new graph pass, the list of the old one is read along, and what
differs is kept.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_LISTED = pa.schema([("subject", pa.string()), ("digest", pa.uint64()), ("moving", pa.string())])
_CHANGED = pa.schema([("subject", pa.string()), ("before", pa.string()), ("after", pa.string())])
_AT_ONCE = 5_000


class Batch(NamedTuple):
    """Some subjects of a graph, sorted: Arrow arrays, a row each."""

    subjects: Any
    """As N-Triples writes them."""
    lines: Any
    """Their sorted N-Triples, but for those that move."""
    moving: Any
    """Those that other papers may change: a number, a confidence. Which ones these are only decides how much work a
    change is."""


def batches(blocks: Iterable[str]) -> Iterator[Batch]:
    """Batches of blocks of lines, a subject each."""
    iterator = iter(blocks)
    while some := list(islice(iterator, _AT_ONCE)):
        subjects = pa.array([block[: block.index(" ")] for block in some], pa.string())
        yield Batch(subjects, pa.array(some, pa.string()), pa.repeat("", len(some)))


class _Writer(pq.ParquetWriter):  # type: ignore[misc]
    """One that goes without a word where it cannot be closed any more: a full disk is told by what came upon it."""

    def __del__(self) -> None:
        with suppress(OSError):
            super().__del__()


class _Older:
    """The list of an older graph, read along with a new one."""

    def __init__(self, file: Path) -> None:
        listed = pq.ParquetFile(file)
        self.count: int = listed.metadata.num_rows
        self._batches = listed.iter_batches(_AT_ONCE)
        self._rows = next(self._batches, None)

    def until(self, subject: str | None) -> pa.Table:
        """Its next rows, to this subject and with it; all that are left where it is None."""
        found = []
        while self._rows is not None:
            subjects = self._rows["subject"]
            end = len(subjects)
            if subject is not None:
                end = bisect_right(range(end), subject, key=lambda row: subjects[row].as_py())
            found.append(self._rows.slice(0, end))
            self._rows = self._rows.slice(end)
            if len(self._rows):
                break
            self._rows = next(self._batches, None)
        return pa.Table.from_batches(found, _LISTED).combine_chunks()


class Listed:
    """The list of a graph, written as its batches pass, and with it how it differs from an older graph.

    Args:
        folder: where the files are written.
        older: the list of the older graph; None where there is none to compare with.
        extra: blocks of lines of further subjects, a subject each; they are put where they belong.
        most: part of the older graph's subjects; if more have changed, these are not kept any more.
    """

    def __init__(self, folder: Path, older: Path | None, extra: Sequence[str] = (), most: float = 0) -> None:
        self._folder, self._extra = folder, sorted(extra)
        self._list = _Writer(list_of(folder), _LISTED, compression="zstd", use_dictionary=False)
        self._older = None if older is None else _Older(older)
        self._changes = None if older is None else _Writer(_changes_of(folder), _CHANGED, compression="lz4")
        self._number, self._most = 0, most * self._older.count if self._older else 0.0

    def add(self, batch: Batch) -> None:
        """List a batch, with what of ``extra`` comes between."""
        if self._extra and len(batch.subjects):
            batch = self._mixed(batch, bisect_left(self._extra, batch.subjects[-1].as_py()))
        self._add(batch)

    def _add(self, batch: Batch) -> None:
        if not len(batch.subjects):
            return
        digests = _digests(batch.lines)
        self._list.write_batch(pa.record_batch([batch.subjects, digests, batch.moving], schema=_LISTED))
        if self._older and self.worth_while:
            older = self._older.until(batch.subjects[-1].as_py())
            self._keep(_gone(older, batch.subjects))
            self._keep(_changed(older, batch, digests))

    def _keep(self, changed: pa.Table) -> None:
        self._number += len(changed)
        if self._changes and self.worth_while and len(changed):
            self._changes.write_table(changed)

    @property
    def worth_while(self) -> bool:
        """Whether there is an older graph, and so little has changed that it is worth changing."""
        return self._older is not None and self._number <= self._most

    def end(self) -> None:
        """Add what is left of ``extra``: then the files are whole."""
        empty = Batch(*(pa.array([], pa.string()) for _ in range(3)))
        self._add(self._mixed(empty, len(self._extra)))
        self._list.close()
        if self._older and self._changes:
            if self.worth_while:
                self._keep(_gone(self._older.until(None), empty.subjects))
            self._changes.close()
            if not self.worth_while:
                forget(self._folder)

    def _mixed(self, batch: Batch, number: int) -> Batch:
        if not number:
            return batch
        further = batches(self._extra[:number])
        del self._extra[:number]
        both = Batch(*(pa.concat_arrays(columns) for columns in zip(batch, *further, strict=True)))
        order = pc.sort_indices(both.subjects.cast(pa.binary()))
        return Batch(*(column.take(order) for column in both))


def _gone(older: pa.Table, subjects: pa.Array) -> pa.Table:
    """The subjects of the older graph that are none of these."""
    gone = older.filter(pc.invert(pc.is_in(older["subject"], subjects)))["subject"]
    return pa.table([gone, pa.nulls(len(gone), pa.string()), pa.repeat("", len(gone))], schema=_CHANGED)


def _changed(older: pa.Table, batch: Batch, digests: pa.Array) -> pa.Table:
    """The subjects that are new, or of which the older graph says something else."""
    at = pc.index_in(batch.subjects, older["subject"])
    alike = pc.equal(older["digest"].take(at), digests)  # null where a subject is new
    same = pc.and_(alike, pc.equal(older["moving"].take(at), batch.moving))
    rows = pa.array(np.flatnonzero(~pc.fill_null(same, False).to_numpy()))
    subjects, lines, moving = (column.take(rows) for column in batch)
    at, alike = at.take(rows), alike.take(rows)
    before = pc.if_else(alike, older["moving"].take(at), pa.scalar(None, pa.string()))
    after = pc.if_else(pc.fill_null(alike, False), moving, pc.binary_join_element_wise(lines, moving, ""))
    return pa.table([subjects, pc.if_else(at.is_valid(), before, ""), after], schema=_CHANGED)


def _digests(lines: pa.Array) -> pa.Array:
    """A digest of each string's bytes, without a copy of them."""
    offsets = np.frombuffer(lines.buffers()[1], dtype=np.int32)[lines.offset : lines.offset + len(lines) + 1].tolist()
    text, sha256 = memoryview(lines.buffers()[2] or b""), hashlib.sha256
    found = [sha256(text[start:end]).digest()[:8] for start, end in pairwise(offsets)]
    return pa.array(np.frombuffer(b"".join(found), dtype=np.uint64))


def list_of(made: Path) -> Path:
    """Where the list of a store's subjects is."""
    return made / "subjects.parquet"


def _changes_of(made: Path) -> Path:
    return made / "changed.parquet"


def are_few(made: Path) -> bool:
    """Whether a listed graph is so near the older one that changing its store is worth while."""
    return _changes_of(made).exists()


def forget(made: Path) -> None:
    """Remove what only the change of a store needs."""
    _changes_of(made).unlink(missing_ok=True)


class Change(NamedTuple):
    """How a subject differs between two graphs: lines that both have may stand in both."""

    subject: str
    before: str | None
    """Lines of the old graph; None where the old graph has to be asked for all that it has of the subject."""
    after: str
    """Lines of the new graph."""


def differences(made: Path) -> Iterator[Change]:
    """All subjects in which a listed graph differs from the older one."""
    with pq.ParquetFile(_changes_of(made)) as changed:
        for batch in changed.iter_batches(_AT_ONCE):
            yield from map(Change, *(batch[name].to_pylist() for name in _CHANGED.names))
