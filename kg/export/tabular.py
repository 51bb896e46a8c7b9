"""Every table of the graph as a file of its own: what the Parquet and the CSV export share."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from kg.export.files import replacing
from kg.model import Tables

TABLES = ("papers", "entities", "names", "mentions", "links", "communities", "aliases")


def write_tables(tables: Tables, folder: Path, suffix: str, one: Callable[[pd.DataFrame, Path], None]) -> None:
    """Write each table to ``folder/<table><suffix>`` with ``one``, and ``info.json``."""
    targets = [folder / f"{name}{suffix}" for name in TABLES]
    with replacing(*targets, folder / "info.json") as temporary:
        for name, path in zip(TABLES, temporary, strict=False):
            one(getattr(tables, name), path)
        info = json.dumps(tables.info, ensure_ascii=False, indent=2, sort_keys=True)
        temporary[-1].write_text(info + "\n", encoding="utf-8")
