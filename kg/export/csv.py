"""Every table as a CSV file, for spreadsheets: UTF-8, lists joined by ``; ``."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from kg.export.tabular import write_tables
from kg.model import Tables
from kg.spreadsheet import guarded


def write(tables: Tables, path: Path) -> None:
    """Write the folder ``path`` with one CSV file a table, in the columns of :class:`kg.model.Tables`."""
    write_tables(tables, path, ".csv", _one)


def _one(frame: pd.DataFrame, path: Path) -> None:
    frame = frame.copy(deep=False)
    for name in frame.columns:
        if name in ("authors", "categories", "sources"):
            frame[name] = frame[name].map("; ".join)
        if not pd.api.types.is_numeric_dtype(frame[name]):
            frame[name] = frame[name].map(guarded, na_action="ignore")
    frame.to_csv(path, index=False, lineterminator="\n", errors="replace")
