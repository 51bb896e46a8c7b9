"""Short names for the types of numpy arrays, and from row numbers back to ids."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]
Objects: TypeAlias = npt.NDArray[np.object_]
Ids: TypeAlias = "pd.Index[Any]"
"""The sorted ids of papers or of entities: the place of an id is its row number."""


def row_numbers(ids: Ids, column: "pd.Series[Any]") -> Ints:
    """The row number of each id; -1 for an unknown one."""
    known, wanted = pa.array(ids, pa.large_string()), pa.array(column, pa.large_string())
    return np.asarray(pc.fill_null(pc.index_in(wanted, known), -1).to_numpy(zero_copy_only=False), dtype=np.int64)


def ids_of(ids: Ids, numbers: Any) -> Objects:
    """The ids of these row numbers; None for -1."""
    values = np.empty(len(ids) + 1, dtype=object)
    values[:-1] = ids.to_numpy(dtype=object)
    return np.asarray(values[np.asarray(numbers, dtype=np.int64)], dtype=object)


def order_of(rows: pd.DataFrame, *columns: str) -> Ints:
    """The places of the rows sorted by columns of numbers, descending after a minus; equal rows keep their order.

    >>> order_of(pd.DataFrame({"a": [2, 1, 1], "b": [0.5, 0.5, 0.7]}), "a", "-b").tolist()
    [2, 1, 0]
    """
    keys = [-rows[name[1:]].to_numpy() if name.startswith("-") else rows[name].to_numpy() for name in columns]
    return np.arange(len(rows)) if _in_order(keys) else np.lexsort(_joined(keys)[::-1])


def _in_order(keys: list[Any]) -> bool:
    """Whether the rows are sorted by these keys already, as the store gives most: much quicker than to sort them."""
    tied = np.ones(max(len(keys[0]) - 1, 0), dtype=bool)
    for key in keys:
        if (tied & (key[1:] < key[:-1])).any():
            return False
        tied &= key[1:] == key[:-1]
        if not tied.any():
            break
    return True


def _joined(keys: list[Any]) -> list[Any]:
    """Keys that sort alike, but fewer: whole numbers that follow each other are one, where it is small enough."""
    joined: list[Any] = []
    for key in keys:
        if joined and key.dtype.kind == joined[-1].dtype.kind == "i":
            low, size = int(key.min()), int(key.max()) - int(key.min()) + 1
            if max(abs(int(joined[-1].min())), abs(int(joined[-1].max()))) < 2**62 // size:
                joined[-1] = joined[-1].astype(np.int64) * size + (key - low)
                continue
        joined.append(key)
    return joined


def firsts(rows: pd.DataFrame, *columns: str) -> Bools:
    """Of rows sorted by these columns, which are the first with their values.

    >>> firsts(pd.DataFrame({"a": [1, 1, 2], "b": [3, 4, 4]}), "a").tolist()
    [True, False, True]
    """
    first = np.ones(len(rows), dtype=bool)
    if len(rows):
        first[1:] = np.logical_or.reduce([np.diff(rows[name].to_numpy()) != 0 for name in columns])
    return first


def of_papers(rows: pd.DataFrame, papers: "pd.Series[int]") -> pd.DataFrame:
    """The rows whose ``paper``, a row number, is one of those: much quicker than to join them all.

    >>> of_papers(pd.DataFrame({"paper": [0, 1, 3]}), pd.Series([3, 0, 4]))["paper"].tolist()
    [0, 3]
    """
    wanted = np.zeros(max(rows["paper"].max(), papers.max()) + 1 if len(rows) and len(papers) else 0, dtype=bool)
    if not len(wanted):
        return rows.head(0)
    wanted[papers.to_numpy()] = True
    chosen: pd.DataFrame = rows[wanted[rows["paper"].to_numpy()]]
    return chosen


def among(column: "pd.Series[Any]", wanted: "pd.Series[Any] | set[str]") -> Bools:
    """Whether each string is one of those: pandas' ``isin`` makes a Python object of each.

    >>> among(pd.Series(["a", "b"]), {"b", "c"}).tolist()
    [False, True]
    """
    listed = sorted(wanted) if isinstance(wanted, set) else wanted
    array, known = (pa.array(strings, pa.large_string()) for strings in (column, listed))
    return np.asarray(pc.is_in(array, known).to_numpy(zero_copy_only=False), dtype=bool)
