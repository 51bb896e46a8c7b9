"""Bytes -> lines of text: what is packed is unpacked, Parquet becomes lines of JSON, text is UTF-8 or UTF-16."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import zlib
from collections.abc import Iterable, Iterator
from functools import partial
from typing import IO, Any, cast

PACKED = {".gz": b"\x1f\x8b", ".bz2": b"BZh", ".xz": b"\xfd7zXZ", ".zst": b"\x28\xb5\x2f\xfd"}
"""What is unpacked, by the suffix that it usually has: a file is known by the bytes that it begins with."""

LONGEST = 1 << 28
"""Bytes of a line, characters of a text that is held as a whole: a small packed file may unpack to any number."""

_REFUSED = {
    b"%PDF": "a PDF file; give its text (pdftotext makes it) or its title and abstract",
    b"PK\x03\x04": "a zip archive or an office document; unpack it or save it as text or CSV",
    b"\xd0\xcf\x11\xe0": "an office document; save it as text or CSV",
}
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
"""What spreadsheets call Unicode text, and Windows' PowerShell writes."""
_PARQUET = b"PAR1"


class Unreadable(Exception):
    """A file, or the rest of it, cannot be read: the line (0: the file as such) and why."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line
        self.what = what


def lines(raw: IO[bytes]) -> Iterator[str]:
    """The lines with their ends as ``\\n``, a byte order mark dropped.

    Raises:
        Unreadable: empty, binary, not UTF-8, cut off, or with a line that no memory could hold.
    """
    plain = _buffered(raw)
    head = plain.peek(8)
    packed = next((suffix for suffix, magic in PACKED.items() if head.startswith(magic)), None)
    if packed:
        plain = _unpacked(plain, packed)
    number = 0
    try:
        head = plain.peek(8)
        for magic, what in _REFUSED.items():
            if head.startswith(magic):
                raise Unreadable(0, what)
        rows: Iterable[bytes]
        if head.startswith(_PARQUET):
            rows = _parquet(plain)
        elif head.startswith(_UTF16):
            text16 = io.TextIOWrapper(plain, "utf-16", newline="\n")
            rows = (line.encode() for line in iter(partial(text16.readline, LONGEST), ""))
        else:
            rows = iter(partial(plain.readline, LONGEST), b"")
        for number, line in enumerate(rows, 1):
            if len(line) >= LONGEST:
                raise Unreadable(number, f"a line of {LONGEST >> 20} MB or more; write a record a line (JSON Lines)")
            if b"\0" in line:
                raise Unreadable(number, "binary data, not text")
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            # old Mac files end their lines with a lone carriage return; U+2028 and its like end none
            yield from io.StringIO(text, newline=None) if "\r" in text else (text,)
    except UnicodeDecodeError as error:
        if error.encoding != "utf-8":
            raise Unreadable(number + 1, "not UTF-16, though it begins so; save the file as UTF-8") from error
        what = f"not UTF-8 (byte 0x{error.object[error.start]:02x} at column {error.start + 1}); save the file as UTF-8"
        raise Unreadable(number, what) from error
    except (EOFError, OSError, zlib.error, lzma.LZMAError) as error:
        if not packed:
            raise
        raise Unreadable(
            number + 1, "the compressed data is damaged or cut off here; fetch or copy the file again"
        ) from error
    if not number:
        raise Unreadable(0, "empty file")


def held(lines: Iterable[str], most: int = 1) -> Iterator[str]:
    """Lines that a format holds all together: at most `most` times as much as one line may be.

    Raises:
        Unreadable: they are more.
    """
    size = 0
    for number, line in enumerate(lines, 1):
        size += len(line) + 50  # what Python adds to each
        if size > most * LONGEST:
            what = f"more than {most * LONGEST >> 20} MB, which this format holds at once; make several files of it"
            raise Unreadable(number, what)
        yield line


def _buffered(raw: IO[bytes]) -> io.BufferedReader:
    return raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(cast("io.RawIOBase", raw))


def _unpacked(packed: io.BufferedReader, suffix: str) -> io.BufferedReader:
    unpacked: Any
    if suffix == ".gz":
        unpacked = gzip.GzipFile(fileobj=packed)
    elif suffix == ".bz2":
        unpacked = bz2.BZ2File(packed)
    elif suffix == ".xz":
        unpacked = lzma.LZMAFile(packed)  # noqa: SIM115  closed with the file that it is in
    else:
        import pyarrow

        unpacked = pyarrow.CompressedInputStream(packed, "zstd")
    return io.BufferedReader(unpacked, buffer_size=1 << 18)


def _parquet(file: io.BufferedReader) -> Iterator[bytes]:
    """The rows of a Parquet file as lines of JSON; what cannot be sought in, such as standard input, is held whole."""
    from pyarrow import ArrowException, parquet

    try:
        table = parquet.ParquetFile(file if file.seekable() else io.BytesIO(file.read()))
        for batch in table.iter_batches(batch_size=1000):
            for row in batch.to_pylist():
                yield json.dumps(row, default=str, ensure_ascii=False).encode() + b"\n"
    except (ArrowException, OSError) as error:
        raise Unreadable(0, "a Parquet file that is damaged or cut off; fetch or copy it again") from error
