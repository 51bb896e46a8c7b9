"""Columns of numbers and strings as bytes that a browser reads quickly: the explorer's data format.

A block is a gzip'd container: the length of a JSON header (four bytes, little endian), the header, then the columns one
after another. Integers are LEB128 varints (small numbers, small bytes; gzip does the rest), sorted ones as differences.
Strings are one UTF-8 run with a column of lengths, counted in UTF-16 units because that is how JavaScript counts; long
texts are numbers of words in a shared vocabulary, which takes a third less than gzip alone.
``templates/explorer/data.js`` is the other side of this file.
"""

from __future__ import annotations

import gzip
import json
import re
import struct
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]

ASTRAL = re.compile("[\U00010000-\U0010ffff]")
"""Characters that Python counts once and JavaScript twice."""


def varint(values: npt.ArrayLike) -> bytes:
    """Unsigned integers as LEB128.

    >>> varint([1, 127, 128, 300]).hex()
    '017f8001ac02'
    """
    numbers = np.asarray(values, dtype=np.uint64)
    if not len(numbers):
        return b""
    groups = np.arange(0, max(1, int(numbers.max()).bit_length()), 7, dtype=np.uint64)
    sevens = numbers[:, np.newaxis] >> groups
    there = sevens > 0
    there[:, 0] = True
    out = (sevens & np.uint64(127)).astype(np.uint8)
    out[:, :-1] += there[:, 1:] * np.uint8(128)
    return out[there].tobytes()


def zigzag(values: npt.ArrayLike) -> npt.NDArray[np.uint64]:
    """Signed integers as unsigned ones, small for small distances from 0.

    >>> zigzag([0, -1, 1, -2]).tolist()
    [0, 1, 2, 3]
    """
    numbers = np.asarray(values, dtype=np.int64)
    return ((numbers << 1) ^ (numbers >> 63)).astype(np.uint64)


def clean(text: object) -> str:
    """A string that UTF-8 can carry: lone surrogates and NULs become U+FFFD, what is missing the empty string."""
    if not isinstance(text, str):
        return ""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            text = "".join("\ufffd" if 0xD800 <= ord(c) < 0xE000 else c for c in text)
    return text


def all_clean(column: pd.Series[Any]) -> list[str]:
    """The strings of a column, each passed through :func:`clean`."""
    return [clean(text) for text in column.tolist()]


def cleaned(cell: object) -> list[str]:
    """The strings of a cell that holds a list of them; none where it holds nothing.

    >>> cleaned(["cs.CL", "cs.LG"]), cleaned(None)
    (['cs.CL', 'cs.LG'], [])
    """
    return [clean(text) for text in cell] if isinstance(cell, list | tuple | np.ndarray) else []


def has_astral(text: str) -> bool:
    """Whether JavaScript counts some of a text's characters twice."""
    return not text.isascii() and ASTRAL.search(text) is not None


def utf16_length(text: str) -> int:
    """Length as JavaScript counts it.

    >>> utf16_length("a😀")
    3
    """
    return len(text) if text.isascii() else len(text) + len(ASTRAL.findall(text))


Words = tuple[Ints, Ints, list[str]]
"""Texts in words: how many each has, their numbers, and the words that number 0 stands for."""

GAP = "\0"
"""What stands for a part of a text that is left out: a character that no text has, see :func:`clean`."""

END = "\ud800"
"""Between pieces of texts: a character that no text has, see :func:`clean`."""


class Vocabulary:
    """The words of a corpus, most frequent first. A word carries the space before it; punctuation stands alone."""

    TOKEN = re.compile(r" ?[^\W\d_]+| ?\d+|[^\w]|_|.", re.DOTALL)
    SAMPLE = 40_000
    """Texts that are counted; rarer words are spelled out where they stand."""

    def __init__(self, texts: Sequence[str]) -> None:
        lists = _split(texts[:: -(-len(texts) // self.SAMPLE) or 1])
        first = np.zeros(len(lists.values), dtype=bool)
        first[lists.offsets.to_numpy()[:-1]] = True
        counts: Counter[str] = Counter()
        for there, before in ((first, ""), (~first, " ")):
            pieces, often = lists.values.filter(pa.array(there)).value_counts().flatten()
            words, _, sizes = self._spelled(pieces, before)
            for word, n in zip(words, np.repeat(often.to_numpy(), sizes + 1).tolist(), strict=True):
                counts[word] += n
        del counts[END]
        counts["\n"] += 2  # between the words that are spelled out, so it must never be one of them
        counts[GAP] += 1 + len(texts)
        common = sorted(((-n, word) for word, n in counts.items() if n > 1))
        self.words = [word for _, word in common]
        self.length = np.array([0, *map(utf16_length, self.words)], dtype=np.int64)
        self.spaced = np.array([False, *(word.startswith(" ") for word in self.words)], dtype=bool)
        self.gap = 1 + self.words.index(GAP)
        self._number = _Numbers({word: at for at, word in enumerate(self.words, start=1)})

    def encode(self, texts: Sequence[str]) -> Words:
        """How many words each text has, the words' numbers (from 1), and the words that number 0 stands for.

        A space is put before a text: so its first word is the same as elsewhere. No word goes on behind a space, so
        what stands between spaces is looked at once, however often the texts have it.
        """
        lists = _split([text or None for text in texts])
        coded = lists.values.dictionary_encode()
        words, firsts, sizes = self._spelled(coded.dictionary, " ")
        numbers = np.fromiter(map(self._number.__getitem__, words), dtype=np.int64, count=len(words))
        piece = coded.indices.to_numpy()
        before = np.concatenate([[0], np.cumsum(sizes[piece])])
        at = np.repeat(firsts[piece] - before[:-1], sizes[piece]) + np.arange(before[-1])
        told = numbers[at]
        return np.diff(before[lists.offsets.to_numpy()]), told, [words[rare] for rare in at[told == 0]]

    def encode_each(self, groups: Sequence[Sequence[str]]) -> Iterator[Words]:
        """The same of several groups of texts, which takes less time than one by one."""
        sizes, numbers, rare = self.encode(list(chain.from_iterable(groups)))
        text = word = spelled = 0
        for group in groups:
            of_texts = sizes[text : text + len(group)]
            of_words = numbers[word : word + int(of_texts.sum())]
            zeros = int((of_words == 0).sum())
            yield of_texts, of_words, rare[spelled : spelled + zeros]
            text, word, spelled = text + len(group), word + len(of_words), spelled + zeros

    def _spelled(self, pieces: pa.Array, before: str) -> tuple[list[str], Ints, Ints]:
        """The words of pieces, each after ``before`` and with an end behind its last one; which is its first, and how
        many it has."""
        words = self.TOKEN.findall("".join([f"{before}{piece}{END}" for piece in pieces.to_pylist()]))
        ends = np.flatnonzero(np.array(words, dtype=object) == END)
        sizes = np.diff(ends, prepend=-1) - 1
        return words, ends - sizes, sizes


def _split(texts: Sequence[str | None]) -> pa.ListArray:
    """What stands between the spaces of each text; nothing of one that is None."""
    return pc.split_pattern(pa.array(texts, pa.large_string()), " ")


class _Numbers(dict[str, int]):
    def __missing__(self, word: str) -> int:
        return 0


class Block:
    """Collects columns, then gives them as one compressed block."""

    def __init__(self, **header: Any) -> None:
        self.header = header
        self.columns: list[tuple[str, str, int, int]] = []
        self.parts: list[bytes] = []

    def _add(self, name: str, kind: str, count: int, data: bytes) -> None:
        self.columns.append((name, kind, count, len(data)))
        self.parts.append(data)

    def small(self, name: str, values: npt.ArrayLike) -> None:
        """Numbers from 0 to 255."""
        data = np.asarray(values, dtype=np.uint8)
        self._add(name, "u8", len(data), data.tobytes())

    def numbers(self, name: str, values: npt.ArrayLike) -> None:
        """Numbers from 0."""
        self._add(name, "varint", len(np.asarray(values)), varint(values))

    def differences(self, name: str, values: npt.ArrayLike) -> None:
        """Numbers of which neighbors are alike, such as sorted ones."""
        numbers = np.asarray(values, dtype=np.int64)
        self._add(name, "delta", len(numbers), varint(zigzag(np.diff(numbers, prepend=0))))

    def strings(self, name: str, values: Iterable[str]) -> None:
        """Strings, already passed through :func:`clean`."""
        texts = list(values)
        self.numbers(f"{name}_length", [utf16_length(text) for text in texts])
        self._add(name, "text", len(texts), "".join(texts).encode("utf-8"))

    def texts(self, name: str, words: Words) -> None:
        """Long strings in words."""
        sizes, numbers, rare = words
        self.numbers(f"{name}_size", sizes)
        self.numbers(f"{name}_words", numbers)
        self._add(f"{name}_rare", "text", len(rare), "\n".join(rare).encode("utf-8"))

    def compress(self) -> bytes:
        """The block's bytes, gzip'd; the same columns give the same bytes.

        Level 7 takes a third of the time of 9, for 0.3 % more bytes.
        """
        header = json.dumps({**self.header, "columns": self.columns}, ensure_ascii=True, sort_keys=True).encode()
        return gzip.compress(b"".join([struct.pack("<I", len(header)), header, *self.parts]), 7, mtime=0)


def utf16_offsets(text: str, offsets: Sequence[int]) -> list[int]:
    """Offsets into ``text`` as JavaScript counts them.

    >>> utf16_offsets("a😀b", [0, 1, 2, 3])
    [0, 1, 3, 4]
    """
    wide = np.cumsum([0] + [1 if ord(c) > 0xFFFF else 0 for c in text])
    return [int(o + wide[min(max(o, 0), len(text))]) for o in offsets]
