"""Every table as a Parquet file, for pandas, DuckDB, polars or Spark."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from kg.export.tabular import write_tables
from kg.model import Tables


def write(tables: Tables, path: Path) -> None:
    """Write the folder ``path`` with one Parquet file a table, in the columns of :class:`kg.model.Tables`."""
    write_tables(tables, path, ".parquet", _one)


def _one(frame: pd.DataFrame, path: Path) -> None:
    frame.to_parquet(path, index=False, compression="zstd")
