"""What changed between two graphs, subject by subject: how a store is brought up to date without loading all again.

Beside a store lies a list of its subjects, in the graph's own order: a Parquet file with a digest of each one's lines,
and with those lines that tend to change. A new graph is compared with the list of the old one as its lines pass; only
what differs is kept.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_LISTED = pa.schema([("subject", pa.string()), ("digest", pa.uint64()), ("moving", pa.string())])
_CHANGED = pa.schema([("subject", pa.string()), ("lines", pa.string()), ("moving", pa.string())])
_AT_ONCE = 20_000

Digests = npt.NDArray[np.uint64]


class Batch(NamedTuple):
    """Some subjects of a graph, sorted: Arrow arrays, a row each."""

    subjects: Any
    """As N-Triples writes them."""
    lines: Any
    """Their sorted N-Triples."""
    moving: Any
    """Those of the lines that other papers may change: a number, a confidence. Only a hint, which saves work."""


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


class Listed:
    """The list of a graph, written as its batches pass, and with it what an older graph did not have.

    Args:
        folder: where the files are written.
        known: the digests of the older graph, sorted; None where there is none to compare with.
        extra: blocks of lines of further subjects, a subject each; they are put where they belong.
        most: changed subjects from which they are not kept any more.
    """

    def __init__(self, folder: Path, known: Digests | None, extra: Sequence[str] = (), most: float = 0) -> None:
        self.changed = self.gone = 0
        self._folder, self._known, self._extra, self._most = folder, known, sorted(extra), most
        self._digests: list[Digests] = []
        self._list = _Writer(list_of(folder), _LISTED, compression="zstd")
        self._changes = None if known is None else _Writer(_changes_of(folder), _CHANGED, compression="lz4")

    def add(self, batch: Batch) -> None:
        """List a batch, with what of ``extra`` comes between."""
        if self._extra and len(batch.lines):
            batch = self._mixed(batch, bisect_left(self._extra, batch.lines[-1].as_py()))
        found = _digests(batch.lines)
        self._digests.append(found)
        self._list.write_batch(pa.record_batch([batch.subjects, pa.array(found), batch.moving], schema=_LISTED))
        if self._known is not None and self._changes is not None:
            rows = np.flatnonzero(missing(found, self._known))
            self.changed += len(rows)
            if self.worth_while and len(rows):
                self._changes.write_batch(pa.record_batch([a.take(pa.array(rows)) for a in batch], schema=_CHANGED))

    @property
    def worth_while(self) -> bool:
        """Whether so little has changed that the older graph is worth changing."""
        return self._known is not None and self.changed <= self._most and self.gone <= self._most

    def end(self) -> None:
        """Add what is left of ``extra``: then the files are whole."""
        empty = Batch(*(pa.array([], pa.string()) for _ in range(3)))
        self.add(self._mixed(empty, len(self._extra)))
        self._list.close()
        if self._known is not None and self._changes is not None:
            self._changes.close()
            self.gone = int(missing(self._known, np.sort(np.concatenate(self._digests))).sum())
            if not self.worth_while:
                forget(self._folder)

    def _mixed(self, batch: Batch, number: int) -> Batch:
        if not number:
            return batch
        further = batches(self._extra[:number])
        del self._extra[:number]
        both = Batch(*(pa.concat_arrays(columns) for columns in zip(batch, *further, strict=True)))
        order = pc.sort_indices(both.lines.cast(pa.binary()))
        return Batch(*(column.take(order) for column in both))


def _digests(lines: pa.Array) -> Digests:
    """A digest of each string's bytes, without a copy of them."""
    if not len(lines):
        return np.array([], dtype=np.uint64)
    offsets = np.frombuffer(lines.buffers()[1], dtype=np.int32)[lines.offset : lines.offset + len(lines) + 1].tolist()
    text, sha256 = memoryview(lines.buffers()[2] or b""), hashlib.sha256
    found = (sha256(text[start:end]).digest()[:8] for start, end in pairwise(offsets))
    return np.frombuffer(b"".join(found), dtype=np.uint64)


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


def known_digests(file: Path) -> Digests | None:
    """The digests of a listed graph, sorted; None where there is no such list."""
    if not file.exists():
        return None
    column: Any = pq.read_table(file, columns=["digest"])["digest"]
    return np.sort(column.to_numpy())


def missing(digests: Digests, known: Digests) -> npt.NDArray[np.bool_]:
    """Which digests are not among the known ones, which are sorted."""
    if not len(known):
        return np.ones(len(digests), dtype=bool)
    at = np.minimum(np.searchsorted(known, digests), len(known) - 1)
    return np.not_equal(known[at], digests)


class Change(NamedTuple):
    """A subject that differs between two graphs."""

    subject: str
    lines: list[str]
    """What the new graph says of it: none where it is gone."""
    gone: list[str] | None
    """Lines of the old graph that are gone; None where the old graph has to be asked."""
    added: list[str] | None
    """Lines that are new; None likewise."""


def differences(old: Path, new: Path) -> Iterator[Change]:
    """All subjects that differ between two graphs, given the folders of their lists."""
    now = known_digests(list_of(new))
    assert now is not None
    before = _gone(list_of(old), now)
    known = next(before, None)
    for subject, text, moving in _rows(_changes_of(new), _CHANGED):
        while known is not None and known[0] < subject:
            yield Change(known[0], [], None, None)
            known = next(before, None)
        lines = text.splitlines(keepends=True)
        if known is None or known[0] != subject:
            yield Change(subject, lines, [], lines)
            continue
        yield _change(subject, lines, moving, known[1], known[2])
        known = next(before, None)
    while known is not None:
        yield Change(known[0], [], None, None)
        known = next(before, None)


def _change(subject: str, lines: list[str], moving: str, digest: int, moved: str) -> Change:
    """What changed in a subject that both graphs have, where that is told by its moving lines.

    They are all that changed if the old ones in place of the new ones give the old digest.
    """
    now, then = set(moving.splitlines(keepends=True)), set(moved.splitlines(keepends=True))
    as_it_was = "".join(sorted([*(line for line in lines if line not in now), *then]))
    if int.from_bytes(hashlib.sha256(as_it_was.encode()).digest()[:8], "little") == digest:
        return Change(subject, lines, sorted(then - now), sorted(now - then))
    return Change(subject, lines, None, None)


def _gone(file: Path, now: Digests) -> Iterator[tuple[str, int, str]]:
    """The rows of a listed graph whose digests are not among those of another (sorted)."""
    with pq.ParquetFile(file) as listed:
        for batch in listed.iter_batches(_AT_ONCE):
            which = missing(batch["digest"].to_numpy(), now)
            if which.any():
                rows = batch.filter(pa.array(which))
                yield from zip(*(rows[name].to_pylist() for name in _LISTED.names), strict=True)


def _rows(file: Path, schema: pa.Schema) -> Iterator[tuple[str, str, str]]:
    with pq.ParquetFile(file) as rows:
        for batch in rows.iter_batches(_AT_ONCE):
            yield from zip(*(batch[name].to_pylist() for name in schema.names), strict=True)
