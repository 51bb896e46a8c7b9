"""The Oxigraph store of a graph: in memory, or on disk beside the DuckDB file.

On disk it is a folder with one store a graph, named by the graph's hash, and a file ``current`` that says which one
counts. A build makes a new store beside the old one and then renames ``current``; readers that are open go on with
theirs. Stores are never written once they are whole, and are opened read-only.

A new store is the old one brought up to date where most of the graph is the same: RocksDB, in which Oxigraph keeps
it, never changes a data file once it is written, so that two stores can share these files by hard links.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import cast

import pyoxigraph as ox

from kg.model import KgError
from kg.query import changes, making
from kg.vocabulary import BASE

Blocks = Iterable[str]
"""A graph as sorted N-Triples, the lines of one subject at a time, such as ``kg.export.rdf.lines(tables)``."""
Progress = Callable[[int], None]
"""Called with the number of triples that are done."""

_LAYOUT = "3"
"""Goes into the name of a store: raise it where older stores can no longer be read."""
_MOST_CHANGED = 0.5
"""Part of the subjects beyond which loading everything is quicker than bringing a store up to date."""


def folder_of(db: str | os.PathLike[str]) -> Path:
    """Where the store of a DuckDB file is: beside it.

    >>> print(folder_of("data/kg.duckdb"), folder_of("data/papers.v2"))
    data/kg.oxigraph data/papers.v2.oxigraph
    """
    path = Path(db)
    return path.with_name((path.stem if path.suffix == ".duckdb" else path.name) + ".oxigraph")


def base_of(store: ox.Store) -> str:
    """The base of the graph's own IRIs, as its description says it."""
    for quad in store.quads_for_pattern(None, ox.NamedNode("http://rdfs.org/ns/void#uriSpace"), None):
        return cast(ox.Literal, quad.object).value
    return BASE


def in_memory(blocks: Blocks) -> ox.Store:
    """A store in memory."""
    store = ox.Store()
    making.load_into(store, blocks)
    return store


def save(
    graph: Callable[[], Blocks],
    folder: Path,
    sha256: str,
    *,
    extra: Sequence[str] = (),
    progress: Progress | None = None,
    as_of: int | None = None,
) -> bool:
    """Make ``folder`` hold this graph; tells whether there was anything to do.

    Args:
        graph: gives the graph's lines, as often as it is asked to; not asked where the store is already that of
            ``sha256``.
        folder: such as ``kg.oxigraph`` beside ``kg.duckdb``.
        sha256: the hash of the graph (``kg.export.rdf.graph_hash``).
        extra: lines of further subjects, a subject each.
        progress: called as work goes on.
        as_of: when the DuckDB file of this graph last changed, in nanoseconds (see :func:`is_older`).
    """
    tell = progress or (lambda done: None)
    successor = Successor(folder, extra)
    if not _is_there(folder, sha256):
        for batch in changes.batches(_told(graph(), tell)):
            successor.add(batch)
        successor.end()
    return successor.take_over(
        sha256, lambda made: making.load_blocks(made, chain(_told(graph(), tell), extra)), as_of=as_of
    )


class Successor:
    """The store that takes the place of the one that counts.

    It is told the graph batch by batch, by a copy of this process if need be that writes the graph to a file. When it
    takes over, a copy of the old store is brought up to date, or, where there is none or little of it is left,
    everything is loaded.

    Args:
        folder: such as ``kg.oxigraph`` beside ``kg.duckdb``.
        extra: lines of subjects that are none of the batches', a subject each.
        apart: change and load stores in a process of its own, whose memory is free again when it ends. Copies of a
            process that ever opened a store cannot open any: RocksDB's threads are not copied.
    """

    def __init__(self, folder: Path, extra: Sequence[str] = (), *, apart: bool = False) -> None:
        self._folder, self._extra, self._apart = folder, extra, apart
        self._work = folder / ".next"  # of one build: builds of one graph do not run side by side
        self._previous = _current(folder)
        self._listed: changes.Listed | None = None

    @property
    def may_follow(self) -> bool:
        """Whether there is an old store to begin with."""
        return (
            self._previous is not None and self._previous.endswith(f"-{_LAYOUT}") and making.data_of(self._old).is_dir()
        )

    @property
    def _old(self) -> Path:
        return self._folder / (self._previous or "none")

    def add(self, batch: changes.Batch) -> None:
        """Some subjects, in the order of the graph."""
        self._list().add(batch)

    def end(self) -> None:
        """To be called behind the last batch, in the same process."""
        self._list().end()

    def _list(self) -> changes.Listed:
        if self._listed is None:
            shutil.rmtree(self._work, ignore_errors=True)  # what a killed build left
            self._work.mkdir(parents=True)
            older = changes.list_of(self._old) if self.may_follow else None
            older = older if older and older.exists() else None
            self._listed = changes.Listed(self._work, older, self._extra, _MOST_CHANGED)
        return self._listed

    def load_files(self, made: Path, turtle: Path) -> None:
        """Load a store from a file of the graph, and what is extra: a ``load`` for :meth:`take_over`."""
        extra = made / "extra.nt"
        extra.write_text("".join(self._extra), encoding="utf-8", newline="\n")
        (making.load_files_apart if self._apart else making.load_files)(made, turtle, extra)
        extra.unlink()

    def take_over(self, sha256: str, load: Callable[[Path], None], *, as_of: int | None = None) -> bool:
        """Make it the store that counts; tells whether it was not.

        ``load`` makes a store of the whole graph in a folder, with the functions of :mod:`kg.query.making`: it is asked
        to where no old store was brought up to date. ``as_of``: see :func:`save`.
        """
        name = _name(sha256)
        made = not _is_there(self._folder, sha256)
        try:
            if made:
                if changes.are_few(self._work):
                    (making.change_apart if self._apart else making.change)(self._work, self._old)
                else:
                    load(self._work)
                changes.forget(self._work)
                os.rename(self._work, self._folder / name)
        finally:
            shutil.rmtree(self._work, ignore_errors=True)
        mark = self._folder / f".current.{os.getpid()}"
        mark.write_text(name + "\n", encoding="ascii")
        if as_of is not None:
            os.utime(mark, ns=(as_of, as_of))
        os.replace(mark, self._folder / "current")
        for other in self._folder.iterdir():  # the previous one stays for readers that have it open
            if other.is_dir() and other.name not in (name, self._previous):
                shutil.rmtree(other, ignore_errors=True)
        return made


def is_older(folder: Path, db: Path, sha256: Callable[[], str | None] = lambda: None) -> bool:
    """Whether a store is missing, or is not of the graph that its DuckDB file holds.

    It is where ``current`` has the date of the DuckDB file, as a build leaves it. Where not, ``sha256`` is asked for
    the hash by which the DuckDB file knows its graph; where it knows none, the later of the two dates tells.
    """
    name = _current(folder)
    if name is None or not making.data_of(folder / name).is_dir():
        return True
    if not db.exists():
        return False
    marked, changed = (folder / "current").stat().st_mtime_ns, db.stat().st_mtime_ns
    if marked == changed:
        return False
    known = sha256()
    return changed > marked if known is None else name != _name(known)


def current(folder: Path) -> Path:
    """The path of the store that counts now.

    Raises:
        KgError: there is none.
    """
    name = _current(folder)
    if name is None or not making.data_of(folder / name).is_dir():
        raise KgError(f"{folder}: no graph to query here; run kg build first")
    return making.data_of(folder / name)


def open_read_only(folder: Path) -> ox.Store:
    """Open the store that counts now, for reading only: any number of processes may.

    Raises:
        KgError: there is none, or it cannot be read.
    """
    path = current(folder)
    try:
        return ox.Store.read_only(str(path))
    except OSError as error:
        raise KgError(f"{path}: the store cannot be read ({error}); delete {folder} and run kg build") from error


def _current(folder: Path) -> str | None:
    try:
        return (folder / "current").read_text(encoding="ascii").strip() or None
    except (FileNotFoundError, NotADirectoryError):
        return None


def _name(sha256: str) -> str:
    return f"{sha256[:32]}-{_LAYOUT}"


def _is_there(folder: Path, sha256: str) -> bool:
    return (folder / _name(sha256)).is_dir()  # a folder of that name is whole: it got its name when it was


def _told(blocks: Blocks, tell: Progress) -> Iterator[str]:
    done = 0
    for number, block in enumerate(blocks, 1):
        yield block
        done += block.count("\n")
        if number % 10_000 == 0:
            tell(done)
    tell(done)
