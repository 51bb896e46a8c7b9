"""Between the store's Arrow tables and the DataFrames that the model promises."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from kg.model import Tables
from kg.store.schema import DERIVED, NULLABLE, arrow_schema

LISTS = frozenset({"authors", "categories", "sources"})


def frame(table: pa.Table) -> pd.DataFrame:
    """A table as the model promises it: None for missing text, lists, nullable years, strings in Arrow's memory."""
    columns: dict[str, Any] = {}
    for name in table.column_names:
        column = table.column(name)
        if name in LISTS:
            columns[name] = pd.Series(_lists(column), dtype=object)
        elif name == "year":
            columns[name] = column.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
        elif name in NULLABLE or (name == "paper" and "via" in table.column_names):  # links without evidence
            columns[name] = pd.Series(_texts(column), dtype=object)
        else:
            columns[name] = column.to_pandas()
    return pd.DataFrame(columns)


def rows(name: str, frame: pd.DataFrame) -> pa.Table:
    """A DataFrame as the rows of one of the store's tables of the graph."""
    columns = DERIVED[name]
    return pa.Table.from_pandas(frame[list(columns)], schema=arrow_schema(columns), preserve_index=False)


def stored(tables: Tables) -> Tables:
    """A graph as it comes back from the store, without going there: the same types, so that it writes the same files.

    >>> import pandas as pd
    >>> names = ("papers", "entities", "names", "mentions", "links", "communities", "aliases")
    >>> empty = Tables(**{n: pd.DataFrame(columns=list(DERIVED.get(n, ()))) for n in names})
    >>> str(stored(empty).links["start"].dtype)
    'int64'
    """
    frames = {name: frame(rows(name, getattr(tables, name))) for name in DERIVED if name != "memberships"}
    return Tables(papers=tables.papers, info=tables.info, **frames)


def _lists(column: pa.ChunkedArray) -> list[list[str]]:
    out: list[list[str]] = []
    for chunk in column.chunks:
        values, ends = chunk.flatten().to_pylist(), np.cumsum(chunk.value_lengths().fill_null(0).to_numpy()).tolist()
        out += [values[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    return out


def _texts(column: pa.ChunkedArray) -> np.ndarray[Any, Any]:
    """Strings or None; equal ones are one object, so that a million rows take little memory."""
    codes = column.combine_chunks().dictionary_encode()
    values = np.array([*codes.dictionary.to_pylist(), None], dtype=object)
    return np.asarray(values[codes.indices.fill_null(len(values) - 1).to_numpy()], dtype=object)
