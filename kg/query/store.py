"""The Oxigraph store of a graph: in memory, or on disk beside the DuckDB file.

On disk it is a folder with one store a graph, named by the graph's hash, and a file ``current`` that says which one
counts. A build makes a new store beside the old one and then renames ``current``; readers that are open go on with
theirs. Stores are never written once they are whole, and are opened read-only.

A new store is the old one brought up to date where most of the graph is the same: RocksDB, in which Oxigraph keeps
it, never changes a data file once it is written, so that two stores can share these files by hard links.
"""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import cast

import numpy as np
import pyoxigraph as ox

from kg.model import KgError
from kg.query import changes
from kg.vocabulary import BASE

Blocks = Iterable[str]
"""A graph as sorted N-Triples, the lines of one subject at a time, such as ``kg.export.rdf.lines(tables)``."""
Progress = Callable[[int], None]
"""Called with the number of triples that are done."""

_LAYOUT = "2"
"""Goes into the name of a store: raise it where older stores can no longer be read."""
_MOST_CHANGED = 0.5
"""Part of the subjects beyond which loading everything is quicker than bringing a store up to date."""


def folder_of(db: str | os.PathLike[str]) -> Path:
    """Where the store of a DuckDB file is: beside it.

    >>> print(folder_of("data/kg.duckdb"))
    data/kg.oxigraph
    """
    return Path(db).with_suffix(".oxigraph")


def base_of(store: ox.Store) -> str:
    """The base of the graph's own IRIs, as its description says it."""
    for quad in store.quads_for_pattern(None, ox.NamedNode("http://rdfs.org/ns/void#uriSpace"), None):
        return cast(ox.Literal, quad.object).value
    return BASE


def in_memory(blocks: Blocks) -> ox.Store:
    """A store in memory."""
    store = ox.Store()
    _load(store, blocks)
    return store


def save(graph: Callable[[], Blocks], folder: Path, sha256: str, *, progress: Progress | None = None) -> bool:
    """Make ``folder`` hold this graph; tells whether there was anything to do.

    Args:
        graph: gives the graph's lines, as often as it is asked to; not asked where the store is already that of
            ``sha256``.
        folder: such as ``kg.oxigraph`` beside ``kg.duckdb``.
        sha256: the hash of the graph (``kg.export.rdf.graph_hash``).
        progress: called as work goes on.
    """
    tell = progress or (lambda done: None)
    name = f"{sha256[:32]}-{_LAYOUT}"
    previous = _current(folder)
    made = not (folder / name).is_dir()  # a folder of that name is whole: it got its name when it was
    if made:
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob(".*-*"):  # by a build that was killed; builds of one graph do not run side by side
            shutil.rmtree(left, ignore_errors=True)
        work = folder / f".{name}"
        work.mkdir()
        try:
            whole = previous is not None and _update(graph(), folder / previous, work, tell)
            if not whole:
                shutil.rmtree(work)
                work.mkdir()
                _fill(graph(), work, tell)
            os.rename(work, folder / name)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    mark = folder / f".current.{os.getpid()}"
    mark.write_text(name + "\n", encoding="ascii")
    os.replace(mark, folder / "current")
    for other in folder.iterdir():  # the previous one stays for readers that have it open
        if other.is_dir() and other.name not in (name, previous):
            shutil.rmtree(other, ignore_errors=True)
    return made


def is_older(folder: Path, db: Path) -> bool:
    """Whether a store is missing, or was last brought up to date before its DuckDB file changed."""
    name = _current(folder)
    if name is None or not _data(folder / name).is_dir():
        return True
    return db.exists() and db.stat().st_mtime_ns > (folder / "current").stat().st_mtime_ns


def current(folder: Path) -> Path:
    """The path of the store that counts now.

    Raises:
        KgError: there is none.
    """
    name = _current(folder)
    if name is None or not _data(folder / name).is_dir():
        raise KgError(f"{folder}: no graph to query here; run kg build first")
    return _data(folder / name)


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


# -- making one -------------------------------------------------------------------------------------------------------


def _data(made: Path) -> Path:
    return made / "store"


def _list(made: Path) -> Path:
    return made / "subjects.parquet"


def _fill(blocks: Blocks, made: Path, tell: Progress) -> None:
    """A new store with its list of subjects."""
    listed = changes.Listed(blocks, _list(made))

    def passing() -> Iterator[str]:
        done = 0
        for some, _ in listed.batches():
            yield from some
            done += sum(block.count("\n") for block in some)
            tell(done)

    store = ox.Store(str(_data(made)))
    _load(store, passing())
    store.optimize()
    store.flush()


def _update(blocks: Blocks, old: Path, made: Path, tell: Progress) -> bool:
    """A new store that shares what it can with an old one; False where that is not worth while."""
    if not _list(old).exists() or not _data(old).is_dir():
        return False
    known = changes.known_digests(_list(old))
    listed, new, done, changed = changes.Listed(blocks, _list(made)), made / "new.nt", 0, 0
    with open(new, "wb") as file:
        for some, digests in listed.batches():
            for number in np.flatnonzero(changes.missing(digests, known)):
                changed += 1
                file.write(some[number].encode())
            done += sum(block.count("\n") for block in some)
            tell(done)
            if changed > _MOST_CHANGED * len(known):
                return False
    now = np.sort(listed.digests)
    if changes.missing(known, now).sum() > _MOST_CHANGED * len(known):
        return False
    _link(_data(old), _data(made))
    store, added = ox.Store(str(_data(made))), made / "added.nt"
    gone = chain.from_iterable(changes.gone(_list(old), now))
    with open(new, encoding="utf-8", newline="\n") as lines, open(added, "wb") as file:
        for subject, wanted in changes.merged(gone, lines):
            for quad in list(store.quads_for_pattern(ox.NamedNode(subject[1:-1]), None, None)):
                line = f"{quad.triple} .\n"
                if line in wanted:
                    wanted.remove(line)
                else:
                    store.remove(quad)
            file.write("".join(wanted).encode())
    if added.stat().st_size:
        store.bulk_load(path=str(added), format=ox.RdfFormat.N_TRIPLES, lenient=True)
    store.flush()
    new.unlink()
    added.unlink()
    return True


def _link(old: Path, new: Path) -> None:
    """A copy of a store that shares its data files."""
    new.mkdir()
    for file in old.iterdir():
        if file.suffix == ".sst":
            try:
                os.link(file, new / file.name)
            except OSError:  # a file system without links
                shutil.copyfile(file, new / file.name)
        elif file.name != "LOCK" and not file.name.startswith("LOG"):
            shutil.copyfile(file, new / file.name)


def _load(store: ox.Store, blocks: Blocks) -> None:
    store.bulk_load(_Stream(blocks), ox.RdfFormat.N_TRIPLES, lenient=True)  # type: ignore[arg-type]


class _Stream:
    """Lines as a file of bytes, for the bulk loader to read."""

    def __init__(self, blocks: Blocks) -> None:
        self._blocks = iter(blocks)
        self._chunk = io.BytesIO()

    def read(self, size: int = -1) -> bytes:
        data = self._chunk.read(size)
        while not data or size < 0:
            some = list(islice(self._blocks, 500))
            if not some:
                break
            self._chunk = io.BytesIO("".join(some).encode())
            data += self._chunk.read(size)
        return data
