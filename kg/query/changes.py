"""What changed between two graphs, subject by subject: how a store is brought up to date without loading all again.

Beside a store lies a list of its subjects, each with a digest of its lines, in the graph's own order: a Parquet file.
A new graph is compared with the list of the old one as its lines pass; only what differs is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

_SCHEMA = pa.schema([("subject", pa.string()), ("digest", pa.uint64())])
_AT_ONCE = 20_000


class Listed:
    """Blocks of lines, a subject each, that are listed in a file as they pass; see :meth:`batches`."""

    def __init__(self, blocks: Iterable[str], file: Path) -> None:
        self.blocks, self.file = iter(blocks), file
        self.digests: npt.NDArray[np.uint64] = np.array([], dtype=np.uint64)

    def batches(self) -> Iterator[tuple[list[str], npt.NDArray[np.uint64]]]:
        """Some blocks at a time, with their digests. At the end :attr:`digests` has them all, and the file is whole."""
        every = []
        with pq.ParquetWriter(self.file, _SCHEMA, compression="zstd") as writer:
            while some := list(islice(self.blocks, _AT_ONCE)):
                subjects = [block[: block.index(" ")] for block in some]
                found = b"".join(hashlib.sha256(block.encode()).digest()[:8] for block in some)
                digests = np.frombuffer(found, dtype=np.uint64)
                writer.write_batch(pa.record_batch([pa.array(subjects), pa.array(digests)], schema=_SCHEMA))
                every.append(digests)
                yield some, digests
        if every:
            self.digests = np.concatenate(every)


def known_digests(file: Path) -> npt.NDArray[np.uint64]:
    """The digests of a listed graph, sorted."""
    column: Any = pq.read_table(file, columns=["digest"])["digest"]
    return np.sort(column.to_numpy())


def missing(digests: npt.NDArray[np.uint64], known: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    """Which digests are not among the known ones, which are sorted."""
    if not len(known):
        return np.ones(len(digests), dtype=bool)
    at = np.minimum(np.searchsorted(known, digests), len(known) - 1)
    return np.not_equal(known[at], digests)


def gone(file: Path, now: npt.NDArray[np.uint64]) -> Iterator[list[str]]:
    """The subjects of a listed graph whose lines are not among the graph of these digests (sorted), some at a time."""
    with pq.ParquetFile(file) as listed:
        for batch in listed.iter_batches(_AT_ONCE):
            which = missing(batch["digest"].to_numpy(), now)
            if which.any():
                yield batch["subject"].filter(pa.array(which)).to_pylist()


def merged(gone: Iterable[str], lines: Iterable[str]) -> Iterator[tuple[str, set[str]]]:
    """Each subject that is gone or has new lines, and its new lines; both come sorted by subject.

    >>> [(s, sorted(new)) for s, new in merged(["<a:1>", "<a:2>"], ["<a:2> <a:p> <a:q> .", "<a:3> <a:p> <a:q> ."])]
    [('<a:1>', []), ('<a:2>', ['<a:2> <a:p> <a:q> .']), ('<a:3>', ['<a:3> <a:p> <a:q> .'])]
    """
    new = groupby(lines, key=lambda line: line[: line.index(" ")])
    old = iter(gone)
    ahead, before = next(new, None), next(old, None)
    while ahead is not None or before is not None:
        if ahead is None or (before is not None and before < ahead[0]):
            assert before is not None
            yield before, set()
            before = next(old, None)
        else:
            subject, own = ahead
            yield subject, set(own)
            if subject == before:
                before = next(old, None)
            ahead = next(new, None)
