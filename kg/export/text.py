"""Columns of text: a million lines of a file are joined from Arrow columns instead of written one by one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Texts = Any
"""An Arrow array of strings, or one string for all rows."""

_IDS_AT_ONCE = 300_000
_HALF = re.compile("[\ud800-\udfff]")


def column(values: Iterable[str | None]) -> pa.Array:
    """Strings as an Arrow array; half of a surrogate pair, which UTF-8 has no bytes for, becomes U+FFFD.

    >>> column(["a", None, "b\\ud800"]).to_pylist()
    ['a', None, 'b\\ufffd']
    """
    if isinstance(values, pd.Series):
        values = values.array if isinstance(values.dtype, pd.StringDtype) else values.tolist()
    try:
        array = pa.array(values, pa.string(), from_pandas=True)
    except UnicodeEncodeError:
        there = [_HALF.sub("\ufffd", value) if isinstance(value, str) else None for value in values]
        array = pa.array(there, pa.string())
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def strings(values: Any) -> pa.Array:
    """Strings as they are, null where one is missing; raises where they are none that Arrow can hold."""
    column = pa.array(values, pa.string(), from_pandas=True)
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def numbers(known: pd.Series[Any], ids: pd.Series[Any]) -> npt.NDArray[np.int32]:
    """The rows of ids in a column of them, -1 for those that are not there."""
    rows = np.empty(len(ids), dtype=np.int32)
    for start in range(0, len(ids), _IDS_AT_ONCE):
        these = ids.iloc[start : start + _IDS_AT_ONCE]
        try:
            found = pc.index_in(strings(these), strings(known)).fill_null(-1).to_numpy(zero_copy_only=False)
        except UnicodeEncodeError:  # half of a surrogate pair
            found = pd.Index(known).get_indexer(pd.Index(these))
        rows[start : start + len(these)] = found
    return rows


def integers(values: npt.ArrayLike) -> pa.Array:
    """Integers as strings, null where one is missing."""
    return column_of(values, pa.int64()).cast(pa.string())


def floats(values: pd.Series[float]) -> pa.Array:
    """Floats as Python writes them.

    >>> floats(pd.Series([0.5, 1.0, 0.5])).to_pylist()
    ['0.5', '1.0', '0.5']
    """
    codes, distinct = pd.factorize(values)
    return pa.array([repr(float(value)) for value in distinct], pa.string()).take(pa.array(codes))


def column_of(values: Any, kind: pa.DataType) -> pa.Array:
    """A column as an Arrow array of this type, null where a value is missing."""
    array = pa.array(values, kind, from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def joined(*texts: Texts) -> pa.Array:
    """Columns of strings and constants, joined row by row; null where one of them is."""
    return pc.binary_join_element_wise(*texts, "") if texts else pa.array([], pa.string())


def optional(*texts: Texts) -> pa.Array:
    """The same, but empty where one of them is null."""
    return pc.fill_null(joined(*texts), "")


def listed(items: pa.Array, rows: Ints, count: int, separator: str = "") -> pa.Array:
    """One string for each of ``count`` rows: all items of this row, with separators between; ``rows`` ascend.

    >>> listed(pa.array(["a", "b", "c"]), np.array([0, 0, 2]), 3, ", ").to_pylist()
    ['a, b', '', 'c']
    """
    if separator:
        first = np.ones(len(rows), dtype=np.int8)
        first[1:] = rows[1:] != rows[:-1]
        items = joined(pa.array([separator, ""]).take(pa.array(first)), items)
    offsets = np.frombuffer(items.buffers()[1], dtype=np.int32)[items.offset : items.offset + len(items) + 1]
    ends = np.ascontiguousarray(offsets[np.searchsorted(rows, np.arange(count + 1))])
    # the items stand one after the other in memory already
    return pa.StringArray.from_buffers(count, pa.py_buffer(ends), items.buffers()[2])


def data(texts: pa.Array) -> memoryview:
    """All strings of a column one after the other, as bytes of UTF-8, without a copy."""
    if not len(texts):
        return memoryview(b"")
    first, last = texts.offset, texts.offset + len(texts)
    offsets = memoryview(texts.buffers()[1]).cast("i")
    return memoryview(texts.buffers()[2])[offsets[first] : offsets[last]]
