"""What the user names (files, folders, globs, URLs, ``-``) -> files, and files -> lines of text."""

from __future__ import annotations

import glob
import gzip
import io
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path, PurePath, PurePosixPath
from typing import IO, cast

SUFFIXES = frozenset(
    {".txt", ".text", ".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".tab", ".bib", ".bibtex", ".ris", ".xml", ".atom"}
)
"""What is read of a folder (each also with ``.gz``). A file that is named itself is read whatever its suffix."""

_MAGIC = {
    b"%PDF": "a PDF file; save its titles and abstracts as text",
    b"PK\x03\x04": "a zip archive or an office document; unpack it or save it as text or CSV",
    b"BZh": "compressed with bzip2; unpack it or compress it with gzip",
    b"\xfd7zXZ": "compressed with xz; unpack it or compress it with gzip",
    b"\x28\xb5\x2f\xfd": "compressed with zstd; unpack it or compress it with gzip",
    b"\xff\xfe": "UTF-16 text; save it as UTF-8",
    b"\xfe\xff": "UTF-16 text; save it as UTF-8",
}


class Unreadable(Exception):
    """A file, or the rest of it, cannot be read: the line (0: the file as such) and why."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line
        self.what = what


@dataclass(frozen=True, slots=True)
class File:
    """One input: where it is (None: standard input, or elsewhere) and what messages call it."""

    path: Path | None
    shown: str
    url: str | None = None
    """Where it is, if that is no path: anything that fsspec opens (``s3://…``)."""

    @property
    def name(self) -> str:
        """Its name without folders: what a paper's ``sources`` say."""
        if self.url:
            return self.url.rpartition("/")[2]
        return self.path.name if self.path else "stdin"

    def open(self) -> IO[bytes]:
        """Its bytes."""
        if self.url:
            import fsspec

            return cast("IO[bytes]", fsspec.open(self.url, "rb").open())
        return sys.stdin.buffer if self.path is None else self.path.open("rb")


def find(named: Iterable[str | PathLike[str]]) -> Iterator[File | tuple[str, str]]:
    """The files that these names mean, each once and sorted within a folder; (name, what is wrong) for the rest."""
    seen: set[Path | str | None] = set()
    for given in named:
        name = fspath(given)
        try:
            for file in _expand(name):
                if isinstance(file, tuple):
                    yield file
                elif (key := file.url or (file.path and file.path.resolve())) not in seen:
                    seen.add(key)
                    yield file
        except OSError as error:  # too long for a name, a folder that may not be read
            yield name[:80], (error.strerror or str(error)).lower()


def _expand(name: str) -> Iterator[File | tuple[str, str]]:
    if "://" in name:
        yield from _elsewhere(name)
        return
    path = Path(name).expanduser()
    if name == "-":
        yield File(None, "standard input")
    elif path.is_dir():
        yield from _folder(path)
    elif path.exists():
        yield File(path, name)
    elif glob.has_magic(name):
        matches = sorted(glob.glob(str(path), recursive=True))
        if not matches:
            yield name, "no file matches; check the pattern"
        for match in map(Path, matches):
            if match.is_dir():
                yield from _folder(match) if "**" not in name else ()
            else:
                yield File(match, str(match))
    else:
        yield name, "no such file or folder; check the name"


def _elsewhere(name: str) -> Iterator[File | tuple[str, str]]:
    """The files that a URL means: one, those of a folder, or those that match."""
    try:
        import fsspec

        files, root = fsspec.core.url_to_fs(name)
    except ImportError as error:
        yield name, f"{error}; from kg's checkout: pip install '.[dask]', and what fsspec needs for this kind of place"
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
        missing = f"no input in this folder; its files should end in {' '.join(sorted(SUFFIXES))} or .gz"
    else:
        found, missing = [root] if files.exists(root) else [], "no such file or folder; check the name"
    if not found:
        yield name, missing
    for path in found:
        url = files.unstrip_protocol(path)
        yield File(None, url, url)


def _folder(folder: Path) -> Iterator[File | tuple[str, str]]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and is_input(path.relative_to(folder))]
    if not files:
        if any(path.suffix.lower() == ".pdf" for path in folder.rglob("*")):
            yield (
                str(folder),
                "only PDF files, which are not read; save their titles and abstracts as text, CSV or BibTeX",
            )
        else:
            yield str(folder), f"no input in this folder; its files should end in {' '.join(sorted(SUFFIXES))} or .gz"
    yield from (File(path, str(path)) for path in files)


def is_input(path: PurePath) -> bool:
    """Whether a folder's file is one to read: not hidden, and with one of :data:`SUFFIXES`."""
    if any(part.startswith(".") for part in path.parts):
        return False
    stem = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    return stem.suffix.lower() in SUFFIXES


def lines(file: File) -> Iterator[str]:
    """The file's lines with their ends as ``\\n``; gzip is unpacked, a byte order mark dropped.

    Raises:
        Unreadable: the file is not there, empty, binary, not UTF-8 or cut off.
    """
    try:
        with file.open() as raw:
            yield from _decode(_plain(raw))
    except OSError as error:
        raise Unreadable(0, (error.strerror or str(error)).lower()) from error


def _plain(raw: IO[bytes]) -> io.BufferedReader:
    """The bytes, unpacked where they are gzip."""
    plain = cast("io.BufferedReader", raw if hasattr(raw, "peek") else io.BufferedReader(cast("io.RawIOBase", raw)))
    if plain.peek(2)[:2] != b"\x1f\x8b":
        return plain
    unpacked = io.BufferedReader(cast("io.RawIOBase", gzip.GzipFile(fileobj=plain)), buffer_size=1 << 18)
    return cast("io.BufferedReader", unpacked)


def _decode(plain: io.BufferedReader) -> Iterator[str]:
    number = 0
    try:
        head = plain.peek(8)
        for magic, what in _MAGIC.items():
            if head.startswith(magic):
                raise Unreadable(0, what)
        for number, line in enumerate(plain, 1):
            if b"\0" in line:
                raise Unreadable(number, "binary data, not text")
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            # old Mac files end their lines with a lone carriage return
            yield from (
                text.replace("\r\n", "\n").replace("\r", "\n").splitlines(keepends=True) if "\r" in text else (text,)
            )
    except UnicodeDecodeError as error:
        what = f"not UTF-8 (byte 0x{error.object[error.start]:02x} at column {error.start + 1}); save the file as UTF-8"
        raise Unreadable(number, what) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Unreadable(
            number + 1, "the gzip data is damaged or cut off here; fetch or copy the file again"
        ) from error
    if not number:
        raise Unreadable(0, "empty file")
