"""Judged terms and public lists of names as tables of :mod:`kg.extract.knowledge`.

Judged terms: tab-separated ``term`` and ``type`` (one of the six, or ``-`` for none). Lists: JSON Lines files, known by
their names; a list that is not there is left out. See the card in ``kg/extract/README.md`` for sources and licences.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from kg.extract.knowledge import TABLES, Table
from kg.extract.spans import TYPES
from kg.extract.words import LONGEST, exact_hash, fold, phrase_hash, word_hash
from kg.model import KgError

from .records import read_records

Tokenize = Callable[[str], list[str]]


def keys_of(words: list[str]) -> tuple[int, int]:
    """The folded and the exact hash of a phrase."""
    return phrase_hash([word_hash(fold(w)) for w in words]), phrase_hash([exact_hash(w) for w in words])


def term_tables(files: Iterable[Path], tokenize: Tokenize) -> dict[str, Table]:
    """The tables ``terms`` and ``exact_terms``."""
    folded: dict[int, np.ndarray] = {}
    exact: dict[int, np.ndarray] = {}
    kinds = (*TYPES, "-")
    for file in files:
        try:
            lines = file.read_text(encoding="utf-8").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise KgError(f"{file}: cannot be read ({error}); give lines of term, tab, type") from error
        for number, line in enumerate(lines, 1):
            term, _, kind = line.partition("\t")
            if not kind or kind == "type":
                continue
            if kind not in kinds:
                raise KgError(f"{file}:{number}: {kind!r} is no type; write one of {', '.join(kinds)}")
            words = tokenize(term)
            if 0 < len(words) <= LONGEST:
                for table, key in zip((folded, exact), keys_of(words), strict=True):
                    table.setdefault(key, np.zeros(7))[kinds.index(kind)] = 1
    return {"terms": Table.of(folded, 7), "exact_terms": Table.of(exact, 7)}


def list_table(folder: Path, tokenize: Tokenize) -> Table:
    """The table ``lists``: a name as it is written counts in full, written otherwise by half."""
    columns = TABLES["lists"][0]
    rows: dict[int, np.ndarray] = {}
    for name, column, weight in _names(folder):
        words = tokenize(name or "")
        if not 0 < len(words) <= LONGEST:
            continue
        for key, share in zip(keys_of(words), (0.5, 1.0), strict=True):
            row = rows.setdefault(key, np.zeros(columns))
            row[column] = max(row[column], weight * share)
    return Table.of(rows, columns)


def _names(folder: Path) -> Iterator[tuple[str | None, int, float]]:
    """Name, column and weight of everything in the lists."""
    for r in _records(folder / "methods.jsonl", "name", "full_name"):
        yield r["name"], 0, 1.0
        yield r["full_name"], 1, 1.0
    for r in _records(folder / "datasets_benchmarks.jsonl", "name", "as", "n"):
        for kind in r["as"]:
            yield r["name"], 2 if kind == "dataset" else 3, min(1.0, 0.4 + 0.2 * np.log2(1 + r["n"]))
    for r in _records(folder / "tasks.jsonl", "name", "dataset_count"):
        yield r["name"], 4, min(1.0, 0.5 + 0.1 * np.log2(1 + r["dataset_count"]))
    for r in _records(folder / "tasks_hub.jsonl", "name", "subtasks"):
        for name in (r["name"], *r["subtasks"]):
            yield name, 4, 1.0
    for r in _records(folder / "metrics.jsonl", "name", "n"):
        yield r["name"], 5, min(1.0, 0.4 + 0.2 * np.log2(1 + r["n"]))
    for r in _records(folder / "models.jsonl", "model"):
        yield re.sub(r"\s*\(.*", "", r["model"]), 6, 1.0
    for r in _records(folder / "benchmarks.jsonl", "abbreviation", "name"):
        yield r["abbreviation"], 7, 1.0
        yield r["name"].split(":")[0], 8, 1.0


def _records(file: Path, *fields: str) -> Iterator[dict[str, Any]]:
    """A list's entries; a list that is not there has none."""
    return read_records(file, *fields) if file.exists() else iter(())
