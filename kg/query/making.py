"""Making a store on disk: loading all of a graph, or changing a copy of an older store.

Run as ``python -m kg.query.making``, it does so in a process of its own.
"""

from __future__ import annotations

import errno
import io
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from kg.forks import end_with_parent
from kg.model import KgError
from kg.query import changes

_QUIET = 1.0
"""Seconds in which the files of a large store must not change to be taken for settled: less for a small one."""
_LARGE = 1_000_000_000
_TUNED = "glibc.malloc.mxfast=0"
"""How the C library is to give memory: blocks that are freed are joined at once. Oxigraph frees hundreds of millions of
small ones; joining them later, all together, costs some 10 % of the processor's cycles (3 to 23 in six pairs of runs
on a busy machine). Other C libraries ignore it."""
_PATIENCE = 60.0
"""Seconds after which a store is left as it is."""


def data_of(made: Path) -> Path:
    """Where the store itself is, beside the list of its subjects; once it is there it is whole."""
    return made / "store"


def load_files(made: Path, *files: Path) -> None:
    """A new store from RDF files, told apart by their endings."""

    def load(store: ox.Store) -> None:
        for file in files:
            if file.stat().st_size:
                store.bulk_load(path=str(file), lenient=True)

    _load(made, load)


def load_blocks(made: Path, blocks: Iterable[str]) -> None:
    """A new store from lines of N-Triples, some at a time."""
    _load(made, lambda store: load_into(store, blocks))


def load_into(store: ox.Store, blocks: Iterable[str]) -> None:
    """Load lines of N-Triples, some at a time."""
    store.bulk_load(_Stream(blocks), ox.RdfFormat.N_TRIPLES, lenient=True)  # type: ignore[arg-type]


def change(made: Path, old: Path) -> None:
    """A new store that shares what it can with an old one, given the list of what changed (:mod:`kg.query.changes`)."""
    with _whole(made) as unfinished:
        _link(data_of(old), unfinished)
        store, added = ox.Store(str(unfinished)), made / "added.nt"
        with open(added, "wb") as file:
            for subject, before, after in changes.differences(made):
                now = _lines(after)
                if before is None:
                    node = ox.NamedNode(subject[1:-1])
                    there = {f"{quad.triple} .\n" for quad in store.quads_for_pattern(node, None, None)}
                else:
                    there = _lines(before)
                if gone := there - now:
                    for quad in ox.parse("".join(gone), ox.RdfFormat.N_TRIPLES, lenient=True):
                        store.remove(quad)
                file.write("".join(sorted(now - there)).encode())
        if added.stat().st_size:
            store.bulk_load(path=str(added), format=ox.RdfFormat.N_TRIPLES, lenient=True)
        added.unlink()
        _settle(store, unfinished)
        del store  # closed, before its folder gets another name: RocksDB then looks for its files by their names


def _lines(text: str) -> set[str]:
    return {f"{line}\n" for line in text.split("\n") if line}


def _settle(store: ox.Store, data: Path) -> None:
    """Wait until RocksDB has merged what is new, as it does in the background, and gives up when a store is closed.

    A change leaves some files above those that are there, and every question then looks into each of them: after three
    changes it takes twice as long. Merged, they are as many after a hundred changes as after one. Nothing but the
    files themselves tells when that is done. What is not is gone on with at the next change.
    """
    store.flush()
    for quad in islice(store, 1):  # it begins with the second new file: without this, what is new might be in one
        store.remove(quad)
        store.add(quad)
        store.flush()
    seen, since, end = _sizes(data), time.monotonic(), time.monotonic() + _PATIENCE
    quiet = _QUIET * min(1, 0.1 + sum(seen.values()) / _LARGE)
    while since + quiet > time.monotonic() < end:
        time.sleep(0.02)
        if (now := _sizes(data)) != seen:
            seen, since = now, time.monotonic()


def _sizes(data: Path) -> dict[str, int]:
    """The data files of a store, with their sizes."""
    sizes = {}
    for file in data.glob("*.sst"):
        with suppress(FileNotFoundError):  # merged into another meanwhile
            sizes[file.name] = file.stat().st_size
    return sizes


def load_files_apart(made: Path, *files: Path) -> None:
    """:func:`load_files` in a process of its own."""
    _apart("load", made, *files)


def change_apart(made: Path, old: Path) -> None:
    """:func:`change` in a process of its own."""
    _apart("change", made, old)


def _apart(what: str, made: Path, *paths: Path) -> None:
    command = [sys.executable, "-m", "kg.query.making", str(os.getpid()), what, str(made), *map(str, paths)]
    tuned = {**os.environ, "GLIBC_TUNABLES": ":".join(filter(None, [os.environ.get("GLIBC_TUNABLES"), _TUNED]))}
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, env=tuned)
    if done.returncode:
        _no_space(done.stderr)
        why = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}; is there enough memory?"])[-1]
        raise KgError(f"{made.parent}: the SPARQL store cannot be made: {why}")


def _load(made: Path, load: Callable[[ox.Store], None]) -> None:
    with _whole(made) as unfinished:
        store = ox.Store(str(unfinished))
        load(store)
        store.optimize()
        store.flush()
        del store  # as above


@contextmanager
def _whole(made: Path) -> Iterator[Path]:
    """A folder for a store that gets its name when all is well."""
    unfinished = made / "unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        yield unfinished
    except OSError as error:
        _no_space(str(error))
        raise
    unfinished.rename(data_of(made))


def _no_space(why: str) -> None:
    """Oxigraph tells a full disk in words only."""
    if os.strerror(errno.ENOSPC) in why:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


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


class _Stream:
    """Lines as a file of bytes, for the bulk loader to read."""

    def __init__(self, blocks: Iterable[str]) -> None:
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


if __name__ == "__main__":
    end_with_parent()
    if os.getppid() == int(sys.argv[1]):
        folder, *others = map(Path, sys.argv[3:])
        (change if sys.argv[2] == "change" else load_files)(folder, *others)
