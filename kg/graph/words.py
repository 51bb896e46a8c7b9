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
_BLANKS = bytes(byte if byte > 127 or chr(byte).isalnum() else 32 for byte in range(256))
"""A blank for every ASCII character that is no letter and no digit."""


def word_matrix(papers: pd.DataFrame) -> Any:
    """One row a paper, one column a word of titles and abstracts: rare words weigh more, and each row has length 1.

    So the product of two rows is their cosine. A word's weight is its inverse document frequency.
    """
    return named_words(papers)[0]


def named_words(papers: pd.DataFrame) -> tuple[Any, list[str]]:
    """The same matrix, and the word of each column."""
    ends, blocks = [np.zeros(1, dtype=np.int64)], []
    for at in range(0, len(papers), BLOCK):
        block = papers.iloc[at : at + BLOCK]
        lists = words_of(pa.array(block["title"] + " " + block["abstract"], pa.large_string()))
        ends.append(ends[-1][-1] + lists.offsets.to_numpy()[1:])
        blocks.append(pc.list_flatten(lists).dictionary_encode())
    coded = pa.chunked_array(blocks).unify_dictionaries()
    words = coded.chunk(0).dictionary.to_pylist()
    column = np.concatenate([chunk.indices.to_numpy() for chunk in coded.chunks])
    rows = np.concatenate(ends).astype(sparse.get_index_dtype(maxval=len(column)))
    matrix = sparse.csr_array((np.ones(len(column), dtype=np.float32), column, rows), shape=(len(papers), len(words)))
    matrix.sum_duplicates()
    named_by = np.bincount(matrix.indices, minlength=len(words))
    # rounded, so that another processor's logarithm gives the same bytes in the end
    weight = np.log(len(papers) / named_by).round(6)
    matrix.data = weight[matrix.indices]
    length = np.sqrt(np.add.reduceat(np.append(matrix.data**2, 0.0), matrix.indptr[:-1]))
    matrix.data /= np.repeat(np.maximum(length, 1e-9), np.diff(matrix.indptr))
    return matrix, words


def words_of(texts: pa.LargeStringArray) -> pa.LargeListArray:
    """The words of each text in lower case, split at all but letters and digits.

    >>> words_of(pa.array(["LoRA – low-rank", "é?"], pa.large_string())).to_pylist()
    [['lora', 'low', 'rank'], ['é', '']]
    """
    texts = pc.utf8_lower(texts)
    foreign = pc.invert(pc.string_is_ascii(texts))  # few: of the others bytes are replaced, much quicker than patterns
    blank = pc.replace_substring_regex(texts.filter(foreign), r"[^\pL\d]+", " ")
    _, ends, letters = pc.replace_with_mask(texts, foreign, blank).buffers()
    blanked = pa.py_buffer(letters.to_pybytes().translate(_BLANKS))
    return pc.ascii_split_whitespace(pa.LargeStringArray.from_buffers(len(texts), ends, blanked))


def cosines(matrix: Any, first: Ints, second: Ints, *, block: int = 50_000) -> Floats:
    """The cosine of each pair of rows."""
    parts = [
        matrix[first[at : at + block]].multiply(matrix[second[at : at + block]]).sum(axis=1)
        for at in range(0, len(first), block)
    ]
    return np.concatenate([np.zeros(0), *parts]).round(6)
