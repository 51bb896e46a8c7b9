"""JSON Lines files, gzip'd or not, read with errors that name file and line."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.model import KgError


def read_records(file: Path, *fields: str) -> Iterator[dict[str, Any]]:
    """The objects of a file. Raises :class:`KgError` where a line is none, or lacks one of ``fields``."""
    try:
        with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                yield _record(line, fields, f"{file}:{number}")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise KgError(f"{file}: cannot be read ({error}); give JSON Lines, gzip'd if named .gz") from error


def _record(line: str, fields: tuple[str, ...], place: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise KgError(f"{place}: not JSON ({error}); see kg/train/README.md for the form") from error
    if not isinstance(record, dict) or any(field not in record for field in fields):
        raise KgError(f"{place}: not an object with {', '.join(fields)}; see kg/train/README.md for the form")
    return record
