"""Offsets into texts counted in words: smaller numbers than characters, and more alike, so they compress better.

In the title, whose words the page has elsewhere, an offset stays one in characters. The abstract's words are numbered
on from behind it. What does not begin or end with a word has a rest.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kg.export.html.columns import Ints, Vocabulary, Words, utf16_length, zigzag

ROW = 1 << 32
"""More than any text is long: so offsets of all texts are in one order."""


class Units:
    """Where the words of some abstracts begin and end.

    ``titles`` are the lengths of the titles before them, ``gaps`` what each gap in them stands for.
    """

    def __init__(self, titles: Ints, words: Words, gaps: Sequence[int], vocabulary: Vocabulary) -> None:
        sizes, numbers, rare = words
        length, spaced = vocabulary.length[numbers], vocabulary.spaced[numbers]
        length[numbers == 0] = [utf16_length(word) for word in rare]
        spaced[numbers == 0] = [word.startswith(" ") for word in rare]
        length[numbers == vocabulary.gap] = gaps
        self.before = titles + 1
        self.first = np.cumsum(sizes) - sizes
        begin = self.first[sizes > 0]
        length[begin] -= 1  # of the space that was put before the text
        spaced[begin] = False
        row = np.repeat(np.arange(len(sizes)), sizes)
        end = np.concatenate([[0], np.cumsum(length)])
        self.end = end[1:] - end[self.first[row]] + row * ROW + self.before[row]
        self.start = self.end - length + spaced

    def starts(self, rows: Ints, offsets: Ints) -> tuple[Ints, Ints]:
        """Of offsets at which something starts: the words', and how far behind that of its word each lies."""
        at = np.searchsorted(self.start, rows * ROW + offsets, side="right") - 1
        return self._told(rows, offsets, np.maximum(at, self.first[rows]), self.start, 0, 1)

    def ends(self, rows: Ints, offsets: Ints) -> tuple[Ints, Ints]:
        """The same of offsets at which something ends, and how far before that of its word."""
        at = np.searchsorted(self.end, rows * ROW + offsets, side="left")
        return self._told(rows, offsets, at, self.end, 1, -1)

    def _told(self, rows: Ints, offsets: Ints, at: Ints, edge: Ints, past: int, sign: int) -> tuple[Ints, Ints]:
        inside = offsets >= self.before[rows]
        known = np.where(inside, np.minimum(at, len(edge) - 1), 0)
        unit = np.where(inside, self.before[rows] + at - self.first[rows] + past, offsets)
        rest = (rows * ROW + offsets - edge[known]) * sign if len(edge) else offsets
        return unit, zigzag(np.where(inside, rest, 0)).astype(np.int64)
