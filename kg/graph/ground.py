"""What papers have in common in words: whether they can mean the same by a name."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from scipy import sparse

from kg.graph.arrays import Floats, Ints
from kg.graph.words import cosines, named_words

BACKGROUND = 5_000
"""How many papers tell how rare a word is, beside those that are asked for."""
_BETWEEN_WORDS = re.compile(r"[\W_]+")


class Ground:
    """The rare words of the papers in these rows, for :meth:`common` to compare."""

    def __init__(self, papers: pd.DataFrame, numbers: Ints) -> None:
        sample = np.linspace(0, len(papers) - 1, min(len(papers), BACKGROUND)).astype(np.int64)
        self._numbers = np.union1d(numbers, sample)
        self._words, words = named_words(papers.iloc[self._numbers])
        self._column = {word: column for column, word in enumerate(words)}

    def common(self, rows: pd.DataFrame) -> Floats:
        """How much the words of ``paper`` and ``origin`` have in common: the cosine of their rare words, 0 to 1.

        The words of the ``name`` itself do not count.
        """
        ends = [np.searchsorted(self._numbers, rows[column].to_numpy()) for column in ("paper", "origin")]
        named = [
            (row, self._column[word])
            for row, name in enumerate(rows["name"].tolist())
            for word in set(_BETWEEN_WORDS.split(name.lower()))
            if word in self._column
        ]
        where = np.array(named, dtype=np.int64).reshape(-1, 2).T
        names = sparse.csr_array((np.ones(len(named)), (where[0], where[1])), shape=(len(rows), self._words.shape[1]))
        both = self._words[ends[0]].multiply(self._words[ends[1]])
        return np.asarray(cosines(self._words, *ends) - both.multiply(names).sum(axis=1), dtype=float).round(6)
