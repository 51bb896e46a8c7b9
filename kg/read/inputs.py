"""What the user names (files, folders, globs, URLs, ``-``) -> files, and files -> lines of text."""

from __future__ import annotations

import glob
import shlex
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path, PurePath, PurePosixPath
from typing import IO

from kg.read import unpack
from kg.read.unpack import PACKED, Unreadable

__all__ = ["SUFFIXES", "File", "Unreadable", "find", "is_input", "lines"]

SUFFIXES = frozenset(
    {".txt", ".text", ".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".tab", ".parquet"}
    | {".bib", ".bibtex", ".ris", ".nbib", ".enw", ".xml", ".atom", ".rss"}
)
"""What is read of a folder or a zip archive, each also packed (:data:`~kg.read.unpack.PACKED`).

A file that is named itself is read whatever its suffix."""
_ENCRYPTED = 1
"""The flag of a zip archive's member that says so."""
_WANTED = f"its files should end in {' '.join(sorted(SUFFIXES))}, packed ({' '.join(PACKED)}) or not; name others"


@dataclass(frozen=True, slots=True)
class File:
    """One input: where it is (None: standard input, or elsewhere) and what messages call it."""

    path: Path | None
    shown: str
    url: str | None = None
    """Where it is, if that is no path: anything that fsspec opens (``s3://…``)."""
    member: str | None = None
    """What it is called in the zip archive at `path`."""

    @property
    def name(self) -> str:
        """Its name without folders: what a paper's ``sources`` say."""
        if inside := self.url or self.member:
            return inside.rpartition("/")[2]
        return self.path.name if self.path else "stdin"

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Its bytes."""
        if self.url:
            import fsspec

            with fsspec.open(self.url, "rb") as file:
                yield file
        elif self.path is None:
            yield sys.stdin.buffer
        elif self.member:
            with zipfile.ZipFile(self.path) as archive:
                if archive.getinfo(self.member).flag_bits & _ENCRYPTED:
                    raise Unreadable(0, "encrypted; unpack the archive with its password and name what was in it")
                with archive.open(self.member) as file:
                    yield file
        else:
            with self.path.open("rb") as file:
                yield file


def find(named: Iterable[str | PathLike[str]]) -> Iterator[File | tuple[str, str]]:
    """The files that these names mean, each once and sorted within a folder; (name, what is wrong) for the rest."""
    seen: set[tuple[Path | str | None, str | None]] = set()
    for given in named:
        name = fspath(given)
        try:
            for file in _expand(name):
                if isinstance(file, tuple):
                    yield file
                elif (key := (file.url or (file.path and file.path.resolve()), file.member)) not in seen:
                    seen.add(key)
                    yield file
        except OSError as error:  # too long for a name, a folder that may not be read
            yield name[:80], (error.strerror or str(error)).lower()


def _expand(name: str) -> Iterator[File | tuple[str, str]]:
    if "://" in name:
        yield from _elsewhere(name)
        return
    path = Path(name)
    with suppress(RuntimeError):  # ~somebody, whom this machine does not know
        path = path.expanduser()
    if name == "-":
        yield File(None, "standard input")
    elif path.is_dir():
        yield from _folder(path)
    elif path.exists():
        yield from _file(path, name)
    elif glob.has_magic(name):
        matches = sorted(glob.glob(str(path), recursive=True))
        if not matches:
            yield name, "no file matches; check the pattern"
        for match in map(Path, matches):
            if match.is_dir():
                yield from _folder(match) if "**" not in name else ()
            else:
                yield from _file(match, str(match))
    else:
        yield name, "no such file or folder; check the name"


def _elsewhere(name: str) -> Iterator[File | tuple[str, str]]:
    """The files that a URL means: one, those of a folder, or those that match."""
    try:
        import fsspec

        files, root = fsspec.core.url_to_fs(name)
    except ImportError as error:
        how = "from kg's checkout: pip install '.[dask]', and what fsspec needs for this kind of place"
        if name.lower().startswith(("http://", "https://")):
            how = f"pip install fsspec aiohttp requests, or: curl -L {shlex.quote(name)} | kg build -"
        yield name, f"{error}; {how}"
        return
    except ValueError as error:  # no such protocol
        yield name, f"{str(error).lower()}; check the name"
        return
    if glob.has_magic(name):
        found, missing = sorted(files.glob(root)), "no file matches; check the pattern"
    elif files.isdir(root):
        found = [
            path for path in sorted(files.find(root)) if is_input(PurePosixPath(path[len(root.rstrip("/")) + 1 :]))
        ]
        missing = f"no input in this folder; {_WANTED}"
    else:
        found, missing = [root] if files.exists(root) else [], "no such file or folder; check the name"
    if not found:
        yield name, missing
    for path in found:
        url = files.unstrip_protocol(path)
        yield File(None, url, url)


def _file(path: Path, shown: str) -> Iterator[File | tuple[str, str]]:
    """A file, or those in a zip archive. An office document is an archive too; it is refused when it is opened."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = sorted(archive.namelist())
    except (zipfile.BadZipFile, OSError):  # no archive
        members = []
    if not members or "[Content_Types].xml" in members or "mimetype" in members:
        yield File(path, shown)
        return
    inside = [name for name in members if is_input(PurePosixPath(name))]
    if not inside:
        yield shown, f"no input in this archive; {_WANTED}"
    for name in inside:
        yield File(path, f"{shown}/{name}", member=name)


def _folder(folder: Path) -> Iterator[File | tuple[str, str]]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and is_input(path.relative_to(folder))]
    if not files:
        if any(path.suffix.lower() == ".pdf" for path in folder.rglob("*")):
            yield (
                str(folder),
                "only PDF files, which are not read; give their texts (pdftotext makes them), or titles and abstracts",
            )
        else:
            yield str(folder), f"no input in this folder; {_WANTED}"
    yield from (File(path, str(path)) for path in files)


def is_input(path: PurePath) -> bool:
    """Whether a folder's file is one to read: not hidden, and with one of :data:`SUFFIXES`."""
    if any(part.startswith(".") for part in path.parts):
        return False
    stem = path.with_suffix("") if path.suffix.lower() in PACKED else path
    return stem.suffix.lower() in SUFFIXES


def lines(file: File) -> Iterator[str]:
    """The file's lines with their ends as ``\\n``; what is packed is unpacked, a byte order mark dropped.

    Raises:
        Unreadable: the file is not there, empty, binary, not UTF-8 or cut off.
    """
    number = 0
    try:
        with file.open() as raw:
            for number, line in enumerate(unpack.lines(raw), 1):  # noqa: B007  of what is said below
                yield line
    except OSError as error:
        raise Unreadable(0, (error.strerror or str(error)).lower()) from error
    except NotImplementedError as error:  # Deflate64, to which Windows turns beyond 2 GB
        raise Unreadable(0, "packed in a way that is not read; unpack the archive and name what was in it") from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise Unreadable(number + 1, "the archive is damaged or cut off here; fetch or copy it again") from error
