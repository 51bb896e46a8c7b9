"""The Oxigraph store of a graph: in memory, or on disk beside the DuckDB file.

On disk it is a folder with one store a graph, named by the graph's hash, and a file ``current`` that says which one
counts. A build loads a new store beside the old one and then renames ``current``; readers that are open go on with
theirs. Stores are never written once they are whole, and are opened read-only.
"""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import cast

import pyoxigraph as ox

from kg.model import KgError
from kg.vocabulary import BASE

Blocks = Iterable[str]
"""A graph as N-Triples, some lines at a time, such as ``kg.export.rdf.lines(tables)``."""

_LAYOUT = "1"
"""Goes into the name of a store: raise it where older stores can no longer be read."""


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


def save(blocks: Blocks, folder: Path, sha256: str) -> bool:
    """Make ``folder`` hold this graph; tells whether there was anything to do.

    Args:
        blocks: the graph; not touched where the store is already that of ``sha256``.
        folder: such as ``kg.oxigraph`` beside ``kg.duckdb``.
        sha256: the hash of the graph (``kg.export.rdf.graph_hash``).
    """
    name = f"{sha256[:32]}-{_LAYOUT}"
    previous = _current(folder)
    loaded = not (folder / name).is_dir()  # a folder of that name is whole: it got its name when it was
    if loaded:
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / f".{name}.{os.getpid()}"
        shutil.rmtree(temporary, ignore_errors=True)
        try:
            store = ox.Store(str(temporary))
            _load(store, blocks)
            store.optimize()
            store.flush()
            del store
            os.rename(temporary, folder / name)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    mark = folder / f".current.{os.getpid()}"
    mark.write_text(name + "\n", encoding="ascii")
    os.replace(mark, folder / "current")
    for other in folder.iterdir():  # the previous one stays for readers that have it open
        if other.is_dir() and other.name not in (name, previous):
            shutil.rmtree(other, ignore_errors=True)
    return loaded


def is_older(folder: Path, db: Path) -> bool:
    """Whether a store is missing, or was last brought up to date before its DuckDB file changed."""
    mark = folder / "current"
    if not mark.exists():
        return True
    return db.exists() and db.stat().st_mtime_ns > mark.stat().st_mtime_ns


def current(folder: Path) -> Path:
    """The path of the store that counts now.

    Raises:
        KgError: there is none.
    """
    name = _current(folder)
    if name is None or not (folder / name).is_dir():
        raise KgError(f"{folder}: no graph to query here; run kg build first")
    return folder / name


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
    except FileNotFoundError:
        return None


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
