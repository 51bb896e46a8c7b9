"""DuckDB's errors that a user can mend, in one line each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from kg.model import KgError


class InUse(KgError):
    """A store that another process has open."""


_LINES = (
    (r"could not set lock|being used by another process", "in use by another kg ({pid}); wait until it has finished"),
    (r"no space left|disk full|out of disk|max_temp_directory_size", "the disk is full; free some space and run again"),
    (r"permission denied|read-only file system|operation not permitted", "no permission to write there"),
    (r"is a directory", "a folder; name a file"),
    (r"newer version of duckdb|different.*version|version number", "made by another DuckDB; pip install -U duckdb"),
    (r"not a valid duckdb", "not a kg store (no DuckDB file); choose another --db"),
    (
        r"corrupt|checksum|could not read|failed to (load|deserialize)|serialization|invalidated|replay|internal error",
        "damaged; put a copy back, or delete it and build again",
    ),
    (r"no such file|does not exist|cannot open", "cannot be opened; is the folder there, and is it writable?"),
)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what DuckDB raises about the file ``path`` into a :class:`KgError`; other errors are bugs and pass."""
    try:
        yield
    except RuntimeError as error:
        if str(error) == "Query interrupted":  # DuckDB's word for Ctrl-C
            raise KeyboardInterrupt from error
        raise
    except (duckdb.Error, OSError) as error:
        line = explain(str(error))
        if line is None:
            raise
        raise (InUse if line.startswith("in use") else KgError)(f"{path}: {line}") from error


def explain(message: str) -> str | None:
    """The line for one of DuckDB's messages, None where it is none that a user can mend.

    >>> explain("IO Error: Could not set lock on file k.duckdb: Conflicting lock is held in python3 (PID 42).")
    'in use by another kg (process 42); wait until it has finished'
    """
    for pattern, line in _LINES:
        if re.search(pattern, message, re.IGNORECASE):
            pid = re.search(r"PID (\d+)", message)
            return line.format(pid=f"process {pid[1]}" if pid else "or another program")
    return None
