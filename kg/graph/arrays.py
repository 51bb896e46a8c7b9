"""Short names for the types of numpy arrays, and from row numbers back to ids."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]
Objects: TypeAlias = npt.NDArray[np.object_]
Ids: TypeAlias = "pd.Index[Any]"
"""The sorted ids of papers or of entities: the place of an id is its row number."""


def row_numbers(ids: Ids, column: "pd.Series[Any]") -> Ints:
    """The row number of each id; -1 for an unknown one."""
    return np.asarray(ids.get_indexer(pd.Index(column)), dtype=np.int64)


def ids_of(ids: Ids, numbers: Any) -> Objects:
    """The ids of these row numbers; None for -1."""
    values = np.empty(len(ids) + 1, dtype=object)
    values[:-1] = ids.to_numpy(dtype=object)
    return np.asarray(values[np.asarray(numbers, dtype=np.int64)], dtype=object)
