"""The words of papers, as a sparse matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from kg.graph.arrays import Floats, Ints

BLOCK = 8_000


def word_matrix(papers: pd.DataFrame) -> Any:
    """One row a paper, one column a word of titles and abstracts: rare words weigh more, and each row has length 1.

    So the product of two rows is their cosine. A word's weight is its inverse document frequency.
    """
    return named_words(papers)[0]


def named_words(papers: pd.DataFrame) -> tuple[Any, dict[str, int]]:
    """The same matrix, and which column is which word's."""
    columns: dict[str, int] = {}
    rows, words = [], []
    for at in range(0, len(papers), BLOCK):
        block = papers.iloc[at : at + BLOCK]
        texts = pa.array((block["title"] + " " + block["abstract"]).tolist(), pa.large_string())
        lists = pc.split_pattern_regex(pc.utf8_lower(texts), r"[^\pL\d]+")
        coded = pc.list_flatten(lists).dictionary_encode()
        known = np.array(
            [columns.setdefault(word, len(columns)) for word in coded.dictionary.to_pylist()], dtype=np.int64
        )
        rows.append(pc.list_parent_indices(lists).to_numpy() + at)
        words.append(known[coded.indices.to_numpy()])
    shape = (len(papers), len(columns))
    row, word = np.concatenate(rows), np.concatenate(words)
    matrix = sparse.csr_array((np.ones(len(row), dtype=np.float32), (row, word)), shape=shape)
    named_by = np.bincount(matrix.indices, minlength=shape[1])
    # rounded, so that another processor's logarithm gives the same bytes in the end
    weight = np.log(len(papers) / named_by).round(6)
    matrix.data = weight[matrix.indices]
    length = np.sqrt(np.add.reduceat(np.append(matrix.data**2, 0.0), matrix.indptr[:-1]))
    matrix.data /= np.repeat(np.maximum(length, 1e-9), np.diff(matrix.indptr))
    return matrix, columns


def cosines(matrix: Any, first: Ints, second: Ints, *, block: int = 50_000) -> Floats:
    """The cosine of each pair of rows."""
    parts = [
        matrix[first[at : at + block]].multiply(matrix[second[at : at + block]]).sum(axis=1)
        for at in range(0, len(first), block)
    ]
    return np.concatenate([np.zeros(0), *parts]).round(6)
